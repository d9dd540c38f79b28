"""The steps of the first day, each in the browser of whoever takes it."""

import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

from bench.browser import chromium
from bench.first_day.hands import Hands
from bench.first_day.lists import COMMUNITY, GRIDS, PEOPLE, VOLUNTEERS, Lists
from bench.signin.ways import shown_by_app

PASSWORD, PIN = "four unrelated words", "839265"
DESK: Any = {"width": 1280, "height": 800}
PHONE: Any = {"width": 390, "height": 844}
PATIENCE_MS = 120_000


class Walk:
    """Everybody's browsers, and what they do one after the other."""

    def __init__(self, site: str, hands: Hands, lists: Lists, command: list[str]) -> None:
        from playwright.sync_api import sync_playwright

        self._site, self._hands, self._lists, self._command = site, hands, lists, command
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=chromium())
        self._office = self._tab(DESK)
        self._desk = self._tab(DESK)
        self._cards: list[str] = []
        self._links: list[str] = []
        self._in = 0

    def steps(self, code: str) -> Iterator[tuple[str, Callable[[], None]]]:
        """Each step's name, and what does it."""
        yield "first administrator", lambda: self._becomes_administrator(code)
        yield "areas from a file", lambda: self._loads(self._office, "/templates/areas/load/", str(self._lists.areas))
        yield "staff from a file", self._loads_staff
        yield "the desk comes in", self._desk_comes_in
        yield "an event is opened", self._opens_event
        yield f"{PEOPLE} persons from a file", self._loads_persons
        yield f"{VOLUNTEERS} volunteers pasted", self._pastes_volunteers
        yield f"{GRIDS} grid workers come in", self._grid_workers_come_in

    def counted(self) -> dict[str, int]:
        """What stands now, read from the pages."""
        return {"people": self._people, "volunteers": self._volunteers, "grid_workers_in": self._in}

    def ends(self) -> None:
        """Close everything."""
        self._browser.close()
        self._playwright.stop()

    def _tab(self, size: Any) -> Any:
        context = self._browser.new_context(viewport=size, locale="en-GB", timezone_id="Asia/Shanghai")
        page = self._hands.watch(context.new_page())
        page.set_default_timeout(PATIENCE_MS)
        return page

    def _becomes_administrator(self, code: str) -> None:
        page, hands = self._office, self._hands
        page.goto(self._site)
        hands.type(page.get_by_label("Code from the terminal"), code)
        hands.type(page.get_by_label("Your name"), "李管理")
        hands.type(page.get_by_label("Login name"), "li.admin")
        hands.type(page.get_by_label("New password"), PASSWORD)
        hands.type(page.get_by_label("The same password again"), PASSWORD)
        hands.press(page.get_by_role("button", name="Become the administrator"))
        self._sets_up_app(page)

    def _sets_up_app(self, page: Any) -> None:
        hands = self._hands
        hands.press(page.get_by_role("link", name="Set up the app"))
        hands.type(page.get_by_label("Authenticator code"), shown_by_app(page.locator("main code").inner_text()))
        hands.press(page.get_by_role("button", name="Set up the app"))
        hands.press(page.get_by_role("link", name="I have them: go on"))

    def _loads(self, page: Any, address: str, file: str, *, before: Callable[[], None] = lambda: None) -> None:
        """Look through a file, then take it."""
        page.goto(self._site + address)
        before()
        self._hands.choose_file(page.locator("input[type=file]"), file)
        self._hands.press(page.get_by_role("button", name="Look through the file"))
        self._hands.press(page.get_by_role("button", name=re.compile("^Take ")))

    def _loads_staff(self) -> None:
        self._loads(self._office, "/templates/staff/load/", str(self._lists.staff))
        self._links = re.findall(r"https?://\S+/sign-in/first/[^\s\"<]+", self._office.content())
        top = self._office.request.get(f"{self._site}/places/").url  # the top area's number stands in its address
        area = re.search(r"/places/(\d+)/", top)
        assert area is not None, top
        self._area = area[1]
        words = [*self._command, "access", "grant", "city", "chen", "--area", self._area]
        subprocess.run(words, check=True, capture_output=True)
        self._hands.letters += len(" ".join(words[3:]))

    def _desk_comes_in(self) -> None:
        page, hands = self._desk, self._hands
        page.goto(self._links[0])
        hands.type(page.get_by_label("New password"), PASSWORD)
        hands.type(page.get_by_label("The same password again"), PASSWORD)
        hands.press(page.get_by_role("button", name="Keep this password and go on"))
        self._sets_up_app(page)

    def _opens_event(self) -> None:
        page, hands = self._desk, self._hands
        hands.press(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Events"))
        hands.press(page.get_by_role("link", name="Open an event").first)
        hands.press(page.get_by_role("link", name=f"All of {COMMUNITY}"))
        hands.press(page.get_by_label("An exercise: every page says so"))
        hands.type(page.get_by_label("Name of the event"), "第一次演练")
        hands.press(page.locator("input[name=pack]").first)
        hands.press(page.get_by_role("button", name="Open this event"))

    def _loads_persons(self) -> None:
        self._loads(self._desk, f"/desk/{self._area}/persons/load/", str(self._lists.persons))
        self._people = _number_before(self._desk, "pe(?:rson|ople)")

    def _pastes_volunteers(self) -> None:
        page, hands = self._desk, self._hands
        page.goto(f"{self._site}/desk/{self._area}/volunteers/paste/")
        hands.paste(page.get_by_label("The text, one person a line"), self._lists.volunteers)
        hands.press(page.get_by_role("button", name="Look through the lines"))
        hands.press(page.get_by_role("button", name=re.compile("^Take ")))
        self._volunteers = _number_before(page, "sign-up")

    def _grid_workers_come_in(self) -> None:
        page, hands = self._desk, self._hands
        page.goto(f"{self._site}/accounts/phones/")
        hands.press(page.get_by_role("button", name=re.compile(r"^Print \d+ card")))
        for text in page.locator(".card-out .poster-way code").all_inner_texts():
            phone = self._tab(PHONE)
            phone.goto(f"{self._site}/sign-in/phone/{text.replace('-', '')}/")  # what the square on the card opens
            hands.type(phone.locator("[name=pin]"), PIN)
            hands.type(phone.locator("[name=again]"), PIN)
            hands.press(phone.get_by_role("button", name="Keep this PIN and go on"))
            phone.wait_for_url(re.compile(r"^(?!.*/sign-in/)"))
            self._in += 1
            phone.context.close()


def _number_before(page: Any, word: str) -> int:
    """The number that the page's own words give for something."""
    page.wait_for_load_state()
    said = page.get_by_role("status").first.inner_text()
    found = re.search(rf"([\d,]+) (?:new )?{word}", said)
    return int(found[1].replace(",", "")) if found else 0
