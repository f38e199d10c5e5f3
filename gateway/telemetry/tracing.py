"""Spans for OpenTelemetry: whether they are wanted, and how the stages' spans become OpenTelemetry's.

Whether, where to and how many is said by the standard variables of the environment (`OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_TRACES_SAMPLER` …), else by [gateway.tracing]. A collector that is away costs spans and nothing else.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from opentelemetry import trace as api
from opentelemetry.context import Context
from typing_extensions import override

from gateway.domain import trace_context
from gateway.domain.tracing_terms import TracingTerms
from gateway.errors import ConfigurationInvalid
from gateway.ports import Observer
from gateway.ports.tracing import Attributes, Recorder, Recording, SpanKind, is_sampled

if TYPE_CHECKING:
    from gateway.telemetry.span_export import Sending

_KINDS = {kind: api.SpanKind[kind.name] for kind in SpanKind}
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_INSTALL = "Install the extra: pip install 'edi-gateway[tracing]'; or take the endpoint away."


def is_wanted(terms: TracingTerms, environ: Mapping[str, str]) -> bool:
    """Whether spans are to be sent anywhere."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or environ.get("OTEL_TRACES_EXPORTER", "") == "none":
        return False
    return bool(terms.endpoint) or _endpoint_is_named(environ)


def open_recorder(
    terms: TracingTerms, environ: Mapping[str, str], *, observer: Observer, instance: str, version: str
) -> "OpenTelemetryRecorder | None":
    """What keeps the spans of this process; None where they go nowhere.

    `instance` names the process. Raises ConfigurationInvalid when spans are wanted and the extra is not installed.
    """
    if not is_wanted(terms, environ):
        return None
    try:
        from gateway.telemetry.span_export import Sending  # noqa: PLC0415 - it needs the extra, and is slow
    except ImportError as error:
        raise ConfigurationInvalid(f"Spans are to be sent, and {error.name} is not installed.", remedy=_INSTALL) from error
    endpoint = "" if _endpoint_is_named(environ) else f"{terms.endpoint}/v1/traces"
    sending = Sending(
        endpoint=endpoint, ratio=terms.ratio, environ=environ, observer=observer, instance=instance, version=version
    )
    return OpenTelemetryRecorder(sending)


class OpenTelemetryRecorder(Recorder):
    """Keeps spans for a collector."""

    def __init__(self, sending: "Sending") -> None:
        self._sending, self._tracer = sending, sending.tracer

    @override
    def begin(self, name: str, kind: SpanKind, *, parent: str | None, attributes: Attributes) -> Recording:
        if parent is not None and self._sending.follows and not is_sampled(parent):
            return _Unrecorded(parent)  # decided, and asking the SDK again costs as much as a span
        return _Recording(self._tracer.start_span(name, _context(parent), kind=_KINDS[kind], attributes=attributes))

    async def close(self) -> None:
        """Send what waits, within a few seconds; no more will come."""
        await asyncio.to_thread(self._sending.close)


class _Recording(Recording):
    def __init__(self, span: api.Span) -> None:
        self._span = span
        at = span.get_span_context()
        self._traceparent = f"00-{at.trace_id:032x}-{at.span_id:016x}-{at.trace_flags:02x}"

    @property
    @override
    def traceparent(self) -> str:
        return self._traceparent

    @override
    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    @override
    def link(self, traceparent: str) -> None:
        if (other := _place(traceparent)) is not None:
            self._span.add_link(other)

    @override
    def end(self, error: str | None = None) -> None:
        if error:
            self._span.set_attribute("error.type", error)
            self._span.set_status(api.StatusCode.ERROR)
        self._span.end()


class _Unrecorded(Recording):
    """A span of a trace that its beginner does not record."""

    def __init__(self, traceparent: str) -> None:
        self._traceparent = traceparent

    @property
    @override
    def traceparent(self) -> str:
        return self._traceparent

    @override
    def note(self, attributes: Attributes) -> None:
        """Nobody reads it."""

    @override
    def link(self, traceparent: str) -> None:
        """Nobody follows it."""

    @override
    def end(self, error: str | None = None) -> None:
        """Nobody is told."""


def _place(traceparent: str) -> api.SpanContext | None:
    at = trace_context.parse(traceparent)
    if at is None:
        return None
    return api.SpanContext(int(at.trace_id, 16), int(at.span_id, 16), is_remote=True, trace_flags=api.TraceFlags(at.flags))


def _context(parent: str | None) -> Context:
    """What a span is within; empty where a trace begins."""
    at = _place(parent) if parent else None
    return Context() if at is None else api.set_span_in_context(api.NonRecordingSpan(at), Context())


def _endpoint_is_named(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in _ENDPOINTS)
