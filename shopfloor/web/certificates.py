"""``shopfloor certificates``: the shop's own certificate authority, and the certificate of its pages.

Handhelds need a secure context (camera, hashing, working with the server off), and a browser has it only where it
trusts the certificate. The authority may vouch for this shop's names and for private addresses only, so whoever steals
its key cannot be anybody's bank (RFC 5280, section 4.2.1.10). Its key is needed for renewals alone: keep it elsewhere.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

AUTHORITY_LIVES: Final = timedelta(days=3653)
SERVER_LIVES: Final = timedelta(days=397)
"""Browsers take no more than 398 days."""
CLOCKS_DIFFER: Final = timedelta(hours=1)
"""A handheld whose clock is behind takes a new certificate at once."""
DEFAULT_NAME: Final = "shop.lan"
LOCAL_NAME: Final = "localhost"
LOCAL_ADDRESS: Final = ip_address("127.0.0.1")
PRIVATE: Final[tuple[Network, ...]] = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "::1/128",
    )
)
OWNER_ONLY: Final = 0o600
DIRECTORY_OWNER_ONLY: Final = 0o700


class CertificatesError(OSError):
    """The certificates cannot be made; the message tells what to do."""


class Files(Struct, frozen=True):
    """Where they lie."""

    directory: Path

    @property
    def authority(self) -> Path:
        """What handhelds install. No secret."""
        return self.directory / "ca.pem"

    @property
    def authority_key(self) -> Path:
        return self.directory / "ca.key.pem"

    @property
    def server(self) -> Path:
        """For ``serve``: the server's certificate."""
        return self.directory / "server.pem"

    @property
    def server_key(self) -> Path:
        return self.directory / "server.key.pem"


def make_certificates(directory: Path, names: Sequence[str], addresses: Sequence[Address], now: datetime) -> Files:
    """A new authority, and a server certificate of it. Raises CertificatesError; nothing is ever overwritten."""
    files = Files(directory)
    there = [
        path.name for path in (files.authority, files.authority_key, files.server, files.server_key) if path.exists()
    ]
    if there:
        raise CertificatesError(
            f"{directory} has {', '.join(there)} already. Handhelds trust that authority: renew its server certificate "
            "with --renew, or choose another directory."
        )
    _check(names, addresses)
    directory.mkdir(mode=DIRECTORY_OWNER_ONLY, parents=True, exist_ok=True)
    key = generate_private_key(SECP256R1())
    authority = _authority(key, names, now)
    _write(files.authority_key, _pem_of_key(key))
    _write(files.authority, authority.public_bytes(serialization.Encoding.PEM))
    _issue(files, authority, key, _subject_names(names, addresses), now)
    return files


def renew_server(directory: Path, names: Sequence[str], addresses: Sequence[Address], now: datetime) -> Files:
    """A new server certificate, with a new key, of the authority that is there, so that handhelds notice nothing.

    Without names and addresses: for those of the old one. Raises CertificatesError.
    """
    files = Files(directory)
    authority, key = _authority_in(files)
    if now + SERVER_LIVES > authority.not_valid_after_utc:
        raise CertificatesError(
            f"The authority in {directory} ends on {authority.not_valid_after_utc:%Y-%m-%d}, before a new certificate "
            "would. Make a new authority in another directory, and install it on the handhelds."
        )
    if names or addresses:
        _check(names, addresses)
        subject = _subject_names(names, addresses)
    else:
        subject = _subject_of(_certificate(files.server))
    _check_vouched(authority, subject)
    _issue(files, authority, key, subject, now)
    return files


def fingerprint(certificate: Path) -> str:
    """SHA-256 as a browser and a phone show it: ``AB:CD:…``."""
    return _certificate(certificate).fingerprint(hashes.SHA256()).hex(":").upper()


def names_in(certificate: Path) -> tuple[str, ...]:
    """Names, then addresses, that a server certificate vouches for, in the order in which they were asked for."""
    return _hosts(_subject_of(_certificate(certificate)))


# ── certificates ────────────────────────────────────────────────────────────────────────────────


def _authority(key: EllipticCurvePrivateKey, names: Sequence[str], now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Shop floor CA of {names[0]}")])
    permitted = [
        *(x509.DNSName(host) for host in dict.fromkeys((*names, LOCAL_NAME))),
        *(x509.IPAddress(network) for network in PRIVATE),
    ]
    return (
        _begin(name, name, key, now, AUTHORITY_LIVES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _issue(
    files: Files,
    authority: x509.Certificate,
    authority_key: EllipticCurvePrivateKey,
    subject: x509.SubjectAlternativeName,
    now: datetime,
) -> None:
    """Each file is the new one or the old one, whole. If only the key was replaced, this is done once more."""
    key = generate_private_key(SECP256R1())
    vouching = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    server = (
        _begin(x509.Name([]), authority.subject, key, now, SERVER_LIVES)
        .add_extension(subject, critical=True)  # RFC 5280, section 4.2.1.6: there is no other name in it
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(vouching), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _replace(files.server_key, _pem_of_key(key))
    _replace(files.server, server.public_bytes(serialization.Encoding.PEM))


def _begin(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime, lives: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now - CLOCKS_DIFFER + lives)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _subject_names(names: Sequence[str], addresses: Sequence[Address]) -> x509.SubjectAlternativeName:
    """Also this computer itself, for whoever looks at the pages on it."""
    hosts = dict.fromkeys((*names, LOCAL_NAME))
    return x509.SubjectAlternativeName(
        [
            *(x509.DNSName(host) for host in hosts),
            *(x509.IPAddress(address) for address in dict.fromkeys((*addresses, LOCAL_ADDRESS))),
        ]
    )


def _subject_of(server: x509.Certificate) -> x509.SubjectAlternativeName:
    return server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def _hosts(subject: x509.SubjectAlternativeName) -> tuple[str, ...]:
    return (*subject.get_values_for_type(x509.DNSName), *map(str, subject.get_values_for_type(x509.IPAddress)))


# ── what may be asked for ───────────────────────────────────────────────────────────────────────


def _check(names: Sequence[str], addresses: Sequence[Address]) -> None:
    for name in names:
        if not _is_host(name):
            raise CertificatesError(f"{name!r} is no host name: letters, digits and hyphens between dots, as shop.lan.")
    for address in addresses:
        if not any(address in network for network in PRIVATE if network.version == address.version):
            raise CertificatesError(
                f"{address} is no private address, and the shop's own authority vouches for private ones only."
            )


def _is_host(name: str) -> bool:
    labels = name.split(".")
    return len(name) <= 253 and all(
        0 < len(label) <= 63 and label.isascii() and label.replace("-", "a").isalnum() and label.strip("-") == label
        for label in labels
    )


def _check_vouched(authority: x509.Certificate, subject: x509.SubjectAlternativeName) -> None:
    """A name that the authority may not vouch for would be refused by every browser: better here."""
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    hosts = [limit.value for limit in limits.permitted_subtrees or () if isinstance(limit, x509.DNSName)]
    for name in subject.get_values_for_type(x509.DNSName):
        if not any(name == host or name.endswith(f".{host}") for host in hosts):
            raise CertificatesError(
                f"This authority vouches for {', '.join(hosts)} and what is below, not for {name}. Make a new one in "
                "another directory, and install it on the handhelds."
            )


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def _authority_in(files: Files) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    try:
        key = serialization.load_pem_private_key(files.authority_key.read_bytes(), password=None)
    except FileNotFoundError:
        raise CertificatesError(
            f"{files.authority_key} is not there. Bring the authority's key back for as long as this takes."
        ) from None
    except ValueError as fault:
        raise CertificatesError(f"{files.authority_key} cannot be read: {fault}") from None
    authority = _certificate(files.authority)
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise CertificatesError(f"{files.authority_key} is not the key of {files.authority}.")
    return authority, key


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError:
        raise CertificatesError(f"{path} is not there. Make certificates first: shopfloor certificates.") from None
    except ValueError as fault:
        raise CertificatesError(f"{path} cannot be read: {fault}") from None


def _pem_of_key(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """A file that is not there yet."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    _write(new, content)
    new.replace(path)


def told(files: Files) -> str:
    """What there is now, and what a person does with it."""
    server = _certificate(files.server)
    reached = _hosts(_subject_of(server))
    return f"""\
{files.authority}       the shop's authority, for every handheld
{files.authority_key}   its key: needed for --renew only; keep it away from this computer
{files.server}   for the pages at {", ".join(reached)}, until {server.not_valid_after_utc:%Y-%m-%d}
{files.server_key}   its key

The authority's SHA-256 fingerprint, to be compared on the handheld:
{fingerprint(files.authority)}

On each handheld, once: install ca.pem as a CA certificate. 'shopfloor serve' prints an address where it gets it.
  Android: Settings > Security > Encryption & credentials > Install a certificate > CA certificate
  iPhone:  open the file, Settings > Profile Downloaded > Install; then General > About > Certificate Trust Settings
  Chromium on Linux: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n shop -i ca.pem
Then open the pages by one of the names above, with https://. Renew before the date above, with --renew.
"""
