"""The machine that Linli stands on: its clock, and the room on its disks."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation.trans_null import gettext_noop

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.ops import layout
from linli.ops.cluster import NEEDED_FREE_MB, free_mb
from linli.ops.doctor.database import Database, one
from linli.ops.doctor.fact import Fact, State

COMFORTABLE_FREE_MB = 5 * NEEDED_FREE_MB
CLOCK_OFF_S = 5.0
SET_BACK_S = 120.0


def clock(data_dir: Path, database: Database | None) -> Fact:
    """Whether this machine's clock, the database's and the files' agree."""
    name, here = gettext_noop("Clock"), now()
    remedy = gettext_noop("Set this machine's clock, and let it be kept by NTP (timedatectl set-ntp true).")
    told = None if database is None else one(database, "SELECT clock_timestamp()")
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


def disk(env: Env) -> Fact:
    """How much is free on the fuller of the disks of the data folder and the database."""
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
