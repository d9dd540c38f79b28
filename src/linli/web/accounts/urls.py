"""Addresses of these pages."""

from linli.web.accounts import granting, pages, requests

urlpatterns = [*pages.urlpatterns, *granting.urlpatterns, *requests.urlpatterns]
