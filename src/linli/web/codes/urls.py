"""Addresses of these pages."""

from linli.web.codes import coming, desk, devices, paper

urlpatterns = [*coming.urlpatterns, *paper.urlpatterns, *devices.urlpatterns, *desk.urlpatterns]
