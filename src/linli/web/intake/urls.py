"""Addresses of self-reports, codes of doors and the counter."""

from linli.web.intake import counter, door, paper, queue

urlpatterns = [*door.urlpatterns, *paper.urlpatterns, *queue.urlpatterns, *counter.urlpatterns]
