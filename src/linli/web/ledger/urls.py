"""Addresses of these pages."""

from linli.web.ledger import door, moves, newcomer, person, same, search

urlpatterns = [
    *search.urlpatterns,
    *door.urlpatterns,
    *newcomer.urlpatterns,
    *person.urlpatterns,
    *moves.urlpatterns,
    *same.urlpatterns,
]
