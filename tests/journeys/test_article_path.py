"""The main job from end to end, in two real browsers: a person on a phone and the desk of their community."""

import re

import pytest

from linli.common.clock import now
from linli.muster import actions
from tests.conftest import PHONE
from tests.factories import SYSTEM, add_claim, add_resident, ask, tiny_city, user_with_role
from tests.journeys.backstage import let_the_worker_work, signed_in, visitor
from tests.journeys.screens import DeskScreen, SignUpScreen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_signs_up_the_desk_places_them_and_the_figure_rises(browser, live_server):
    city = tiny_city()
    community, site = city.communities[0], live_server.url
    for row in range(5):
        earlier = add_claim(city, name=f"早来{row}", phone=f"1390000000{row}", door="1栋1单元101")
        actions.confirm(earlier, person=None, by=SYSTEM, at=now())
    add_resident(city, name="王小明", phone="13800001234", building=3, unit=1, door="502")
    ask(city, grid=0, want=5)
    ask(city, grid=1, want=1, skills={1: 1})
    desk_context = signed_in(browser, site, user_with_role("community_desk", community, name="李值班"))
    phone_context = visitor(browser, size=PHONE)
    desk, person = DeskScreen(desk_context.new_page(), site), SignUpScreen(phone_context.new_page(), site)

    desk.opens()
    before = desk.reads_in_the_briefing()
    assert (before["People signed up"], before["People placed"]) == (5, 0)

    person.opens_the_first_page()
    person.finds(community.name)
    person.answers(name="王小明", phone="１３８ ００００ １２３４", door="Building 4, unit 1, door 502")
    person.is_told(f"Thank you. {community.name} will call you")
    person.can("Driving")
    person.is_told("Your skills are noted.")
    number = person.number()

    desk.opens_sign_up(number)
    desk.confirms_as("王** 4栋")
    desk.is_told(f"Sign-up {number} is confirmed")
    person.looks_again()
    person.is_told("You are confirmed; your placement comes next")

    desk.asks_for_a_proposal()
    let_the_worker_work()
    desk.reads_the_proposal()
    desk.is_told("Proved: there is no better arrangement.")
    person.looks_again()
    person.is_told("You are confirmed; your placement comes next")  # nothing is published by itself
    desk.publishes()
    desk.is_told("are being published")
    let_the_worker_work()
    desk.is_told("6 placements published")

    person.looks_again()
    person.is_told(f"You are placed in {city.grids[1].name}")
    person.is_told(re.compile(r"It is \d+ m from where you live"))
    person.is_told("This grid asked for a skill that you have: Driving.")
    person.is_told(f"The desk of {community.name}")

    after = desk.reads_in_the_briefing()
    assert after["People signed up"] == before["People signed up"] + 1
    assert (after["People placed"], after["Grids with people"]) == (6, 2)
    desk_context.close()
    phone_context.close()
