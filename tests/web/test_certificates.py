"""The shop's own certificates, met by a real TLS client."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

import shopfloor.__main__ as command_line
from shopfloor.web.certificates import (
    SERVER_LIVES,
    CertificatesError,
    Files,
    fingerprint,
    make_certificates,
    renew_server,
)

NOW = datetime.now(UTC).replace(microsecond=0)
ADDRESS = ip_address("192.168.1.10")
BOUND_S = 10


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_certificates(tmp_path_factory.mktemp("shop") / "tls", ["shop.lan"], [ADDRESS], NOW)


def shake_hands(files: Files, trusting: Files, name: str) -> str:
    """Which TLS version the two agree on; raises ssl.SSLError if the client does not trust the server."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.server, files.server_key)
    client = ssl.create_default_context(cafile=str(trusting.authority))
    ours, theirs = socket.socketpair()
    ours.settimeout(BOUND_S)
    theirs.settimeout(BOUND_S)

    def serve() -> None:
        with theirs:
            try:
                server.wrap_socket(theirs, server_side=True).close()
            except (ssl.SSLError, OSError):
                return

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        with ours, client.wrap_socket(ours, server_hostname=name) as secure:
            return str(secure.version())
    finally:
        serving.join(BOUND_S)


@pytest.mark.parametrize("name", ["shop.lan", "192.168.1.10", "127.0.0.1", "localhost"])
def test_a_handheld_that_trusts_the_shop_gets_a_secure_connection(made, name):
    assert shake_hands(made, made, name) == "TLSv1.3"


def test_a_handheld_that_trusts_another_shop_gets_none(made, tmp_path):
    other = make_certificates(tmp_path, ["shop.lan"], [], NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        shake_hands(made, other, "shop.lan")


@pytest.mark.parametrize("name", ["evil.lan", "www.shop.lan", "192.168.1.11"])
def test_another_name_is_not_this_shop(made, name):
    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        shake_hands(made, made, name)


def test_a_certificate_that_has_ended_is_not_taken(tmp_path):
    ended = make_certificates(tmp_path, ["shop.lan"], [], NOW - SERVER_LIVES)
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shake_hands(ended, ended, "shop.lan")


def test_the_server_certificate_is_short_and_the_authority_long(made):
    server, authority = (x509.load_pem_x509_certificate(path.read_bytes()) for path in (made.server, made.authority))
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=398)
    assert authority.not_valid_after_utc - authority.not_valid_before_utc > timedelta(days=3650)


def test_only_the_owner_may_read_the_files(made):
    assert {path.stat().st_mode & 0o777 for path in made.directory.iterdir()} == {0o600}
    assert made.directory.stat().st_mode & 0o777 == 0o700
    assert len(list(made.directory.iterdir())) == 4


def test_a_stolen_authority_cannot_vouch_for_a_bank(made, tmp_path):
    """Somebody with its key signs another name, past our own checks: clients refuse it by its name constraints."""
    key = serialization.load_pem_private_key(made.authority_key.read_bytes(), password=None)
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    forged = Files(tmp_path)
    server = x509.load_pem_x509_certificate(made.server.read_bytes())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.subject)
        .public_key(server.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(server.not_valid_before_utc)
        .not_valid_after(server.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    )
    forged.server.write_bytes(
        builder.sign(key, server.signature_hash_algorithm).public_bytes(serialization.Encoding.PEM)
    )
    forged.server_key.write_bytes(made.server_key.read_bytes())
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        shake_hands(forged, made, "bank.example")


def test_making_them_again_is_refused_and_changes_nothing(made):
    before = {path: path.read_bytes() for path in made.directory.iterdir()}
    with pytest.raises(CertificatesError, match="--renew"):
        make_certificates(made.directory, ["shop.lan"], [], NOW)
    assert {path: path.read_bytes() for path in made.directory.iterdir()} == before


def test_a_renewed_certificate_is_trusted_by_whoever_trusted_the_old_one(tmp_path):
    files = make_certificates(tmp_path, ["shop.lan"], [ADDRESS], NOW)
    authority, server = files.authority.read_bytes(), files.server.read_bytes()
    renew_server(tmp_path, [], [], NOW + timedelta(hours=1))
    assert files.authority.read_bytes() == authority
    assert files.server.read_bytes() != server
    for name in ("shop.lan", "192.168.1.10", "localhost"):
        assert shake_hands(files, files, name) == "TLSv1.3"


def test_a_renewed_certificate_may_have_another_address_and_a_name_below(tmp_path):
    files = make_certificates(tmp_path, ["shop.lan"], [], NOW)
    renew_server(tmp_path, ["floor.shop.lan"], [ip_address("10.1.2.3")], NOW)
    assert shake_hands(files, files, "floor.shop.lan") == "TLSv1.3"
    assert shake_hands(files, files, "10.1.2.3") == "TLSv1.3"


def test_a_name_that_the_authority_does_not_vouch_for_needs_a_new_one(tmp_path):
    files = make_certificates(tmp_path, ["shop.lan"], [], NOW)
    server = files.server.read_bytes()
    with pytest.raises(CertificatesError, match=r"vouches for shop\.lan, localhost"):
        renew_server(tmp_path, ["other.lan"], [], NOW)
    assert files.server.read_bytes() == server


@pytest.mark.parametrize(("names", "addresses", "told"), [
    (["shop lan"], [], "no host name"),
    ([""], [], "no host name"),
    (["-shop.lan"], [], "no host name"),
    (["*.lan"], [], "no host name"),
    (["店.lan"], [], "no host name"),
    (["shop.lan"], [ip_address("8.8.8.8")], "no private address"),
    (["shop.lan"], [ip_address("2001:db8::1")], "no private address"),
])  # fmt: skip
def test_what_cannot_be_vouched_for_is_told_and_nothing_is_made(tmp_path, names, addresses, told):
    with pytest.raises(CertificatesError, match=told):
        make_certificates(tmp_path / "tls", names, addresses, NOW)
    assert not (tmp_path / "tls").exists()


def test_without_the_authoritys_key_nothing_is_renewed(tmp_path):
    files = make_certificates(tmp_path, ["shop.lan"], [], NOW)
    files.authority_key.unlink()
    with pytest.raises(CertificatesError, match="Bring the authority's key back"):
        renew_server(tmp_path, [], [], NOW)


def test_with_another_authoritys_key_nothing_is_renewed(tmp_path, made):
    files = make_certificates(tmp_path, ["shop.lan"], [], NOW)
    files.authority_key.write_bytes(made.authority_key.read_bytes())
    with pytest.raises(CertificatesError, match="is not the key of"):
        renew_server(tmp_path, [], [], NOW)
    files.authority_key.write_text("scribble")
    with pytest.raises(CertificatesError, match="cannot be read"):
        renew_server(tmp_path, [], [], NOW)


def test_an_authority_that_ends_soon_renews_nothing(tmp_path):
    make_certificates(tmp_path, ["shop.lan"], [], NOW - timedelta(days=3653 - 300))
    with pytest.raises(CertificatesError, match="Make a new authority"):
        renew_server(tmp_path, [], [], NOW)


def command(*words: str) -> int:
    return command_line.main(["certificates", *words])


def test_the_command_makes_renews_and_tells_the_fingerprint(tmp_path, capsys):
    directory = str(tmp_path / "tls")
    assert command("--into", directory, "--name", "shop.lan", "--address", "192.168.1.10") == 0
    out = capsys.readouterr().out
    first = fingerprint(Files(tmp_path / "tls").authority)
    assert first in out
    assert len(first.split(":")) == 32
    assert "shop.lan, localhost, 192.168.1.10, 127.0.0.1" in out
    assert command("--into", directory) == 1
    assert "already" in capsys.readouterr().err
    assert command("--into", directory, "--renew") == 0
    assert first in capsys.readouterr().out


def test_an_address_that_is_none_is_told(capsys):
    with pytest.raises(SystemExit):
        command("--into", "tls", "--address", "192.168.1.300")
    assert "192.168.1.300" in capsys.readouterr().err
