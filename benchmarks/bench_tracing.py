"""What spans cost an order: without an exporter, with one that samples, and with one that records everything.

An order is what the stages make of it in full batches of 100: a request, its receipt, its share of two batches with their
statements and calls. Microseconds of CPU an order; nothing is sent, the queue is emptied as a fast collector would.
"""

import json
import sys
import time
from collections.abc import Sequence
from uuid import UUID

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from gateway.domain.tracing_terms import TracingTerms
from gateway.ports.tracing import Recorder, SpanKind, batch, calling, recorded, span, step
from gateway.telemetry import span_export
from gateway.telemetry.metrics import PrometheusObserver
from gateway.telemetry.tracing import open_recorder

ORDERS, BATCH = 20_000, 100
BUDGET = 25.0
"""Microseconds an order may cost where nothing is recorded, on a machine that is busy: of the millisecond that it takes."""


class Nowhere(SpanExporter):
    """Takes spans and forgets them."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002 - they go nowhere
        """All are welcome."""
        return SpanExportResult.SUCCESS


def flow() -> None:
    """What the stages tell of the orders of one batch."""
    told = {"messaging.system": "edi", "messaging.destination.name": "bigbox-http"}
    places: dict[UUID, str | None] = {}
    for number in range(BATCH):
        with span("POST /v1/partners/{partner}/interchanges", SpanKind.SERVER, attributes=told) as served:
            with span("receive bigbox-http", SpanKind.CONSUMER, attributes=told) as received:
                places[UUID(int=number)] = received.traceparent
            served.answered(202)
    for name in ("process translate", "send odoo"):
        with batch(name, SpanKind.CONSUMER, places, told, called="messaging.message.id") as spans:
            for one in places:
                with spans.on(one):
                    pass
            for query in ("claim", "settle", "commit"):
                with step(query, SpanKind.CLIENT):
                    pass
            for _ in range(5):
                with calling("POST", "odoo.example") as asked:
                    asked.answered(200)


def microseconds(recorder: Recorder | None) -> float:
    """CPU an order, the best of three."""
    best = float("inf")
    with recorded(recorder):
        for _ in range(3):
            started = time.process_time()
            for _ in range(ORDERS // BATCH):
                flow()
            best = min(best, time.process_time() - started)
    return round(best / ORDERS * 1e6, 2)


def recorder_of(ratio: float) -> Recorder | None:
    """A recorder whose collector takes all at once."""
    setattr(span_export, "OTLPSpanExporter", lambda **_: Nowhere())  # noqa: B010 - it is not ours to name
    terms = TracingTerms("http://127.0.0.1:9", ratio)
    return open_recorder(terms, {}, observer=PrometheusObserver(), instance="bench", version="0")


def main() -> int:
    """One line of figures; 1 when what records nothing costs too much."""
    figures = {"off": microseconds(None)} | {f"ratio {ratio:g}": microseconds(recorder_of(ratio)) for ratio in (0.0, 0.01, 1.0)}
    print(json.dumps({"bench": "tracing", "unit": "microseconds of CPU an order", "budget off": BUDGET, **figures}))
    return int(figures["off"] > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
