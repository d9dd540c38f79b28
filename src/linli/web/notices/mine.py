"""What I was told, on my own phone: the newest first, and read once it was opened."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody import masks
from linli.muster import hearing, queries
from linli.notices import actions
from linli.notices.telling import in_words
from linli.web.itself import MAY_SAY

A_PAGE = 20


@open_to(*MAY_SAY, device=True)
@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the people of this phone were told, or the person of this account. What is shown here has been read."""
    me, at = caller_of(request), now()
    told = hearing.own_notices(me)
    waiting = told.filter(read_at=None).count()
    page = Paginator(told, A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    words = in_words([row.notice for row in rows])
    claims = {each.person_id: each for each in queries.claims_of_device(me)}
    names = {person: masks.mask_name(each.name) for person, each in claims.items()}
    several = len({row.person_id for row in rows}) > 1  # a family shares the phone: which of them is meant
    answers = {
        "page": page,
        "waiting": waiting,
        "rows": [
            (row, words[row.notice_id], names.get(row.person_id, "") if several else "", claims.get(row.person_id))
            for row in rows
        ],
    }
    answer = render(request, "notices/mine.html", answers)
    if request.method == "GET":
        actions.read([row.pk for row in rows], language=get_language() or "zh-hans", by=me, at=at)
    return answer


urlpatterns = [path("notices/", notices, name="notices")]
