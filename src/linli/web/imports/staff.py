"""Loading staff and roles, by an administrator; the links of new accounts are shown once, for printing."""

from collections.abc import Mapping, Sequence

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access import proofs, staff_sheet
from linli.access.callers import caller_of
from linli.access.origins import only_here, public_address
from linli.access.permit import open_to
from linli.access.staff_sheet import Handed
from linli.common.clock import now
from linli.common.sheets import Looked, Row
from linli.web.accounts.shapes import role_words
from linli.web.imports.flow import Import, answer, told
from linli.web.imports.templates import DECIDES_ACCOUNTS, EVERY

WORDS = {
    "account": ngettext_lazy("{n} account", "{n} accounts"),
    "grant": ngettext_lazy("{n} role", "{n} roles"),
    "request": ngettext_lazy(
        "{n} role that waits for a second administrator", "{n} roles that wait for a second administrator"
    ),
}


@open_to(*DECIDES_ACCOUNTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load_staff(request: HttpRequest) -> HttpResponse:
    """Accounts and their roles from the template."""
    me, at = caller_of(request), now()

    def look(rows: Sequence[Row], _: Mapping[str, str]) -> Looked:
        return staff_sheet.look(rows, by=me, at=at)

    def take(rows: Sequence[Row], _: Mapping[str, str]) -> HttpResponse:
        looked, handed = staff_sheet.take(rows, by=me, at=at)
        made = gettext(", ").join(told(WORDS[kind], n) for kind, n in looked.would.items())
        if handed:
            return render(request, "imports/links.html", _links(request, handed, made))
        messages.success(
            request, gettext("Made: {what}.").format(what=made) if made else gettext("Everything was there already.")
        )
        return redirect("accounts")

    what = Import(
        template=staff_sheet.TEMPLATE,
        look=look,
        take=take,
        words=WORDS,
        url=reverse("load_staff"),
        back=(reverse("templates"), gettext("Templates")),
        others=EVERY,
    )
    return answer(request, what)


def _told(role: str, area: str, waits: bool) -> str:
    said = [role_words(role), area, gettext("waits for a second administrator") if waits else ""]
    return " · ".join(filter(None, said))


def _links(request: HttpRequest, handed: Sequence[Handed], made: str) -> dict[str, object]:
    """What each new account is handed: its link, also as a picture to scan."""
    rows = []
    for each in filter(lambda each: each.secret, handed):
        url = public_address(request, reverse("choose_password", args=[each.secret]))
        rows.append(
            {
                "account": each.user,
                "roles": [_told(*role) for role in each.roles],
                "url": url,
                "picture": segno.make(url, error="m", micro=False).svg_data_uri(scale=3, border=4, light="#fff"),
            }
        )
    return {
        "rows": rows,
        "by_phone": sum(not each.secret for each in handed),
        "made": made,
        "expires_at": now() + proofs.LINK_LIVES,
        "only_here": only_here(request),
    }


urlpatterns = [path("templates/staff/load/", load_staff, name="load_staff")]
