"""Why people are stored, who may read what, and how long it stays."""

from linli.custody.declare import (
    DUTY,
    ID,
    INTERNAL,
    PERSONAL,
    SENSITIVE,
    SERVICE,
    WHILE_REGISTERED,
    WHILE_SERVING,
    Basis,
    Field,
    Keep,
    Kind,
    Whose,
    declare,
)
from linli.people.models import (
    City,
    Household,
    Identity,
    Load,
    Organisation,
    Person,
    SameAs,
    Stay,
    Unavailable,
    Volunteer,
)

DESKS = ["grid_worker", "community_desk"]
WHERE = Field(
    purpose="so that each person is counted once, and nobody is missed",
    sensitivity=PERSONAL,
    readers=DESKS,
    kind=Kind.COUNTED,
)
WHEN = Field(purpose="to report any past moment as it was", sensitivity=PERSONAL, readers=DESKS, kind=Kind.COUNTED)

declare(Person, basis=DUTY, keep=Keep.BY_HOLDER, whose=Whose.RESIDENT, id=ID, counted_in=WHERE, counted_since=WHEN)
declare(
    Identity,
    basis=DUTY,
    keep=Keep.BY_HOLDER,
    whose=Whose.RESIDENT,
    person=ID,
    holder=Field(purpose="to know under whose rules this is kept, and when it must go"),
    name=Field(purpose="to call a person by name", sensitivity=PERSONAL, readers=DESKS, kind=Kind.NAME),
    name_key=Field(purpose="to sort names", sensitivity=PERSONAL, readers=DESKS, kind=Kind.NAME),
    sex=Field(purpose="to send a helper the person may ask for", sensitivity=PERSONAL, readers=DESKS, kind=Kind.SEX),
    born=Field(purpose="to know who is a child or old", sensitivity=PERSONAL, readers=DESKS, kind=Kind.BORN),
    id_no=Field(
        purpose="to tell two people of one name apart",
        sensitivity=SENSITIVE,
        readers=["community_desk"],
        kind=Kind.ID_NO,
    ),
    id_index=Field(
        purpose="to find a person by ID number without reading it", sensitivity=SENSITIVE, readers=[], kind=Kind.ID_NO
    ),
    phone=Field(purpose="to reach a person by phone", sensitivity=PERSONAL, readers=DESKS, kind=Kind.PHONE),
    phone_index=Field(
        purpose="to find a person by phone number without reading it", sensitivity=PERSONAL, readers=[], kind=Kind.PHONE
    ),
    phone_tail=Field(
        purpose="to find a person by the last digits of the phone number without reading it",
        sensitivity=PERSONAL,
        readers=[],
        kind=Kind.PHONE,
    ),
    needs=Field(purpose="to help those first who must not wait", sensitivity=SENSITIVE, readers=DESKS, kind=Kind.NEEDS),
)
declare(
    Stay,
    basis=DUTY,
    keep=Keep.BY_HOLDER,
    whose=Whose.RESIDENT,
    person=ID,
    since=WHEN,
    kind=WHERE,
    household=WHERE,
    home=WHERE,
    counted_in=WHERE,
    recorded_at=Field(purpose="to know when this was known", sensitivity=INTERNAL, readers=DESKS),
)
MERGED = Field(purpose="so that nobody known twice is counted twice", sensitivity=INTERNAL, readers=DESKS)
declare(
    SameAs,
    basis=DUTY,
    keep=Keep.BY_HOLDER,
    whose=Whose.RESIDENT,
    id=ID,
    person=MERGED,
    kept=MERGED,
    reason=MERGED,
    by=MERGED,
    at=MERGED,
    undone_by=MERGED,
    undone_at=MERGED,
)
declare(
    Household,
    basis=DUTY,
    keep=WHILE_REGISTERED,
    whose=Whose.RESIDENT,
    id=ID,
    kind=Field(purpose="to tell a family from a dormitory", readers=DESKS),
    dwelling=Field(purpose="to find the door of a household", sensitivity=PERSONAL, readers=DESKS, kind=Kind.HOME),
)
ORGANISATION = Field(purpose="to know which work unit sends people")
declare(
    Organisation,
    basis=DUTY,
    keep=Keep.AS_LONG_AS_THE_PLACE,
    id=ID,
    name=ORGANISATION,
    parent=ORGANISATION,
    area=ORGANISATION,
    desk_phone=Field(purpose="to call its office where nobody there can be told otherwise"),
)
SERVES = ["volunteer", "leader", "community_desk"]
declare(
    Volunteer,
    basis=SERVICE,
    keep=WHILE_SERVING,
    whose=Whose.HELPER,
    person=ID,
    skills=Field(
        purpose="to place people where their skills are needed", sensitivity=PERSONAL, readers=SERVES, kind=Kind.SKILLS
    ),
    lives_at=Field(purpose="to place people near home", sensitivity=PERSONAL, readers=SERVES, kind=Kind.HOME),
    community=Field(purpose="to know which desk answers to them", sensitivity=PERSONAL, readers=SERVES, kind=Kind.HOME),
    organisation=Field(
        purpose="to know who sent them, if anybody", sensitivity=PERSONAL, readers=SERVES, kind=Kind.UNIT
    ),
    only_inside=Field(
        purpose="to ask them only inside their estate", sensitivity=PERSONAL, readers=SERVES, kind=Kind.TIMES
    ),
)
declare(
    Unavailable,
    basis=SERVICE,
    keep=WHILE_SERVING,
    whose=Whose.HELPER,
    id=ID,
    volunteer=Field(
        purpose="to ask nobody when they cannot; no reason is kept",
        sensitivity=PERSONAL,
        readers=SERVES,
        kind=Kind.TIMES,
    ),
    during=Field(
        purpose="to ask nobody when they cannot; no reason is kept",
        sensitivity=PERSONAL,
        readers=SERVES,
        kind=Kind.TIMES,
    ),
)
LOADED = Field(
    purpose="to answer on which basis people are kept, and for how long", readers=["community_desk", "privacy_officer"]
)
declare(
    Load,
    basis=DUTY,
    keep=Keep.BY_HOLDER,
    id=ID,
    template=LOADED,
    community=LOADED,
    holder=LOADED,
    owner=LOADED,
    legal_basis=LOADED,
    review_by=LOADED,
    people=LOADED,
    loaded_by=LOADED,
    loaded_at=LOADED,
    reviewed_by=LOADED,
    reviewed_at=LOADED,
    ended_at=LOADED,
)
CITY = Field(purpose="to mark a synthetic city on every page")
declare(
    City,
    basis=Basis.OPERATION,
    keep=Keep.ALWAYS,
    id=ID,
    name=CITY,
    size=CITY,
    seed=CITY,
    synthetic=CITY,
    digest=CITY,
    loaded_at=CITY,
)
