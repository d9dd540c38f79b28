"""Why custody keeps what it keeps."""

from linli.custody.declare import INTERNAL, NO_ONE, OPERATION, PERSONAL, SECRET, Field, Keep, Kind, Whose, declare
from linli.custody.models import Held, Seal, Spent, TrailEntry

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
