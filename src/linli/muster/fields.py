"""Why signing up and placing are stored, who may read what, and how long it stays."""

from linli.custody.declare import (
    EMERGENCY,
    ID,
    NO_ONE,
    PERSONAL,
    SERVICE,
    UNTIL_EVENT_ENDS,
    Field,
    Kind,
    Whose,
    declare,
)
from linli.muster.models import Allocation, Demand, DemandSkill, Placement, Proposal, SignUp

DESK = ["community_desk"]
COUNTING = ["community_desk", "street", "district", "city", "press"]
DECIDING = ["community_desk", "street", "district", "city"]

WHICH_EVENT = Field(purpose="to know which event it belongs to", readers=COUNTING)
DECIDED = Field(purpose="who answers for the decision, and since when", readers=DESK)

declare(
    SignUp,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    number=Field(
        purpose="what a person quotes when they call",
        sensitivity=PERSONAL,
        readers=["volunteer", *DESK],
        kind=Kind.CLAIM,
    ),
    event=WHICH_EVENT,
    community=Field(purpose="which desk answers, and where the sign-up is counted", readers=COUNTING),
    way=Field(purpose="to see which way of signing up works", readers=DESK),
    as_member=Field(
        purpose="the way of signing up; shown in totals of five or more",
        sensitivity=PERSONAL,
        readers=NO_ONE,
        kind=Kind.WAY,
    ),
    name=Field(purpose="to call a person by name", sensitivity=PERSONAL, readers=["volunteer", *DESK], kind=Kind.NAME),
    phone=Field(purpose="to reach a person by phone", sensitivity=PERSONAL, readers=DESK, kind=Kind.PHONE),
    phone_index=Field(
        purpose="to find a person by phone number without reading it",
        sensitivity=PERSONAL,
        readers=NO_ONE,
        kind=Kind.PHONE,
    ),
    door=Field(purpose="to place people near home", sensitivity=PERSONAL, readers=DESK, kind=Kind.HOME),
    lives_at=Field(purpose="to place people near home", sensitivity=PERSONAL, readers=DESK, kind=Kind.HOME),
    fit_said_at=Field(
        purpose="so that nobody stands at a post who has not said that they can; nobody asks about health",
        sensitivity=PERSONAL,
        readers=["volunteer", *DESK],
        kind=Kind.TIMES,
    ),
    skills=Field(
        purpose="to place people where their skills are needed",
        sensitivity=PERSONAL,
        readers=["volunteer", *DESK],
        kind=Kind.SKILLS,
    ),
    free=Field(
        purpose="to ask people when they said that they can come",
        sensitivity=PERSONAL,
        readers=["volunteer", *DESK],
        kind=Kind.TIMES,
    ),
    organisation=Field(purpose="to know who sent them, if anybody", sensitivity=PERSONAL, readers=DESK, kind=Kind.UNIT),
    state=Field(purpose="to know whether the desk has decided", readers=["volunteer", *DESK]),
    person=Field(purpose="to know who stands behind the sign-up", sensitivity=PERSONAL, readers=DESK, kind=Kind.CLAIM),
    matched=Field(purpose="to see who is new to the register", readers=DESK),
    made_at=Field(purpose="to see who has waited longest", readers=["volunteer", *DESK]),
    decided_by=DECIDED,
    decided_at=DECIDED,
    withdrawn_at=DECIDED,
)
ASKED = Field(purpose="how many people a grid needs", readers=DECIDING)
declare(
    Demand,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=WHICH_EVENT,
    grid=ASKED,
    want=ASKED,
    most=ASKED,
    version=Field(purpose="so that an old plan can tell that it is old", readers=DECIDING),
    generation=Field(purpose="so that two publications do not overtake each other", readers=DECIDING),
    set_by_run=Field(purpose="so that one publication does not overtake itself", readers=DECIDING),
    asked_by=Field(purpose="who answers for it", readers=DECIDING),
    asked_at=Field(purpose="since when", readers=DECIDING),
)
declare(DemandSkill, basis=EMERGENCY, keep=UNTIL_EVENT_ENDS, id=ID, demand=ASKED, skill=ASKED, heads=ASKED)
RUN = Field(purpose="to see how far the planner is and what it proposes", readers=DECIDING)
PROOF = Field(purpose="to prove that no better plan exists", readers=DECIDING)
declare(
    Allocation,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=WHICH_EVENT,
    area=RUN,
    kind=RUN,
    pool=RUN,
    mode=RUN,
    state=RUN,
    step=RUN,
    progress=RUN,
    during=RUN,
    asked_by=Field(purpose="who asked for the plan", readers=DECIDING),
    asked_at=RUN,
    finished_at=RUN,
    published_by=Field(purpose="who answers for it", readers=DECIDING),
    published_at=RUN,
    failure=RUN,
    problem_digest=PROOF,
    objective=PROOF,
    bound=PROOF,
    proved=PROOF,
    summary=RUN,
)
PLACED = Field(
    purpose="to tell everybody where they are needed",
    sensitivity=PERSONAL,
    readers=["volunteer", "leader", *DESK],
    kind=Kind.PLACED,
)
COMING = Field(
    purpose="to call whoever has not said whether they come, and to count those who do",
    sensitivity=PERSONAL,
    readers=["volunteer", *DESK],
    kind=Kind.PLACED,
)
WHY_HERE = Field(
    purpose="to answer the question: why here", sensitivity=PERSONAL, readers=["volunteer", *DESK], kind=Kind.WHY
)
declare(
    Proposal,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    allocation=ID,
    person=Field(
        purpose="to tell everybody where they are needed", sensitivity=PERSONAL, readers=DESK, kind=Kind.PLACED
    ),
    grid=RUN,
    skill=WHY_HERE,
    metres=WHY_HERE,
    estimated=WHY_HERE,
    why=WHY_HERE,
    demand_generation=Field(purpose="to fill no grid twice", readers=DECIDING),
    demand_version=Field(purpose="to publish only what is still true", readers=DECIDING),
    from_grid=Field(
        purpose="to move somebody only from where they still are", sensitivity=PERSONAL, readers=DESK, kind=Kind.PLACED
    ),
    from_generation=Field(purpose="to fill no grid twice", readers=DECIDING),
    chain=Field(purpose="to show who moves for whose place", readers=DECIDING),
    outcome=RUN,
    overtaken_by=RUN,
)
declare(
    Placement,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    booking=ID,
    event=WHICH_EVENT,
    person=PLACED,
    grid=PLACED,
    skill=WHY_HERE,
    metres=WHY_HERE,
    estimated=WHY_HERE,
    why=WHY_HERE,
    during=PLACED,
    allocation=ID,
    published_by=Field(purpose="who answers for it", readers=DESK),
    published_at=Field(purpose="since when", readers=["volunteer", *DESK]),
    answer_by=COMING,
    coming_at=COMING,
    coming_heard_by=Field(purpose="who answers for it", readers=DESK),
)

import linli.muster.teams.fields  # noqa: E402 (the subjects of this room declare their own)
import linli.muster.units.fields  # noqa: E402, F401
