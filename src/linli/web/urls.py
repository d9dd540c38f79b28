"""Addresses of the pages, a list for each matter."""

from django.urls import URLPattern, URLResolver

from linli.web import (
    access,
    allocations,
    areas,
    briefing,
    closings,
    erasures,
    events,
    health,
    home,
    in_app,
    itself,
    keys,
    points,
    replacing,
    start,
    trail,
    zones,
)
from linli.web.accounts import urls as accounts_urls
from linli.web.codes import urls as codes_urls
from linli.web.declared import urls as declared_urls
from linli.web.desk import urls as desk_urls
from linli.web.field import urls as field_urls
from linli.web.first import urls as first_urls
from linli.web.hours import urls as hours_urls
from linli.web.imports import urls as imports_urls
from linli.web.intake import urls as intake_urls
from linli.web.ledger import urls as ledger_urls
from linli.web.muster import urls as muster_urls
from linli.web.notices import urls as notices_urls
from linli.web.paper import urls as paper_urls
from linli.web.phones import urls as phones_urls
from linli.web.report_forms import urls as report_forms_urls
from linli.web.sweeps import urls as sweeps_urls
from linli.web.takeout import urls as takeout_urls
from linli.web.teams import urls as teams_urls
from linli.web.units import urls as units_urls
from linli.web.worklist import urls as worklist_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *first_urls.urlpatterns,
    *start.urlpatterns,
    *health.urlpatterns,
    *access.urlpatterns,
    *keys.urlpatterns,
    *accounts_urls.urlpatterns,
    *muster_urls.urlpatterns,
    *notices_urls.urlpatterns,
    *hours_urls.urlpatterns,
    *imports_urls.urlpatterns,
    *codes_urls.urlpatterns,
    *phones_urls.urlpatterns,
    *field_urls.urlpatterns,
    *points.urlpatterns,
    *in_app.urlpatterns,
    *itself.urlpatterns,
    *desk_urls.urlpatterns,
    *sweeps_urls.urlpatterns,
    *worklist_urls.urlpatterns,
    *ledger_urls.urlpatterns,
    *intake_urls.urlpatterns,
    *paper_urls.urlpatterns,
    *takeout_urls.urlpatterns,
    *report_forms_urls.urlpatterns,
    *units_urls.urlpatterns,
    *areas.urlpatterns,
    *allocations.urlpatterns,
    *replacing.urlpatterns,
    *teams_urls.urlpatterns,
    *briefing.urlpatterns,
    *events.urlpatterns,
    *closings.urlpatterns,
    *erasures.urlpatterns,
    *zones.urlpatterns,
    *trail.urlpatterns,
    *declared_urls.urlpatterns,
]
