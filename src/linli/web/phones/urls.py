"""Addresses of these pages."""

from linli.web.phones import coming, giving

urlpatterns = [*coming.urlpatterns, *giving.urlpatterns]
