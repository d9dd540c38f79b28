"""Templates over HTTP: taken, filled in, looked through page by page, taken whole."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.common.sheets.opening import tables
from linli.custody import held
from linli.custody.models import Held
from linli.places import area_sheet
from linli.places.models import Area
from tests.factories import sign_in, user_with_role
from tests.sheets import filled, xlsx

pytestmark = pytest.mark.django_db

GOOD = [
    {"level": "street", "name": "梧桐街道"},
    {"level": "community", "name": "青松社区", "parent": "梧桐街道"},
]


@pytest.fixture
def administrator(client):
    user = user_with_role("administrator")
    sign_in(client, user)
    client.cookies["django_language"] = "en"
    return user


def load(client, content, **said):
    file = SimpleUploadedFile("areas.xlsx", content)
    return client.post(reverse("load_areas"), {"file": file, **said})


def text(reply):
    return reply.content.decode()


def key_in(reply):
    found = re.search(r'name="held" value="([0-9a-f-]+)"', text(reply))
    return found[1] if found else None


def test_the_template_is_taken_filled_in_looked_through_and_taken_once(client, administrator):
    assert "linli-areas.xlsx" in client.get(reverse("template_file", args=["areas"]))["Content-Disposition"]
    assert tables(client.get(reverse("template_file", args=["areas"])).content)[0].rows[0][1:]
    looked = load(client, filled(area_sheet.TEMPLATE, GOOD))
    assert "Would be made: 1 street, 1 community." in text(looked)
    assert not Area.objects.exists()
    key = key_in(looked)
    assert client.post(reverse("load_areas"), {"held": key}).status_code == 302
    assert Area.objects.count() == 2
    again = client.post(reverse("load_areas"), {"held": key}, follow=True)
    assert "no longer held" in text(again)
    assert Area.objects.count() == 2
    second = load(client, filled(area_sheet.TEMPLATE, GOOD))
    assert "it would change nothing" in text(second)
    assert key_in(second) is None


def test_ten_thousand_rejected_cells_are_shown_page_by_page(client, administrator):
    rows = [{"level": "鱼", "name": "长" * 81, "parent": "x", "phone": "x", "code": "1" * 13}] * 2_000
    first = load(client, filled(area_sheet.TEMPLATE, [{**row, "latin": "x" * 121} for row in rows]))
    assert "<strong>2000</strong> rows cannot be taken" in text(first)
    assert key_in(first) is None
    assert "Rows 1 to 50 of 10,000" in text(first)
    last = re.search(r'href="(\?held=[^"]+page=)2"', text(first))[1].replace("&amp;", "&")
    page = client.get(reverse("load_areas") + last + "200")
    assert "Rows 9,951 to 10,000 of 10,000" in text(page)
    assert ">2001</th>" in text(page)
    assert "cell_not_a_choice" in text(page) or "cell_too_long" in text(page)


def test_what_is_not_kept_is_named_once_and_never_held(client, administrator):
    row = GOOD[0] | {"政治面貌": "秘密的话"}
    reply = load(client, filled(area_sheet.TEMPLATE, [row], more=["政治面貌"]))
    assert "the column “政治面貌” with 1 filled cell" in text(reply)
    assert "秘密的话" not in text(reply)
    kept = held.held(
        Held.objects.get().pk, "areas", area=None, by=_caller(administrator), at=Held.objects.get().made_at
    )
    assert "秘密的话" not in kept
    assert "梧桐街道" in kept
    assert "梧桐街道".encode() not in bytes(Held.objects.get().content)


def _caller(user):
    from tests.factories import caller_for

    return caller_for(user)


def test_what_was_looked_through_is_theirs_alone_and_an_hour_old_at_most(client, administrator):
    key = key_in(load(client, filled(area_sheet.TEMPLATE, GOOD)))
    other = user_with_role("administrator")
    sign_in(client, other)
    client.post(reverse("load_areas"), {"held": key})
    assert not Area.objects.exists()
    sign_in(client, administrator)
    made_at = Held.objects.get().made_at
    Held.objects.update(made_at=made_at - timedelta(hours=1))
    client.post(reverse("load_areas"), {"held": key})
    assert not Area.objects.exists()
    assert held.forget(at=made_at) == 1


@pytest.mark.parametrize("key", ["x", "0" * 36, "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_key_takes_nothing(client, administrator, key):
    reply = client.post(reverse("load_areas"), {"held": key}, follow=True)
    assert reply.status_code in (200, 422)
    assert not Area.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", xlsx([["a", "b"]]), filled(area_sheet.TEMPLATE, [])])
def test_a_wrong_file_is_refused_in_a_sentence_beside_the_question(client, administrator, content):
    reply = load(client, content)
    assert reply.status_code == 422
    assert 'id="id_file_error"' in text(reply)
    assert not Held.objects.exists()


def test_no_file_at_all_is_refused(client, administrator):
    assert client.post(reverse("load_areas")).status_code == 422


def test_a_desk_gets_no_template_of_areas(client):
    sign_in(client, user_with_role("auditor"))
    assert client.get(reverse("template_file", args=["areas"])).status_code == 404
