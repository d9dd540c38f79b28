"""The impact assessment: why it is needed, what it could do to people, what holds against it, what is not done.

What can be counted comes from the declarations. Whoever runs Linli adds their own reasons and decides; this says so.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from linli.custody.declare import Declared, Field, Kind, Sensitivity, Whose, declared, told
from linli.custody.record import listed, readers_of
from linli.places import queries as places
from linli.web.declared import lists
from linli.web.declared.blocks import Block, facts, items, part, table, text

NEEDED = (
    gettext_noop("Nobody may be missed: so it must be known who lives behind which door."),
    gettext_noop("Whoever must not wait is helped first: so a need of a closed list may be kept, and nothing more."),
    gettext_noop("Helpers are placed near home and where their skills are needed: so door, skills and hours are kept."),
    gettext_noop("Whoever asked is called back: so the desk's log keeps name, phone and what is needed."),
    gettext_noop("Somebody answers for each decision: so it is kept who did what, in the trail."),
)
LESS = (
    gettext_noop("An ID number is never required. A phone number is never required of a resident."),
    gettext_noop(
        "Columns and words of a file that nothing declares are left out, and the person who loads it is told."
    ),
    gettext_noop("Why a helper cannot come is not asked. Where helpers are is not tracked."),
    gettext_noop("Names, phone numbers and doors are masked until somebody says why they must see them."),
    gettext_noop("Command sees counts; the press sees counts of five or more."),
)
# What could happen to people; what holds against it; what is left.
RISKS = (
    (
        gettext_noop("A list of people gets into a chat group."),
        gettext_noop(
            "Lists show masked rows, page by page. Showing one in full needs a reason and stands in the trail."
        ),
        gettext_noop(
            "Whoever may read a screen can photograph it. What was loaded here also lies in the office's files."
        ),
    ),
    (
        gettext_noop("Somebody reads about a neighbour out of curiosity."),
        gettext_noop("A role holds over its own area only. Helpers who signed up read on their page who looked."),
        gettext_noop("A desk may look inside its community. The trail is only as good as whoever reads it."),
    ),
    (
        gettext_noop("The machine or a backup is stolen."),
        gettext_noop(
            "Phone and ID numbers and the text of the duty log are sealed under a key outside the database. "
            "Each backup has its own key."
        ),
        gettext_noop(
            "Names, doors, birthdays and needs are not sealed one by one: whoever holds the disk reads them, "
            "and whoever holds the running machine reads all. Encrypt its disk."
        ),
    ),
    (
        gettext_noop("Health is written into free text of the duty log."),
        gettext_noop(
            "It is declared sensitive; the desk and the street that holds it read it; it ends with the event."
        ),
        gettext_noop("No program can stop somebody from typing more than is needed."),
    ),
    (
        gettext_noop("Wrong or old entries: help goes to the wrong door, or to nobody."),
        gettext_noop("Moves are kept over time; who is not reached stays on a list with a name that answers for it."),
        gettext_noop("A register that an office brought along is as right as the office was."),
    ),
    (
        gettext_noop("It is kept when it is no longer needed."),
        gettext_noop("Each table says how long. A standing list has an owner and is looked at again within a year."),
        gettext_noop("Copies outside Linli are out of its reach."),
    ),
    (
        gettext_noop("It is used to rank, punish or watch people."),
        gettext_noop("No score, no code and no colour of a person exists. What is not declared cannot be stored."),
        gettext_noop("Whoever changes the program can change that; the digest of the declarations then changes too."),
    ),
    (
        gettext_noop("A computer decides over a helper."),
        gettext_noop("It only proposes. A person publishes, each placement says why, and everybody may say no."),
        gettext_noop("Somebody in a hurry may publish without reading."),
    ),
    (
        gettext_noop("Whoever has no phone is left out."),
        gettext_noop("The desk signs people up, prints codes and the notice; help is asked for by calling or coming."),
        gettext_noop("Whoever nobody knows of has to be found by knocking."),
    ),
)
NOT_DONE = (
    gettext_noop("The notice is printed and shown large, but not read aloud."),
    gettext_noop("Entries about children are kept and read as those of adults; guardians have no access of their own."),
    gettext_noop("There is no separate consent, because nothing here is kept for anything that would need one."),
    gettext_noop("No outside body has tested or graded this installation. Whoever runs it has that done."),
    gettext_noop("Contracts with carriers of messages, training and a plan for leaks are the operator's own."),
    gettext_noop("Whether the basis holds for this place has to be judged by its own lawyers."),
)


def lead() -> str:
    """What this is, in one sentence."""
    return gettext("What Linli could do to the people in it, and what holds against that. Made from the declarations.")


def blocks(at: datetime) -> list[Block]:
    """The assessment in the language that is active."""
    area = places.top_area()
    where = area.called if area is not None else gettext("This Linli has no area yet.")
    return [
        facts([(gettext("Assessed"), gettext("Linli")), (gettext("Where"), where)]),
        part(gettext("Why it is needed")),
        items(gettext(each) for each in NEEDED),
        part(gettext("Is it in proportion?")),
        facts(_counted()),
        items([*(gettext(each) for each in LESS), lists.in_short()]),
        *_sensitive(),
        *_children(),
        *_automated(),
        part(gettext("What could happen to people")),
        table(
            (gettext("What could happen"), gettext("What holds against it"), gettext("What is left")),
            [[gettext(each) for each in row] for row in RISKS],
        ),
        part(gettext("What is not done")),
        items(gettext(each) for each in NOT_DONE),
        part(gettext("Decision")),
        text(gettext("To be decided and signed by whoever runs this Linli. Assess again when the digest changes.")),
        facts((gettext(each), "____________________") for each in SIGNED),
    ]


SIGNED = (
    gettext_noop("May it be run so?"),
    gettext_noop("On which conditions?"),
    gettext_noop("Data protection officer, date"),
    gettext_noop("Who runs it, date"),
)


def _of_somebody() -> list[tuple[Declared, str, Field]]:
    return [
        (each, name, field) for each in declared().values() for name, field in each.fields.items() if field.of_somebody
    ]


def _counted() -> list[tuple[str, str]]:
    every, personal = declared().values(), _of_somebody()
    fields = sum(len(each.fields) for each in every)
    about = sum(each.whose is not None for each in every)
    of = gettext("{n} of {all}")
    return [
        (gettext("Tables that say something about somebody"), of.format(n=about, all=len(every))),
        (gettext("Fields that do"), of.format(n=len(personal), all=fields)),
        (
            gettext("Of these, shown on no page"),
            of.format(n=sum(not field.readers for _, _, field in personal), all=len(personal)),
        ),
        (
            gettext("Of these, sensitive"),
            of.format(n=sum(field.sensitivity is Sensitivity.SENSITIVE for _, _, field in personal), all=len(personal)),
        ),
    ]


def _sensitive() -> list[Block]:
    head = (
        gettext("Field"),
        gettext("What it tells"),
        gettext("What for"),
        gettext("Who may read it"),
        gettext("How long"),
    )
    rows = [
        (f"{each.label}.{name}", told(field.kind or ""), told(field.purpose), readers_of(field), told(each.keep))
        for each, name, field in _of_somebody()
        if field.sensitivity is Sensitivity.SENSITIVE
    ]
    return [
        part(gettext("What is sensitive")),
        text(gettext("Needs can tell of somebody's health, and the text of the duty log may. Both are sensitive.")),
        table(head, rows),
    ]


def _children() -> list[Block]:
    held = _tables(each for each in declared().values() if each.whose in (Whose.RESIDENT, Whose.CALLER))
    return [
        part(gettext("Children under 14")),
        text(
            gettext(
                "Families are kept with their children, in: {tables}. Everything kept about a child under 14 is "
                "sensitive (Personal Information Protection Law, Article 28), also where the table above calls it "
                "personal."
            ).format(tables=held)
        ),
        text(gettext("The day of birth is kept to know who is a child; no page lists children.")),
    ]


def _automated() -> list[Block]:
    worked_out = {each.label: each for each, _, field in _of_somebody() if field.kind is Kind.WHY}
    return [
        part(gettext("What a computer works out")),
        text(
            gettext(
                "Where helpers are placed, in: {tables}. It looks at skills, hours, the way from home and whether they "
                "serve only inside their estate, and at how many people a grid asked for; at nothing else. It "
                "proposes; a person publishes."
            ).format(tables=_tables(worked_out.values()))
        ),
        text(gettext("Everybody is told why they are placed there, without a word about anybody else.")),
    ]


def _tables(those: Iterable[Declared]) -> str:
    return listed(each.label for each in those)
