"""A grid worker with the app on their phone, and what they go through: doors, a sweep, its balance."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, expect

from linli.common.clock import now
from linli.ledger.models import Sweep
from linli.people.models import Household
from linli.places.models import Dwelling, Place
from linli.rolls import queries
from tests.factories import TinyCity, add_resident, begin_sweep, caller_for, user_with_role

PIN = "482917"


@dataclass
class WorkersPhone:
    """The phone in the worker's hand."""

    context: BrowserContext
    site: str
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()

    def opens_the_app(self) -> None:
        self.page.goto(f"{self.site}/field/")
        self.page.locator("html[data-ready]").wait_for()

    def gets_doors(self, pin: str = PIN) -> None:
        self.page.locator("#again").fill(pin)
        self.page.locator("#pin").fill(pin)
        self.page.get_by_role("button", name="Get my doors").click()
        self.page.locator(".field-tabs").wait_for()
        self.is_ready_for_the_tunnel()

    def is_ready_for_the_tunnel(self) -> None:
        """Only what the service worker keeps is there."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def types(self, pin: str, opens: str = "Open my doors") -> None:
        self.page.locator("#pin").fill(pin)
        self.page.get_by_role("button", name=opens).click()

    def is_taken_out_of_the_pocket(self) -> None:
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def loses_the_signal(self) -> None:
        self.context.set_offline(True)

    def has_a_signal_again(self) -> None:
        self.context.set_offline(False)

    def closes_the_tab_and_comes_back(self) -> None:
        self.page.close()
        self.page = self.context.new_page()
        self.opens_the_app()

    def goes_to(self, place: str) -> None:
        self.page.evaluate("to => { location.hash = to }", place)

    def records(self, door: int, result: str) -> None:
        self.goes_to(f"#/door/{door}")
        self.page.locator(f'[name="result"][value="{result}"]').check()
        self.page.get_by_role("button", name="Write it down").click()
        self.page.wait_for_function("door => location.hash !== `#/door/${door}`", arg=door)

    def sends_and_fetches(self) -> None:
        self.goes_to("#/more")
        self.page.get_by_role("button", name="Send and fetch now").click()
        self.page.wait_for_function("() => !('asking' in document.documentElement.dataset)")

    def reads(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def has_unsent(self, n: int) -> None:
        expect(self.page.locator("#unsent")).to_have_text(f"{n} not yet sent" if n else "Everything is sent")


def doors_in(city: TinyCity, number: int) -> list[int]:
    """So many doors of the worker's building, most of them with nobody known behind."""
    house = city.buildings[0]
    for each in range(number - 1):
        place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house.place)
        Dwelling.objects.create(place=place, building=house, unit=2, floor=1 + each // 20, door=f"{101 + each}")
    person = add_resident(city, name="王小明", phone="13800001234", door="101")
    lived_in = Household.objects.get(stays__person=person).dwelling_id
    rest = Dwelling.objects.filter(building=house).exclude(pk=lived_in).order_by("unit", "pk")
    return [lived_in, *rest.values_list("pk", flat=True)]


def swept(city: TinyCity) -> Sweep:
    """A sweep of the community that takes findings."""
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    return begin_sweep(city.event, city.communities[0], desk)


def balance(sweep: Sweep, city: TinyCity) -> list[int]:
    return [n for _, n in queries.balance(sweep.doors, city.communities[0].pk, now()).parts]
