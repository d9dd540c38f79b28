"""The certificate that is named: every way in which it will not do is a sentence, and a good one is kept whole."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.utils import translation

from linli.common.clock import now
from linli.conf.env import Env
from linli.ops import authority, doctor, serve, tls
from linli.ops.doctor import State
from linli.ops.errors import (
    TlsExpired,
    TlsMismatch,
    TlsNotYet,
    TlsUnreadable,
    TlsUnusable,
    TlsWrongName,
)

ADDRESS = ip_address("192.168.7.5")


@pytest.fixture
def env(tmp_path: Path) -> Env:
    """An installation with an authority of its own and a certificate from it."""
    made = Env(
        data_dir=tmp_path,
        url="https://linli.office.lan:8443",
        tls_cert=tmp_path / "ca" / "server.crt",
        tls_key=tmp_path / "ca" / "server.key",
    )
    authority.make(made, ["office.lan"], [ADDRESS], now())
    authority.issue(made, ["linli.office.lan"], [ADDRESS], now())
    return made


def test_a_good_pair_is_found_and_kept_in_one_file_for_the_server_alone(env: Env) -> None:
    found = tls.pair(env, now())
    assert found is not None
    served = tls.keep(env, found)
    assert served.stat().st_mode & 0o777 == 0o600
    text = served.read_bytes()
    assert x509.load_pem_x509_certificate(text) == found.leaf
    assert serialization.load_pem_private_key(text[text.index(b"-----BEGIN PRIVATE") :], None)
    assert tls.pair(Env(data_dir=env.data_dir), now()) is None


def _another_key(env: Env) -> None:
    assert env.tls_key is not None
    kept = env.tls_cert.read_bytes()  # type: ignore[union-attr]
    authority.issue(env, ["linli.office.lan"], [ADDRESS], now())
    env.tls_cert.write_bytes(kept)  # type: ignore[union-attr]


def _issued(days: int) -> Callable[[Env], None]:
    def does(env: Env) -> None:
        at = now() + timedelta(days=days)
        for each in ("authority.crt", "authority.key"):
            (env.data_dir / "ca" / each).unlink()
        authority.make(env, ["office.lan"], [ADDRESS], at)
        authority.issue(env, ["linli.office.lan"], [ADDRESS], at)

    return does


def _sealed_key(env: Env) -> None:
    key = serialization.load_pem_private_key(env.tls_key.read_bytes(), None)  # type: ignore[union-attr]
    seal = serialization.BestAvailableEncryption(b"secret")
    shape = serialization.PrivateFormat.PKCS8
    env.tls_key.write_bytes(key.private_bytes(serialization.Encoding.PEM, shape, seal))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("harm", "refusal", "says"),
    [
        (_another_key, TlsMismatch, "does not match the key"),
        (_issued(-500), TlsExpired, "was valid until"),
        (_issued(30), TlsNotYet, "clock"),
        (_sealed_key, TlsUnusable, "private key without a password"),
        (lambda env: env.tls_cert.write_text("nonsense"), TlsUnusable, "holds no certificate"),
        (lambda env: env.tls_cert.unlink(), TlsUnreadable, "No such file"),
        (lambda env: (env.tls_key.unlink(), env.tls_key.mkdir()), TlsUnreadable, "cannot be read by the user"),
        (
            lambda env: authority.issue(env, ["other.office.lan"], [ADDRESS], now()),
            TlsWrongName,
            "LINLI_URL says linli.office.lan",
        ),
    ],
)
def test_whatever_will_not_do_is_said_before_anything_starts_and_by_the_doctor(
    env: Env, harm: Callable[[Env], object], refusal: type[Exception], says: str
) -> None:
    assert doctor.certificate(env).state is State.GOOD
    harm(env)
    said: list[str] = []
    with pytest.raises(refusal, match=says):
        serve.run(env, serve.Steps(["-c", "pass"], ["-c", "pass"], ["-c", "pass"]), said.append)
    assert (said, (env.data_dir / "linli.lock").exists()) == ([], False)
    found = doctor.certificate(env)
    with translation.override("en"):
        told = found.told()
    assert (found.state, says in told["sentence"], bool(told["remedy"])) == (State.BAD, True, True)


@contextmanager
def somebody_who_may_not_read(key: Path) -> Iterator[None]:
    """Whoever runs the tests where that is no root, who may read every file; else the user nobody for a while."""
    key.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_key_of_another_user_is_said_by_its_name(env: Env, data_dir: Path) -> None:
    assert env.tls_cert is not None
    assert env.tls_key is not None
    outside = [data_dir.parent / each.name for each in (env.tls_cert, env.tls_key)]  # where any user may come
    for kept, out in zip((env.tls_cert, env.tls_key), outside, strict=True):
        out.write_bytes(kept.read_bytes())
        out.chmod(0o644)
    there = replace(env, tls_cert=outside[0], tls_key=outside[1])
    assert tls.pair(there, now()) is not None
    with somebody_who_may_not_read(outside[1]), pytest.raises(TlsUnreadable, match=r"server\.key.*Permission denied"):
        tls.pair(there, now())


def test_the_doctor_says_three_weeks_before_it_runs_out(env: Env) -> None:
    _issued(-380)(env)
    found = doctor.certificate(env)
    assert (found.state, found.values["days"], "linli ca issue" in found.remedy) == (State.WARN, 16, True)


@pytest.mark.parametrize(
    ("named", "host", "covered"),
    [
        (["linli.example.org"], "LINLI.example.org", True),
        (["*.example.org"], "linli.example.org", True),
        (["*.example.org"], "a.linli.example.org", False),
        (["*.example.org"], "example.org", False),
        (["10.0.0.7"], "10.0.0.7", True),
        (["fd00::1"], "fd00:0::1", True),
        (["10.0.0.7"], "10.0.0.70", False),
    ],
)
def test_a_star_stands_for_one_label_and_for_no_address(named: list[str], host: str, covered: bool) -> None:
    assert tls.covers(named, host) is covered
