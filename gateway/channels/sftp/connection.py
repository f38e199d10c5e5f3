"""Connections to a partner's server: by way of another one where agreed, only to a host whose key was confirmed.

Blocking. The host's key is compared before anything of ours is sent, our user's name included.
"""

import logging
import socket
from collections.abc import Sequence

import paramiko

from gateway.channels.remote_folder.server import Attempt
from gateway.channels.sftp.login_key import login_key
from gateway.channels.sftp.session import Session
from gateway.channels.sftp.trouble import SftpTrouble, lost, refused
from gateway.domain.channel import SftpOptions
from gateway.domain.sftp_terms import SftpServer, fingerprint_of
from gateway.errors import ServerRefused

_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr")
_DIGESTS = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512")
_HOST_KEYS = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256"),
)
"""Kinds of host keys: a server has several keys, and only one of them may have been confirmed."""
_LOG = "paramiko.gateway"


class SftpWire:
    """The channel of an SSH connection that SFTP is spoken on."""

    def __init__(self, channel: paramiko.Channel, attempt: Attempt) -> None:
        self._channel, self._attempt = channel, attempt

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._channel.sendall(data)

    def receive(self, size: int) -> bytes:
        """What has arrived."""
        return self._channel.recv(size)

    def close(self) -> None:
        """End the connection."""
        self._attempt.end()

    @property
    def alive(self) -> bool:
        """Whether it was open when last heard of."""
        transport = self._channel.get_transport()
        return not self._channel.closed and not self._channel.eof_received and transport.is_active()


class Connector:
    """Opens sessions with one partner's server."""

    def __init__(self, options: SftpOptions) -> None:
        self._options = options
        self._kinds: dict[str, Sequence[str]] = {}  # by place: the kind of host key that was confirmed there
        logging.getLogger(_LOG).setLevel(logging.CRITICAL)  # what matters of it comes as an exception, and is told as ours

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return self._options.server.place

    def in_words(self, refusal: ServerRefused, doing: str) -> SftpTrouble:
        """What a refusal means. `doing` completes "the server refuses to ..."."""
        return refused(refusal, doing)

    def open(self, attempt: Attempt) -> Session:
        """A new session. Raises SftpTrouble; nothing stays open then."""
        try:
            transport = self.log_in(attempt)
            channel = self._subsystem(transport)
            return Session(SftpWire(channel, attempt), place=self.place, in_flight=self._options.in_flight)
        except BaseException:
            attempt.end()
            raise

    def log_in(self, attempt: Attempt) -> paramiko.Transport:
        """A connection to the server, through the jump server where there is one, with our login. Raises SftpTrouble."""
        through = None
        if self._options.jump is not None:
            through = self.reach(self._options.jump, attempt, through=None)
            self._authenticate(through, self._options.jump)
        transport = self.reach(self._options.server, attempt, through=through)
        self._authenticate(transport, self._options.server)
        return transport

    def reach(self, server: SftpServer, attempt: Attempt, *, through: paramiko.Transport | None) -> paramiko.Transport:
        """A connection with a host of confirmed key, before the login. Raises SftpTrouble."""
        pins = {fingerprint_of(pin) for pin in server.host_keys}
        shown: list[str] = []
        known = self._kinds.get(server.place)
        for kinds in [known] if known else [[kind for family in _HOST_KEYS for kind in family], *_HOST_KEYS[1:]]:
            transport = self._shake_hands(server, kinds, attempt, through=through, more=bool(shown))
            if transport is None:
                continue
            key = transport.get_remote_server_key()
            if key.fingerprint in pins:
                self._kinds[server.place] = [kind for family in _HOST_KEYS if key.get_name() in _names(family) for kind in family]
                transport.set_keepalive(int(self._options.keep_alive))
                return transport
            transport.close()
            shown.append(f"{key.fingerprint} ({key.get_name()})")
            if not pins:
                message = f"{server.place} shows the host key {shown[0]}, which nobody confirmed yet: nothing is sent"
                raise SftpTrouble("host-key-unconfirmed", message)
        confirmed = ", ".join(sorted(pins))
        message = f"{server.place} shows the host key {' and '.join(shown)} instead of the confirmed {confirmed}: nothing is sent"
        raise SftpTrouble("host-key-changed", message)

    def _shake_hands(
        self, server: SftpServer, kinds: Sequence[str], attempt: Attempt, *, through: paramiko.Transport | None, more: bool
    ) -> paramiko.Transport | None:
        """An encrypted connection with a host that shows a key of one of `kinds`; None when it has none and we know another."""
        patience = self._options.patience
        try:
            sock = _tunnel(through, server, patience) if through else _connected(server, patience)
            attempt.keep(sock)
            transport = paramiko.Transport(sock)
            attempt.keep(transport)
            _offer(transport, kinds, server.old_algorithms)
            transport.set_log_channel(_LOG)
            transport.banner_timeout = transport.auth_timeout = transport.handshake_timeout = patience
            transport.start_client(timeout=patience)
            if not transport.initial_kex_done:
                raise TimeoutError
        except paramiko.ssh_exception.IncompatiblePeer as error:
            if more:
                return None
            raise SftpTrouble("no-common-algorithm", f"{server.place} has no algorithm in common with us: {error}") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise _unreached(error, server) from error
        return transport

    def _authenticate(self, transport: paramiko.Transport, server: SftpServer) -> None:
        key, missing = login_key(server), ["password"] if server.key is None else []
        try:
            if key is not None:
                missing = transport.auth_publickey(server.user, key)
            if missing and server.password is not None:
                missing = transport.auth_password(server.user, server.password)
        except paramiko.BadAuthenticationType as error:
            message = f"{server.place} takes no such login of {server.user}, only: {', '.join(error.allowed_types)}"
            raise SftpTrouble("login-refused", message) from error
        except paramiko.AuthenticationException as error:
            raise SftpTrouble("login-refused", f"{server.place} refuses the login of {server.user}: {error}") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise lost(error, place=server.place) from error
        if missing:
            raise SftpTrouble("login-refused", f"{server.place} asks {server.user} for {' and '.join(missing)} as well")

    def _subsystem(self, transport: paramiko.Transport) -> paramiko.Channel:
        try:
            channel = transport.open_session(timeout=self._options.patience)
            channel.settimeout(self._options.patience)
            channel.invoke_subsystem("sftp")
        except paramiko.ChannelException as error:
            raise SftpTrouble("sftp-refused", f"{self.place} opens no session: {error}") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            if transport.is_active():
                raise SftpTrouble("sftp-refused", f"{self.place} offers no SFTP: {error}") from error
            raise lost(error, place=self.place) from error
        return channel


def _connected(server: SftpServer, patience: float) -> socket.socket:
    sock = socket.create_connection((server.host, server.port), timeout=patience)
    # Small requests and small answers take turns: without this each turn waits for the other side's delayed acknowledgement.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # an idle line that died is noticed when the next sign of life is not confirmed
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(patience * 1000))
    return sock


def _tunnel(through: paramiko.Transport, server: SftpServer, patience: float) -> paramiko.Channel:
    try:
        return through.open_channel("direct-tcpip", (server.host, server.port), ("127.0.0.1", 0), timeout=patience)
    except paramiko.ChannelException as error:
        raise SftpTrouble("unreachable", f"the jump server opens no way to {server.place}: {error}") from error


def _offer(transport: paramiko.Transport, kinds: Sequence[str], old: Sequence[str]) -> None:
    options = transport.get_security_options()
    options.ciphers = (*_CIPHERS, *(name for name in old if name in options.ciphers))
    options.digests = (*_DIGESTS, *(name for name in old if name in options.digests))
    options.key_types = tuple(kinds)


def _names(family: Sequence[str]) -> Sequence[str]:
    """What keys of a kind are called themselves, whatever they sign with."""
    return ("ssh-rsa",) if family[0].startswith("rsa") else family


def _unreached(error: Exception, server: SftpServer) -> SftpTrouble:
    if isinstance(error, paramiko.SSHException) and "banner" in str(error):
        return SftpTrouble("no-answer", f"{server.place} took the connection but does not answer as an SSH server: {error}")
    return lost(error, place=server.place)
