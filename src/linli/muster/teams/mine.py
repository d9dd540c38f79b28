"""A placement as its own person reads it: where, when, whom to ask and why; nobody else stands in it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from linli.access.queries import leader_of
from linli.events.packs import pack_of
from linli.muster import finding, queries, why
from linli.muster.models import SignUp
from linli.muster.teams.held import shifts_of
from linli.muster.teams.queries import team_of
from linli.muster.teams.responsibility import of_person
from linli.muster.words import SKILL_WORDS
from linli.people.models import Skill


@dataclass(frozen=True, slots=True)
class Told:
    """A placement as its own person reads it.

    Attributes:
        metres: from home to the grid; `estimated` where it is taken from the tree.
        skill: the skill that was asked for there, in words; empty where none was.
        why: what is known of why here and not nearer, as sentences.
        answer_by: until when they are asked whether they come; coming: they have said that they do.
        leader: who leads the grid; phone: of the community's desk; each empty where there is none yet.
        team: what my team is called; empty where I am in none. answers_for: buildings that I, or my team, answer for.
        posts: shifts that I hold at named posts: name, from, until.
    """

    grid: str
    community: str
    since: datetime
    until: datetime | None
    metres: int
    estimated: bool
    skill: str
    why: list[str]
    bring: list[str]
    leader: str
    phone: str
    answer_by: datetime
    coming: bool
    team: str
    answers_for: list[str]
    posts: list[tuple[str, datetime, datetime]]


def placement_of(mine: SignUp, at: datetime) -> Told | None:
    """The placement of a sign-up's person, now or next, in plain words; None while there is none."""
    if mine.person_id is None or mine.state != SignUp.State.CONFIRMED:
        return None
    placed = queries.placement_of(mine.event, mine.person_id, at)
    if placed is None:
        return None
    community = finding.community_of(placed.grid_id, at) or mine.community
    team = team_of(mine.event, mine.person_id, at)
    return Told(
        grid=placed.grid.called,
        community=community.called,
        leader=leader_of(placed.grid_id, at),
        phone=community.desk_phone,
        since=placed.during.lower,
        until=placed.during.upper,
        metres=placed.metres,
        estimated=placed.estimated,
        skill=gettext(SKILL_WORDS[Skill(placed.skill)]) if placed.skill is not None else "",
        answer_by=placed.answer_by,
        coming=placed.coming_at is not None,
        why=why.told(placed.why, why.names_of([placed.why])),
        bring=[item.told() for item in pack_of(mine.event).bring],
        team=team.called if team is not None else "",
        answers_for=of_person(mine.event, mine.person_id, at),
        posts=shifts_of(mine.event, mine.person_id, at),
    )
