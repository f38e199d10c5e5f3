"""A collector: takes spans as OTLP over HTTP, as protobuf, and keeps them for the test to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

PROTOBUF = "application/x-protobuf"


@dataclass(frozen=True)
class Seen:
    """A span as it was sent. `parent` is empty where a trace begins."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    attributes: dict[str, Any]
    links: tuple[str, ...]
    error: bool
    resource: dict[str, Any]


@dataclass
class Collector:
    """Listens on loopback while it is entered. `status` is what it answers: from 400 on it takes nothing."""

    status: int = 200
    spans: list[Seen] = field(default_factory=list)
    asked: int = 0
    url: str = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/v1/traces", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def in_trace(self, trace: str) -> list[Seen]:
        """The spans of one trace."""
        return [span for span in self.spans if span.trace == trace]

    async def _take(self, request: web.Request) -> web.Response:
        self.asked += 1
        body = await request.read()
        if self.status >= 400:
            return web.Response(status=self.status)
        told = ExportTraceServiceRequest.FromString(body)
        for one in told.resource_spans:
            resource = _values(one.resource.attributes)
            self.spans += [_seen(span, resource) for scope in one.scope_spans for span in scope.spans]
        return web.Response(body=ExportTraceServiceResponse().SerializeToString(), content_type=PROTOBUF)


def _seen(span: Any, resource: dict[str, Any]) -> Seen:
    return Seen(
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.kind,
        _values(span.attributes),
        tuple(link.trace_id.hex() for link in span.links),
        span.status.code == 2,
        resource,
    )


def _values(attributes: Sequence[Any]) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
