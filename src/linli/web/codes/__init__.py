"""Pages of coming in by a one-time code: ask for one, type it, say who one is; one's phones; the desk's side."""

from linli.web.codes import coming, desk, devices, paper

urlpatterns = [*coming.urlpatterns, *paper.urlpatterns, *devices.urlpatterns, *desk.urlpatterns]
