"""The first hour of an empty Linli in a real browser: the code, the administrator, the areas, an account, an event."""

import re
import time
from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.access import actions
from linli.access.models import FirstCode, RoleGrant, User
from linli.cli import access as access_commands
from linli.cli import session
from linli.common.clock import now
from linli.events.models import Event
from linli.people.actions import begin_for_real
from linli.places.models import Area
from tests.conftest import DESK, PHONE
from tests.factories import SYSTEM, sign_in, user_with_role
from tests.journeys.backstage import signed_in, visitor
from tests.journeys.test_accounts import PASSWORD, shown_by_the_app
from tests.journeys.test_every_page import TONGUES, looked_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


@pytest.fixture(autouse=True)
def _browsers_are_closed(browser: Browser):
    """A page that is left open keeps a session of the database."""
    yield
    for each in browser.contexts:
        each.close()


@pytest.fixture
def code() -> str:
    """What the terminal printed at the first start."""
    begin_for_real(by=SYSTEM, at=now())
    return actions.issue_first_code(at=now())


def becomes_administrator(page: Page, code: str) -> None:
    """The first page, as somebody with the terminal before them fills it in."""
    page.get_by_label("Code from the terminal").fill(code)
    page.get_by_label("Your name").fill("李管理")
    page.get_by_label("Login name").fill("li.admin")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Become the administrator").click()


def sets_up_the_app(page: Page) -> None:
    page.get_by_role("link", name="Set up the app").click()
    secret = page.locator("main code").inner_text()
    page.get_by_label("Authenticator code").fill(shown_by_the_app(secret, time.time()))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.locator("main li code")).to_have_count(10)
    page.get_by_role("link", name="I have them: go on").click()


def step(page: Page, title: str, link: str) -> None:
    """Take the next step of one thing on the checklist."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Checklist").click()
    row = page.locator("main li").filter(has=page.locator("strong", has_text=re.compile(f"^{title}$")))
    expect(row).to_contain_text("missing")
    row.get_by_role("link", name=link).click()


def terminal(*words: str) -> None:
    told = CliRunner().invoke(access_commands.access, list(words), catch_exceptions=False)
    assert told.exit_code == 0, told.output


def gives_a_role(page: Page, login: str, role: str) -> None:
    page.get_by_label("Login name of the account").fill(login)
    page.get_by_role("button", name="Choose the role").click()
    page.get_by_role("link", name=role).click()
    page.get_by_role("button", name=f"Give the role: {role}").click()


def test_from_an_empty_linli_to_an_open_event(
    browser: Browser, live_server: LiveServer, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "database", nullcontext)
    site = live_server.url
    office = visitor(browser, size=DESK).new_page()
    office.goto(f"{site}/areas/1/")
    expect(office).to_have_url(f"{site}/first/")
    becomes_administrator(office, "WRNG-CDEW-RNGC")
    expect(office.get_by_role("alert")).to_contain_text("This is not the code")
    becomes_administrator(office, code)
    expect(office.get_by_role("heading", level=1)).to_have_text("Set up a second step to begin working")
    sets_up_the_app(office)
    expect(office.get_by_role("heading", level=1)).to_have_text("6 of 6 things are still missing")

    step(office, "Areas", "Name the top area")
    office.get_by_label("Name", exact=True).fill("大同社区")
    office.get_by_role("button", name="Begin with this area").click()
    step(office, "Areas", "Add a part to 大同社区")
    office.locator("#part").get_by_label("Name", exact=True).fill("第一网格")
    office.get_by_role("button", name="Add this part").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("大同社区 has 1 part")
    step(office, "Phones", "Set the number of 大同社区")
    office.get_by_label("Number of the desk").fill("028-85123456")
    office.get_by_role("button", name="Keep this number").click()

    step(office, "Staff", "Make an account")
    office.get_by_label("Name", exact=True).fill("陈主任")
    office.get_by_label("Login name").fill("chen")
    office.get_by_role("button", name="Make the account").click()
    office.get_by_text("First sign-in: make a sign-in link").click()
    office.get_by_role("button", name="Make the sign-in link").click()
    link = office.locator("main code").first.inner_text()
    top = Area.objects.get(name="大同社区")
    office.get_by_role("navigation", name="Pages").get_by_role("link", name="Checklist").click()
    command = office.locator("main code").inner_text().replace("LOGIN-NAME", "chen")
    assert command == f"linli access grant city chen --area {top.pk}"
    terminal(*command.split()[2:])
    step(office, "Staff", "Give a role")
    gives_a_role(office, "chen", "Community desk")

    chen = visitor(browser, size=DESK).new_page()
    chen.goto(link)
    chen.get_by_label("New password").fill(PASSWORD)
    chen.get_by_label("The same password again").fill(PASSWORD)
    chen.get_by_role("button", name="Keep this password and go on").click()
    sets_up_the_app(chen)
    chen.get_by_role("navigation", name="Pages").get_by_role("link", name="Events").click()
    chen.get_by_role("link", name="Open an event").first.click()
    chen.get_by_role("link", name="All of 大同社区").click()
    chen.get_by_label("An exercise: every page says so").check()
    chen.get_by_label("Name of the event").fill("第一次演练")
    chen.locator("input[name=pack]").first.check()
    chen.get_by_role("button", name="Open this event").click()
    expect(chen.get_by_role("status")).to_contain_text("第一次演练 is open")
    assert Event.objects.get().exercise

    office.goto(site)
    expect(office.get_by_role("heading", level=1)).to_have_text("2 of 6 things are still missing")
    expect(office.locator("main")).to_contain_text("第一次演练 is under way.")
    assert set(RoleGrant.objects.values_list("role", flat=True)) == {"administrator", "city", "community_desk"}
    again = visitor(browser, size=PHONE).new_page().goto(f"{site}/first/")
    assert again is not None
    assert again.status == 404


def test_a_lost_phone_is_reset_by_another_administrator(browser: Browser, live_server: LiveServer, code: str) -> None:
    site = live_server.url
    lost = visitor(browser, size=PHONE).new_page()
    lost.goto(site)
    becomes_administrator(lost, code)
    sets_up_the_app(lost)
    other = signed_in(browser, site, user_with_role("administrator", name="Wu")).new_page()
    other.goto(f"{site}/accounts/{User.objects.get(username='li.admin').pk}/")
    other.get_by_text("Reset the second step", exact=False).first.click()
    other.get_by_label("the phone or the key was stolen").check()
    other.get_by_role("button", name="Reset the second step of 李管理").click()
    expect(other.get_by_role("status")).to_contain_text("The second step is taken away")
    lost.goto(f"{site}/first-steps/")
    expect(lost).to_have_url(re.compile("/sign-in/"))
    lost.get_by_label("Login name").fill("li.admin")
    lost.get_by_label("Password").fill(PASSWORD)
    lost.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(lost.get_by_role("heading", level=1)).to_have_text("Set up a second step to begin working")


def _wrong(page: Page) -> None:
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        page.locator("main form .btn-primary").first.click()


@pytest.mark.parametrize("language", TONGUES)
def test_the_pages_of_an_empty_linli_can_be_read_and_used(
    browser: Browser, live_server: LiveServer, code: str, language: str
) -> None:
    look, site = looked_at(language), live_server.url

    def browser_of(**cookies: str) -> Page:
        cookies |= {"django_language": language}
        more = {"size": PHONE, "language": language, "cookies": cookies, "reduced_motion": "reduce"}
        return visitor(browser, site, **more).new_page()  # type: ignore[arg-type]

    stranger = browser_of()
    stranger.goto(site)
    found = {"first": look(stranger)}
    _wrong(stranger)
    found["first, wrong"] = look(stranger)
    FirstCode.objects.update(used_at=now())
    office = browser_of(sessionid=sign_in(Client(), user_with_role("administrator", name="管理员")))
    for address in ("/first-steps/", "/places/"):
        office.goto(site + address)
        found[address] = look(office)
    _wrong(office)
    found["/places/, wrong"] = look(office)
    # Nobody here is made up, and no page may say so.
    real = ["phone: does not say that the city is synthetic"]
    assert {where: said for where, said in found.items() if said != real} == {}
