"""Every address of the house: pages of ``web``, operations of ``api``."""

from django.urls import include, path

from linli.api.urls import api

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("", include("linli.web.urls")),
]
handler400 = "linli.web.problems.bad_request"
handler403 = "linli.web.problems.forbidden"
handler404 = "linli.web.problems.not_found"
handler429 = "linli.web.problems.too_many"  # allauth asks for it
handler500 = "linli.web.problems.broken"
