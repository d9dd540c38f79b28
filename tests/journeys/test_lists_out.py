"""A list leaves: asked for, confirmed by a colleague, downloaded; and a resident takes their own data home."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.custody.export import asking
from linli.muster import actions
from tests.conftest import PHONE
from tests.factories import add_claim, add_resident, caller_for, tiny_city, user_with_role
from tests.journeys.backstage import signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def downloads(page: Page, button: str) -> Path:
    with page.expect_download() as waited:
        page.get_by_role("button", name=button).click()
    return Path(waited.value.path())


def test_a_large_list_leaves_in_two_names(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_ALONE", 1)
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    li = user_with_role("community_desk", community, name="李值班")
    zhou = user_with_role("community_desk", community, name="周值班")
    for name, phone in (("王小明", "13800001234"), ("赵一", "13900005555")):
        person = add_resident(city, name=name, phone=phone)
        actions.confirm(add_claim(city, name=name, phone=phone), person=person, by=caller_for(li), at=now())
    asking_desk, confirming = signed_in(browser, site, li).new_page(), signed_in(browser, site, zhou).new_page()

    asking_desk.goto(f"{site}/desk/{community.pk}/sign-ups/?state=confirmed")
    asking_desk.get_by_role("link", name="Take this list out").click()
    asking_desk.get_by_label("to call people, one after the other").check()
    asking_desk.get_by_role("group", name="What of it in full?").get_by_label("Phone").check()
    asking_desk.get_by_role("button", name="Ask for the list").click()
    expect(asking_desk.locator("main")).to_contain_text("waits for a second person")
    expect(asking_desk.locator("main")).to_contain_text("周值班")

    confirming.goto(site)
    confirming.get_by_role("navigation", name="Pages").get_by_role("link", name="Lists out").click()
    expect(confirming.locator("h1")).to_contain_text("1 list of a colleague waits")
    confirming.locator("main tbody a").first.click()
    confirming.get_by_role("button", name="Confirm: 2 people may leave").click()
    expect(confirming.locator("main")).to_contain_text("Confirmed: the list can leave, in both your names.")

    asking_desk.reload()
    text = downloads(asking_desk, "Download as text (CSV)").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert "李值班" in rows[0][0]
    assert "周值班" in rows[0][0]
    assert sorted(row[2] for row in rows[2:-1]) == ["13800001234", "13900005555"]
    asking_desk.reload()
    asking_desk.get_by_role("button", name="I do not need it any more").click()
    expect(asking_desk.locator("h1")).to_contain_text("taken back")
    asking_desk.context.close()
    confirming.context.close()


def test_a_resident_takes_their_own_data_home(browser: Browser, live_server: LiveServer) -> None:
    city, site = tiny_city(), live_server.url
    person = add_resident(city, name="王小明", phone="13800001234")
    _, secret = start_device_session(None, person=person.pk, way="code", at=now())
    cookies = {DEVICE_COOKIE: secret, "django_language": "en"}
    context = visitor(browser, site, size=PHONE, language="en", cookies=cookies)
    page = context.new_page()
    page.goto(f"{site}/devices/")
    page.get_by_role("link", name="What is stored about me").click()
    content = json.loads(downloads(page, "Download for a program").read_text(encoding="utf-8"))
    assert content["sections"][0]["rows"][0]["Phone"] == "13800001234"
    context.close()
