"""Why custody keeps what it keeps."""

from linli.custody.declare import INTERNAL, NO_ONE, OPERATION, PERSONAL, SECRET, Field, Keep, Kind, Whose, declare
from linli.custody.models import Export, ExportedPerson, ExportRows, Heading, Held, Seal, Spent, TrailEntry
from linli.custody.roles import TakeOut, taking_out

_TRAIL = ["auditor", "privacy_officer"]

declare(
    Seal,
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=Field("to keep the links of the chain in their sequence", INTERNAL, _TRAIL),
    leaves=Field("to prove that no entry was taken away", INTERNAL, _TRAIL),
    root=Field("to prove that no entry was changed", INTERNAL, _TRAIL),
    previous=Field("to prove that no link was taken out", INTERNAL, _TRAIL),
    chained=Field("to be kept outside as an anchor", INTERNAL, _TRAIL),
    sealed_at=Field("to say from when on the entries are proved", INTERNAL, _TRAIL),
    forgotten_at=Field("to tell entries whose time was over from entries taken away", INTERNAL, _TRAIL),
)
declare(
    TrailEntry,
    basis=OPERATION,
    keep=Keep.SIX_MONTHS,
    whose=Whose.LOOKED,
    id=Field("to tell one row from another", INTERNAL, _TRAIL),
    kind=Field("to say what was done", INTERNAL, _TRAIL),
    user=Field("to answer who did it", PERSONAL, _TRAIL, kind=Kind.DID),
    person=Field("to answer who did it, where no account is involved", PERSONAL, _TRAIL, kind=Kind.DID),
    device=Field("to answer on which device", PERSONAL, _TRAIL, kind=Kind.DEVICE),
    subject=Field("to find what was done to one record", PERSONAL, [*_TRAIL, "resident"], kind=Kind.DID),
    area=Field("to find what was done in one area", INTERNAL, _TRAIL),
    happened_at=Field("to say when", INTERNAL, _TRAIL),
    recorded_at=Field("to tell late news from early", INTERNAL, _TRAIL),
    facts=Field("ids and reason codes that make the entry understandable", INTERNAL, _TRAIL),
    salt=Field("so that nobody can guess an entry from its digest", SECRET, NO_ONE),
    seal=Field("to say which link proves it", INTERNAL, _TRAIL),
    leaf=Field("its position under that link", INTERNAL, _TRAIL),
    digest=Field("to name the entry that was altered, where one was", INTERNAL, _TRAIL),
)
declare(
    Spent,
    basis=OPERATION,
    keep=Keep.ONE_DAY,
    id=Field("to tell one row from another", INTERNAL, NO_ONE),
    bucket=Field("what is counted and for whom, as a keyed digest", INTERNAL, NO_ONE),
    window=Field("the stretch of time counted", INTERNAL, NO_ONE),
    count=Field("how often", INTERNAL, NO_ONE),
    expires_at=Field("when the counter is deleted", INTERNAL, NO_ONE),
)
declare(
    Held,
    basis=OPERATION,
    keep=Keep.ONE_DAY,
    whose=Whose.STAFF,
    id=Field("to find it again from the page", INTERNAL, NO_ONE),
    user=Field("whose it is", PERSONAL, NO_ONE, kind=Kind.DID),
    what=Field("what it is", INTERNAL, NO_ONE),
    area=Field("the place it is for", INTERNAL, NO_ONE),
    content=Field("rows of a file between looking and taking; sealed, declared columns only", SECRET, NO_ONE),
    made_at=Field("to delete it after an hour", INTERNAL, NO_ONE),
)
_LISTS = ["community_desk", "administrator"]
declare(
    Heading,
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=Field("to tell one row from another", INTERNAL, NO_ONE),
    template=Field("for which kind of list it was said", INTERNAL, _LISTS),
    heading=Field("what an office calls the column; never what stands in it", INTERNAL, _LISTS),
    column=Field("which of our columns that is", INTERNAL, _LISTS),
)
_TAKES = [*taking_out(TakeOut.LISTS), *_TRAIL]
_SECOND = Field("who else stands behind a large list, and what they decided", PERSONAL, _TAKES, kind=Kind.DID)
_TAKEN = Field("whether the list left, and when", INTERNAL, [*_TAKES, "volunteer", "resident"])
_WHAT = Field("to say which list left", INTERNAL, [*_TAKES, "volunteer", "resident"])
_COUNTED = Field("so that nobody takes many people out alone", INTERNAL, _TAKES)
declare(
    Export,
    basis=OPERATION,
    keep=Keep.SIX_MONTHS,
    whose=Whose.LOOKED,
    id=Field("to tell one row from another", INTERNAL, _TAKES),
    number=Field("to ask whoever holds a list where it came from", INTERNAL, _TAKES),
    what=_WHAT,
    part=_WHAT,
    area=_WHAT,
    above=Field("who may stand behind it as the second person", INTERNAL, NO_ONE),
    event=_WHAT,
    sheet=_WHAT,
    purpose=Field("what the list was taken out for", INTERNAL, [*_TAKES, "volunteer", "resident"]),
    columns=_WHAT,
    in_full=_WHAT,
    rows=_COUNTED,
    people=_COUNTED,
    people_lately=_COUNTED,
    asked_by=Field("who answers for the list", PERSONAL, _TAKES, kind=Kind.DID),
    asked_at=Field("when it was asked for", INTERNAL, _TAKES),
    expires_at=Field("when it can be had no longer", INTERNAL, _TAKES),
    needs_second=_COUNTED,
    decided_by=_SECOND,
    decided_at=_SECOND,
    confirmed=_SECOND,
    withdrawn_at=_TAKEN,
    first_taken_at=_TAKEN,
    last_taken_at=_TAKEN,
    taken=_TAKEN,
)
declare(
    ExportRows,
    basis=OPERATION,
    keep=Keep.ONE_DAY,
    export=Field("which list it is", INTERNAL, NO_ONE),
    sealed=Field("what the list holds until its time is over; sealed, declared columns only", SECRET, NO_ONE),
)
declare(
    ExportedPerson,
    basis=OPERATION,
    keep=Keep.SIX_MONTHS,
    whose=Whose.LOOKED,
    export=Field("which list it is", INTERNAL, _TRAIL),
    subject=Field("so that people see which lists they are in; an id", PERSONAL, [*_TRAIL, "volunteer"], kind=Kind.DID),
)
