"""Pages of the duty log, of shift changes, of its counts, and the numbers to dial first."""

from linli.web.desk import counts, emergency, entry, handing, log

urlpatterns = [
    *emergency.urlpatterns,
    *log.urlpatterns,
    *entry.urlpatterns,
    *handing.urlpatterns,
    *counts.urlpatterns,
]
