"""Addresses of these pages."""

from linli.web.declared import notice, officer

urlpatterns = [*notice.urlpatterns, *officer.urlpatterns]
