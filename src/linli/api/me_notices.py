"""What one was told, and that one has read it. Reading the list marks nothing: a program says what was opened."""

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.auth import OWN
from linli.api.me_shapes import MOST_NOTICES, NoticesOut, ReadIn, ReadOut
from linli.api.shapes import READING, WRITING
from linli.common.clock import now
from linli.muster import hearing, queries
from linli.notices import actions
from linli.notices.telling import in_words
from linli.people.queries import city_is_synthetic
from linli.web.itself import MAY_SAY

router = Router(tags=["me"], auth=OWN)


@router.get("/me/notices", response={200: NoticesOut, **READING})
@open_to(*MAY_SAY, device=True)
def notices(
    request: HttpRequest,
    before: int = Query(2**63 - 1, ge=1, lt=2**63, description="the last number of the answer before"),
) -> dict[str, object]:
    """What the people of this phone were told, or the person of a key's account, the newest first, 50 at once."""
    me = caller_of(request)
    told = hearing.own_notices(me)
    rows = list(told.filter(pk__lt=before)[:MOST_NOTICES])
    words = in_words([row.notice for row in rows])
    claims = {each.person_id: each.pk for each in queries.claims_of_device(me)}
    return {
        "unread": told.filter(read_at=None).count(),
        "notices": [
            {
                "id": row.pk,
                "title": words[row.notice_id].title,
                "text": words[row.notice_id].text,
                "told_at": row.told_at,
                "read_at": row.read_at,
                "sign_up": claims.get(row.person_id),
            }
            for row in rows
        ],
        "synthetic": city_is_synthetic(),
    }


@router.post("/me/notices/read", response={200: ReadOut, **WRITING})
@open_to(*MAY_SAY, device=True)
def read(request: HttpRequest, said: ReadIn) -> dict[str, object]:
    """Note that one has opened these; of others nothing is noted."""
    me = caller_of(request)
    own = list(hearing.own_notices(me).filter(pk__in=said.notices).values_list("pk", flat=True))
    done = actions.read(own, language=get_language() or "zh-hans", by=me, at=now())
    return {"read": done, "synthetic": city_is_synthetic()}
