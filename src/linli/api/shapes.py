"""What the API answers, as schemas."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime


class ProblemFacts(Schema):
    code: str
    message: str
    facts: dict[str, object]


class Problem(Schema):
    """The one error shape."""

    error: ProblemFacts


# What any operation may answer besides its own, and what one that takes a body may answer on top.
READING: dict[int, type[Schema]] = dict.fromkeys((401, 403, 404, 422, 503), Problem)
WRITING: dict[int, type[Schema]] = READING | dict.fromkeys((400, 409, 413), Problem)


class AreaOut(Schema):
    """An area and how it stands; `synthetic` marks a made-up city."""

    id: int
    level: int
    name: str
    asking: int = Field(description="grids that ask for people")
    wanted: int
    placed: int
    told: int = Field(description="of those placed, who has read it, was told by phone, or has said that they come")
    coming: int = Field(description="of those placed, who has said that they come")
    came: int = Field(description="of those placed, who has started duty there")
    grids_placed: int
    signed_up: int
    as_of: datetime
    synthetic: bool


class PartOut(Schema):
    """One of the areas directly below that a figure is told by."""

    area: int
    name: str
    name_en: str


class FigureOut(Schema):
    """A number counted from rows; `part` is null for the total of the area."""

    key: str
    name: str = Field(description="in the language asked for")
    definition: str = Field(description="which rows it counts, in the language asked for")
    value: int
    as_of: datetime
    link: str | None = Field(description="the page that lists what it counts; null where the caller may not open it")
    part: PartOut | None


class BriefingOut(Schema):
    """What an area can say of itself at a moment; the text holds no figure of people below five."""

    area: int
    name: str
    name_en: str
    event: str
    event_en: str
    as_of: datetime
    exercise: bool
    synthetic: bool
    figures: list[FigureOut]
    text_zh: str
    text_en: str


class SignUpIn(Schema):
    """What a person says who signs up."""

    id: UUID | None = Field(
        default=None,
        description="chosen by the caller for this sign-up: sent again with the same words, it gives the first answer",
    )
    community: int
    name: str
    phone: str
    door: str
    skills: list[int] = []


class SignUpOut(Schema):
    """A claim as the desk sees it: masked."""

    id: UUID
    number: str
    state: str
    name: str
    phone: str
    skills: int
    made_at: datetime
    synthetic: bool


class SilentOut(Schema):
    """A placement whose person has not said in time whether they come."""

    placement: int
    grid: int
    since: datetime
    until: datetime | None
    answer_by: datetime
    synthetic: bool


class PlacedOut(SilentOut):
    """A placement as the desk sees it, masked; `coming_at` is null until they have said that they come."""

    name: str
    phone: str
    coming_at: datetime | None


class ComingOut(Schema):
    """Since when it is known that somebody who is placed comes; null where they left meanwhile."""

    placement: int
    coming_at: datetime | None
    synthetic: bool


class ToCallOut(Schema):
    """Somebody to be called: since when they are told, and on which ways (sms, mail) a message was given up."""

    placement: int
    grid: int
    told_at: datetime
    failed: list[str]


class CallListOut(Schema):
    """How many are placed, how many of them have read it, how many more were told by phone, and whom to call."""

    area: int
    placed: int
    read: int
    called: int
    calls: list[ToCallOut]
    synthetic: bool


class ToldOut(Schema):
    """Whether a call was noted."""

    placement: int
    noted: bool
    synthetic: bool


class CoverOut(Schema):
    """How many buildings somebody answers for."""

    buildings: int
    answered: int
    as_of: datetime
    synthetic: bool


class SweepOut(Schema):
    """A sweep; `ready_at` is null while its lists are being made, `ended_at` while it goes on."""

    id: int
    area: int
    begun_at: datetime
    ready_at: datetime | None
    ended_at: datetime | None
    synthetic: bool


class PersonsOut(Schema):
    """How the people of an area stand: `known` is the sum of the others, each person in exactly one."""

    known: int
    done: int
    exempt: int
    away: int
    refused: int
    not_reached: int


class DoorsOut(Schema):
    """How the doors of an area stand: `known` is the sum of the others, each door in exactly one."""

    known: int
    answered: int
    vacant: int
    turned_away: int
    no_answer: int
    not_visited: int


class AreaStandsOut(Schema):
    """Both balances of one area."""

    area: int
    name: str
    persons: PersonsOut
    doors: DoorsOut


class StandsOut(AreaStandsOut):
    """Both balances of an area in a sweep, and of each area directly below it that the caller sees counted."""

    sweep: int
    below: list[AreaStandsOut]
    as_of: datetime
    synthetic: bool


class SaidIn(Schema):
    """What was said of one person behind the door."""

    person: int = Field(ge=1, lt=2**63)
    state: Literal["here", "exempt", "away", "refused"]


class FindingIn(Schema):
    """What was found at a door."""

    id: UUID = Field(description="chosen by the caller: sent again with the same words, it gives the first answer")
    door: int = Field(ge=1, lt=2**63)
    result: Literal["answered", "no_answer", "vacant", "refused"]
    how: Literal["door", "phone", "group", "neighbour", "counter", "file"]
    happened_at: AwareDatetime = Field(description="with its time zone; since the sweep began, not later than now")
    said: list[SaidIn] = Field(default=[], max_length=500, description="only where somebody answered")
    spoke: int | None = Field(default=None, description="which of these persons answered for the household")
    back_at: AwareDatetime | None = Field(
        default=None, description="when they asked to come back: within seven days after happened_at; not where vacant"
    )


class FindingOut(Schema):
    """A finding as it was written down first."""

    id: UUID
    sweep: int
    door: int
    result: str
    how: str
    happened_at: datetime
    back_at: datetime | None
    recorded_at: datetime
    taken_back_at: datetime | None
    synthetic: bool
