"""Looking for people and doors: everything that words can mean, within one's own area and no further."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from linli.common.clock import now
from linli.ledger import going, search
from linli.ledger.going import Going, What
from linli.people.models import Household, Identity, Person, Stay
from linli.places import doors
from tests.factories import FOUNDED, SYSTEM, add_resident, caller_for, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def xiaoming(city):
    return add_resident(city, name="王小明", phone="13800001234", building=0, door="502")


def found(caller, words):
    return search.search(caller, words, now()).people


@pytest.mark.parametrize(
    "words",
    [
        "王小明",
        "王小",
        "王",
        "wang xiao ming",
        "wangxiaoming",
        "Wang Xiao",
        "wxm",
        "WX",
        "1234",
        "001234",
        "13800001234",
        "+86 138 0000 1234",
        "138-0000-1234",
    ],
)
def test_somebody_is_found_by_any_way_of_saying_who(city, desk, worker, xiaoming, words):
    add_resident(city, name="李四", phone="13900005678", building=1, door="101")
    for caller in (desk, worker):
        assert found(caller, words) == [xiaoming.pk]


@pytest.mark.parametrize("words", ["小明", "xm", "wxl", "1235", "91234", "13800001235", "", "%", "_", "w%", "王_"])
def test_nobody_is_found_by_what_does_not_fit(city, desk, xiaoming, words):
    assert found(desk, words) == []


def test_words_that_are_nothing_are_told_from_words_that_find_nobody(city, desk, xiaoming):
    assert not search.search(desk, "***", now()).asked
    assert search.search(desk, "李四", now()).asked


def test_nobody_outside_the_area_is_found_by_any_of_them(city, desk, worker):
    other = add_resident(city, name="王小明", phone="13800001234", community=1, door="502")
    far = add_resident(city, name="赵六", phone="13800009999", building=3, door="303")
    for words in ("王小明", "wxm", "1234", "13800001234", "1栋1单元502"):
        hits = search.search(desk, words, now())
        assert (hits.people, hits.doors) == ([], []), words
    assert found(desk, "赵六") == [far.pk]
    assert found(worker, "赵六") == []
    assert found(caller_for(user_with_role("street", city.street)), "赵六") == []
    assert found(caller_for(user_with_role("community_desk", city.communities[1])), "1234") == [other.pk]


def test_who_is_away_is_found_still_and_who_has_gone_is_not(city, desk, worker, xiaoming):
    going.go(xiaoming.pk, Going(What.AWAY, now()), by=desk, at=now())
    assert found(desk, "wxm") == found(worker, "1234") == [xiaoming.pk]
    going.go(xiaoming.pk, Going(What.OUT, now()), by=desk, at=now())
    assert found(desk, "wxm") == []
    assert found(desk, "13800001234") == [xiaoming.pk]  # a whole number finds whose it was


def test_whoever_was_merged_is_found_as_whom_they_are(city, desk, xiaoming):
    from linli.ledger import duplicates

    again = add_resident(city, name="王晓明", phone="13800001234", building=0, door="502")
    duplicates.are_one(xiaoming.pk, again.pk, by=desk, at=now())
    assert found(desk, "王晓明") == [xiaoming.pk]
    assert found(desk, "1234") == [xiaoming.pk]


def test_an_id_number_finds_for_a_desk_and_not_for_a_grid_worker(city, desk, worker, xiaoming):
    from linli.custody import secrets

    number = "11010519491231002X"
    Identity.objects.filter(person=xiaoming).update(id_no=secrets.seal(number), id_index=secrets.index(number))
    assert found(desk, number) == found(desk, number.lower()) == [xiaoming.pk]
    assert found(worker, number) == []


def test_more_than_a_page_says_so(city, desk):
    for number in range(search.MOST + 1):
        add_resident(city, name=f"王{chr(0x4E00 + number)}", phone=f"138{number:08d}", door="502")
    hits = search.search(desk, "王", now())
    assert (len(hits.people), hits.more) == (search.MOST, True)
    assert not search.search(desk, "王一", now()).more


@pytest.mark.parametrize(
    "words",
    [
        "1栋1单元502",
        "1-1-502",
        "1-502",
        "502",
        "青松苑1栋1单元502",
        "青松苑 1-1-502",
        "Building 1, unit 1, door 502",
        "door 502",
        "一栋一单元502室",
        "１栋１单元５０２",
    ],
)
def test_a_door_is_found_as_people_say_it(city, desk, xiaoming, words):
    door = Household.objects.get(stays__person=xiaoming).dwelling_id
    add_resident(city, name="李四", phone="13900005678", building=0, unit=1, door="503")
    assert search.search(desk, words, now()).doors == [door]


@pytest.mark.parametrize("words", ["2栋1单元502", "1栋2单元502", "1栋1单元5020", "白桦苑1栋1单元502", "王小明502号楼"])
def test_another_door_is_not(city, desk, xiaoming, words):
    assert search.search(desk, words, now()).doors == []


@given(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3399))
def test_however_a_door_is_written_it_is_the_same_door(building, unit, door):
    for text in (f"{building}栋{unit}单元{door}", f"{building}-{unit}-{door}", f"{building}号楼{unit}单元{door}室"):
        wanted = doors.asked(text)
        assert wanted is not None
        assert (wanted.building, wanted.unit, wanted.door) == (str(building), unit, str(door))
        assert wanted.fits("青松苑", f"{building}栋", unit)
        assert not wanted.fits("青松苑", f"{building + 1}栋", unit)
        assert not wanted.fits("青松苑", f"{building}栋", unit + 1)


@given(st.lists(st.sampled_from("王李张刘陈杨小明红军建华丽晓"), min_size=2, max_size=4).map("".join))
def test_the_initials_of_any_name_fit_it(name):
    sounds = lazy_pinyin(name)
    pattern = search.initials_pattern("".join(sound[0] for sound in sounds))
    assert re.search(pattern, " ".join(sounds))
    assert not re.search(search.initials_pattern(f"v{sounds[0][0]}"), " ".join(sounds))


def test_who_has_no_door_is_listed_and_counted(city, desk, worker):
    person = Person.objects.create()
    from linli.people import actions

    actions.move(person, kind=Stay.Kind.HOME, counted_in=city.micro_grids[0], since=FOUNDED, by=SYSTEM, at=FOUNDED)
    add_resident(city, name="李四", phone="13900005678")
    assert search.without_door(desk, now()) == search.without_door(worker, now()) == [person.pk]
    elsewhere = caller_for(user_with_role("community_desk", city.communities[1]))
    assert search.without_door(elsewhere, now()) == []
