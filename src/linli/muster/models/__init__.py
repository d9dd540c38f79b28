"""From "I am willing" to "I am useful": sign-ups, what grids ask, proposals, placements, teams, work units."""

from linli.muster.models.demands import Demand, DemandSkill
from linli.muster.models.placements import Placement
from linli.muster.models.posts import Holding, NamedPost
from linli.muster.models.responsibility import Responsibility
from linli.muster.models.runs import Allocation, Proposal
from linli.muster.models.signing import Free, SignUp
from linli.muster.models.teams import Member, Team
from linli.muster.models.units import (
    Call,
    CallSkill,
    Deployed,
    Reinforcement,
    ReinforcementSkill,
    UnitFree,
    UnitPlan,
    UnitPlanLine,
)

__all__ = [
    "Allocation",
    "Call",
    "CallSkill",
    "Demand",
    "DemandSkill",
    "Deployed",
    "Free",
    "Holding",
    "Member",
    "NamedPost",
    "Placement",
    "Proposal",
    "Reinforcement",
    "ReinforcementSkill",
    "Responsibility",
    "SignUp",
    "Team",
    "UnitFree",
    "UnitPlan",
    "UnitPlanLine",
]
