"""What the app asks: a phone gets its holder's doors and no other, as far as it does not have them yet."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from linli.access import devices, phones
from linli.access.callers import PHONE_COOKIE
from linli.access.models import AccountPerson, DeviceSession, User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.field import leases, roster
from linli.field.errors import TooMuchForAPhone
from linli.field.models import Lease
from linli.ledger import sweeping
from linli.notices import actions as telling
from linli.notices.actions import News
from linli.notices.models import Told
from linli.people.models import Identity, Need
from linli.rolls import opening
from tests.factories import STARTED, SYSTEM, add_resident, caller_for, sign_in, user_with_role
from tests.field.phone import Phone

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = {"since": STARTED, "until": None, "desk": None}


@pytest.fixture
def worker(city):
    """One who holds a whole grid."""
    return user_with_role("grid_worker", city.grids[0], name="李敏")


@pytest.fixture
def households(city):
    """Two at one door, one in the next building, and one in another grid."""
    first = add_resident(city, name="王小明", phone="13800001234", door="502")
    second = add_resident(city, name="王小华", phone="", door="502")
    Identity.objects.filter(person=first).update(
        needs=1 << Need.DIALYSIS, born=date(1950, 1, 1), id_no=b"x", id_index=b"x"
    )
    add_resident(city, name="李四", phone="13800001235", building=1, door="201")
    add_resident(city, name="远方", phone="13800001236", building=2, door="101")
    return first, second


def asked(client, name, said=None, **query):
    if said is None:
        return client.get(reverse(name), query)
    return client.post(reverse(name), json.dumps({"v": 1} | said), content_type="application/json")


def borrowed(client, worker):
    sign_in(client, worker)
    return asked(client, "field_lend", {"device": str(uuid4())}).json()


def doors_of(reply):
    return [door for part in sorted(reply["parts"]) for door in reply["parts"][part]]


def test_a_phone_holds_its_holders_doors_masked_and_no_id_numbers(client, worker, households):
    lent = borrowed(client, worker)
    reply = asked(client, "field_roster", v=1, lease=lent["lease"])
    doors = {door["d"]: door for door in doors_of(reply.json())}
    assert set(doors) == {"502", "201"}
    assert sorted(person["n"] for person in doors["502"]["p"]) == ["王*华", "王*明"]
    assert doors["201"]["p"][0]["n"] == "李**"
    assert [(each["a"], each["x"]) for each in doors["502"]["p"]] == [("60", ["dialysis"]), ("", [])]
    text = reply.content.decode()
    assert not any(word in text for word in ("王小明", "13800001234", "1950", "远"))
    taken = TrailEntry.objects.get(kind="roster.taken")
    assert (taken.user, taken.facts) == (worker.pk, {"doors": 2, "people": 3})


def test_only_what_changed_comes_again(client, worker, households, city):
    lent = borrowed(client, worker)
    first = asked(client, "field_roster", v=1, lease=lent["lease"]).json()
    known = ",".join(f"{part}:{digest}" for part, digest in first["digests"].items())
    again = asked(client, "field_roster", v=1, lease=lent["lease"], known=known).json()
    assert (again["parts"], again["digests"]) == ({}, first["digests"])
    add_resident(city, name="新来", phone="13800009999", building=1, door="202")
    more = asked(client, "field_roster", v=1, lease=lent["lease"], known=known).json()
    assert [door["d"] for door in doors_of(more)] == ["201", "202"]
    assert TrailEntry.objects.filter(kind="roster.taken").count() == 1


def test_no_childs_name_or_number_lies_on_a_phone(client, worker, city):
    child = add_resident(city, name="陈小宝", phone="13800001234", building=0)
    Identity.objects.filter(person=child).update(born=localdate(now()) - timedelta(days=9 * 365))
    lent = borrowed(client, worker)
    reply = asked(client, "field_roster", v=1, lease=lent["lease"])
    (told,) = [each for door in doors_of(reply.json()) for each in door["p"] if each["i"] == child.pk]
    assert (told["n"], told["a"], told["h"], told["c"]) == ("", "3", True, False)


def test_doors_come_in_walking_order(client, worker, city):
    for door in ("1001", "201", "302"):
        add_resident(city, name="王", phone="", door=door, building=0)
    lent = borrowed(client, worker)
    doors = doors_of(asked(client, "field_roster", v=1, lease=lent["lease"]).json())
    assert [door["d"] for door in doors] == ["1001", "201", "302"]
    assert [door["f"] for door in doors] == [1, 2, 3]


def test_a_door_tells_its_sweep_and_what_was_found_there(client, worker, households, city):
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    sweep = sweeping.open_sweep(city.event, city.communities[0], by=desk, at=now())
    lent = borrowed(client, worker)
    before = doors_of(asked(client, "field_roster", v=1, lease=lent["lease"]).json())
    assert {door["s"] for door in before} == {None}  # it is not ready yet
    for roll in (sweep.doors_id, sweep.persons_id):
        opening.fill(roll)
    door = before[0]["i"]
    phone = Phone(caller_for(worker))
    sent = asked(client, "field_outbox", {"envelopes": [phone.found(sweep.pk, door, "no_answer")]}).json()
    assert [each["state"] for each in sent["answers"]] == ["done"]
    after = {each["i"]: each for each in doors_of(asked(client, "field_roster", v=1, lease=str(phone.lease.pk)).json())}
    assert {each["s"] for each in after.values()} == {sweep.pk}
    assert (after[door]["r"]["r"], after[door]["r"]["by"]) == ("no_answer", worker.pk)


def test_a_phone_holds_so_many_people_and_no_more(worker, households, monkeypatch):
    phone = Phone(caller_for(worker))
    monkeypatch.setattr(roster, "MOST_PEOPLE", 2)
    with pytest.raises(TooMuchForAPhone) as told:
        roster.of(phone.lease, known={}, by=phone.by, at=now())
    assert told.value.facts["people"] == 3
    monkeypatch.setattr(roster, "MOST_GRIDS", 1)
    with pytest.raises(TooMuchForAPhone):
        roster.of(phone.lease, known={}, by=phone.by, at=now())


def test_the_list_takes_as_many_queries_however_long_it_is(worker, city, django_assert_max_num_queries):
    phone = Phone(caller_for(worker))
    for number in range(30):
        add_resident(city, name="王", phone="", building=number % 2, door=f"{1 + number // 2}01")
    with django_assert_max_num_queries(17):
        found = roster.of(phone.lease, known={}, by=phone.by, at=now())
    assert found.people == 30


def test_another_version_is_told_and_nothing_is_taken(client, worker, households):
    lent = borrowed(client, worker)
    for reply in (
        asked(client, "field_lend", {"v": 2, "device": str(uuid4())}),
        asked(client, "field_outbox", {"v": 0, "envelopes": []}),
        asked(client, "field_roster", v=2, lease=lent["lease"]),
    ):
        assert (reply.status_code, reply.json()["error"]["code"]) == (409, "app_out_of_date")
    assert Lease.objects.count() == 1


def test_nonsense_is_told_in_the_one_shape(client, worker):
    sign_in(client, worker)
    for reply in (
        client.post(reverse("field_outbox"), "{", content_type="application/json"),
        asked(client, "field_outbox", {"envelopes": {}}),
        asked(client, "field_outbox", {"envelopes": [{}] * 201}),
        asked(client, "field_lend", {"device": "x"}),
        asked(client, "field_give_up", {"lease": 7}),
        asked(client, "field_roster", v=1),
    ):
        assert (reply.status_code, reply.json()["error"]["code"]) == (422, "invalid")


def opened_phone(client, city, worker):
    """A phone that came in by a QR from the desk."""
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    paper, _, _ = phones.print_qr(worker, by=desk, at=now())
    session, secret = phones.come_in(paper, "482917", kind="android", instead_of=None, at=now())
    client.cookies[PHONE_COOKIE] = secret
    return session, desk


def test_a_phone_whose_pin_was_not_typed_brings_what_it_has_and_gets_nothing(client, city, worker, households):
    session, _ = opened_phone(client, city, worker)
    lent = asked(client, "field_lend", {"device": str(uuid4())}).json()
    DeviceSession.objects.filter(pk=session.pk).update(active_at=now() - timedelta(hours=1))
    said = asked(client, "field_hello", lease=lent["lease"]).json()
    assert (said["known"], said["works"], said["name"], said["lease"]) == (True, False, "", "in_force")
    assert said["sign_in"].startswith(reverse("type_pin"))
    assert asked(client, "field_outbox", {"envelopes": []}).status_code == 200
    assert asked(client, "field_roster", v=1, lease=lent["lease"]).status_code == 302


def test_a_lost_phone_is_told_to_let_go_once_the_desk_ends_it(client, city, worker, households):
    session, desk = opened_phone(client, city, worker)
    lent = asked(client, "field_lend", {"device": str(uuid4())}).json()
    phone = Phone(caller_for(worker))
    devices.end_phones(worker.pk, only=session.pk, by=desk, at=now())
    assert asked(client, "field_hello", lease=lent["lease"]).json()["lease"] == "revoked"
    reply = asked(client, "field_outbox", {"envelopes": []})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "pin_asked")
    DeviceSession.objects.filter(pk=session.pk).delete()  # within the hour
    assert asked(client, "field_hello", lease=lent["lease"]).json()["lease"] == "revoked"
    lease = Lease.objects.get(pk=lent["lease"])
    assert leases.is_over(lease, now())
    assert not leases.is_over(phone.lease, now())


def test_a_stranger_learns_nothing(client, city, worker, households):
    phone = Phone(caller_for(worker))
    said = asked(client, "field_hello", lease=str(phone.lease.pk)).json()
    assert (said["known"], said["name"], said["works"]) == (False, "", False)
    assert asked(client, "field_hello", lease="nonsense").json()["lease"] == "unknown"
    assert asked(client, "field_outbox", {"envelopes": [phone.write("dance")]}).status_code == 403
    sign_in(client, user_with_role("grid_worker", city.grids[1]))
    reply = asked(client, "field_roster", v=1, lease=str(phone.lease.pk))
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "lease_over")


def test_the_doors_are_given_back(client, worker, households):
    lent = borrowed(client, worker)
    assert asked(client, "field_give_up", {"lease": lent["lease"]}).status_code == 200
    assert asked(client, "field_hello", lease=lent["lease"]).json()["lease"] == "over"
    assert asked(client, "field_roster", v=1, lease=lent["lease"]).json()["error"]["code"] == "lease_over"


def test_the_app_holds_nobodys_data_and_keeps_all_its_parts(client, worker, households):
    sign_in(client, worker)
    page = client.get(reverse("field_app")).content.decode()
    assert not any(
        User.objects.get(pk=worker.pk).display_name in part
        for part in (page, client.get("/field/sw.js").content.decode())
    )
    kept = json.loads(client.get(reverse("field_worker")).content.decode().split("self.LINLI = ")[1].split(";\n")[0])
    assert len(kept["kept"]) == 6
    for address in kept["kept"]:
        reply = client.get(address)
        reply.close()
        assert reply.status_code == 200
    assert f'data-version="{kept["version"]}"' in page


def test_what_its_holder_was_told_lies_on_the_phone_until_it_was_opened(client, worker, households, city):
    lent, person = borrowed(client, worker), households[0]
    asks = {"v": 1, "lease": lent["lease"], "told": 1}
    news = News("placed", "grid:1", "placed:1", [person.pk, households[1].pk], FACTS | {"grid": city.grids[0].pk})
    telling.tell(city.event, [news], by=SYSTEM, at=now())
    assert asked(client, "field_roster", **asks).json()["told"] == []  # whose person the account is nobody said
    AccountPerson.objects.create(user=worker, person=person.pk, said_at=now())
    (told,) = asked(client, "field_roster", **asks).json()["told"]
    assert (told["i"], "青松" in told["w"]) == (Told.objects.get(person=person).pk, True)
    assert "told" not in asked(client, "field_roster", v=1, lease=lent["lease"]).json()  # an app from before
    Told.objects.filter(person=person).update(read_at=now(), read_in="en")
    assert asked(client, "field_roster", **asks).json()["told"] == []
