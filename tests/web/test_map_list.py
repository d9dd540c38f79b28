"""The map and its list point at each other, before and after fresh figures took the place of the rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import engines_pages
from tests.web.engines_browser import old_browser, served

pytestmark = pytest.mark.browser

# What htmx does with fresh figures: the list goes and one like it comes.
SWAP = """(() => {
  const list = document.querySelector('#list');
  const fresh = list.cloneNode(true);
  for (const row of fresh.querySelectorAll('[data-lit]')) row.removeAttribute('data-lit');
  list.replaceWith(fresh);
  document.body.dispatchEvent(new CustomEvent('htmx:afterSwap', {bubbles: true}));
})()"""
POINT = "document.querySelector('#list [data-feature]').dispatchEvent(new MouseEvent('{kind}', {{bubbles: true}}))"
LIT = "[...document.querySelectorAll('#list [data-feature]')].map(e => e.hasAttribute('data-lit')).indexOf(true)"
POPUP = "document.querySelector('.map-popup').hidden"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    engines_pages.write(folder)
    with served(folder, "") as address:
        yield address


def test_rows_light_the_map_by_mouse_and_keyboard_also_after_a_swap(site: str) -> None:
    with old_browser(103) as browser:
        browser.show(f"{site}/desk-en.html", width=1280, height=800)
        browser.until("document.querySelector('[data-map]').matches('[data-ready], [data-failed]')")
        for _ in range(2):
            browser.value(POINT.format(kind="mouseover"))
            assert (browser.value(LIT), browser.value(POPUP)) == (0, False)
            browser.value(POINT.format(kind="mouseout"))
            assert (browser.value(LIT), browser.value(POPUP)) == (-1, True)
            browser.value("document.querySelectorAll('#list a')[1].focus()")
            assert (browser.value(LIT), browser.value(POPUP)) == (1, False)
            browser.value("document.activeElement.blur()")
            assert (browser.value(LIT), browser.value(POPUP)) == (-1, True)
            browser.value(POINT.format(kind="mouseover"))
            browser.value(SWAP)
            assert browser.value(LIT) == 0  # the row that was lit stays lit in the fresh list
            browser.value(POINT.format(kind="mouseout"))
        assert browser.complaints == []


def test_the_pages_list_is_the_one_the_map_listens_to() -> None:
    area = Path(engines_pages.WEB, "templates", "areas", "area.html").read_text()
    figures = Path(engines_pages.WEB, "templates", "areas", "figures.html").read_text()
    assert 'list_id="areas"' in area
    assert 'id="areas"' in figures
    assert 'data-feature="{{ row.id }}"' in figures
