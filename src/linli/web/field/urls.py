"""Addresses of the app and of its exchange with the server."""

from linli.web.field import exchange, handing, shell

urlpatterns = [*shell.urlpatterns, *exchange.urlpatterns, *handing.urlpatterns]
