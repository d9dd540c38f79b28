"""`linli keys`: what is in the keyring and its copies, never a key itself; rotate, seal for the safe, bring back."""

import os
import sys
from pathlib import Path

import click

from linli.common import clock
from linli.conf.env import Env
from linli.custody import keycopies, keyring, keysealed
from linli.custody.keycopies import WANTED, State


@click.group(invoke_without_command=True)
@click.pass_context
def keys(ctx: click.Context) -> None:
    """The keyring: which keys there are, how old, and whether each copy has them. Never shows a key."""
    if ctx.invoked_subcommand is None:
        show()


def show() -> None:
    """Print keys and copies. Exits 1 where a copy cannot be used, lacks a key or holds another."""
    env = Env.read(os.environ)
    at = keyring.folder(env.data_dir)
    click.echo(f"keyring: {at}")
    found = keyring.listed(at)
    for one in found:
        days = max(0, (clock.now() - one.made_at).days)
        click.echo(f"  {one.name}  made {one.made_at:%Y-%m-%d %H:%M} UTC, {days} days ago  mark {one.mark}")
    if not found:
        click.echo("  There is no key yet. The first start makes them.")
    tell(keycopies.states(env.data_dir, env.keyring_copies))


@keys.command()
def copy() -> None:
    """Bring every copy that LINLI_KEYRING_COPIES names up to date. Exits 1 where one could not be."""
    env = Env.read(os.environ)
    with keyring.changing(env.data_dir):
        states = keycopies.spread(env.data_dir, env.keyring_copies)
    tell(states)


@keys.command()
def rotate() -> None:
    """Make a new key for ID numbers and phones. What older keys sealed stays readable; a running Linli takes it up."""
    env = Env.read(os.environ)
    number = keycopies.rotate(env.data_dir, env.keyring_copies)
    click.echo(f"From now on the key register.{number} seals. Keep the older ones: they open what they sealed.")
    click.echo("Sealed copies in the safe are older than this key: make a new one (linli keys export).")


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write the keyring to FILE, sealed under a passphrase, for the safe. FILE must not exist yet."""
    env = Env.read(os.environ)
    if file.exists():
        raise click.ClickException(f"{file} exists already. Nothing was written.")
    if not keyring.names(keyring.folder(env.data_dir)):
        raise click.ClickException("There is no key yet. The first start makes them.")
    passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    if len(passphrase) < keysealed.SHORTEST_PASSPHRASE:
        raise click.ClickException(f"A passphrase has at least {keysealed.SHORTEST_PASSPHRASE} characters.")
    content = keysealed.seal(env.data_dir, passphrase)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"{file} holds the keyring, sealed. Keep the passphrase in another place than the file.")


@keys.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def take(file: Path) -> None:
    """Add the keys in the sealed FILE that are not here. Where one is another key here, nothing is changed."""
    env = Env.read(os.environ)
    there, entries = keysealed.unseal(file, click.prompt("Passphrase", hide_input=True, err=True))
    new = keycopies.take_in(env.data_dir, there, entries, source=file.name, where=file)
    click.echo(f"{len(new)} keys added, {len(there) - len(new)} were here or are destroyed.")


@keys.command()
@click.argument("name")
def recover(name: str) -> None:
    """Bring back from the copy NAME whatever the keyring lacks."""
    env = Env.read(os.environ)
    new = keycopies.recover(env.data_dir, env.keyring_copies, name)
    click.echo(f"{len(new)} keys added: {', '.join(new) or 'none was missing'}.")


def tell(states: list[State]) -> None:
    """Print how each copy stands; exits 1 where one is not as it should be."""
    for one in states:
        click.echo(f"copy {one.name}: {one.folder}  {_words(one)}")
    if len(states) < WANTED:
        click.echo(
            f"Warning: {len(states)} copies are configured; a real community needs at least {WANTED}. Name them in "
            "LINLI_KEYRING_COPIES (such as stick=/media/stick/keyring,office=/srv/keyring). "
            "Without its keys nothing that is sealed can be read again.",
            err=True,
        )
    if any(one.why_not or one.lacks or one.differ for one in states):
        sys.exit(1)


def _words(state: State) -> str:
    if state.why_not:
        return state.why_not
    said = [f"lacks {name}" for name in state.lacks] + [f"holds another {name}" for name in state.differ]
    return ", ".join(said) or "complete"
