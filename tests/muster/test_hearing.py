"""Publishing tells who was placed, each once; a repair tells who moves, who is called and who is free."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.muster import hearing, leaving, publishing
from linli.muster.models import Placement
from linli.notices import telling
from linli.notices.models import Notice, Told
from linli.people.models import Skill
from tests.factories import ask, caller_for, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish
from tests.muster.test_repairing import a_chain, a_street_with_a_spare, replaced

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, int, int]]:
    """Code, person and grid of everything that was told, in its order."""
    rows = Told.objects.select_related("notice").order_by("pk")
    return [(row.notice.code, row.person_id, row.notice.facts["grid"]) for row in rows]


def test_whoever_is_placed_is_told_with_the_publication() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    person = confirmed(city, 1)
    run = planned(city, city.street)
    assert told() == [], "a proposal tells nobody"
    publish(run, city)
    assert told() == [("placed", person.pk, city.grids[0].pk)]
    (words,) = telling.in_words(Notice.objects.all(), "en").values()
    assert city.grids[0].name in words.text


def test_a_plan_that_is_published_again_tells_only_whose_post_is_new() -> None:
    city = tiny_city()
    ask(city, grid=0, want=2)
    first = confirmed(city, 1)
    run = planned(city, city.street)
    publish(run, city)
    publishing.carry_out(run)  # as a job that was killed is done again
    assert [person for _, person, _ in told()] == [first.pk]
    second = confirmed(city, 2)
    publish(planned(city, city.street), city)
    assert [person for _, person, _ in told()] == [first.pk, second.pk]


def test_a_line_that_was_overtaken_tells_nobody() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    person = confirmed(city, 1)
    run = planned(city, city.street)
    ask(city, grid=0, want=5)  # asked anew meanwhile
    assert publish(run, city) == {"published": 0, "overtaken": 1}
    assert not Told.objects.filter(person=person).exists()


def test_what_is_undone_was_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    run = planned(city, city.street)

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    publishing.begin(run, by=caller_for(user_with_role("street", city.street)), at=now())
    monkeypatch.setattr(publishing.trail, "record", breaks)
    with pytest.raises(RuntimeError):
        publishing.carry_out(run)
    assert not Placement.objects.exists()
    assert told() == []


def test_a_repair_tells_who_is_free_who_moves_and_who_is_called() -> None:
    city = tiny_city()
    driver, other, *_ = a_chain(city)
    before = len(told())
    run = replaced(city, [driver])
    assert told()[before:] == [("freed", driver.pk, city.grids[0].pk)]
    publish(run, city)
    after = told()[before + 1 :]
    assert ("moved", other.pk, city.grids[0].pk) in after
    assert {code for code, _, _ in after} <= {"moved", "placed"}
    assert len(after) == run.lines.filter(outcome="published").count()


def test_a_placement_that_a_desk_ends_tells_who_held_it_and_nobody_else() -> None:
    city = tiny_city()
    (first, second), _ = a_street_with_a_spare(city)
    before = len(told())
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    leaving.release(Placement.objects.get(person=first), by=desk, at=now() + timedelta(minutes=1))
    assert told()[before:] == [("freed", first.pk, city.grids[0].pk)]
    assert second.pk not in [person for code, person, _ in told() if code == "freed"]


def test_a_publication_takes_two_statements_a_community_for_telling(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    city = tiny_city()
    ask(city, grid=0, want=1, skills={Skill.MEDICAL: 1})
    people = [confirmed(city, number) for number in range(1, 5)]
    run = planned(city, city.street)
    at, by = now(), caller_for(user_with_role("street", city.street))
    assert run.event.pack == "epidemic"  # fetched before anything is counted
    posts = [(person.pk, city.grids[n % 2].pk, n == 3) for n, person in enumerate(people)]
    with django_assert_num_queries(5):  # two, what city it is, and the savepoint around them
        hearing.tell_placed(run, posts, run.during, by=by, at=at)
