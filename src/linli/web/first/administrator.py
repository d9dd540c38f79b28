"""The first page of an empty Linli: whoever reads the code in the terminal becomes its administrator."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.access import actions, digests, queries
from linli.access.errors import BadAccount, FirstTriesSpent, WrongFirstCode
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import NotFound, Unreadable
from linli.web.access import PasswordForm, sign_in_with_password
from linli.web.errors import FormNotOurs

DEVICE = "linli_first"
# What a browser may ask before there is an administrator: the page itself, its files and language, programs.
_STAYS = ("/first/", "/static/", "/i18n/", "/api/", "/healthz", "/readyz")


class FirstMiddleware:
    """Until somebody is administrator of an empty Linli, every page leads to the one that makes them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(_STAYS) or not queries.waits_for_first():
            return self.get_response(request)
        return redirect("first")


class FirstForm(PasswordForm):
    """The code from the terminal, who they are, and their password."""

    code = forms.CharField(
        label=gettext_lazy("Code from the terminal"),
        help_text=gettext_lazy("It stands where Linli was started, such as ABCD-EFGH-JKMN."),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As others see who decided something."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=gettext_lazy("Login name"),
        help_text=gettext_lazy("Letters, digits and . _ - without spaces, such as zhang.wei"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ["code", "display_name", "username", "password", "again"]


@open_to(anonymous=True)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """Make the first administrator, sign them in, and go on to their second step. Gone once there is one."""
    if request.method != "POST":
        if not queries.waits_for_first():
            raise NotFound
        return _with_device(request, render(request, "first/administrator.html", {"form": FirstForm()}))
    device = request.COOKIES.get(DEVICE, "")
    if not digests.looks_like_secret(device):
        raise FormNotOurs
    form = FirstForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            user = actions.make_first_administrator(
                said["code"],
                said["username"],
                display_name=said["display_name"],
                password=said["password"],
                device=device,
                at=now(),
            )
        except (FirstTriesSpent, WrongFirstCode) as problem:
            form.add_error("code", problem.told())
        except BadAccount as problem:
            form.add_error(None, str(problem.facts["what"]))
        except Unreadable as problem:
            form.add_error(None, problem.told())
        else:
            reply = sign_in_with_password(request, user)
            reply.delete_cookie(DEVICE, path=reverse("first"))
            return reply
    return render(request, "first/administrator.html", {"form": form}, status=422)


def _with_device(request: HttpRequest, reply: HttpResponse) -> HttpResponse:
    """Tries are counted by browser: it keeps a number of its own until there is an administrator."""
    if not digests.looks_like_secret(request.COOKIES.get(DEVICE, "")):
        reply.set_cookie(
            DEVICE, digests.fresh_secret(), path=reverse("first"), httponly=True, samesite="Lax", max_age=86400
        )
    return reply


urlpatterns = [path("first/", first, name="first")]
