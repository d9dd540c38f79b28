"""The ways through the pages, as a person takes them."""

import base64
import hmac
import re
import time
from collections.abc import Callable

from bench.signin.browser import Browser, Unexpected
from bench.signin.city import PASSWORD, Staff

_WHO = re.compile(r"name=\"who\" value=\"([^\"]+)\"")


def address(number: int) -> str:
    """An address of the internet for the number-th visitor."""
    return f"198.18.{number // 250 % 250}.{number % 250 + 1}"


def by_password(browser: Browser, staff: Staff) -> None:
    """Sign in by password and the code of the app."""
    browser.get("/sign-in/")
    browser.post(login=staff.name, password=PASSWORD)
    if browser.at != "/sign-in/second-step/":
        raise Unexpected(f"a password led to {browser.at}")
    browser.post(code=shown_by_app(staff.secret))
    if browser.at.startswith("/sign-in/"):
        raise Unexpected("the second step did not open")


def by_code(browser: Browser, phone: str, code_sent_to: Callable[[str], str]) -> None:
    """Ask for a code, read it on the phone, type it, say who one is, and see one's own page."""
    browser.get("/code/")
    browser.post(to=phone)
    if browser.at != "/code/type/":
        raise Unexpected(f"asking for a code led to {browser.at}")
    browser.post(code=code_sent_to(phone))
    who = _WHO.search(browser.page)
    if browser.at != "/code/who/" or who is None:
        raise Unexpected(f"a code led to {browser.at}")
    browser.post(who=who[1])
    if browser.at.startswith("/code/"):
        raise Unexpected("saying who one is led nowhere")


def shown_by_app(secret: str) -> str:
    """The six digits of this half minute (RFC 6238), as an app on another machine computes them."""
    digest = hmac.digest(base64.b32decode(secret), int(time.time() // 30).to_bytes(8), "sha1")
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 10**6:06d}"
