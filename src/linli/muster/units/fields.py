"""Why units, requests and who is deployed are stored, who may read what, and how long it stays."""

from linli.custody.declare import (
    EMERGENCY,
    ID,
    PERSONAL,
    SERVICE,
    UNTIL_EVENT_ENDS,
    Field,
    Kind,
    Whose,
    declare,
)
from linli.muster.models import (
    Call,
    CallSkill,
    Deployed,
    Reinforcement,
    ReinforcementSkill,
    UnitFree,
    UnitPlan,
    UnitPlanLine,
)

DECIDING = ["community_desk", "street", "district", "city"]
WITH_UNIT = ["liaison", *DECIDING]
EVENT = Field(purpose="to know which event it belongs to", readers=WITH_UNIT)
FREE = Field(purpose="to ask a work unit for no more people than it can send", readers=WITH_UNIT)
ASKED = Field(purpose="to know who needs how many people, when and where", readers=WITH_UNIT)
RUN = Field(purpose="to see how a proposal comes about, and whether it can be trusted", readers=DECIDING)
ANSWER = Field(purpose="to know what a work unit promised", readers=WITH_UNIT)
SENT = Field(
    purpose="so that whoever was sent is received, and gets home again",
    sensitivity=PERSONAL,
    readers=WITH_UNIT,
    kind=Kind.PLACED,
)
RECEIVES = "so that whoever is sent knows whom to look for"

declare(
    UnitFree,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=EVENT,
    organisation=FREE,
    skill=FREE,
    heads=FREE,
    said_by=FREE,
    said_at=FREE,
)
declare(
    Reinforcement,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.STAFF,
    id=ID,
    event=EVENT,
    area=ASKED,
    asked_of=ASKED,
    came_from=ASKED,
    heads=ASKED,
    during=ASKED,
    meet=ASKED,
    receiver=Field(purpose=RECEIVES, sensitivity=PERSONAL, readers=WITH_UNIT, kind=Kind.NAME),
    receiver_phone=Field(purpose=RECEIVES, sensitivity=PERSONAL, readers=WITH_UNIT, kind=Kind.PHONE),
    bring=ASKED,
    answer_by=ASKED,
    asked_by=ASKED,
    asked_at=ASKED,
    ended_by=ASKED,
    ended_at=ASKED,
)
declare(ReinforcementSkill, basis=EMERGENCY, keep=UNTIL_EVENT_ENDS, id=ID, reinforcement=ID, skill=ASKED, heads=ASKED)
declare(
    UnitPlan,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=EVENT,
    area=RUN,
    state=RUN,
    asked_by=RUN,
    asked_at=RUN,
    finished_at=RUN,
    published_by=RUN,
    published_at=RUN,
    failure=RUN,
    problem_digest=RUN,
    objective=RUN,
    bound=RUN,
    summary=RUN,
)
declare(
    UnitPlanLine,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    plan=ID,
    reinforcement=RUN,
    organisation=RUN,
    skill=RUN,
    heads=RUN,
    minutes=RUN,
    outcome=RUN,
)
declare(
    Call,
    basis=EMERGENCY,
    keep=UNTIL_EVENT_ENDS,
    id=ID,
    event=EVENT,
    organisation=ANSWER,
    reinforcement=ANSWER,
    plan=ID,
    heads=ANSWER,
    committed=ANSWER,
    during=ANSWER,
    state=ANSWER,
    offered=ANSWER,
    reason=ANSWER,
    asked_by=ANSWER,
    asked_at=ANSWER,
    answered_by=ANSWER,
    answered_at=ANSWER,
)
declare(CallSkill, basis=EMERGENCY, keep=UNTIL_EVENT_ENDS, id=ID, call=ID, skill=ANSWER, heads=ANSWER)
declare(
    Deployed,
    basis=SERVICE,
    keep=UNTIL_EVENT_ENDS,
    whose=Whose.HELPER,
    id=ID,
    call=Field(purpose="to know who sent them, if anybody", sensitivity=PERSONAL, readers=WITH_UNIT, kind=Kind.UNIT),
    person=SENT,
    during=SENT,
    skills=Field(
        purpose="to place people where their skills are needed",
        sensitivity=PERSONAL,
        readers=WITH_UNIT,
        kind=Kind.SKILLS,
    ),
    state=SENT,
    instead_of=ID,
    booking=ID,
    home=Field(
        purpose="so that whoever is placed at home too has that place again afterwards",
        sensitivity=PERSONAL,
        readers=["volunteer", *DECIDING],
        kind=Kind.PLACED,
    ),
    listed_by=Field(purpose="who answers for it", readers=WITH_UNIT),
    listed_at=SENT,
    arrived_by=Field(purpose="who answers for it", readers=WITH_UNIT),
    arrived_at=SENT,
    cannot_until=SENT,
    left_by=Field(purpose="who answers for it", readers=WITH_UNIT),
    left_at=SENT,
)
