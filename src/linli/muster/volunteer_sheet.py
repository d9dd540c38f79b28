"""The template of work units and volunteers: claims of this event, or volunteers who stand by beyond it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.sheets import Column, Looked, Row, Template, cells
from linli.common.sheets.errors import SheetOvertaken
from linli.custody import secrets
from linli.events.models import Event
from linli.muster import bulk
from linli.muster.bulk import Claimed
from linli.muster.columns import NAME, PHONE, SKILL
from linli.muster.models import Free, SignUp
from linli.people import actions as people
from linli.people import loads
from linli.people.loads import Basis
from linli.people.models import REGISTER, SERVICE, Identity, Organisation, Person, Volunteer
from linli.people.queries import home_of
from linli.places import queries as places
from linli.places.models import Area

FREE_NAMES = {
    Free.MORNINGS: ("mornings", "morning", "上午", "早上", "早晨"),
    Free.AFTERNOONS: ("afternoons", "afternoon", "下午"),
    Free.EVENINGS: ("evenings", "evening", "晚上", "傍晚", "晚上有空"),
    Free.NIGHTS: ("nights", "night", "夜间", "夜里", "夜班", "通宵"),
    Free.WEEKENDS: ("weekends", "weekend", "周末", "双休日"),
    Free.ALWAYS: ("at any time", "always", "any time", "全天", "随时", "都可以", "都有空"),
}
FREE = {cells.folded(name): int(free) for free, names in FREE_NAMES.items() for name in names}
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

TEMPLATE = Template(
    key="volunteers",
    title=gettext_noop("Work units and volunteers"),
    says=gettext_noop("Who will help, with which skills, and which work unit sends them. By the community desk."),
    columns=(
        NAME,
        PHONE,
        Column(
            "door",
            gettext_noop("Building and door"),
            gettext_noop("Where they live, as people say it, such as 3栋2单元502."),
            cells.text(80),
            needed=True,
            also=("门牌", "楼栋门牌", "楼栋和门牌", "住址", "地址", "房号", "address", "door"),
        ),
        SKILL,
        Column(
            "free",
            gettext_noop("When free"),
            gettext_noop("With commas between: 上午 下午 晚上 夜间 周末 随时."),
            cells.some_of(FREE),
            also=("空闲时间", "可服务时间", "时间", "when"),
        ),
        Column(
            "unit",
            gettext_noop("Work unit"),
            gettext_noop("Which work unit sends them, if one does. A new one is made with its first volunteer."),
            cells.text(80),
            also=("单位", "所属单位", "工作单位", "organisation"),
        ),
    ),
    examples=(
        {"name": "王小明", "phone": "13800001234", "door": "3栋2单元502", "skills": "驾驶，翻译", "free": "晚上，周末"},
        {"name": "李敏", "phone": "13900005678", "door": "1栋1单元301", "skills": "cook", "unit": "青松中学"},
    ),
    notes=(
        gettext_noop("For this event they become sign-ups that wait for the desk, like those made on a phone."),
        gettext_noop("Kept beyond the event, they are volunteers of the community until they stop serving."),
    ),
    most_rows=1_000,
)


def look(rows: Sequence[Row], community: Area, event: Event | None) -> Looked:
    """What a file would do, changing nothing: sign-ups of an event, or, without one, standing volunteers."""
    return _compare(rows, community, event)[0]


@transaction.atomic
def take(
    rows: Sequence[Row], community: Area, event: Event | None, basis: Basis, *, by: Caller, at: datetime
) -> Looked:
    """Take the volunteers of a file who are not there yet, and make their work units: all or nothing.

    Raises:
        LoadWithoutBasis: they would be kept beyond an event, and nobody said why.
        EventOver: the event has ended.
        SheetOvertaken: a row makes no sense any more.
    """
    with connection.cursor() as cursor:  # two desks with one file: the second sees what the first one took
        cursor.execute(LOCK, [f"muster.volunteers:{community.pk}"])
    looked, new = _compare(rows, community, event)
    if looked.rejected:
        raise SheetOvertaken
    named = dict.fromkeys(row.text("unit") for row in new if row.text("unit"))
    units = {name: people.add_organisation(name, community, by=by, at=at) for name in named}
    if event is not None:
        claims = [_claimed(row, units) for row in new]
        bulk.take_list(event, community, claims, by=by, at=at)
    else:
        for row in new:
            _stand_by(row, community, units.get(row.text("unit")), by=by, at=at)
    if new:
        loads.note(TEMPLATE.key, community, basis, len(new), by=by, at=at)
    return looked


def _claimed(row: Row, units: dict[str, Organisation]) -> Claimed:
    unit = units.get(row.text("unit"))
    return Claimed(
        name=row.text("name"),
        phone=row.text("phone"),
        door=row.text("door"),
        skills=int(row.said.get("skills") or 0),
        free=int(row.said.get("free") or 0),
        organisation=unit.pk if unit is not None else None,
    )


def _stand_by(row: Row, community: Area, unit: Organisation | None, *, by: Caller, at: datetime) -> None:
    """Make somebody a standing volunteer: who the community's register or the service knows, or somebody new."""
    known = Identity.objects.filter(
        holder__in=(SERVICE, REGISTER), phone_index=secrets.index(row.text("phone")), name=row.text("name")
    )
    inside = known.filter(person__counted_in__in=places.within([community.pk], at)) | known.filter(holder=SERVICE)
    found = list(Person.objects.filter(pk__in=inside.values("person"))[:2])
    if len(found) == 1:
        person = found[0]
    else:
        person = people.add_person(holder=SERVICE, name=row.text("name"), phone=row.text("phone"), by=by, at=at)
    people.enlist(
        person,
        skills=int(row.said.get("skills") or 0),
        lives_at=home_of(person) or community.place,
        community=community,
        organisation=unit,
        by=by,
        at=at,
    )


def _compare(rows: Sequence[Row], community: Area, event: Event | None) -> tuple[Looked, list[Row]]:
    """The rows laid beside who is there already, by name and phone; and those that are new."""
    looked, new = Looked(), []
    there, seen = _there(community, event), set()
    indexes = secrets.index_many([row.text("phone") for row in rows])
    for row, index in zip(rows, indexes, strict=True):
        mark = (row.text("name"), index)
        if mark in seen:
            looked.twice += 1
        elif mark in there:
            looked.there += 1
        else:
            new.append(row)
        seen.add(mark)
    if new:
        looked.count("sign_up" if event is not None else "volunteer", len(new))
    named = {row.text("unit") for row in new if row.text("unit")}
    known = set(Organisation.objects.filter(area=community, name__in=named).values_list("name", flat=True))
    if named - known:
        looked.count("organisation", len(named - known))
    return looked, new


def _there(community: Area, event: Event | None) -> set[tuple[str, bytes]]:
    if event is not None:
        claims = SignUp.objects.filter(event=event, community=community)
        return {(name, bytes(index)) for name, index in claims.values_list("name", "phone_index")}
    standing = Identity.objects.filter(
        person__in=Volunteer.objects.filter(community=community).values("person"),
        holder__in=(SERVICE, REGISTER),
        phone_index__isnull=False,
    )
    return {(name, bytes(index)) for name, index in standing.values_list("name", "phone_index") if index is not None}
