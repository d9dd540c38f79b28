"""`linli ca`: our own certificate authority, for an office's Wi-Fi without a public name."""

import ipaddress
import os
from urllib.parse import urlsplit

import click
from cryptography import x509

from linli.cli.doctor import speak
from linli.common.clock import now
from linli.conf.env import Env
from linli.ops import authority, handing, tls
from linli.ops.authority import Address, Authority
from linli.ops.errors import PortTaken


def _address(ctx: click.Context, param: click.Parameter, said: tuple[str, ...]) -> list[Address]:
    try:
        return [ipaddress.ip_address(each) for each in said]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


for_names = click.option("--name", "names", multiple=True, help="A name of this machine; default: its host name.")
for_addresses = click.option(
    "--address", "addresses", multiple=True, callback=_address, help="Its address; default: those it has now."
)


@click.group()
def ca() -> None:
    """Our own certificate authority: https in an office's Wi-Fi, for the phones that were given its certificate."""


@ca.command()
@for_names
@for_addresses
def make(names: tuple[str, ...], addresses: list[Address]) -> None:
    """Make the authority and this machine's certificate from it.

    It can vouch only for these names, what stands before them, and the networks around these addresses.
    """
    env, at = Env.read(os.environ), now()
    named, addressed = _what(env, names, addresses)
    own = authority.make(env, named, addressed, at)
    made = authority.issue(env, named, addressed, at)
    _tell(own)
    _tell_server(env, own, made, addressed)


@ca.command()
@for_names
@for_addresses
def issue(names: tuple[str, ...], addresses: list[Address]) -> None:
    """Make this machine another certificate: when the old one runs out, or its address changed.

    A running Linli takes it up within half a minute. Phones notice nothing.
    """
    env = Env.read(os.environ)
    own = authority.read(env)
    named, addressed = _what(env, names or own.names, addresses or authority.own_addresses_within(own))
    made = authority.issue(env, named, addressed, now())
    _tell_server(env, own, made, addressed)


@ca.command()
def show() -> None:
    """Print what the authority is, may, and how to tell its certificate from another."""
    _tell(authority.read(Env.read(os.environ)))


@ca.command("hand-out")
@click.option("--port", default=8080, show_default=True, help="Where the page is.")
def hand_out(port: int) -> None:
    """Show staff phones the page from which they fetch the certificate, over plain http, until Ctrl-C."""
    env = Env.read(os.environ)
    speak(env)
    own = authority.read(env)
    site = env.url or f"https://{authority.own_addresses()[0]}:{env.port}"
    try:
        handing_out = handing.server(own, site, port=port)
    except OSError as error:
        raise PortTaken(port=port, other=port + 1) from error
    _tell(own)
    with handing_out:
        here = urlsplit(site).hostname or "127.0.0.1"
        click.echo(f"Phones fetch it here: http://{here}:{port}/  (Ctrl-C stops it)")
        try:
            handing_out.serve_forever()
        except KeyboardInterrupt:
            click.echo("The page is closed.")


def _what(env: Env, names: tuple[str, ...], addresses: list[Address]) -> tuple[list[str], list[Address]]:
    """Names and addresses as they were said, else this machine's own; what LINLI_URL says is always among them."""
    named = [each.lower().rstrip(".") for each in names] or authority.own_names()
    addressed = addresses or authority.own_addresses()
    host = urlsplit(env.url).hostname if env.url else None
    if host:
        try:
            addressed = list(dict.fromkeys([ipaddress.ip_address(host), *addressed]))
        except ValueError:
            named = list(dict.fromkeys([host, *named]))
    return named, addressed


def _tell(own: Authority) -> None:
    click.echo(f"authority: {own.folder}, valid until {own.certificate.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"may vouch for: {own.allowed}")
    click.echo(f"fingerprint (SHA-256), to compare on each phone:\n{own.fingerprint}")
    click.echo(
        f"for Android and Windows: {own.folder / handing.CRT}\nfor iPhone and iPad: {own.folder / handing.PROFILE}"
    )


def _tell_server(env: Env, own: Authority, made: x509.Certificate, addresses: list[Address]) -> None:
    click.echo(f"certificate: for {', '.join(tls.names(made))}, valid until {made.not_valid_after_utc:%Y-%m-%d}")
    at = f"[{addresses[0]}]" if addresses[0].version == 6 else addresses[0]
    click.echo("Start Linli with:")
    everywhere = "::" if addresses[0].version == 6 else "0.0.0.0"  # noqa: S104 -- so that every phone may come
    click.echo(f"  export LINLI_BIND={everywhere}")
    click.echo(f"  export LINLI_URL={env.url or f'https://{at}:{env.port}'}")
    click.echo(f"  export LINLI_TLS_CERT={own.folder / 'server.crt'} LINLI_TLS_KEY={own.folder / 'server.key'}")
