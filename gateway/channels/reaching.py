"""The way to a partner's server, step by step: name, connection, TLS. What fails comes with what to do about it."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509

from gateway.operations.diagnose import Diagnosis

_WITHIN = 10.0


async def reach(host: str, port: int, *, tls: ssl.SSLContext | None = None) -> list[Diagnosis]:
    """DNS, TCP and, with a context, TLS; nothing after the first step that fails."""
    found = [await _resolved(host, port)]
    if found[-1][1] != "fail":
        found.append(await _connected(host, port))
    if tls is not None and found[-1][1] != "fail":
        found.append(await _shaken(host, port, tls))
    return found


def reached(steps: Sequence[Diagnosis]) -> bool:
    """Whether no step failed."""
    return all(state != "fail" for _, state, _, _ in steps)


async def _resolved(host: str, port: int) -> Diagnosis:
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        remedy = "Check the spelling of the host, and whether this machine may ask a name server that knows it."
        return ("dns", "fail", f"{host} has no address: {error.strerror or error}", remedy)
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    kind = "" if all(ipaddress.ip_address(each.partition("%")[0]).is_global for each in addresses) else " (internal)"
    return ("dns", "ok", f"{host} is {', '.join(addresses)}{kind}", "")


async def _connected(host: str, port: int) -> Diagnosis:
    try:
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        remedy = "Ask the partner whether our addresses are let in by the firewall, and see that ours lets us out."
        return ("tcp", "fail", f"port {port} does not answer within {_WITHIN:g} s", remedy)
    except OSError as error:
        return (
            "tcp",
            "fail",
            f"port {port}: {error.strerror or error}",
            "Check the port, and whether the partner's server runs.",
        )
    own = writer.get_extra_info("sockname")[0]
    writer.close()
    return ("tcp", "ok", f"port {port} takes connections; the partner sees us as {own} or as the router in front of us", "")


async def _shaken(host: str, port: int, context: ssl.SSLContext) -> Diagnosis:
    try:
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return ("tls", "fail", f"{error.verify_message}; {await _shown(host, port)}", _UNTRUSTED)
    except (OSError, TimeoutError) as error:
        remedy = "Ask the partner which TLS versions he speaks, and whether he expects a client certificate."
        return ("tls", "fail", str(getattr(error, "reason", None) or error) or "no handshake in time", remedy)
    told = _described(writer.get_extra_info("ssl_object"))
    writer.close()
    return told


_UNTRUSTED = "If it is the partner's, put his authority (or the certificate itself) into `authorities` under tls of the channel."


def _described(connection: ssl.SSLObject) -> Diagnosis:
    certificate = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
    text = f"{connection.version()}, {_chain(certificate)}"
    days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
    if days < 14:
        return ("tls", "warn", text, f"Tell the partner: the certificate of his server ends in {days} days.")
    return ("tls", "ok", text, "")


async def _shown(host: str, port: int) -> str:
    """What the server shows, when it is not trusted."""
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(host, port, ssl=anything, server_hostname=host)
    except (OSError, TimeoutError):
        return "it shows nothing more"
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return f"it shows {_chain(x509.load_der_x509_certificate(shown))}"


def _chain(certificate: x509.Certificate) -> str:
    subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    by = "itself" if certificate.subject == certificate.issuer else issuer
    return f"{subject or 'a certificate without a subject'}, issued by {by}, until {certificate.not_valid_after_utc:%Y-%m-%d}"
