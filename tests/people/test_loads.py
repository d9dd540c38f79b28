"""Lists of people that were loaded are looked at again within a year, or are no longer needed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody.models import TrailEntry
from linli.people import loads, queries
from linli.people.errors import LoadNotReviewed, LoadReviewed, ReviewDay
from linli.people.loads import Basis
from linli.people.models import REGISTER, Identity, Load
from tests.factories import SYSTEM, add_resident, caller_for, tiny_city, user_with_role

STANDING = Basis(REGISTER, "青松社区居委会", "居委会组织法规定的职责")


@pytest.fixture
def city(db):
    return tiny_city()


@pytest.fixture
def load(city):
    return loads.note("persons", city.communities[0], STANDING, 3, by=SYSTEM, at=now() - timedelta(days=400))


def desk_of(community):
    return caller_for(user_with_role("community_desk", community))


def test_a_list_that_is_kept_is_looked_at_again_on_the_day_that_was_named(city, load):
    desk, at = desk_of(city.communities[0]), now()
    assert queries.loads_overdue(desk, at) == 1
    again = localdate(at) + timedelta(days=30)
    loads.keep(load, again, by=desk, at=at)
    kept = Load.objects.get(pk=load.pk)
    assert (kept.review_by, kept.reviewed_at, kept.reviewed_by, kept.ended_at) == (again, at, desk.user, None)
    assert queries.loads_overdue(desk, at) == 0
    entry = TrailEntry.objects.get(kind="load.kept")
    assert (entry.subject, entry.facts) == (f"load:{load.pk}", {"until": again.isoformat()})


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_the_next_review_lies_after_today_and_within_a_year(city, load, days):
    at = now()
    with pytest.raises(ReviewDay):
        loads.keep(load, localdate(at) + timedelta(days=days), by=SYSTEM, at=at)
    assert Load.objects.get(pk=load.pk).reviewed_at is None


def test_a_list_that_is_no_longer_needed_erases_nobody_and_is_not_reviewed_again(city, load):
    person = add_resident(city, name="王小明", phone="")
    at = now()
    loads.end(load, by=SYSTEM, at=at)
    assert Load.objects.get(pk=load.pk).ended_at == at
    assert Identity.objects.filter(person=person).exists()
    assert TrailEntry.objects.filter(kind="load.ended", subject=f"load:{load.pk}").count() == 1
    with pytest.raises(LoadReviewed):
        loads.keep(load, localdate(at) + timedelta(days=9), by=SYSTEM, at=at)


def test_what_is_kept_for_an_event_is_not_reviewed(city):
    load = loads.note("persons", city.communities[0], Basis(city.event.pk), 3, by=SYSTEM, at=now())
    with pytest.raises(LoadNotReviewed):
        loads.end(load, by=SYSTEM, at=now())


def test_the_database_holds_who_reviews_what(city, load):
    event = loads.note("persons", city.communities[0], Basis(city.event.pk), 3, by=SYSTEM, at=now())
    for row, said in ((event.pk, {"reviewed_at": now()}), (load.pk, {"ended_at": now()})):
        with pytest.raises(IntegrityError), transaction.atomic():
            Load.objects.filter(pk=row).update(**said)


def test_the_desk_sees_its_own_the_officer_sees_all_and_others_none(city, load):
    own, other = city.communities
    elsewhere = loads.note("persons", other, STANDING, 3, by=SYSTEM, at=now())
    at = now()
    assert list(queries.loads_seen_by(desk_of(own), at)) == [load]
    assert list(queries.loads_seen_by(caller_for(user_with_role("privacy_officer")), at)) == [load, elsewhere]
    assert list(queries.loads_seen_by(caller_for(user_with_role("street", city.street)), at)) == []
    with pytest.raises(NotFound):
        queries.load_visible_to(desk_of(own), elsewhere.pk, at)


def test_what_is_to_be_looked_at_next_stands_on_top_and_what_was_ended_last(city, load):
    community = city.communities[0]
    later = loads.note("persons", community, STANDING, 3, by=SYSTEM, at=now())
    event = loads.note("persons", community, Basis(city.event.pk), 3, by=SYSTEM, at=now())
    ended = loads.note("persons", community, STANDING, 3, by=SYSTEM, at=now() - timedelta(days=700))
    loads.end(ended, by=SYSTEM, at=now())
    assert list(queries.loads_seen_by(desk_of(community), now())) == [load, later, event, ended]


def _both(load):
    """What two desks come to that opened one list together: how many reviews were taken."""
    first, second = Load.objects.get(pk=load.pk), Load.objects.get(pk=load.pk)
    start, at = Barrier(2), now()

    def review(seen, end):
        start.wait(timeout=30)
        try:
            if end:
                loads.end(seen, by=SYSTEM, at=at)
            else:
                loads.keep(seen, localdate(at) + timedelta(days=9), by=SYSTEM, at=at)
        except LinliError as problem:
            return problem.code
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(max_workers=2) as beside:
        return sorted(
            each.result(timeout=60)
            for each in (beside.submit(review, first, True), beside.submit(review, second, False))
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_reviews_at_once_one_is_taken():
    city = tiny_city()
    load = loads.note("persons", city.communities[0], STANDING, 3, by=SYSTEM, at=now())
    assert _both(load) == ["load_reviewed", "taken"]


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_both_would_be_taken_and_one_lost(monkeypatch):
    """The twin of the test above: the state that was read is not asked for."""

    def unguarded(load, *, by, at, **said):
        Load.objects.filter(pk=load.pk).update(reviewed_by=by.user, reviewed_at=at, **said)

    monkeypatch.setattr(loads, "_review", unguarded)
    city = tiny_city()
    load = loads.note("persons", city.communities[0], STANDING, 3, by=SYSTEM, at=now())
    assert _both(load) == ["taken", "taken"]
