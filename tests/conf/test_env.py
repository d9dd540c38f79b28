"""Settings that make no sense are named in a sentence, whatever they are made of."""

from pathlib import Path

import pytest

from linli.conf.env import BadSetting, Env
from linli.conf.ways import Way, way_of


@pytest.mark.parametrize("port", ["²", "٣٣٣", "8_000", " 80", "0x50", "+80", "8000.0", "000000080", "1" * 5000])
def test_what_only_looks_like_a_number_is_no_port(port: str) -> None:
    with pytest.raises(BadSetting, match="LINLI_PORT is "):
        Env.read({"LINLI_PORT": port})


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x", "must begin with postgresql://"),
        ("postgresql://u:secret@h:notaport/x", "port in DATABASE_URL is 'notaport'"),
        ("postgresql://u:secret@[::1]:99999/x", "port in DATABASE_URL is '99999'"),
        ("postgresql://h/x?port=²", "port in DATABASE_URL is '²'"),
        ("postgresql://[bad/x", "host that makes no sense"),
        ("postgresql://u:secret@[zz]/x", "host that makes no sense"),
        ("postgresql://u:secret@h", "names no database"),
        ("postgresql://", "names no database"),
    ],
)
def test_a_database_address_says_what_is_wrong_and_never_its_password(url: str, said: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Env.read({"DATABASE_URL": url})
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://linli@/linli?host=/run/linli",
        "postgres://u:p%40:%2F@db.example:5433/linli",
        "postgresql://[::1]:5432/linli",
        "postgresql:///linli?host=/tmp/x&port=5433",
        "postgresql://u@h/linli?sslmode=require",
    ],
)
def test_good_database_addresses_are_kept_as_they_are(url: str) -> None:
    assert Env.read({"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "hosts",
    ["*", "a.example,*", "*.example", ".example", "https://a.example", "a.example:80", "a b", "a_b", "-a", "[zz]"],
)
def test_a_host_that_is_no_name_is_refused(hosts: str) -> None:
    with pytest.raises(BadSetting, match="LINLI_HOSTS"):
        Env.read({"LINLI_HOSTS": hosts})


def test_names_and_addresses_are_hosts() -> None:
    hosts = "linli.example.org, xn--fiq228c.example,10.0.0.7,[fd00::1]"
    assert Env.read({"LINLI_HOSTS": hosts}).hosts == tuple(name.strip() for name in hosts.split(","))


SMTP = {"LINLI_SMTP": "smtps://linli:opensesame@mail.example.org:465", "LINLI_SMTP_FROM": "linli@example.org"}
SMS = {"LINLI_SMS": "https://sms.example.org/send", "LINLI_SMS_KEY": "k" * 32}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"LINLI_SMTP": "http://mail.example.org"}, "LINLI_SMTP is not like"),
        ({"LINLI_SMTP": "smtp://"}, "LINLI_SMTP is not like"),
        ({"LINLI_SMTP": "smtp://mail.example.org:opensesame"}, "LINLI_SMTP names a host or port"),
        ({"LINLI_SMTP_FROM": ""}, "LINLI_SMTP_FROM"),
        ({"LINLI_SMTP_FROM": "nobody"}, "LINLI_SMTP_FROM"),
        ({"LINLI_SMTP_FROM": "a@example.org\r\nBcc: b@example.org"}, "LINLI_SMTP_FROM"),
        ({"LINLI_SMS": "http://sms.example.org"}, "LINLI_SMS is not like"),
        ({"LINLI_SMS": "drills"}, "LINLI_SMS is not like"),
        ({"LINLI_SMS_KEY": "opensesame"}, "LINLI_SMS_KEY has 10 characters"),
    ],
)
def test_a_way_to_send_codes_that_makes_no_sense_says_what_and_no_secret(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Env.read(SMTP | SMS | wrong)
    assert said in str(refused.value)
    assert "opensesame" not in str(refused.value)


def test_ways_to_send_codes_are_kept_and_their_secrets_not_shown() -> None:
    env = Env.read(SMTP | SMS)
    assert (env.smtp, env.smtp_from, env.sms) == (SMTP["LINLI_SMTP"], "linli@example.org", SMS["LINLI_SMS"])
    assert "opensesame" not in repr(env)
    assert SMS["LINLI_SMS_KEY"] not in repr(env)
    assert (Env.read({}).smtp, Env.read({}).sms, Env.read({"LINLI_SMS": "drill"}).sms) == (None, None, "drill")


@pytest.mark.parametrize(
    "url",
    [
        "linli.example.org",
        "http://linli.example.org",
        "https://",
        "https://linli.example.org/linli",
        "https://u:p@linli.example.org",
        "https://linli.example.org?x",
        "https://linli.example.org:notaport",
        "https://[zz]",
        "https://邻里.example",
        "ftp://linli.example.org",
    ],
)
def test_an_address_that_people_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="LINLI_URL"):
        Env.read({"LINLI_URL": url})


@pytest.mark.parametrize(
    ("said", "kept", "names"),
    [
        ("https://Linli.Example.org/", "https://linli.example.org", ("linli.example.org",)),
        ("https://linli.example.org:443", "https://linli.example.org", ("linli.example.org",)),
        ("https://10.0.0.7:8443", "https://10.0.0.7:8443", ("10.0.0.7",)),
        ("https://[fd00::1]:8443", "https://[fd00::1]:8443", ("[fd00::1]",)),
        ("http://localhost:8000", "http://localhost:8000", ()),
    ],
)
def test_an_address_is_kept_as_a_browser_spells_it(said: str, kept: str, names: tuple[str, ...]) -> None:
    env = Env.read({"LINLI_URL": said})
    assert (env.url, env.site, env.names) == (kept, kept, names)


@pytest.mark.parametrize("bind", ["everywhere", "10.0.0.256", "10.0.0.7:8000", "*"])
def test_an_address_to_listen_on_is_a_number(bind: str) -> None:
    with pytest.raises(BadSetting, match="LINLI_BIND"):
        Env.read({"LINLI_BIND": bind})


@pytest.mark.parametrize("alone", ["LINLI_TLS_CERT", "LINLI_TLS_KEY"])
def test_a_certificate_without_its_key_is_refused(alone: str) -> None:
    with pytest.raises(BadSetting, match="belong together"):
        Env.read({alone: "/x"})


PAIR = {"LINLI_TLS_CERT": "/etc/x.crt", "LINLI_TLS_KEY": "/etc/x.key"}
OWN = {"LINLI_TLS_CERT": "/srv/linli/ca/server.crt", "LINLI_TLS_KEY": "/srv/linli/ca/server.key"}


@pytest.mark.parametrize(
    ("said", "way", "behind_proxy"),
    [
        ({}, Way.ALONE, False),
        ({"LINLI_URL": "http://localhost:8000"}, Way.ALONE, False),
        ({"LINLI_BIND": "0.0.0.0", "LINLI_HOSTS": "10.0.0.7"}, Way.ALONE, False),
        ({"LINLI_BIND": "0.0.0.0", "LINLI_URL": "https://10.0.0.7:8000", **OWN}, Way.OFFICE, False),
        ({"LINLI_BIND": "0.0.0.0", "LINLI_URL": "https://linli.example.org", **PAIR}, Way.PUBLIC, False),
        ({"LINLI_URL": "https://linli.example.org"}, Way.PUBLIC, True),
        ({"LINLI_HOSTS": "linli.example.org"}, Way.PUBLIC, True),
    ],
)
def test_the_way_follows_from_the_settings_and_only_a_proxy_on_this_machine_is_believed(
    said: dict[str, str], way: Way, behind_proxy: bool
) -> None:
    env = Env.read({"LINLI_DATA": "/srv/linli", **said})
    assert (way_of(env), env.behind_proxy) == (way, behind_proxy)
    assert env.tls_cert is None or env.tls_cert == Path(said["LINLI_TLS_CERT"])
