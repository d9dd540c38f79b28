"""Volunteers pasted from a group: mended in place, looked through, taken like those of a file."""

import re

import pytest
from django.urls import reverse

from linli.muster.models import SignUp
from tests.factories import sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db

TEXT = "#接龙\n1. 张三 3栋1单元201 13800001234 会开车 爱唱歌\n2. 李敏 2栋502\n3. 王小明 13700001111"


def body(reply):
    return reply.content.decode()


def test_lines_that_are_not_understood_are_mended_in_place_and_all_are_taken(client):
    city = tiny_city()
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    client.cookies["django_language"] = "en"
    url = reverse("paste_volunteers", args=[city.communities[0].pk])
    shown = client.post(url, {"text": TEXT, "basis": "event"})
    assert shown.status_code == 422
    lines = re.findall(r'name="line" value="([^"]+)"', body(shown))
    assert lines == ["2. 李敏 2栋502", "3. 王小明 13700001111"]
    good = re.search(r'<textarea name="text"[^>]*>(.*?)</textarea>', body(shown), re.S)[1]
    assert "张三" in good
    assert "李敏" not in good
    again = client.post(url, {"text": good, "line": [lines[0], ""], "basis": "event"})
    assert again.status_code == 422
    looked = client.post(url, {"text": good, "line": [f"{lines[0]} 13900005678", ""], "basis": "event"})
    assert "Would be made: 2 sign-ups." in body(looked)
    assert "爱唱歌" in body(looked)
    assert not SignUp.objects.exists()
    key = re.search(r'name="held" value="([0-9a-f-]+)"', body(looked))[1]
    client.post(reverse("load_volunteers", args=[city.communities[0].pk]), {"held": key})
    assert sorted(SignUp.objects.values_list("name", flat=True)) == ["张三", "李敏"]


@pytest.mark.parametrize("text", ["", "  \n ", "#接龙\n", "a\0b"])
def test_a_text_without_a_person_is_refused(client, text):
    city = tiny_city()
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    url = reverse("paste_volunteers", args=[city.communities[0].pk])
    assert client.post(url, {"text": text, "basis": "event"}).status_code == 422
    assert not SignUp.objects.exists()
