"""The oldest browsers we promise show every part: Chromium 103 as meant, Chromium 92 plainly, without a map."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.journeys.looks import STICKING_OUT
from tests.web import engines_pages
from tests.web.engines_browser import OldBrowser, old_browser, served

pytestmark = pytest.mark.browser

DIST = Path(engines_pages.WEB, "static", "dist")
PHONE, DESK, ZOOMED, NARROW = (390, 844), (1280, 800), (640, 400), (320, 640)
SIZES = [("phone", PHONE), ("phone", NARROW), ("desk", PHONE), ("desk", DESK), ("desk", ZOOMED), ("wall", DESK)]
TOO_SMALL = """[...document.querySelectorAll('.page .btn, .page input:not([type=radio]), .choice, .bar button, .bar a')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page of all parts, under the content policy of the real settings."""
    folder = tmp_path_factory.mktemp("pages")
    engines_pages.write(folder)
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
    assert "unsafe" not in policy
    with served(folder, policy) as address:
        yield address


def _wait_for_map(browser: OldBrowser) -> str | None:
    browser.until("document.querySelector('[data-map]').matches('[data-ready], [data-failed]')")
    failed: str | None = browser.value("document.querySelector('[data-map]').dataset.failed")
    return failed


@pytest.mark.parametrize("major", [103, 92])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("shape", "size"), SIZES)
def test_nothing_sticks_out_and_nobody_complains(
    site: str, major: int, language: str, shape: str, size: tuple[int, int]
) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/{shape}-{language}.html", width=size[0], height=size[1])
        _wait_for_map(browser)
        assert browser.value("document.documentElement.scrollWidth") <= size[0]
        assert browser.value(f"({STICKING_OUT})()") == []
        assert browser.complaints == []


@pytest.mark.parametrize("major", [103, 92])
def test_a_thumb_finds_every_button_and_the_actions_stay_under_it(site: str, major: int) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/phone-zh-hans.html", width=PHONE[0], height=PHONE[1])
        assert browser.value(TOO_SMALL) == []
        bar = browser.value("document.querySelector('.actions').getBoundingClientRect().bottom")
        assert bar == pytest.approx(PHONE[1], abs=1)


@pytest.mark.parametrize("major", [103, 92])
def test_a_low_window_is_not_filled_by_the_actions(site: str, major: int) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/phone-en.html", width=640, height=300)
        assert browser.value("getComputedStyle(document.querySelector('.actions')).position") == "static"


@pytest.mark.parametrize("major", [103, 92])
@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_from_their_ground(site: str, major: int, dark: bool) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1], dark=dark)
        selectors = [
            ".answer",
            ".lead",
            ".note-good p",
            ".note-warn p",
            ".btn-primary",
            ".state-bad",
            ".means",
            ".quiet",
        ]
        for selector in selectors:
            assert _contrast(browser, selector) >= 4.5, selector


def _contrast(browser: OldBrowser, selector: str) -> float:
    pair = browser.value(f"""(() => {{
      const element = document.querySelector({json.dumps(selector)});
      let ground = element;
      while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
      return [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor];
    }})()""")
    light, other = sorted((_luminance(colour) for colour in pair), reverse=True)
    return (light + 0.05) / (other + 0.05)


def _luminance(colour: str) -> float:
    """WCAG's relative luminance of rgb(r, g, b)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_map_is_drawn_with_a_legend_that_counts(site: str) -> None:
    with old_browser(103) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1])
        assert _wait_for_map(browser) is None
        legend = browser.value("[...document.querySelectorAll('.legend li')].map(e => e.textContent)")
        assert [int(entry.rsplit(":", 1)[1]) for entry in legend] == [2, 1, 1, 1, 1, 3]


def test_the_list_lights_its_area_and_says_its_numbers(site: str) -> None:
    with old_browser(103) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1])
        assert _wait_for_map(browser) is None
        browser.value("document.querySelector('[data-feature=g3] a').focus()")
        browser.until("!document.querySelector('.map-popup').hidden")
        assert "8" in browser.value("document.querySelector('.map-popup').textContent")
        assert browser.value("document.querySelector('[data-feature=g3]').hasAttribute('data-lit')")


def test_a_click_on_an_area_leads_to_its_page(site: str) -> None:
    with old_browser(103) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1])
        assert _wait_for_map(browser) is None
        browser.value("document.querySelector('[data-map]').scrollIntoView({block: 'center'})")
        box = browser.value(
            "(box => [box.x + box.width / 2, box.y + box.height / 2])"
            "(document.querySelector('[data-map]').getBoundingClientRect())"
        )
        # The engine sorts input by the last frame it has drawn, which may be from before the scrolling.
        for _ in range(100):
            browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])
            if browser.value("!document.querySelector('.map-popup').hidden"):
                break
        for kind in ("mousePressed", "mouseReleased"):
            browser.ask("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        browser.until("location.hash === '#g4'")


def test_without_webgl_2_the_list_is_there_and_the_page_says_so(site: str) -> None:
    with old_browser(92) as browser:
        browser.show(f"{site}/phone-en.html", width=PHONE[0], height=PHONE[1])
        assert _wait_for_map(browser) == "no WebGL 2"
        assert browser.value("!document.querySelector('[data-map-note]').hidden")
        assert browser.value("document.querySelectorAll('.map-list [data-feature]').length") == 9


@pytest.mark.parametrize("major", [103, 92])
def test_long_work_moves_without_being_asked(site: str, major: int) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/phone-en.html", width=PHONE[0], height=PHONE[1])
        assert browser.value("document.querySelector('#job progress').value") == 4210
        browser.until("document.querySelector('#job progress')?.value === 9000", seconds=8)
        assert browser.complaints == []


@pytest.mark.parametrize("major", [103, 92])
def test_large_print_enlarges_and_is_remembered(site: str, major: int) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/phone-zh-hans.html", width=PHONE[0], height=PHONE[1])
        browser.value("document.querySelector('[data-large-print]').click()")
        assert browser.value("getComputedStyle(document.documentElement).fontSize") == "20px"
        assert "large_print=1" in browser.value("document.cookie")
        assert browser.value("document.documentElement.scrollWidth") <= PHONE[0]
        assert browser.value(f"({STICKING_OUT})()") == []


@pytest.mark.parametrize("major", [103, 92])
def test_a_press_copies_the_words_and_says_so(site: str, major: int) -> None:
    with old_browser(major) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1])
        browser.ask("Runtime.evaluate", expression="document.querySelector('[data-copy]').click()", userGesture=True)
        browser.until("document.querySelector('[data-copy]').textContent === 'Done'")


def test_the_question_mark_lists_the_keys_of_the_page(site: str) -> None:
    with old_browser(103) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1])
        browser.value("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true}))")
        assert browser.value("document.querySelector('dialog[data-keys]').open")
        keys = browser.value("[...document.querySelectorAll('dialog dt')].map(e => e.textContent)")
        assert sorted(keys) == ["!", "j", "k", "p"]


def test_every_mixed_colour_has_an_answer_for_old_browsers() -> None:
    css = (DIST / "app.css").read_text(encoding="utf-8")
    assert "oklch(" not in css.replace("in oklch", "")
    outside = re.sub(r"@supports \(color:\s?color-mix[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    assert "color-mix(" not in outside


def test_no_rule_of_ours_asks_what_an_element_holds() -> None:
    """`:has()` is younger than Chromium 103, and no build lowers it."""
    sheets = sorted((engines_pages.WEB.parents[2] / "frontend" / "src").glob("*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if ":has(" in sheet.read_text(encoding="utf-8")] == []


def test_a_faint_line_is_not_drawn_in_the_colour_of_the_words(site: str) -> None:
    with old_browser(103) as browser:
        browser.show(f"{site}/desk-en.html", width=DESK[0], height=DESK[1])
        line = browser.value("""(() => {
          const probe = document.body.appendChild(document.createElement('table'));
          probe.className = 'table';
          probe.innerHTML = '<tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody>';
          return getComputedStyle(probe.querySelector('td')).borderBottomColor;
        })()""")
        assert line == "rgb(211, 218, 213)"


def test_every_class_in_a_template_is_in_the_style_sheet() -> None:
    missing = []
    for template in sorted(engines_pages.WEB.glob("templates/**/*.html")):
        # a page that has a sheet of its own links it beside the common one
        sheets = {"app", *re.findall(r"dist/([\w-]+)\.css", template.read_text(encoding="utf-8"))}
        css = "".join((DIST / f"{sheet}.css").read_text(encoding="utf-8") for sheet in sheets)
        known = {name.replace("\\", "") for name in re.findall(r"\.((?:[\w-]|\\.)+)", css)}
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", template.read_text(encoding="utf-8"))
        used = {name for value in re.findall(r'\bclass="([^"]*)"', text) for name in value.split()}
        # "shape-" and the like are completed by a block or a variable
        missing += [f"{template.name}: {name}" for name in used - known if name != "phone" and not name.endswith("-")]
    assert missing == [], "list it in frontend/src/app.css and run npm run build there, or use a documented class"


def test_no_template_needs_what_the_content_policy_forbids() -> None:
    forbidden = re.compile(r"\sstyle=|\son\w+=|\shx-on|<script(?![^>]*(?:\ssrc=|application/json))|<style|js:")
    bad = [
        f"{template.name}: {found.group()}"
        for template in sorted(engines_pages.WEB.glob("templates/**/*.html"))
        for found in forbidden.finditer(template.read_text(encoding="utf-8"))
    ]
    assert bad == []


def test_the_bundles_hold_no_address_of_another_host() -> None:
    for bundle in ("app.css", "map.css", "app.js"):
        text = (DIST / bundle).read_text(encoding="utf-8")
        hosts = set(re.findall(r"""(?:url\(|src=|import\s*\(?)["']?https?://([^/"')]+)""", text))
        assert hosts == set(), bundle
