"""The worker's way through the app, each step timed inside the page."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.field.phone import FAR, NEAR, SLOWED, Phone
from bench.field.street import Street

PIN = "482917"


def walked(folder: Path, site: str, street: Street, runs: int) -> dict[str, Any]:
    """Come in, get the doors, start so many times without a signal, scroll, and get the news of two days."""
    told: dict[str, Any] = {"cold": [], "scrolled": [], "fetched": []}
    with Phone(folder, site) as phone:
        phone.comes_in(street.code, PIN)
        told["first"] = phone.gets_doors(PIN)
        _say("first", told["first"])
    for _ in range(runs):
        with Phone(folder, site) as phone:
            told["cold"].append(phone.starts_cold(PIN))
            _say("cold", told["cold"][-1])
    with Phone(folder, site) as phone, ThreadPoolExecutor(1) as apart:
        phone.starts_cold(PIN)
        told["pin"] = phone.derives()
        for rate in (1, SLOWED):
            told["scrolled"].append(phone.scrolls(rate))
            _say("scrolled", told["scrolled"][-1])
        for over, line in (("on this machine", NEAR), ("over 1.6 Mbit/s with 150 ms", FAR)):
            day = apart.submit(street.works_a_day).result()  # Django refuses the thread that drives the browser
            told["fetched"].append({"over": over, **day, **phone.fetches(line)})
            _say("fetched", told["fetched"][-1])
        told["memory"] = phone.holds()
    return told


def _say(stage: str, facts: dict[str, Any]) -> None:
    rounded = {name: round(fact, 1) if isinstance(fact, float) else fact for name, fact in facts.items()}
    print(json.dumps({"bench": "field", "stage": stage} | rounded, ensure_ascii=False), flush=True)
