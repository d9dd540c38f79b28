"""Addresses of worklists."""

from linli.web.worklist import pages

urlpatterns = pages.urlpatterns
