"""The list of a phone that holds much: packed on the way, grown during the day, each door under its own sweep."""

import gzip
import json
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.common.clock import now
from linli.field import roster
from linli.field.errors import TooMuchForAPhone
from tests.factories import add_resident, begin_sweep, caller_for, sign_in, tiny_city, user_with_role
from tests.field.phone import Phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def worker(city):
    return user_with_role("grid_worker", city.grids[0], name="李敏")


def test_a_list_is_packed_on_the_way_for_whoever_can_unpack_it(client, worker, city):
    for number in range(20):
        add_resident(city, name="王小明", phone="", door=f"{1 + number}01")
    sign_in(client, worker)
    body = json.dumps({"v": 1, "device": str(uuid4())})
    lease = client.post(reverse("field_lend"), body, content_type="application/json").json()["lease"]
    asked = {"v": 1, "lease": lease}
    packed = client.get(reverse("field_roster"), asked, HTTP_ACCEPT_ENCODING="gzip")
    plain = client.get(reverse("field_roster"), asked)
    assert (packed["Content-Encoding"], plain.has_header("Content-Encoding")) == ("gzip", False)
    assert len(packed.content) * 4 < len(plain.content)
    assert json.loads(gzip.decompress(packed.content))["parts"] == plain.json()["parts"]
    assert "no-store" in packed["Cache-Control"]


def test_whoever_is_found_during_the_day_comes_on_top_of_a_full_phone(worker, city, monkeypatch):
    monkeypatch.setattr(roster, "MOST_PEOPLE", 2)
    monkeypatch.setattr(roster, "GROWN", 3)
    phone = Phone(caller_for(worker))
    for number in range(2):
        add_resident(city, name="王", phone="", door=f"{1 + number}01")
    known = roster.of(phone.lease, known={}, by=phone.by, at=now()).digests
    add_resident(city, name="新来", phone="", door="301")
    assert roster.of(phone.lease, known=known, by=phone.by, at=now()).people == 3
    with pytest.raises(TooMuchForAPhone):
        roster.of(phone.lease, known={}, by=phone.by, at=now())
    add_resident(city, name="又来", phone="", door="401")
    with pytest.raises(TooMuchForAPhone) as told:
        roster.of(phone.lease, known=known, by=phone.by, at=now())
    assert told.value.facts["most"] == 3


def test_each_door_is_under_the_newest_sweep_that_takes_findings_there(worker, city):
    add_resident(city, name="王", phone="", building=0, door="101")
    add_resident(city, name="李", phone="", building=1, door="101")
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    wide = begin_sweep(city.event, city.communities[0], desk)
    phone = Phone(caller_for(worker))

    def sweeps():
        found = roster.of(phone.lease, known={}, by=phone.by, at=now())
        return {door["n"]: door["s"] for part in found.parts.values() for door in part}

    assert sweeps() == {"1栋": wide.pk, "2栋": wide.pk}
    narrow = begin_sweep(city.event, city.micro_grids[0], desk)
    assert sweeps() == {"1栋": narrow.pk, "2栋": wide.pk}
    type(narrow.persons).objects.filter(pk__in=[narrow.persons_id, narrow.doors_id]).update(closed_at=now())
    assert sweeps() == {"1栋": wide.pk, "2栋": wide.pk}
