"""Addresses of the pages, a list for each matter."""

from django.urls import URLPattern, URLResolver

from linli.web import (
    access,
    accounts,
    allocations,
    areas,
    briefing,
    closings,
    codes,
    declared,
    desk,
    events,
    first,
    health,
    home,
    imports,
    keys,
    muster,
    phones,
    start,
    trail,
    zones,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *first.urlpatterns,
    *start.urlpatterns,
    *health.urlpatterns,
    *access.urlpatterns,
    *keys.urlpatterns,
    *accounts.urlpatterns,
    *muster.urlpatterns,
    *imports.urlpatterns,
    *codes.urlpatterns,
    *phones.urlpatterns,
    *desk.urlpatterns,
    *areas.urlpatterns,
    *allocations.urlpatterns,
    *briefing.urlpatterns,
    *events.urlpatterns,
    *closings.urlpatterns,
    *zones.urlpatterns,
    *trail.urlpatterns,
    *declared.urlpatterns,
]
