"""The person under an account: said on their own phone, told among their work, never theirs to decide about."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import AccountPerson, DeviceSession
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.duty.hours import deciding
from linli.muster import hearing
from linli.notices import actions as notices
from linli.notices.actions import News
from linli.notices.models import Told
from linli.people.models import Person
from tests.duty.served import HOUR, placed, served
from tests.factories import SYSTEM, TinyCity, add_resident, caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
LIST, SAY = "/worklist/", "/me/"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def person(city: TinyCity) -> Person:
    return add_resident(city, name="何晓燕", phone="13900007700")


@pytest.fixture
def worker(client: Client, city: TinyCity):
    user = user_with_role("grid_worker", city.micro_grids[0])
    sign_in(client, user)
    return user


def phone_of(client: Client, person: Person) -> None:
    """This browser speaks for somebody too."""
    _, secret = start_device_session(None, person=person.pk, at=now(), way=DeviceSession.Way.CODE)
    client.cookies[DEVICE_COOKIE] = secret


def tell(city: TinyCity, person: Person) -> Told:
    grid = city.grids[0].pk
    facts = {"grid": grid, "since": now(), "until": now() + timedelta(days=2), "desk": grid}
    news = News(code="placed", about=hearing.about(grid), key=f"test:{person.pk}", whom=[person.pk], facts=facts)
    notices.tell(city.event, [news], by=SYSTEM, at=now())
    return Told.objects.get(person=person)


def kinds(client: Client) -> list[str]:
    return [row.entry.kind for row in client.get(LIST).context["rows"]]


def test_what_one_is_told_stands_among_ones_work_once_one_has_said_who_one_is(client, city, worker, person) -> None:
    told = tell(city, person)
    assert "何**" not in client.get(LIST).content.decode()
    phone_of(client, person)
    assert ("何**" in client.get(LIST).content.decode(), kinds(client)) == (True, [])
    for _ in range(2):
        client.post(SAY)
    assert TrailEntry.objects.filter(kind="account.is_person").count() == 1
    elsewhere = Client()
    sign_in(elsewhere, worker)
    for browser in (client, elsewhere):
        page = browser.get(LIST)
        (row,) = page.context["rows"]
        assert (row.entry.kind, row.url, str(row.why)) == ("notice", reverse("notices"), "还没有打开")
        assert city.grids[0].name in row.what
    assert elsewhere.get("/api/v1/worklist").status_code == 401, "a program shows a key"
    assert city.grids[0].name in elsewhere.get(reverse("notices")).content.decode()
    told.refresh_from_db()
    assert told.read_at is not None
    assert kinds(client) == []


def test_no_desk_and_no_other_account_sees_it(client, city, worker, person) -> None:
    phone_of(client, person)
    client.post(SAY)
    tell(city, person)
    assert kinds(client) == ["notice"]
    desk, other = Client(), Client()
    sign_in(desk, user_with_role("community_desk", city.communities[0]))
    sign_in(other, user_with_role("grid_worker", city.micro_grids[0]))
    theirs = desk.get(reverse("worklist_of", args=[city.communities[0].pk, worker.pk]))
    assert [row.entry.kind for row in theirs.context["rows"]] == []
    assert kinds(other) == []
    assert city.grids[0].name not in other.get(reverse("notices")).content.decode()


def test_taking_it_apart_ends_it(client, city, worker, person) -> None:
    phone_of(client, person)
    client.post(SAY)
    tell(city, person)
    client.post(SAY, {"apart": "1"})
    assert (kinds(client), AccountPerson.objects.count()) == ([], 0)


def test_a_person_belongs_to_one_account_and_an_account_to_one_person(client, city, worker, person) -> None:
    phone_of(client, person)
    client.post(SAY)
    other = Client()
    sign_in(other, user_with_role("grid_worker", city.micro_grids[1]))
    phone_of(other, person)
    assert "已经" in other.post(SAY, follow=True).content.decode()
    phone_of(client, add_resident(city, name="李大明", phone="13900007701"))
    client.post(SAY)
    assert list(AccountPerson.objects.values_list("user", "person")) == [(worker.pk, person.pk)]


def test_a_phone_that_is_held_for_another_says_nothing_about_who_holds_it(client, city, worker, person) -> None:
    phone_of(client, person)
    DeviceSession.objects.update(for_another=True)
    assert "何**" not in client.get(LIST).content.decode()
    assert client.post(SAY).status_code == 404
    assert Client().post(SAY).status_code in (302, 404)
    assert not AccountPerson.objects.exists()


def test_a_desk_approves_nothing_of_its_own_person_on_any_machine(city) -> None:
    user, at = user_with_role("community_desk", city.communities[0]), now()
    mine = served(city, placed(city), at - 9 * HOUR, at - 8 * HOUR)
    theirs = served(city, placed(city), at - 9 * HOUR, at - 8 * HOUR)
    AccountPerson.objects.create(user=user, person=mine.person_id, said_at=at)
    by = caller_for(user)
    assert by.person is None
    assert deciding.approve([mine.pk, theirs.pk], by=by, at=at) == deciding.Approved(1, 0, 1)
    theirs.refresh_from_db()
    assert theirs.decided_person == mine.person_id
