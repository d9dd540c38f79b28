"""Lists of sign-ups that the desk loads, over HTTP."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.muster.models import SignUp
from tests.factories import (
    add_claim,
)
from tests.web.muster.said import PHONE, WANG, body

pytestmark = pytest.mark.django_db


def upload(text, name="list.csv"):
    return {"file": SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())}


def test_a_list_is_shown_first_and_taken_then(client, city, desk):
    url = reverse("load_list", args=[city.communities[0].pk])
    good = f"姓名,电话,门牌,技能\n{WANG},{PHONE},1栋502,驾驶\n李敏,13800005678,2栋301,\n"
    looked = client.post(url, upload(good))
    assert looked.status_code == 200
    assert not SignUp.objects.exists()
    rows = re.search(r'name="rows" value="([0-9a-f]+)"', looked.content.decode())[1]
    assert client.post(url, {"rows": rows}).status_code == 302
    assert SignUp.objects.filter(way="list").count() == 2
    client.post(url, {"rows": rows})
    assert SignUp.objects.count() == 2


def test_rows_that_make_no_sense_are_named_and_cannot_be_taken(client, city, desk):
    url = reverse("load_list", args=[city.communities[0].pk])
    client.cookies["django_language"] = "en"
    looked = client.post(url, upload(f"姓名,电话,门牌\n{WANG},{PHONE},1栋502\n,12,2栋\n"))
    text = body(looked)
    assert 'name="rows"' not in text
    assert re.findall(r'class="num">(\d+)</th>', text) == ["3", "3"]
    assert "Please fill in: Name." in text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xff\xff", "姓名\n王".encode(), b"\x00" * 100])
def test_a_broken_file_is_refused_in_a_sentence(client, city, desk, content):
    reply = client.post(reverse("load_list", args=[city.communities[0].pk]), upload(content))
    assert reply.status_code == 422
    assert 'id="id_file_error"' in body(reply)


def test_no_file_and_foreign_rows_are_refused(client, city, desk):
    url = reverse("load_list", args=[city.communities[0].pk])
    assert client.post(url).status_code == 422
    assert 'role="alert"' in body(client.post(url, {"rows": "00ff"}, follow=True))
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (0, "Nobody of the list is signed up here yet."),
        (1, "One person of the list is signed up here already and stays as they are."),
        (2, "2 people of the list are signed up here already and stay as they are."),
    ],
)
def test_a_list_says_in_words_who_is_there_already(client, city, desk, there, told):
    rows = [("王小明", "13800001234"), ("李敏", "13800005678"), ("赵兰", "13800009999")]
    for name, phone in rows[:there]:
        add_claim(city, name=name, phone=phone)
    table = "\n".join(["姓名,电话,门牌", *(f"{name},{phone},1栋" for name, phone in rows)])
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("list.csv", table.encode())
    text = body(client.post(reverse("load_list", args=[city.communities[0].pk]), {"file": file}))
    assert told in text
    assert "<strong>0</strong>" not in text
