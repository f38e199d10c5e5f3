"""How far an address vouches for its server: whether anybody on the way could read along, or be the server himself."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit


class Trust(StrEnum):
    """From the line that needs nothing to the one that has nothing, in words for people."""

    PRIVATE = "private"
    """It does not leave the machine."""
    VERIFIED = "verified"
    """Encrypted, and the server's certificate is held against an authority and its name."""
    UNVERIFIED = "unverified"
    """Encrypted, but anybody may be at the other end."""
    OPEN = "open"
    """Not encrypted, or only where the server happens to offer it."""


@dataclass(frozen=True, slots=True)
class LineTrust:
    """What is to be known of a line. `authorities` are the files that the address names, with the parameter that names each."""

    trust: Trust
    authorities: Sequence[tuple[str, str]] = ()

    @property
    def safe(self) -> bool:
        """Whether nobody on the way can read, or pose as the server."""
        return self.trust in (Trust.PRIVATE, Trust.VERIFIED)

    @property
    def told(self) -> str:
        """What it is, in a clause."""
        return _TOLD[self.trust]


_TOLD = {
    Trust.PRIVATE: "the line does not leave this machine",
    Trust.VERIFIED: "encrypted, and the server's certificate is verified",
    Trust.UNVERIFIED: "encrypted, but nobody checks whose server it is",
    Trust.OPEN: "not encrypted: who is on the way reads along",
}

_VERIFYING = {"verify-full": Trust.VERIFIED, "verify-ca": Trust.UNVERIFIED, "require": Trust.UNVERIFIED}
"""libpq's sslmode. verify-ca takes any server that the authority ever vouched for; prefer encrypts only if nobody objects."""

DATABASE_REMEDY = "Add ?sslmode=verify-full&sslrootcert=/path/of/authority.pem to its address."
BROKER_REMEDY = "Write amqps:// (port 5671), with ?cafile=/path/of/authority.pem where the authority is your own."
"""What to do about a line that is not safe."""


def database_line(url: str) -> LineTrust:
    """Of a PostgreSQL address, which may name several hosts and a socket's folder."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    hosts = [_host(place) for place in parts.netloc.rpartition("@")[2].split(",")]
    hosts = [host for host in hosts if host] or query.get("host", [""])
    files = [(name, unquote(query[name][-1])) for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl") if query.get(name)]
    if all(_stays(host) for host in hosts):
        return LineTrust(Trust.PRIVATE, files)
    return LineTrust(_VERIFYING.get(query.get("sslmode", [""])[-1], Trust.OPEN), files)


def broker_line(url: str) -> LineTrust:
    """Of an AMQP address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    files = [(name, unquote(query[name][-1])) for name in ("cafile", "certfile", "keyfile") if query.get(name)]
    if _stays(parts.hostname or ""):
        return LineTrust(Trust.PRIVATE, files)
    if parts.scheme != "amqps":
        return LineTrust(Trust.OPEN, files)
    return LineTrust(Trust.UNVERIFIED if query.get("no_verify_ssl", ["0"])[-1] != "0" else Trust.VERIFIED, files)


def web_line(url: str) -> LineTrust:
    """Of an address of HTTP."""
    parts = urlsplit(url)
    if _stays(parts.hostname or ""):
        return LineTrust(Trust.PRIVATE)
    return LineTrust(Trust.VERIFIED if parts.scheme == "https" else Trust.OPEN)


def _host(place: str) -> str:
    """The host of `host:port`, where the host may be an address of IPv6 in brackets."""
    return place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]


def _stays(host: str) -> bool:
    """Whether a line to this host does not leave the machine: a socket's folder, or loopback."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
