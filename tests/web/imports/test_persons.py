"""Dwellings and persons over HTTP: looked through, taken on a stated basis, in one's own community alone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.custody.models import Held
from linli.people.models import REGISTER, Identity, Load
from linli.people.person_template import TEMPLATE
from tests.factories import sign_in, tiny_city, user_with_role
from tests.sheets import filled

pytestmark = pytest.mark.django_db

WANG = {"estate": "柳苑", "building": "9栋", "door": "502", "micro": "青松第1网格微1", "name": "王小明"}


@pytest.mark.parametrize("basis", ["event", "standing"])
def test_people_are_taken_on_the_basis_that_was_stated(client, basis):
    city = tiny_city()
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    client.cookies["django_language"] = "en"
    url = reverse("load_persons", args=[city.communities[0].pk])
    file = SimpleUploadedFile("p.xlsx", filled(TEMPLATE, [WANG | {"民族": "汉"}], more=["民族"]))
    said = {"file": file, "basis": basis, "owner": "居委会", "legal_basis": "法定职责"}
    looked = client.post(url, said).content.decode()
    assert "Would be made: 1 estate, 1 building, 1 door, 1 person." in looked
    assert "the column “民族” with 1 filled cell" in looked
    assert not Identity.objects.exists()
    key = re.search(r'name="held" value="([0-9a-f-]+)"', looked)[1]
    client.post(url, {"held": key})
    holder = REGISTER if basis == "standing" else city.event.pk
    assert Identity.objects.get().holder == holder
    assert (Load.objects.get().holder, Load.objects.get().owner) == (holder, "居委会" if basis == "standing" else "")
    assert not Held.objects.exists()
    other = reverse("load_persons", args=[city.communities[1].pk])
    assert client.get(other).status_code == 404
