"""Events that have ended, one at each station of its closing, for whoever looks at every page."""

from datetime import timedelta
from typing import TYPE_CHECKING

from linli.access.models import User
from linli.closing import actions, certificate, counting, erasing
from linli.closing.models import Closing, Debt, Erasure, Line, Step
from linli.common.clock import now
from linli.conf.env import Env
from linli.events.models import Event, EventArea
from linli.muster import actions as muster
from linli.muster.models import SignUp
from tests.factories import SYSTEM, add_claim, add_resident, caller_for, note

if TYPE_CHECKING:
    from tests.journeys.world import World

LONG_REASON = (
    "全市统一演练已由指挥部宣布结束，演练数据按方案当日清除，不再等待宽限期；各社区已核对完服务时长，没有未办结的诉求。"
)


def closings(world: "World", officer: User, second: User, env: Env) -> None:
    """One left as it is, one to be reviewed, one half confirmed, one that stands still, one that is finished."""
    early = _ended(world, "七月暴雨防汛", days=3)
    ready = _ended(world, "六月高温", days=45)
    review = _ended(world, "五月疫情", days=50)
    world.rows |= {"event_left": early.pk, "event_ready": ready.pk, "event_reviewed": review.pk}
    opened = actions.open_review(review, by=caller_for(officer), at=now())
    digest = counting.review(review).digest
    actions.confirm(opened, digest=digest, witnesses=["锦城公证处 赵公证"], by=caller_for(officer), at=now())
    still = _ended(world, "四月演练", days=60)
    world.rows["event_still"] = still.pk
    held = _confirmed(still, officer, second, reason=LONG_REASON)
    _steps(held, Step.What.ROWS, Step.What.TABLES)
    why = {"n": "3"}
    Step.objects.create(
        closing=held, what=Step.What.LOG, begun_at=now(), failure="closing_log_held", facts={"why": why}
    )
    over = _ended(world, "三月疫情", days=90)
    world.rows["event_over"] = over.pk
    done = _confirmed(over, officer, second)
    Line.objects.bulk_create(
        Line(closing=done, model=line.model, destroyed=line.goes * 1234, kept=line.stays)
        for line in counting.review(over).lines
    )
    _steps(done, *list(Step.What)[:-1])
    Debt.objects.create(closing=done, copy="stick", named_at=now())
    certificate.finish(done, Step.objects.create(closing=done, what=Step.What.CERTIFICATE, begun_at=now()), env)


def erasures(world: "World", desk: User, officer: User) -> None:
    """One that waits, one that the officer has confirmed, one that was declined, one that is done."""
    community = world.city.communities[0]
    for row, state in enumerate(("asked", "half", "declined", "erased")):
        person = add_resident(world.city, name=f"要求删除{row}", phone=f"1360000000{row}", door=f"80{row}")
        world.rows[f"person_{state}"] = person.pk
        said = {"scope": "all", "ground": "wrongly"}
        asked = erasing.ask(person.pk, community.pk, **said, by=caller_for(desk), at=now())
        world.rows[f"erasure_{state}"] = asked.pk
        if state == "declined":  # what stands under nobody is offered where it is asked for again
            add_claim(world.city, name=f"要求删除{row}", phone=f"1360000000{row}", door=f"1栋1单元80{row}")
            note(world.city, desk, caller=f"1360000000{row}，要求删除{row}", about="3号门口", need="门口有积水")
        if state in ("half", "erased"):
            Erasure.objects.filter(pk=asked.pk).update(officer_by=officer.pk, officer_at=now())
        if state == "declined":
            erasing.decline(asked, by=caller_for(officer), at=now())
        if state == "erased":  # nothing is erased here: that would be written on this machine's own list
            facts = {"rows": {"people.Identity": 1, "people.Stay": 1, "people.Person": 1}, "transaction": "1"}
            Erasure.objects.filter(pk=asked.pk).update(second_by=desk.pk, second_at=now(), done_at=now(), facts=facts)


def _ended(world: "World", name: str, *, days: int) -> Event:
    """An event with a few sign-ups that ended some days ago."""
    ended = now() - timedelta(days=days)
    event = Event.objects.create(
        name=name, pack="epidemic", pack_version="1", started_at=ended - timedelta(days=9), exercise="演练" in name
    )
    EventArea.objects.create(event=event, area=world.city.street)
    for row in range(3):
        muster.sign_up(
            event,
            world.city.communities[0],
            name=f"旧人{row}",
            phone=f"1370000000{row}",
            door="1栋1单元101",
            way=SignUp.Way.PAGE,
            by=SYSTEM,
            at=ended,
        )
    Event.objects.filter(pk=event.pk).update(ended_at=ended)
    event.refresh_from_db()
    return event


def _confirmed(event: Event, officer: User, second: User, *, reason: str = "") -> Closing:
    return Closing.objects.create(
        event=event,
        state=Closing.State.CONFIRMED,
        opened_by=officer.pk,
        opened_at=now(),
        early_reason=reason,
        digest=counting.review(event).digest,
        officer_by=officer.pk,
        officer_at=now(),
        second_by=second.pk,
        second_at=now(),
        witnesses=["锦城公证处 赵公证", "第三方审计 钱审计"],
    )


_FACTS = {
    Step.What.ROWS: {
        "transaction": "1",
        "people": 12,
        "sheets": {"printed": 9, "returned": 6, "destroyed": 2, "missing": 1},
    },
    Step.What.TABLES: {"tables": ["muster_signup"], "partition": "people_identity_event_1", "statistics": True},
    Step.What.LOG: {"seen": True, "files": 4},
    Step.What.BACKUP: {
        "folder": "/media/disk/linli-20260901t020000z-1a2b3c",
        "backup": "linli-20260901t020000z-1a2b3c",
        "sha256": "b" * 64,
        "trail_link": "c" * 64,
    },
    Step.What.KEYS: {
        "unreadable": ["linli-20260801t020000z-0a0b0c", "linli-20260802t020000z-1a0b0c"],
        "copies": [{"name": "office", "reached": True}, {"name": "stick", "reached": False}],
    },
}


def _steps(closing: Closing, *which: Step.What) -> None:
    for what in which:
        Step.objects.create(closing=closing, what=what, begun_at=now(), done_at=now(), facts=_FACTS[what])
