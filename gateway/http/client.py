"""Calls to servers of others, in bounded memory and time, never redirected, never to addresses that were not meant.

Whether a request may have reached the server decides what may be repeated, so a failure says so: `CallFailed.sent`.
"""

import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import hdrs
from yarl import URL

from gateway.domain.http_terms import HttpClientTerms
from gateway.http.answer import Answer
from gateway.http.call_failed import CallFailed
from gateway.http.login import UNNAMED, Login, Proof, login_of
from gateway.http.reachable import any_socket, public_socket
from gateway.http.tls import client_context
from gateway.ports import Clock
from gateway.ports.distrust import distrust
from gateway.ports.tracing import calling, carried

_CONNECT_WITHIN = 15.0
_TOKEN_BYTES = 65_536
_LARGE = 262_144


@dataclass(frozen=True, slots=True)
class Call:
    """A request to make. `login`: say who we are; not to other hosts that a list or a redirect leads to."""

    method: str
    url: URL
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    login: bool = True


class HttpClient:
    """The server of a partner or an application, on connections of its own.

    `fresh`: a connection for each call, so that none is lost to a server that was just closing an idle one: for requests that
    cannot be repeated.
    """

    def __init__(self, terms: HttpClientTerms, *, clock: Clock, fresh: bool = False) -> None:
        self._terms, self._fresh = terms, fresh
        self._session: aiohttp.ClientSession | None = None
        self._login: Login = login_of(terms.login, clock=clock, fetch=self._fetch_token)

    async def close(self) -> None:
        """End the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @asynccontextmanager
    async def call(self, call: Call) -> AsyncIterator[Answer]:
        """Make a request. A login that was refused is renewed once, where it can be. Raises CallFailed."""
        proof = await self._login.proof() if call.login else UNNAMED
        async with self._attempt(call, proof) as answer:
            if answer.status != 401 or not self._login.renew(proof):
                yield answer
                return
        async with self._attempt(call, await self._login.proof()) as answer:
            yield answer

    @asynccontextmanager
    async def _attempt(self, call: Call, proof: Proof) -> AsyncIterator[Answer]:
        ours = dict(self._terms.headers) if call.login else {}
        url = call.url.update_query(proof.query) if proof.query else call.url
        trace = SimpleNamespace(sent=False)
        with translated(call.url, sent=lambda: trace.sent), calling(call.method, call.url.host) as told:
            headers = {**(carried() if call.login else {}), **ours, **proof.headers, **call.headers}
            session = self._open()
            response = await session.request(
                call.method, url, data=_body(call.body), headers=headers, allow_redirects=False, trace_request_ctx=trace
            )
            told.answered(response.status)
        try:
            yield Answer(response, translated)
        finally:
            # What was not read is not read any further: the connection is given up instead.
            if response.content.at_eof():
                response.release()
            else:
                response.close()

    async def _fetch_token(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
        """The answer of an authorisation server."""
        told = {hdrs.CONTENT_TYPE: "application/x-www-form-urlencoded", hdrs.ACCEPT: "application/json", **headers}
        call = Call("POST", URL(url), told, urlencode(form).encode(), login=False)
        try:
            async with self._attempt(call, UNNAMED) as answer:
                return answer.status, await answer.body(_TOKEN_BYTES)
        except CallFailed as error:
            raise CallFailed(f"no token was had: {error}", code="token-unavailable", sent=False, remedy=error.remedy) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(_note_sent)
            trace.on_connection_reuseconn.append(_note_sent)
            connector = aiohttp.TCPConnector(
                limit=32,
                ssl=client_context(self._terms.tls),
                force_close=self._fresh,
                socket_factory=any_socket if self._terms.internal else public_socket,
            )
            within = self._terms.timeout
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=within, sock_connect=min(_CONNECT_WITHIN, within)),
                trace_configs=[trace],
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={hdrs.USER_AGENT: "edi-gateway"},
            )
        return self._session


def _body(body: bytes | None) -> bytes | BytesIO | None:
    """A large body is written in pieces, so that nobody else waits for it."""
    return BytesIO(body) if body is not None and len(body) > _LARGE else body


async def _note_sent(_session: aiohttp.ClientSession, context: SimpleNamespace, _parameters: Any) -> None:
    """From here on the request may be on its way: there is a connection to write it to."""
    context.trace_request_ctx.sent = True


@contextmanager
def translated(url: URL, *, sent: Callable[[], bool]) -> Iterator[None]:
    """Foreign exceptions of a call become CallFailed. Addresses are told without their query, which may hold a key."""
    where = str(url.with_query(None).with_user(None))
    try:
        yield
    except TimeoutError as error:
        remedy = "see that the server answers in time, or raise its timeout in the configuration"
        raise CallFailed(f"{where} did not answer in time", code="timeout", sent=sent(), remedy=remedy) from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise CallFailed(f"{where} is no address that can be called", code="endpoint", sent=False, remedy=_CHECK_URL) from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError, ssl.SSLError) as error:
        untrusted = distrust(error)
        why, remedy = (untrusted.why, untrusted.remedy) if untrusted else (_reason(error), _CHECK_TLS)
        raise CallFailed(f"no TLS with {where}: {why}", code="tls", sent=False, remedy=remedy) from error
    except socket.gaierror as error:
        raise CallFailed(f"{where} is not known: {error.strerror}", code="dns", sent=False, remedy=_CHECK_URL) from error
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error.__cause__, ssl.SSLError) or "ALERT" in str(error):
            raise CallFailed(f"{where} refused TLS: {_reason(error)}", code="tls", sent=False, remedy=_CHECK_TLS) from error
        raise CallFailed(f"the connection to {where} failed: {_reason(error)}", code="connection", sent=sent()) from error


_CHECK_URL = "check its address in the configuration"
_CHECK_TLS = "check the certificates of both sides, their dates and their authorities"


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
