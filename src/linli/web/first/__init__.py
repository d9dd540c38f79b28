"""From an empty Linli to one that works: the first administrator, the areas, and what is still missing."""

from linli.web.first import administrator, areas, steps

urlpatterns = [*administrator.urlpatterns, *steps.urlpatterns, *areas.urlpatterns]
