"""What is stored about one person, for the person themselves: who they are to each holder, where they are counted."""

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.moments import local
from linli.custody import masks, secrets
from linli.custody.export import Section
from linli.people.models import REGISTER, SERVICE, Identity, Need, Stay, Unavailable, Volunteer
from linli.people.person_template import NEEDS, SEXES
from linli.places.names import place_names

STAY_WORDS = {
    Stay.Kind.HOME: gettext_noop("at home"),
    Stay.Kind.GUEST: gettext_noop("a guest"),
    Stay.Kind.HOSPITAL: gettext_noop("in hospital"),
    Stay.Kind.SCHOOL: gettext_noop("at school"),
    Stay.Kind.QUARANTINE: gettext_noop("in quarantine"),
    Stay.Kind.AWAY: gettext_noop("away"),
    Stay.Kind.GONE: gettext_noop("moved out or died"),
}


def sections_of(person: int) -> list[Section]:
    """All of it, in words. An ID number stays behind its mask: a phone in other hands must not give it away."""
    return [_identities(person), _stays(person), *_serves(person)]


def _identities(person: int) -> Section:
    titles = (
        gettext("Kept by"),
        gettext("Name"),
        gettext("Sex"),
        gettext("Born"),
        gettext("Phone"),
        gettext("ID number"),
        gettext("Special needs"),
    )
    rows = [
        (
            _holder(row.holder),
            row.name,
            gettext(SEXES[row.sex]) if row.sex else "",
            row.born.isoformat() if row.born else "",
            secrets.unseal(row.phone) if row.phone is not None else "",
            masks.mask_id(secrets.unseal(row.id_no)) if row.id_no is not None else "",
            gettext(", ").join(gettext(NEEDS[need]) for need in Need if row.needs >> need & 1),
        )
        for row in Identity.objects.filter(person=person).order_by("holder")
    ]
    return Section(gettext("Who you are"), titles, rows)


def _holder(holder: int) -> str:
    if holder == REGISTER:
        return gettext("the standing register")
    return gettext("volunteers' records") if holder == SERVICE else gettext("this event")


def _stays(person: int) -> Section:
    found = list(Stay.objects.select_related("household").filter(person=person).order_by("since"))
    homes = {row.since: row.home_id or (row.household.dwelling_id if row.household else None) for row in found}
    names = place_names({each for each in (*homes.values(), *(row.counted_in_id for row in found)) if each is not None})
    rows = [
        (
            local(row.since),
            gettext(STAY_WORDS[Stay.Kind(row.kind)]),
            names.get(homes[row.since] or 0, ""),
            names.get(row.counted_in_id or 0, ""),
        )
        for row in found
    ]
    titles = (gettext("Since"), gettext("What"), gettext("Home"), gettext("Counted in"))
    return Section(gettext("Where you are counted"), titles, rows)


def _serves(person: int) -> list[Section]:
    found = Volunteer.objects.select_related("community", "organisation").filter(pk=person).first()
    if found is None:
        return []
    home = place_names([found.lives_at_id]).get(found.lives_at_id, "")
    row = (
        home,
        found.community.called,
        found.organisation.name if found.organisation is not None else "",
        gettext("yes") if found.only_inside else gettext("no"),
    )
    titles = (gettext("Home"), gettext("Community"), gettext("Work unit"), gettext("Only inside your estate"))
    away = [
        (local(each.during.lower), local(each.during.upper))
        for each in Unavailable.objects.filter(volunteer=person).order_by("during")
    ]
    return [
        Section(gettext("As a volunteer"), titles, [row]),
        Section(gettext("When you cannot come"), (gettext("From"), gettext("Until")), away),
    ]
