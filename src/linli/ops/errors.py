"""The ways in which the machine under Linli can say no.

Told on a terminal before Django is set up, so `str(error)` is the English sentence.
"""

from django.utils.translation.trans_null import gettext_noop

from linli.common.errors import Conflict, Refused


class DatabaseBroken(Refused):
    code = "database_broken"
    sentence = gettext_noop("The database could not be started: {reason} The log is {log}.")


class DatabaseLost(Refused):
    code = "database_lost"
    sentence = gettext_noop("The database stopped answering in the middle: {reason} What was not finished was undone.")


class DatabaseTooOld(Refused):
    code = "database_too_old"
    sentence = gettext_noop("DATABASE_URL names a PostgreSQL {found}; Linli needs {needed} or newer.")


class DatabaseUnreachable(Refused):
    code = "database_unreachable"
    sentence = gettext_noop("The database that DATABASE_URL names does not answer: {reason}")


class OtherVersion(Refused):
    code = "database_of_other_version"
    sentence = gettext_noop(
        "The data in {where} was made by PostgreSQL {found}, and this Linli runs PostgreSQL {needed}. "
        "Nothing was started or changed. Start the Linli it was made with, or set LINLI_DATA to another folder."
    )


class DataInUse(Conflict):
    code = "data_in_use"
    sentence = gettext_noop(
        "Another Linli uses the data in {where}: {who}. Stop it, or set LINLI_DATA to another folder."
    )


class DataNotOurs(Refused):
    code = "data_not_ours"
    sentence = gettext_noop(
        "The data in {where} belongs to the user {owner}. Run Linli as that user, or set LINLI_DATA to another folder."
    )


class DataNotWritable(Refused):
    code = "data_not_writable"
    sentence = gettext_noop(
        "The folder {where} cannot be written: {reason} Give it to the user {user}, or set LINLI_DATA to another."
    )


class DataOutOfReach(Refused):
    code = "data_out_of_reach"
    sentence = gettext_noop(
        "The user {user} can no longer reach the database in {where}, where it was made. "
        "Let that user enter the folders above it, or move it and set LINLI_DATA."
    )


class NoServerUser(Refused):
    code = "no_server_user"
    sentence = gettext_noop(
        "PostgreSQL refuses to run as root, and the system user {user} does not exist. "
        "`make setup` creates it; or run Linli as an ordinary user."
    )


class NoRoom(Refused):
    code = "disk_full"
    sentence = gettext_noop(
        "Only {free_mb} MB are free where {where} lies; Linli needs {needed_mb} MB. Free some, or set LINLI_DATA."
    )


class PortTaken(Conflict):
    code = "port_taken"
    sentence = gettext_noop(
        "Port {port} is taken by another program. Stop it, or choose another: LINLI_PORT={other} make run"
    )


class PortForbidden(Refused):
    code = "port_forbidden"
    sentence = gettext_noop(
        "The user {user} may not listen on port {port}: those below 1024 are root's. "
        "Choose another: LINLI_PORT={other} make run"
    )


class AddressNotHere(Refused):
    code = "address_not_here"
    sentence = gettext_noop(
        "LINLI_BIND names {address}, which is no address of this machine now. "
        "Set it to one that is, or to 0.0.0.0 for all."
    )


class TlsUnreadable(Refused):
    code = "tls_unreadable"
    sentence = gettext_noop(
        "{file} cannot be read by the user {user}, as whom Linli runs: {reason} Let that user read it."
    )


class TlsUnusable(Refused):
    code = "tls_unusable"
    sentence = gettext_noop("{file} holds no {what} in PEM form. LINLI_TLS_CERT and LINLI_TLS_KEY name such files.")


class TlsMismatch(Refused):
    code = "tls_mismatch"
    sentence = gettext_noop(
        "The certificate {cert} does not match the key {key}. Name the two that were made together."
    )


class TlsExpired(Refused):
    code = "tls_expired"
    sentence = gettext_noop("The certificate {cert} was valid until {until}. Renew it; one of our own: linli ca issue.")


class TlsNotYet(Refused):
    code = "tls_not_yet"
    sentence = gettext_noop(
        "The certificate {cert} is valid only from {since}. Look at this machine's clock, or take the one before."
    )


class TlsWrongName(Refused):
    code = "tls_wrong_name"
    sentence = gettext_noop(
        "The certificate {cert} is for {names}, and LINLI_URL says {host}: every browser would warn. "
        "Get one for that name, or mend LINLI_URL."
    )


class NoAuthority(Refused):
    code = "no_authority"
    sentence = gettext_noop("There is no certificate authority in {where} yet. Make one: linli ca make")


class AuthorityThere(Conflict):
    code = "authority_there"
    sentence = gettext_noop(
        "There is a certificate authority in {where} already, and phones may trust it. Nothing was changed. "
        "A new certificate from it: linli ca issue"
    )


class AuthorityOver(Refused):
    code = "authority_over"
    sentence = gettext_noop(
        "The certificate authority in {where} was valid until {until}. Move that folder away and make another: "
        "linli ca make. Every phone has to be given the new one."
    )


class OutsideAuthority(Refused):
    code = "outside_authority"
    sentence = gettext_noop(
        "This certificate authority may vouch only for {allowed}, and {name} is not among them. "
        "Move {where} away and make another for it: linli ca make. Every phone has to be given the new one."
    )


class NoAddress(Refused):
    code = "no_address"
    sentence = gettext_noop(
        "This machine has no address in a network now, and none was named. Connect it, or say --address."
    )


class RealCityAsRoot(Refused):
    code = "real_city_as_root"
    sentence = gettext_noop(
        "A real city is not served as root, and the user {user} cannot run {python}. Put the checkout and its "
        "Python where that user can reach them (such as /opt/linli), or run Linli as an ordinary user."
    )


class ToolMissing(Refused):
    code = "tool_missing"
    sentence = gettext_noop("{tool} is not on this machine. {remedy}")


class ChildEnded(Refused):
    code = "child_ended"
    sentence = gettext_noop("The {name} ended by itself (exit code {exit_code}). {seen}")


class DatabaseNewer(Refused):
    code = "database_newer"
    sentence = gettext_noop(
        "These tables were made by a newer Linli: this one does not know the step {step}, one of {number}. "
        "Install that Linli; nothing was changed."
    )


class UpgradeNeeded(Refused):
    code = "upgrade_needed"
    sentence = gettext_noop(
        "The tables are older than this Linli, and there is real data in them. Stop Linli and bring them up to date, "
        "with a backup first: linli upgrade"
    )


class NoBackup(Refused):
    code = "no_backup"
    sentence = gettext_noop("In {where} there is no finished backup: it has no manifest.")


class BackupAltered(Refused):
    code = "backup_altered"
    sentence = gettext_noop(
        "This backup is cut short or was changed: {file} is not what was written. Take another one."
    )


class BackupNewer(Refused):
    code = "backup_newer"
    sentence = gettext_noop("This backup was made by a newer Linli ({made_by}). Install that one; nothing was changed.")


class BackupKeyMissing(Refused):
    code = "backup_key_missing"
    sentence = gettext_noop(
        "The key {key} that this backup needs is neither in the keyring nor in a copy that can be reached, or is "
        "another one there. Bring it back: linli keys recover, or linli keys import."
    )


class BackupDestroyed(Refused):
    code = "backup_destroyed"
    sentence = gettext_noop("The key of this backup was destroyed on {at}: nobody can read it any more.")


class BackupNoRoom(Refused):
    code = "backup_no_room"
    sentence = gettext_noop(
        "The disk of {where} has no room for the backup: {reason} No backup was made, and what was begun is removed. "
        "Free some, or name another folder with --to."
    )


class BackupNotWritten(Refused):
    code = "backup_not_written"
    sentence = gettext_noop("No backup can be written to {where}: {reason}")


class BackupBroken(Refused):
    code = "backup_broken"
    sentence = gettext_noop("PostgreSQL could not finish: {reason} Nothing was left behind.")


class RestoreNotEmpty(Conflict):
    code = "restore_not_empty"
    sentence = gettext_noop(
        "There is a database in {where} already. A backup is restored into an empty place only: "
        "set LINLI_DATA to another."
    )


class RestoreElsewhere(Refused):
    code = "restore_elsewhere"
    sentence = gettext_noop("A backup is restored into a database of Linli's own: start this without DATABASE_URL.")


class RestoreUnlike(Refused):
    code = "restore_unlike"
    sentence = gettext_noop("What was restored is not what the manifest says: {what}. Nothing was opened.")
