"""Why notices are stored, who may read what, and how long they stay."""

from linli.custody.declare import ID, PERSONAL, SERVICE, UNTIL_EVENT_ENDS, Field, Kind, Whose, declare
from linli.notices.models import Notice, Sending, Told

DESK = ["community_desk"]
READING = ["volunteer", "resident", *DESK]
SAID = Field(purpose="to tell people what concerns them", readers=READING)
REACHED = Field(
    purpose="to know whether somebody has heard of it, and to call whoever has not",
    sensitivity=PERSONAL,
    readers=READING,
    kind=Kind.TOLD,
)

declare(
    Notice,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=Field(purpose="to know which event it belongs to", readers=DESK),
    key=Field(purpose="so that nobody is told the same thing twice", readers=[]),
    code=SAID,
    about=Field(purpose="to know what it is about", readers=DESK),
    facts=SAID,
    told_by=Field(purpose="who answers for it", readers=DESK),
    told_at=SAID,
)
declare(
    Told,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    notice=REACHED,
    person=REACHED,
    told_at=REACHED,
    read_at=REACHED,
    read_in=Field(
        purpose="to write to them in their language next time", sensitivity=PERSONAL, readers=[], kind=Kind.TOLD
    ),
    called_at=REACHED,
    called_by=Field(purpose="who told them by phone", sensitivity=PERSONAL, readers=DESK, kind=Kind.DID),
)
SENT = Field(
    purpose="to know whether a message has left, and to call whoever it does not reach",
    sensitivity=PERSONAL,
    readers=DESK,
    kind=Kind.TOLD,
)
declare(
    Sending,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=Field(purpose="by which a gateway knows a message again", readers=[]),
    told=SENT,
    way=SENT,
    urgent=Field(purpose="whether it may wake people", readers=[]),
    tries=Field(purpose="to wait longer each time", readers=[]),
    next_at=Field(purpose="when it is tried next", readers=[]),
    sent_at=SENT,
    failed_at=SENT,
    why=SENT,
)
