"""Addresses of these pages."""

from linli.web.imports import area_tree, loads, paste, persons, staff, templates, units, volunteers

urlpatterns = [
    *templates.urlpatterns,
    *area_tree.urlpatterns,
    *persons.urlpatterns,
    *paste.urlpatterns,
    *staff.urlpatterns,
    *volunteers.urlpatterns,
    *units.urlpatterns,
    *loads.urlpatterns,
]
