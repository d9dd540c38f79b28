"""A volunteer at a gate without a signal: the post's code opens, start and finish are kept, and arrive once."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from linli.access import devices
from linli.access.callers import DEVICE_COOKIE
from linli.common.clock import now
from linli.common.db import from_on
from linli.duty.hours import posts
from linli.duty.models import Service
from linli.muster import actions as muster
from linli.muster.models import SignUp
from tests.conftest import PHONE
from tests.duty.served import DAY, HOUR, begin
from tests.factories import SYSTEM, TinyCity, add_claim, caller_for, place_in, user_with_role
from tests.journeys.backstage import visitor
from tests.journeys.looks import STICKING_OUT
from tests.journeys.test_old_phones import in_a_cellar
from tests.journeys.test_oldest_browsers import LOOK, becomes
from tests.web.engines_browser import OldBrowser, old_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)
READY = """async () => {
    while ((await navigator.serviceWorker.getRegistration('/post/'))?.active?.state !== 'activated') {
        await new Promise(later => setTimeout(later, 50));
    }
}"""
KEPT = """async () => {
    const kept = (await caches.keys()).filter(name => name.startsWith('linli-post-'));
    const workers = (await navigator.serviceWorker.getRegistrations()).map(each => each.scope);
    const stored = await new Promise(done => {
        const asked = indexedDB.open('linli-taps', 1);
        asked.onsuccess = () => {
            const at = asked.result.transaction(['kept', 'outbox', 'posts']);
            const found = ['kept', 'outbox', 'posts'].map(name => at.objectStore(name).getAll());
            at.oncomplete = () => { asked.result.close(); done(found.map(each => each.result)); };
        };
    });
    return [kept, workers, stored];
}"""


@dataclass
class OwnPhone:
    """A volunteer's phone, and who it speaks for."""

    context: BrowserContext
    site: str
    claim: SignUp
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()

    @property
    def person(self) -> int:
        assert self.claim.person_id is not None
        return self.claim.person_id

    def opens(self, path: str) -> None:
        self.page.goto(self.site + path)

    def opens_own_page(self) -> None:
        self.opens(f"/claim/{self.claim.pk}/")

    def is_ready_for_the_gate(self) -> None:
        self.opens_own_page()
        self.page.evaluate(READY)

    def loses_the_signal(self) -> None:
        self.context.set_offline(True)

    def starts_without_a_signal(self, post: str) -> None:
        self.is_ready_for_the_gate()
        self.loses_the_signal()
        self.opens(post)
        self.presses("Start duty now")
        self.reads("Kept on this phone: started")

    def has_a_signal_again(self) -> None:
        self.context.set_offline(False)

    def presses(self, words: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=words).click()

    def reads(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def closes_the_tab(self) -> None:
        self.page.close()
        self.page = self.context.new_page()

    def served(self) -> list[Service]:
        return list(Service.objects.filter(person=self.person).order_by("started_at"))

    def keeps(self) -> list[list[object]]:
        found: list[list[object]] = self.page.evaluate(KEPT)
        return found

    def keeps_taps(self, n: int) -> None:
        """As soon as it has sent the others."""
        for _ in range(100):
            with suppress(Error):  # a page that has sent something is loaded anew
                if len(self.keeps()[2][1]) == n:  # type: ignore[arg-type]
                    return
            self.page.wait_for_timeout(100)
        pytest.fail(f"not {n}, but {self.keeps()[2][1]}")


def signs_up(city: TinyCity, name: str, number: int) -> tuple[SignUp, str]:
    """Somebody who is placed, and the secret of their phone."""
    claim, at = add_claim(city, name=name, phone=f"1390000770{number}", door="101"), now()
    muster.confirm(claim, person=None, by=SYSTEM, at=at)
    claim.refresh_from_db()
    assert claim.person is not None
    place_in(city.event, claim.person, city.grids[0], from_on(at - 5 * DAY, at + 5 * DAY))
    return claim, devices.start_device_session(claim.pk, person=claim.person.pk, at=at)[1]


@pytest.fixture(autouse=True)
def _no_request_outlives_its_test(transactional_db: None, no_connection_outlives_its_request: None) -> Iterator[None]:
    """A worker or a page may have asked for something as its browser closed: its session ends with the answer."""
    yield
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.1)


@pytest.fixture
def mine(browser: Browser, live_server: LiveServer, city: TinyCity) -> Iterator[OwnPhone]:
    claim, secret = signs_up(city, "何晓燕", 1)
    context = visitor(browser, live_server.url, size=PHONE, cookies={DEVICE_COOKIE: secret})
    yield OwnPhone(context, live_server.url, claim)
    context.close()


@pytest.fixture
def post(city: TinyCity) -> str:
    by = caller_for(user_with_role("community_desk", city.communities[0]))
    return f"/post/{posts.plain(posts.code_of(city.event, city.grids[0], by=by, at=now()))}/"


def lose_replies(phone: OwnPhone, address: str, times: int) -> list[int]:
    """Let the server get what is sent, and lose its answer, so many times. Returns the list of what was lost."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < times:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    phone.context.route(address, lose)
    return lost


def test_start_and_finish_at_a_gate_without_a_signal_arrive_once_by_themselves(
    mine: OwnPhone, city: TinyCity, post: str
) -> None:
    mine.is_ready_for_the_gate()
    mine.loses_the_signal()
    tapped = now()
    mine.opens(post)
    mine.reads("No signal, or no answer just now.")
    code = post.split("/")[2]
    mine.reads(f"Compare: {code[:4]}\u2011{code[4:]} stands on the poster.")
    mine.presses("Start duty now")
    mine.reads("Kept on this phone: started")
    mine.closes_the_tab()
    mine.opens(post)
    mine.reads("Kept on this phone: started")
    mine.presses("Finish duty now")
    mine.reads("Kept on this phone: finished")
    mine.keeps_taps(2)
    assert "何晓燕" not in str(mine.keeps())
    assert not Service.objects.exists()

    lost = lose_replies(mine, "**/post/taps", 2)
    mine.has_a_signal_again()  # and the page that is open sends by itself
    while not lost:
        mine.page.wait_for_timeout(100)
    mine.closes_the_tab()
    while len(lost) < 2:
        mine.opens_own_page()
        mine.reads("Kept on this phone: finished")
    mine.opens_own_page()
    mine.keeps_taps(0)
    assert lost == [200, 200]
    (service,) = mine.served()
    assert service.finished_at is not None
    assert tapped - MINUTE < service.started_at < service.finished_at < now()
    assert (service.state, service.start_said, service.start_clipped) == ("waiting", "code", False)


def test_a_reply_lost_in_a_lift_is_kept_instead_of_an_error_and_doubles_nothing(
    mine: OwnPhone, city: TinyCity, post: str
) -> None:
    mine.opens(post)
    lost = lose_replies(mine, f"**{post}", 1)
    mine.presses("Start duty now")
    mine.reads("Kept on this phone: started")
    mine.reads("It is sent by itself once there is a signal")
    assert lost == [302]
    (begun,) = mine.served()
    mine.opens(post)
    expect(mine.page.locator("h1")).to_contain_text("Finish:")
    mine.keeps_taps(0)
    assert [each.pk for each in mine.served()] == [begun.pk]

    Service.objects.update(started_at=now() - HOUR)
    mine.loses_the_signal()
    mine.presses("Finish duty now")
    mine.reads("Kept on this phone: finished")
    mine.has_a_signal_again()
    expect(mine.page.locator("h1")).to_contain_text("Start:")
    (service,) = mine.served()
    assert (service.pk, service.state) == (begun.pk, "waiting")


def test_the_post_is_known_by_its_name_where_the_phone_was_before_and_a_wrong_tap_is_taken_out(
    mine: OwnPhone, city: TinyCity, post: str
) -> None:
    mine.is_ready_for_the_gate()
    mine.opens(post)
    mine.page.wait_for_function("() => localStorage.getItem('linli-taps') === '1'")
    mine.opens_own_page()
    mine.loses_the_signal()
    mine.opens("/post/")
    mine.page.get_by_label("Type the code on the poster").fill("0000")
    mine.presses("Go on")
    mine.reads("A code has eight letters and digits.")
    code = post.split("/")[2]
    mine.page.get_by_label("Type the code on the poster").fill(f"{code[:4].lower()} {code[4:]}")
    mine.presses("Go on")
    expect(mine.page.locator("h1")).to_have_text(f"Duty at {city.grids[0].called}")
    mine.presses("Finish duty now")
    mine.reads("Kept on this phone: finished")
    mine.presses("I tapped by mistake")
    expect(mine.page.locator("main")).not_to_contain_text("Kept on this phone")
    mine.keeps_taps(0)


def test_a_wrong_code_and_a_lying_clock_are_said_on_the_own_page_in_the_language_it_is_read_in(
    mine: OwnPhone, city: TinyCity, post: str
) -> None:
    mine.is_ready_for_the_gate()
    mine.loses_the_signal()
    mine.opens("/post/AAAAAAAA/")
    mine.presses("Start duty now")
    mine.reads("Kept on this phone")
    # A clock set back by nine hours meanwhile: no earlier than the phone was last met.
    mine.page.clock.set_fixed_time(now() - 9 * HOUR)
    met = now()
    mine.opens(post)
    mine.presses("Start duty now")
    mine.reads("Finish duty now")
    mine.closes_the_tab()
    mine.has_a_signal_again()
    mine.opens_own_page()
    mine.reads(re.compile(r"Your start .* was not written down\.\s*This code leads to no post any more\."))
    (service,) = mine.served()
    assert service.start_clipped
    assert met - MINUTE < service.started_at < now()
    mine.page.get_by_role("button", name="中文").click()
    mine.reads("这个码已不对应任何岗位")
    mine.presses("我看过了")
    expect(mine.page.locator("main")).not_to_contain_text("没有记下")
    mine.keeps_taps(0)


def test_another_person_on_the_same_phone_sends_nothing_in_their_own_name(
    mine: OwnPhone, city: TinyCity, post: str
) -> None:
    mine.starts_without_a_signal(post)
    mine.closes_the_tab()
    other, secret = signs_up(city, "罗成", 2)
    mine.context.add_cookies([{"name": DEVICE_COOKIE, "value": secret, "url": mine.site}])
    mine.has_a_signal_again()
    mine.opens(f"/claim/{other.pk}/")
    mine.reads("This was tapped while this phone was signed in for somebody else.")
    assert not Service.objects.exists()
    mine.presses("I have read this")
    expect(mine.page.locator("main")).not_to_contain_text("was tapped")


def test_after_signing_out_nothing_stays_on_the_phone_and_what_was_not_sent_is_said(
    mine: OwnPhone, city: TinyCity, post: str
) -> None:
    mine.starts_without_a_signal(post)
    mine.closes_the_tab()
    whose = devices.Whose(mine.person, (mine.claim.pk,))
    devices.end_devices(whose, by=SYSTEM, at=now())  # as the desk does that was told it is lost, or an erasure
    mine.has_a_signal_again()
    mine.opens("/")
    mine.reads("This phone was signed out before it had sent what was tapped on it.")
    assert mine.keeps() == [[], [], [[], [], []]]
    mine.loses_the_signal()
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        mine.opens(post)
    assert not Service.objects.exists()


def test_a_family_says_of_whom_it_was_and_a_finish_finds_its_start(mine: OwnPhone, city: TinyCity, post: str) -> None:
    other, _ = signs_up(city, "罗成", 2)
    session = devices.DeviceSession.objects.get(claim=mine.claim.pk)
    devices.share_device(devices.Caller(device=session.pk), other.pk, at=now())
    begin(city, mine.claim.person, now() - HOUR)  # type: ignore[arg-type]
    mine.starts_without_a_signal(post)
    mine.closes_the_tab()
    mine.has_a_signal_again()
    mine.opens_own_page()
    mine.reads("Who started")
    mine.presses("It was 罗*")
    mine.reads("What you tapped without a signal has arrived.")
    assert Service.objects.get(person=other.person_id).state == "on_duty"


def drawn(browser: OldBrowser, *words: str) -> None:
    """Until the page says so; and nothing of it sticks out or is too small."""
    for each in words:
        browser.until(f"document.querySelector('main').innerText.includes({json.dumps(each)})")
    browser.until("document.querySelector('#taps [disabled]') === null")  # a finger may have come down twice
    assert browser.value(LOOK) == []
    assert browser.value(f"({STICKING_OUT})()") == []


@pytest.mark.parametrize("major", [103, 92])
def test_a_gate_without_a_signal_in_the_oldest_browsers(
    live_server: LiveServer, city: TinyCity, post: str, major: int
) -> None:
    (claim, secret), site = signs_up(city, "何晓燕", 1), live_server.url
    with old_browser(major) as browser:
        becomes(browser, site, {"django_language": "zh-hans", DEVICE_COOKIE: secret})
        browser.show(f"{site}/claim/{claim.pk}/", **PHONE)
        browser.until("localStorage.getItem('linli-taps') === '1'")
        asks = "navigator.serviceWorker.getRegistration('/post/').then(at => { window.worker = at })"
        browser.until(f"({asks}, window.worker?.active?.state === 'activated')")
        assert browser.complaints == []
        with in_a_cellar(live_server):
            browser.show(f"{site}{post}", **PHONE)
            drawn(browser, "现在没有信号", "现在签到")
            browser.value("document.querySelector('#taps .btn-primary').click()")
            drawn(browser, "已存在本机", "现在签退")
            browser.show(f"{site}/post/", **PHONE)
            drawn(browser, "输入海报上的码")
            assert not Service.objects.exists()
        browser.show(f"{site}/claim/{claim.pk}/", **PHONE)
        browser.until("document.querySelector('main').innerText.includes('已经送达')")
    assert Service.objects.get().person_id == claim.person_id
