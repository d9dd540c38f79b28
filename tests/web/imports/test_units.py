"""The page of a list of work units: looked through, taken once, by whoever decides over the units."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.events.models import Event
from linli.muster.models import UnitFree
from linli.muster.units.unit_sheet import TEMPLATE
from linli.people.models import Organisation
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role
from tests.sheets import filled

pytestmark = pytest.mark.django_db
LINES = "市图书馆 驾驶 3 其他 12 联络员 周敏\n\n市档案馆 8"


def command(city: TinyCity) -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, user_with_role("city", city.street))
    return client


def key_in(reply: HttpResponse) -> str:
    found = re.search(r'name="held" value="([0-9a-f-]+)"', reply.content.decode())
    assert found is not None
    return found[1]


def test_pasted_lines_are_looked_through_and_taken_once() -> None:
    city = tiny_city()
    client, page = command(city), reverse("load_units", args=[city.street.pk])
    looked = client.post(page, {"text": LINES})
    told = "Would be made: 2 work units, what 2 work units can send, 1 liaison."
    assert told in re.sub(r"\s+", " ", looked.content.decode())
    assert not Organisation.objects.exists()
    taken = client.post(page, {"held": key_in(looked)}, follow=True)
    assert taken.redirect_chain == [(reverse("units", args=[city.street.pk]), 302)]
    assert "print the cards under Accounts" in taken.content.decode()
    assert set(UnitFree.objects.values_list("organisation__name", "skill", "heads")) == {
        ("市图书馆", 1, 3),
        ("市图书馆", None, 12),
        ("市档案馆", None, 8),
    }
    assert RoleGrant.objects.filter(role="liaison").count() == 1
    again = client.post(page, {"text": LINES}).content.decode()
    assert "it would change nothing" in again


def test_a_file_of_an_office_is_read_and_its_wrong_rows_come_back_to_be_mended() -> None:
    city = tiny_city()
    client, page = command(city), reverse("load_units", args=[city.street.pk])
    rows = [{"unit": "市图书馆", "anybody": "12"}, {"unit": "市档案馆", "anybody": "许多"}]
    reply = client.post(page, {"file": SimpleUploadedFile("units.xlsx", filled(TEMPLATE, rows))})
    text = reply.content.decode()
    assert "<strong>1</strong> row cannot be taken" in text
    assert "cell_not_a_number" in text
    mend = re.search(r'name="mend" value="([0-9a-f-]+)"', text)
    assert mend is not None
    assert client.post(page, {"mend": mend[1]})["Content-Type"].endswith("sheet")
    assert not Organisation.objects.exists()


def test_a_line_that_is_no_unit_is_named_with_its_number() -> None:
    city = tiny_city()
    reply = command(city).post(reverse("load_units", args=[city.street.pk]), {"text": "市图书馆 12\n许多人"})
    assert "unit_line_unreadable" in reply.content.decode()
    assert "市图书馆 12\n许多人</textarea>" in reply.content.decode(), "it is there to be mended"
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("said", [{}, {"text": " "}, {"text": "x" * 100_001}])
def test_nothing_or_too_much_is_said_beside_the_question(said: dict[str, str]) -> None:
    city = tiny_city()
    reply = command(city).post(reverse("load_units", args=[city.street.pk]), said)
    assert reply.status_code == 422
    assert "_error" in reply.content.decode()


def test_without_an_event_the_page_leads_back_and_says_why() -> None:
    city = tiny_city()
    Event.objects.update(ended_at=now())
    reply = command(city).get(reverse("load_units", args=[city.street.pk]), follow=True)
    assert "No event is active in" in reply.content.decode()


def test_the_template_is_there_for_command_and_for_no_desk() -> None:
    city = tiny_city()
    file = reverse("template_file", args=["units"])
    assert "linli-units.xlsx" in command(city).get(file)["Content-Disposition"]
    assert reverse("load_units", args=[city.street.pk]) in command(city).get(reverse("templates")).content.decode()
    desk = Client()
    sign_in(desk, user_with_role("community_desk", city.communities[0]))
    assert desk.get(reverse("load_units", args=[city.street.pk])).status_code == 404
    assert desk.get(reverse("load_units", args=[city.communities[0].pk])).status_code == 404
