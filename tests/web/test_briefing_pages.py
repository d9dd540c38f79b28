"""The briefing and the zones over HTTP: who sees which figure, what is copied, what is saved, who declares."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.command.models import Briefing
from linli.common.clock import now
from linli.common.db import from_on
from linli.events.models import Zone
from linli.muster.models import SignUp
from linli.people.models import Person
from linli.places.models import Area
from tests.factories import TinyCity, ask, place_in, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def signed_up(city: TinyCity, community: int, heads: int, *, grid: int | None = None) -> None:
    """Confirmed sign-ups, and where a grid is given, placed in it."""
    at = now()
    for person in Person.objects.bulk_create(Person() for _ in range(heads)):
        SignUp.objects.create(
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
        if grid is not None:
            place_in(city.event, person, city.grids[grid], from_on(at, at + timedelta(days=1)))


def test_the_street_reads_every_figure_with_its_meaning_time_and_rows(client: Client, city: TinyCity) -> None:
    signed_up(city, 0, 3, grid=0)
    sign_in(client, user_with_role("street", city.street))
    reply = client.get(reverse("briefing", args=[city.street.pk]))
    page = reply.content.decode()
    assert "<strong>3</strong> signed up, <strong>3</strong> placed" in page
    for figure in reply.context["figures"]:
        assert figure.means in page
        assert figure.url
    assert "Sign-ups that a desk has confirmed" in page


COLUMNS = {"signed_up": "Signed up", "grids_asking": "Grids asking", "people_placed": "Placed"}
COLUMNS |= {"people_told": "Told", "people_coming": "Coming", "people_came": "Came", "people_idle": "Never placed"}
COLUMNS |= {"grids_placed": "Grids with people"}
DEPLOYED = {"deployed_city", "deployed_counties", "departments_sent", "deployed_in_zones"}
RISKS = {"zones_high": "High risk", "zones_medium": "Medium risk", "zones_low": "Low risk"}


def cells(page: str, label: str) -> list[str]:
    """What stands in one column of a page's table, as a reader sees it."""
    found = re.findall(rf'<td[^>]* data-label="{label}">(.*?)</td>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in found]


def test_every_figure_equals_the_rows_that_its_link_shows(client: Client, city: TinyCity) -> None:
    signed_up(city, 0, 3, grid=0)
    signed_up(city, 0, 2, grid=1)
    signed_up(city, 1, 4, grid=2)
    signed_up(city, 1, 5)
    for grid, want in ((0, 2), (1, 9), (3, 1)):
        ask(city, grid=grid, want=want)
    sign_in(client, user_with_role("street", city.street))
    for level, place in ((2, 0), (1, 1), (1, 2), (0, 3)):
        declare(client, city, place=city.grids[place].pk, level=level, area=city.communities[place // 2])
    reply = client.get(reverse("briefing", args=[city.street.pk]))
    keys = [figure.key for figure in reply.context["facts"].figures if figure.part is None]
    told = dict(zip(keys, reply.context["figures"], strict=True))
    assert {key: figure.value for key, figure in told.items()} == {
        "signed_up": 14,
        "grids_asking": 3,
        "grids_placed": 3,
        "people_placed": 9,
        "zones_high": 1,
        "zones_medium": 2,
        "zones_low": 1,
        "people_told": 0,
        "people_coming": 0,
        "people_came": 0,
        "people_idle": 5,
        "deployed_city": 0,
        "deployed_counties": 0,
        "departments_sent": 0,
        "deployed_in_zones": 0,
    }
    for key, figure in told.items():
        page = client.get(figure.url).content.decode()
        if key in DEPLOYED:
            assert "nobody has been deployed here" in page
        elif key in RISKS:
            assert cells(page, "Risk").count(RISKS[key]) == figure.value, key
        else:
            rows = cells(page, COLUMNS[key])
            assert len(rows) == len(city.communities)
            assert sum(int(row) for row in rows) == figure.value, key


def test_the_press_officer_never_reads_fewer_than_five(client: Client, city: TinyCity) -> None:
    signed_up(city, 0, 3, grid=0)
    signed_up(city, 1, 9)
    sign_in(client, user_with_role("press", city.street))
    reply = client.get(reverse("briefing", args=[city.street.pk]))
    shown = {figure.name: figure.value for figure in reply.context["figures"]}
    assert shown["People signed up"] == 12
    assert "People placed" not in shown
    assert all("signed_up" not in row for row in reply.context["parts"]), "12 less 9 would tell the 3"
    assert all(figure.url is None for figure in reply.context["figures"])
    assert client.get(reverse("area", args=[city.street.pk])).status_code == 404


def test_both_languages_stand_side_by_side_with_the_mark_inside_what_is_copied(client: Client, city: TinyCity) -> None:
    signed_up(city, 0, 8)
    sign_in(client, user_with_role("press", city.street))
    page = client.get(reverse("briefing", args=[city.street.pk])).content.decode()
    chinese = page.split('id="briefing-zh-Hans"')[1].split("</p>")[0]
    english = page.split('id="briefing-en"')[1].split("</p>")[0]
    assert "合成数据" in chinese
    assert "Synthetic data" in english
    assert '<data value="8" title="8">8</data>人已报到' in chinese
    assert page.count("data-copy=") == 2


def test_a_saved_briefing_is_fixed_and_proves_itself(client: Client, city: TinyCity) -> None:
    signed_up(city, 0, 8)
    sign_in(client, user_with_role("press", city.street))
    reply = client.post(reverse("briefing", args=[city.street.pk]))
    saved = Briefing.objects.get()
    assert reply.url == reverse("saved_briefing", args=[saved.pk])
    signed_up(city, 1, 9)
    page = client.get(reply.url).content.decode()
    assert "Nothing of it was changed" in page
    assert "the same to the letter" in page
    assert saved.digest in page
    assert '<data value="8"' in page
    assert '<data value="17"' not in page
    Briefing.objects.filter(pk=saved.pk).update(text_en="something else")
    assert "figures or text were changed" in client.get(reply.url).content.decode()


def test_who_does_not_speak_for_the_area_saves_nothing(client: Client, city: TinyCity) -> None:
    signed_up(city, 0, 8)
    url = reverse("briefing", args=[city.street.pk])
    sign_in(client, user_with_role("street", city.street))
    assert "Save this briefing" not in client.get(url).content.decode()
    reply = client.post(url)
    assert reply.status_code == 403
    assert "not_yours_to_brief" in reply.content.decode()
    assert not Briefing.objects.exists()


def test_another_areas_briefing_answers_as_if_it_did_not_exist(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("press", city.street))
    client.post(reverse("briefing", args=[city.street.pk]))
    saved = Briefing.objects.get()
    sign_in(client, user_with_role("press", city.communities[0]))
    assert client.get(reverse("saved_briefing", args=[saved.pk])).status_code == 404
    assert client.get(reverse("briefing", args=[city.communities[1].pk])).status_code == 404


def declare(client: Client, city: TinyCity, area: Area | None = None, **said: object) -> object:
    form = {"place": city.estates[0].pk, "level": 2, "basis": "Notice 7", "counted_from": ""} | said
    return client.post(reverse("zones", args=[(area or city.communities[0]).pk]), form)


def test_the_street_declares_a_zone_that_the_desk_then_reads(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    assert declare(client, city).status_code == 302  # type: ignore[attr-defined]
    assert Zone.objects.get().level == Zone.Risk.HIGH
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    page = client.get(reverse("zones", args=[city.communities[0].pk])).content.decode()
    assert "<strong>1</strong> zone in force" in page
    assert city.estates[0].name in page
    assert "Notice 7" in page
    assert "Declare this zone" not in page
    elsewhere = client.get(reverse("zones", args=[city.street.pk]))
    assert elsewhere.status_code == 404


def test_a_desk_declares_and_lifts_nothing(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    declare(client, city)
    zone = Zone.objects.get()
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert declare(client, city, level=1).status_code == 404  # type: ignore[attr-defined]
    assert client.post(reverse("lift_zone", args=[zone.pk]), {"reason": "mistake"}).status_code == 404
    zone.refresh_from_db()
    assert zone.during.upper is None


def test_a_zone_is_lifted_with_a_reason_and_goes_down_only_by_its_steps(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    declare(client, city)
    url = reverse("lift_zone", args=[Zone.objects.get().pk])
    here = {"area": city.communities[0].pk}
    early = client.post(url, here | {"how": "step_down", "basis": "Notice 8"}, follow=True).content.decode()
    assert "goes down after more days without a new case" in early
    over = client.post(url, here | {"reason": "over"}, follow=True).content.decode()
    assert "Only a zone of the lowest level is over" in over
    assert "The zone is lifted." in client.post(url, here | {"reason": "mistake"}, follow=True).content.decode()
    assert Zone.objects.get().during.upper is not None


@pytest.mark.parametrize(
    "said",
    [{"basis": ""}, {"level": 7}, {"place": 999_999_999}, {"counted_from": "2999-01-01"}, {"basis": "x" * 201}],
)
def test_a_zone_that_makes_no_sense_changes_nothing(client: Client, city: TinyCity, said: dict[str, object]) -> None:
    sign_in(client, user_with_role("street", city.street))
    reply = declare(client, city, **said)
    assert reply.status_code == 422  # type: ignore[attr-defined]
    assert not Zone.objects.exists()
