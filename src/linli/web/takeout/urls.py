"""Addresses of these pages."""

from linli.web.takeout import asking, files, own

urlpatterns = [*asking.urlpatterns, *files.urlpatterns, *own.urlpatterns]
