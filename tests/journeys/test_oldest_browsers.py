"""Every page of the running product in the oldest browsers: its content is there, nothing breaks, buttons work.

Pages that people open without a password are opened and used as the browsers inside WeChat, Alipay and QQ too.
"""

import json
from contextlib import ExitStack
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.conftest import DESK, PHONE
from tests.factories import TinyCity, sign_in, user_with_role
from tests.journeys.scenes import ERRORS, SCENES, Scene
from tests.journeys.world import World, build
from tests.web.engines_browser import OldBrowser, old_browser
from tests.web.test_in_app import INSIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a person does on a page takes a browser of today to play (tests/journeys); here each page is opened.
# The app draws itself once it has looked into its store: test_old_phones.py waits for that, and works with it.
WITHOUT_APP = [scene for scene in SCENES if scene.view != "field_app"]
OPENED = [scene for scene in (*WITHOUT_APP, *ERRORS) if not (scene.does or scene.lands or scene.at)]
# Who is told to come again in a moment gets the page then, without asking for it.
THERE = (
    "document.readyState === 'complete' && !!document.querySelector('h1') && !!document.querySelector('main .content')"
)
LOOK = """(() => {
  const wrong = [], folded = e => e.closest('details:not([open])') && !e.closest('summary');
  const shown = e => e.offsetParent && e.getBoundingClientRect().height > 0 && !folded(e);
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) wrong.push('the page is ' + wide + ' px too wide');
  const head = document.querySelector('h1');
  if (!shown(head) || !head.innerText.trim()) wrong.push('no h1 is seen');
  const content = document.querySelector('main .content');
  if (content.children.length && !shown(content)) wrong.push('no content is seen');
  for (const button of [...document.querySelectorAll('main .btn')].filter(shown).slice(0, 12)) {
    button.scrollIntoView({block: 'center'});
    const box = button.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!top || !button.contains(top)) wrong.push('something lies over ' + button.outerHTML.slice(0, 80));
    if (box.height < 44) wrong.push('too small to touch: ' + button.outerHTML.slice(0, 80));
  }
  return wrong;
})()"""


@pytest.fixture(autouse=True)
def _nobody_is_asked_again(settings: Settings) -> None:
    """Who signed in stays so for the whole walk, however slow the machine."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600


def becomes(browser: OldBrowser, site: str, cookies: dict[str, str]) -> None:
    """Bring the cookies of somebody, and nobody else's."""
    browser.ask("Network.clearBrowserCookies")
    for name, value in cookies.items():
        browser.ask("Network.setCookie", name=name, value=value, domain=urlsplit(site).hostname or "", path="/")


def faults(browser: OldBrowser, site: str, world: World, scene: Scene, language: str) -> list[str]:
    """What is wrong with one page on a phone and at a desk."""
    becomes(browser, site, {"django_language": language, **world.cookies.get(scene.who, {})})
    browser.show(site + scene.address(world), width=PHONE["width"], height=PHONE["height"])
    browser.until(THERE)
    said: list[str] = browser.value(LOOK)
    browser.ask("Emulation.setDeviceMetricsOverride", **DESK, deviceScaleFactor=1, mobile=False)
    said += browser.value(LOOK)
    # The browser itself notes an answer of 403 or 404; those pages are among these on purpose.
    return said + [each for each in browser.complaints if "the server responded with a status of 4" not in each]


@pytest.mark.parametrize("major", [103, 92])
def test_every_page_of_the_product_opens_in_the_oldest_browsers(live_server: LiveServer, major: int) -> None:
    """In both languages in one world: pages are only opened, so the second walk meets what the first met."""
    world, found = build(), {}
    with ExitStack() as opened:
        browser = opened.enter_context(old_browser(major))
        for language, scene in product(("zh-hans", "en"), OPENED):
            try:
                wrong = faults(browser, live_server.url, world, scene, language)
            except TimeoutError:  # these engines hang now and then; a page that makes them hang does so again
                browser = opened.enter_context(old_browser(major))
                wrong = faults(browser, live_server.url, world, scene, language)
            if wrong:
                found[f"{language}: {scene}"] = wrong
    assert found == {}


def by_phone(world: World) -> list[Scene]:
    """Each page once for everybody who comes without a password: unknown, signed up, or with a code, a QR or a PIN."""
    scenes = (scene for scene in WITHOUT_APP if not (scene.lands or scene.at))
    mine = [scene for scene in scenes if "sessionid" not in world.cookies.get(scene.who, {})]
    return list({(scene.who, scene.address(world)): scene for scene in mine}.values())


def becomes_app(browser: OldBrowser, app: str, major: int) -> str:
    """Say what the app's own browser says of itself; such an app brings an engine as old as this."""
    said = INSIDE[app].replace("Chrome/92.", f"Chrome/{major}.")
    browser.ask("Network.setUserAgentOverride", userAgent=said)
    return said


@pytest.mark.parametrize("major", [103, 92])
def test_every_page_without_a_password_opens_inside_the_apps(live_server: LiveServer, major: int) -> None:
    world, found = build(), {}
    scenes = by_phone(world)
    assert {scene.view for scene in scenes} >= MET_IN_CHATS
    with ExitStack() as opened:
        browser = opened.enter_context(old_browser(major))
        for app in INSIDE:
            said = becomes_app(browser, app, major)
            for scene in scenes:
                try:
                    wrong = faults(browser, live_server.url, world, scene, "zh-hans")
                except (AssertionError, TimeoutError):  # as above; or it answers, and the page is never there
                    browser = opened.enter_context(old_browser(major))
                    becomes_app(browser, app, major)
                    wrong = faults(browser, live_server.url, world, scene, "zh-hans")
                if wrong:
                    found[f"{app}: {scene}"] = wrong
                assert browser.value("navigator.userAgent") == said
    assert found == {}


# What a link in a group, a poster's square or a paper from the desk leads to.
MET_IN_CHATS = {
    *("home", "sign_up", "choose_community", "claim", "claims", "ask_code", "type_code", "choose_person", "type_paper"),
    *("use_paper", "choose_pin", "type_pin", "notice", "open_in_browser", "emergency", "my_devices", "my_data"),
}


def answers(browser: OldBrowser, shows: str, **values: str) -> None:
    """Fill in the form of the page as it stands, press its one button, and wait for some words on the next page."""
    browser.value(
        f"""(() => {{
            for (const [name, value] of Object.entries({json.dumps(values)})) {{
                document.querySelector(`[name="${{name}}"]`).value = value;
            }}
            window.stillHere = true;
            document.querySelector("main .btn-primary").click();
        }})()"""
    )
    shown = f"document.body.innerText.includes({json.dumps(shows)})"
    browser.until(f"!window.stillHere && document.readyState === 'complete' && {shown}")


@pytest.mark.parametrize(("app", "major"), [("wechat", 103), ("wechat", 92), ("alipay", 103), ("qq", 92)])
def test_what_people_do_without_a_password_works_inside_the_apps(live_server: LiveServer, major: int, app: str) -> None:
    """Signing up, a code on paper, a PIN chosen and typed, an address copied: in Chinese, as they read it there."""
    world, site = build(), live_server.url

    def opens(browser: OldBrowser, path: str, who: str = "") -> None:
        browser.ask("Page.navigate", url="about:blank")  # what the page before still asks would bring its own cookies
        becomes(browser, site, {"django_language": "zh-hans", **world.cookies.get(who, {})})
        browser.show(site + path, width=PHONE["width"], height=PHONE["height"])

    with old_browser(major) as browser:
        becomes_app(browser, app, major)
        opens(browser, f"/sign-up/{world.community}/")
        answers(browser, "谢谢您！", name="赵大力", phone="13900005678", door="1栋1单元501")
        opens(browser, "/code/paper/")
        answers(browser, "王**吗？", code=str(world.rows["paper_code"]))
        answers(browser, "部手机上登录")
        opens(browser, f"/sign-in/phone/{world.rows['qr']}/")
        answers(browser, "王强，九月疫情", pin="482917", again="482917")
        opens(browser, "/sign-in/pin/", "idle_worker")
        answers(browser, "李敏1，九月疫情", pin="482917")
        opens(browser, "/open-in-browser/?next=/code/paper/")
        browser.until("document.documentElement.dataset.script === 'on'")
        # As a finger does it: the engine gives nothing to the clipboard that nobody pressed for.
        press = "document.querySelector('[data-copy]').click()"
        browser.ask("Runtime.evaluate", expression=press, userGesture=True)
        browser.until("document.querySelector('[data-copy]').innerText === '已复制'")
        assert browser.complaints == []


@pytest.mark.parametrize("major", [103, 92])
def test_a_poster_is_printed_without_the_frame_of_its_page(live_server: LiveServer, city: TinyCity, major: int) -> None:
    desk = user_with_role("community_desk", city.communities[0])
    address = live_server.url + reverse("posters", args=[city.communities[0].pk])
    seen = """[...document.querySelectorAll('.bar, .foot, .answer, .page > nav, .page > a, .note, .no-print, .poster')]
      .filter(e => e.getBoundingClientRect().height > 0).map(e => e.classList[0])"""
    with old_browser(major) as browser:
        becomes(browser, live_server.url, {"sessionid": sign_in(Client(), desk)})
        browser.show(address, **DESK)
        assert {"bar", "answer", "poster"} <= set(browser.value(seen))
        browser.ask("Emulation.setEmulatedMedia", media="print")
        assert set(browser.value(seen)) == {"poster"}
