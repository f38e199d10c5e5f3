"""What goes wrong with a partner's FTPS server, in words for support staff, each with what to do next."""

import socket
import ssl

from gateway.channels.remote_folder.server import ServerTrouble
from gateway.channels.server_trust import CertificateRefused
from gateway.errors import ServerRefused

REMEDIES = {
    "host-unknown": "Check the host's name in the channel, and the name server of this machine.",
    "unreachable": "Check host and port with the partner, and the firewalls between: they must let the passive ports through.",
    "connection-lost": "Nothing was lost: what was under way is repeated. If it comes again, ask the partner for the log.",
    "certificate-refused": "Ask the partner, by another way than this, which certificate is theirs; then set authorities, or put "
    "its SHA-256 into fingerprints.",
    "tls-refused": "The server does not speak TLS in this way: try the other value of tls, or ask the partner. Nothing is ever "
    "sent without TLS.",
    "login-refused": "Check user and password with the partner. We wait long between attempts: repeated ones lock accounts.",
    "refused": "Check folder, names and our user's rights with the partner.",
}
"""What to do about each of the codes below."""

_LASTING = frozenset({"certificate-refused", "tls-refused", "login-refused"})


class FtpsTrouble(ServerTrouble):
    """A partner's server cannot be used at all, by code, with the remedy of that code; or its refusal in words."""

    def __init__(self, code: str, message: str) -> None:
        known = code in REMEDIES
        remedy = REMEDIES[code if known else "refused"]
        super().__init__(code, message, remedy=remedy, lasting=code in _LASTING, connecting=known and code != "refused")


class FtpRefusal(ServerRefused):
    """The server's answer to one command was no. `code` is its number (RFC 959 section 4.2)."""

    def __init__(self, answer: str) -> None:
        super().__init__(" ".join(answer.split()))
        self.code = answer[:3]


def refused(refusal: ServerRefused, doing: str) -> FtpsTrouble:
    """What the server's refusal means. `doing` completes "the server refuses to ..."."""
    code = f"ftp-{refusal.code}" if isinstance(refusal, FtpRefusal) else "refused"
    return FtpsTrouble(code, f"the server refuses to {doing}: {refusal}")


def lost(error: Exception, place: str) -> FtpsTrouble:
    """What a broken connection means. `place` is host and port."""
    if isinstance(error, FtpsTrouble):
        return error
    said = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, CertificateRefused | ssl.SSLCertVerificationError):
        return FtpsTrouble("certificate-refused", f"{place} is not the server we mean: {said}")
    if isinstance(error, socket.gaierror):
        return FtpsTrouble("host-unknown", f"{place}: the name cannot be resolved: {said}")
    if isinstance(error, ConnectionRefusedError):
        return FtpsTrouble("unreachable", f"{place} cannot be reached: {said}")
    if isinstance(error, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(error):
        return FtpsTrouble("tls-refused", f"{place} does not begin with TLS")
    return FtpsTrouble("connection-lost", f"the connection to {place} broke: {said}")
