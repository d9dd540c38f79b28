"""Every table that knows a person, once: how their rows are found when one person asks to be forgotten.

In the order in which they go. ``by`` is the column the destruction list names, so that a restored backup forgets
whatever it has of them, also what is no longer here; without one the list names the rows by their keys. ``also`` finds
what stands under no person and the desk chose (`traces`); the list names that by its keys too. A test fails where a
table with a person is missing.
"""

from dataclasses import dataclass

from linli.people.models import REGISTER

_CHOSEN_CLAIM = "t.person_id IS NULL AND t.id = ANY(%(sign_up)s::uuid[])"
_CHOSEN_ENTRY = "t.id = ANY(%(entry)s::uuid[])"
_CHOSEN_REPORTED = "t.person_id IS NULL AND t.id = ANY(%(self_report)s::uuid[])"
_CLAIMS = f"(SELECT t.id FROM muster_signup t WHERE t.person_id = %(person)s OR {_CHOSEN_CLAIM})"  # noqa: S608
_ENTRIES = f"(SELECT t.id FROM desk_entry t WHERE t.person_id = %(person)s OR {_CHOSEN_ENTRY})"  # noqa: S608
_SESSIONS = f"(SELECT id FROM access_devicesession WHERE person = %(person)s OR claim IN {_CLAIMS})"  # noqa: S608
_SUBJECTS = " OR subject IN ".join(
    (
        "subject = 'person:' || %(person)s",
        f"(SELECT 'sign_up:' || c.id FROM {_CLAIMS} c)",  # noqa: S608
        f"(SELECT 'duty_entry:' || e.id FROM {_ENTRIES} e)",  # noqa: S608
        "(SELECT 'duty_entry:' || c FROM unnest(%(caller)s::uuid[]) c)",
    )
)


@dataclass(frozen=True, slots=True)
class Of:
    """How the rows of one person are found.

    Attributes:
        rule: a condition in SQL over the table as ``t`` with ``%(person)s``, and ids that the desk chose by kind.
        by: the column that holds the person's number; "" where the rows are named by their keys.
        key: the columns of the table's primary key, asked where `by` is "", and of what `also` finds.
        also: a condition like `rule`, over what the desk chose beside it; "" where there is none.
        register: whether the register keeps it where it has to.
    """

    rule: str
    by: str = ""
    key: tuple[str, ...] = ("id",)
    also: str = ""
    register: bool = False


OF_PERSON: dict[str, Of] = {
    "custody.ExportRows": Of(
        f"t.export_id IN (SELECT export_id FROM custody_exportedperson WHERE {_SUBJECTS})",  # noqa: S608
        key=("export_id",),
    ),
    "access.DeviceClaim": Of(f"t.claim IN {_CLAIMS} OR t.device_id IN {_SESSIONS}"),
    "access.DeviceSession": Of(f"t.id IN {_SESSIONS}"),
    "access.PaperCode": Of(f"t.person = %(person)s OR t.claim IN {_CLAIMS}"),
    "access.OneTimeCode": Of("t.adds_to = %(person)s", by="adds_to"),
    "access.MailAddress": Of("t.person = %(person)s", by="person"),
    "access.AccountPerson": Of("t.person = %(person)s", by="person"),
    "access.RoleGrant": Of("t.person = %(person)s", by="person"),
    "field.Receipt": Of("t.id = ANY(%(held)s::bigint[])"),
    "desk.Passing": Of(f"t.entry_id IN {_ENTRIES}"),
    "desk.Entry": Of("t.person_id = %(person)s", by="person_id", also=_CHOSEN_ENTRY),
    "notices.Sending": Of("t.told_id IN (SELECT id FROM notices_told WHERE person_id = %(person)s)"),
    "notices.Told": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Holding": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Responsibility": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Member": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Deployed": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Placement": Of("t.person_id = %(person)s", by="person_id"),
    "duty.HoursCertificate": Of("t.person_id = %(person)s", by="person_id"),
    "duty.VolunteerNumber": Of("t.person_id = %(person)s", by="person_id"),
    "duty.Correction": Of("t.person_id = %(person)s", by="person_id"),
    "duty.Service": Of("t.person_id = %(person)s", by="person_id"),
    "duty.Training": Of("t.person_id = %(person)s", by="person_id"),
    "duty.CalendarEntry": Of("t.person_id = %(person)s", by="person_id"),
    "duty.Booking": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Proposal": Of("t.person_id = %(person)s", by="person_id"),
    "muster.SignUp": Of("t.person_id = %(person)s", by="person_id", also=_CHOSEN_CLAIM),
    "ledger.MoveProposed": Of("t.person_id = %(person)s", by="person_id"),
    "ledger.Arrived": Of("t.person_id = %(person)s", by="person_id"),
    "ledger.Apart": Of("t.lower_id = %(person)s OR t.higher_id = %(person)s"),
    "ledger.SelfReported": Of("t.person_id = %(person)s", by="person_id", also=_CHOSEN_REPORTED),
    "ledger.Said": Of("t.person_id = %(person)s", by="person_id"),
    "ledger.PaperLine": Of("%(person)s = ANY(t.persons)", key=("sheet_id", "n")),
    "people.SameAs": Of("t.person_id = %(person)s OR t.kept_id = %(person)s"),
    "people.Unavailable": Of("t.volunteer_id = %(person)s", by="volunteer_id"),
    "people.Volunteer": Of("t.person_id = %(person)s", by="person_id"),
    "people.Household": Of(
        "EXISTS (SELECT FROM people_stay s WHERE s.household_id = t.id AND s.person_id = %(person)s) AND NOT EXISTS"
        " (SELECT FROM people_stay s WHERE s.household_id = t.id AND s.person_id <> %(person)s)",
        register=True,
    ),
    "people.Stay": Of("t.person_id = %(person)s", by="person_id", register=True),
    "people.Identity": Of("t.person_id = %(person)s", by="person_id"),
    "people.Person": Of("t.id = %(person)s", register=True),
}
BESIDE_REGISTER = Of(f"t.person_id = %(person)s AND t.holder <> {REGISTER}", key=("person_id", "holder"))
"""What goes of the identities where the register keeps its own."""
BLANKED: dict[str, int | str | None] = {"caller": "", "phone": None, "phone_index": None}
"""What is left of whoever called about somebody else: the entry stays, without them."""
