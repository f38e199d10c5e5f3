"""Spans for OpenTelemetry: when they are wanted, what becomes of them, and that nothing is lost with a collector but spans."""

import sys
import threading
from collections.abc import Mapping

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from structlog.testing import capture_logs

from gateway.domain.tracing_terms import TracingTerms
from gateway.errors import ConfigurationInvalid
from gateway.ports.tracing import SpanKind, here, recorded, span, standing
from gateway.telemetry.logging import name_trace
from gateway.telemetry.metrics import PrometheusObserver
from gateway.telemetry.span_export import Export, Queue
from gateway.telemetry.tracing import is_wanted, open_recorder
from tests.servers.otlp import Collector

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SAMPLED = f"00-{TRACE}-00f067aa0ba902b7-01"
UNSAMPLED = f"00-{TRACE}-00f067aa0ba902b7-00"
OWN = {"instance": "node:1", "version": "1.0"}


class Told:
    """An observer that keeps what becomes of spans."""

    def __init__(self) -> None:
        self.outcomes: dict[str, float] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        assert name == "edi_spans_total"
        self.outcomes[labels["outcome"]] = self.outcomes.get(labels["outcome"], 0) + value

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


class TestWhetherSpansAreWanted:
    @pytest.mark.parametrize(
        ("endpoint", "environ", "wanted"),
        [
            ("", {}, False),
            ("http://collector:4318", {}, True),
            ("", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
            ("", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
            ("http://collector:4318", {"OTEL_SDK_DISABLED": "true"}, False),
            ("http://collector:4318", {"OTEL_TRACES_EXPORTER": "none"}, False),
        ],
    )
    def test_is_said_by_the_configuration_and_the_environment(
        self, endpoint: str, environ: Mapping[str, str], wanted: bool
    ) -> None:
        assert is_wanted(TracingTerms(endpoint), environ) is wanted

    def test_nothing_records_where_they_are_not(self) -> None:
        assert open_recorder(TracingTerms(), {}, observer=Told(), **OWN) is None

    def test_without_the_extra_the_message_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "gateway.telemetry.span_export", None)
        with pytest.raises(ConfigurationInvalid) as caught:
            open_recorder(TracingTerms("http://collector:4318"), {}, observer=Told(), **OWN)
        assert "edi-gateway[tracing]" in caught.value.remedy


class TestARecorder:
    async def test_sends_spans_with_who_sent_them(self) -> None:
        async with Collector() as collector:
            recorder = open_recorder(TracingTerms(collector.url), {}, observer=Told(), **OWN)
            assert recorder is not None
            with (
                recorded(recorder),
                span("receive", SpanKind.CONSUMER, within=SAMPLED, attributes={"edi.channel": "bigbox"}) as one,
            ):
                one.fail("timeout")
            await recorder.close()
            (seen,) = collector.spans
        assert (seen.name, seen.trace, seen.parent, seen.error) == ("receive", TRACE, "00f067aa0ba902b7", True)
        assert seen.attributes == {"edi.channel": "bigbox", "error.type": "timeout"}
        told = ("service.name", "service.instance.id", "service.version")
        assert [seen.resource[key] for key in told] == ["edi-gateway", "node:1", "1.0"]

    async def test_goes_where_the_environment_says_rather_than_the_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with Collector() as collector:
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
            recorder = open_recorder(TracingTerms("http://127.0.0.1:9"), environ, observer=Told(), **OWN)
            assert recorder is not None
            with recorded(recorder), span("receive", SpanKind.CONSUMER):
                pass
            await recorder.close()
            assert len(collector.spans) == 1

    async def test_keeps_nothing_of_a_trace_whose_beginner_does_not_record_it(self) -> None:
        async with Collector() as collector:
            recorder = open_recorder(TracingTerms(collector.url), {}, observer=Told(), **OWN)
            assert recorder is not None
            with recorded(recorder), span("receive", SpanKind.CONSUMER, within=UNSAMPLED) as one:
                assert one.traceparent is not None
                assert one.traceparent.endswith("-00")
            await recorder.close()
            assert collector.spans == []

    async def test_records_all_of_them_where_the_environment_wants_that(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_on")
        async with Collector() as collector:
            environ = {"OTEL_TRACES_SAMPLER": "always_on"}
            recorder = open_recorder(TracingTerms(collector.url), environ, observer=Told(), **OWN)
            assert recorder is not None
            with recorded(recorder), span("receive", SpanKind.CONSUMER, within=UNSAMPLED):
                pass
            await recorder.close()
            assert len(collector.spans) == 1

    async def test_records_the_share_of_traces_that_is_asked_for(self) -> None:
        async with Collector() as collector:
            recorder = open_recorder(TracingTerms(collector.url, ratio=0.25), {}, observer=Told(), **OWN)
            assert recorder is not None
            with recorded(recorder):
                for _ in range(1000):
                    with span("receive", SpanKind.CONSUMER):
                        pass
            await recorder.close()
            assert 150 < len(collector.spans) < 350


class Way(SpanExporter):
    """A way to a collector that works or does not."""

    def __init__(self) -> None:
        self.result: SpanExportResult | Exception = SpanExportResult.SUCCESS
        self.closed = False

    def export(self, spans: object) -> SpanExportResult:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    def shutdown(self) -> None:
        self.closed = True


class Slow(Way):
    """A way that takes its time: it says when it has taken something, and goes on when it may."""

    taking: threading.Event
    go_on: threading.Event

    def export(self, spans: object) -> SpanExportResult:
        self.taking.set()
        assert self.go_on.wait(5)
        return super().export(spans)


class TestACollectorThatIsAway:
    def test_is_told_once_and_when_it_is_back(self) -> None:
        way, told = Way(), Told()
        export = Export(way, observer=told)
        with capture_logs() as lines:
            for result in (
                SpanExportResult.FAILURE,
                SpanExportResult.FAILURE,
                SpanExportResult.SUCCESS,
                SpanExportResult.SUCCESS,
            ):
                way.result = result
                export.export([ReadableSpan("one")])
        assert [line["event"] for line in lines] == ["spans_not_sent", "spans_sent_again"]
        assert told.outcomes == {"lost": 2, "sent": 2}

    def test_an_exporter_that_raises_does_not_end_the_thread_that_sends(self) -> None:
        way, told = Way(), Told()
        way.result = ValueError("no")
        assert Export(way, observer=told).export([ReadableSpan("one")]) is SpanExportResult.FAILURE
        assert told.outcomes == {"lost": 1}

    def test_spans_beyond_the_queue_are_dropped_and_counted(self) -> None:
        told, way, taking = Told(), Slow(), threading.Event()
        way.taking, way.go_on = taking, threading.Event()
        queue = Queue(Export(way, observer=told), most=4, observer=told)
        spans = _ended_spans(10)
        for one in spans[:4]:
            queue.on_end(one)
        assert taking.wait(5), "the four are on their way"
        for one in spans[4:]:
            queue.on_end(one)
        assert told.outcomes == {"dropped": 2}, "four more wait"
        way.go_on.set()
        queue.shutdown()  # type: ignore[no-untyped-call]
        assert told.outcomes == {"dropped": 2, "sent": 8}

    def test_metrics_know_what_is_counted(self) -> None:
        PrometheusObserver(strict=True).count("edi_spans_total", outcome="dropped")


def _ended_spans(count: int) -> list[ReadableSpan]:
    made = [TracerProvider().get_tracer("test").start_span("one") for _ in range(count)]
    return [one for one in made if isinstance(one, ReadableSpan)]


class TestLogLines:
    def test_name_the_trace_of_the_work_they_are_about(self) -> None:
        with standing(SAMPLED):
            assert name_trace(None, "info", {"event": "x"}) == {"event": "x", "trace_id": TRACE}
        assert here() is None
        assert name_trace(None, "info", {"event": "x"}) == {"event": "x"}

    def test_leave_a_trace_that_is_named_already(self) -> None:
        with standing(SAMPLED):
            assert name_trace(None, "info", {"trace_id": "other"}) == {"trace_id": "other"}
