"""What the API takes and answers about work units and reinforcement."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from linli.muster.units.rules import MOST_HEADS
from linli.muster.units.sheet import MOST

Number = Annotated[int, Field(ge=1, lt=2**63)]
MOST_TICKED = 5_000
MOST_LISTED, MOST_NAMED = 200, 500  # requests or calls at once, people by number at once


class SkillHeads(Schema):
    """People of one skill; `skill` is null for those with none of the list."""

    skill: int | None = Field(None, ge=0, le=11, description="0 to 11, as in a sign-up")
    heads: int = Field(ge=0, le=MOST_HEADS)


class UnitOut(Schema):
    """A work unit, and whom it can send, in people."""

    id: int
    name: str
    area: int
    free: list[SkillHeads] = Field(description="what it says, less those whom it is asked for or sends now")
    liaisons: int = Field(description="accounts that speak for it")
    synthetic: bool


class FreeIn(Schema):
    """Whom a unit can send; what was said before is replaced, and what is not named is nought."""

    free: list[SkillHeads] = Field(max_length=13)


class UnitIn(Schema):
    """A work unit of a list."""

    name: str = Field(max_length=200, pattern=r"\S")
    area: str = Field("", max_length=200, description="as areas are called here; the area of the address where empty")
    free: list[SkillHeads] | None = Field(None, max_length=13, description="null: what was said before stays")
    liaison: str = Field("", max_length=200, description="who speaks for it; comes in by a QR that is shown later")


class UnitsIn(Schema):
    """A list of work units; taken whole or not at all."""

    units: list[UnitIn] = Field(min_length=1, max_length=500)


class UnitsTaken(Schema):
    """What a list has made; `there`: rows that were there already, `twice`: rows that repeat another."""

    units: int
    free: int = Field(description="units of which it was said anew whom they can send")
    liaisons: int
    there: int
    twice: int
    synthetic: bool


class RequestIn(Schema):
    """A request for people, to the level above."""

    heads: int = Field(ge=1, le=MOST_HEADS)
    skills: list[SkillHeads] = Field([], max_length=12, description="of these people, how many should bring a skill")
    since: AwareDatetime
    until: AwareDatetime
    meet: str = Field(max_length=400)
    receiver: str = Field(max_length=400)
    receiver_phone: str = Field(max_length=100)
    answer_by: AwareDatetime
    bring: str = Field("", max_length=400)


class RequestOut(Schema):
    """A request and how it stands, in people."""

    id: int
    area: int = Field(description="where they are to serve")
    asked_of: int
    came_from: int | None = Field(description="the request that stayed short below")
    heads: int
    asked: int = Field(description="asked of units that have not answered")
    committed: int
    passed_on: int
    named: int
    arrived: int
    short: int = Field(description="asked of nobody")
    since: datetime
    until: datetime
    answer_by: datetime
    asked_at: datetime
    ended_at: datetime | None
    synthetic: bool


class CallOut(Schema):
    """A unit is asked for people, or offers them."""

    id: int
    unit: int
    reinforcement: int | None = Field(description="null: offered unasked, and not taken yet")
    heads: int
    skills: list[SkillHeads]
    committed: int
    state: str = Field(description="asked, committed, declined, offered, ended")
    reason: str = Field(description="why it was declined")
    since: datetime
    until: datetime
    answered_at: datetime | None
    synthetic: bool


class RequestWhole(RequestOut):
    """One request with what only its own answer says."""

    skills: list[SkillHeads]
    meet: str
    bring: str
    receiver: str
    receiver_phone: str
    calls: list[CallOut]
    upward: list[int] = Field(description="requests to the level above for what stayed short")


class CallWhole(CallOut):
    """One call with all that a unit has to know."""

    named: int
    answer_by: datetime | None
    meet: str
    bring: str
    receiver: str
    receiver_phone: str


class NumberedOut(Schema):
    """Somebody on a list, by number; who they are is asked one at a time."""

    deployed: int
    call: int
    state: str = Field(description="listed, arrived, released")
    arrived_at: datetime | None
    cannot_until: datetime | None = Field(description="a desk has heard that they cannot come before then")
    synthetic: bool


class SomeoneOut(Schema):
    """Who somebody on a list is, masked."""

    deployed: int
    name: str
    phone: str
    skills: int
    state: str
    unit: str
    grid: str = Field(description="where they are placed; empty where they are not")
    arrived_at: datetime | None
    cannot_until: datetime | None = Field(description="a desk has heard that they cannot come before then")
    at_home_too: bool = Field(description="their place at home goes on afterwards")
    synthetic: bool


class TickedIn(Schema):
    """People by number."""

    deployed: list[Number] = Field(max_length=MOST_TICKED)


class ArrivedOut(Schema):
    """How many are here; `left`: whose time is over, or whom somebody else has booked."""

    done: int
    left: list[int]
    synthetic: bool


class ReleasedOut(Schema):
    """How many went home."""

    done: int
    synthetic: bool


class PlanLineOut(Schema):
    """People of one skill from one unit for one request."""

    reinforcement: int
    unit: int
    skill: int | None
    heads: int
    minutes: int = Field(description="of travel, for one person")
    outcome: str = Field(description="open, published, overtaken")


class UnitPlanOut(Schema):
    """Which units would be asked: its progress, and once it is proposed its price and proof."""

    id: int
    area: int
    state: str = Field(description="waiting, running, proposed, published, failed")
    failure: str
    objective: int | None = Field(description="minutes of travel, with what stays short as minutes")
    bound: int | None = Field(description="no plan costs less")
    gap: float | None
    proved: bool
    summary: dict[str, object]
    lines: list[PlanLineOut]
    synthetic: bool


class PublishedOut(Schema):
    """What a publication came to, in people."""

    asked: int
    overtaken: int
    synthetic: bool


class TakeIn(Schema):
    """An offer, by number."""

    offer: Number


class OfferIn(Schema):
    """People whom nobody has asked for."""

    heads: int = Field(ge=1, le=MOST_HEADS)
    since: AwareDatetime
    until: AwareDatetime


class ReasonIn(Schema):
    """Why a unit sends nobody."""

    reason: str = Field(max_length=400)


class LinesIn(Schema):
    """People, one a line: a name, a phone, and skills of the closed list."""

    lines: list[str] = Field(min_length=1, max_length=MOST)


class LineIn(Schema):
    """One person, as a line of a list."""

    line: str = Field(max_length=400)


class ListedOut(Schema):
    """What became of a list: newly named, named before, twice in it; `elsewhere`: lines of who is named elsewhere."""

    listed: int
    there: int
    twice: int
    elsewhere: list[int]
    young: list[int] = Field(description="lines of who is known to be below the age at which people serve")
    synthetic: bool


Side = Literal["own", "asked_of"]
