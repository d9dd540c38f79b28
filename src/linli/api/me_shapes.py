"""What the API takes and answers about a person's own things."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

Number = Annotated[int, Field(ge=1, lt=2**63)]
MOST_NOTICES = 50


class MineOut(Schema):
    """One of one's own sign-ups; a family may share a phone, so that names are masked."""

    id: UUID
    number: str
    state: str = Field(description="claimed, confirmed, declined, withdrawn")
    name: str
    community: str
    event: str
    placed: bool
    synthetic: bool


class MyShiftOut(Schema):
    """A shift that one holds at a named post."""

    post: str
    since: datetime
    until: datetime


class MyPlacementOut(Schema):
    """Where one is placed, now or next, in the language asked for."""

    grid: str
    community: str
    since: datetime
    until: datetime | None
    metres: int = Field(description="from home")
    estimated: bool
    skill: str = Field(description="that was asked for there; empty: none")
    why: list[str] = Field(description="why here, and not nearer")
    bring: list[str]
    leader: str = Field(description="empty where there is none yet")
    phone: str = Field(description="of the desk")
    answer_by: datetime
    coming: bool = Field(description="one has said so")
    team: str = Field(description="empty: in none")
    answers_for: list[str] = Field(description="buildings and doors, with one's team or alone")
    shifts: list[MyShiftOut]


class MineWhole(MineOut):
    """One sign-up with what was said in it, and where it led."""

    skills: int = Field(description="bits, as in a sign-up")
    free: int = Field(description="bits: mornings, afternoons, evenings, nights, weekends, at any time")
    only_inside: bool = Field(description="serves inside the own estate alone")
    placement: MyPlacementOut | None
    unread: int = Field(description="notices that were not opened, of everybody on the phone")


class AwayIn(Schema):
    """From when to when one cannot come; nobody asks why."""

    since: AwareDatetime
    until: AwareDatetime


class WhenIn(Schema):
    """When one can serve: 0 mornings, 1 afternoons, 2 evenings, 3 nights, 4 weekends, 5 at any time."""

    free: list[Annotated[int, Field(ge=0, le=5)]] = Field(max_length=6)
    only_inside: bool = Field(description="only inside the own estate, because one cannot leave it")


class MySkillsIn(Schema):
    """What one can do; until the desk has decided."""

    skills: list[Annotated[int, Field(ge=0, le=11)]] = Field(max_length=12)


class NoticeOut(Schema):
    """One notice, in the language asked for."""

    id: int
    title: str
    text: str
    told_at: datetime
    read_at: datetime | None
    sign_up: UUID | None = Field(description="of the phone's sign-ups the one whose person was told")


class NoticesOut(Schema):
    """What one was told, the newest first, and how many of all of these one has not opened."""

    unread: int
    notices: list[NoticeOut]
    synthetic: bool


class ReadIn(Schema):
    """Which notices were opened."""

    notices: list[Number] = Field(min_length=1, max_length=MOST_NOTICES)


class ReadOut(Schema):
    """How many of them nobody had opened before."""

    read: int
    synthetic: bool


class CorrectionOut(Schema):
    """A correction that was asked for."""

    id: int
    since: datetime
    until: datetime
    state: str = Field(description="asked, granted, refused")
    reason: str
    asked_at: datetime


class MyServiceOut(Schema):
    """One duty of one's own; hours in tenths, full ones only."""

    id: int
    event: str
    place: str
    state: str = Field(description="on_duty, waiting, approved, corrected, declined")
    reason: str = Field(description="why it was not counted")
    started_at: datetime
    finished_at: datetime | None
    tenths: int
    forgotten: bool = Field(description="begun so long ago that one is asked when it ended")
    corrections: list[CorrectionOut]


class MyHoursOut(Schema):
    """What one served, the newest first, in tenths of hours. Pages of files are posted to from the phone."""

    sign_up: UUID
    total: int = Field(description="what is approved")
    every_event: bool = Field(description="else of this event alone: the phone was not shown to be the person's")
    services: list[MyServiceOut]
    calendar: str | None = Field(description="page that gives an .ics of what is booked; null for a key")
    certificate: str | None = Field(
        description="page that gives a PDF of what is approved; null: not shown to be the person's phone"
    )
    synthetic: bool


class MyFinishIn(Schema):
    """When duty ended that one forgot to finish."""

    finished_at: AwareDatetime


class MyCorrectionIn(Schema):
    """From when to when one really served."""

    id: UUID = Field(description="chosen by the caller: the same correction under the same id is asked once")
    since: AwareDatetime
    until: AwareDatetime


class MyNumberIn(Schema):
    """The national volunteer number; empty: it is forgotten."""

    number: str = Field(max_length=80)


class StandOut(Schema):
    """How somebody of the phone stands at a post."""

    sign_up: UUID
    name: str
    does: Literal["start", "finish", "forgot", "elsewhere", ""] = Field(
        description="what there is to do; forgot: an older duty has to be finished first; empty: not placed here now"
    )
    service: int | None = Field(description="what they are on duty for")


class AtPostOut(Schema):
    """A post behind its code, and how everybody of the phone stands there."""

    area: int
    name: str
    phone: str
    leader: str
    people: list[StandOut]
    synthetic: bool


class MyTapIn(Schema):
    """That somebody of the phone starts or finishes at a post."""

    id: UUID = Field(description="chosen by the caller: the same start under the same id is one")
    sign_up: UUID
    does: Literal["start", "finish"]
    service: Number | None = Field(None, description="for finish only")
