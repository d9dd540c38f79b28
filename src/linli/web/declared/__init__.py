"""Pages made from the declarations: the notice to residents, the record of processing, the impact assessment."""

from linli.web.declared import notice, officer

urlpatterns = [*notice.urlpatterns, *officer.urlpatterns]
