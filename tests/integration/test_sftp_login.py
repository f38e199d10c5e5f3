"""Getting into a partner's server: with a key, a certificate, a password, through another server; and never to the wrong host."""

import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.remote_folder.server import Attempt
from gateway.channels.sftp import Connector, examine
from gateway.channels.sftp.trouble import REMEDIES, SftpTrouble
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.domain.sftp_terms import SftpServer
from gateway.protocols.sftp import POSIX_RENAME
from tests.integration.sftp_sites import login, login_server, opened, options
from tests.servers.fixtures import provide
from tests.servers.process import free_port
from tests.servers.sshd import KINDS, SshServer


def trouble_of(server: SftpServer, **more: object) -> SftpTrouble:
    with pytest.raises(SftpTrouble) as trouble, opened(options(server, **{"patience": 5.0, **more})):
        pass
    assert trouble.value.remedy in REMEDIES.values()
    return trouble.value


@pytest.fixture(scope="module")
def many_keys() -> Iterator[SshServer]:
    """A server with a host key of each kind."""
    yield from provide(lambda: SshServer(host_keys=KINDS))


def test_with_a_key_and_a_confirmed_host_key_there_is_a_session(sshd: SshServer) -> None:
    with opened(options(login(sshd))) as session:
        assert POSIX_RENAME in session.extensions


def test_the_line_is_told_not_to_wait_and_the_cipher_is_a_quick_one(sshd: SshServer) -> None:
    attempt = Attempt()
    try:
        transport = Connector(options(login(sshd))).log_in(attempt)
        assert isinstance(transport.sock, socket.socket)
        assert transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert (transport.local_cipher, getattr(transport, "remote_cipher", "")) == ("aes128-gcm@openssh.com",) * 2
    finally:
        attempt.end()


# ------------------------------------------------------------------------------------------------------------ host keys


def test_before_its_key_is_confirmed_nothing_is_sent_and_the_fingerprint_is_told(sshd: SshServer) -> None:
    before = sshd.output.read_text().count("user=") + sshd.output.read_text().count("Accepted")
    trouble = trouble_of(login(sshd, host_keys=()))
    assert trouble.code == "host-key-unconfirmed"
    assert sshd.fingerprint() in str(trouble)
    assert sshd.output.read_text().count("user=") + sshd.output.read_text().count("Accepted") == before


def test_another_host_key_than_the_confirmed_is_refused_and_both_are_told(sshd: SshServer) -> None:
    other = "SHA256:" + "A" * 43
    trouble = trouble_of(login(sshd, host_keys=(other,)))
    assert trouble.code == "host-key-changed"
    assert trouble.lasting
    assert sshd.fingerprint() in str(trouble)
    assert other in str(trouble)


def test_a_changed_host_key_is_noticed_and_in_a_change_both_are_confirmed() -> None:
    server = SshServer()
    try:
        server.start()
        old = server.fingerprint()
        with opened(options(login(server))):
            pass
        server.stop()
        server.change_host_keys()
        server.start()
        assert trouble_of(login(server, host_keys=(old,))).code == "host-key-changed"
        with opened(options(login(server, host_keys=(old, server.fingerprint())))):
            pass
    finally:
        server.remove()


@pytest.mark.parametrize("kind", KINDS)
def test_any_of_the_hosts_keys_may_be_the_confirmed_one(many_keys: SshServer, kind: str) -> None:
    with opened(options(login(many_keys, host_keys=(many_keys.fingerprint(kind),)))):
        pass


def test_a_host_key_may_be_confirmed_as_a_public_key(sshd: SshServer) -> None:
    with opened(options(login(sshd, host_keys=(sshd.public("host_ed25519"),)))):
        pass


# ----------------------------------------------------------------------------------------------------------- our login


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("passphrase", ["", "a phrase"])
def test_keys_of_all_kinds_let_us_in(sshd: SshServer, kind: str, passphrase: str) -> None:
    sshd.make_key("another", kind=kind, passphrase=passphrase)
    (sshd.folder / "authorized_keys").write_text(f"{sshd.public('client')}\n{sshd.public('another')}\n")
    with opened(options(login(sshd, key=sshd.private("another"), passphrase=passphrase or None))):
        pass


def test_a_key_may_be_written_as_pem(sshd: SshServer) -> None:
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-quiet"], check=True, capture_output=True).stdout.decode()
    (sshd.folder / "pem").write_text(pem)
    (sshd.folder / "pem").chmod(0o600)
    public = subprocess.run(["ssh-keygen", "-y", "-f", str(sshd.folder / "pem")], check=True, capture_output=True).stdout.decode()
    (sshd.folder / "authorized_keys").write_text(f"{sshd.public('client')}\n{public}\n")
    with opened(options(login(sshd, key=pem.strip()))):
        pass


def test_a_key_that_the_partner_does_not_know_is_refused_with_a_remedy(sshd: SshServer) -> None:
    sshd.make_key("stranger")
    trouble = trouble_of(login(sshd, key=sshd.private("stranger")))
    assert trouble.code == "login-refused"
    assert trouble.lasting


def test_a_key_that_cannot_be_read_is_told(sshd: SshServer) -> None:
    sshd.make_key("locked", passphrase="right")
    assert trouble_of(login(sshd, key="no key")).code == "key-unusable"
    assert trouble_of(login(sshd, key=sshd.private("locked"), passphrase="wrong")).code == "key-unusable"
    assert trouble_of(login(sshd, key=sshd.private("locked"))).code == "key-unusable"
    assert trouble_of(login(sshd, certificate=str(sshd.folder / "missing"))).code == "key-unusable"


def test_a_key_with_a_certificate_lets_us_in_where_only_certificates_do() -> None:
    server = SshServer()
    server.terms = (f"TrustedUserCAKeys {server.folder}/authority.pub", f"AuthorizedKeysFile {server.folder}/nobody")
    try:
        server.make_key("authority")
        server.start()
        assert trouble_of(login(server)).code == "login-refused"
        words = ["-q", "-s", str(server.folder / "authority"), "-I", "us", "-n", server.user, str(server.folder / "client.pub")]
        subprocess.run(["ssh-keygen", *words], check=True, capture_output=True)
        with opened(options(login(server, certificate=str(server.folder / "client-cert.pub")))):
            pass
    finally:
        server.remove()


@pytest.mark.parametrize("way", ["password", "keyboard-interactive"])
def test_a_password_lets_us_in_however_the_server_asks_for_it(way: str) -> None:
    with login_server(way) as server:
        with opened(options(server)):
            pass
        trouble = trouble_of(replace(server, password="wrong"))
        assert trouble.code == "login-refused"


def test_a_key_and_a_password_are_both_given_where_both_are_asked_for(sshd: SshServer) -> None:
    with login_server("publickey", "password", all_of_them=True) as server:
        with opened(options(replace(server, key=sshd.private()))):
            pass
        trouble = trouble_of(replace(server, key=sshd.private(), password=None))
        assert trouble.code == "login-refused"
        assert "password" in str(trouble)


def test_secrets_are_not_in_what_is_printed(sshd: SshServer) -> None:
    told = repr(options(login(sshd, password="hunter2", passphrase="phrase")))
    assert "hunter2" not in told
    assert "phrase'" not in told
    assert "PRIVATE KEY" not in told


# ------------------------------------------------------------------------------------------------------ ways and algorithms


def test_the_way_may_lead_through_another_server(sshd: SshServer, many_keys: SshServer) -> None:
    with opened(options(login(many_keys), jump=login(sshd))) as session:
        assert session.alive
    assert trouble_of(login(many_keys), jump=login(sshd, host_keys=())).code == "host-key-unconfirmed"
    assert trouble_of(login(many_keys, host_keys=()), jump=login(sshd)).code == "host-key-unconfirmed"


def test_a_jump_server_that_does_not_lead_there_is_told(sshd: SshServer) -> None:
    gone = SftpServer(host="127.0.0.1", port=free_port(), user="us", key=sshd.private(), host_keys=(sshd.fingerprint(),))
    assert trouble_of(gone, jump=login(sshd)).code == "unreachable"


def test_old_algorithms_are_offered_only_when_they_are_named() -> None:
    server = SshServer("Ciphers aes128-cbc", "MACs hmac-sha1")
    try:
        server.start()
        assert trouble_of(login(server)).code == "no-common-algorithm"
        with opened(options(login(server, old_algorithms=("aes128-cbc", "hmac-sha1")))):
            pass
    finally:
        server.remove()


# ------------------------------------------------------------------------------------------------------------ failures


def test_a_server_that_is_not_there_is_told(sshd: SshServer) -> None:
    assert trouble_of(login(sshd, port=free_port())).code == "unreachable"
    assert trouble_of(login(sshd, host="nowhere.invalid")).code == "host-unknown"


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = SftpServer(host="127.0.0.1", port=silent.getsockname()[1], user="us", password="x", host_keys=())
        assert trouble_of(server, patience=0.3).code in ("no-answer", "connection-lost")


def test_a_login_without_sftp_is_told() -> None:
    server = SshServer("ForceCommand /bin/false")
    try:
        server.start()
        assert trouble_of(login(server)).code in ("sftp-refused", "connection-lost")
    finally:
        server.remove()


def test_a_login_that_talks_is_no_sftp() -> None:
    server = SshServer("ForceCommand echo Welcome to our server, dear partner")
    try:
        server.start()
        assert trouble_of(login(server)).code == "not-sftp"
    finally:
        server.remove()


# --------------------------------------------------------------------------------------------------------- examination


async def test_an_examination_tells_step_by_step_what_works(sshd: SshServer, tmp_path: Path) -> None:
    inbox, outbox = RemoteInbox(folder=str(tmp_path)), RemoteOutbox(folder=str(tmp_path / "nowhere"))
    steps = await examine(options(login(sshd), inbox=inbox, outbox=outbox))
    assert [(name, ok) for name, ok, _, _ in steps] == [
        ("name", True),
        ("connection", True),
        ("host key", True),
        ("login", True),
        ("SFTP", True),
        ("inbox", True),
        ("outbox", False),
    ]
    assert "0 entries" in steps[-2][2]
    assert steps[-1][3]


async def test_an_examination_tells_the_fingerprint_to_confirm(sshd: SshServer) -> None:
    steps = await examine(options(login(sshd, host_keys=()), inbox=RemoteInbox(folder=".")))
    assert [(name, ok) for name, ok, _, _ in steps] == [("name", True), ("connection", True), ("host key", False)]
    assert sshd.fingerprint() in steps[-1][2]
    steps = await examine(options(login(sshd, port=free_port()), inbox=RemoteInbox(folder=".")))
    assert [(name, ok) for name, ok, _, _ in steps] == [("name", True), ("connection", False)]
    steps = await examine(options(login(sshd, host="nowhere.invalid"), inbox=RemoteInbox(folder=".")))
    assert [(name, ok) for name, ok, _, _ in steps] == [("name", False)]
