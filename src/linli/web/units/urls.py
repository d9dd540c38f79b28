"""Addresses of these pages."""

from linli.web.units import calls, named, own, plans, requests, units

urlpatterns = [
    *requests.urlpatterns,
    *plans.urlpatterns,
    *units.urlpatterns,
    *own.urlpatterns,
    *calls.urlpatterns,
    *named.urlpatterns,
]
