"""How this installation is: facts for the command line, the administrator's page and whoever watches from outside.

One function gathers them; each is data, with a state and, where something is wrong, its remedy. Nothing here needs
Django's settings, makes a key, or starts a database: a doctor who is called because nothing works must not need it.
"""

import functools
import http.client
import json
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.clock import now
from linli.common.errors import LinliError, told_facts
from linli.common.post import BadPost, MailServer, SmsGateway
from linli.conf.env import DRILL, Env
from linli.conf.ways import Way, way_of
from linli.custody.keyring import FIRST, KEY_BYTES
from linli.ops import asking, cluster, layout, scheduled, tls
from linli.ops.cluster import NEEDED_FREE_MB, OLDEST_SERVER, free_mb

COMFORTABLE_FREE_MB = 5 * NEEDED_FREE_MB
WORKER_SILENT_S = 30.0  # one that lives says so every ten seconds
UNSEALED_S = 120.0  # the sealer comes every ten seconds
CLOCK_OFF_S = 5.0
SET_BACK_S = 120.0
ANSWER_WITHIN_S = 2.0
RENEW_DAYS = 21
ALIVE = {"linli": "alive"}

Database = psycopg.Connection[Any]


class State(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at.

    Attributes:
        key: its stable name for programs.
        state: how it is.
        name, sentence, remedy: English msgids; the remedy is empty where nothing is wrong.
        values: what stands in the sentence and the remedy.
        stops: Linli cannot do its work while this is so (`ready`).
    """

    key: str
    state: State
    name: str
    sentence: str
    remedy: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    stops: bool = False

    def told(self) -> dict[str, str]:
        """Key, state, name, sentence and remedy in the language that is active now."""
        values = told_facts(self.values)
        return {
            "key": self.key,
            "state": str(self.state),
            "name": gettext(self.name),
            "sentence": gettext(self.sentence).format(**values),
            "remedy": gettext(self.remedy).format(**values) if self.remedy else "",
        }


def examine(env: Env, database: Database | None, reason: str = "") -> list[Fact]:
    """Every fact, the ones everything stands on first. `reason` says why there is no database."""
    return [
        *essential(env, database, reason),
        *([_trail(database)] if database is not None and _has_tables(database) else []),
        _clock(env.data_dir, database),
        _disk(env),
        _port(env),
        *([_certificate(env)] if env.tls_cert is not None else []),
        *sending(env, real=database is not None and _is_real(database)),
        *([backups(env, now())] if env.backups_to is not None or (database is not None and _is_real(database)) else []),
    ]


def essential(env: Env, database: Database | None, reason: str = "") -> list[Fact]:
    """What Linli cannot work without: database, tables, worker, key."""
    found = [_database(database, reason)]
    if database is not None:
        found.append(_tables(database))
        if _has_tables(database):
            found.append(_worker(database))
    return [*found, _key(env.data_dir)]


def ready(env: Env, database: Database | None) -> dict[str, bool]:
    """Whether each of the essential things is there, by its key."""
    said = {"database": False, "tables": False, "worker": False, "key": False}
    return said | {fact.key: not fact.stops for fact in essential(env, database)}


@contextmanager
def database_of(env: Env) -> Iterator[tuple[Database | None, str]]:
    """A connection of its own to the database where it runs, else None and why. Starts nothing."""
    try:
        opened = psycopg.connect(cluster.database_url(env), connect_timeout=3, autocommit=True)
    except LinliError as error:
        yield None, str(error)
    except psycopg.OperationalError as error:
        yield None, " ".join(str(error).split())
    else:
        with closing(opened):
            yield opened, ""


def _database(database: Database | None, reason: str) -> Fact:
    name = gettext_noop("Database")
    if database is None:
        return Fact(
            "database",
            State.BAD,
            name,
            gettext_noop("The database does not answer. {reason}"),
            gettext_noop("Start Linli with make run. If it runs, read postgres.log in the data folder."),
            {"reason": reason},
            stops=True,
        )
    version = database.info.server_version
    values = {"version": f"{version // 10000}.{version % 10000}", "needed": OLDEST_SERVER}
    if version // 10000 < OLDEST_SERVER:
        return Fact(
            "database",
            State.BAD,
            name,
            gettext_noop("The database is PostgreSQL {version}; Linli needs {needed} or newer."),
            gettext_noop("Let DATABASE_URL name a newer PostgreSQL, or leave it out: Linli brings its own."),
            values,
            stops=True,
        )
    return Fact("database", State.GOOD, name, gettext_noop("PostgreSQL {version} answers."), values=values)


@functools.cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """The steps of the tables that this Linli brings; none where Django is not set up."""
    from django.apps import apps

    if not apps.is_installed("linli.custody"):
        return frozenset()
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None).disk_migrations)


def _tables(database: Database) -> Fact:
    name, done = gettext_noop("Tables"), set()
    if _there(database, "django_migrations"):
        done = {(app, step) for app, step in database.execute("SELECT app, name FROM django_migrations").fetchall()}
    waiting = len(_on_disk() - done)
    if waiting or not done:
        return Fact(
            "tables",
            State.BAD,
            name,
            gettext_noop("The tables are older than this Linli; steps that wait: {waiting}."),
            gettext_noop("Stop Linli and start it again: starting brings the tables up to date."),
            {"waiting": waiting},
            stops=True,
        )
    return Fact("tables", State.GOOD, name, gettext_noop("The tables are those of this Linli."))


def _worker(database: Database) -> Fact:
    name = gettext_noop("Background worker")
    asked = "SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))::float8 FROM procrastinate_workers"
    silent = _one(database, asked)
    remedy = gettext_noop("Stop Linli and start it again; worker.log in the data folder says why it ended.")
    if silent is None:
        return Fact("worker", State.BAD, name, gettext_noop("No background worker runs."), remedy, stops=True)
    values = {"seconds": max(0, round(silent))}
    if silent > WORKER_SILENT_S:
        says = gettext_noop("The background worker has said nothing for {seconds} seconds.")
        return Fact("worker", State.BAD, name, says, remedy, values, stops=True)
    return Fact("worker", State.GOOD, name, gettext_noop("Seen {seconds} seconds ago."), values=values)


def _trail(database: Database) -> Fact:
    """Entries without a seal can still be changed without a trace: they should be seconds old."""
    asked = "SELECT count(*), extract(epoch FROM clock_timestamp() - min(recorded_at))::float8 FROM custody_trailentry"
    found = database.execute(f"{asked} WHERE seal_id IS NULL").fetchone()
    number, oldest = found if found is not None else (0, None)
    name, values = gettext_noop("Trail"), {"number": number, "seconds": round(oldest or 0)}
    if (oldest or 0) > UNSEALED_S:
        return Fact(
            "trail",
            State.WARN,
            name,
            gettext_noop("Entries without a seal: {number}, the oldest for {seconds} seconds."),
            gettext_noop("The background worker seals them: see that it runs, or seal them now with linli trail seal."),
            values,
        )
    return Fact("trail", State.GOOD, name, gettext_noop("Everything older than two minutes is sealed."), values=values)


def _key(data_dir: Path) -> Fact:
    folder, name = data_dir / "keyring", gettext_noop("Keys")
    values: dict[str, object] = {"folder": folder}
    remedy = gettext_noop(
        "Put the copy of the keyring back, as the user Linli runs as. Without it, what was stored stays unreadable."
    )
    try:
        keys = {path.name: path.stat() for path in sorted(folder.glob("*.key"))}
        unfit = [path for path in folder.glob("*.key") if len(path.read_bytes()) != KEY_BYTES]
    except PermissionError:
        says = gettext_noop("The keys in {folder} belong to another user.")
        return Fact("key", State.BAD, name, says, remedy, values, stops=True)
    lost = [f"{name}.key" for name in FIRST if f"{name}.key" not in keys]
    if len(lost) == len(FIRST):
        says = gettext_noop("There is no key in {folder}.")
        first = gettext_noop(
            "Where nothing is stored yet, make run makes one. Else put the copy of the keyring back: without it, "
            "what was stored stays unreadable."
        )
        return Fact("key", State.BAD, name, says, first, values, stops=True)
    if lost or unfit:
        says = gettext_noop("The key {file} is not in {folder}.") if lost else gettext_noop("{file} is not a key.")
        values["file"] = lost[0] if lost else unfit[0].name
        return Fact("key", State.BAD, name, says, remedy, values, stops=True)
    open_to_others = [file for file, said in keys.items() if stat.S_IMODE(said.st_mode) & 0o077]
    if open_to_others or stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Fact(
            "key",
            State.BAD,
            name,
            gettext_noop("Other users of this machine may look into {folder}."),
            gettext_noop("Take their right away: chmod 700 {folder}; chmod 600 {folder}/*.key"),
            values,
        )
    values["number"] = len(keys)
    return Fact("key", State.GOOD, name, gettext_noop("{number} keys, readable by Linli's user only."), values=values)


def _clock(data_dir: Path, database: Database | None) -> Fact:
    name, here = gettext_noop("Clock"), now()
    remedy = gettext_noop("Set this machine's clock, and let it be kept by NTP (timedatectl set-ntp true).")
    told = None if database is None else _one(database, "SELECT clock_timestamp()")
    off = abs((here - told).total_seconds()) if told is not None else 0.0
    if off > CLOCK_OFF_S:
        says = gettext_noop("This machine's clock and the database's are {seconds} seconds apart.")
        return Fact("clock", State.BAD, name, says, remedy, {"seconds": round(off)})
    if (off := _ahead_s(data_dir, here)) > SET_BACK_S:
        says = gettext_noop(
            "The clock was set back, or is wrong: files in the data folder are {seconds} seconds newer."
        )
        return Fact("clock", State.BAD, name, says, remedy, {"seconds": round(off)})
    says = gettext_noop("It is {at}; the database and the files agree.")
    return Fact("clock", State.GOOD, name, says, values={"at": here})


def _ahead_s(data_dir: Path, here: datetime) -> float:
    """How many seconds the newest file of the data folder lies in the future; a fresh one is made to be sure."""
    newest = 0.0
    try:
        with tempfile.TemporaryFile(dir=data_dir) as fresh:
            fresh.write(b"x")
            fresh.flush()
            newest = Path(f"/proc/self/fd/{fresh.fileno()}").stat().st_mtime
        newest = max(newest, *(path.stat().st_mtime for path in data_dir.iterdir()))
    except (OSError, TypeError):  # not ours to write, or files that go while we look: the database's clock is enough
        return 0.0
    return (datetime.fromtimestamp(newest, UTC) - here).total_seconds()


def _disk(env: Env) -> Fact:
    places = [env.data_dir]
    if env.database_url is None:
        try:
            places.append(layout.find(env.data_dir).home)
        except LinliError:
            places = places[:1]  # the fact about the database says so
    where = min(places, key=free_mb)
    values = {"free_mb": free_mb(where), "needed_mb": NEEDED_FREE_MB, "where": where}
    name, says = gettext_noop("Disk"), gettext_noop("{free_mb} MB are free where {where} lies.")
    if values["free_mb"] < NEEDED_FREE_MB:  # type: ignore[operator]
        remedy = gettext_noop("Free at least {needed_mb} MB; below that, Linli does not start.")
        return Fact("disk", State.BAD, name, says, remedy, values)
    if values["free_mb"] < COMFORTABLE_FREE_MB:  # type: ignore[operator]
        remedy = gettext_noop("Free some soon: below {needed_mb} MB, Linli does not start.")
        return Fact("disk", State.WARN, name, says, remedy, values)
    return Fact("disk", State.GOOD, name, says, values=values)


def sending(env: Env, *, real: bool) -> list[Fact]:
    """Whether codes can be sent by e-mail and by short message: each way that is set, and that none is."""
    found = [*([_mail(env)] if env.smtp is not None else []), *([_sms(env, real=real)] if env.sms is not None else [])]
    if found or not real:
        return found
    remedy = gettext_noop(
        "The desk prints them on paper meanwhile. To send them, set LINLI_SMTP or LINLI_SMS: docs/how-to/send-codes.md."
    )
    return [Fact("sending", State.WARN, gettext_noop("Sending codes"), gettext_noop("No way is set."), remedy)]


def _mail(env: Env) -> Fact:
    try:
        server = MailServer.at(env.smtp or "", env.smtp_from)
    except BadPost as problem:
        return _unset("mail", gettext_noop("Codes by e-mail"), problem)
    return _answers("mail", gettext_noop("Codes by e-mail"), server.host, server.port)


def _sms(env: Env, *, real: bool) -> Fact:
    name = gettext_noop("Codes by short message")
    if env.sms == DRILL:
        if not real:
            return Fact("sms", State.GOOD, name, gettext_noop("A drill: they are written down and go to nobody."))
        remedy = gettext_noop("Let LINLI_SMS name your gateway, or leave it out: the desk prints codes on paper.")
        says = gettext_noop("LINLI_SMS is set for a drill, and this city is real: nothing is sent.")
        return Fact("sms", State.WARN, name, says, remedy)
    try:
        gateway = urlsplit(SmsGateway.at(env.sms or "", env.sms_key or "").url)
    except BadPost as problem:
        return _unset("sms", name, problem)
    return _answers("sms", name, gateway.hostname or "", gateway.port or (443 if gateway.scheme == "https" else 80))


def _unset(key: str, name: str, problem: BadPost) -> Fact:
    says = gettext_noop("The setting makes no sense: {why}.")
    remedy = gettext_noop("Until it is put right nobody gets a code this way; the desk prints them on paper.")
    return Fact(key, State.BAD, name, says, remedy, {"why": str(problem)})


def _answers(key: str, name: str, host: str, port: int) -> Fact:
    """Whether somebody listens there; nothing is sent, and no password is shown."""
    values = {"host": host, "port": port}
    try:
        socket.create_connection((host, port), timeout=ANSWER_WITHIN_S).close()
    except OSError:
        remedy = gettext_noop(
            "Codes are tried again for two minutes and then given up, and the page says so; the desk prints them on "
            "paper. Look at the setting, the network and the firewall."
        )
        return Fact(key, State.BAD, name, gettext_noop("{host}:{port} does not answer."), remedy, values)
    return Fact(key, State.GOOD, name, gettext_noop("{host}:{port} answers."), values=values)


def _port(env: Env) -> Fact:
    name, values = gettext_noop("Port"), {"port": env.port}
    answered = _asked(env)
    if answered is None:
        says = gettext_noop("Nobody answers on port {port}.")
        return Fact("port", State.BAD, name, says, gettext_noop("Start Linli with make run."), values)
    if answered != ALIVE:
        says = gettext_noop("Another program answers on port {port}.")
        return Fact(
            "port",
            State.BAD,
            name,
            says,
            gettext_noop("Stop that program, or give Linli another port with LINLI_PORT."),
            values,
        )
    return Fact("port", State.GOOD, name, gettext_noop("Linli answers on port {port}."), values=values)


def _asked(env: Env) -> object:
    """What the port answers to /healthz; None where nobody listens."""
    asked = asking.connection(env, ANSWER_WITHIN_S)
    try:
        asked.request("GET", "/healthz")
        return json.loads(asked.getresponse().read(1000))
    except (ConnectionRefusedError, TimeoutError):
        return None
    except (OSError, http.client.HTTPException, ValueError):
        return "something else"
    finally:
        asked.close()


def _certificate(env: Env) -> Fact:
    """The pair where the settings say: what is served now may be an older copy of it."""
    name, at = gettext_noop("Certificate"), now()
    try:
        pair = tls.pair(env, at)
        assert pair is not None
    except LinliError as error:
        remedy = gettext_noop("Put it right; Linli takes it up without a restart. How: docs/how-to/serve-over-https.md")
        return Fact("certificate", State.BAD, name, error.sentence, remedy, error.facts)
    days = (pair.until - at).days
    values = {"until": pair.until, "days": days}
    says = gettext_noop("The certificate is valid until {until}, for {days} more days.")
    if days < RENEW_DAYS:
        own = way_of(env) is Way.OFFICE
        remedy = gettext_noop("Renew it: linli ca issue") if own else gettext_noop("Renew it where it came from.")
        return Fact("certificate", State.WARN, name, says, remedy, values)
    return Fact("certificate", State.GOOD, name, says, values=values)


def backups(env: Env, at: datetime) -> Fact:
    """When the last backup succeeded, and whether it was restored to see that it can be."""
    name, known = gettext_noop("Backup"), scheduled.status(env.data_dir)
    where = env.backups_to
    values: dict[str, object] = {"made": known.made, "proved": known.proved, "code": known.failed, "where": where}
    by_hand = gettext_noop(
        "Make one now: linli backup. For one every day, set LINLI_BACKUPS to a folder on another disk."
    )
    if known.made is None and not known.failed:
        waits = gettext_noop("The first one by the clock is made within the hour. Now: linli backup")
        says = gettext_noop("There is no backup.")
        return Fact("backup", State.WARN if where else State.BAD, name, says, waits if where else by_hand, values)
    if known.failed:
        says = gettext_noop("The last try failed [{code}]; the last backup that succeeded shows {made}.")
        if known.made is None:
            says = gettext_noop("The only try failed [{code}]; there is no backup.")
        remedy = gettext_noop("Run linli backup: it says what is wrong. The codes stand in docs/how-to/back-up.md.")
        return Fact("backup", State.BAD, name, says, remedy, values)
    assert known.made is not None
    if at - known.made > timedelta(hours=2 * env.backups_every_h):
        waits = gettext_noop("See that the background worker runs and {where} can be written. Now: linli backup")
        says = gettext_noop("The last backup is too old: it shows {made}.")
        return Fact("backup", State.BAD, name, says, waits if where else by_hand, values)
    if known.proved is None:
        says = gettext_noop("The last backup shows {made}; it was not yet restored to see that it can be.")
        remedy = gettext_noop("With LINLI_BACKUPS set that happens by itself within the hour.")
        return Fact("backup", State.WARN, name, says, remedy, values)
    says = gettext_noop("The last backup shows {made}; it was restored on trial at {proved}.")
    return Fact("backup", State.GOOD, name, says, values=values)


def _is_real(database: Database) -> bool:
    """Whether a city is there that is not made up; tables older than this Linli may lack it."""
    return _there(database, "people_city") and _one(database, "SELECT bool_or(NOT synthetic) FROM people_city") is True


def _has_tables(database: Database) -> bool:
    return all(_there(database, table) for table in ("procrastinate_workers", "custody_trailentry"))


def _there(database: Database, table: str) -> bool:
    return _one(database, "SELECT to_regclass(%s) IS NOT NULL", table) is True


def _one(database: Database, query: str, *values: object) -> Any:
    found = database.execute(query, values).fetchone()
    return found[0] if found is not None else None
