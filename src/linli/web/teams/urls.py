"""Addresses of these pages."""

from linli.web.teams import desk, forming, own, posts, protection, responsibility

urlpatterns = [
    *desk.urlpatterns,
    *forming.urlpatterns,
    *own.urlpatterns,
    *posts.urlpatterns,
    *protection.urlpatterns,
    *responsibility.urlpatterns,
]
