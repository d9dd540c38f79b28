"""Addresses of these pages."""

from linli.web.notices import desk, mine

urlpatterns = [*mine.urlpatterns, *desk.urlpatterns]
