"""Pages when something is missing: the net, the session, scripts, a screen."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.access.models import User
from tests.conftest import PHONE
from tests.factories import TinyCity, add_claim, ask, sign_in, tiny_city, user_with_role
from tests.journeys.backstage import signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def desk(city: TinyCity) -> User:
    return user_with_role("community_desk", city.communities[0])


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, desk: User) -> Iterator[Page]:
    """The desk's own browser, in English."""
    context = signed_in(browser, live_server.url, desk)
    yield context.new_page()
    context.close()


def test_without_an_answer_the_last_picture_stays_and_says_its_age(
    page: Page, live_server: LiveServer, city: TinyCity
) -> None:
    ask(city, grid=0, want=3)
    page.clock.install()
    page.goto(live_server.url + reverse("area", args=[city.communities[0].pk]))
    old = page.locator("#figures .aged")
    expect(old).to_be_hidden()
    before = page.locator("#figures table").inner_text()
    page.route("**/live/**", lambda route: route.abort())
    page.clock.run_for(2_500)
    expect(old).to_contain_text("No answer just now; this is the last picture. this minute")
    page.clock.run_for(180_000)
    expect(old).to_contain_text("3 minutes ago")
    assert page.locator("#figures table").inner_text() == before
    page.unroute_all(behavior="wait")
    page.route("**/live/**", lambda route: route.fulfill(status=503, body="busy"))
    page.clock.run_for(2_500)
    expect(old).to_be_visible()
    page.unroute_all(behavior="wait")
    page.clock.run_for(2_500)
    expect(old).to_be_hidden()


def test_a_board_whose_session_ended_asks_to_sign_in_and_draws_no_page_into_its_figures(
    page: Page, live_server: LiveServer, city: TinyCity
) -> None:
    here = reverse("area", args=[city.communities[0].pk])
    page.goto(live_server.url + here)
    Session.objects.all().delete()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with your work account", timeout=10_000)
    assert page.url.endswith(f"{reverse('account_login')}?next={here}")


def test_what_was_typed_is_there_again_after_a_session_that_ended(
    page: Page, live_server: LiveServer, city: TinyCity, desk: User
) -> None:
    here = live_server.url + reverse("desk_sign_up", args=[city.communities[0].pk])
    page.goto(here)
    page.get_by_label("Name").fill("王小明")
    page.get_by_label("Building and door").fill("3栋1单元502")
    page.get_by_label("Driving").check()
    Session.objects.all().delete()
    page.get_by_role("button", name="Sign them up").click()
    again = page.get_by_role("link", name="Sign in again")
    expect(again).to_be_visible()
    again.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with your work account")
    page.context.add_cookies([{"name": "sessionid", "value": sign_in(Client(), desk), "url": live_server.url}])
    page.goto(here)
    expect(page.get_by_label("Name")).to_have_value("王小明")
    expect(page.get_by_label("Building and door")).to_have_value("3栋1单元502")
    expect(page.get_by_label("Driving")).to_be_checked()
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("")  # it is kept for once


def test_a_form_that_was_taken_leaves_nothing_behind_in_the_browser(
    page: Page, live_server: LiveServer, city: TinyCity
) -> None:
    page.goto(live_server.url + reverse("desk_sign_up", args=[city.communities[0].pk]))
    page.get_by_label("Name").fill("王小明")
    page.get_by_label("Phone number").fill("13800001234")
    page.get_by_label("Building and door").fill("3栋1单元502")
    page.get_by_role("button", name="Sign them up").click()
    expect(page.locator("main")).to_contain_text("Signed up with number")
    page.wait_for_function("() => sessionStorage.getItem('linli-unsent') === null")


def test_without_scripts_a_person_signs_up_and_a_desk_reads_its_figures(
    browser: Browser, live_server: LiveServer, city: TinyCity, desk: User
) -> None:
    person = visitor(browser, size=PHONE, java_script_enabled=False)
    page = person.new_page()
    page.goto(live_server.url + reverse("sign_up", args=[city.communities[0].pk]))
    for label, words in (("name", "王小明"), ("phone number", "13800001234"), ("building and door", "3栋1单元502")):
        page.get_by_label(f"Your {label}").fill(words)
    page.get_by_role("button", name="Sign up to help").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    person.close()
    at_the_desk = signed_in(browser, live_server.url, desk, java_script_enabled=False)
    page = at_the_desk.new_page()
    page.goto(live_server.url + reverse("area", args=[city.communities[0].pk]))
    expect(page.locator("#figures tbody tr")).to_have_count(2)
    expect(page.get_by_role("link", name="Work out a proposal")).to_be_visible()
    expect(page.locator("[data-large-print]")).to_be_hidden()  # it would do nothing
    at_the_desk.close()


def test_the_question_mark_lists_the_keys_and_escape_leads_back(
    page: Page, live_server: LiveServer, city: TinyCity
) -> None:
    page.goto(live_server.url + reverse("area", args=[city.communities[0].pk]))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Briefing")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("b")
    expect(page).to_have_url(live_server.url + reverse("briefing", args=[city.communities[0].pk]))


def test_paper_gets_the_words_and_not_the_buttons_whatever_the_screen_shows(
    page: Page, live_server: LiveServer, city: TinyCity
) -> None:
    for row in range(6):
        add_claim(city, name="张三", phone=f"1380000111{row}")
    page.emulate_media(media="print", color_scheme="dark")
    for view in ("sign_ups", "briefing"):
        page.goto(live_server.url + reverse(view, args=[city.communities[0].pk]))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".quiet")).to_contain_text("Synthetic city")
        for screen_only in page.locator("nav, .actions, .tools, .skip, .filters, main .btn").all():
            expect(screen_only).to_be_hidden()
        ink = page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
        assert ink == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_the_net_that_is_gone_is_said_in_the_quiet_line(page: Page, live_server: LiveServer, city: TinyCity) -> None:
    page.goto(live_server.url + reverse("area", args=[city.communities[0].pk]))
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_have_text("Offline: figures are as they were")
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_a_faulty_answer_is_not_left_behind_the_bar_of_actions(
    browser: Browser, live_server: LiveServer, city: TinyCity
) -> None:
    context = visitor(browser, size=PHONE)
    page = context.new_page()
    page.goto(live_server.url + reverse("sign_up", args=[city.communities[0].pk]))
    page.get_by_label("Your name").fill("王小明")
    page.get_by_label("Your phone number").fill("13800001234")
    page.get_by_role("button", name="Sign up to help").click()
    faulty, bar = page.get_by_label("Your building and door"), page.locator("main > .actions")
    expect(faulty).to_have_attribute("aria-invalid", "true")
    expect(faulty).to_be_in_viewport(ratio=1)
    field, actions = faulty.bounding_box(), bar.bounding_box()
    assert field is not None
    assert actions is not None
    assert field["y"] + field["height"] <= actions["y"]
    page.locator(".errors a").click()
    expect(page.get_by_text("Your building and door", exact=True)).to_be_in_viewport(ratio=1)
    context.close()
