"""HTTP to partners' AS2 servers: TLS as agreed, answers in bounded memory, no redirects, no way into our own network."""

import asyncio
import ipaddress
import ssl
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from gateway.domain.http_terms import ClientTls
from gateway.errors import GatewayError
from gateway.http.tls import client_context
from gateway.ports.tracing import calling

_LARGEST_ANSWER = 1_048_576
_SILENT = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class AddressRefused(GatewayError):
    """A receipt is asked for at an address where none of ours may go."""


class NoAnswer(GatewayError):
    """The partner's server could not be reached, or broke off. `timed_out` tells the two apart.

    `sent`: the server may have got the message, and acted on it.
    """

    def __init__(self, message: str, *, timed_out: bool, sent: bool) -> None:
        super().__init__(message)
        self.timed_out, self.sent = timed_out, sent


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. `body` is None when it was larger than any receipt."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None

    def get(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class GuardedResolver(AbstractResolver):
    """Resolves names to public addresses only, but for the hosts that were agreed.

    The connection goes to the address that was looked at here, so that a name cannot mean another one a moment later.
    """

    def __init__(self, agreed: Collection[str]) -> None:
        self._agreed = frozenset(agreed)
        self._resolver = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """Addresses of a name. Raises OSError, as resolvers do, when one of them is not public."""
        found = await self._resolver.resolve(host, port, family)
        if host.lower() not in self._agreed:
            for result in found:
                if not is_public(result["host"]):
                    raise OSError(None, f"{host} is at {result['host']}, which is not a public address")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, not of this machine or a network of its owner."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_global and not (mapped or found).is_multicast


def check_receipt_url(url: str, agreed: Collection[str]) -> None:
    """Raise AddressRefused for what is no web address, or literally an internal one; names are judged when they are resolved."""
    remedy = "agree on the host with the partner: receipt_hosts of the channel"
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise AddressRefused(f"{url!r} is no address: {error}") from error
    if parts.scheme.lower() not in {"http", "https"} or not host or parts.username is not None:
        raise AddressRefused(f"receipts are sent by http and https only, not to {url!r}", remedy=remedy)
    if host in agreed:
        return
    literal = host.replace(":", "").replace(".", "").isalnum() and (":" in host or host.replace(".", "").isdigit())
    if host == "localhost" or host.endswith(".localhost") or (literal and not is_public(host)):
        raise AddressRefused(f"{host} is not a public address", remedy=remedy)


class Connection:
    """Keeps connections to one partner open. `guarded`: the addresses come from messages, not from the configuration."""

    def __init__(self, *, tls: ClientTls, timeout: float, guarded: Collection[str] | None = None, at_once: int = 8) -> None:
        self._tls, self._guarded, self._at_once = tls, guarded, at_once
        self._timeout = aiohttp.ClientTimeout(total=None, connect=min(timeout, 30.0), sock_read=timeout)
        self._patience = timeout
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, headers: Sequence[tuple[str, str]], body: bytes, *, more: Mapping[str, str] | None = None
    ) -> Answer:
        """Post a message. Raises NoAnswer."""
        return await self._asked("POST", url, [*headers, *(more or {}).items()], body)

    async def get(self, url: str) -> Answer:
        """Ask for anything, to see whether somebody answers. Raises NoAnswer."""
        return await self._asked("GET", url, [], None)

    async def _asked(self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes | None) -> Answer:
        data = None if body is None else BytesIO(body)
        try:
            with calling(method, urlsplit(url).hostname) as told:
                async with self._opened().request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
                    told.answered(answer.status)
                    return Answer(answer.status, tuple(answer.headers.items()), await self._body(answer))
        except aiohttp.ConnectionTimeoutError as error:
            raise NoAnswer("no connection in time", timed_out=True, sent=False) from error
        except TimeoutError as error:
            raise NoAnswer(f"no answer within {self._patience:g} s", timed_out=True, sent=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL)
            raise NoAnswer(_told(error), timed_out=False, sent=not unsent) from error

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes | None:
        parts, size = [], 0
        async with asyncio.timeout(self._patience):
            async for part in answer.content.iter_any():
                size += len(part)
                if size > _LARGEST_ANSWER:
                    answer.close()
                    return None
                parts.append(part)
        return b"".join(parts)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = GuardedResolver(self._guarded) if self._guarded is not None else None
            connector = aiohttp.TCPConnector(ssl=client_context(self._tls), resolver=resolver, limit=self._at_once)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, skip_auto_headers=_SILENT, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        """End the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()


def _told(error: Exception) -> str:
    """What went wrong, in a sentence that names the cause and not the library."""
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the server's TLS certificate is not trusted: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed: {cause.reason or cause}"
    return str(getattr(cause, "strerror", None) or cause or error) or type(error).__name__
