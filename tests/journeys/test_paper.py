"""The paper twin: printed by a grid worker, filled in by hand, typed back at the desk with the keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.common.clock import now
from linli.ledger.models import Finding, PaperSheet
from linli.ledger.paper.codes import code_of, told
from linli.places.models import Dwelling
from linli.rolls import queries
from linli.rolls.models import Roll
from tests import pdfs
from tests.factories import add_resident, begin_sweep, tiny_city, user_with_role
from tests.journeys.backstage import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_sheet_is_printed_filled_in_and_typed_back(browser: Browser, live_server: LiveServer) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    desk = user_with_role("community_desk", community, name="李值班")
    worker = user_with_role("grid_worker", city.micro_grids[0], name="李敏")
    for n, door in enumerate(("201", "201", "301", "401")):
        add_resident(city, name=f"周{n}", phone=f"1380000110{n}", building=0, door=door)
    begin_sweep(city.event, community, desk)

    outside = signed_in(browser, site, worker).new_page()
    outside.goto(f"{site}/areas/{city.micro_grids[0].pk}/sheets/")
    outside.get_by_role("button", name="Make a sheet of").click()
    expect(outside.locator("h1")).to_contain_text("3 doors, ready to print")
    with outside.expect_download() as waited:
        outside.get_by_role("button", name="Open the paper (PDF)").click()
    paper = pdfs.text(Path(waited.value.path()).read_bytes())
    number = PaperSheet.objects.get().number
    assert number in paper
    doors = Dwelling.objects.values_list("pk", flat=True)
    codes = sorted((code for door in doors if (code := told(code_of(door))) in paper), key=paper.index)
    assert len(codes) == 3

    inside = signed_in(browser, site, desk).new_page()
    inside.goto(site)
    inside.get_by_role("navigation", name="Pages").get_by_role("link", name="Sheets of paper").click()
    expect(inside).to_have_url(re.compile("/sheets/"))
    inside.wait_for_load_state()  # its script listens for the key from then on
    inside.keyboard.press("c")
    expect(inside.get_by_label("Code of a sheet or a door")).to_be_focused()
    inside.keyboard.type(codes[1][:-1] + ("2" if codes[1][-1] != "2" else "3"))
    inside.keyboard.press("Enter")
    expect(inside.locator("main")).to_contain_text("This is no code of a door or a sheet.")
    inside.get_by_label("Code of a sheet or a door").fill(number.lower())
    inside.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text(codes[0])
    expect(inside.get_by_label("What is ticked")).to_be_focused()
    for keys in ("a", "Tab", "p", "Tab", "1 2a"):  # answered, by phone; the first is here, the second away
        inside.keyboard.press(keys) if keys == "Tab" else inside.keyboard.type(keys)
    inside.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text(codes[1])
    expect(inside.get_by_label("What is ticked")).to_be_focused()
    inside.keyboard.type(codes[2])  # another door first
    inside.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text(codes[2])
    expect(inside.get_by_label("What is ticked")).to_be_focused()
    inside.keyboard.type("n")
    inside.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text(codes[1])
    expect(inside.get_by_label("What is ticked")).to_be_focused()
    inside.keyboard.type("v")
    inside.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text("3 of 3 doors typed")
    inside.get_by_role("button", name="It is back").click()
    expect(inside.locator("main")).to_contain_text(f"Sheet {number} is back.")

    def balance(of: str) -> list[int]:
        return [n for _, n in queries.balance(Roll.objects.get(of=of), community.pk, now()).parts]

    assert balance(Roll.Of.DOORS) == [1, 1, 0, 1, 0]
    assert balance(Roll.Of.PERSONS) == [1, 0, 1, 0, 2]
    assert {found.how for found in Finding.objects.filter(result="answered")} == {"phone"}
