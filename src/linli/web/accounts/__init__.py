"""Pages about accounts and what they were granted, for whoever may grant."""

from linli.web.accounts import granting, pages, requests

urlpatterns = [*pages.urlpatterns, *granting.urlpatterns, *requests.urlpatterns]
