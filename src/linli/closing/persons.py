"""Every table that knows a person, once: how their rows are found when one person asks to be forgotten.

In the order in which they go. ``by`` is the column the destruction list names, so that a restored backup forgets
whatever it has of them, also what is no longer here; without one the list names the rows by their keys. A test fails
where a table with a person is missing.
"""

from dataclasses import dataclass

from linli.people.models import REGISTER

_CLAIMS = "(SELECT id FROM muster_signup WHERE person_id = %(person)s)"
_SESSIONS = f"(SELECT id FROM access_devicesession WHERE person = %(person)s OR claim IN {_CLAIMS})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Of:
    """How the rows of one person are found.

    Attributes:
        rule: a condition in SQL over the table as ``t`` with ``%(person)s``.
        by: the column that holds the person's number; "" where the rows are named by their keys.
        key: the columns of the table's primary key, asked where `by` is "".
        register: whether the register keeps it where it has to.
    """

    rule: str
    by: str = ""
    key: tuple[str, ...] = ("id",)
    register: bool = False


OF_PERSON: dict[str, Of] = {
    "custody.ExportRows": Of(
        "t.export_id IN (SELECT export_id FROM custody_exportedperson WHERE subject = 'person:' || %(person)s"
        " OR subject IN (SELECT 'sign_up:' || id FROM muster_signup WHERE person_id = %(person)s))",
        key=("export_id",),
    ),
    "access.DeviceClaim": Of(f"t.claim IN {_CLAIMS} OR t.device_id IN {_SESSIONS}"),
    "access.DeviceSession": Of(f"t.id IN {_SESSIONS}"),
    "access.PaperCode": Of(f"t.person = %(person)s OR t.claim IN {_CLAIMS}"),
    "access.OneTimeCode": Of("t.adds_to = %(person)s", by="adds_to"),
    "access.MailAddress": Of("t.person = %(person)s", by="person"),
    "access.RoleGrant": Of("t.person = %(person)s", by="person"),
    "desk.Passing": Of("t.entry_id IN (SELECT id FROM desk_entry WHERE person_id = %(person)s)"),
    "desk.Entry": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Placement": Of("t.person_id = %(person)s", by="person_id"),
    "muster.Proposal": Of("t.person_id = %(person)s", by="person_id"),
    "muster.SignUp": Of("t.person_id = %(person)s", by="person_id"),
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
