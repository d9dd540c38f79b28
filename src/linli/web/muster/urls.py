"""Addresses of these pages."""

from linli.web.muster import claims, desk, lists, own, posters, silent

PAGES = (own, claims, lists, posters, desk, silent)
urlpatterns = [each for page in PAGES for each in page.urlpatterns]
