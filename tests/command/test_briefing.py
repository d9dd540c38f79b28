"""Figures equal the rows they count, and a saved briefing is written again to the letter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from linli.command import actions, figures, queries, record, text
from linli.command.errors import NotYoursToBrief
from linli.command.models import Briefing
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.custody.models import TrailEntry
from linli.duty.models import Booking
from linli.events.models import Zone
from linli.muster.models import Placement, SignUp
from linli.people.models import Person
from linli.places import actions as places
from linli.places.models import Area, Level
from tests.factories import FOUNDED, SYSTEM, TinyCity, ask, caller_for, place_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def signed_up(city: TinyCity, community: int, heads: int) -> list[Person]:
    """Confirmed sign-ups, as a loaded list would leave them."""
    people = Person.objects.bulk_create(Person() for _ in range(heads))
    at = now()
    SignUp.objects.bulk_create(
        SignUp(
            number=f"{community}-{person.pk}",
            event=city.event,
            community=city.communities[community],
            way=SignUp.Way.LIST,
            name="王小明",
            phone=b"x",
            phone_index=b"x",
            door="1栋",
            state=SignUp.State.CONFIRMED,
            person=person,
            made_at=at,
            decided_at=at,
        )
        for person in people
    )
    return people


def placed(city: TinyCity, grid: int, people: list[Person]) -> None:
    at = now()
    for person in people:
        place_in(city.event, person, city.grids[grid], from_on(at, at + timedelta(days=1)))


def counts(city: TinyCity, area: Area) -> dict[str, int]:
    return {
        figure.key: figure.value for figure in queries.facts(city.event, area, now()).figures if figure.part is None
    }


def test_every_figure_equals_the_rows_it_counts() -> None:
    city = tiny_city()
    ask(city, grid=0, want=2)
    ask(city, grid=2, want=9)
    placed(city, 0, signed_up(city, 0, 7)[:5])
    placed(city, 3, signed_up(city, 1, 6)[:2])
    at = now()
    Zone.objects.create(
        event=city.event,
        place=city.buildings[0].place,
        level=Zone.Risk.HIGH,
        basis="notice 7",
        counted_from=at.date(),
        during=from_on(at),
        declared_by=1,
        declared_at=at,
    )
    Placement.objects.filter(pk__in=Placement.objects.values("pk")[:1]).update(coming_at=at)
    assert counts(city, city.street) == {
        "signed_up": 13,
        "grids_asking": 2,
        "grids_placed": 2,
        "people_placed": 7,
        "zones_high": 1,
        "zones_medium": 0,
        "zones_low": 0,
        "people_told": 1,
        "people_coming": 1,
        "people_came": 0,
        "people_idle": 6,
        "deployed_city": 0,
        "deployed_counties": 0,
        "departments_sent": 0,
        "deployed_in_zones": 0,
    }
    assert counts(city, city.communities[1])["people_placed"] == 2
    assert counts(city, city.communities[1])["zones_high"] == 0


def test_the_parts_of_a_figure_add_up_to_it() -> None:
    city = tiny_city()
    ask(city, grid=0, want=2)
    placed(city, 0, signed_up(city, 0, 7)[:5])
    placed(city, 3, signed_up(city, 1, 6)[:2])
    facts = queries.facts(city.event, city.street, now())
    for key in ("signed_up", "grids_asking", "grids_placed", "people_placed", "people_idle"):
        total = facts.figure(key)
        assert total is not None
        assert total.value == sum(part.value for part in facts.parts(key))


def test_a_placement_that_ended_counts_no_more_and_a_claim_not_yet() -> None:
    city = tiny_city()
    people = signed_up(city, 0, 6)
    placed(city, 0, people)
    at = now()
    Booking.objects.filter(person=people[0]).update(during=from_on(at - timedelta(days=1), at - timedelta(hours=1)))
    SignUp.objects.filter(person=people[1]).update(state=SignUp.State.CLAIMED, person=None, decided_at=None)
    assert counts(city, city.street)["people_placed"] == 5
    assert counts(city, city.street)["people_idle"] == 0, "whoever was placed once was used"
    assert counts(city, city.street)["signed_up"] == 5


def test_the_number_of_queries_does_not_grow_with_areas_or_people() -> None:
    city = tiny_city()
    few = _queries(city)
    for number in range(10):
        added = places.add_area(
            level=Level.COMMUNITY, name=f"新社区{number}", parent=city.street, by=SYSTEM, at=FOUNDED
        )
        places.add_area(level=Level.GRID, name=f"新网格{number}", parent=added, by=SYSTEM, at=FOUNDED)
    placed(city, 0, signed_up(city, 0, 30))
    assert _queries(city) == few


def _queries(city: TinyCity) -> int:
    with CaptureQueriesContext(connection) as caught:
        queries.facts(city.event, city.street, now())
    return len(caught)


def test_a_saved_briefing_stays_what_it_was_when_the_world_moves_on() -> None:
    city = tiny_city()
    placed(city, 0, signed_up(city, 0, 8)[:6])
    press = caller_for(user_with_role("press", city.street))
    saved = actions.save_briefing(city.event, city.street, by=press, at=now())
    said = saved.text_en
    placed(city, 1, signed_up(city, 0, 9))

    kept = queries.briefing_visible_to(press, saved.pk)
    assert kept.text_en == said
    assert "8 people have signed up" in said
    assert "6 people have been placed" not in said, "one grid is fewer than five grids: the sentence stays out"
    assert record.is_as_saved(kept)
    assert record.is_written_again(kept)
    entry = TrailEntry.objects.get(kind="briefing.saved", subject=f"briefing:{saved.pk}")
    assert entry.facts == {"digest": kept.digest}


def saved_one(city: TinyCity) -> Briefing:
    signed_up(city, 0, 8)
    by = caller_for(user_with_role("press", city.street))
    return Briefing.objects.get(pk=actions.save_briefing(city.event, city.street, by=by, at=now()).pk)


def test_what_was_told_stays_when_our_words_change(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = saved_one(tiny_city())
    newer = tuple(replace(tongue, signed_up="{signed_up}!") for tongue in text.WORDINGS[text.WORDING])
    monkeypatch.setattr(record, "WORDINGS", {**text.WORDINGS, text.WORDING + 1: newer})
    assert record.texts(record.from_json(kept.figures), text.WORDING + 1) != (kept.text_zh, kept.text_en)
    assert record.is_as_saved(kept)
    assert record.is_written_again(kept), "in the wording of its day"
    monkeypatch.setattr(record, "WORDINGS", {text.WORDING + 1: newer})
    assert record.is_as_saved(kept)
    assert not record.is_written_again(kept)


def test_a_figure_that_is_counted_no_more_stays_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = saved_one(tiny_city())
    told = record.told(kept)
    monkeypatch.setattr(figures, "MEANINGS", {})
    monkeypatch.setattr(record, "MEANINGS", {})
    assert record.told(kept) == told
    assert record.is_as_saved(kept)
    assert record.is_written_again(kept)


def test_figures_are_kept_in_the_words_of_both_languages() -> None:
    kept = saved_one(tiny_city())
    with translation.override("en"):
        first = record.told(kept)[0]
        assert (first.name, first.value, first.page) == ("People signed up", 8, "area")
    with translation.override("zh-hans"):
        assert record.told(kept)[0].name == gettext("People signed up") != "People signed up"


@pytest.mark.parametrize("change", [{"text_zh": "别的"}, {"digest": "0" * 64}, {"figures": None}, {"wording": 9}])
def test_a_saved_briefing_that_was_changed_says_so(change: dict[str, object]) -> None:
    city = tiny_city()
    signed_up(city, 0, 8)
    saved = actions.save_briefing(
        city.event, city.street, by=caller_for(user_with_role("press", city.street)), at=now()
    )
    if change.get("figures", 0) is None:
        rows = [{**row, "value": row["value"] + 1} for row in saved.figures["figures"]]
        change = {"figures": {**saved.figures, "figures": rows}}
    Briefing.objects.filter(pk=saved.pk).update(**change)
    assert not record.is_as_saved(Briefing.objects.get(pk=saved.pk))


@pytest.mark.parametrize("role", ["community_desk", "street", "city"])
def test_only_who_speaks_for_an_area_saves_its_briefing(role: str) -> None:
    city = tiny_city()
    area = city.communities[0] if role == "community_desk" else city.street
    with pytest.raises(NotYoursToBrief):
        actions.save_briefing(city.event, area, by=caller_for(user_with_role(role, area)), at=now())
    assert not Briefing.objects.exists()


def test_a_press_officer_saves_and_reads_their_own_area_only() -> None:
    city = tiny_city()
    mine = caller_for(user_with_role("press", city.communities[0]))
    other = caller_for(user_with_role("press", city.communities[1]))
    with pytest.raises(NotYoursToBrief):
        actions.save_briefing(city.event, city.street, by=mine, at=now())
    saved = actions.save_briefing(city.event, city.communities[0], by=mine, at=now())
    with pytest.raises(NotFound):
        queries.briefing_visible_to(other, saved.pk)
