"""The backups: how old the last one is, and whether it was restored on trial."""

from datetime import datetime, timedelta

from django.utils.translation.trans_null import gettext_noop

from linli.conf.env import Env
from linli.ops import scheduled
from linli.ops.doctor.fact import Fact, State


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
