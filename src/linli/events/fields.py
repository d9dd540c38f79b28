"""Why events and zones are stored. They are announcements about places and hold nobody's data."""

from linli.custody.declare import EMERGENCY, ID, PUBLIC, Field, Keep, declare
from linli.custody.roles import ROLES
from linli.events.models import Event, EventArea, Zone

KEEP = Keep.ALWAYS
WHICH = Field(purpose="to know which event it belongs to", sensitivity=PUBLIC)
STAFF = tuple(key for key, role in ROLES.items() if role.second_factor)

declare(
    Event,
    basis=EMERGENCY,
    keep=KEEP,
    id=ID,
    name=Field(purpose="to call it by its name", sensitivity=PUBLIC),
    name_en=Field(purpose="to call it by its name in English", sensitivity=PUBLIC),
    pack=Field(purpose="to know what everything is called and which rules hold", sensitivity=PUBLIC),
    pack_version=Field(purpose="to report the past by the rules that held then", sensitivity=PUBLIC),
    started_at=Field(purpose="to know from when it was active", sensitivity=PUBLIC),
    ended_at=Field(purpose="to know until when it was active, and what must go since", sensitivity=PUBLIC),
    exercise=Field(purpose="to tell a drill from an emergency", sensitivity=PUBLIC),
)
declare(
    EventArea,
    basis=EMERGENCY,
    keep=KEEP,
    id=ID,
    event=WHICH,
    area=Field(purpose="to know where it is active", sensitivity=PUBLIC),
)
declare(
    Zone,
    basis=EMERGENCY,
    keep=KEEP,
    id=ID,
    event=WHICH,
    place=Field(purpose="to know where it holds", sensitivity=PUBLIC),
    level=Field(purpose="to know what residents are asked to do", sensitivity=PUBLIC),
    basis_=Field(purpose="to be able to check the decision; names nobody", readers=STAFF),
    counted_from=Field(purpose="to count the days without a new case", sensitivity=PUBLIC),
    during=Field(purpose="to know from when to when it holds", sensitivity=PUBLIC),
    declared_by=Field(purpose="who answers for it", readers=STAFF),
    declared_at=Field(purpose="when it was decided", sensitivity=PUBLIC),
)
