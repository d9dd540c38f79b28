"""Addresses of these pages."""

from linli.web.desk import counts, emergency, entry, handing, log

urlpatterns = [
    *emergency.urlpatterns,
    *log.urlpatterns,
    *entry.urlpatterns,
    *handing.urlpatterns,
    *counts.urlpatterns,
]
