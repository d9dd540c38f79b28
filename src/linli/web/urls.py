"""Addresses of the pages, a list for each matter."""

from django.urls import URLPattern, URLResolver

from linli.web import access, allocations, areas, briefing, home, muster, zones

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *access.urlpatterns,
    *muster.urlpatterns,
    *areas.urlpatterns,
    *allocations.urlpatterns,
    *briefing.urlpatterns,
    *zones.urlpatterns,
]
