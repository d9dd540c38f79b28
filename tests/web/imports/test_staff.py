"""Staff over HTTP: looked through, taken, and each new account's link shown once."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.access import staff_sheet
from linli.access.models import User
from tests.factories import sign_in, tiny_city, user_with_role
from tests.sheets import filled

pytestmark = pytest.mark.django_db

ZHANG = {"name": "张伟", "login": "zhang.wei", "role": "community desk", "area": "青松社区"}


def test_new_accounts_are_handed_their_links_once_and_not_again(client):
    tiny_city()
    sign_in(client, user_with_role("administrator"))
    client.cookies["django_language"] = "en"
    url = reverse("load_staff")
    file = SimpleUploadedFile("staff.xlsx", filled(staff_sheet.TEMPLATE, [ZHANG]))
    looked = client.post(url, {"file": file}).content.decode()
    assert "Would be made: 1 account, 1 role." in looked
    held = re.search(r'name="held" value="([0-9a-f-]+)"', looked)[1]
    links = client.post(url, {"held": held})
    assert links["Cache-Control"].count("no-store") == 1
    address = re.search(r"<code>(http://[^<]+)</code>", links.content.decode())[1]
    assert Client().get(address).status_code == 200
    again = client.post(url, {"held": held}, follow=True).content.decode()
    assert "no longer held" in again
    assert address not in again
    assert User.objects.filter(username="zhang.wei").count() == 1
