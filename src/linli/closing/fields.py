"""Why the end of an event is kept: to prove, later and to anybody, what was destroyed and by whose word."""

from linli.closing.models import Certificate, Closing, Debt, Erasure, Line, Step
from linli.custody.declare import DUTY, ID, PERSONAL, Field, Keep, Kind, Whose, declare

READERS = ["city", "privacy_officer"]
PROOF = Field("to prove what was destroyed and what was kept", readers=READERS)
WHO = Field("who answers for it", PERSONAL, READERS, kind=Kind.DID)
WHEN = Field("to prove when it was decided and done", readers=READERS)
PROGRESS = Field("to go on where it stopped, and to prove that each step was done", readers=READERS)

declare(
    Closing,
    basis=DUTY,
    keep=Keep.ALWAYS,
    whose=Whose.STAFF,
    id=ID,
    event=PROOF,
    state=PROGRESS,
    opened_by=WHO,
    opened_at=WHEN,
    early_reason=Field("to say why the grace period was not waited for; names nobody", readers=READERS),
    digest=PROOF,
    officer_by=WHO,
    officer_at=WHEN,
    second_by=WHO,
    second_at=WHEN,
    witnesses=WHO,
    finished_at=WHEN,
)
declare(
    Step,
    basis=DUTY,
    keep=Keep.ALWAYS,
    id=ID,
    closing=ID,
    what=PROGRESS,
    begun_at=WHEN,
    done_at=WHEN,
    failure=PROGRESS,
    facts=PROGRESS,
)
declare(Line, basis=DUTY, keep=Keep.ALWAYS, id=ID, closing=ID, model=PROOF, destroyed=PROOF, kept=PROOF)
COPY = Field("to know in which copy of the keyring old keys are still to be destroyed", readers=READERS)
declare(Debt, basis=DUTY, keep=Keep.ALWAYS, id=ID, closing=ID, copy=COPY, named_at=COPY, settled_at=COPY)
declare(
    Certificate,
    basis=DUTY,
    keep=Keep.ALWAYS,
    whose=Whose.STAFF,
    id=ID,
    closing=ID,
    number=PROOF,
    content=Field(
        "the certificate: counts, digests, who confirmed and who witnessed", PERSONAL, READERS, kind=Kind.DID
    ),
    digest=PROOF,
    made_at=WHEN,
)
ASKED = Field("to decide about what a person asked for, and to prove what became of it", PERSONAL, READERS, Kind.ASKED)
declare(
    Erasure,
    basis=DUTY,
    keep=Keep.ALWAYS,
    whose=Whose.RESIDENT,
    id=ID,
    person=Field("whom it is about: a bare number, which leads nowhere once it is done", PERSONAL, READERS, Kind.ASKED),
    community=ASKED,
    scope=ASKED,
    ground=ASKED,
    asked_by=WHO,
    asked_at=ASKED,
    officer_by=WHO,
    officer_at=WHEN,
    second_by=WHO,
    second_at=WHEN,
    declined_by=WHO,
    declined_at=WHEN,
    done_at=WHEN,
    rewritten_at=WHEN,
    traces=Field(
        "which sign-ups and entries of the duty log go with them: bare numbers", PERSONAL, READERS, Kind.ASKED
    ),
    facts=PROOF,
)
