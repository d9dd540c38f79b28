"""From "I am willing" to "I am useful": claims of signing up, what grids ask, proposals, placements, teams."""

from linli.muster.models.demands import Demand, DemandSkill
from linli.muster.models.placements import Placement
from linli.muster.models.responsibility import Responsibility
from linli.muster.models.runs import Allocation, Proposal
from linli.muster.models.signing import Free, SignUp
from linli.muster.models.teams import Member, Team

__all__ = [
    "Allocation",
    "Demand",
    "DemandSkill",
    "Free",
    "Member",
    "Placement",
    "Proposal",
    "Responsibility",
    "SignUp",
    "Team",
]
