"""Pages of the templates: what there is to fill in, and loading what came back."""

from linli.web.imports import area_tree, staff, templates

urlpatterns = [*templates.urlpatterns, *area_tree.urlpatterns, *staff.urlpatterns]
