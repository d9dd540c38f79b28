"""Addresses of these pages."""

from linli.web.teams import desk, forming, own

urlpatterns = [*desk.urlpatterns, *forming.urlpatterns, *own.urlpatterns]
