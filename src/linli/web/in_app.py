"""Browsers inside WeChat, Alipay and QQ: what they refuse, and one picture of how to open a page in another browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from linli.access.origins import app_of, public_address
from linli.access.permit import open_to


def open_elsewhere(request: HttpRequest, there: str) -> dict[str, str]:
    """What ``in_app/how.html`` takes: the address to open in another browser, and the app one is in."""
    return {"app": app_of(request), "elsewhere": public_address(request, there)}


@open_to(anonymous=True)
@require_safe
def open_in_browser(request: HttpRequest) -> HttpResponse:
    """How to open one of our pages in a browser."""
    said = request.GET.get("next", "")
    there = said if said.startswith("/") and url_has_allowed_host_and_scheme(said, None) else "/"
    return render(request, "in_app/page.html", {**open_elsewhere(request, there), "there": there})


urlpatterns = [path("open-in-browser/", open_in_browser, name="open_in_browser")]
