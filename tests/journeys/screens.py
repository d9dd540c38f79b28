"""Page objects: what a person does on a screen, in their own words. Only they know what a page is made of."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect


@dataclass(frozen=True, slots=True)
class SignUpScreen:
    """A person on their phone, from the first page to their claim."""

    page: Page
    site: str

    def opens_the_first_page(self) -> None:
        self.page.goto(self.site)
        self.page.get_by_role("link", name="Sign up to help").click()

    def finds(self, community: str) -> None:
        self.page.get_by_role("link", name=community).click()

    def answers(self, *, name: str, phone: str, door: str) -> None:
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Your phone number").fill(phone)
        self.page.get_by_label("Your building and door").fill(door)
        self.page.get_by_role("button", name="Sign up to help").click()

    def can(self, *skills: str) -> None:
        for skill in skills:
            self.page.get_by_label(skill).check()
        self.page.get_by_role("button", name="Save what I can do").click()

    def number(self) -> str:
        text = self.page.locator("main .facts").last.inner_text()
        found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", text)
        assert found is not None, text
        return found[0]

    def looks_again(self) -> None:
        self.page.goto(self.site)
        self.page.get_by_role("link", name="See my sign-up").click()

    def is_told(self, sentence: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(sentence, timeout=20_000)  # some of it is a job's work


@dataclass(frozen=True, slots=True)
class DeskScreen:
    """The community's desk: sign-ups, an allocation, the briefing."""

    page: Page
    site: str

    def opens(self) -> None:
        self.page.goto(self.site)

    def goes_to(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()

    def opens_sign_up(self, number: str) -> None:
        self.goes_to("Sign-ups")
        self.page.get_by_role("link", name=number).click()

    def confirms_as(self, masked: str) -> None:
        self.page.get_by_role("button", name=f"Confirm as {masked}").click()

    def asks_for_a_proposal(self) -> None:
        self.goes_to("Allocations")
        self.page.get_by_role("button", name=re.compile("Work out a proposal")).click()

    def reads_the_proposal(self) -> None:
        """The page shows it by itself once it is worked out."""
        expect(self.page.locator("main")).to_contain_text("would be placed", timeout=20_000)

    def publishes(self) -> None:
        self.page.get_by_role("button", name=re.compile(r"Publish \d+ placement")).click()

    def reads_in_the_briefing(self) -> dict[str, int]:
        """Every figure of the briefing by its name."""
        self.goes_to("Briefing")
        expect(self.page.locator("#briefing-en")).to_be_visible()  # the page that was left has figures too
        found = {}
        for figure in self.page.locator(".figures .figure").all():
            number = figure.locator(".number").inner_text().replace(",", "")
            found[figure.locator(".name").inner_text()] = int(number.split()[0])
        return found

    def is_told(self, sentence: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(sentence, timeout=20_000)  # some of it is a job's work


@dataclass(frozen=True, slots=True)
class DutyScreen:
    """Whoever is on duty at a desk: the log, one entry, a shift change; by the keyboard where there is a key."""

    page: Page
    site: str

    def opens_the_log(self) -> None:
        self.page.goto(self.site)
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name="Duty log", exact=True).click()
        self.page.wait_for_url("**/log/")

    def presses(self, key: str) -> None:
        self.page.wait_for_load_state()  # the scripts that listen to keys are there by then
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def answers(self, *, caller: str, about: str, need: str) -> None:
        self.page.get_by_label("Who called or came?").fill(caller)
        self.page.get_by_label("About whom or which door?").fill(about)
        self.page.get_by_label("What is needed?").press_sequentially(need)

    def sees_to_dial(self, number: str) -> None:
        dial = self.page.locator("main .dial").get_by_role("link", name=number)
        expect(dial).to_have_attribute("href", f"tel:{number}")
        expect(dial).to_be_visible()

    def notes_it(self, how_soon: str) -> None:
        self.page.get_by_label(how_soon).check()
        self.page.get_by_role("button", name="Note it").click()

    def has_the_known_number_shown(self, masked: str, number: str) -> None:
        line = self.page.locator("#call-back li").filter(has_text=masked)
        line.locator("summary").click()
        line.get_by_role("button", name="to make sure that it is them").click()
        expect(self.page.get_by_role("link", name=number)).to_have_attribute("href", f"tel:{number}")

    def has_called_back(self) -> None:
        self.page.get_by_role("button", name="Called back, confirmed").click()

    def hands_over(self, what: str, to: str) -> None:
        self.page.get_by_label(what).check()
        self.page.get_by_label(to).check()
        self.page.get_by_role("button", name="Offer it").click()

    def closes_with(self, done: str) -> None:
        self.page.keyboard.press("d")
        self.page.keyboard.type(done)
        self.page.get_by_role("button", name="Close the entry").click()

    def is_told(self, sentence: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(sentence)
