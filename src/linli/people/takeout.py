"""The people of a community's register, as a list that its desk may take out: no more than it takes to reach them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import masks, secrets
from linli.custody.export import Column, Listing
from linli.custody.roles import Reveal
from linli.people.models import REGISTER
from linli.places import queries as places
from linli.places.models import Area, Level, called

KEY = "register"
TITLE = gettext_noop("People of the register")
_HERE = """
SELECT p.id, i.name, i.phone, coalesce(e.name, ''), coalesce(b.name, ''), d.unit, coalesce(d.door, ''), a.name,
       a.name_latin
FROM places_within w
JOIN people_person p ON p.counted_in_id = w.inner_id
JOIN people_identity i ON i.person_id = p.id AND i.holder = %(register)s
JOIN places_area a ON a.place_id = p.counted_in_id
LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
LEFT JOIN people_household h ON h.id = st.household_id
LEFT JOIN places_dwelling d ON d.place_id = coalesce(st.home_id, h.dwelling_id)
LEFT JOIN places_building b ON b.place_id = coalesce(d.building_id, st.home_id, h.dwelling_id)
LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE w.outer_id = %(community)s AND w.during @> %(at)s::timestamptz
ORDER BY a.name, e.name, b.name, d.unit, d.door, i.name, p.id
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """One person of the register who is counted in the community; all in clear."""

    person: int
    name: str
    phone: str
    estate: str
    building: str
    unit: int | None
    door: str
    micro_grid: str

    @property
    def lives(self) -> str:
        """Where they live, down to the door."""
        unit = "" if self.unit is None else gettext("staircase {n}").format(n=self.unit)
        return " ".join(part for part in (self.estate, self.building, unit, self.door) if part)

    @property
    def lives_near(self) -> str:
        """The way to their staircase."""
        return " ".join(
            part for part in (self.estate, self.building and masks.mask_door(self.building, self.unit)) if part
        )


def register_of(caller: Caller, community_id: int, at: datetime) -> Listing[Registered]:
    """Whom the register counts in a community now.

    Raises:
        NotFound: it does not exist, is no community, or is run by another desk.
    """
    mine = places.within(caller.areas("community_desk"), at)
    community = Area.objects.filter(pk=community_id, level=Level.COMMUNITY, place__in=mine).first()
    if community is None:
        raise NotFound
    return Listing(
        key=KEY,
        title=gettext(TITLE),
        where=community.called,
        area=community.pk,
        above=tuple(area.pk for area in places.ancestors(community.pk, at)),
        columns=COLUMNS,
        records=lambda: _read(community.pk, at),
        people=lambda one: (f"person:{one.person}",),
    )


def _read(community: int, at: datetime) -> list[Registered]:
    with connection.cursor() as cursor:
        cursor.execute(_HERE, {"community": community, "at": at, "register": REGISTER})
        rows = cursor.fetchall()
    return [
        Registered(
            person, name, secrets.unseal(phone) if phone is not None else "", estate, building, unit, door,
            called(area, latin),
        )
        for person, name, phone, estate, building, unit, door, area, latin in rows
    ]  # fmt: skip


COLUMNS: tuple[Column[Registered], ...] = (
    Column(
        "name",
        gettext_noop("Name"),
        ("people.Identity", "name"),
        lambda one: one.name,
        lambda one: masks.mask_name(one.name),
    ),
    Column(
        "phone",
        gettext_noop("Phone"),
        ("people.Identity", "phone"),
        lambda one: one.phone,
        lambda one: masks.mask_phone(one.phone),
        Reveal.PHONE,
    ),
    Column(
        "door",
        gettext_noop("Building and door"),
        ("people.Household", "dwelling"),
        lambda one: one.lives,
        lambda one: one.lives_near,
        Reveal.DOOR,
    ),
    Column("micro_grid", gettext_noop("Micro-grid"), ("people.Person", "counted_in"), lambda one: one.micro_grid),
)
