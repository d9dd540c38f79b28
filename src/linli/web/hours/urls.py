"""Addresses of hours served."""

from linli.web.hours import at_post, crew, mine, posters, waiting

urlpatterns = [
    *at_post.urlpatterns,
    *mine.urlpatterns,
    *crew.urlpatterns,
    *waiting.urlpatterns,
    *posters.urlpatterns,
]
