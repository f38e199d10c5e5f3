"""What OpenTelemetry's SDK does for us: decides which traces are recorded, and sends spans from a queue of bounded length.

Imported only where spans are wanted: it needs the extra `tracing`.
"""

import threading
from collections.abc import Mapping, Sequence

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from typing_extensions import override

from gateway.errors import ConfigurationInvalid
from gateway.ports import Observer

_log = structlog.get_logger(__name__)

_QUEUE = 2048
"""Spans that may wait, where `OTEL_BSP_MAX_QUEUE_SIZE` says nothing else."""
_GOODBYE = 3.0
"""Seconds that a collector gets for the last spans when the process stops."""
_REMEDY = "See that the collector runs and takes OTLP over HTTP at this address; nothing but spans is lost."


class Export(SpanExporter):
    """Sends spans by `way` and counts what becomes of them. That they cannot be sent is said once, and when they can again."""

    def __init__(self, way: SpanExporter, *, observer: Observer) -> None:
        self._way, self._observer = way, observer
        self._failing = False
        self.taken = 0

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.taken += len(spans)
        try:
            result = self._way.export(spans)
        except Exception as error:  # noqa: BLE001 - an exporter's bug must not end the thread that sends
            _log.warning("spans_export_crashed", error=f"{type(error).__name__}: {error}")
            result = SpanExportResult.FAILURE
        failed = result is not SpanExportResult.SUCCESS
        self._observer.count("edi_spans_total", len(spans), outcome="lost" if failed else "sent")
        if failed and not self._failing:
            _log.warning("spans_not_sent", spans=len(spans), remedy=_REMEDY)
        elif self._failing and not failed:
            _log.info("spans_sent_again")
        self._failing = failed
        return result

    @override
    def shutdown(self) -> None:
        self._way.shutdown()


class Queue(BatchSpanProcessor):
    """Spans that wait to be sent. One that finds it full is dropped and counted: the gateway never waits for a collector."""

    def __init__(self, export: Export, *, most: int, observer: Observer) -> None:
        super().__init__(export, max_queue_size=most, max_export_batch_size=min(most, 512))
        self._out, self._most, self._observer = export, most, observer
        self._ended = 0

    @override
    def on_end(self, span: ReadableSpan) -> None:
        if not (span.context and span.context.trace_flags.sampled):
            return
        if self._ended - self._out.taken >= self._most:
            self._observer.count("edi_spans_total", outcome="dropped")
            return
        self._ended += 1
        super().on_end(span)


class Sending:
    """The spans of this process on their way to a collector. `endpoint` where the environment names none.

    `follows`: a trace is recorded whole or not at all, as who began it has decided. Raises ConfigurationInvalid for a length of
    the queue that is none.
    """

    def __init__(
        self, *, endpoint: str, ratio: float, environ: Mapping[str, str], observer: Observer, instance: str, version: str
    ) -> None:
        self._export = Export(OTLPSpanExporter(endpoint=endpoint or None), observer=observer)
        sampler = environ.get("OTEL_TRACES_SAMPLER", "")
        self.follows = not sampler or sampler.startswith("parentbased")
        self._provider = TracerProvider(
            sampler=None if sampler else ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource.create(_named(environ, instance=instance, version=version)),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(Queue(self._export, most=_most(environ), observer=observer))
        self.tracer = self._provider.get_tracer("edi-gateway", version)

    def close(self) -> None:
        """Send what waits, within a few seconds; to be called in a thread."""
        ending = threading.Thread(target=self._provider.shutdown, name="spans-end", daemon=True)
        ending.start()
        ending.join(_GOODBYE)
        if ending.is_alive():
            self._export.shutdown()


def _most(environ: Mapping[str, str]) -> int:
    """How many spans may wait."""
    written = environ.get("OTEL_BSP_MAX_QUEUE_SIZE", "").strip()
    if not written:
        return _QUEUE
    if written.isdecimal() and int(written) > 0:
        return int(written)
    remedy = f"Give a whole number above 0, or leave it out for {_QUEUE}."
    raise ConfigurationInvalid(f'OTEL_BSP_MAX_QUEUE_SIZE is "{written}", which is no length of a queue.', remedy=remedy)


def _named(environ: Mapping[str, str], *, instance: str, version: str) -> dict[str, str]:
    """What every span says of this process; the name is the environment's where it gives one."""
    own = {"service.instance.id": instance, "service.version": version}
    given = {pair.partition("=")[0].strip() for pair in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(",")}
    if environ.get("OTEL_SERVICE_NAME") or "service.name" in given:
        return own
    return own | {"service.name": "edi-gateway"}
