"""What goes on all evening: sign-ups and duty-log entries, each sent at its time, each timed."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from bench.signin import ways
from bench.signin.browser import Browser, Unexpected
from bench.signin.city import City

SIGN_UPS_A_S, ENTRIES_A_S = 8, 4
OPENS_BEFORE_S = 3.0  # people read a form before they send it
AT_ONCE = 96
FIRST_PHONE = 17_000_000_000


class Intake:
    """Keeps the desks' browsers and the count of people over several phases.

    Attributes:
        failed: what was not taken, in words.
    """

    def __init__(self, city: City, port: int) -> None:
        self._city, self._port = city, port
        self._people = 0
        self.failed: list[str] = []
        self._desks = []
        for desk in city.desks:
            browser = Browser(port, ways.address(desk.community))
            ways.by_password(browser, desk)
            self._desks.append((desk.community, browser, threading.Lock()))

    def run(self, seconds: float) -> list[float]:
        """Let it come in for so long. Returns the seconds each write took, from sending to its answer."""
        sign_ups = [(index / SIGN_UPS_A_S, self._sign_up) for index in range(int(seconds * SIGN_UPS_A_S))]
        entries = [((index + 0.5) / ENTRIES_A_S, self._entry) for index in range(int(seconds * ENTRIES_A_S))]
        begins = time.monotonic() + OPENS_BEFORE_S
        taken: list[Future[float]] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for due, send in sorted(sign_ups + entries, key=lambda one: one[0]):
                time.sleep(max(0.0, begins + due - OPENS_BEFORE_S - time.monotonic()))
                self._people += 1
                taken.append(pool.submit(send, self._people, begins + due))
        done = []
        for each in taken:
            try:
                done.append(each.result())
            except (OSError, Unexpected) as problem:
                self.failed.append(f"{type(problem).__name__}: {problem}")
        return done

    def _sign_up(self, number: int, due: float) -> float:
        browser = Browser(self._port, ways.address(number))
        try:
            browser.get(f"/sign-up/{self._city.communities[number % len(self._city.communities)]}/")
            time.sleep(max(0.0, due - time.monotonic()))
            return browser.send(name=f"测试{number}", phone=str(FIRST_PHONE + number), door="3栋2单元502")
        finally:
            browser.close()

    def _entry(self, number: int, due: float) -> float:
        community, browser, turn = self._desks[number % len(self._desks)]
        with turn:  # one desk writes one entry after the other
            browser.get(f"/desk/{community}/log/new/")
            time.sleep(max(0.0, due - time.monotonic()))
            return browser.send(caller=f"测试{number} {FIRST_PHONE}", about="3栋2单元502", need="降压药", priority="P2")
