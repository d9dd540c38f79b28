"""Every page of the running product in the oldest browsers: its content is there, nothing breaks, buttons work."""

from urllib.parse import urlsplit

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.conftest import DESK, PHONE
from tests.journeys.scenes import ERRORS, SCENES, Scene
from tests.journeys.world import World, build
from tests.web.engines_browser import OldBrowser, old_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a person does on a page takes a browser of today to play (tests/journeys); here each page is opened.
OPENED = [scene for scene in (*SCENES, *ERRORS) if not (scene.does or scene.lands or scene.at)]
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
    said: list[str] = browser.value(LOOK)
    browser.ask("Emulation.setDeviceMetricsOverride", **DESK, deviceScaleFactor=1, mobile=False)
    said += browser.value(LOOK)
    # The browser itself notes an answer of 403 or 404; those pages are among these on purpose.
    return said + [each for each in browser.complaints if "the server responded with a status of 4" not in each]


@pytest.mark.parametrize("major", [103, 92])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_product_opens_in_the_oldest_browsers(
    live_server: LiveServer, major: int, language: str
) -> None:
    world, found = build(), {}
    with old_browser(major) as browser:
        for scene in OPENED:
            if wrong := faults(browser, live_server.url, world, scene, language):
                found[str(scene)] = wrong
    assert found == {}
