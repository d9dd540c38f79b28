"""Addresses of these pages."""

from linli.web.muster import claims, desk, lists, own, posters

urlpatterns = [*own.urlpatterns, *claims.urlpatterns, *lists.urlpatterns, *posters.urlpatterns, *desk.urlpatterns]
