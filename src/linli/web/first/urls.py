"""Addresses of these pages."""

from linli.web.first import administrator, areas, steps

urlpatterns = [*administrator.urlpatterns, *steps.urlpatterns, *areas.urlpatterns]
