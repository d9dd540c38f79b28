"""Lists that leave: asking for one, the second person, the file; and one's own data."""

from linli.web.takeout import asking, files, own

urlpatterns = [*asking.urlpatterns, *files.urlpatterns, *own.urlpatterns]
