"""Why the duty log is stored, who may read what, and how long it stays."""

from linli.custody.declare import (
    EMERGENCY,
    ID,
    NO_ONE,
    PERSONAL,
    SENSITIVE,
    UNTIL_EVENT_ENDS,
    Field,
    Kind,
    Whose,
    declare,
)
from linli.desk.models import Entry, HandOver, Passing

HOLDING = ["community_desk", "street"]
COUNTING = ["community_desk", "street", "district", "city"]
AT_DOORS = [*HOLDING, "grid_worker"]
"""Of an entry about a door of theirs a grid worker sees that it is there; what is needed where they noted it."""
ANSWERS = Field(purpose="who answers for it", sensitivity=PERSONAL, readers=HOLDING, kind=Kind.DID)
CLOSED = Field(
    purpose="who closed it, when and with what was done", sensitivity=PERSONAL, readers=HOLDING, kind=Kind.DID
)
CALLED_BACK = Field(purpose="to say nothing about anybody before they were called back", readers=HOLDING)

declare(
    Entry,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.CALLER,
    id=ID,
    event=Field(purpose="to know which event it belongs to", readers=HOLDING),
    community=Field(purpose="which desk answers, and where it is counted", readers=COUNTING),
    with_street=Field(purpose="whether the desk or the street has it", readers=HOLDING),
    caller=Field(purpose="to call a person by name", sensitivity=PERSONAL, readers=HOLDING, kind=Kind.NAME),
    phone=Field(purpose="to reach a person by phone", sensitivity=PERSONAL, readers=HOLDING, kind=Kind.PHONE),
    phone_index=Field(
        purpose="to see that the same phone called before", sensitivity=PERSONAL, readers=NO_ONE, kind=Kind.PHONE
    ),
    about=Field(
        purpose="to know whom or which door it is about", sensitivity=PERSONAL, readers=HOLDING, kind=Kind.HOME
    ),
    place=Field(purpose="to know which door help has to reach", sensitivity=PERSONAL, readers=AT_DOORS, kind=Kind.HOME),
    person=Field(purpose="whose known number is called back", sensitivity=PERSONAL, readers=HOLDING, kind=Kind.PHONE),
    need=Field(purpose="to know what is needed", sensitivity=SENSITIVE, readers=AT_DOORS, kind=Kind.ASKED),
    priority=Field(purpose="to do first what cannot wait", readers=AT_DOORS),
    due_at=Field(purpose="to see what is overdue", readers=[*COUNTING, "grid_worker"]),
    received_at=Field(purpose="since when somebody waits", readers=AT_DOORS),
    received_by=ANSWERS,
    holder=ANSWERS,
    called_back_at=CALLED_BACK,
    called_back_by=CALLED_BACK,
    done=Field(purpose="to know what was done", sensitivity=SENSITIVE, readers=HOLDING, kind=Kind.ASKED),
    closed_at=CLOSED,
    closed_by=CLOSED,
)
SHIFT = Field(
    purpose="to know who handed over to whom, and when", sensitivity=PERSONAL, readers=["community_desk"], kind=Kind.DID
)
declare(
    HandOver,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.STAFF,
    id=ID,
    community=SHIFT,
    whole_desk=SHIFT,
    given_by=SHIFT,
    given_at=SHIFT,
    to=SHIFT,
    taken_at=SHIFT,
    called_off_at=SHIFT,
    called_off_by=SHIFT,
)
declare(
    Passing,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.STAFF,
    id=ID,
    entry=ID,
    hand_over=ID,
    given_by=ANSWERS,
    to=ANSWERS,
    at=ANSWERS,
)
