"""HTTPS on our own authority over the real server, a renewed certificate, and what plain http refuses."""

import re
import ssl
from collections.abc import Iterator
from http.client import HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.fixtures import Settings

from linli.common.clock import now
from linli.conf.env import Env
from linli.ops import authority
from linli.places.models import Area, Level
from tests.conftest import PHONE
from tests.factories import tiny_city, user_with_role
from tests.web.served import free_port, served

PASSWORD = "four unrelated words"
HERE = [ip_address("127.0.0.1")]
OFFICE = Env(Path("/nowhere"), url="https://linli.office.lan:8443", tls_cert=Path("/x"), tls_key=Path("/y"))


@pytest.fixture
def https(transactional_db: None, tmp_path: Path) -> Iterator[Env]:
    """The server with a certificate of our own authority, which knows the addresses of this machine."""
    tiny_city()
    folder = tmp_path / "tls"
    authority.make(Env(folder), ["linli.test"], HERE, now())
    authority.issue(Env(folder), [], HERE, now())
    port = free_port()
    with served(
        LINLI_PORT=str(port),
        LINLI_URL=f"https://127.0.0.1:{port}",
        LINLI_TLS_CERT=str(folder / "ca" / "server.crt"),
        LINLI_TLS_KEY=str(folder / "ca" / "server.key"),
        DJANGO_SETTINGS_MODULE="tests.web.patient_settings",
    ) as env:
        yield env


def strict(env: Env) -> HTTPSConnection:
    """A connection of somebody who trusts our authority and nobody else."""
    assert env.tls_cert is not None
    trusting = ssl.create_default_context(cafile=str(env.tls_cert.parent / "authority.crt"))
    return HTTPSConnection("127.0.0.1", env.port, timeout=60, context=trusting)


def served_certificate(env: Env) -> tuple[int, int]:
    """Serial number of the certificate that a new connection is shown, and the status of a request on it."""
    asked = strict(env)
    try:
        asked.connect()
        assert isinstance(asked.sock, ssl.SSLSocket)
        shown = asked.sock.getpeercert(binary_form=True)  # before the answer: a worker that ends closes with it
        asked.request("GET", "/healthz")
        status = asked.getresponse().status
    finally:
        asked.close()
    assert shown is not None
    return x509.load_der_x509_certificate(shown).serial_number, status


@pytest.mark.browser
def test_who_trusts_our_authority_signs_in_over_https(https: Env, browser: Browser) -> None:
    asked = strict(https)
    asked.request("GET", "/start/", headers={"Accept-Language": "en"})
    assert asked.getresponse().status == 200
    asked.close()
    user = user_with_role("street", Area.objects.get(level=Level.STREET), name="街道")
    user.set_password(PASSWORD)
    user.save()
    context = browser.new_context(viewport=PHONE, locale="zh-CN", ignore_https_errors=True)  # type: ignore[arg-type]
    page = context.new_page()
    try:
        page.goto(f"{https.site}{reverse('account_login')}")
        page.fill('[name="login"]', user.username)
        page.fill('[name="password"]', PASSWORD)
        page.locator("main form .btn-primary").click()
        page.wait_for_url(re.compile(reverse("mfa_index")))
        cookies = {cookie["name"]: cookie for cookie in context.cookies()}
        assert cookies["sessionid"]["secure"]
        assert all(cookie["secure"] for cookie in cookies.values())
    finally:
        context.close()


def test_a_renewed_certificate_is_served_without_a_restart_while_people_go_on(https: Env) -> None:
    """Who is cut off by a worker that ends asks again, as every browser does, and is answered at once."""
    assert https.tls_cert is not None
    first, _ = served_certificate(https)
    made = authority.issue(Env(https.tls_cert.parent.parent), [], HERE, now())
    answers: list[tuple[int, int]] = []
    while any(serial != made.serial_number for serial, _ in answers[-40:] or [(0, 0)]):
        try:
            answers.append(served_certificate(https))
        except (ConnectionError, ssl.SSLEOFError):
            answers.append(served_certificate(https))
        assert len(answers) < 50_000
    assert {status for _, status in answers} == {200}
    assert {serial for serial, _ in answers} == {first, made.serial_number}


def test_a_renewed_pair_that_does_not_match_is_not_served(https: Env) -> None:
    assert https.tls_cert is not None
    first, _ = served_certificate(https)
    kept = https.tls_cert.read_bytes()
    other = authority.issue(Env(https.tls_cert.parent.parent), [], HERE, now())  # its key stays; the certificate goes
    https.tls_cert.write_bytes(kept)
    for _ in range(40):
        assert served_certificate(https)[0] in (first, other.serial_number)


@pytest.fixture
def office(settings: Settings) -> Client:
    """A program on another machine of the office, over plain http."""
    settings.ENV = OFFICE
    settings.ALLOWED_HOSTS = ["*"]
    return Client(REMOTE_ADDR="192.168.7.20", headers={"host": "linli.office.lan", "accept-language": "en"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/sign-in/"),
        ("post", "/sign-in/"),
        ("get", "/enter/x/"),
        ("get", "/sign-in/first/x/"),
        ("get", "/account/"),
        ("post", "/sign-up/1/"),
    ],
)
@pytest.mark.parametrize(("language", "word"), [("en", "others on the same network"), ("zh-hans", "同一网络")])
def test_over_plain_http_nobody_signs_in_or_sends_a_form(
    office: Client, method: str, path: str, language: str, word: str
) -> None:
    reply = getattr(office, method)(path, headers={"accept-language": language})
    page = reply.content.decode()
    assert (reply.status_code, word in page, "needs_https" in page) == (403, True, True)
    assert 'href="https://linli.office.lan:8443"' in page
    assert set(reply.cookies) <= {"csrftoken"}  # for the choice of language


@pytest.mark.django_db
def test_over_plain_http_public_pages_stay_readable_and_the_language_can_be_chosen(office: Client) -> None:
    tiny_city()
    for path in ("/", "/sign-up/", "/start/", "/healthz"):
        assert office.get(path).status_code == 200
    assert office.post(reverse("set_language"), {"language": "en", "next": "/"}).status_code == 302


@pytest.mark.django_db
def test_a_programs_key_is_not_taken_over_plain_http(office: Client) -> None:
    reply = office.get("/api/v1/areas/1", headers={"authorization": "Bearer x"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "needs_https")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("meta", "refused"),
    [
        ({}, False),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, False),
        ({"HTTP_HOST": "linli.office.lan"}, True),
        ({"HTTP_X_FORWARDED_FOR": "192.168.7.20"}, True),
        ({"REMOTE_ADDR": "192.168.7.20"}, True),
        ({"REMOTE_ADDR": "192.168.7.20", "wsgi.url_scheme": "https"}, False),
        ({"REMOTE_ADDR": "192.168.7.20", "HTTP_X_FORWARDED_PROTO": "https"}, True),
    ],
)
def test_what_counts_is_where_it_came_from_and_not_what_it_says(
    settings: Settings, meta: dict[str, str], refused: bool
) -> None:
    settings.ENV, settings.ALLOWED_HOSTS = OFFICE, ["*"]
    settings.SECURE_PROXY_SSL_HEADER = None
    reply = Client().get("/sign-in/", **{"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", **meta})
    assert reply.status_code == (403 if refused else 200)


@pytest.mark.django_db
def test_the_start_page_shows_the_address_or_that_there_is_none(client: Client, settings: Settings) -> None:
    assert "img" not in client.get(reverse("start")).content.decode().split("<main")[1]
    settings.ENV = OFFICE
    page = client.get(reverse("start")).content.decode()
    assert str(OFFICE.url) in page
    assert "<svg" in page
    assert urlsplit(str(OFFICE.url)).hostname in OFFICE.names
