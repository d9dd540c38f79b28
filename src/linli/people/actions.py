"""Changing people. Until the ledger exists the stay is written here; its action will call these."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.custody import secrets, trail
from linli.people import queries, rules
from linli.people.errors import CountedElsewhere, LaterStayKnown, NotAMicroGrid, SyntheticCityHere
from linli.people.models import City, Household, Identity, Organisation, Person, Stay, Unavailable, Volunteer
from linli.people.tails import tail_index
from linli.places import actions as place_actions
from linli.places import queries as places
from linli.places import rules as place_rules
from linli.places.models import Area, Assigned, Dwelling, Level, Place


@transaction.atomic
def begin_for_real(*, by: Caller, at: datetime) -> bool:
    """Say that this installation is for real people, before any of them is in it. Returns whether that was new.

    Raises:
        SyntheticCityHere: a synthetic city was loaded into it.
    """
    with connection.cursor() as cursor:  # no city is loaded meanwhile
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.register'))")
    there = City.objects.first()
    if there is not None:
        if there.synthetic:
            raise SyntheticCityHere(name=there.name)
        return False
    City.objects.create(name="", synthetic=False, loaded_at=at)
    trail.record("installation.begun", who=by, subject="city:1", at=at)
    return True


@transaction.atomic
def add_person(
    *,
    holder: int,
    name: str,
    phone: str = "",
    id_no: str = "",
    needs: int = 0,
    sex: str = "",
    born: date | None = None,
    by: Caller,
    at: datetime,
) -> Person:
    """A new person with one identity. Where they are counted is said by ``move``.

    Raises:
        BadPhone: the phone number cannot be one.
        BadIdNumber: the ID number's check character does not fit.
    """
    digits = rules.phone_digits(phone) if phone else ""
    id_no = rules.id_number(id_no) if id_no else ""
    person = Person.objects.create()
    Identity.objects.create(
        person=person,
        holder=holder,
        name=name,
        name_key=rules.name_key(name),
        sex=sex,
        born=born,
        phone=secrets.seal(digits) if digits else None,
        phone_index=secrets.index(digits) if digits else None,
        phone_tail=tail_index(digits) if digits else None,
        id_no=secrets.seal(id_no) if id_no else None,
        id_index=secrets.index(id_no) if id_no else None,
        needs=needs,
    )
    trail.record("person.added", who=by, subject=f"person:{person.pk}", at=at, facts={"holder": holder})
    return person


@transaction.atomic
def move(
    person: Person,
    *,
    kind: Stay.Kind = Stay.Kind.HOME,
    counted_in: Area | None,
    household: Household | None = None,
    home: Place | None = None,
    since: datetime,
    late: bool = False,
    by: Caller,
    at: datetime,
) -> Stay:
    """Count a person somewhere from a moment on; absence is counted nowhere.

    The person's row is locked before the newest stay is read, so two moves of one person happen one after the
    other, and the second sees what the first one did. Whoever is at home behind a door is counted where that door
    is held: the door's building is locked first, so that no reassignment of it passes by.

    Args:
        late: whether news of an earlier move is filed between the stays that are known, where the next one ends it;
            it says nothing about now.

    Raises:
        NotAMicroGrid: `counted_in` is another kind of area.
        CountedElsewhere: the household's door is held by another micro-grid, then or by a later change.
        LaterStayKnown: a stay from then is already known; or one from later, and this one is not to be filed late.
    """
    if counted_in is not None and counted_in.level != Level.MICRO_GRID:
        raise NotAMicroGrid(name=counted_in.name)
    if kind == Stay.Kind.HOME and household is not None and counted_in is not None and not late:
        _check_held(household, counted_in, since)
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    newest = locked.counted_since is None or locked.counted_since < since
    if not newest and (not late or Stay.objects.filter(person=locked, since=since).exists()):
        raise LaterStayKnown(since=locked.counted_since)
    if kind == Stay.Kind.HOME and household is not None and counted_in is not None and late and newest:
        _check_held(household, counted_in, since)
    stay = Stay.objects.create(
        person=locked,
        since=since,
        kind=kind,
        household=household,
        home=home,
        counted_in=counted_in,
        recorded_at=at,
    )
    if newest:
        locked.counted_in = counted_in
        locked.counted_since = since
        locked.save(update_fields=["counted_in", "counted_since"])
    trail.record(
        "person.moved", who=by, subject=f"person:{person.pk}", at=at, area=counted_in.pk if counted_in else None
    )
    return stay


@transaction.atomic
def reassign(place: Place, micro_grid: Area, *, by: Caller, at: datetime) -> list[int]:
    """Let another micro-grid hold a building or a door, and count those who live there in it. Returns who that is.

    Standings of open rolls change with it: that is ``ledger.moving.reassign``, which calls this.

    Raises:
        NotAMicroGrid: somebody lives there, and the area is a dedicated grid.
        PastIsFixed, LaterStayKnown: the place, or somebody who lives there, changed later than `at`.
    """
    lock_buildings_of([place.pk])
    place_actions.assign(place, micro_grid, by=by, at=at)
    doors = doors_following(place)
    moved = []
    # Persons by id: the lock order of the house (DESIGN.md §2).
    for person_id in queries.people_in_place(doors):
        person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
        newest = Stay.objects.select_related("household").filter(person=person).order_by("-since")[0]
        # While we waited for the row, somebody may have moved out.
        lives_here = newest.household is not None and newest.household.dwelling_id in doors
        if newest.kind != Stay.Kind.HOME or not lives_here or newest.counted_in_id == micro_grid.pk:
            continue
        move(person, counted_in=micro_grid, household=newest.household, home=newest.home, since=at, by=by, at=at)
        moved.append(person_id)
    return moved


def _check_held(household: Household, micro_grid: Area, since: datetime) -> None:
    """Refuse a home that another micro-grid holds, and keep its building as it is until the transaction ends."""
    stands_in = lock_buildings_of([household.dwelling_id])
    holder = places.micro_grid_of(household.dwelling_id, since)
    # A reassignment from later on has been and gone: it would never count this person anew.
    changed = Assigned.objects.filter(place__in=stands_in, during__startswith__gt=since).exists()
    if changed or holder not in (None, micro_grid.pk):
        raise CountedElsewhere(area=micro_grid.name)


def lock_buildings_of(place_ids: Sequence[int]) -> list[int]:
    """Lock doors and the buildings they stand in, by id: moves in and reassignments happen one after the other.

    Not their keys: whoever writes a row that refers to a place would else wait for us at the end of a transaction, and
    we perhaps for them.
    """
    # Asked before, not within the lock: a condition with OR and a subquery reads the city's eight million places.
    doors = Place.objects.filter(pk__in=place_ids, kind=Place.Kind.DWELLING)
    wanted = {*place_ids, *filter(None, doors.values_list("physical_parent", flat=True))}
    found = Place.objects.select_for_update(no_key=True).filter(
        pk__in=wanted, kind__in=(Place.Kind.BUILDING, Place.Kind.DWELLING)
    )
    return [place.pk for place in found.order_by("pk")]


def doors_following(place: Place) -> list[int]:
    """Doors that follow this place: itself, or those of the building without an assignment of their own."""
    if place.kind == Place.Kind.DWELLING:
        return [place.pk]
    own = Assigned.objects.filter(place=OuterRef("pk"), during__endswith__isnull=True)
    return list(Dwelling.objects.filter(~Exists(own), building=place.pk).values_list("pk", flat=True))


@transaction.atomic
def add_organisation(name: str, area: Area, *, by: Caller, at: datetime) -> Organisation:
    """A work unit of an area, or the one of that name that is there."""
    unit, fresh = Organisation.objects.get_or_create(area=area, name=name)
    if fresh:
        trail.record("organisation.added", who=by, subject=f"organisation:{unit.pk}", at=at, area=area.pk)
    return unit


@transaction.atomic
def set_unit_phone(unit: Organisation, phone: str, *, by: Caller, at: datetime) -> None:
    """Note under which number the office of a work unit answers; empty forgets it.

    Raises:
        BadDeskPhone: it cannot be dialled.
    """
    dialled = place_rules.desk_phone(phone)
    if dialled == unit.desk_phone:
        return
    Organisation.objects.filter(pk=unit.pk).update(desk_phone=dialled)
    unit.desk_phone = dialled
    trail.record("organisation.phone", who=by, subject=f"organisation:{unit.pk}", at=at, area=unit.area_id)


@transaction.atomic
def enlist(
    person: Person,
    *,
    skills: int,
    lives_at: Place,
    community: Area,
    organisation: Organisation | None = None,
    only_inside: bool = False,
    by: Caller,
    at: datetime,
) -> Volunteer:
    """Make a person a volunteer, or renew what is known of one; the work unit stays where no other is named."""
    known = {"skills": skills, "lives_at": lives_at, "community": community, "only_inside": only_inside}
    if organisation is not None:
        known["organisation"] = organisation
    volunteer, _ = Volunteer.objects.update_or_create(person=person, defaults=known)
    trail.record("volunteer.enlisted", who=by, subject=f"person:{person.pk}", at=at, area=community.pk)
    return volunteer


@transaction.atomic
def set_unavailable(
    volunteers: Sequence[Volunteer], *, since: datetime, until: datetime, by: Caller, at: datetime
) -> None:
    """Note that volunteers cannot serve in a period. Nobody asks why."""
    during = from_on(since, until)
    Unavailable.objects.bulk_create(Unavailable(volunteer=each, during=during) for each in volunteers)
    trail.record_many("volunteer.unavailable", who=by, subjects=[f"person:{each.pk}" for each in volunteers], at=at)
