"""Configuration: one frozen value, read once, failing at the start with the name of what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BadSetting(Exception):
    """A setting has a value that makes no sense; the message names it."""


@dataclass(frozen=True, slots=True)
class Env:
    """What the surroundings decide. Every name is listed in docs/reference/settings.md.

    Attributes:
        data_dir: where database, keyring and files live (LINLI_DATA, default ./var).
        port: where the web server listens (LINLI_PORT, default 8000).
        database_url: a PostgreSQL 15 or newer (DATABASE_URL); None means our own under data_dir.
        map_approval: the approval number (审图号) of a public map (LINLI_MAP_APPROVAL); without it, lists.
        hosts: names the site answers to beside loopback (LINLI_HOSTS, comma-separated).
        debug: never in service (LINLI_DEBUG=1).
    """

    data_dir: Path
    port: int = 8000
    database_url: str | None = None
    map_approval: str | None = None
    hosts: tuple[str, ...] = ()
    debug: bool = False

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Env":
        """Read the settings.

        Raises:
            BadSetting: a value makes no sense.
        """
        port_text = environ.get("LINLI_PORT") or "8000"
        if not port_text.isdigit() or not 1 <= int(port_text) <= 65535:
            raise BadSetting(f"LINLI_PORT is {port_text!r}: it must be a number from 1 to 65535.")
        url = environ.get("DATABASE_URL") or None
        if url is not None and not url.startswith(("postgres://", "postgresql://")):
            raise BadSetting("DATABASE_URL must begin with postgresql://: Linli runs on PostgreSQL only.")
        return cls(
            data_dir=Path(environ.get("LINLI_DATA") or "var").absolute(),
            port=int(port_text),
            database_url=url,
            map_approval=environ.get("LINLI_MAP_APPROVAL") or None,
            hosts=tuple(name.strip() for name in environ.get("LINLI_HOSTS", "").split(",") if name.strip()),
            debug=environ.get("LINLI_DEBUG") == "1",
        )
