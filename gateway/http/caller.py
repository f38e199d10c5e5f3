"""Who is at the other end of a request: the address and the client certificate, also behind proxies of ours.

What headers say of a caller counts only when the connection comes from a proxy that we trust: anybody else can write them.
"""

import base64
import binascii
import ipaddress
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from aiohttp import web
from cryptography import x509

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST_CERTIFICATE = 16_384


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller's own address, and the certificate (DER) it proved to have the key of; None where unknown."""

    address: Address | None = None
    certificate: bytes | None = None


class Callers:
    """`trusted` are the networks of our proxies, which append to X-Forwarded-For and set `certificate_header`.

    That header holds the certificate as in RFC 9440 (`:base64:`), or as URL-encoded PEM.
    """

    def __init__(self, *, trusted: Iterable[str] = (), certificate_header: str | None = None) -> None:
        self._trusted = networks(trusted)
        self._certificate_header = certificate_header

    def of(self, request: web.Request) -> Caller:
        """The caller of a request."""
        peer = _address(request.remote or "")
        if not within(peer, self._trusted):
            return Caller(peer, _shown(request))
        return Caller(self._forwarded(request, peer), self._certificate(request))

    def encrypted(self, request: web.Request) -> bool:
        """Whether the caller came by TLS: to us, or to a proxy of ours that says so (X-Forwarded-Proto)."""
        if request.secure:
            return True
        told = request.headers.getall("X-Forwarded-Proto", ())
        return within(_address(request.remote or ""), self._trusted) and [one.lower() for one in told] == ["https"]

    def _forwarded(self, request: web.Request, peer: Address | None) -> Address | None:
        """The last address that no proxy of ours has: those before it are what the caller wrote."""
        hops = [hop.strip() for value in request.headers.getall("X-Forwarded-For", ()) for hop in value.split(",")]
        address = peer
        for hop in reversed(hops):
            address = _address(hop)
            if not within(address, self._trusted):
                return address
        return address

    def _certificate(self, request: web.Request) -> bytes | None:
        values = request.headers.getall(self._certificate_header, ()) if self._certificate_header else ()
        # Two of them: one may be the caller's own, passed on by a proxy that adds instead of replacing.
        return _decoded(values[0]) if len(values) == 1 else None


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks as written: "198.51.100.0/24", or one address."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def within(address: Address | None, allowed: Sequence[Network]) -> bool:
    """Whether an address is in one of the networks."""
    return address is not None and any(address in network for network in allowed if network.version == address.version)


def _address(text: str) -> Address | None:
    """An address, with or without port and brackets."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def _shown(request: web.Request) -> bytes | None:
    """The certificate shown in the TLS handshake with us."""
    tls = request.get_extra_info("ssl_object")
    return tls.getpeercert(binary_form=True) if isinstance(tls, ssl.SSLObject | ssl.SSLSocket) else None


def _decoded(text: str) -> bytes | None:
    if len(text) > _LONGEST_CERTIFICATE:
        return None
    try:
        if text.startswith(":") and text.endswith(":"):
            return base64.b64decode(text.strip(":"), validate=True)
        pem = unquote_to_bytes(text)
        # Some proxies fold the lines of the PEM into one, with blanks or tabs.
        if b"-----BEGIN CERTIFICATE-----" in pem:
            inner = pem.partition(b"-----BEGIN CERTIFICATE-----")[2].partition(b"-----END CERTIFICATE-----")[0]
            return base64.b64decode(b"".join(inner.split()), validate=True)
        return base64.b64decode(b"".join(pem.split()), validate=True)
    except (ValueError, binascii.Error):
        return None


def parsed(certificate: bytes) -> x509.Certificate | None:
    """A certificate (DER); None when it is none."""
    try:
        return x509.load_der_x509_certificate(certificate)
    except ValueError:
        return None
