"""The desk's side of a notice: who has not heard, the text for the group, and noting a call."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.muster import answering, calling
from linli.muster.models import Placement, SignUp
from linli.notices import actions
from linli.notices.models import Told
from linli.notices.rules import Reached
from linli.people.models import Skill
from tests.factories import SYSTEM, TinyCity, add_resident, ask, caller_for, place_in, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish

pytestmark = pytest.mark.django_db


def three_placed() -> TinyCity:
    city = tiny_city()
    ask(city, grid=0, want=3)
    for number in range(1, 4):
        confirmed(city, number)
    publish(planned(city, city.street), city)
    return city


def test_whoever_has_neither_read_nor_been_called_is_on_the_list_after_so_many_minutes() -> None:
    city = three_placed()
    desk, at = caller_for(user_with_role("community_desk", city.communities[0])), now()
    read, called, silent = Told.objects.order_by("person")
    actions.read([read.pk], language="zh-hans", by=SYSTEM, at=at)
    assert calling.told_by_phone(Placement.objects.get(person=called.person_id).pk, by=desk, at=at)
    assert not calling.told_by_phone(Placement.objects.get(person=read.person_id).pk, by=desk, at=at)
    later = at + timedelta(minutes=31)
    everybody = calling.posts(desk, city.event, city.grids[0], later)
    assert [post.reached for post in everybody] == [Reached.READ, Reached.CALLED, Reached.NOT_YET]
    (left,) = calling.to_call(everybody, after_min=30, at=later)
    assert left.someone.placement == Placement.objects.get(person=silent.person_id).pk
    assert calling.to_call(everybody, after_min=60, at=later) == []
    counts = calling.counts(city.event, city.grids[0], later)
    assert (counts.placed, counts.read, counts.called, counts.told, counts.left) == (3, 1, 1, 2, 1)


def test_whoever_said_that_they_come_knows_where() -> None:
    city = three_placed()
    desk, at = caller_for(user_with_role("community_desk", city.communities[0])), now()
    said, heard, _ = Placement.objects.order_by("person")
    answering.say_coming(SignUp.objects.get(person=said.person_id), by=SYSTEM, at=at)
    answering.hear_coming(heard, by=desk, at=at)
    counts = calling.counts(city.event, city.grids[0], at)
    assert (counts.read, counts.called, counts.left) == (1, 1, 1)


def test_another_desk_sees_nobody_and_notes_nothing() -> None:
    city = three_placed()
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    assert calling.posts(other, city.event, city.grids[0], now()) == []
    with pytest.raises(NotFound):
        calling.told_by_phone(Placement.objects.earliest("pk").pk, by=other, at=now())
    assert not Told.objects.exclude(called_at=None).exists()


def test_who_was_placed_untold_can_be_called_and_finds_it_on_their_phone_too() -> None:
    city = tiny_city()
    person = add_resident(city, name="王小明", phone="13800001234")
    at = now()
    placement = place_in(city.event, person, city.grids[0], from_on(at, at + timedelta(days=1)))
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    (post,) = calling.to_call(calling.posts(desk, city.event, city.grids[0], at), after_min=0, at=now())
    assert post.someone.placement == placement.pk
    assert calling.told_by_phone(placement.pk, by=desk, at=at)
    assert Told.objects.get().called_by == desk.user


def test_the_text_for_the_group_holds_surnames_times_and_skills_and_no_number() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1, skills={Skill.MEDICAL: 1})
    confirmed(city, 1, skills=1 << Skill.MEDICAL)
    publish(planned(city, city.street), city)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    posts = calling.posts(desk, city.event, city.grids[0], now())
    with override("en"):
        text = calling.chat_text(city.grids[0], posts, link="https://linli.example.org/")
    first, line, last = text.split("\n")
    assert first == f"{city.grids[0].name}: 1 placed"
    assert line.startswith("王**, from ")
    assert line.endswith("(Medical work)")
    assert last.endswith("https://linli.example.org/")
    assert "王1" not in text
    assert "1380000" not in text
