"""Why leases and receipts are kept, who may read what, and how long."""

from linli.custody.declare import (
    EMERGENCY,
    ID,
    INTERNAL,
    NO_ONE,
    PERSONAL,
    SECRET,
    UNTIL_EVENT_ENDS,
    Field,
    Kind,
    Whose,
    declare,
)
from linli.field.models import Lease, Receipt

WORK = Field("to answer for what was written down without a signal, and to mend it", INTERNAL)

declare(
    Lease,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.STAFF,
    id=ID,
    device=Field("to know the phone again that sends something twice", PERSONAL, NO_ONE, kind=Kind.DEVICE),
    session=Field("so that a phone that is ended holds no doors any more", PERSONAL, NO_ONE, kind=Kind.DEVICE),
    by_phone=WORK,
    user=Field("who wrote what this phone sends", PERSONAL, kind=Kind.ACCOUNT),
    grants=WORK,
    event=ID,
    secret=Field("to see that nobody else wrote it", SECRET, NO_ONE),
    numbers=WORK,
    since=WORK,
    until=WORK,
    ended_at=WORK,
)
declare(
    Receipt,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.STAFF,
    id=ID,
    device=Field("to know the phone again that sends something twice", PERSONAL, NO_ONE, kind=Kind.DEVICE),
    key=ID,
    lease=ID,
    digest=Field("to see that nothing else is sent under the same key", SECRET, NO_ONE),
    state=WORK,
    code=WORK,
    facts=WORK,
    made=ID,
    held=Field(
        "so that nothing is lost that could not be done: its author decides",
        PERSONAL,
        ["grid_worker", "leader"],
        kind=Kind.STOOD,
    ),
    happened_at=WORK,
    clipped=WORK,
    delivered_by=Field("who brought it", PERSONAL, NO_ONE, kind=Kind.DID),
    recorded_at=WORK,
    settled_at=WORK,
)
