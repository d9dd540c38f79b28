"""What the API answers, as schemas."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class ProblemFacts(Schema):
    code: str
    message: str
    facts: dict[str, object]


class Problem(Schema):
    """The one error shape."""

    error: ProblemFacts


class AreaOut(Schema):
    """An area and how it stands; `synthetic` marks a made-up city."""

    id: int
    level: int
    name: str
    asking: int = Field(description="grids that ask for people")
    wanted: int
    placed: int
    grids_placed: int
    signed_up: int
    as_of: datetime
    synthetic: bool


class SignUpIn(Schema):
    """What a person says who signs up."""

    community: int
    name: str
    phone: str
    door: str
    skills: list[int] = []


class SignUpOut(Schema):
    """A claim as the desk sees it: masked."""

    id: UUID
    number: str
    state: str
    name: str
    phone: str
    skills: int
    made_at: datetime
    synthetic: bool


class AllocationIn(Schema):
    """An area and the time people are placed for."""

    area: int
    since: datetime
    until: datetime


class AllocationOut(Schema):
    """A run of the planner, its progress and, once finished, its proof."""

    id: int
    area: int
    state: str
    progress: float
    step: str
    objective: int | None
    bound: int | None
    proved: bool
    summary: dict[str, object]
    published: int
    synthetic: bool
