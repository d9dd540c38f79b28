"""The ways access says no.

LinliError
├── Refused
│   ├── MayNotGrant           the caller grants no such role there
│   ├── NeedsSecond           this role needs a second administrator
│   ├── OwnRequest            nobody seconds what they asked for themselves
│   ├── OwnRole               nobody gives themselves a role
│   ├── AskerGone             whoever asked for a second administrator is none any more
│   ├── AccountClosed         a closed account gets no role and no link
│   ├── LinkSpent             a one-time link is unknown, used or too old
│   ├── OnlyOnSynthetic       one-time links exist only on a synthetic city
│   ├── TokenScope            the token's scopes do not cover this
│   ├── CodesNotSent          nothing is set up that would send a code that way
│   ├── CodeOld               a one-time code is older than ten minutes, or none was asked for here
│   ├── CodeSpent             a one-time code was used already
│   ├── CodeTriedOut          a one-time code was typed wrongly five times
│   ├── PaperSpent            a code on paper is unknown, used or too old
│   ├── NoRoleForPhone        the account holds no role here that comes in by QR and PIN
│   ├── RoleOver              the role that a QR or a phone opens has ended
│   ├── PhoneOut              a phone is signed out: ended, or the PIN was wrong five times
│   ├── PinAsked              a form was sent from a phone that waits for its PIN
│   ├── FirstTriesSpent       this device has tried too many first codes (status 429)
│   ├── TooBusy               too many sign in at once (status 503)
│   └── LaneFull              too many requests of one kind at once (status 503)
├── Conflict
│   ├── NameTaken             an account of that name exists
│   ├── AlreadyGranted        the request was granted, or the grant revoked, meanwhile
│   ├── AlreadyHeld           the account holds that role there already
│   ├── OtherAccountHere      somebody else is signed in in this browser
│   └── FirstIsThere          there is an administrator already
└── Invalid
    ├── CodeWrong             a one-time code was typed wrongly
    ├── PinWrong              a PIN was typed wrongly
    ├── PinShape              a PIN that is not six to twelve digits
    ├── PinRepeats            a PIN of digits that repeat
    ├── PinInARow             a PIN of digits in a row
    ├── PinDate               a PIN that reads as a day
    ├── PinsDiffer            the PIN was not typed the same twice
    ├── NotReachable          neither a mobile number nor an e-mail address
    ├── NoSuchRole            not a role of the table
    ├── WrongLevel            the role does not sit at an area of that level
    ├── NoSuchScope           not a scope of the API
    ├── BadKeyName            a program's key without a name
    ├── MissingUnit           a liaison without a unit
    ├── BadPeriod             a role begins in the past, or ends before it begins
    ├── NoSuchAccount         no account has that login name
    ├── PasswordsDiffer       the password was not typed the same twice
    ├── BadLogin              a login name with a character that none has
    ├── LoginOfAnother        a login name that stands for somebody else
    ├── BadAccount            a name or a password that will not do
    ├── WrongFirstCode        not the code that the terminal printed last, or too old
    ├── NoFactorReason        a second step is reset for one of the listed reasons
    └── BadToken              a token that is unknown, expired or revoked (status 401)
"""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class MayNotGrant(Refused):
    code = "may_not_grant"
    sentence = gettext_noop("You cannot grant this role here.")


class NeedsSecond(Refused):
    code = "needs_second"
    sentence = gettext_noop("This role needs a second administrator, or the machine's own terminal.")


class OwnRequest(Refused):
    code = "own_request"
    sentence = gettext_noop("You asked for this yourself: another administrator has to confirm it.")


class OwnRole(Refused):
    code = "own_role"
    sentence = gettext_noop("Nobody gives themselves a role: ask another who may grant it.")


class AskerGone(Refused):
    code = "asker_gone"
    sentence = gettext_noop("Whoever asked for this is no administrator any more. Decline it, and ask anew.")


class AccountClosed(Refused):
    code = "account_closed"
    sentence = gettext_noop("This account is closed. An administrator can open it again.")


class LinkSpent(Refused):
    code = "link_spent"
    sentence = gettext_noop("This link has been used or is too old. Ask for a fresh one.")


class OnlyOnSynthetic(Refused):
    code = "only_on_synthetic"
    sentence = gettext_noop("One-time links exist only on a synthetic city.")


class TokenScope(Refused):
    code = "token_scope"
    sentence = gettext_noop("This key does not cover that. It would need: {scope}.")


class FirstTriesSpent(Refused):
    code = "first_tries_spent"
    sentence = gettext_noop(
        "{most} codes were tried from this device, and none was right. Print a fresh one at the machine, with "
        "linli first-code, and try again."
    )
    status = 429


class TooBusy(Refused):
    code = "too_busy"
    sentence = gettext_noop("Many people are signing in at this moment. Please try again in a few seconds.")
    status = 503


class LaneFull(Refused):
    code = "busy"
    sentence = gettext_noop("Many people are here at this moment. Please try again in {seconds} seconds.")
    status = 503


class NameTaken(Conflict):
    code = "name_taken"
    sentence = gettext_noop("There is an account named {username} already.")


class AlreadyGranted(Conflict):
    code = "already_granted"
    sentence = gettext_noop("Somebody has decided this meanwhile.")


class AlreadyHeld(Conflict):
    code = "already_held"
    sentence = gettext_noop("This account holds that role there already. End it first to give it for another time.")


class SomebodyElses(Conflict):
    code = "somebody_elses"
    sentence = gettext_noop("This account stands for somebody else already, or this person for another account.")


class FirstIsThere(Conflict):
    code = "first_is_there"
    sentence = gettext_noop(
        "There is an administrator already, who makes every further account. At the machine's own terminal, linli "
        "access administrator makes another."
    )


class NoSuchRole(Invalid):
    code = "no_such_role"
    sentence = gettext_noop("There is no role of that name.")


class WrongLevel(Invalid):
    code = "wrong_level"
    sentence = gettext_noop("This role cannot be held over an area of that kind.")


class NoSuchScope(Invalid):
    code = "no_such_scope"
    sentence = gettext_noop("There is no scope named {scope}.")


class BadKeyName(Invalid):
    code = "bad_key_name"
    sentence = gettext_noop("Please give the key a name, so that you know later which program has it.")


class BadToken(Invalid):
    code = "bad_token"
    sentence = gettext_noop("This key is unknown, has expired or was withdrawn.")
    status = 401


class BadAccount(Invalid):
    code = "bad_account"
    sentence = gettext_noop("This account cannot be made. {what}")


class MissingUnit(Invalid):
    code = "missing_unit"
    sentence = gettext_noop("Which unit does this liaison speak for?")


class BadPeriod(Invalid):
    code = "bad_period"
    sentence = gettext_noop("A role begins today or later, and its last day is not before its first.")


class NoSuchAccount(Invalid):
    code = "no_such_account"
    sentence = gettext_noop("There is no account with the login name {username}.")


class PasswordsDiffer(Invalid):
    code = "passwords_differ"
    sentence = gettext_noop("The two passwords are not the same. Please type both again.")


class BadLogin(Invalid):
    code = "bad_login"
    sentence = gettext_noop("A login name has letters, digits and . _ @ + - without spaces, at most 60.")


class LoginOfAnother(Invalid):
    code = "login_of_another"
    sentence = gettext_noop("The login name {username} stands for somebody else, here or in another row.")


class CodesNotSent(Refused):
    code = "codes_not_sent"
    sentence = gettext_noop("No code can be sent that way from here. The desk of your community can print one for you.")


class CodeOld(Refused):
    code = "code_old"
    sentence = gettext_noop("This code is too old. Ask for a new one.")


class CodeSpent(Refused):
    code = "code_spent"
    sentence = gettext_noop("This code has been used. Ask for a new one.")


class CodeTriedOut(Refused):
    code = "code_tried_out"
    sentence = gettext_noop("That was wrong five times, so this code is gone. Ask for a new one.")


class PaperSpent(Refused):
    code = "paper_spent"
    sentence = gettext_noop("This code is wrong, was used or is older than ten minutes. The desk can print another.")


class CodeWrong(Invalid):
    code = "code_wrong"
    sentence = gettext_noop("This is not the code that was sent. Tries left: {left}.")


class NotReachable(Invalid):
    code = "not_reachable"
    sentence = gettext_noop("A code can be sent to a mobile number of 11 digits or to an e-mail address.")


class WrongFirstCode(Invalid):
    code = "wrong_first_code"
    sentence = gettext_noop(
        "This is not the code that the machine printed last, or it is too old. Look at the newest one in the terminal."
    )


class NoFactorReason(Invalid):
    code = "no_factor_reason"
    sentence = gettext_noop("Please say why the second step has to be set up anew.")


class NoRoleForPhone(Refused):
    code = "no_role_for_phone"
    sentence = gettext_noop(
        "{name} holds no role that you give and that comes in by a QR. Give the role first; it must have begun."
    )


class RoleOver(Refused):
    code = "role_over"
    sentence = gettext_noop("The role that this was made for has ended. Ask the desk.")


class PhoneOut(Refused):
    code = "phone_out"
    sentence = gettext_noop(
        "This phone is signed out: somebody ended it, the role is over, or the PIN was wrong five times. The desk can "
        "show you a new QR."
    )


class PinAsked(Refused):
    code = "pin_asked"
    sentence = gettext_noop("Nobody used this phone for a while, so it asks for your PIN. Nothing was sent yet.")


class OtherAccountHere(Conflict):
    code = "other_account_here"
    sentence = gettext_noop("{name} is signed in on this phone. Sign them out here first.")


class PinWrong(Invalid):
    code = "pin_wrong"
    sentence = gettext_noop("This is not the PIN of this phone. Tries left: {left}.")


class PinShape(Invalid):
    code = "pin_shape"
    sentence = gettext_noop("A PIN has {least} to {most} digits and nothing else.")


class PinRepeats(Invalid):
    code = "pin_repeats"
    sentence = gettext_noop("These digits repeat, which others try first. Please choose another PIN.")


class PinInARow(Invalid):
    code = "pin_in_a_row"
    sentence = gettext_noop("These digits stand in a row, which others try first. Please choose another PIN.")


class PinDate(Invalid):
    code = "pin_date"
    sentence = gettext_noop("This reads as a day, and birthdays are what others try first. Please choose another PIN.")


class PinsDiffer(Invalid):
    code = "pins_differ"
    sentence = gettext_noop("The two PINs are not the same. Please type both again.")
