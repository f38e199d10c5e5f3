"""What OpenTelemetry's SDK does for us: the name of this process, the length of the queue, and an end within seconds."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from gateway.errors import ConfigurationInvalid
from gateway.telemetry import span_export
from gateway.telemetry.span_export import Export, Sending
from tests.gateway.telemetry.test_tracing import Told, Way


def sending(monkeypatch: pytest.MonkeyPatch, environ: Mapping[str, str], way: SpanExporter | None = None) -> Sending:
    """One in an environment, whose way is nobody's unless it is given."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(span_export, "OTLPSpanExporter", lambda **_named: way or Way())
    return Sending(endpoint="", ratio=1.0, environ=environ, observer=Told(), instance="node:1", version="1.0")


def resource(made: Sending) -> Mapping[str, Any]:
    with made.tracer.start_as_current_span("receive") as span:
        assert isinstance(span, ReadableSpan)
        return dict(span.resource.attributes)


class TestTheName:
    @pytest.mark.parametrize(
        ("environ", "name"),
        [
            ({}, "edi-gateway"),
            ({"OTEL_SERVICE_NAME": "edi-east"}, "edi-east"),
            ({"OTEL_SERVICE_NAME": ""}, "edi-gateway"),
            ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=edi-west,deployment.environment=test"}, "edi-west"),
            ({"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test, service.name = edi-west"}, "edi-west"),
            ({"OTEL_RESOURCE_ATTRIBUTES": "peer.service.name=odoo"}, "edi-gateway"),
            ({"OTEL_RESOURCE_ATTRIBUTES": ""}, "edi-gateway"),
        ],
    )
    def test_is_the_environments_where_it_gives_one(
        self, monkeypatch: pytest.MonkeyPatch, environ: Mapping[str, str], name: str
    ) -> None:
        made = sending(monkeypatch, environ)
        told = resource(made)
        made.close()
        assert (told["service.name"], told["service.instance.id"], told["service.version"]) == (name, "node:1", "1.0")

    def test_stands_beside_whatever_else_the_environment_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = sending(monkeypatch, {"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test"})
        told = resource(made)
        made.close()
        assert told["deployment.environment"] == "test"


class TestTheQueue:
    @pytest.mark.parametrize("written", ["", " ", "1", "8", " 4096 "])
    def test_is_as_long_as_the_environment_says(self, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
        sending(monkeypatch, {"OTEL_BSP_MAX_QUEUE_SIZE": written}).close()

    @pytest.mark.parametrize("written", ["many", "0", "-1", "2.5", "1e3"])
    def test_of_no_length_is_refused_with_what_to_do(self, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
        with pytest.raises(ConfigurationInvalid, match="OTEL_BSP_MAX_QUEUE_SIZE") as caught:
            sending(monkeypatch, {"OTEL_BSP_MAX_QUEUE_SIZE": written})
        assert "2048" in caught.value.remedy


class TestWhoDecides:
    @pytest.mark.parametrize(
        ("sampler", "follows"),
        [
            ("", True), ("parentbased_always_on", True), ("parentbased_traceidratio", True), ("always_on", False),
            ("traceidratio", False),
        ],
    )  # fmt: skip
    def test_is_who_began_the_trace_unless_the_environment_says_otherwise(
        self, monkeypatch: pytest.MonkeyPatch, sampler: str, follows: bool
    ) -> None:
        made = sending(monkeypatch, {"OTEL_TRACES_SAMPLER": sampler} if sampler else {})
        made.close()
        assert made.follows is follows


class Taking(Way):
    """A way that keeps the names of what it takes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def export(self, spans: Any) -> SpanExportResult:
        self.names += [one.name for one in spans]
        return super().export(spans)


class Hanging(Way):
    """A way to a collector that takes a connection and answers nothing, until it is shut."""

    def __init__(self) -> None:
        super().__init__()
        self.shut = threading.Event()

    def export(self, spans: object) -> SpanExportResult:
        self.shut.wait(5)
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        self.shut.set()


class TestTheEnd:
    def test_what_waits_is_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        way = Taking()
        made = sending(monkeypatch, {}, way)
        for name in ("receive", "route"):
            made.tracer.start_span(name).end()
        made.close()
        assert way.names == ["receive", "route"]
        assert way.closed

    def test_a_collector_that_hangs_does_not_hold_up_the_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(span_export, "_GOODBYE", 0.05)
        way = Hanging()
        made = sending(monkeypatch, {}, way)
        made.tracer.start_span("receive").end()
        made.close()
        assert way.shut.is_set()


def finished(count: int) -> Sequence[ReadableSpan]:
    made = [TracerProvider().get_tracer("test").start_span("one") for _ in range(count)]
    return [one for one in made if isinstance(one, ReadableSpan)]


@pytest.mark.parametrize(
    ("result", "told"),
    [(SpanExportResult.SUCCESS, {"sent": 7}), (SpanExportResult.FAILURE, {"lost": 7}), (OSError("no route"), {"lost": 7})],
)
def test_every_span_is_counted_once_whatever_becomes_of_it(
    result: SpanExportResult | Exception, told: Mapping[str, float]
) -> None:
    way, observer = Way(), Told()
    way.result = result
    export = Export(way, observer=observer)
    for count in (3, 0, 4):
        export.export(finished(count))
    assert {name: count for name, count in observer.outcomes.items() if count} == told
    assert export.taken == 7
