"""The one HTTP server of a process: channels, applications, api and console hand it their route tables.

It adds what everybody needs: health, metrics, problem documents for what no handler answered, limits on headers, a graceful end.
Bodies are not limited here: whoever reads one streams it and sets the limit. There is no access log; metrics tell instead.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import orjson
import structlog
from aiohttp import web

from gateway.domain import trace_context
from gateway.domain.http_terms import ServerTls
from gateway.errors import ConfigurationInvalid, GatewayError
from gateway.http.sockets import Address, OpenSockets, open_sockets
from gateway.ports.tracing import SpanKind, span
from gateway.protocols.problem import MEDIA_TYPE, Problem

_log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HealthReport(Protocol):
    """The answer to a health question: an HTTP status (200 or 503) and the conditions behind it, with reasons."""

    @property
    def status(self) -> int:
        """200 or 503."""

    def as_json(self) -> dict[str, object]:
        """The conditions, as the body of the answer."""


RenderMetrics = Callable[[str], tuple[str, bytes]]
"""From the Accept header of the request to the content type and the bytes of the metrics."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to listen. Port 0 takes a free one. `reuse_port` lets several processes share the port (SO_REUSEPORT).

    `grace` is the time in seconds that requests in flight get at the end, `idle` how long a connection without a whole request is
    kept, `lingering` how long the rest of a refused body is read and dropped so that the client sees the refusal.
    The files of `tls` are looked at every `tls_looks` seconds, and renewed ones taken for new connections.
    `connections` are the most at one time: further ones take the place of those that wait longest for their request. Sizes in
    bytes.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    reuse_port: bool = False
    backlog: int = 1024
    grace: float = 20.0
    idle: float = 75.0
    lingering: float = 2.0
    connections: int = 2000
    tls: ServerTls | None = None
    tls_looks: float = 30.0
    max_line_size: int = 8190
    max_field_size: int = 8190
    max_headers: int = 64


TlsNews = Callable[[ConfigurationInvalid | None], Awaitable[None]]
"""Is told of renewed TLS files that cannot be used, at each look at them, and with None that all is well."""


async def _nobody(_problem: ConfigurationInvalid | None) -> None:
    """The log tells it."""


class WebServer:
    """One server with all route tables. `start` once, `stop` once.

    `liveness` and `readiness` find out the truth when asked. Tell the health state that the process is stopping before `stop`,
    so that load balancers look elsewhere while requests in flight are finished.
    """

    def __init__(
        self,
        listening: Listening,
        *,
        routes: Iterable[Iterable[web.AbstractRouteDef]],
        liveness: Callable[[], HealthReport],
        readiness: Callable[[], Awaitable[HealthReport]],
        render_metrics: RenderMetrics,
        tls_news: TlsNews = _nobody,
        sockets: OpenSockets = open_sockets,
    ) -> None:
        self._listening, self._tls_news, self._open_sockets = listening, tls_news, sockets
        self._sockets: Sequence[socket.socket] = ()
        self._sites: Sequence[web.SockSite] = ()
        self._watching: asyncio.Task[None] | None = None
        self._liveness, self._readiness, self._render_metrics = liveness, readiness, render_metrics
        application = web.Application(middlewares=[_tell, _answer_problems])
        application.on_response_prepare.append(_name_server_neutrally)
        application.add_routes(self._own_routes())
        for table in routes:
            application.add_routes(table)
        self._runner = _BoundedRunner(
            application,
            most=listening.connections,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=listening.grace,
            keepalive_timeout=listening.idle,
            lingering_time=listening.lingering,
            max_line_size=listening.max_line_size,
            max_field_size=listening.max_field_size,
            max_headers=listening.max_headers,
        )

    async def start(self) -> None:
        """Listen. Raises GatewayError when the address cannot be had, ConfigurationInvalid for unusable certificates."""
        at = self._listening
        seen = await asyncio.to_thread(_marks, at.tls)
        tls = server_context(at.tls) if at.tls is not None else None
        await self._runner.setup()
        try:
            self._sockets = await self._open_sockets(Address(at.host, at.port, at.reuse_port, at.backlog))
            await self._serve(tls)
        except OSError as error:
            await self._runner.cleanup()
            remedy = "choose another host or port, or stop the process that uses it"
            raise GatewayError(f"cannot listen on {at.host}:{at.port}: {error.strerror or error}", remedy=remedy) from error
        if at.tls is not None:
            self._watching = asyncio.create_task(self._follow(at.tls, seen), name="tls-files")
        _log.info("web_started", host=at.host, port=self.port)

    async def stop(self) -> None:
        """Stop accepting, finish the requests in flight within `grace` seconds, then close what is left."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        for each in self._sockets:
            each.close()
        await self._runner.cleanup()
        _log.info("web_stopped")

    async def _serve(self, tls: ssl.SSLContext | None) -> None:
        """Take the connections from now on. Whoever took them before stops; the connections there are go on as they are."""
        before, sites = self._sites, []
        for each in self._sockets:
            site = web.SockSite(self._runner, each.dup(), backlog=self._listening.backlog, ssl_context=tls)
            await site.start()
            sites.append(site)
        self._sites = sites
        for site in before:
            await site.stop()

    async def _follow(self, tls: ServerTls, seen: object) -> None:
        """Take renewed files: certificates are replaced every few weeks, by programs that know nothing of us.

        A new context is made of them, and not the old one changed: an authority that is gone has to be gone. Files that cannot
        be used, or are only half there, change nothing, and are looked at again.
        """
        await self._tls_news(None)
        while True:
            await asyncio.sleep(self._listening.tls_looks)
            now = await asyncio.to_thread(_marks, tls)
            if now == seen:
                continue
            try:
                context = await asyncio.to_thread(server_context, tls)
            except ConfigurationInvalid as error:
                told = {"problem": str(error), "remedy": f"{error.remedy}; until then the files from before are used"}
                _log.error("tls_files_unusable", **told)
                await self._tls_news(error)
                continue
            await self._serve(context)
            seen = now
            _log.info("tls_files_renewed", certificate=tls.certificate)
            await self._tls_news(None)

    @property
    def port(self) -> int:
        """The port that is listened on: the one taken when 0 was asked for."""
        addresses = self._runner.addresses
        return int(addresses[0][1]) if addresses else self._listening.port

    @property
    def url(self) -> str:
        """The address of the server, for people and for tests."""
        host = self._listening.host
        scheme = "https" if self._listening.tls is not None else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def _own_routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.get("/health/live", self._live),
            web.get("/health/ready", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _live(self, _request: web.Request) -> web.Response:
        return _health(self._liveness())

    async def _ready(self, _request: web.Request) -> web.Response:
        return _health(await self._readiness())

    async def _metrics(self, request: web.Request) -> web.Response:
        # A process with many partners has thousands of series: rendering them must not hold up the loop.
        content_type, body = await asyncio.to_thread(self._render_metrics, request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})


class _BoundedRunner(web.AppRunner):
    """Keeps the number of connections in bounds: whoever sends its headers slowly, or none, makes room for others."""

    __slots__ = ("_busy", "_most")

    def __init__(self, application: web.Application, *, most: int, **terms: Any) -> None:
        super().__init__(application, **terms)
        self._most = most
        self._busy: set[object] = set()
        application.middlewares.append(self._note_request)

    @property
    def server(self) -> "web.Server | None":
        """What a site makes its connections with."""
        server = super().server
        return None if server is None else cast("web.Server", partial(self._connect, server))

    def _connect(self, server: "web.Server") -> asyncio.BaseProtocol:
        open_ = server.connections  # the oldest first
        if len(open_) >= self._most:
            waiting = next((handler for handler in open_ if handler not in self._busy), None)
            if waiting is None:
                _log.warning("connection_refused", connections=len(open_), remedy="all of them are at work: add processes")
                return _Refusing()
            waiting.force_close()
        return _Unfolding(server())

    @web.middleware
    async def _note_request(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A connection is at work from the end of a request's headers to its answer; before and after, it waits."""
        self._busy.add(request.protocol)
        try:
            return await handler(request)
        finally:
            self._busy.discard(request.protocol)


class _Unfolding(asyncio.Protocol):
    """Reads the first header of a connection, and gives folded lines of it to the server as one (RFC 9112 section 5.2).

    Old AS2 senders fold Content-Type as in a mail, one message a connection; the parser answers 400 to that. Whatever comes after
    that header goes straight to the server.
    """

    def __init__(self, server: asyncio.Protocol) -> None:
        self._server = server
        self._transport: asyncio.BaseTransport | None = None
        self._begun = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._server.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        looked_at = max(len(self._begun) - 3, 0)
        self._begun += data
        end = self._begun.find(b"\r\n\r\n", looked_at)
        if end >= 0 or len(self._begun) > _LONGEST_HEADER:
            self._go_on(_FOLDED.sub(b" ", self._begun[: max(end, 0)]) + self._begun[max(end, 0) :])

    def eof_received(self) -> bool | None:
        self._go_on(bytes(self._begun))
        return self._server.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connection_lost(exc)

    def pause_writing(self) -> None:
        self._server.pause_writing()

    def resume_writing(self) -> None:
        self._server.resume_writing()

    def _go_on(self, data: bytes) -> None:
        """With a whole header, or what there is of one."""
        assert isinstance(self._transport, asyncio.Transport)
        self._transport.set_protocol(self._server)
        if data:
            self._server.data_received(data)


_FOLDED = re.compile(rb"\r\n[ \t]+")
_LONGEST_HEADER = 65_536
"""Bytes of a header that are waited for; of a longer one the server says what it thinks of it."""


class _Refusing(asyncio.Protocol):
    """Closes a connection as soon as it is made."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def _marks(tls: ServerTls | None) -> Sequence[tuple[int, int, int] | None]:
    """What changes when one of the files is replaced or written; None for one that is not there."""
    names = (tls.certificate, tls.key, *tls.authorities) if tls is not None else ()
    return [_mark(Path(name)) for name in names if name]


def _mark(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def server_context(tls: ServerTls) -> ssl.SSLContext:
    """TLS of a web server. Raises ConfigurationInvalid.

    With authorities, clients are asked for a certificate, and may have none; one that nobody vouches for ends the connection.
    What it is worth is decided by who serves the request: a pinned certificate vouches for itself.
    """
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # A password is always given: without one OpenSSL would ask for it on the terminal.
        context.load_cert_chain(tls.certificate, tls.key, password=tls.key_password)
        for authority in tls.authorities:
            context.load_verify_locations(authority)
    except (OSError, ssl.SSLError, ValueError) as error:
        names = ", ".join(name for name in (tls.certificate, tls.key, *tls.authorities) if name)
        remedy = "give PEM files that fit together, and the key's password if it has one"
        raise ConfigurationInvalid(f"TLS cannot be set up with {names}: {error}", remedy=remedy) from error
    if tls.authorities:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _health(report: HealthReport) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=orjson.dumps(report.as_json()), status=report.status, content_type="application/json", headers=headers
    )


@web.middleware
async def _tell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A span of each request, in the caller's trace or a new one; probes and scrapes are left out."""
    resource = request.match_info.route.resource
    path = resource.canonical if resource else ""
    if path in _UNTOLD:
        return await handler(request)
    caller = trace_context.parse(request.headers.get("traceparent"))
    told = {"http.request.method": request.method, "http.route": path, "url.scheme": request.scheme}
    name = f"{request.method} {path}".rstrip()
    with span(name, SpanKind.SERVER, within=str(caller) if caller else None, attributes=told) as served:
        response = await handler(request)
        served.answered(response.status, wrong=500)  # what the caller did wrong is no error of ours
        return response


_UNTOLD = frozenset({"/health/live", "/health/ready", "/metrics"})


@web.middleware
async def _answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Problem documents for what no handler answers: no such path, wrong method, and our own bugs."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        allowed = {"Allow": answer.headers["Allow"]} if "Allow" in answer.headers else {}
        remedy = "use a method named in Allow" if allowed else "check the path against the interface description"
        code = (answer.reason or "error").lower().replace(" ", "-")
        return _response(Problem(answer.status, code, f"{request.method}: {answer.reason}", remedy, headers=allowed))
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception:  # noqa: BLE001 - a bug of ours: logged whole, told in general
        path = request.match_info.route.resource.canonical if request.match_info.route.resource else ""
        _log.exception("request_failed", method=request.method, route=path)
        remedy = "try again later; if it stays, tell the operator of this gateway the time of the request"
        return _response(Problem(500, "internal-error", "the gateway met an unexpected error", remedy))


def _response(problem: Problem) -> web.Response:
    return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


async def _name_server_neutrally(_request: web.Request, response: web.StreamResponse) -> None:
    """Our name without versions: which library and Python serve is nobody's business."""
    response.headers["Server"] = "edi-gateway"
