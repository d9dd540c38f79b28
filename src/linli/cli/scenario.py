"""`linli scenario`: play a scenario through the actions."""

from pathlib import Path

import click
from django.utils.translation import gettext

from linli.cli.progress import bar
from linli.cli.session import database
from linli.command.queries import facts
from linli.command.record import texts
from linli.common.clock import now
from linli.muster.units import counting
from linli.rolls import explaining, queries
from linli.scenarios import article as played
from linli.scenarios import reinforce as reinforced
from linli.scenarios import sweep as swept
from linli.scenarios.city import telling_bad_folders
from linli.scenarios.deploying import FromTheCity
from linli.simulation import CityFolder
from linli.web.sweeps.words import STATE_WORDS


@click.group()
def scenario() -> None:
    """Play a scenario through the actions."""


@scenario.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@click.option("--publish/--no-publish", default=True, show_default=True, help="Let the city publish the proposal.")
def article(folder: Path, seed: int, publish: bool) -> None:
    """Play the article on the city whose register is loaded; FOLDER is that city's, with its truth.

    Ends with the briefing, whose figures are counted from the rows.
    """
    with database():
        with telling_bad_folders(), bar("Playing") as tell:
            done = played.play(CityFolder(folder), seed, publish=publish, progress=tell)
        for text in texts(facts(done.event, done.allocation.area, now())):
            click.echo(text)


@scenario.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
def sweep(folder: Path, seed: int) -> None:
    """Go from door to door through the city whose register is loaded; FOLDER is that city's, with its truth.

    Ends with both balances and what became of everybody who was known.
    """
    with database():
        with telling_bad_folders(), bar("Playing") as tell:
            done = swept.play(CityFolder(folder), seed, progress=tell)
        for line in told(done):
            click.echo(line)


@scenario.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
def reinforce(folder: Path, seed: int) -> None:
    """Let districts ask the city for people, and its departments send them; FOLDER is that city's.

    Ends with who was sent where, and the proof.
    """
    with database():
        with telling_bad_folders(), bar("Playing") as tell:
            done = reinforced.play(CityFolder(folder), seed, progress=tell)
        for line in sent(done):
            click.echo(line)


def sent(done: FromTheCity) -> list[str]:
    """Who could send, who asked, who came, and what is proved of the plan, in the language that is active."""
    stands, plan = counting.stands(done.requests), done.plan
    return [
        gettext("Given: {units} departments with {people} people, the zones, and what each area asks for.").format(
            units=len(done.units.units), people=len(done.units.person)
        ),
        *(
            gettext("{name} asked for {heads}: {arrived} have arrived, {short} are short.").format(
                name=each.area.called, heads=each.heads, arrived=stands[each.pk].arrived, short=stands[each.pk].short
            )
            for each in done.requests
        ),
        gettext("Sent: {people} people by {units} departments.").format(
            people=sum(stand.arrived for stand in stands.values()), units=plan.summary["units"]
        ),
        gettext("Proof: objective {objective}, bound {bound}, gap {gap:.2%}; travel {minutes} minutes in all.").format(
            objective=plan.objective, bound=plan.bound, gap=plan.summary["gap"], minutes=plan.summary["minutes"]
        ),
    ]


def told(done: swept.Swept) -> list[str]:
    """What became of all who were known, line by line, in the language that is active."""
    area, at = done.sweep.persons.area_id, now()
    people = explaining.since(done.sweep.persons, area, done.before, at)
    return [
        gettext("Assumed: {shares} of lived-in doors answer on the first evening, the second, and by phone.").format(
            shares=", ".join(f"{share:.0%}" for share in swept.ANSWERS)
        ),
        gettext("Doors: {known} known, {found} of them found.").format(
            known=(balance := queries.balance(done.sweep.doors, area, at)).known, found=done.doors_found
        ),
        *(f"  {STATE_WORDS[state]}: {n}" for state, n in balance.parts),
        gettext("People: {before} known before, {found} found, {went} withdrawn, {after} known after.").format(
            before=people.before.known, found=people.found, went=sum(people.went.values()), after=people.after.known
        ),
        *(f"  {STATE_WORDS[state]}: {n}" for state, n in people.after.parts),
        gettext("Unexplained: {n}. Truly there: {truly}.").format(
            n=sum(map(abs, people.unexplained.values())), truly=done.truly
        ),
    ]
