"""Why teams are stored, who may read what, and how long it stays."""

from linli.custody.declare import EMERGENCY, ID, PERSONAL, SERVICE, UNTIL_EVENT_ENDS, Field, Kind, Whose, declare
from linli.muster.models import Holding, Member, NamedPost, Responsibility, Team

DESK = ["community_desk"]
DECIDING = ["community_desk", "street", "district", "city"]
FORMED = Field(purpose="to know which teams there are and where they work", readers=["volunteer", *DECIDING])
ANSWERS = Field(purpose="who answers for it, and since when", readers=DESK)
declare(
    Team,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=FORMED,
    community=FORMED,
    place=FORMED,
    kind=FORMED,
    number=FORMED,
    level=Field(purpose="to see that the risk has fallen since the team was formed", readers=DECIDING),
    formed_by=ANSWERS,
    formed_at=FORMED,
    released_by=ANSWERS,
    released_at=FORMED,
)
BELONGS = Field(
    purpose="to know who goes out together and who leads",
    sensitivity=PERSONAL,
    readers=["volunteer", "leader", *DESK],
    kind=Kind.PLACED,
)
declare(
    Member,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    team=BELONGS,
    event=Field(purpose="so that nobody is in two teams of one event", readers=DESK),
    person=BELONGS,
    grid=Field(purpose="to see who is no longer placed there", sensitivity=PERSONAL, readers=DESK, kind=Kind.PLACED),
    role=BELONGS,
    during=BELONGS,
)
ANSWERED_FOR = Field(
    purpose="so that each building has somebody who answers for it",
    sensitivity=PERSONAL,
    readers=["resident", "volunteer", *DESK],
    kind=Kind.PLACED,
)
declare(
    Responsibility,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    event=Field(purpose="to know which event it belongs to", readers=DESK),
    place=ANSWERED_FOR,
    person=ANSWERED_FOR,
    grid=Field(purpose="to see who is no longer placed there", sensitivity=PERSONAL, readers=DESK, kind=Kind.PLACED),
    team=ANSWERED_FOR,
    during=ANSWERED_FOR,
    given_by=ANSWERS,
    given_at=Field(purpose="since when", readers=["volunteer", *DESK]),
)
NAMED = Field(purpose="to know which posts there are and what is done there", readers=["volunteer", *DESK])
declare(
    NamedPost,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=NAMED,
    community=NAMED,
    kind=NAMED,
    work=NAMED,
    name=NAMED,
    made_by=ANSWERS,
    made_at=NAMED,
    closed_at=NAMED,
)
HOLDS = Field(
    purpose="to know who holds a post and when",
    sensitivity=PERSONAL,
    readers=["volunteer", "leader", *DESK],
    kind=Kind.PLACED,
)
declare(
    Holding,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    post=HOLDS,
    booking=ID,
    event=Field(purpose="to know which event it belongs to", readers=DESK),
    person=HOLDS,
    place=HOLDS,
    during=HOLDS,
    given_by=ANSWERS,
    given_at=Field(purpose="since when", readers=["volunteer", *DESK]),
)
