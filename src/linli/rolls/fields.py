"""Why standings are stored, who may read what, and how long it stays."""

from linli.custody.declare import (
    EMERGENCY,
    ID,
    INTERNAL,
    PERSONAL,
    UNTIL_EVENT_ENDS,
    Field,
    Kind,
    Whose,
    declare,
)
from linli.rolls.models import Counter, Missed, Roll, Standing, StandingChange

DESKS = ["grid_worker", "community_desk"]
WHERE = Field(
    purpose="so that each person is counted once, and nobody is missed",
    sensitivity=PERSONAL,
    readers=DESKS,
    kind=Kind.COUNTED,
)
HOW = Field(
    purpose="to know who has not been reached yet, and to reach them",
    sensitivity=PERSONAL,
    readers=DESKS,
    kind=Kind.STOOD,
)
WHO = Field(purpose="to know about whom or which door this is", sensitivity=INTERNAL)
PART = Field(purpose="to take the right part away when the event has ended")
WHEN = Field(purpose="to report any past moment as it was", sensitivity=PERSONAL, readers=DESKS, kind=Kind.STOOD)
NUMBER = Field(purpose="to add up balances at once")

declare(
    Roll,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=ID,
    area=Field(purpose="to know who must be accounted for"),
    of=Field(purpose="to tell people from doors"),
    question=Field(purpose="to know what is asked"),
    part=PART,
    opened_by=Field(purpose="to know who asked", sensitivity=INTERNAL),
    opened_at=Field(purpose="to know since when it is asked"),
    ready_at=Field(purpose="to know since when its figures hold"),
    closed_at=Field(purpose="to know until when it was asked"),
    closed_by=Field(purpose="to know who ended it", sensitivity=INTERNAL),
)
declare(
    Standing,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    subject=WHO,
    roll=ID,
    part=PART,
    micro_grid=WHERE,
    state=HOW,
    owner=Field(purpose="so that somebody answers for everybody not reached", sensitivity=INTERNAL),
)
declare(
    StandingChange,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    id=ID,
    part=PART,
    roll=ID,
    subject=WHO,
    state_from=HOW,
    state_to=HOW,
    micro_grid_from=WHERE,
    micro_grid_to=WHERE,
    cause=HOW,
    fact=Field(purpose="to find what made it so", sensitivity=INTERNAL),
    happened_at=WHEN,
    recorded_at=WHEN,
    transaction=Field(purpose="so that a figure equals the list behind it", sensitivity=INTERNAL),
)
declare(
    Counter,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    roll=ID,
    micro_grid=ID,
    s0=NUMBER,
    s1=NUMBER,
    s2=NUMBER,
    s3=NUMBER,
    s4=NUMBER,
    s5=NUMBER,
)
declare(
    Missed,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    roll=ID,
    subject=Field(purpose="to catch up with who moved while a list was being made", sensitivity=INTERNAL),
)
