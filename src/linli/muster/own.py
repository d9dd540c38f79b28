"""What is stored about somebody who signed up, for the person themselves."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.moments import local
from linli.custody.export import Section
from linli.muster import why
from linli.muster.models import Placement, Proposal, SignUp
from linli.muster.queries import claim_phone
from linli.muster.teams.own import answered_for, memberships, posts_held
from linli.muster.words import SKILL_WORDS, free_names, skill_names, state_name
from linli.people.models import Skill, Volunteer

WAY_WORDS = {
    SignUp.Way.PAGE: gettext_noop("signed up on the page"),
    SignUp.Way.DESK: gettext_noop("signed up at the desk"),
    SignUp.Way.LIST: gettext_noop("came in a list"),
}


def claims_of(person: int | None, claim: UUID | None) -> list[SignUp]:
    """A person's sign-ups, and the one that their phone made; the newest first."""
    theirs = Q(pk=claim) if person is None else Q(pk=claim) | Q(person=person)
    return list(SignUp.objects.select_related("event", "community", "organisation").filter(theirs).order_by("-made_at"))


def sections_of(person: int | None, claims: Sequence[SignUp]) -> list[Section]:
    """What was said when signing up, and where that led; of drafts too, which nobody else of the public sees."""
    people = {each for each in (person, *(claim.person_id for claim in claims)) if each is not None}
    found = [
        _claims(claims),
        _placements(people),
        memberships(people),
        answered_for(people),
        posts_held(people),
        _proposals(people),
    ]
    return [*found, _skills(person)] if person is not None else found


def _claims(claims: Sequence[SignUp]) -> Section:
    titles = (
        gettext("Number"),
        gettext("Event"),
        gettext("Community"),
        gettext("How"),
        gettext("Name"),
        gettext("Phone"),
        gettext("Building and door"),
        gettext("Skills"),
        gettext("When free"),
        gettext("Work unit"),
        gettext("State"),
        gettext("Since"),
        gettext("Decided"),
        gettext("Taken back"),
    )
    rows = [
        (
            claim.number,
            claim.event.name,
            claim.community.called,
            gettext(WAY_WORDS[SignUp.Way(claim.way)]) + (f" · {gettext('as a member')}" if claim.as_member else ""),
            claim.name,
            claim_phone(claim),
            claim.door,
            gettext(", ").join(skill_names(claim.skills)),
            gettext(", ").join(free_names(claim.free)),
            claim.organisation.name if claim.organisation is not None else "",
            state_name(claim.state),
            local(claim.made_at),
            local(claim.decided_at),
            local(claim.withdrawn_at),
        )
        for claim in claims
    ]
    return Section(gettext("Sign-ups"), titles, rows)


def _skill(skill: int | None) -> str:
    return gettext(SKILL_WORDS[Skill(skill)]) if skill is not None else ""


def _placements(people: set[int]) -> Section:
    placed = Placement.objects.select_related("grid", "event").filter(person__in=people).order_by("published_at", "pk")
    found = list(placed)
    names = why.names_of(row.why for row in found)
    rows = [
        (
            row.event.name,
            row.grid.called,
            _skill(row.skill),
            str(row.metres),
            local(row.during.lower),
            local(row.during.upper),
            local(row.published_at),
            " ".join(why.told(row.why, names)),
        )
        for row in found
    ]
    titles = (
        gettext("Event"),
        gettext("Grid"),
        gettext("Fills a place for"),
        gettext("Metres from home"),
        gettext("From"),
        gettext("Until"),
        gettext("Published"),
        gettext("Why here"),
    )
    return Section(gettext("Where you are placed"), titles, rows)


def _proposals(people: set[int]) -> Section:
    found = list(Proposal.objects.select_related("grid", "allocation").filter(person__in=people).order_by("pk"))
    names = why.names_of(row.why for row in found)
    rows = [
        (
            local(row.allocation.asked_at),
            row.grid.called,
            _skill(row.skill),
            str(row.metres),
            " ".join(why.told(row.why, names)),
        )
        for row in found
    ]
    titles = (
        gettext("Worked out"),
        gettext("Grid"),
        gettext("Fills a place for"),
        gettext("Metres from home"),
        gettext("Why here"),
    )
    return Section(gettext("What was proposed for you"), titles, rows)


def _skills(person: int) -> Section:
    mask = Volunteer.objects.filter(pk=person).values_list("skills", flat=True).first() or 0
    return Section(gettext("Skills"), (gettext("Skill"),), [(name,) for name in skill_names(mask)])
