"""Why access keeps what it keeps."""

from linli.access.models import (
    ApiToken,
    DeviceClaim,
    DeviceSession,
    FirstCode,
    GrantRequest,
    MailAddress,
    OneTimeCode,
    PaperCode,
    RoleGrant,
    SignInLink,
    User,
)
from linli.custody.declare import INTERNAL, NO_ONE, OPERATION, PERSONAL, SECRET, SERVICE, Field, Keep, declare

_ADMIN = ["administrator"]
_WHO = ["administrator", "privacy_officer"]
_DESK = ["resident", "volunteer", "community_desk"]
_GRANTERS = ["administrator", "community_desk", "district", "city"]
_ROW = Field("to tell one row from another", INTERNAL, _ADMIN)

declare(
    User,
    basis=OPERATION,
    keep=Keep.WHILE_EMPLOYED,
    id=_ROW,
    username=Field("to sign in with", PERSONAL, _ADMIN),
    password=Field("to check a password: a salted hash, never the password", SECRET, NO_ONE),
    last_login=Field("to close accounts that nobody uses", PERSONAL, _ADMIN),
    display_name=Field("to say on a page who is signed in and who decided", PERSONAL),
    language=Field("to answer in the language they chose", INTERNAL, NO_ONE),
    is_active=Field("whether the account may be used", INTERNAL, _ADMIN),
    demo=Field("to tell a demo's accounts from real ones", INTERNAL, _ADMIN),
    created_at=Field("to say since when it exists", INTERNAL, _ADMIN),
)
declare(
    RoleGrant,
    basis=OPERATION,
    keep=Keep.WHILE_EMPLOYED,
    id=_ROW,
    user=Field("whose role it is", PERSONAL, _WHO),
    person=Field("whose role it is, where they have no account", PERSONAL, _WHO),
    role=Field("what they may do", INTERNAL, _WHO),
    area=Field("where they may do it", INTERNAL, _WHO),
    organisation=Field("for which unit a liaison speaks", INTERNAL, _WHO),
    team=Field("which team a leader leads", INTERNAL, _WHO),
    since=Field("from when", INTERNAL, _WHO),
    until=Field("until when", INTERNAL, _WHO),
    granted_at=Field("when it was decided", INTERNAL, _WHO),
    granted_by=Field("to answer for it", PERSONAL, _WHO),
    seconded_by=Field("to answer for it, where it takes two", PERSONAL, _WHO),
    revoked_by=Field("to answer for ending it", PERSONAL, _WHO),
)
declare(
    GrantRequest,
    basis=OPERATION,
    keep=Keep.WHILE_EMPLOYED,
    id=_ROW,
    user=Field("who is to have the role", PERSONAL, _ADMIN),
    role=Field("which role", INTERNAL, _ADMIN),
    area=Field("over which area", INTERNAL, _ADMIN),
    since=Field("from when", INTERNAL, _ADMIN),
    until=Field("until when", INTERNAL, _ADMIN),
    asked_by=Field("so that another administrator confirms it", PERSONAL, _ADMIN),
    asked_at=Field("to see how long it has waited", INTERNAL, _ADMIN),
    grant=Field("what came of it", INTERNAL, _ADMIN),
    closed_by=Field("to answer for withdrawing or declining it", PERSONAL, _ADMIN),
    closed_at=Field("when it was withdrawn or declined", INTERNAL, _ADMIN),
)
declare(
    DeviceSession,
    basis=SERVICE,
    keep=Keep.THIRTY_DAYS,
    id=Field("to name the device in the trail", PERSONAL, NO_ONE),
    digest=Field("to recognise the device; the secret itself is only on it", SECRET, NO_ONE),
    claim=Field("which sign-up this device may see", PERSONAL, NO_ONE),
    person=Field("whose placement this device may see", PERSONAL, NO_ONE),
    way=Field("to say on the list of devices how it came in", INTERNAL, _DESK),
    for_another=Field("to tell somebody who acts for a person from the person", INTERNAL, _DESK),
    user=Field("whose roles it opens, where staff came in by a QR", PERSONAL, _GRANTERS),
    lends=Field("which of their roles it opens", INTERNAL, NO_ONE),
    pin=Field("to check the PIN of this phone: a salted hash under a key of the keyring", SECRET, NO_ONE),
    tries=Field("so that a PIN can be guessed at five times only", INTERNAL, NO_ONE),
    active_at=Field(
        "to ask for the PIN again when nobody has used it, and to find phones out of use", INTERNAL, _GRANTERS
    ),
    kind=Field("so that its owner knows it again in the list of devices", INTERNAL, _DESK),
    created_at=Field("to count the 30 days, and to know it again in the list of devices", INTERNAL, _DESK),
    expires_at=Field("when the device is forgotten", INTERNAL, NO_ONE),
    revoked_at=Field("when its owner ended it", INTERNAL, NO_ONE),
)
declare(
    DeviceClaim,
    basis=SERVICE,
    keep=Keep.THIRTY_DAYS,
    id=Field("to tell one row from another", INTERNAL, NO_ONE),
    device=Field("which phone it was made on", PERSONAL, NO_ONE),
    claim=Field("which further sign-up this device may see: a family shares a phone", PERSONAL, NO_ONE),
    made_at=Field("to show them in their order", INTERNAL, NO_ONE),
)
declare(
    ApiToken,
    basis=OPERATION,
    keep=Keep.SIX_MONTHS,
    id=_ROW,
    user=Field("whom the program acts for", PERSONAL, _ADMIN),
    digest=Field("to recognise the key; the key itself is not kept", SECRET, NO_ONE),
    label=Field("so that its owner knows which program it is", INTERNAL, _ADMIN),
    scopes=Field("what the program may do", INTERNAL, _ADMIN),
    created_at=Field("since when", INTERNAL, _ADMIN),
    expires_at=Field("until when", INTERNAL, _ADMIN),
    revoked_at=Field("when it was withdrawn", INTERNAL, _ADMIN),
)
declare(
    SignInLink,
    basis=OPERATION,
    keep=Keep.ONE_DAY,
    id=_ROW,
    user=Field("which account it opens", INTERNAL, NO_ONE),
    digest=Field("to recognise the link; the link itself is not kept", SECRET, NO_ONE),
    sets_password=Field("whether it is for choosing a password", INTERNAL, NO_ONE),
    forgets_second_step=Field("whether the lost second step goes with it", INTERNAL, NO_ONE),
    created_at=Field("since when", INTERNAL, NO_ONE),
    expires_at=Field("until when", INTERNAL, NO_ONE),
    used_at=Field("so that it opens once", INTERNAL, NO_ONE),
)
declare(
    OneTimeCode,
    basis=SERVICE,
    keep=Keep.ONE_DAY,
    id=Field("to compute the code from, which stands nowhere", SECRET, NO_ONE),
    device=Field("so that only the device that asked can try the code", SECRET, NO_ONE),
    way=Field("how it is sent", INTERNAL, NO_ONE),
    to=Field("where it is sent; sealed", PERSONAL, NO_ONE),
    to_index=Field("to find who has this number once the code was typed", PERSONAL, NO_ONE),
    language=Field("to write the message in the language of the page", INTERNAL, NO_ONE),
    adds_to=Field("whose address it becomes once the code was typed", PERSONAL, NO_ONE),
    tries=Field("so that a code can be guessed at five times only", INTERNAL, NO_ONE),
    created_at=Field("to use the newest code of a device", INTERNAL, NO_ONE),
    expires_at=Field("when it stops working", INTERNAL, NO_ONE),
    proved_at=Field("so that it is typed rightly once", INTERNAL, NO_ONE),
    used_at=Field("so that it opens once", INTERNAL, NO_ONE),
    failed_at=Field("to say that it could not be sent", INTERNAL, NO_ONE),
)
declare(
    PaperCode,
    basis=SERVICE,
    keep=Keep.ONE_DAY,
    id=Field("to name it in the trail", INTERNAL, NO_ONE),
    digest=Field("to recognise the code; the code itself is only on paper", SECRET, NO_ONE),
    person=Field("who comes in by it", PERSONAL, NO_ONE),
    claim=Field("whose sign-up it opens", PERSONAL, NO_ONE),
    user=Field("whose roles it opens", PERSONAL, NO_ONE),
    lends=Field("which of their roles it opens", INTERNAL, NO_ONE),
    printed_by=Field("to answer for it", PERSONAL, NO_ONE),
    created_at=Field("to count the minutes it works", INTERNAL, NO_ONE),
    expires_at=Field("when it stops working", INTERNAL, NO_ONE),
    used_at=Field("so that it opens once", INTERNAL, NO_ONE),
)
declare(
    MailAddress,
    basis=SERVICE,
    keep=Keep.WHILE_SERVING,
    id=Field("to tell one row from another", INTERNAL, NO_ONE),
    person=Field("whose address it is", PERSONAL, NO_ONE),
    address=Field("where codes can be sent; sealed", PERSONAL, ["resident", "volunteer"]),
    address_index=Field("to find whose address it is without reading any", PERSONAL, NO_ONE),
    proved_at=Field("since when it is known to be theirs", INTERNAL, ["resident", "volunteer"]),
)
declare(
    FirstCode,
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=Field("there is one", INTERNAL, NO_ONE),
    digest=Field("to recognise the code; the code itself stands in the terminal only", SECRET, NO_ONE),
    made_at=Field("since when", INTERNAL, NO_ONE),
    expires_at=Field("until when it can be used", INTERNAL, NO_ONE),
    used_at=Field("so that it makes one administrator, and no more", INTERNAL, NO_ONE),
)
