"""On a phone the results of a door stay at the foot of the screen; no answer that is scrolled to lies behind them."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import add_resident, begin_sweep, tiny_city, user_with_role
from tests.journeys.somebody import on_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Answers that lie behind something once they were scrolled into sight by as little as possible, from the top down.
COVERED = """() => {
  scrollTo(0, 0);
  return [...document.querySelectorAll('#found label.choice')].filter(label => {
    if (label.closest('details:not([open])')) return false;
    label.scrollIntoView({block: 'nearest', behavior: 'instant'});
    const box = label.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.bottom - 4);
    return !label.contains(top);
  }).map(label => label.innerText);
}"""


def test_no_answer_lies_behind_the_results(browser: Browser, live_server: LiveServer) -> None:
    city = tiny_city()
    for n in range(9):
        add_resident(city, name=f"周{n}", phone=f"1380000110{n}", building=0, door="201")
    begin_sweep(city.event, city.communities[0], user_with_role("community_desk", city.communities[0]))
    worker = on_phone(browser, live_server.url, user_with_role("grid_worker", city.micro_grids[0], name="李敏"))

    worker.comes()
    worker.page.locator("main").get_by_role("link", name="我的待办清单").first.click()
    worker.page.locator("main ul.rows a, main li a").first.click()
    expect(worker.page.locator("#id_result")).to_be_visible()
    assert worker.page.locator("#found label.choice").count() > 30
    assert worker.page.evaluate(COVERED) == []
    worker.page.evaluate("document.documentElement.removeAttribute('data-thumbs')")
    assert worker.page.evaluate(COVERED), "without room left for the bar, some would lie behind it"
