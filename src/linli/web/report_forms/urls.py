"""Addresses of these pages."""

from linli.web.report_forms import columns, filling, shelf

urlpatterns = [*shelf.urlpatterns, *columns.urlpatterns, *filling.urlpatterns]
