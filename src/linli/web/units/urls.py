"""Addresses of these pages."""

from linli.web.units import calls, deployed, named, own, plans, requests, units

urlpatterns = [
    *requests.urlpatterns,
    *plans.urlpatterns,
    *units.urlpatterns,
    *deployed.urlpatterns,
    *own.urlpatterns,
    *calls.urlpatterns,
    *named.urlpatterns,
]
