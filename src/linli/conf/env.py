"""Configuration: one frozen value, read once, failing at the start with the name of what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_PORT = re.compile("[0-9]{1,5}")
_HOURS = re.compile("[0-9]{1,3}")
_MINUTES = re.compile("[0-9]{1,4}")
_MESSAGES = re.compile("[0-9]{1,5}")
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*|\[[0-9A-Fa-f:.]{{2,45}}\]")
_COPY = re.compile("[A-Za-z0-9_-]{1,40}")
_SMS_KEY = 32  # characters
DRILL = "drill"
_SCHEMES = ("postgres://", "postgresql://")
LOOPBACK = "127.0.0.1"
_LOOPBACK_NAMES = (LOOPBACK, "localhost", "::1")


class BadSetting(Exception):
    """A setting has a value that makes no sense; the message names it."""


@dataclass(frozen=True, slots=True)
class Env:
    """What the surroundings decide. Every name is listed in docs/reference/settings.md.

    Attributes:
        data_dir: where database, keyring and files live (LINLI_DATA, default ./var).
        port: where the web server listens (LINLI_PORT, default 8000).
        bind: the address of this machine it listens on (LINLI_BIND, default 127.0.0.1: this machine only).
        url: the address people use, without a slash at its end (LINLI_URL); None: this machine only.
        tls_cert, tls_key: files of the certificate with its chain and of its key (LINLI_TLS_CERT, LINLI_TLS_KEY);
            None: plain http, or a proxy in front speaks TLS.
        database_url: a PostgreSQL 15 or newer (DATABASE_URL); None means our own under data_dir.
        map_approval: the approval number (审图号) of a public map (LINLI_MAP_APPROVAL); without it, lists.
        hosts: names the site answers to beside loopback (LINLI_HOSTS, comma-separated).
        debug: never in service (LINLI_DEBUG=1).
        smtp: the server that takes our mail (LINLI_SMTP); without it no code is sent by e-mail.
        smtp_from: the address our mail comes from (LINLI_SMTP_FROM).
        sms: the gateway that takes short messages (LINLI_SMS), or "drill", which writes them into a file of a
            synthetic city; without it no code is sent to a phone.
        sms_key: what requests to it are signed with (LINLI_SMS_KEY).
        backups_to: the folder of backups by the clock (LINLI_BACKUPS); None: there are none.
        backups_every_h: hours between two of them (LINLI_BACKUPS_EVERY, default 24).
        call_after_min: minutes after which who has not read where they are placed is on the desk's call list
            (LINLI_CALL_AFTER, default 30).
        sms_a_minute, mail_a_minute: how many notices go out in a minute at most (LINLI_SMS_A_MINUTE, default 600;
            LINLI_MAIL_A_MINUTE, default 300).
        keyring_copies: further places for the keys, each with a name (LINLI_KEYRING_COPIES, name=folder,…).
    """

    data_dir: Path
    port: int = 8000
    bind: str = LOOPBACK
    url: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    database_url: str | None = None
    map_approval: str | None = None
    hosts: tuple[str, ...] = ()
    debug: bool = False
    smtp: str | None = field(default=None, repr=False)
    smtp_from: str = ""
    sms: str | None = None
    sms_key: str | None = field(default=None, repr=False)
    backups_to: Path | None = None
    backups_every_h: int = 24
    keyring_copies: tuple[tuple[str, Path], ...] = ()
    call_after_min: int = 30
    sms_a_minute: int = 600
    mail_a_minute: int = 300

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Env":
        """Read the settings.

        Raises:
            BadSetting: a value makes no sense.
        """
        url = environ.get("DATABASE_URL") or None
        if url is not None:
            _check_database(url)
        cert, key = _tls(environ.get("LINLI_TLS_CERT", ""), environ.get("LINLI_TLS_KEY", ""))
        return cls(
            data_dir=Path(environ.get("LINLI_DATA") or "var").absolute(),
            port=_port("LINLI_PORT", environ.get("LINLI_PORT") or "8000"),
            bind=_bind(environ.get("LINLI_BIND") or LOOPBACK),
            url=_url(environ.get("LINLI_URL") or None),
            tls_cert=cert,
            tls_key=key,
            database_url=url,
            map_approval=environ.get("LINLI_MAP_APPROVAL") or None,
            hosts=_hosts(environ.get("LINLI_HOSTS", "")),
            debug=environ.get("LINLI_DEBUG") == "1",
            smtp=_mail_server(environ.get("LINLI_SMTP") or None, environ.get("LINLI_SMTP_FROM", "")),
            smtp_from=environ.get("LINLI_SMTP_FROM", ""),
            sms=_gateway(environ.get("LINLI_SMS") or None, environ.get("LINLI_SMS_KEY", "")),
            sms_key=environ.get("LINLI_SMS_KEY") or None,
            backups_to=_folder("LINLI_BACKUPS", environ.get("LINLI_BACKUPS", "")),
            backups_every_h=_hours("LINLI_BACKUPS_EVERY", environ.get("LINLI_BACKUPS_EVERY") or "24"),
            call_after_min=_minutes("LINLI_CALL_AFTER", environ.get("LINLI_CALL_AFTER") or "30"),
            sms_a_minute=_a_minute("LINLI_SMS_A_MINUTE", environ.get("LINLI_SMS_A_MINUTE") or "600"),
            mail_a_minute=_a_minute("LINLI_MAIL_A_MINUTE", environ.get("LINLI_MAIL_A_MINUTE") or "300"),
            keyring_copies=_copies(environ.get("LINLI_KEYRING_COPIES", "")),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the site answers to beside loopback, as a Host header spells it (IPv6 in brackets)."""
        named = urlsplit(self.url).hostname if self.url else None
        spelled = f"[{named}]" if named and ":" in named else named
        known = () if spelled is None or spelled in (*_LOOPBACK_NAMES, "[::1]") else (spelled,)
        return tuple(dict.fromkeys((*known, *self.hosts)))

    @property
    def behind_proxy(self) -> bool:
        """Whether a proxy on this machine stands in front: who connects is then the proxy, and its word counts."""
        return bool(self.names) and self.tls_cert is None and ip_address(self.bind).is_loopback

    @property
    def site(self) -> str:
        """The address to print and to show, without a slash at its end."""
        if self.url:
            return self.url
        if self.hosts:
            return f"https://{self.hosts[0]}"
        return f"{'https' if self.tls_cert else 'http'}://localhost:{self.port}"


def authority_folder(data_dir: Path) -> Path:
    """Where `linli ca` keeps our own certificate authority and the server's certificate from it."""
    return data_dir / "ca"


def _bind(text: str) -> str:
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError as error:
        raise BadSetting(
            f"LINLI_BIND is {text!r}: it takes an address of this machine, such as 192.168.1.5, or 0.0.0.0 for all."
        ) from error


def _url(text: str | None) -> str | None:
    """The address as a browser spells it: lower case, no port that goes without saying, nothing after the host."""
    if text is None:
        return None
    wrong = BadSetting(f"LINLI_URL is {text!r}: it is like https://linli.example.org, with a port where need be.")
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError as error:
        raise wrong from error
    spelled = f"[{host}]" if ":" in host else host
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    if scheme not in ("http", "https") or len(host) > 253 or not _HOST.fullmatch(spelled) or any(rest):
        raise wrong
    if scheme == "http" and host not in _LOOPBACK_NAMES:
        raise BadSetting(f"LINLI_URL is {text!r}: off this machine it is https, else others could listen and sign in.")
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{spelled}" + (f":{port}" if port not in (None, usual) else "")


def _tls(cert: str, key: str) -> tuple[Path | None, Path | None]:
    if bool(cert) != bool(key):
        raise BadSetting("LINLI_TLS_CERT and LINLI_TLS_KEY belong together: one of them is missing.")
    return (Path(cert).absolute(), Path(key).absolute()) if cert else (None, None)


def _port(setting: str, text: str) -> int:
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= 65535:
        raise BadSetting(f"{setting} is {text!r}: it must be a number from 1 to 65535.")
    return int(text)


def _folder(setting: str, text: str) -> Path | None:
    if text and not Path(text).is_absolute():
        raise BadSetting(f"{setting} is {text!r}: it takes a folder with its whole path, such as /media/disk/linli.")
    return Path(text) if text else None


def _hours(setting: str, text: str) -> int:
    if not _HOURS.fullmatch(text) or not 1 <= int(text) <= 168:
        raise BadSetting(f"{setting} is {text!r}: it takes hours, from 1 to 168.")
    return int(text)


def _minutes(setting: str, text: str) -> int:
    if not _MINUTES.fullmatch(text) or int(text) > 1440:
        raise BadSetting(f"{setting} is {text!r}: it takes minutes, up to 1440.")
    return int(text)


def _a_minute(setting: str, text: str) -> int:
    if not _MESSAGES.fullmatch(text) or int(text) < 1:
        raise BadSetting(f"{setting} is {text!r}: it takes a number of messages, from 1 to 99999.")
    return int(text)


def _copies(text: str) -> tuple[tuple[str, Path], ...]:
    found: dict[str, Path] = {}
    for each in (part.strip() for part in text.split(",") if part.strip()):
        name, _, folder = (part.strip() for part in each.partition("="))
        if (
            not _COPY.fullmatch(name)
            or not Path(folder).is_absolute()
            or name in found
            or Path(folder) in found.values()
        ):
            raise BadSetting(
                f"LINLI_KEYRING_COPIES holds {each!r}: it takes name=/folder, with commas between, each name and "
                "folder once, such as stick=/media/stick/keyring,office=/srv/keyring."
            )
        found[name] = Path(folder)
    return tuple(found.items())


def _gateway(url: str | None, key: str) -> str | None:
    """Looked at before anybody waits for a code. The key is never said again."""
    if url is None or url == DRILL:
        return url
    try:
        parts = urlsplit(url)
        said = (parts.scheme, parts.hostname, parts.port)
    except ValueError as error:
        raise BadSetting("LINLI_SMS names a host or port that makes no sense.") from error
    on_this_machine = said[0] == "http" and said[1] in ("127.0.0.1", "localhost", "::1")
    if not said[1] or not (said[0] == "https" or on_this_machine):
        raise BadSetting("LINLI_SMS is not like https://sms.example.org/send: it must be https and name a host.")
    if len(key) < _SMS_KEY:
        raise BadSetting(f"LINLI_SMS_KEY has {len(key)} characters: requests are signed with {_SMS_KEY} or more.")
    return url


def _mail_server(url: str | None, sender: str) -> str | None:
    """Looked at before anybody waits for a code. The password in it is never said again."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        said = (parts.scheme, parts.hostname, parts.port)
    except ValueError as error:
        raise BadSetting("LINLI_SMTP names a host or port that makes no sense.") from error
    if said[0] not in ("smtp", "smtps") or not said[1]:
        raise BadSetting("LINLI_SMTP is not like smtps://user:password@mail.example.org:465.")
    if sender.count("@") != 1 or any(letter.isspace() for letter in sender):
        raise BadSetting("LINLI_SMTP_FROM must be the address our mail comes from, such as linli@example.org.")
    return url


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name == "*":
            raise BadSetting("LINLI_HOSTS is '*': whoever can send a request could then put any name into our links.")
        if len(name) > 253 or not _HOST.fullmatch(name):
            raise BadSetting(f"LINLI_HOSTS names {name!r}: it takes host names alone, such as linli.example.org.")
    return names


def _check_database(url: str) -> None:
    """Find what is wrong before anything connects. The password in it is never said again."""
    if not url.startswith(_SCHEMES):
        raise BadSetting("DATABASE_URL must begin with postgresql://: Linli runs on PostgreSQL only.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadSetting("DATABASE_URL names a host that makes no sense: look at its brackets.") from error
    query = parse_qs(parts.query)
    port = query.get("port", [parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]])[-1]
    if port:
        _port("The port in DATABASE_URL", port)
    if not parts.path.strip("/"):
        raise BadSetting("DATABASE_URL names no database: it ends like postgresql://user@host/linli.")
