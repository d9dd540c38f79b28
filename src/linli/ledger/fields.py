"""Why findings are stored, who may read what, and how long it stays."""

from linli.custody.declare import (
    DUTY,
    EMERGENCY,
    ID,
    INTERNAL,
    NO_ONE,
    PERSONAL,
    UNTIL_EVENT_ENDS,
    Field,
    Keep,
    Kind,
    Whose,
    declare,
)
from linli.ledger.models import (
    Apart,
    Arrived,
    DoorCode,
    Finding,
    MoveProposed,
    PaperLine,
    PaperSheet,
    ReportColumn,
    ReportFilling,
    ReportForm,
    Said,
    SelfReport,
    SelfReported,
    Sweep,
)

DESKS = ["grid_worker", "community_desk"]
STOOD = Field(
    purpose="to know who has not been reached yet, and to reach them",
    sensitivity=PERSONAL,
    readers=DESKS,
    kind=Kind.STOOD,
)
WORK = Field(purpose="to answer for what was written down, and to mend it", sensitivity=INTERNAL)

declare(Sweep, basis=EMERGENCY, keep=UNTIL_EVENT_ENDS, id=ID, doors=ID, persons=ID)
declare(
    Finding,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    id=ID,
    sweep=ID,
    dwelling=Field(purpose="to know at which door", sensitivity=PERSONAL, readers=DESKS, kind=Kind.HOME),
    result=STOOD,
    how=STOOD,
    by=WORK,
    device=WORK,
    happened_at=STOOD,
    clipped=WORK,
    back_at=Field(
        purpose="to come when they asked somebody to come", sensitivity=PERSONAL, readers=DESKS, kind=Kind.STOOD
    ),
    recorded_at=WORK,
    taken_back_at=WORK,
    taken_back_by=WORK,
)
declare(
    Said,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    id=ID,
    finding=ID,
    person=ID,
    state=STOOD,
    spoke=Field(purpose="to know who spoke for the household", sensitivity=PERSONAL, readers=DESKS, kind=Kind.STOOD),
)
MOVES = Field(
    purpose="so that each person is counted once, and nobody is missed",
    sensitivity=PERSONAL,
    readers=DESKS,
    kind=Kind.COUNTED,
)
declare(
    MoveProposed,
    basis=DUTY,
    keep=Keep.BY_HOLDER,
    whose=Whose.RESIDENT,
    id=ID,
    person=ID,
    seat=MOVES,
    what=MOVES,
    dwelling=MOVES,
    counted_in=MOVES,
    joins=MOVES,
    since=MOVES,
    by=WORK,
    proposed_at=WORK,
    taken=WORK,
    decided_by=WORK,
    decided_at=WORK,
)
TWO = Field(purpose="so that two people are not taken for one again and again", sensitivity=INTERNAL, readers=DESKS)
declare(Apart, basis=DUTY, keep=Keep.BY_HOLDER, whose=Whose.RESIDENT, id=ID, lower=ID, higher=TWO, by=WORK, at=WORK)
declare(Arrived, basis=DUTY, keep=Keep.BY_HOLDER, whose=Whose.RESIDENT, form=ID, person=ID)

SHEET = Field(purpose="to know which sheets of paper are out, and to get every one back", sensitivity=INTERNAL)
declare(
    PaperSheet,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    number=SHEET,
    sweep=ID,
    micro_grid=SHEET,
    asked_by=SHEET,
    asked_at=SHEET,
    printed_at=SHEET,
    fate=SHEET,
    fate_at=SHEET,
    fate_by=SHEET,
)
declare(
    PaperLine,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    sheet=ID,
    n=SHEET,
    dwelling=Field(purpose="to type back what stands on paper", sensitivity=PERSONAL, readers=DESKS, kind=Kind.HOME),
    building=SHEET,
    persons=Field(purpose="to type back what stands on paper", sensitivity=PERSONAL, readers=DESKS, kind=Kind.HOME),
)

FORM = Field(purpose="so that what an office requires is typed once and not again and again", sensitivity=INTERNAL)
ANSWERS = Field(purpose="to answer for the form and for what its columns mean", sensitivity=INTERNAL)
declare(
    ReportForm,
    basis=DUTY,
    keep=Keep.ALWAYS,
    id=ID,
    area=FORM,
    name=FORM,
    required_by=Field(purpose="to say who requires it", sensitivity=INTERNAL),
    rows=FORM,
    layout=FORM,
    made_by=ANSWERS,
    made_at=ANSWERS,
    removed_by=ANSWERS,
    removed_at=ANSWERS,
)
declare(
    ReportColumn,
    basis=DUTY,
    keep=Keep.ALWAYS,
    form=ID,
    at=FORM,
    title=FORM,
    kind=FORM,
    meaning=FORM,
    constant=FORM,
)
TYPED = Field(purpose="to know how much a form still makes people type", sensitivity=INTERNAL)
declare(
    ReportFilling,
    basis=DUTY,
    keep=Keep.ALWAYS,
    number=TYPED,
    form=ID,
    area=TYPED,
    filled_at=TYPED,
    rows=TYPED,
    filled=TYPED,
    masked=TYPED,
    empty=TYPED,
    by_hand=TYPED,
)

declare(
    DoorCode,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=ID,
    dwelling=Field(purpose="to know to which door a printed code leads", sensitivity=INTERNAL),
    digest=Field(purpose="to know a printed code again", sensitivity=INTERNAL, readers=NO_ONE),
    made_at=WORK,
    made_by=WORK,
    ended_at=WORK,
)
REPORTED = "to see that nobody at your door is missed"
declare(
    SelfReport,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    id=ID,
    event=ID,
    dwelling=Field(purpose=REPORTED, sensitivity=PERSONAL, readers=DESKS, kind=Kind.HOME),
    device=Field(
        purpose="to let a phone mend what it reported", sensitivity=PERSONAL, readers=NO_ONE, kind=Kind.DEVICE
    ),
    said_index=Field(purpose="to know what is sent twice", sensitivity=INTERNAL, readers=NO_ONE),
    asked=Field(
        purpose="to ask the desk for the same thing once only", sensitivity=PERSONAL, readers=NO_ONE, kind=Kind.ASKED
    ),
    said_at=STOOD,
    decided_at=WORK,
    decided_by=WORK,
)
declare(
    SelfReported,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.RESIDENT,
    id=ID,
    report=ID,
    n=ID,
    name=Field(purpose=REPORTED, sensitivity=PERSONAL, readers=DESKS, kind=Kind.NAME),
    phone=Field(purpose="to call you back", sensitivity=PERSONAL, readers=DESKS, kind=Kind.PHONE),
    phone_index=Field(purpose=REPORTED, sensitivity=PERSONAL, readers=NO_ONE, kind=Kind.PHONE),
    guest=Field(purpose=REPORTED, sensitivity=PERSONAL, readers=DESKS, kind=Kind.COUNTED),
    outcome=WORK,
    person=ID,
)
