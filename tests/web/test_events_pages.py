"""Events over HTTP: city command opens one over all or some areas, ends it or calls it off; nobody else."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.duty.models import Booking
from linli.events import actions
from linli.events.models import Event, EventArea, Zone
from linli.events.queries import active_event
from linli.muster.models import Placement
from linli.people.models import Person
from linli.places.models import Area
from tests.factories import STARTED, TinyCity, caller_for, place_in, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
OPEN = {
    "pack": "epidemic",
    "exercise": "no",
    "name": "十月疫情",
    "name_en": "October outbreak",
    "starts": "",
    "go": "1",
}


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def command(client: Client, city: TinyCity) -> Client:
    """A client that speaks for the city's role, in English."""
    client.cookies["django_language"] = "en"
    sign_in(client, user_with_role("city", city.street, name="Zhang Wei"))
    return client


def asked(*areas: Area, **more: object) -> str:
    return f"{reverse('open_event')}?{urlencode([('area', area.pk) for area in areas] + list(more.items()))}"


def opened(client: Client, *areas: Area, **said: object) -> object:
    return client.post(reverse("open_event"), {**OPEN, "area": [area.pk for area in areas], **said})


def test_an_event_is_opened_over_all_of_the_city_in_three_taps(command: Client, city: TinyCity) -> None:
    assert reverse("events") in command.get(reverse("area", args=[city.street.pk])).content.decode()
    assert reverse("open_event") in command.get(reverse("events")).content.decode()
    where = command.get(reverse("open_event"))
    assert where.context["all_url"] in where.content.decode().replace("&amp;", "&")
    form = command.get(where.context["all_url"])
    assert "What has happened in" in form.content.decode()
    reply = opened(command, city.street)
    made = Event.objects.get(name="十月疫情")
    assert reply.url == reverse("event", args=[made.pk])  # type: ignore[attr-defined]
    assert (made.exercise, made.pack, made.pack_version, made.ended_at) == (False, "epidemic", "1", None)
    assert list(made.areas.all()) == [city.street]
    assert active_event(now(), city.communities[0].pk) == made
    page = command.get(reply.url).content.decode()  # type: ignore[attr-defined]
    assert "October outbreak is under way, since today" in page
    entry = TrailEntry.objects.get(kind="event.opened", subject=f"event:{made.pk}")
    assert "Zhang Wei" in page
    assert f"trail entry {entry.pk}" in page


def test_chosen_parts_stand_in_the_address_and_one_inside_another_goes(command: Client, city: TinyCity) -> None:
    first, second = city.communities
    page = command.get(asked(first, second))
    assert [each["area"] for each in page.context["picked"]] == [first, second]
    assert "Go on with 2 areas" in page.content.decode()
    assert [each["area"] for each in command.get(asked(first, city.street)).context["picked"]] == [city.street]
    dropped = command.get(page.context["picked"][0]["drop"])
    assert [each["area"] for each in dropped.context["picked"]] == [second]
    opened(command, first, second)
    assert set(Event.objects.get(name="十月疫情").areas.all()) == {first, second}


@pytest.mark.parametrize("query", ["area=0", "area=x", "area=99999999999999999999", "in=x", "area=1&" * 61 + "in=1"])
def test_an_area_that_is_not_there_answers_so(command: Client, query: str) -> None:
    assert command.get(f"{reverse('open_event')}?{query}").status_code == 404


def test_a_grid_is_no_area_of_an_event(command: Client, city: TinyCity) -> None:
    assert command.get(asked(city.grids[0])).status_code == 404


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": ""}, "required"),
        ({"name": "x" * 81}, "at most 80"),
        ({"pack": "flood"}, "Select a valid choice"),
        ({"exercise": "maybe"}, "Select a valid choice"),
        ({"starts": "soon"}, "valid date"),
        ({"starts": "2022-01-01T00:00"}, "at most 31 days ago"),
        ({"starts": "2999-01-01T00:00"}, "366 days ahead"),
        ({"starts": "9999-12-31T23:59"}, "366 days ahead"),
    ],
)
def test_an_event_that_makes_no_sense_is_not_opened(
    command: Client, city: TinyCity, said: dict[str, str], told: str
) -> None:
    reply = opened(command, city.street, **said)
    assert reply.status_code == 422  # type: ignore[attr-defined]
    assert told in reply.content.decode()  # type: ignore[attr-defined]
    assert not Event.objects.exclude(pk=city.event.pk).exists()


def test_a_form_without_areas_asks_for_them(command: Client) -> None:
    assert opened(command).status_code == 422  # type: ignore[attr-defined]


def test_the_same_event_is_not_opened_twice(command: Client, city: TinyCity) -> None:
    opened(command, city.street)
    for areas in ([city.street], [city.communities[0]], city.communities):
        twice = opened(command, *areas)
        assert twice.status_code == 422  # type: ignore[attr-defined]
        assert "is open here already" in twice.content.decode()  # type: ignore[attr-defined]
    assert Event.objects.filter(name="十月疫情").count() == 1
    assert opened(command, city.street, name="十月洪水").status_code == 302  # type: ignore[attr-defined]


def test_ending_says_what_it_means_and_keeps_placements(command: Client, city: TinyCity) -> None:
    at = now()
    placed = place_in(city.event, Person.objects.create(), city.grids[0], from_on(at, at + timedelta(days=1)))
    later = from_on(at + timedelta(days=2), at + timedelta(days=3))
    place_in(city.event, placed.person, city.grids[1], later)
    zone = Zone.objects.create(
        event=city.event,
        place=city.communities[0].place,
        level=2,
        basis="Notice 7",
        counted_from=at.date(),
        during=from_on(at),
        declared_by=1,
        declared_at=at,
    )
    url = reverse("event", args=[city.event.pk])
    page = command.get(url).content.decode()
    for said in ("Nobody can sign up for it any more", "1 zone in force ends", "Nothing is destroyed yet"):
        assert said in page
    reply = command.post(url, {"how": "end"}, follow=True)
    assert "September outbreak has ended." in reply.content.decode()
    zone.refresh_from_db()
    city.event.refresh_from_db()
    assert zone.during.upper == city.event.ended_at
    kept = Placement.objects.get()
    assert (kept.pk, kept.during.upper) == (placed.pk, city.event.ended_at), "what was, was; what would come does not"
    assert Booking.objects.get().during == kept.during
    assert active_event(now()) is None
    area = command.get(reverse("area", args=[city.street.pk])).content.decode()
    assert f'class="btn btn-primary" href="{reverse("open_event")}"' in area, "and city command is shown the next step"
    assert "End September outbreak now" not in command.get(url).content.decode()
    assert "Events that have ended" in command.get(reverse("events")).content.decode()


def test_who_ends_it_second_is_told_so(command: Client, city: TinyCity) -> None:
    url = reverse("event", args=[city.event.pk])
    command.post(url, {"how": "end"})
    ended = Event.objects.get(pk=city.event.pk).ended_at
    assert "Somebody has already ended" in command.post(url, {"how": "end"}, follow=True).content.decode()
    assert Event.objects.get(pk=city.event.pk).ended_at == ended
    assert TrailEntry.objects.filter(kind="event.ended").count() == 1


def test_an_event_to_come_is_called_off_and_one_under_way_is_not(command: Client, city: TinyCity) -> None:
    later = localtime(now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    opened(command, city.street, starts=later, exercise="yes")
    made = Event.objects.get(name="十月疫情")
    assert localtime(made.started_at).strftime("%Y-%m-%dT%H:%M") == later
    assert active_event(now()) == city.event
    page = command.get(reverse("events")).content.decode()
    assert "to come" in page
    url = reverse("event", args=[made.pk])
    assert "End this event" not in command.get(url).content.decode()
    assert "is not active" in command.post(url, {"how": "end"}, follow=True).content.decode()
    assert "is called off" in command.post(url, {"how": "call_off"}, follow=True).content.decode()
    assert not EventArea.objects.filter(event=made.pk).exists()
    assert TrailEntry.objects.filter(kind="event.called_off", subject=f"event:{made.pk}").count() == 1
    assert command.get(url).status_code == 404
    running = reverse("event", args=[city.event.pk])
    assert "has begun meanwhile" in command.post(running, {"how": "call_off"}, follow=True).content.decode()
    assert Event.objects.filter(pk=city.event.pk, started_at=STARTED, ended_at=None).exists()


@pytest.mark.parametrize("role", ["community_desk", "street", "district", "press", "administrator"])
def test_nobody_else_opens_or_ends(client: Client, city: TinyCity, role: str) -> None:
    sign_in(client, user_with_role(role, None if role == "administrator" else city.street))
    for url in (reverse("events"), reverse("open_event"), reverse("event", args=[city.event.pk])):
        assert client.get(url).status_code == 404
        assert client.post(url, {"how": "end"}).status_code == 404
    assert Event.objects.get(pk=city.event.pk).ended_at is None


def test_the_list_takes_as_many_queries_for_many_events_as_for_one(command: Client, city: TinyCity) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert command.get(reverse("events")).status_code == 200
        return len(caught)

    queries()
    few = queries()
    by = caller_for(user_with_role("city", city.street))
    for number in range(12):
        actions.open_event(f"演练{number}", pack="epidemic", areas=city.communities, exercise=True, by=by, at=now())
    assert queries() == few
