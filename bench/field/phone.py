"""A slow phone: a real Chromium with a store of its own, closed and started anew, whose processor is slowed."""

import time
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from bench.browser import chromium

SLOWED = 4
SPEED_PX_S = 6_000  # a hard flick of the thumb
PATIENCE_MS = 120_000
NEAR: dict[str, Any] = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
# As a phone between two houses has it: what Lighthouse calls slow 4G.
FAR = NEAR | {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
GONE = NEAR | {"offline": True}
SCREEN: Any = {"width": 390, "height": 844}
# No request of Chromium's own, as in the tests.
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]

# When each screen was first painted, when a form was sent, and how long each exchange took: by the page's own clock.
WATCH = """(() => {
  const told = (window.linliTold = { painted: {}, exchanges: [] });
  const screens = { choose: "#choose", unlock: "#unlock", row: ".field-row" };
  const awaited = new Set(Object.keys(screens));
  new MutationObserver(() => {
    for (const name of awaited) {
      if (!document.querySelector(screens[name])) continue;
      awaited.delete(name);
      requestAnimationFrame(() => requestAnimationFrame(() => (told.painted[name] = performance.now())));
    }
  }).observe(document, { childList: true, subtree: true });
  addEventListener("submit", () => (told.sent = performance.now()), true);
  addEventListener("DOMContentLoaded", () => {
    const root = document.documentElement;
    new MutationObserver(() => {
      if ("asking" in root.dataset) told.asked ??= performance.now();
      else if (told.asked !== undefined) {
        const asked = told.asked;
        told.asked = undefined;
        requestAnimationFrame(() => requestAnimationFrame(() => told.exchanges.push(performance.now() - asked)));
      }
    }).observe(root, { attributes: true, attributeFilter: ["data-asking"] });
  });
})()"""

# What is seen while the list runs under the thumb: every frame, whether a row stands in the middle, long tasks.
FRAMES = """() => {
  const seen = (window.linliFrames = { deltas: [], blank: 0, long_tasks: 0, going: true });
  new PerformanceObserver((list) => (seen.long_tasks += list.getEntries().length)).observe({ type: "longtask" });
  let last = performance.now();
  const frame = (at) => {
    if (!seen.going) return;
    seen.deltas.push(at - last);
    last = at;
    const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    if (!middle?.closest(".field-rows li")) seen.blank += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame((at) => { last = at; requestAnimationFrame(frame); });
}"""

# The same derivation as the app's, with the rounds that stand in its store.
DERIVE = """async () => {
  const vault = await new Promise((done) => {
    const asked = indexedDB.open("linli-field");
    asked.onsuccess = () => {
      const found = asked.result.transaction("kept").objectStore("kept").get("vault");
      found.onsuccess = () => { asked.result.close(); done(found.result); };
    };
  });
  const began = performance.now();
  const pin = new TextEncoder().encode("000000");
  const typed = await crypto.subtle.importKey("raw", pin, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: vault.salt, iterations: vault.rounds };
  await crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  return performance.now() - began;
}"""

ROSTER = """() => {
  const all = performance.getEntriesByType("resource");
  const asked = all.filter((each) => each.name.includes("/field/api/roster")).at(-1);
  return { kib: asked.encodedBodySize / 1024, plain_kib: asked.decodedBodySize / 1024 };
}"""


class Phone:
    """One start of the browser; what it kept the last time is there again."""

    def __init__(self, folder: Path, site: str) -> None:
        self._folder, self._site = folder, site

    def __enter__(self) -> "Phone":
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._context = self._playwright.chromium.launch_persistent_context(
            self._folder, executable_path=chromium(), args=QUIET, viewport=SCREEN, locale="en-GB", has_touch=True
        )
        self._context.add_init_script(WATCH)
        self._page = self._context.new_page()
        self._page.set_default_timeout(PATIENCE_MS)
        self._tools = self._context.new_cdp_session(self._page)
        self._tools.send("Network.enable")
        self._slow(SLOWED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()
        self._playwright.stop()

    def comes_in(self, code: str, pin: str) -> None:
        """Open the phone by its QR."""
        self._page.goto(f"{self._site}/sign-in/phone/{code.replace('-', '')}/")
        self._page.locator("[name=pin]").fill(pin)
        self._page.locator("[name=again]").fill(pin)
        self._page.get_by_role("button", name="Keep this PIN and go on").click()
        self._page.wait_for_url(lambda address: "/sign-in/" not in address)

    def gets_doors(self, pin: str) -> dict[str, float]:
        """Load the app for the first time, and get the doors. Returns ms of both."""
        self._page.goto(f"{self._site}/field/")
        start = self._painted("choose")
        self._page.locator("#again").fill(pin)
        self._page.locator("#pin").fill(pin)
        self._page.locator("button[form=choose]").click()
        opened = self._painted("row") - self._page.evaluate("linliTold.sent")
        self._page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return {"start": start, "open": opened}

    def starts_cold(self, pin: str) -> dict[str, float]:
        """Open the app without a signal. Returns ms until the PIN is asked, and from the PIN to the list."""
        self._over(GONE)
        self._page.goto(f"{self._site}/field/")
        start = self._painted("unlock")
        self._page.locator("#pin").fill(pin)
        self._page.locator("button[form=unlock]").click()
        return {"start": start, "open": self._painted("row") - self._page.evaluate("linliTold.sent")}

    def derives(self) -> dict[str, float]:
        """The PIN's key: `counted` is its ms on the slow phone, `added` what the slowed page did not take of that."""
        self._slow(1)
        fast = min(self._page.evaluate(DERIVE) for _ in range(5))
        self._slow(SLOWED)
        slowed = min(self._page.evaluate(DERIVE) for _ in range(5))
        return {"counted": max(SLOWED * fast, slowed), "added": max(0.0, SLOWED * fast - slowed)}

    def scrolls(self, rate: int) -> dict[str, Any]:
        """Run the whole list under the thumb, from its top to its end."""
        self._slow(rate)
        self._page.evaluate("scrollTo(0, 0)")
        self._page.locator(".field-tabs button").nth(1).click()
        self._page.locator(".field-tabs button[aria-pressed=true]").nth(0).wait_for()
        rows = self._page.locator(".field-rows li").first.get_attribute("aria-setsize")
        far = self._page.evaluate("document.documentElement.scrollHeight - innerHeight")
        self._page.evaluate(FRAMES)
        began = time.perf_counter()
        self._tools.send(
            "Input.synthesizeScrollGesture",
            {
                "x": 195,
                "y": 600,
                "yDistance": -far,
                "speed": SPEED_PX_S,
                "gestureSourceType": "mouse",
                "preventFling": True,
            },
        )
        seconds = time.perf_counter() - began
        seen = self._page.evaluate("() => { linliFrames.going = false; return linliFrames }")
        reached = self._page.evaluate("scrollY")
        deltas = seen["deltas"]
        return {
            "rate": rate,
            "rows": int(rows or 0),
            "seconds": seconds,
            "scrolled_px": reached,
            "frames": len(deltas),
            "slow": sum(delta > 50 for delta in deltas),
            "longest": max(deltas, default=0.0),
            "blank": seen["blank"],
            "long_tasks": seen["long_tasks"],
        }

    def fetches(self, line: dict[str, Any]) -> dict[str, float]:
        """Get a signal over such a line, and what is new. Returns ms until it is on the screen, and KiB of the list."""
        self._page.evaluate("linliTold.exchanges = []")
        self._over(line)
        self._page.wait_for_function("() => linliTold.exchanges.length > 0")
        took = self._page.evaluate("linliTold.exchanges[0]")
        sizes = self._page.evaluate(ROSTER)
        self._over(GONE)
        return {"ms": took, **sizes}

    def holds(self) -> dict[str, float]:
        """MiB of the page's heap, and of its process."""
        self._tools.send("Performance.enable")
        told = {each["name"]: each["value"] for each in self._tools.send("Performance.getMetrics")["metrics"]}
        pss = [_pss(each) for each in psutil.Process().children(recursive=True) if "--type=renderer" in _said_by(each)]
        return {"heap_mib": told["JSHeapUsedSize"] / 2**20, "process_mib": max(pss, default=0.0)}

    def _painted(self, screen: str) -> float:
        self._page.wait_for_function("screen => linliTold.painted[screen] !== undefined", arg=screen)
        return float(self._page.evaluate(f"linliTold.painted.{screen}"))

    def _over(self, line: dict[str, Any]) -> None:
        self._tools.send("Network.emulateNetworkConditions", line)

    def _slow(self, rate: int) -> None:
        self._tools.send("Emulation.setCPUThrottlingRate", {"rate": rate})


def _pss(process: psutil.Process) -> float:
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", 0) or memory.rss) / 2**20


def _said_by(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
