"""Addresses of these pages."""

from linli.web.teams import desk, forming, own, responsibility

urlpatterns = [*desk.urlpatterns, *forming.urlpatterns, *own.urlpatterns, *responsibility.urlpatterns]
