"""Accounts from end to end in a real browser: made by an administrator, opened by a link, kept by a second step."""

import base64
import hashlib
import hmac
import re
import struct
import time
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from linli.access.models import RoleGrant, User
from linli.custody.models import TrailEntry
from tests.conftest import DESK, PHONE
from tests.factories import FOUNDED, tiny_city, user_with_role
from tests.journeys.backstage import signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "four unrelated words"
STEP_S = 30


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


@pytest.fixture
def city():
    return tiny_city()


def officer_of(city) -> User:
    """A community desk with a password and no second step yet."""
    user = User(username="officer", display_name="Officer", created_at=FOUNDED)
    user.set_password(PASSWORD)
    user.save()
    RoleGrant.objects.create(user=user, role="community_desk", area=city.communities[0].pk, since=FOUNDED)
    return user


def shown_by_the_app(secret: str, at: float) -> str:
    """The six digits of RFC 6238 that an app shows at a moment, worked out here without the server's code."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // STEP_S), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def is_drawn(picture: Locator) -> bool:
    """Whether the browser could read a picture."""
    return bool(picture.evaluate("async each => { await each.decode(); return each.naturalWidth > 100 }"))


def gives_password(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("Login name").fill("officer")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def signs_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def sees_the_sign_ups(page: Page, site: str, city) -> bool:
    reply = page.goto(f"{site}/desk/{city.communities[0].pk}/sign-ups/")
    return reply is not None and reply.status == 200 and "/sign-ups/" in page.url


def test_an_administrator_makes_an_account_that_signs_in_with_a_password_and_an_app(browser, live_server, city):
    site = live_server.url
    office = signed_in(browser, site, user_with_role("administrator", name="Admin")).new_page()
    link = _makes_the_account(office, site, city)
    phone = visitor(browser, size=PHONE).new_page()
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("张伟, choose your password")
    phone.get_by_label("New password").fill(PASSWORD)
    phone.get_by_label("The same password again").fill(PASSWORD)
    phone.get_by_role("button", name="Keep this password and go on").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Set up a second step to begin working")
    assert not sees_the_sign_ups(phone, site, city)

    phone.get_by_role("link", name="Set up the app").click()
    secret = phone.locator("main code").inner_text()
    assert is_drawn(phone.locator("main img")), "the picture to scan"
    now = time.time()
    phone.get_by_label("Authenticator code").fill(shown_by_the_app(secret, now))
    phone.get_by_role("button", name="Set up the app").click()
    codes = phone.locator("main li code").all_inner_texts()
    assert len(codes) == 10
    assert sees_the_sign_ups(phone, site, city)
    signs_out(phone)

    _signs_in(phone, site, shown_by_the_app(secret, now + STEP_S))
    assert sees_the_sign_ups(phone, site, city)
    signs_out(phone)
    _signs_in(phone, site, codes[0])
    assert sees_the_sign_ups(phone, site, city)
    signs_out(phone)
    _signs_in(phone, site, codes[0])
    expect(phone.locator("main")).to_contain_text("Incorrect code")
    assert not sees_the_sign_ups(phone, site, city)

    reply = visitor(browser, size=DESK).new_page().goto(link)
    assert reply.status == 403, "a link opens once"
    kinds = set(TrailEntry.objects.values_list("kind", flat=True))
    assert kinds >= {"account.made", "role.granted", "password_link.made", "password.chosen"}


def _makes_the_account(office: Page, site: str, city) -> str:
    """An administrator at work: account, role, link. Returns the link."""
    office.goto(site)
    office.get_by_role("link", name="Make an account").click()
    office.get_by_label("Name", exact=True).fill("张伟")
    office.get_by_label("Login name").fill("officer")
    office.get_by_role("button", name="Make the account").click()
    office.get_by_role("link", name="Give a role").click()
    office.get_by_role("link", name="Community desk").click()
    office.get_by_role("link", name=city.communities[0].called).click()
    office.get_by_role("button", name="Give the role: Community desk").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("张伟 holds 1 role now")
    office.get_by_text("First sign-in: make a sign-in link").click()
    office.get_by_role("button", name="Make the sign-in link").click()
    assert is_drawn(office.get_by_role("img", name="The address below"))
    return office.locator("main code").first.inner_text()


def _signs_in(page: Page, site: str, code: str) -> None:
    gives_password(page, site)
    page.get_by_label("Code").fill(code)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def passkey_page(browser: Browser):
    """A browser with a passkey device of its own, which answers as if its owner had touched it."""
    page = visitor(browser, size=DESK).new_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )["authenticatorId"]
    page.forgets_passkeys = lambda: devices.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    yield page
    page.context.close()


def test_the_passkey_button_waits_for_the_script_that_listens_to_it(passkey_page, live_server, city):
    page, site = passkey_page, f"http://localhost:{urlsplit(live_server.url).port}"
    officer_of(city)
    gives_password(page, site)
    page.get_by_role("link", name="Add a passkey").click()
    late = []

    def holds(route):
        late.append(route)

    page.route("**/webauthn.js", holds)
    _says_it_is_them(page)
    button = page.get_by_role("button", name="Add a passkey")
    expect(button).to_be_disabled()
    late[0].continue_()
    expect(button).to_be_enabled()


def test_a_passkey_is_the_second_step_at_localhost(passkey_page, live_server, city):
    page, site = passkey_page, f"http://localhost:{urlsplit(live_server.url).port}"
    officer_of(city)
    gives_password(page, site)
    page.get_by_role("link", name="Add a passkey").click()
    _says_it_is_them(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("main li code")).to_have_count(10)
    assert sees_the_sign_ups(page, site, city)
    signs_out(page)

    gives_password(page, site)
    assert not sees_the_sign_ups(page, site, city)
    page.goto(f"{site}/sign-in/")  # half signed in: it goes on where it stopped
    page.get_by_role("button", name="Use my passkey instead").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert sees_the_sign_ups(page, site, city)
    signs_out(page)

    page.forgets_passkeys()
    gives_password(page, site)
    page.get_by_role("button", name="Use my passkey instead").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")
    assert not sees_the_sign_ups(page, site, city)


def test_at_a_number_the_page_says_where_passkeys_work(passkey_page, live_server, city):
    port = urlsplit(live_server.url).port
    page, site = passkey_page, f"http://127.0.0.1:{port}"
    officer_of(city)
    gives_password(page, site)
    page.get_by_role("link", name="Add a passkey").click()
    _says_it_is_them(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("At this address no passkey can be made")
    assert page.get_by_role("link", name="Go on at localhost").get_attribute("href") == (
        f"http://localhost:{port}/account/passkeys/add/"
    )
    page.get_by_role("link", name="Set up the app on my phone instead").click()
    expect(page.locator("main code")).to_be_visible()


def _says_it_is_them(page: Page) -> None:
    """The password once more, asked before an account's protection changes."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="It is me").click()


def test_two_administrators_give_a_role_that_takes_two(browser, live_server, city):
    site = live_server.url
    newcomer = User.objects.create(username="auditor.chen", display_name="Chen", created_at=FOUNDED)
    first, second = (
        signed_in(browser, site, user_with_role("administrator", name=name)).new_page() for name in ("Li", "Wu")
    )
    first.goto(f"{site}/accounts/{newcomer.pk}/")
    first.get_by_role("link", name="Give a role").click()
    first.get_by_role("link", name="Auditor").click()
    first.get_by_role("button", name="Ask another administrator to confirm").click()
    expect(first.locator("main")).to_contain_text("Another administrator has to confirm it")
    expect(first.get_by_role("button", name=re.compile("Confirm"))).to_have_count(0)

    second.goto(site)
    second.get_by_role("link", name="1 role waits for you to confirm it").click()
    second.get_by_role("link", name="Chen").click()
    late = second.context.new_page()
    late.goto(second.url)
    second.get_by_role("button", name="Confirm: Auditor").click()
    expect(second.locator("main")).to_contain_text("Li, Wu")
    late.get_by_role("button", name="Confirm: Auditor").click()
    expect(late.get_by_role("alert")).to_contain_text("Somebody has decided this meanwhile.")
    granted = RoleGrant.objects.get(user=newcomer)
    assert {granted.granted_by, granted.seconded_by} == set(
        User.objects.filter(display_name__in=("Li", "Wu")).values_list("pk", flat=True)
    )
    second.get_by_role("button", name="End it now: Auditor").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Chen holds 0 roles now")
    _close(first.context, second.context)


def _close(*contexts: BrowserContext) -> None:
    for context in contexts:
        context.close()
