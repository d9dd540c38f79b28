"""Addresses of these pages."""

from linli.web.paper import sheets, typing

urlpatterns = [*sheets.urlpatterns, *typing.urlpatterns]
