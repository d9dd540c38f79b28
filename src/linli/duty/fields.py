"""Why bookings are stored, who may read what, and how long they stay."""

from linli.custody.declare import ID, PERSONAL, SERVICE, UNTIL_EVENT_ENDS, Field, Kind, Whose, declare
from linli.duty.hours import fields as hours_fields  # noqa: F401 -- declared there
from linli.duty.models import Booking, CalendarEntry, Policy, Training

DESK = ["community_desk"]
BOOKED = Field(
    purpose="so that nobody is asked to be in two places at once",
    sensitivity=PERSONAL,
    readers=["volunteer", *DESK],
    kind=Kind.PLACED,
)

declare(
    Booking,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    person=BOOKED,
    kind=BOOKED,
    during=BOOKED,
    event=Field(purpose="to know which event it belongs to", readers=DESK),
    place=BOOKED,
    post=BOOKED,
    source=Field(purpose="to know what it was booked for", readers=DESK),
    booked_by=Field(purpose="who answers for it", readers=DESK),
    booked_at=Field(purpose="since when", readers=["volunteer", *DESK]),
)

IN_CALENDAR = Field(
    purpose="to take out of somebody's calendar what is no longer so",
    sensitivity=PERSONAL,
    readers=["volunteer"],
    kind=Kind.PLACED,
)
declare(
    CalendarEntry,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    booking=IN_CALENDAR,
    person=IN_CALENDAR,
    event=Field(purpose="to know which event it belongs to", readers=[]),
    place=IN_CALENDAR,
    during=IN_CALENDAR,
    busy=IN_CALENDAR,
    sequence=IN_CALENDAR,
    called_off=IN_CALENDAR,
)

TRAINED = Field(
    purpose="so that nobody does dangerous work untrained",
    sensitivity=PERSONAL,
    readers=["volunteer", *DESK],
    kind=Kind.SKILLS,
)
RECORDED = Field(purpose="who answers for it, and since when", readers=DESK)
INSURED = Field(purpose="so that nobody does dangerous work uninsured", readers=DESK)
declare(
    Training,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    event=Field(purpose="to know which event it belongs to", readers=DESK),
    person=TRAINED,
    work=TRAINED,
    until=TRAINED,
    recorded_by=RECORDED,
    recorded_at=RECORDED,
)
declare(
    Policy,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=Field(purpose="to know which event it belongs to", readers=DESK),
    area=INSURED,
    organisation=INSURED,
    name=INSURED,
    until=INSURED,
    recorded_by=RECORDED,
    recorded_at=RECORDED,
)
