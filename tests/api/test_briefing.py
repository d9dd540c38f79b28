"""The briefing for programs: what its page says, to the same people."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.common.clock import now
from linli.events.models import Event
from linli.muster import actions
from linli.people.models import City
from linli.web import standing
from tests.api.conftest import program_of
from tests.factories import add_claim, ask, caller_for, sign_in, user_with_role

pytestmark = pytest.mark.django_db


def signed_up(city, community, heads):
    """So many confirmed sign-ups in one community."""
    desk = caller_for(user_with_role("community_desk", city.communities[community]))
    for number in range(heads):
        claim = add_claim(city, name=f"王{number}", phone=f"1380000{community}{number:03d}", community=community)
        actions.confirm(claim, person=None, by=desk, at=now())


def value_of(told, key, part=None):
    """A figure of a briefing: the total, or that of one part."""
    at = {(each["key"], each["part"]["area"] if each["part"] else None): each["value"] for each in told["figures"]}
    return at.get((key, part))


def test_a_desk_reads_exact_figures_with_definition_moment_and_address(city):
    signed_up(city, 0, 3)
    ask(city, grid=0, want=2)
    street = user_with_role("street", city.street)
    told = program_of(street)("GET", f"areas/{city.street.pk}/briefing").json()
    assert (value_of(told, "signed_up"), value_of(told, "grids_asking")) == (3, 1)
    assert value_of(told, "signed_up", city.communities[0].pk) == 3
    client = Client()
    sign_in(client, street)
    for figure in told["figures"]:
        assert figure["definition"].endswith(".")
        assert figure["as_of"] == told["as_of"]
        assert client.get(figure["link"]).status_code == 200
    assert (told["synthetic"], told["exercise"], told["event_en"]) == (True, True, "September outbreak")
    assert told["text_zh"].startswith("【合成数据，并无真人】")
    assert told["text_en"].startswith("[Synthetic data: nobody here is real.]")
    assert "signed up" not in told["text_en"], "three people are too few for a text that leaves the house"


def test_programs_and_pages_share_what_was_counted_half_a_second_ago(city, monkeypatch):
    street = user_with_role("street", city.street)
    counted, really = [], standing.stands_of
    monkeypatch.setattr(standing._shared, "_clock", lambda: 1000.0)
    monkeypatch.setattr(standing, "stands_of", lambda *given: counted.append(given) or really(*given))
    client, call = Client(), program_of(street)
    sign_in(client, street)
    assert client.get(reverse("briefing", args=[city.street.pk])).status_code == 200
    told = [call("GET", f"areas/{city.street.pk}/briefing").json() for _ in range(3)]
    assert len(counted) == 1
    assert {each["as_of"] for each in told} == {figure["as_of"] for each in told for figure in each["figures"]}


def test_the_press_officer_gets_nothing_below_five_and_no_address(city):
    signed_up(city, 0, 7)
    signed_up(city, 1, 3)
    call = program_of(user_with_role("press", city.street))
    told = call("GET", f"areas/{city.street.pk}/briefing").json()
    assert value_of(told, "signed_up") == 10
    assert [value_of(told, "signed_up", each.pk) for each in city.communities] == [None, None]
    assert {figure["link"] for figure in told["figures"]} == {None}
    assert "10 people have signed up" in told["text_en"]
    assert all(figure["value"] == 0 or figure["value"] >= 5 for figure in told["figures"])


def test_its_words_come_in_the_language_asked_for(city):
    call = program_of(user_with_role("street", city.street))
    english, chinese = (
        call("GET", f"areas/{city.street.pk}/briefing", language=each).json()["figures"][0] for each in ("en", "zh-CN")
    )
    assert english["name"] == "People signed up"
    assert chinese["name"] != english["name"]


def test_who_has_no_part_in_it_is_told_that_there_is_nothing(city):
    for user in (user_with_role("auditor"), user_with_role("press", city.communities[1])):
        reply = program_of(user)("GET", f"areas/{city.communities[0].pk}/briefing")
        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "not_found")


def test_without_an_event_there_is_no_briefing_and_a_real_city_is_not_marked(city):
    call = program_of(user_with_role("street", city.street))
    City.objects.update(synthetic=False)
    told = call("GET", f"areas/{city.street.pk}/briefing").json()
    assert not told["synthetic"]
    assert "合成" not in told["text_zh"]
    Event.objects.update(ended_at=now())
    assert call("GET", f"areas/{city.street.pk}/briefing").status_code == 404
