"""The ways custody says no.

LinliError
├── Refused
│   ├── MayNotReveal   the caller's role does not unmask this
│   └── TooManyReveals the caller unmasked too much in too short a time
├── Refused
│   ├── MayNotTakeOut  the caller's role does not take this list out
│   ├── TooManyRows    more than one file may hold
│   ├── NotTheSecond   whoever asked cannot be the second person too
│   └── NotYourself    a phone that acts for another takes nobody's data out
├── Refused
│   ├── TooOften       one place asked too often (status 429)
│   ├── ProofNotWritten the file is there already, or cannot be made
│   ├── ProofTooLong   too much for one answer of the web server
│   └── KeyringError   the keyring cannot be used; one class for each reason
├── Conflict
│   ├── HeldOver       what was looked through is no longer held
│   ├── ExportWaits    a file that waits for a second person
│   ├── ExportOver     a file that is gone: its time is over, it was declined or taken back
│   └── ExportDecided  somebody has decided about a file already
└── Invalid
    ├── ReasonMissing  a reveal without one of the listed reasons
    ├── PurposeMissing a file without one of the listed purposes
    ├── ColumnsMissing a file without a column, or with one that is not offered
    └── NobodyInList   a file that would hold nobody
"""

from django.utils.translation.trans_null import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class MayNotReveal(Refused):
    code = "may_not_reveal"
    sentence = gettext_noop("Your role does not allow this to be shown in full.")


class TooManyReveals(Refused):
    code = "too_many_reveals"
    sentence = gettext_noop(
        "You have had {most} entries shown in full within an hour. Please wait, or ask a colleague."
    )
    status = 429


class TooOften(Refused):
    code = "too_often"
    sentence = gettext_noop("That was too often in a short time. Please try again in {seconds} seconds.")
    status = 429


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = gettext_noop("Please say why this has to be shown in full.")


class ProofNotWritten(Refused):
    code = "proof_not_written"
    sentence = gettext_noop("No proof was written to {path}: {reason}.")


class ProofTooLong(Refused):
    code = "proof_too_long"
    sentence = gettext_noop(
        "This proof takes {links} links of the trail, and a page gives at most {most}. "
        "At the machine's own terminal: linli trail proof --subject {subject} --out FILE"
    )


class KeyringError(Refused):
    """The keyring cannot be used. Told before Django is set up, so `str(error)` is the English sentence."""

    code = "keyring"
    sentence = gettext_noop("The keyring cannot be used.")


class KeyMissing(KeyringError):
    code = "key_missing"
    sentence = gettext_noop(
        "The key {name} is not in {where}, and there is data that it belongs to. No new one was made over it. "
        "Bring the keyring back: linli keys recover, or linli keys import."
    )


class KeyNotOurs(KeyringError):
    code = "key_not_ours"
    sentence = gettext_noop("The key {name} belongs to another user. Run Linli as the user who owns {where}.")


class KeyDamaged(KeyringError):
    code = "key_damaged"
    sentence = gettext_noop("{path} is not a key: it has {found} bytes instead of {needed}. Restore the keyring.")


class KeyNotWritten(KeyringError):
    code = "key_not_written"
    sentence = gettext_noop("No key can be written to {where}: {reason}")


class NoSuchCopy(KeyringError):
    code = "no_such_keyring_copy"
    sentence = gettext_noop("LINLI_KEYRING_COPIES names no copy {name}. It names: {names}.")


class CopyOutOfReach(KeyringError):
    code = "keyring_copy_out_of_reach"
    sentence = gettext_noop(
        "The copy {name} of the keyring cannot be used: {where} is not there, or cannot be written. "
        "Nothing was changed. Plug it in, or make the folder."
    )


class CopiesDiffer(KeyringError):
    code = "keyring_copies_differ"
    sentence = gettext_noop(
        "The copy {name} in {where} is of another keyring: its {key} is another key. Nothing was changed."
    )


class SealedKeyringUnreadable(KeyringError):
    code = "sealed_keyring_unreadable"
    sentence = gettext_noop(
        "{path} cannot be opened: the passphrase is another one, or the file is no sealed keyring or was changed. "
        "Nothing was changed."
    )


class DestructionListUnreadable(KeyringError):
    code = "destruction_list_unreadable"
    sentence = gettext_noop(
        "The destruction list {path} makes no sense in line {line}. Nothing is opened before it is mended: "
        "what was destroyed could come back."
    )


class HeldOver(Conflict):
    code = "held_over"
    sentence = gettext_noop(
        "What you looked through is no longer held: it was taken, or an hour has passed. Look again."
    )


class MayNotTakeOut(Refused):
    code = "may_not_take_out"
    sentence = gettext_noop("Your role does not take this list out.")


class PurposeMissing(Invalid):
    code = "purpose_missing"
    sentence = gettext_noop("Please say what the list is for.")


class ColumnsMissing(Invalid):
    code = "columns_missing"
    sentence = gettext_noop("Please choose what the list shows.")


class NobodyInList(Invalid):
    code = "nobody_in_list"
    sentence = gettext_noop("There is nobody in this list.")


class TooManyRows(Refused):
    code = "too_many_rows"
    sentence = gettext_noop("This list has {rows} rows, and one file holds at most {most}. Take out a part of it.")


class NotTheSecond(Refused):
    code = "not_the_second"
    sentence = gettext_noop("You asked for this list yourself. Somebody else has to confirm it.")


class ExportWaits(Conflict):
    code = "export_waits"
    sentence = gettext_noop("List {number} waits for a second person. Until they confirm it, nobody has it.")


class ExportOver(Conflict):
    code = "export_over"
    sentence = gettext_noop("List {number} is gone: its time is over, or it was declined or taken back.")


class ExportDecided(Conflict):
    code = "export_decided"
    sentence = gettext_noop("Somebody has decided about list {number} already, or its time is over.")


class NotYourself(Refused):
    code = "not_yourself"
    sentence = gettext_noop(
        "On this phone you act for somebody else. They take their own data out on a phone of their own."
    )
