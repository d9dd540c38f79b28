"""Why hours are stored, who may read what, and how long they stay."""

from linli.custody.declare import (
    ID,
    NO_ONE,
    PERSONAL,
    SECRET,
    SERVICE,
    UNTIL_EVENT_ENDS,
    WHILE_SERVING,
    Field,
    Kind,
    Whose,
    declare,
)
from linli.duty.models import Correction, HoursCertificate, PostCode, Service, VolunteerNumber

READERS = ["volunteer", "leader", "community_desk"]
SERVED = Field(
    purpose="so that the hours somebody serves are true, and can be certified",
    sensitivity=PERSONAL,
    readers=READERS,
    kind=Kind.PLACED,
)
HOW = Field(purpose="to know how it was said, and when it was heard", readers=READERS)
WHO = Field(purpose="who answers for it", sensitivity=PERSONAL, readers=NO_ONE, kind=Kind.DID)
WHY = Field(purpose="so that the person reads why", sensitivity=PERSONAL, readers=READERS, kind=Kind.PLACED)

declare(
    Service,
    basis=SERVICE,
    keep=WHILE_SERVING,
    whose=Whose.HELPER,
    id=ID,
    key=ID,
    person=SERVED,
    event=Field(purpose="to know which event it belongs to", readers=READERS),
    booking=Field(purpose="to know what they were booked for", readers=NO_ONE),
    place=SERVED,
    post=SERVED,
    started_at=SERVED,
    start_said=HOW,
    start_clipped=HOW,
    start_recorded_at=HOW,
    start_by=WHO,
    finished_at=SERVED,
    finish_said=HOW,
    finish_clipped=HOW,
    finish_recorded_at=HOW,
    finish_by=WHO,
    finish_key=ID,
    asked_at=HOW,
    state=SERVED,
    decided_by=WHO,
    decided_person=WHO,
    decided_at=HOW,
    reason=WHY,
)
declare(
    Correction,
    basis=SERVICE,
    keep=WHILE_SERVING,
    whose=Whose.HELPER,
    id=ID,
    key=ID,
    service=ID,
    person=SERVED,
    since=SERVED,
    until=SERVED,
    was_since=SERVED,
    was_until=SERVED,
    asked_at=HOW,
    state=SERVED,
    reason=WHY,
    decided_by=WHO,
    decided_person=WHO,
    decided_at=HOW,
)
POSTER = Field(purpose="so that a poster leads to the right post, until it is replaced", readers=["community_desk"])
declare(
    PostCode,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=POSTER,
    place=POSTER,
    digest=Field(purpose="so that a code cannot be made up", sensitivity=SECRET, readers=NO_ONE),
    made_at=POSTER,
    made_by=Field(purpose="who answers for it", readers=NO_ONE),
    ended_at=POSTER,
)

CERTIFIED = Field(
    purpose="so that whoever is shown a certificate can see that it is true",
    sensitivity=PERSONAL,
    readers=READERS,
    kind=Kind.PLACED,
)
declare(
    VolunteerNumber,
    basis=SERVICE,
    keep=WHILE_SERVING,
    whose=Whose.HELPER,
    person=CERTIFIED,
    number=Field(
        purpose="so that a certificate needs no ID number", sensitivity=PERSONAL, readers=["volunteer"], kind=Kind.ID_NO
    ),
    given_at=HOW,
)
declare(
    HoursCertificate,
    basis=SERVICE,
    keep=WHILE_SERVING,
    whose=Whose.HELPER,
    id=ID,
    person=CERTIFIED,
    digest=Field(purpose="so that a certificate cannot be changed", readers=READERS),
    tenths=CERTIFIED,
    lines=CERTIFIED,
    issued_by=WHO,
    issued_at=HOW,
)
