"""Every table of the system, once: which of its rows belong to an event and go with it, and which tables stay.

A rule is a condition in SQL over the table as ``t``. It may ask for ``%(event)s``, ``%(ended)s``, and two sets that
are worked out before anything is deleted (``counting.gathered``): ``closing_person``, the people known to this event
alone, and ``closing_household``, the households in which nobody else ever lived. In this order, so that a rule is
asked before the rows it looks at are gone. A test fails where a table is named nowhere, or only to stay though its
declaration says that it goes.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import models

from linli.custody.declare import PERSONAL, SECRET, SENSITIVE, declared

PEOPLE = """
    SELECT id FROM (
        SELECT person_id AS id FROM people_identity WHERE holder = %(event)s
        UNION SELECT person_id FROM muster_signup WHERE event_id = %(event)s
        UNION SELECT person_id FROM duty_booking WHERE event_id = %(event)s
        UNION SELECT d.person_id FROM notices_told d JOIN notices_notice n ON n.id = d.notice_id
              WHERE n.event_id = %(event)s
        UNION SELECT person_id FROM muster_member WHERE event_id = %(event)s
        UNION SELECT person_id FROM muster_responsibility WHERE event_id = %(event)s
        UNION SELECT l.person_id FROM muster_proposal l JOIN muster_allocation a ON a.id = l.allocation_id
              WHERE a.event_id = %(event)s
        UNION SELECT d.person_id FROM muster_deployed d JOIN muster_call c ON c.id = d.call_id
              WHERE c.event_id = %(event)s
        UNION SELECT person_id FROM desk_entry WHERE event_id = %(event)s
        UNION SELECT d.person_id FROM ledger_said d JOIN ledger_finding f ON f.id = d.finding_id
              JOIN ledger_sweep w ON w.id = f.sweep_id JOIN rolls_roll r ON r.id = w.persons_id
              WHERE r.event_id = %(event)s
        UNION SELECT s.person_id FROM ledger_selfreported s JOIN ledger_selfreport r ON r.id = s.report_id
              WHERE r.event_id = %(event)s) seen
    WHERE id IS NOT NULL
    EXCEPT SELECT person_id FROM people_identity WHERE holder <> %(event)s
    EXCEPT SELECT person_id FROM muster_signup WHERE event_id <> %(event)s
    EXCEPT SELECT person_id FROM duty_booking WHERE event_id <> %(event)s
    EXCEPT SELECT d.person_id FROM notices_told d JOIN notices_notice n ON n.id = d.notice_id
           WHERE n.event_id <> %(event)s
    EXCEPT SELECT person_id FROM muster_member WHERE event_id <> %(event)s
    EXCEPT SELECT person_id FROM muster_responsibility WHERE event_id <> %(event)s
    EXCEPT SELECT l.person_id FROM muster_proposal l JOIN muster_allocation a ON a.id = l.allocation_id
           WHERE a.event_id <> %(event)s
    EXCEPT SELECT d.person_id FROM muster_deployed d JOIN muster_call c ON c.id = d.call_id
           WHERE c.event_id <> %(event)s
    EXCEPT SELECT person_id FROM desk_entry WHERE event_id <> %(event)s
    EXCEPT SELECT d.person_id FROM ledger_said d JOIN ledger_finding f ON f.id = d.finding_id
           JOIN ledger_sweep w ON w.id = f.sweep_id JOIN rolls_roll r ON r.id = w.persons_id
           WHERE r.event_id <> %(event)s
    EXCEPT SELECT s.person_id FROM ledger_selfreported s JOIN ledger_selfreport r ON r.id = s.report_id
           WHERE r.event_id <> %(event)s
"""
"""People known to this event alone: no other holder keeps what identifies them, and nothing of another event asks
for them."""

HOUSEHOLDS = """
    SELECT s.household_id AS id FROM people_stay s JOIN closing_person p ON p.id = s.person_id
    WHERE s.household_id IS NOT NULL
    EXCEPT SELECT s.household_id FROM people_stay s WHERE NOT EXISTS
        (SELECT FROM closing_person p WHERE p.id = s.person_id) AND s.household_id IS NOT NULL
"""

_CLAIMS = "(SELECT id FROM muster_signup WHERE event_id = %(event)s)"
_ALONE = "(SELECT id FROM closing_person)"
_ENTRIES = "(SELECT id FROM desk_entry WHERE event_id = %(event)s)"
_ROLLS = "(SELECT id FROM rolls_roll WHERE event_id = %(event)s)"
_SWEEPS = f"(SELECT id FROM ledger_sweep WHERE persons_id IN {_ROLLS})"  # noqa: S608
_RUNS = "(SELECT id FROM muster_allocation WHERE event_id = %(event)s)"
_CALLS = "(SELECT id FROM muster_call WHERE event_id = %(event)s)"
_OF_A_SESSION = f"(claim IN {_CLAIMS} OR person IN {_ALONE})"

# A shift change stands under no event of its own: it goes with the entries that were handed over in it. One in which
# nothing was handed over goes with the event that ran there then, where no other did.
_HAND_OVERS = f"""
    NOT EXISTS (SELECT FROM desk_passing p WHERE p.hand_over_id = t.id AND p.entry_id NOT IN {_ENTRIES})
    AND (EXISTS (SELECT FROM desk_passing p WHERE p.hand_over_id = t.id)
         OR t.given_at >= (SELECT started_at FROM events_event WHERE id = %(event)s)
            AND t.community_id IN (
                SELECT w.inner_id FROM places_within w JOIN events_eventarea a ON a.area_id = w.outer_id
                WHERE a.event_id = %(event)s)
            AND NOT EXISTS (
                SELECT FROM events_event e JOIN events_eventarea a ON a.event_id = e.id
                JOIN places_within w ON w.outer_id = a.area_id AND w.inner_id = t.community_id
                WHERE e.id <> %(event)s AND e.started_at <= t.given_at
                AND (e.ended_at IS NULL OR e.ended_at > t.given_at)))
"""  # noqa: S608 (constants)

GOES: dict[str, str] = {
    "access.DeviceClaim": (
        f"t.claim IN {_CLAIMS} OR t.device_id IN (SELECT id FROM access_devicesession WHERE {_OF_A_SESSION})"  # noqa: S608
    ),
    "access.DeviceSession": f"t.claim IN {_CLAIMS} OR t.person IN {_ALONE}",
    "access.PaperCode": f"t.claim IN {_CLAIMS} OR t.person IN {_ALONE}",
    "access.OneTimeCode": f"t.adds_to IN {_ALONE}",
    "access.MailAddress": f"t.person IN {_ALONE}",
    "access.AccountPerson": f"t.person IN {_ALONE}",
    "access.RoleGrant": f"t.person IN {_ALONE}",
    "custody.ExportRows": (
        "t.export_id IN (SELECT id FROM custody_export WHERE event = %(event)s OR asked_at <= %(ended)s)"
    ),
    "custody.Held": "t.made_at <= %(ended)s",
    "field.Receipt": "t.lease_id IN (SELECT id FROM field_lease WHERE event = %(event)s)",
    "field.Lease": "t.event = %(event)s",
    "ledger.MoveProposed": f"t.person_id IN {_ALONE}",
    "ledger.Arrived": f"t.person_id IN {_ALONE}",
    "ledger.Apart": f"t.lower_id IN {_ALONE} OR t.higher_id IN {_ALONE}",
    "ledger.SelfReported": "t.report_id IN (SELECT id FROM ledger_selfreport WHERE event_id = %(event)s)",
    "ledger.SelfReport": "t.event_id = %(event)s",
    "ledger.DoorCode": "t.event_id = %(event)s",
    "ledger.PaperLine": f"t.sheet_id IN (SELECT number FROM ledger_papersheet WHERE sweep_id IN {_SWEEPS})",  # noqa: S608
    "ledger.PaperSheet": f"t.sweep_id IN {_SWEEPS}",
    "ledger.Said": f"t.finding_id IN (SELECT id FROM ledger_finding WHERE sweep_id IN {_SWEEPS})",  # noqa: S608
    "ledger.Finding": f"t.sweep_id IN {_SWEEPS}",
    "ledger.Sweep": f"t.persons_id IN {_ROLLS}",
    "rolls.Missed": f"t.roll_id IN {_ROLLS}",
    "rolls.Standing": f"t.roll_id IN {_ROLLS}",
    "rolls.StandingChange": f"t.roll_id IN {_ROLLS}",
    "rolls.Counter": f"t.roll_id IN {_ROLLS}",
    "rolls.Roll": "t.event_id = %(event)s",
    "desk.HandOver": _HAND_OVERS,
    "desk.Passing": f"t.entry_id IN {_ENTRIES}",
    "desk.Entry": "t.event_id = %(event)s",
    "notices.Sending": (
        "t.told_id IN (SELECT d.id FROM notices_told d JOIN notices_notice n ON n.id = d.notice_id"
        " WHERE n.event_id = %(event)s)"
    ),
    "notices.Told": "t.notice_id IN (SELECT id FROM notices_notice WHERE event_id = %(event)s)",
    "notices.Notice": "t.event_id = %(event)s",
    "muster.Member": "t.event_id = %(event)s",
    "muster.Holding": "t.event_id = %(event)s",
    "muster.NamedPost": "t.event_id = %(event)s",
    "muster.Responsibility": "t.event_id = %(event)s",
    "muster.Team": "t.event_id = %(event)s",
    "muster.Deployed": f"t.call_id IN {_CALLS}",
    "muster.CallSkill": f"t.call_id IN {_CALLS}",
    "muster.Call": "t.event_id = %(event)s",
    "muster.UnitPlanLine": "t.plan_id IN (SELECT id FROM muster_unitplan WHERE event_id = %(event)s)",
    "muster.UnitPlan": "t.event_id = %(event)s",
    "muster.ReinforcementSkill": (
        "t.reinforcement_id IN (SELECT id FROM muster_reinforcement WHERE event_id = %(event)s)"
    ),
    "muster.Reinforcement": "t.event_id = %(event)s",
    "muster.UnitFree": "t.event_id = %(event)s",
    "muster.Placement": "t.event_id = %(event)s",
    "duty.HoursCertificate": f"t.person_id IN {_ALONE}",
    "duty.VolunteerNumber": f"t.person_id IN {_ALONE}",
    "duty.Correction": f"t.person_id IN {_ALONE}",
    "duty.Service": f"t.person_id IN {_ALONE}",
    "duty.PostCode": "t.event_id = %(event)s",
    "duty.Training": "t.event_id = %(event)s",
    "duty.Policy": "t.event_id = %(event)s",
    "duty.CalendarEntry": "t.event_id = %(event)s",
    "duty.Booking": "t.event_id = %(event)s",
    "muster.Proposal": f"t.allocation_id IN {_RUNS}",
    "muster.Allocation": "t.event_id = %(event)s",
    "muster.DemandSkill": "t.demand_id IN (SELECT id FROM muster_demand WHERE event_id = %(event)s)",
    "muster.Demand": "t.event_id = %(event)s",
    "muster.SignUp": "t.event_id = %(event)s",
    "people.Unavailable": f"t.volunteer_id IN {_ALONE}",
    "people.Volunteer": f"t.person_id IN {_ALONE}",
    "people.SameAs": f"t.person_id IN {_ALONE} OR t.kept_id IN {_ALONE}",
    "people.Stay": f"t.person_id IN {_ALONE}",
    "people.Household": "t.id IN (SELECT id FROM closing_household)",
    "people.Identity": "t.holder = %(event)s",
    "people.Load": "t.holder = %(event)s",
    "people.Person": f"t.id IN {_ALONE}",
}
"""Models whose rows of an event go, and how these are found."""

STAYS: dict[str, tuple[str, ...]] = {
    "access": ("User", "GrantRequest", "ApiToken", "SignInLink", "FirstCode"),
    "account": ("EmailAddress", "EmailConfirmation"),
    "auth": ("Permission", "Group", "Group_permissions"),
    "closing": ("Closing", "Step", "Line", "Debt", "Certificate", "Erasure"),
    "command": ("Briefing",),
    "contenttypes": ("ContentType",),
    "custody": ("Seal", "TrailEntry", "Spent", "Export", "ExportedPerson", "Heading"),
    "events": ("Event", "EventArea", "Zone"),
    "ledger": ("ReportForm", "ReportColumn", "ReportFilling"),
    "mfa": ("Authenticator",),
    "people": ("Organisation", "City"),
    "places": ("Place", "Area", "AreaParent", "Within", "Assigned", "Estate", "Building", "Dwelling", "PointSet"),
    "procrastinate": ("ProcrastinateJob", "ProcrastinateEvent", "ProcrastinatePeriodicDefer", "ProcrastinateWorker"),
    "sessions": ("Session",),
}
"""By room, models of which nothing belongs to one event: each goes, or stays, by its own declaration."""

NOT_REWRITTEN = frozenset({"custody.TrailEntry"})
"""Holds ids and codes alone, for six months, and grows all the time: it is not written anew."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        model: its label, room.Model; name: of the table in the database.
        rule: which of its rows go with an event; None where none does.
    """

    model: str
    name: str
    rule: str | None


def staying() -> set[str]:
    """Labels of the models of which nothing goes."""
    return {f"{room}.{name}" for room, names in STAYS.items() for name in names}


def all_tables() -> list[Table]:
    """Every table, those with rows that go first and in the order in which they go."""
    known = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    return [
        *(Table(label, _name(known[label]), rule) for label, rule in GOES.items()),
        *(Table(label, _name(known[label]), None) for label in sorted(staying())),
    ]


def to_rewrite() -> list[Table]:
    """Tables that may hold somebody's data, so that what was ever deleted from them must not stay on the disk."""
    harmful = {PERSONAL, SENSITIVE, SECRET}
    told = declared()
    return [
        table
        for table in all_tables()
        if table.model not in NOT_REWRITTEN
        and (table.rule is not None or any(field.sensitivity in harmful for field in told[table.model].fields.values()))
    ]


def _name(model: type[models.Model]) -> str:
    return model._meta.db_table
