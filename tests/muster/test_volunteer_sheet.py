"""Volunteers from a file: claims of an event, or standing by; their work units with them; again without harm."""

import contextlib
import threading

import pytest
from django.db import connections

from linli.common.clock import now
from linli.common.sheets.reading import read
from linli.muster import actions, bulk, volunteer_sheet
from linli.muster.models import Free, SignUp
from linli.people.errors import LoadWithoutBasis
from linli.people.loads import Basis
from linli.people.models import SERVICE, Identity, Load, Organisation, Person, Skill, Volunteer
from tests.factories import SYSTEM, add_claim, add_resident, tiny_city
from tests.sheets import filled

pytestmark = pytest.mark.django_db

STANDING = Basis(SERVICE, "青松社区居委会", "志愿服务协议")
WANG = {"name": "王小明", "phone": "13800001234", "door": "1栋1单元502", "skills": "驾驶，飞行", "free": "晚上、周末"}
LI = {"name": "李敏（党员）", "phone": "+86 139 0000 5678", "door": "2栋301", "unit": "青松中学"}


def rows_of(*said):
    sheet = read(volunteer_sheet.TEMPLATE, filled(volunteer_sheet.TEMPLATE, said))
    assert sheet.rejected == []
    return sheet.rows


def take(city, *said, basis=None):
    event = city.event if basis is None else None
    basis = basis or Basis(city.event.pk)
    return volunteer_sheet.take(rows_of(*said), city.communities[0], event, basis, by=SYSTEM, at=now())


def test_volunteers_of_this_event_become_sign_ups_that_wait_and_their_work_unit_is_made():
    city = tiny_city()
    looked = volunteer_sheet.look(rows_of(WANG, LI), city.communities[0], city.event)
    assert looked.would == {"sign_up": 2, "organisation": 1}
    assert not SignUp.objects.exists()
    take(city, WANG, LI)
    wang, li = SignUp.objects.order_by("pk")
    assert (wang.name, wang.way, wang.state, wang.skills) == ("王小明", "list", "claimed", 1 << Skill.DRIVER)
    assert wang.free == 1 << Free.EVENINGS | 1 << Free.WEEKENDS
    assert (li.name, li.organisation.name, li.organisation.area) == ("李敏", "青松中学", city.communities[0])
    load = Load.objects.get()
    assert (load.holder, load.people, load.owner, load.review_by) == (city.event.pk, 2, "", None)


def test_what_is_no_skill_is_left_out_by_name_and_nothing_else_is():
    sheet = read(volunteer_sheet.TEMPLATE, filled(volunteer_sheet.TEMPLATE, [WANG, LI]))
    assert {(each.title, each.values) for each in sheet.left_out} == {("Skills", ("飞行",)), ("Name", ("党员",))}


@pytest.mark.parametrize("exactly", [True, False])
def test_the_work_unit_follows_the_claim_when_the_desk_confirms(exactly):
    city = tiny_city()
    person = add_resident(city, name="李敏", phone="13900005678")
    take(city, LI)
    if exactly:
        assert bulk.confirm_exact_matches(city.event, city.communities[0], by=SYSTEM, at=now()) == 1
    else:
        actions.confirm(SignUp.objects.get(), person=person, by=SYSTEM, at=now())
    assert Volunteer.objects.get(person=person).organisation.name == "青松中学"


def test_a_file_taken_again_changes_nothing_and_claims_that_are_there_stay():
    city = tiny_city()
    add_claim(city, name="王小明", phone="13800001234")
    assert take(city, WANG, LI).would == {"sign_up": 1, "organisation": 1}
    looked = take(city, WANG, LI, LI)
    assert (looked.would, looked.there, looked.twice) == ({}, 2, 1)
    assert (SignUp.objects.count(), Organisation.objects.count(), Load.objects.count()) == (2, 1, 1)


def test_standing_volunteers_are_kept_by_the_service_with_owner_basis_and_a_review_within_a_year():
    city = tiny_city()
    known = add_resident(city, name="王小明", phone="13800001234")
    assert take(city, WANG, LI, basis=STANDING).would == {"volunteer": 2, "organisation": 1}
    assert not SignUp.objects.exists()
    assert Volunteer.objects.get(person=known).skills == 1 << Skill.DRIVER
    new = Identity.objects.get(holder=SERVICE)
    assert (new.name, Volunteer.objects.get(person=new.person_id).organisation.name) == ("李敏", "青松中学")
    load = Load.objects.get()
    assert (load.owner, load.legal_basis) == (STANDING.owner, STANDING.legal_basis)
    assert 364 <= (load.review_by - load.loaded_at.date()).days <= 366
    people = Person.objects.count()
    assert take(city, WANG, LI, basis=STANDING).would == {}
    assert Person.objects.count() == people


@pytest.mark.parametrize("basis", [Basis(SERVICE), Basis(SERVICE, "居委会", " "), Basis(SERVICE, "", "协议")])
def test_a_standing_list_without_owner_or_basis_is_refused_whole(basis):
    city = tiny_city()
    with pytest.raises(LoadWithoutBasis):
        take(city, WANG, basis=basis)
    assert not Volunteer.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_desks_with_one_file_take_it_once_because_one_waits_for_the_other(monkeypatch, guarded):
    city = tiny_city()
    rows = rows_of(WANG)
    meet = threading.Barrier(2, timeout=1 if guarded else 20)  # guarded, the second desk never comes to look
    compare = volunteer_sheet._compare
    if not guarded:
        monkeypatch.setattr(volunteer_sheet, "LOCK", "SELECT %s")

    def both_look(*args):
        found = compare(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            meet.wait()
        return found

    monkeypatch.setattr(volunteer_sheet, "_compare", both_look)

    def desk():
        try:
            volunteer_sheet.take(rows, city.communities[0], None, STANDING, by=SYSTEM, at=now())
        finally:
            connections.close_all()

    desks = [threading.Thread(target=desk) for _ in range(2)]
    for each in desks:
        each.start()
    for each in desks:
        each.join()
    assert Identity.objects.filter(holder=SERVICE, name="王小明").count() == (1 if guarded else 2)
