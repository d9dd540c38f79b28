"""Addresses of these pages."""

from linli.web.teams import desk, forming, own, posts, responsibility

urlpatterns = [
    *desk.urlpatterns,
    *forming.urlpatterns,
    *own.urlpatterns,
    *posts.urlpatterns,
    *responsibility.urlpatterns,
]
