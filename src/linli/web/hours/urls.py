"""Addresses of hours served."""

from linli.web.hours import at_post, certificates, crew, mine, posters, shifts, taps, waiting

urlpatterns = [
    *taps.urlpatterns,
    *at_post.urlpatterns,
    *certificates.urlpatterns,
    *mine.urlpatterns,
    *crew.urlpatterns,
    *shifts.urlpatterns,
    *waiting.urlpatterns,
    *posters.urlpatterns,
]
