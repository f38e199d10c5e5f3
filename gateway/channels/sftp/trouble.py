"""What goes wrong with a partner's SFTP server, in words for support staff, each with what to do next."""

import errno
import socket

from gateway.channels.remote_folder.server import ServerTrouble
from gateway.errors import ServerRefused
from gateway.protocols.sftp import Code, ProtocolBroken, Refusal

REMEDIES = {
    "host-unknown": "Check the host's name in the channel, and the name server of this machine.",
    "unreachable": "Check host and port with the partner, and the firewalls between: they may have to name our address.",
    "no-answer": "The server takes connections and says nothing: ask the partner whether it is overloaded or blocks us.",
    "connection-lost": "Nothing was lost: what was under way is repeated. If it happens often, ask the partner for their log.",
    "no-common-algorithm": "Ask the partner for a newer server, or list what it has in the channel's old_algorithms.",
    "host-key-unconfirmed": "Ask the partner, by another way than this connection, whether this fingerprint is theirs. "
    "If it is, put it into the channel's host_keys.",
    "host-key-changed": "Nothing is sent until a person decides. Ask the partner, by another way than this connection, whether "
    "they changed their key. If they did, put the new fingerprint into host_keys; if not, somebody stands in between.",
    "login-refused": "Check user and key or password with the partner; a new key has to be installed there before it is used "
    "here. We wait long between attempts, so that the account is not locked.",
    "key-unusable": "Give the private key in OpenSSH or PEM form, with its passphrase when it has one, and a certificate that "
    "belongs to it.",
    "sftp-refused": "The login works, but the server offers no SFTP for it: ask the partner to allow the sftp subsystem.",
    "not-sftp": "Ask the partner to remove what the login prints before the SFTP session (a banner in a shell's profile).",
    "permission-denied": "Ask the partner to let our user do this in the folder.",
    "no-such-folder": "Check the folder's name with the partner; after the login one begins where a path without / leads to.",
    "no-room": "Ask the partner to make room on the server or to raise our quota; the file is sent again by itself.",
    "unsupported": "The server cannot do this: change the channel's terms (claim, after, temporary).",
    "server-failure": "The server gave no reason: ask the partner for its log of this moment.",
}
"""What to do about each of the codes below."""


class SftpTrouble(ServerTrouble):
    """A partner's SFTP server cannot be used, or refused something: by code, with the remedy of that code."""

    def __init__(self, code: str, message: str, *, remedy: str = "") -> None:
        lasting, connecting = code in _LASTING, code in _OF_THE_SERVER
        super().__init__(code, message, remedy=remedy or REMEDIES[code], lasting=lasting, connecting=connecting)


_LASTING = frozenset({
    "host-key-unconfirmed", "host-key-changed", "login-refused", "key-unusable", "sftp-refused", "not-sftp",
    "no-common-algorithm",
})  # fmt: skip
_OF_THE_SERVER = _LASTING | {"host-unknown", "unreachable", "no-answer", "connection-lost"}

_BY_STATUS: dict[int, str] = {
    Code.NO_SUCH_FILE: "no-such-folder",
    Code.NO_SUCH_PATH: "no-such-folder",
    Code.PERMISSION_DENIED: "permission-denied",
    Code.WRITE_PROTECT: "permission-denied",
    Code.OP_UNSUPPORTED: "unsupported",
    Code.NO_SPACE_ON_FILESYSTEM: "no-room",
    Code.QUOTA_EXCEEDED: "no-room",
}
_ROOM = ("no space", "disk full", "quota", "no room", "not enough space")


def refused(refusal: ServerRefused, doing: str) -> SftpTrouble:
    """What the server's refusal means. `doing` completes "the server refuses to ..."."""
    said = str(refusal)
    code = _BY_STATUS.get(refusal.code, "server-failure") if isinstance(refusal, Refusal) else "server-failure"
    if code == "server-failure" and any(word in said.lower() for word in _ROOM):
        code = "no-room"
    return SftpTrouble(code, f"the server refuses to {doing}: {said}")


def lost(error: Exception, *, place: str) -> SftpTrouble:
    """What a broken connection means. `place` is host and port."""
    if isinstance(error, SftpTrouble):
        return error
    if isinstance(error, ProtocolBroken):
        return SftpTrouble("not-sftp", f"{place}: {error}")
    if isinstance(error, socket.gaierror):
        return SftpTrouble("host-unknown", f"{place}: the name cannot be resolved: {error.strerror}")
    if isinstance(error, TimeoutError):
        return SftpTrouble("no-answer", f"{place} does not answer in time")
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return SftpTrouble("unreachable", f"{place} cannot be reached: {error.strerror}")
    return SftpTrouble("connection-lost", f"the connection to {place} broke: {str(error) or type(error).__name__}")


_NO_WAY = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EACCES})
