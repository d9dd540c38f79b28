"""Pages of signing up: a person's own, the desk's, and lists."""

from linli.web.muster import claims, desk, lists, own, posters

urlpatterns = [*own.urlpatterns, *claims.urlpatterns, *lists.urlpatterns, *posters.urlpatterns, *desk.urlpatterns]
