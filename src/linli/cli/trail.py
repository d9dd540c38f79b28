"""`linli trail`: seal what was written down, and prove that nobody changed it since."""

import sys
from pathlib import Path

import click

from linli.cli.session import database
from linli.common.clock import now
from linli.custody import proof_files, seals
from linli.custody.proof_files import VERIFIER
from linli.custody.proofs import verify as prove

_LINK_HEX = 64


class Link(click.ParamType):
    """A link of the chain as it was printed: 64 hexadecimal digits; blanks between them are ignored."""

    name = "hex"

    def convert(self, value: str | bytes, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        try:
            found = bytes.fromhex(value)
        except ValueError:
            found = b""
        if len(found) * 2 != _LINK_HEX:
            self.fail(f"{value!r} is not a link: {_LINK_HEX} hexadecimal digits, as `linli trail verify` prints it.")
        return found


@click.group()
def trail() -> None:
    """The trail: who did or saw what, sealed so that changes show."""


@trail.command()
@click.option("--anchor", type=Link(), help="A link kept outside; it must stand in the chain.")
def verify(anchor: bytes | None) -> None:
    """Recompute every seal from the entries, and say what does not fit.

    Keep the newest link outside (in a mail, on paper): with --anchor it later proves everything before it.

    Exits 0 when all is well, 1 when something is wrong, 2 when the command line makes no sense.
    """
    with database():
        proof = prove(anchor=anchor)
    click.echo(f"seals: {proof.seals}, of which {proof.forgotten} have let go of entries whose six months were over")
    click.echo(f"sealed entries: {proof.entries}")
    click.echo(f"not yet sealed: {proof.unsealed}")
    click.echo(f"newest link: {proof.newest.hex() if proof.newest else 'none, nothing is sealed'}")
    for line in proof.wrong:
        click.echo(f"wrong: {line}", err=True)
    if proof.wrong:
        sys.exit(1)
    click.echo("Nothing was changed, taken away or put in." if proof.seals else "There is nothing to prove yet.")


@trail.command()
def seal() -> None:
    """Seal now what has been written and is not sealed; the background worker does so every ten seconds."""
    with database():
        sealed = seals.seal()
    click.echo(f"{sealed} entries sealed.")


@trail.command()
@click.option("--subject", help="Only entries about this, such as sign_up:… or person:12; else the whole trail.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file that is not there.")
def proof(subject: str | None, out: Path) -> None:
    """Write entries of the trail with what proves them, to be checked anywhere by verify_proof.py.

    That program needs nothing but Python: `linli trail verifier` prints it.
    """
    with database():
        kept = proof_files.write_file(out, subject=subject, at=now())
    click.echo(f"{out}: {kept.entries} entries, {kept.links} links. Not yet sealed, so not in it: {kept.unsealed}")
    click.echo(f"newest link: {kept.newest or 'none, nothing is sealed'}")


@trail.command()
def verifier() -> None:
    """Print the program that checks a proof; it needs nothing but Python."""
    click.echo(VERIFIER.read_text(encoding="utf-8"), nl=False)
