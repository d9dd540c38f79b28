"""Blank lines of the paper twin: households on no list, written by hand outside, typed back by code at the desk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.common.clock import now
from linli.ledger.models import Finding, PaperSheet, Said
from linli.ledger.paper.codes import code_of, told
from linli.people.models import Identity, Stay
from linli.places import actions as places
from linli.places.models import Dwelling
from linli.rolls import queries
from linli.rolls.models import Roll
from tests import pdfs
from tests.factories import STARTED, SYSTEM, add_resident, begin_sweep, tiny_city, user_with_role
from tests.journeys.backstage import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_households_on_no_list_are_written_by_hand_and_typed_back(browser: Browser, live_server: LiveServer) -> None:
    city, site = tiny_city(), live_server.url
    community, micro_grid = city.communities[0], city.micro_grids[0]
    desk = user_with_role("community_desk", community, name="李值班")
    worker = user_with_role("grid_worker", micro_grid, name="李敏")
    add_resident(city, name="周一", phone="13800001101", building=0, door="201")
    places.assign(city.buildings[1].place, micro_grid, by=SYSTEM, at=STARTED)  # no door of it is known
    begin_sweep(city.event, community, desk)

    outside = signed_in(browser, site, worker).new_page()
    outside.goto(site)
    outside.get_by_role("link", name="Sheets of paper").click()
    outside.get_by_role("button", name=re.compile("^Make a sheet of")).first.click()
    with outside.expect_download() as waited:
        outside.get_by_role("button", name="Open the paper (PDF)").click()
    paper = pdfs.text(Path(waited.value.path()).read_bytes())
    sheet = PaperSheet.objects.get()
    known = Dwelling.objects.get()
    assert told(code_of(known.pk)) in paper
    assert paper.count("Staircase") == 10, "blank lines to write doors of the other building on"
    assert "周一" not in paper

    inside = signed_in(browser, site, desk).new_page()
    inside.goto(site)
    inside.get_by_role("navigation", name="Pages").get_by_role("link", name="Sheets of paper").click()
    inside.get_by_label("Code of a sheet or a door").fill(told(code_of(known.pk)).lower())
    inside.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text(told(code_of(known.pk)))
    inside.get_by_label("What is ticked").fill("a")
    inside.get_by_label("Who is here").fill("1")
    inside.get_by_text("People on the blank lines").click()
    inside.get_by_label("First blank line: name").fill("王新来")
    inside.get_by_label("Their phone").first.fill("13900009991")
    inside.keyboard.press("Enter")

    expect(inside.get_by_label("Staircase")).to_be_focused()
    expect(inside.locator("main")).to_contain_text("No door of this building was known when it was printed.")
    for keys in ("1", "Tab", "3", "Tab", "302", "Tab", "a"):
        inside.keyboard.press(keys) if keys == "Tab" else inside.keyboard.type(keys)
    inside.get_by_label("First blank line: name").fill("赵新户")
    inside.get_by_label("Second blank line: name").fill("赵小宝")
    inside.keyboard.press("Enter")
    expect(inside.locator("main")).to_contain_text("2 typed.")
    for keys in ("1", "Tab", "4", "Tab", "402", "Tab", "n"):
        inside.keyboard.press(keys) if keys == "Tab" else inside.keyboard.type(keys)
    inside.keyboard.press("Enter")
    expect(inside.locator("main")).to_contain_text("3 typed.")
    inside.get_by_role("link", name="Nothing more is written on the sheet").click()
    inside.get_by_role("button", name="It is back").click()
    expect(inside.locator("main")).to_contain_text(f"Sheet {sheet.number} is back.")

    def balance(of: str) -> list[int]:
        return [n for _, n in queries.balance(Roll.objects.get(of=of), community.pk, now()).parts]

    assert balance(Roll.Of.DOORS) == [2, 0, 0, 1, 0]
    assert balance(Roll.Of.PERSONS) == [4, 0, 0, 0, 0]
    assert Finding.objects.count() == 3
    assert Said.objects.filter(state=Said.State.HERE).count() == 4
    new = Identity.objects.filter(holder=city.event.pk, name__in=("王新来", "赵新户", "赵小宝"))
    assert new.count() == 3
    stays = Stay.objects.filter(person__in=new.values("person"))
    behind = stays.values_list("household__dwelling__dwelling__door", flat=True)
    assert sorted(behind) == ["201", "302", "302"]
