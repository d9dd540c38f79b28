"""What the API takes and answers about teams. No name is in it but one at a time, masked."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from linli.muster.teams import rules

Number = Annotated[int, Field(ge=1, lt=2**63)]
SkillNumber = Annotated[int, Field(ge=0, le=11)]


class TeamIn(Schema):
    """A team to be formed: of those who are named, or of the nearest."""

    kind: Literal["rapid_team", "volunteer_team"] = Field(description="what the pack names")
    place: int | None = Field(None, description="where it works; the community itself where none is named")
    size: int = Field(rules.SIZE, ge=1, le=rules.MOST_IN_A_TEAM, description="of the nearest, how many people at most")
    skills: list[SkillNumber] = Field([], max_length=12, description="of the nearest, with somebody for each")
    placements: list[Number] = Field(
        [], max_length=rules.MOST_IN_A_TEAM, description="who is in it; empty: the nearest who are in no team"
    )
    leader: Number | None = Field(None, description="one of these placements; else who has been placed there longest")
    deputy: Number | None = Field(None, description="another of them; else who comes next")


class TeamOut(Schema):
    """A team; names are for the pages of its desk."""

    id: int
    community: int
    place: int
    kind: str
    name: str
    people: int = Field(description="those who are still placed there")
    wrong: list[str] = Field(description="why somebody should look at it, the gravest first")
    formed_at: datetime
    released_at: datetime | None
    synthetic: bool


class MemberOut(Schema):
    """Somebody in a team, by number; `here` is false once they have left where they were placed."""

    member: int
    role: Literal["member", "deputy", "leader"]
    grid: int
    skills: int = Field(description="bits, as in a sign-up")
    here: bool


class TeamWhole(TeamOut):
    """One team with those in it whom the caller's desk may name; for everybody above it is nobody."""

    members: list[MemberOut]
    next_leader: int | None = Field(description="the member who leads once the team is mended; null: nobody is left")
    next_deputy: int | None


class MateOut(Schema):
    """Who somebody in a team is, masked."""

    member: int
    name: str
    phone: str
    synthetic: bool


class CostOut(Schema):
    """A grid elsewhere that would have fewer people than it asks for."""

    grid: int
    wanted: int
    left: int


class NearOut(Schema):
    """Somebody who is placed near and in no team, by number."""

    placement: int
    grid: int
    here: bool = Field(description="their grid is at the place, so that nobody loses them")
    metres: int
    estimated: bool
    skills: int = Field(description="bits, as in a sign-up")


class JoiningOut(NearOut):
    """Somebody who could join, and what that costs their grid; null: it has enough without them."""

    cost: CostOut | None


class ProposedOut(Schema):
    """A team as it would be, and what it costs. Nothing is formed before it is sent back."""

    place: int
    members: list[NearOut]
    leader: int | None = Field(description="a placement among them")
    deputy: int | None
    missing: list[int] = Field(description="skills that nobody near has")
    costs: int = Field(description="grids elsewhere that would have fewer people than they ask for")
    cost: list[CostOut] = Field(description="which; empty for whoever sees no grids")
    synthetic: bool


class WantedOut(ProposedOut):
    """A team that a zone of a medium or high risk asks for and does not have."""

    zone: int
    community: int
    level: int = Field(description="of the risk: 1 medium, 2 high")
    farthest_m: int


class AskedBelowOut(Schema):
    """How many teams zones ask for in an area."""

    area: int
    name: str
    wanted: int


class ForZonesOut(Schema):
    """What the zones of an area mean for its teams."""

    wanted: list[WantedOut] = Field(description="the highest risk first, six at most")
    more: int = Field(description="how many more teams zones ask for; each is worked out once one of these is formed")
    below: list[AskedBelowOut] = Field(description="of a district or a city: in the areas right below, the most first")
    release: list[TeamOut] = Field(description="teams over places whose risk has fallen")
    as_of: datetime
    synthetic: bool


class JoinIn(Schema):
    """Who joins, by placement."""

    placements: list[Number] = Field(min_length=1, max_length=rules.MOST_IN_A_TEAM)


class DoesIn(Schema):
    """What becomes of somebody in a team."""

    does: Literal["lead", "stand_in", "leave"]


class MendIn(Schema):
    """Who then leads and stands in, as they were read: `next_leader`, `next_deputy`."""

    leader: Number | None
    deputy: Number | None
