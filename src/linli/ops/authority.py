"""Our own certificate authority, for an office's Wi-Fi without a public name: `linli ca`.

    LINLI_DATA/ca/authority.key, authority.crt   of mode 600; the certificate is what phones are given
                  server.key, server.crt         of this machine, from it: LINLI_TLS_CERT and LINLI_TLS_KEY
                  linli-ca.crt, linli-ca.mobileconfig   the same certificate for Android and Windows, and for iOS

It can vouch only for the names and the networks it was made for (name constraints, critical): whoever steals its key
can still pretend to be nobody's bank. Backups hold the database alone, so that it is in none of them.
"""

import fcntl
import ipaddress
import plistlib
import socket
import struct
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from linli.conf.env import Env, authority_folder
from linli.custody import keyring
from linli.ops import tls
from linli.ops.errors import AuthorityOver, AuthorityThere, NoAddress, NoAuthority, OutsideAuthority

AUTHORITY_LIVES = timedelta(days=5 * 365)
SERVER_LIVES = timedelta(days=397)  # iOS takes none that is valid for longer than 825 days
SLOW_CLOCKS = timedelta(days=1)
_SIOCGIFADDR = 0x8915

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Authority:
    """What an authority is and may.

    Attributes:
        folder: where it lies.
        names, networks: what it may vouch for: names with whatever stands before them, and all addresses of these.
    """

    folder: Path
    certificate: x509.Certificate
    names: tuple[str, ...]
    networks: tuple[Network, ...]

    @property
    def fingerprint(self) -> str:
        return tls.fingerprint(self.certificate)

    @property
    def allowed(self) -> str:
        return ", ".join([*self.names, *map(str, self.networks)])


def make(env: Env, names: list[str], addresses: list[Address], at: datetime) -> Authority:
    """Make an authority for these names, one at least, and the networks around these addresses.

    Raises:
        AuthorityThere: there is one; a second would leave every phone with a warning.
        KeyringError: the folder cannot be written.
    """
    folder = authority_folder(env.data_dir)
    if (folder / "authority.crt").exists():
        raise AuthorityThere(where=folder)
    if not names:
        raise ValueError("an authority without a name could vouch for every name there is")
    key = ec.generate_private_key(ec.SECP256R1())
    called = _called(f"Linli {names[0]} {at:%Y-%m-%d}")
    networks = sorted({_network(each) for each in addresses}, key=str)
    certificate = (
        _builder(called, called, key.public_key(), at, at + AUTHORITY_LIVES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(_constraints(names, networks), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    keyring.write(folder / "authority.key", _pem(key), over=True)
    keyring.write(folder / "linli-ca.crt", pem, over=True)
    keyring.write(folder / "linli-ca.mobileconfig", profile(certificate), over=True)
    keyring.write(folder / "authority.crt", pem)  # last: from here on it is there
    return read(env)


def read(env: Env) -> Authority:
    """The authority that is there.

    Raises:
        NoAuthority: there is none.
    """
    folder = authority_folder(env.data_dir)
    try:
        certificate = x509.load_pem_x509_certificate((folder / "authority.crt").read_bytes())
    except OSError as error:
        raise NoAuthority(where=folder) from error
    found = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    return Authority(
        folder,
        certificate,
        tuple(each.value for each in found if isinstance(each, x509.DNSName)),
        tuple(each.value for each in found if isinstance(each, x509.IPAddress) and isinstance(each.value, Network)),
    )


def issue(env: Env, names: list[str], addresses: list[Address], at: datetime) -> x509.Certificate:
    """Make the server a key and a certificate for these names and addresses; a running server takes them up.

    Raises:
        NoAuthority, AuthorityOver, OutsideAuthority: nothing was changed.
    """
    own = read(env)
    until = own.certificate.not_valid_after_utc
    if at >= until:
        raise AuthorityOver(where=own.folder, until=until)
    for each in [*names, *addresses]:
        if not _vouches(own, each):
            raise OutsideAuthority(allowed=own.allowed, name=each, where=own.folder)
    signer = serialization.load_pem_private_key(_key_text(own.folder / "authority.key"), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    alternatives = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    certificate = (
        _builder(
            _called("Linli server"),  # no name: OpenSSL would hold one in the subject to the constraints on names
            own.certificate.subject,
            key.public_key(),
            at,
            min(at + SERVER_LIVES, until),
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    keyring.write(own.folder / "server.key", _pem(key), over=True)
    keyring.write(own.folder / "server.crt", certificate.public_bytes(serialization.Encoding.PEM), over=True)
    return certificate


def profile(certificate: x509.Certificate) -> bytes:
    """The certificate as iOS installs it: a profile with one payload. The same certificate gives the same bytes."""
    der = certificate.public_bytes(serialization.Encoding.DER)
    mark = tls.fingerprint(certificate)
    payload = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": "linli.ca.root",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_OID, mark)).upper(),
        "PayloadDisplayName": "邻里 Linli",
        "PayloadCertificateFileName": "linli-ca.crt",
        "PayloadContent": der,
    }
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": "linli.ca",
            "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, mark)).upper(),
            "PayloadDisplayName": "邻里 Linli",
            "PayloadDescription": f"SHA-256 {mark}",
            "PayloadContent": [payload],
        }
    )


def own_names() -> list[str]:
    """What this machine is called in its network: its host name, and the same under .local where it is one label."""
    name = socket.gethostname().lower().rstrip(".")
    return [name] if "." in name else [name, f"{name}.local"]


def own_addresses() -> list[Address]:
    """The IPv4 addresses of this machine's networks, loopback left out; asked of the kernel, with no network needed.

    Raises:
        NoAddress: there is none.
    """
    found: list[Address] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            try:
                said = fcntl.ioctl(asked.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # this one has none
                continue
            found.append(ipaddress.IPv4Address(said[20:24]))
    found = [each for each in found if not each.is_loopback]
    if not found:
        raise NoAddress
    return found


def own_addresses_within(own: Authority) -> list[Address]:
    """Those of this machine's addresses that the authority may vouch for; none where it may for none of them."""
    return [each for each in own_addresses() if _vouches(own, each)]


def _key_text(file: Path) -> bytes:
    """A key in PEM, from a file of ours.

    Raises:
        NoAuthority: it is not there.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise NoAuthority(where=file.parent) from error


def _network(of: Address) -> Network:
    """The network around an address: a router may give this machine another of its addresses tomorrow."""
    return ipaddress.ip_network(f"{of}/{24 if of.version == 4 else 64}", strict=False)


def _vouches(own: Authority, for_: str | Address) -> bool:
    if not isinstance(for_, str):
        return any(for_ in network for network in own.networks)
    return any(for_ == name or for_.endswith(f".{name}") for name in own.names)


def _constraints(names: list[str], networks: list[Network]) -> x509.NameConstraints:
    """What of a kind is permitted excludes the rest of it; where nothing is, the whole kind is excluded.

    There is always a name: an authority without one could vouch for every name there is.
    """
    excluded: list[x509.GeneralName] = []
    for version, everything in ((4, "0.0.0.0/0"), (6, "::/0")):
        if not any(network.version == version for network in networks):
            excluded.append(x509.IPAddress(ipaddress.ip_network(everything)))
    permitted = [*map(x509.DNSName, names), *map(x509.IPAddress, networks)]
    return x509.NameConstraints(permitted, excluded or None)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, until: datetime
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return made.serial_number(x509.random_serial_number()).not_valid_before(at - SLOW_CLOCKS).not_valid_after(until)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
