"""What tables and steps are called on pages and on paper (English msgids)."""

from django.utils.translation import gettext, gettext_noop

from linli.closing.certificate import Limit
from linli.closing.models import Step
from linli.custody.declare import declared, told

TABLES = {
    "access.ApiToken": gettext_noop("Keys of programs"),
    "access.DeviceClaim": gettext_noop("Further sign-ups on a phone"),
    "access.DeviceSession": gettext_noop("Signed-in phones"),
    "access.FirstCode": gettext_noop("The first administrator's code"),
    "access.GrantRequest": gettext_noop("Roles asked for"),
    "access.AccountPerson": gettext_noop("Accounts whose person is known"),
    "access.MailAddress": gettext_noop("E-mail addresses"),
    "access.OneTimeCode": gettext_noop("One-time codes"),
    "access.PaperCode": gettext_noop("Codes on paper"),
    "access.RoleGrant": gettext_noop("Roles given"),
    "access.SignInLink": gettext_noop("Sign-in links"),
    "access.User": gettext_noop("Accounts of staff"),
    "account.EmailAddress": gettext_noop("E-mail addresses of accounts (unused)"),
    "account.EmailConfirmation": gettext_noop("Confirmations of e-mail addresses (unused)"),
    "auth.Group": gettext_noop("Groups of accounts (unused)"),
    "auth.Group_permissions": gettext_noop("Permissions of groups (unused)"),
    "auth.Permission": gettext_noop("Permissions (unused)"),
    "closing.Certificate": gettext_noop("Certificates of destruction"),
    "closing.Closing": gettext_noop("Closings of events"),
    "closing.Debt": gettext_noop("Copies of the keyring still to be reached"),
    "closing.Erasure": gettext_noop("Erasures of single people"),
    "closing.Line": gettext_noop("Counts of what was destroyed"),
    "closing.Step": gettext_noop("Steps of closings"),
    "command.Briefing": gettext_noop("Saved briefings: counts only"),
    "contenttypes.ContentType": gettext_noop("Names of tables"),
    "custody.Export": gettext_noop("Lists that left: who, when, how many"),
    "custody.ExportRows": gettext_noop("What lists that left hold, for a day"),
    "custody.ExportedPerson": gettext_noop("Who was in lists that left: ids only"),
    "custody.Heading": gettext_noop("What columns of offices' lists mean"),
    "custody.Held": gettext_noop("Lists being looked through"),
    "custody.Seal": gettext_noop("Seals of the trail"),
    "custody.Spent": gettext_noop("Counters against too many tries"),
    "custody.TrailEntry": gettext_noop("Entries of the trail: ids only"),
    "desk.Entry": gettext_noop("Entries of the duty log"),
    "desk.HandOver": gettext_noop("Shift changes"),
    "desk.Passing": gettext_noop("Who handed which entry to whom"),
    "events.Event": gettext_noop("Events: name and dates"),
    "events.EventArea": gettext_noop("Areas of events"),
    "events.Zone": gettext_noop("Zones as they were declared"),
    "field.Lease": gettext_noop("Doors lent to phones without a signal"),
    "field.Receipt": gettext_noop("What phones without a signal brought"),
    "ledger.Arrived": gettext_noop("Whom a form made known"),
    "ledger.Apart": gettext_noop("Who was told apart from whom"),
    "ledger.DoorCode": gettext_noop("Codes on the sheets of doors"),
    "ledger.Finding": gettext_noop("What was found at doors"),
    "ledger.MoveProposed": gettext_noop("Moves that grid workers heard of"),
    "ledger.PaperLine": gettext_noop("Doors on numbered sheets"),
    "ledger.ReportForm": gettext_noop("Forms that offices require"),
    "ledger.ReportColumn": gettext_noop("Columns of these forms"),
    "ledger.ReportFilling": gettext_noop("Times that a form was filled"),
    "ledger.PaperSheet": gettext_noop("Numbered sheets of paper"),
    "ledger.Said": gettext_noop("What was said of people at doors"),
    "ledger.SelfReport": gettext_noop("Self-reports by the code of a door"),
    "ledger.SelfReported": gettext_noop("Who was named in self-reports"),
    "ledger.Sweep": gettext_noop("Sweeps from door to door"),
    "mfa.Authenticator": gettext_noop("Second steps of accounts"),
    "muster.Allocation": gettext_noop("Allocations worked out"),
    "muster.Call": gettext_noop("What work units were asked for and answered"),
    "muster.CallSkill": gettext_noop("Which skills work units were asked for"),
    "muster.Deployed": gettext_noop("Who was deployed from a work unit"),
    "muster.Reinforcement": gettext_noop("Requests for people of the level above"),
    "muster.ReinforcementSkill": gettext_noop("Which skills these requests ask for"),
    "muster.UnitFree": gettext_noop("How many people work units could send"),
    "muster.UnitPlan": gettext_noop("Proposals of which work units go"),
    "muster.UnitPlanLine": gettext_noop("Lines of these proposals"),
    "muster.Demand": gettext_noop("How many people a grid asked for"),
    "muster.DemandSkill": gettext_noop("Which skills a grid asked for"),
    "muster.Placement": gettext_noop("Placements"),
    "muster.Team": gettext_noop("Teams"),
    "muster.Responsibility": gettext_noop("Who answered for which buildings and doors"),
    "muster.NamedPost": gettext_noop("Named posts"),
    "muster.Holding": gettext_noop("Who held which post, and when"),
    "muster.Member": gettext_noop("Who was in which team"),
    "duty.Training": gettext_noop("Trainings for dangerous work"),
    "duty.Policy": gettext_noop("Insurances of those who serve"),
    "duty.CalendarEntry": gettext_noop("Times that people took into their calendars"),
    "duty.Booking": gettext_noop("Bookings of people's time"),
    "duty.Correction": gettext_noop("Corrections of hours that were asked for"),
    "duty.HoursCertificate": gettext_noop("Certificates of hours that were issued"),
    "duty.VolunteerNumber": gettext_noop("National numbers of volunteers"),
    "duty.PostCode": gettext_noop("Codes of posts"),
    "duty.Service": gettext_noop("Hours served"),
    "muster.Proposal": gettext_noop("Lines of allocations"),
    "muster.SignUp": gettext_noop("Sign-ups"),
    "notices.Notice": gettext_noop("Notices: templates and ids, no sentence"),
    "notices.Sending": gettext_noop("Messages on their way, without number or address"),
    "notices.Told": gettext_noop("Who was told what, and has read it"),
    "people.City": gettext_noop("What this installation is for"),
    "people.Household": gettext_noop("Households"),
    "people.Identity": gettext_noop("Names, phones and ID numbers"),
    "people.Load": gettext_noop("Lists of people that were taken in"),
    "people.Organisation": gettext_noop("Work units"),
    "people.Person": gettext_noop("Persons"),
    "people.SameAs": gettext_noop("Entries that turned out to be one person"),
    "people.Stay": gettext_noop("Where people were counted"),
    "people.Unavailable": gettext_noop("Times when volunteers cannot come"),
    "people.Volunteer": gettext_noop("Volunteers"),
    "places.Area": gettext_noop("Areas"),
    "places.AreaParent": gettext_noop("Which area lies in which"),
    "places.Assigned": gettext_noop("Buildings held by micro-grids"),
    "places.Building": gettext_noop("Buildings"),
    "places.Dwelling": gettext_noop("Doors"),
    "places.Estate": gettext_noop("Estates"),
    "places.Place": gettext_noop("Places"),
    "places.PointSet": gettext_noop("Points given to estates and buildings"),
    "places.Within": gettext_noop("What lies in what"),
    "procrastinate.ProcrastinateEvent": gettext_noop("What became of jobs"),
    "procrastinate.ProcrastinateJob": gettext_noop("Jobs in the background: ids only"),
    "procrastinate.ProcrastinatePeriodicDefer": gettext_noop("Regular jobs"),
    "procrastinate.ProcrastinateWorker": gettext_noop("Background workers"),
    "rolls.Counter": gettext_noop("Counts of roll calls"),
    "rolls.Missed": gettext_noop("Who moved while a roll call was being made"),
    "rolls.Roll": gettext_noop("Roll calls"),
    "rolls.Standing": gettext_noop("How people and doors stand in roll calls"),
    "rolls.StandingChange": gettext_noop("Changes of standings"),
    "sessions.Session": gettext_noop("Signed-in browsers"),
}
STEPS = {
    Step.What.ROWS: gettext_noop("The event's rows are deleted"),
    Step.What.TABLES: gettext_noop("The tables are written anew"),
    Step.What.LOG: gettext_noop("The database's old log goes"),
    Step.What.BACKUP: gettext_noop("A new backup is made and restored on trial"),
    Step.What.KEYS: gettext_noop("The keys of older backups are destroyed"),
    Step.What.CERTIFICATE: gettext_noop("The certificate is issued"),
}
LIMITS = {
    Limit.LOG_NOT_SEEN: gettext_noop(
        "The database is run elsewhere (DATABASE_URL): its log, replicas and copies could not be seen. Whoever runs it "
        "has to destroy them."
    ),
    Limit.STATISTICS: gettext_noop(
        "The database's statistics could not be written anew; whoever runs it has to: VACUUM FULL pg_statistic."
    ),
    Limit.COPIES: gettext_noop("Copies of the keyring were out of reach: old keys in them are not destroyed yet."),
    Limit.SEALED_COPIES: gettext_noop(
        "Keyrings that were sealed for the safe before hold old keys: destroy them and seal a new one."
    ),
    Limit.FREE_SPACE: gettext_noop(
        "Deleted files are out of reach of every program, but a disk keeps their traces until it writes there again. "
        "An encrypted disk answers for that."
    ),
}


def table_told(model: str) -> str:
    """What a table is called."""
    return gettext(TABLES[model])


def basis_told(model: str) -> str:
    """On which basis a table is kept."""
    return told(declared()[model].basis)


def keep_told(model: str) -> str:
    """How long its rows are kept."""
    return told(declared()[model].keep)
