"""Our own certificate authority: what it may vouch for, what it writes, and the page that hands it out."""

import os
import plistlib
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from linli.common.clock import now
from linli.conf.env import Env
from linli.conf.ways import Way, way_of
from linli.ops import authority, handing, tls
from linli.ops.authority import Authority
from linli.ops.errors import AuthorityOver, AuthorityThere, NoAuthority, OutsideAuthority

NAMES, ADDRESSES = ["office.lan"], [ip_address("192.168.7.5")]


@pytest.fixture
def env(tmp_path: Path) -> Env:
    """A data folder."""
    return Env(data_dir=tmp_path)


@pytest.fixture
def own(env: Env) -> Authority:
    """An authority for an office."""
    return authority.make(env, NAMES, ADDRESSES, now())


def test_it_vouches_for_its_names_and_networks_and_for_nothing_else(env: Env, own: Authority) -> None:
    assert own.allowed == "office.lan, 192.168.7.0/24"
    made = authority.issue(env, ["linli.office.lan"], [ip_address("192.168.7.200")], now())
    assert tls.names(made) == ["linli.office.lan", "192.168.7.200"]
    before = (own.folder / "server.crt").read_bytes()
    for names, addresses in ((["bank.example"], []), (["notoffice.lan"], []), ([], ["192.168.8.1"]), ([], ["fd00::1"])):
        with pytest.raises(OutsideAuthority, match=r"only for office.lan, 192.168.7.0/24"):
            authority.issue(env, names, [ip_address(each) for each in addresses], now())
    assert (own.folder / "server.crt").read_bytes() == before


@pytest.mark.parametrize(
    ("names", "addresses", "fits"),
    [
        (["linli.office.lan"], ["192.168.7.9"], True),
        ([], ["192.168.7.9"], True),
        (["bank.example"], [], False),
        ([], ["8.8.8.8"], False),
        ([], ["2001:db8::1"], False),
    ],
)
def test_openssl_holds_it_to_that_even_where_its_key_is_stolen(
    env: Env, own: Authority, monkeypatch: pytest.MonkeyPatch, names: list[str], addresses: list[str], fits: bool
) -> None:
    monkeypatch.setattr(authority, "_vouches", lambda own, for_: True)
    authority.issue(env, names, [ip_address(each) for each in addresses], now())
    words = ["openssl", "verify", "-CAfile", str(own.folder / "authority.crt"), str(own.folder / "server.crt")]
    assert (subprocess.run(words, capture_output=True, check=False).returncode == 0) is fits


def test_its_keys_are_for_its_owner_only_and_no_second_is_made_over_it(env: Env, own: Authority) -> None:
    authority.issue(env, NAMES, ADDRESSES, now())
    keys = [path for path in own.folder.iterdir() if path.suffix == ".key"]
    assert len(keys) == 2
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert own.folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(AuthorityThere):
        authority.make(env, NAMES, ADDRESSES, now())
    assert authority.read(env).fingerprint == own.fingerprint


def test_one_that_is_over_issues_nothing_and_one_that_ends_soon_nothing_beyond(env: Env, own: Authority) -> None:
    end = own.certificate.not_valid_after_utc
    made = authority.issue(env, NAMES, ADDRESSES, end - timedelta(days=3))
    assert made.not_valid_after_utc == end
    with pytest.raises(AuthorityOver):
        authority.issue(env, NAMES, ADDRESSES, end)


def test_where_there_is_none_it_says_how_to_make_one(env: Env) -> None:
    with pytest.raises(NoAuthority, match="linli ca make"):
        authority.issue(env, NAMES, ADDRESSES, now())


def test_the_profile_for_ios_holds_the_same_certificate(own: Authority) -> None:
    said = plistlib.loads((own.folder / handing.PROFILE).read_bytes())
    [payload] = said["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == own.certificate.public_bytes(serialization.Encoding.DER)
    assert own.fingerprint in said["PayloadDescription"]


@pytest.fixture
def site(own: Authority) -> Iterator[str]:
    """The page that hands it out, on a port of its own."""
    with handing.server(own, "https://192.168.7.5:8443", port=0, bind="127.0.0.1") as handing_out:
        thread = threading.Thread(target=handing_out.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{handing_out.server_address[1]}"
        handing_out.shutdown()
        thread.join()


def test_the_page_gives_fingerprint_and_files_and_nothing_else(site: str, own: Authority) -> None:
    for language, word in (("zh", "比对"), ("en", "Compare")):
        with urllib.request.urlopen(f"{site}/?{language}") as reply:
            page = reply.read().decode()
        assert word in page
        assert all(" ".join(own.fingerprint.split(":")[at : at + 8]) in page for at in range(0, 32, 8))
        assert 'href="https://192.168.7.5:8443"' in page
    for name, kind in handing.KINDS.items():
        with urllib.request.urlopen(f"{site}/{name}") as reply:
            assert (reply.headers["Content-Type"], reply.read()) == (kind, (own.folder / name).read_bytes())
    assert x509.load_pem_x509_certificate((own.folder / handing.CRT).read_bytes()) == own.certificate
    for path in ("/authority.key", "/server.key", "/../server.key", "/x"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(site + path)


def test_the_command_makes_it_and_says_what_to_set(tmp_path: Path) -> None:
    def linli(*words: str) -> subprocess.CompletedProcess[str]:
        environ = os.environ | {"LINLI_DATA": str(tmp_path / "var"), "LINLI_URL": ""}
        command = [sys.executable, "-m", "linli", "ca", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    tmp_path.chmod(0o755)
    made = linli("make", "--name", "office.lan", "--address", "192.168.7.5")
    assert made.returncode == 0, made.stderr
    told = dict(line.split("export ")[1].split("=", 1) for line in made.stdout.splitlines() if "export LINLI_U" in line)
    assert told == {"LINLI_URL": "https://192.168.7.5:8000"}
    folder = tmp_path / "var" / "ca"
    settings = {"LINLI_DATA": str(tmp_path / "var"), **told, "LINLI_BIND": "0.0.0.0"}
    settings |= {"LINLI_TLS_CERT": str(folder / "server.crt"), "LINLI_TLS_KEY": str(folder / "server.key")}
    env = Env.read(settings)
    assert way_of(env) is Way.OFFICE
    assert tls.pair(env, now()) is not None
    assert authority.read(env).fingerprint in linli("show").stdout
    again = linli("make")
    assert (again.returncode, "[authority_there]" in again.stderr) == (1, True)
    assert "[outside_authority]" in linli("issue", "--name", "bank.example", "--address", "192.168.7.5").stderr
    ssl.create_default_context(cafile=str(folder / "authority.crt"))
