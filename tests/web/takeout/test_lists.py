"""Taking lists out over HTTP: from the pages that list people to the file, and what the people in it can read of it."""

import csv
import io
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import User
from linli.common.clock import moved_to, now
from linli.common.db import from_on
from linli.custody import export
from linli.custody.export import asking
from linli.custody.models import Export, TrailEntry
from linli.desk import actions as desks
from linli.duty.models import Booking
from linli.muster import actions, leaving, takeout
from linli.muster.models import SignUp
from tests.factories import (
    TinyCity,
    add_claim,
    add_resident,
    caller_for,
    note,
    place_in,
    sign_in,
    user_with_role,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(city: TinyCity) -> User:
    return user_with_role("community_desk", city.communities[0], name="李值班")


@pytest.fixture
def here(desk: User) -> Client:
    return signed_in(desk)


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    sign_in(client, user)
    return client


def confirmed(city: TinyCity, desk: User, name: str, phone: str) -> SignUp:
    """Somebody of the register who signed up, was confirmed and is placed."""
    person = add_resident(city, name=name, phone=phone)
    claim = actions.confirm(add_claim(city, name=name, phone=phone), person=person, by=caller_for(desk), at=now())
    during = from_on(now() - timedelta(hours=1), now() + timedelta(days=1))
    place_in(city.event, person, city.grids[0], during, metres=10, published_by=desk.pk)
    return claim


def page(client: Client, name: str, city: TinyCity, query: str = "") -> str:
    area = city.communities[0].pk
    return reverse(name, args=[area]) + query


SAID = {"purpose": "call", "columns": ["name", "phone"]}


def taken(client: Client, here: str, kind: str = "csv", **said: object) -> list[list[str]]:
    """Ask for a list and download it, as a table without its marks."""
    reply = client.post(here, SAID | said)
    assert reply.status_code == 302, reply.content.decode()
    file = client.post(reply.url + "download/", {"kind": kind})
    assert file["Content-Disposition"].startswith("attachment")
    return table(file)[1:-1]


def table(file: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))


def test_a_desk_takes_its_confirmed_volunteers_out_masked(city, desk, here):
    confirmed(city, desk, "王小明", "13800001234")
    add_claim(city, name="赵一", phone="13900005555")
    assert (
        reverse("take_out_sign_ups", args=[city.communities[0].pk])
        in here.get(page(here, "sign_ups", city, "?state=confirmed")).content.decode()
    )
    rows = taken(here, page(here, "take_out_sign_ups", city))
    assert rows == [["Name", "Phone"], ["王**", "138****1234"]]


def test_a_column_in_full_is_shown_even_where_only_that_was_ticked(city, desk, here):
    confirmed(city, desk, "王小明", "13800001234")
    where = page(here, "take_out_placed", city)
    rows = taken(here, where, columns=["name"], in_full=["phone"])
    assert rows == [["Name", "Phone"], ["王**", "13800001234"]]


def test_the_register_and_the_duty_log_leave_too(city, desk, here):
    add_resident(city, name="王小明", phone="13800001234", door="502")
    rows = taken(here, page(here, "take_out_register", city), columns=["name", "phone", "door", "micro_grid"])
    assert rows[1] == ["王**", "138****1234", "青松苑 1栋1单元**", "青松第1网格微1"]
    rows = taken(here, page(here, "take_out_register", city), columns=["door"], in_full=["door"])
    assert rows[1] == ["青松苑 1栋 staircase 1 502"]
    entry = note(city, desk)
    rows = taken(here, page(here, "take_out_duty_log", city), columns=["caller", "about", "need", "holder"])
    assert rows[1] == ["王** 138****1234", "王** 1栋1单元**", "药只够到明天", "李值班"]
    desks.close(entry, done="药送到了", by=caller_for(desk), at=now())
    rows = taken(here, page(here, "take_out_duty_log", city, "?show=closed"), columns=["done"])
    assert rows[1] == ["药送到了"]


def test_a_street_takes_out_what_it_holds_and_nothing_of_the_desk(city, desk):
    street = user_with_role("street", city.street)
    client = signed_in(street)
    note(city, desk, need="desk")
    note(city, street, need="street")
    rows = taken(client, reverse("take_out_duty_log", args=[city.street.pk]), columns=["need"])
    assert rows == [["Needed"], ["street"]]
    for name in ("take_out_sign_ups", "take_out_placed", "take_out_register"):
        assert client.get(page(client, name, city)).status_code == 404


def test_an_empty_list_an_empty_form_and_an_unknown_part_are_told(city, here, desk):
    assert "nobody is in this list" in here.get(page(here, "take_out_sign_ups", city)).content.decode()
    assert here.get(page(here, "take_out_sign_ups", city, "?state=x")).status_code == 404
    assert here.get(page(here, "take_out_duty_log", city, "?show=x")).status_code == 404
    confirmed(city, desk, "王小明", "13800001234")
    reply = here.post(page(here, "take_out_sign_ups", city), {})
    assert reply.status_code == 422
    said = reply.content.decode()
    assert "Please choose what the list shows." in said
    assert "Please say what the list is for." in said
    assert not Export.objects.exists()


def test_the_same_form_sent_twice_makes_one_list(city, desk, here):
    confirmed(city, desk, "王小明", "13800001234")
    form = here.get(page(here, "take_out_sign_ups", city)).context["form"]
    said = SAID | {"once": form["once"].value()}
    first, again = (here.post(page(here, "take_out_sign_ups", city), said).url for _ in range(2))
    assert first == again


def test_many_people_wait_for_a_colleague_whom_the_page_names(city, desk, here, monkeypatch):
    monkeypatch.setattr(asking, "MOST_ALONE", 1)
    confirmed(city, desk, "王小明", "13800001234")
    confirmed(city, desk, "赵一", "13900005555")
    second = signed_in(user_with_role("community_desk", city.communities[0], name="周值班"))
    stranger = signed_in(user_with_role("community_desk", city.communities[1], name="白桦值班"))
    url = here.post(page(here, "take_out_sign_ups", city), SAID).url
    mine = here.get(url).content.decode()
    assert "周值班" in mine
    assert "白桦值班" not in mine
    assert "Download for a" not in mine
    assert here.post(url + "download/", {"kind": "csv"}).url == url  # told on the page, not given
    assert here.post(url, {"how": "confirm"}).url == url
    assert Export.objects.get().confirmed is None
    assert stranger.get(url).status_code == 404 == stranger.post(url, {"how": "confirm"}).status_code
    assert Export.objects.get().number in second.get(reverse("lists_out")).content.decode()
    theirs = second.get(url).content.decode()
    assert "李值班" in theirs
    assert "王**" not in theirs
    second.post(url, {"how": "confirm"})
    assert second.post(url + "download/", {"kind": "csv"}).status_code == 404  # theirs to confirm, not to have
    assert "周值班" in table(here.post(url + "download/", {"kind": "csv"}))[0][0]


def test_a_declined_list_and_one_given_back_are_gone(city, desk, here, monkeypatch):
    confirmed(city, desk, "王小明", "13800001234")
    url = here.post(page(here, "take_out_sign_ups", city), SAID).url
    here.post(url, {"how": "withdraw"})
    assert here.post(url + "download/", {"kind": "csv"}).status_code == 302
    monkeypatch.setattr(asking, "MOST_ALONE", 0)
    url = here.post(page(here, "take_out_sign_ups", city), SAID).url
    signed_in(user_with_role("street", city.street)).post(url, {"how": "decline"})
    said = here.get(url).content.decode()
    assert "declined" in said
    assert "Download for a" not in said
    assert {each.kind for each in TrailEntry.objects.filter(kind__startswith="export.")} == {
        "export.asked",
        "export.withdrawn",
        "export.declined",
    }


def test_a_list_is_gone_after_a_day(city, desk, here):
    confirmed(city, desk, "王小明", "13800001234")
    url = here.post(page(here, "take_out_sign_ups", city), SAID).url
    with moved_to(now() + timedelta(hours=25)):
        assert here.post(url + "download/", {"kind": "csv"}).status_code == 302
        assert "its time is over" in here.get(url).content.decode()


def test_only_table_or_text_is_given(city, desk, here):
    confirmed(city, desk, "王小明", "13800001234")
    url = here.post(page(here, "take_out_sign_ups", city), SAID).url
    for kind in ("", "json", "html"):
        assert here.post(url + "download/", {"kind": kind}).status_code == 422
    assert here.post(url, {"how": "anything"}).status_code == 422


def test_whoever_is_in_a_list_that_left_reads_it_on_their_own_page(city, desk, here):
    claim = confirmed(city, desk, "王小明", "13800001234")
    _, secret = start_device_session(claim.pk, at=now())
    phone = Client()
    phone.cookies[DEVICE_COOKIE], phone.cookies["django_language"] = secret, "en"
    own = reverse("claim", args=[claim.pk])
    taken(here, page(here, "take_out_register", city), columns=["name"])
    assert (
        "Who saw what you wrote: 0 times" in phone.get(own).content.decode()
    )  # the register's matter, not this page's
    taken(here, page(here, "take_out_sign_ups", city), columns=["name"], in_full=["phone"])
    said = phone.get(own).content.decode()
    assert "Who saw what you wrote: 1 time" in said
    assert "A list that left, Sign-ups: Confirmed: Name, Phone in full" in said
    assert "to call people, one after the other" in said
    assert "Community desk · 青松社区" in said
    assert "李值班" not in said


def test_who_looks_after_data_protection_reads_it_of_one_person(city, desk, here):
    claim = confirmed(city, desk, "王小明", "13800001234")
    taken(here, page(here, "take_out_sign_ups", city))
    number = Export.objects.get().number
    officer = signed_in(user_with_role("privacy_officer"))
    assert number in officer.get(reverse("trail"), {"about": claim.number}).content.decode()
    assert "export.taken" not in officer.get(reverse("trail"), {"about": f"export:{number}"}).content.decode()
    auditor = signed_in(user_with_role("auditor"))
    assert "export.taken" in auditor.get(reverse("trail"), {"about": f"export:{number}"}).content.decode()


def test_a_role_that_ended_takes_nothing_out_any_more(city, desk, here):
    confirmed(city, desk, "王小明", "13800001234")
    url = here.post(page(here, "take_out_sign_ups", city), SAID).url
    elsewhere = user_with_role("community_desk", city.communities[1])
    Export.objects.update(asked_by=elsewhere.pk)  # as if they had moved to another desk meanwhile
    reply = signed_in(elsewhere).post(url + "download/", {"kind": "csv"}, follow=True)
    assert "Your role does not take this list out." in reply.content.decode()


def test_a_placement_whose_sign_up_was_taken_back_shows_nobody(city, desk, here):
    claim = confirmed(city, desk, "王小明", "13800001234")
    other = confirmed(city, desk, "赵一", "13900005555")
    Booking.objects.filter(person=claim.person).update(during=from_on(now() - timedelta(days=2), None))
    SignUp.objects.filter(pk=claim.pk).update(state=SignUp.State.WITHDRAWN, withdrawn_at=now())
    rows = taken(here, page(here, "take_out_placed", city), columns=["grid", "name"])
    assert rows[1:] == [["青松第1网格", ""], ["青松第1网格", "赵**"]]
    leaving.withdraw(other, by=caller_for(desk), at=now())
    assert len(taken(here, page(here, "take_out_placed", city), columns=["grid"])) == 2


def test_counting_a_list_takes_as_many_queries_however_long_it_is(city, desk, django_assert_max_num_queries):
    me = caller_for(desk)
    for number in range(30):
        confirmed(city, desk, "王小明", f"138000{number:05d}")
    with django_assert_max_num_queries(25):
        made = export.ask(
            takeout.placed(me, city.communities[0].pk, now()),
            columns=["grid", "name"],
            purpose="shift",
            by=me,
            at=now(),
        )
    assert made.rows == 30
