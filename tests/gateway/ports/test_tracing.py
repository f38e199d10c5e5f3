"""Where the work stands in a trace, with and without somebody who records it."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from gateway.ports.tracing import (
    Attributes,
    SpanKind,
    arriving,
    batch,
    calling,
    carried,
    here,
    recorded,
    span,
    standing,
    step,
)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SAMPLED = f"00-{TRACE}-00f067aa0ba902b7-01"
UNSAMPLED = f"00-{TRACE}-00f067aa0ba902b7-00"
ONE, OTHER, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)


@dataclass
class Kept:
    """A span as a recorder keeps it."""

    name: str
    kind: SpanKind
    parent: str | None
    traceparent: str
    attributes: dict[str, object] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    error: str | None = None
    ended: bool = False

    def note(self, attributes: Attributes) -> None:
        self.attributes.update(attributes)

    def link(self, traceparent: str) -> None:
        self.links.append(traceparent)

    def end(self, error: str | None = None) -> None:
        self.error, self.ended = error, True


@dataclass
class Keeper:
    """A recorder for tests: counts spans in place of ids."""

    spans: list[Kept] = field(default_factory=list)

    def begin(self, name: str, kind: SpanKind, *, parent: str | None, attributes: Attributes) -> Kept:
        trace, flags = (parent.split("-")[1], parent[-2:]) if parent else (f"{len(self.spans) + 1:032x}", "01")
        one = Kept(name, kind, parent, f"00-{trace}-{len(self.spans) + 1:016x}-{flags}", dict(attributes))
        self.spans.append(one)
        return one


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


class TestWithoutARecorder:
    def test_a_trace_begins_with_what_arrives_and_goes_with_the_work(self) -> None:
        assert here() is None
        with span("receive", SpanKind.CONSUMER) as received:
            assert here() == received.traceparent
            assert carried() == {"traceparent": received.traceparent}
            assert received.traceparent is not None
            assert received.traceparent.endswith("-00"), "nobody records it"
        assert here() is None
        assert carried() == {}

    def test_a_trace_of_somebody_else_is_carried_on(self) -> None:
        with span("request", SpanKind.SERVER, within=SAMPLED) as served:
            assert served.traceparent is not None
            assert served.traceparent.split("-")[1] == TRACE
            assert served.traceparent != SAMPLED, "a step further"
            with span("receive", SpanKind.CONSUMER, within=served.traceparent) as received:
                assert received.traceparent == served.traceparent, "nobody looks at steps of ours"

    def test_steps_leave_the_place_as_it_is(self) -> None:
        with standing(SAMPLED), step("commit", SpanKind.CLIENT) as told:
            told.note({"a": 1})
            told.fail("timeout")
            assert here() == SAMPLED

    def test_one_of_a_batch_stands_in_its_own_trace_and_several_in_none(self) -> None:
        with batch("process", SpanKind.CONSUMER, {ONE: SAMPLED}, called="id"):
            assert here() == SAMPLED
        with batch("process", SpanKind.CONSUMER, {ONE: SAMPLED, OTHER: None}, called="id") as spans:
            assert here() is None
            with spans.on(ONE):
                assert here() == SAMPLED
            with spans.on(OTHER):
                assert here() is None
            spans.fail(ONE, "refused")
            spans.note(ONE, {"a": 1})

    def test_a_request_goes_on_in_its_callers_trace_or_begins_one(self) -> None:
        assert arriving(SAMPLED).split("-")[1] == TRACE
        assert arriving(None) != arriving(None)
        with standing(SAMPLED):
            assert arriving(None) == SAMPLED


class TestWithARecorder:
    def test_spans_are_within_each_other(self, keeper: Keeper) -> None:
        told = {"edi.channel": "x"}
        with (
            recorded(keeper),
            span("receive", SpanKind.CONSUMER, attributes=told) as outer,
            step("commit", SpanKind.CLIENT) as inner,
        ):
            inner.note({"rows": 3})
        first, second = keeper.spans
        assert (first.parent, second.parent) == (None, outer.traceparent)
        assert (first.attributes, second.attributes) == ({"edi.channel": "x"}, {"rows": 3})
        assert first.ended
        assert second.ended

    def test_an_exception_is_the_error_of_what_it_leaves(self, keeper: Keeper) -> None:
        with pytest.raises(ValueError, match="no"), recorded(keeper), span("receive", SpanKind.CONSUMER):
            raise ValueError("no")
        assert keeper.spans[0].error == "ValueError"
        assert here() is None

    def test_nothing_of_a_trace_is_told_that_is_not_recorded(self, keeper: Keeper) -> None:
        with recorded(keeper), standing(UNSAMPLED), step("commit", SpanKind.CLIENT):
            assert here() == UNSAMPLED
        with recorded(keeper), batch("process", SpanKind.CONSUMER, {ONE: UNSAMPLED, OTHER: None}, called="id"):
            pass
        assert keeper.spans == []

    def test_work_that_belongs_to_nothing_leaves_no_steps(self, keeper: Keeper) -> None:
        with recorded(keeper), step("sweep", SpanKind.CLIENT):
            pass
        assert keeper.spans == []

    def test_an_http_answer_is_an_error_from_where_it_is_said(self, keeper: Keeper) -> None:
        with recorded(keeper), standing(SAMPLED):
            for status, wrong in ((200, 400), (404, 400), (404, 500)):
                with calling("POST", "odoo.example") as told:
                    told.answered(status, wrong=wrong)
        assert [one.error for one in keeper.spans] == [None, "404", None]
        assert keeper.spans[0].attributes["server.address"] == "odoo.example"

    async def test_tasks_that_are_started_within_stand_there_too(self, keeper: Keeper) -> None:
        async def inside() -> str | None:
            return here()

        with recorded(keeper), span("receive", SpanKind.CONSUMER) as received:
            assert await asyncio.create_task(inside()) == received.traceparent


class TestABatch:
    def test_each_has_a_span_in_its_trace_and_the_first_tells_what_is_done_for_all(self, keeper: Keeper) -> None:
        places = {ONE: SAMPLED, OTHER: UNSAMPLED, THIRD: SAMPLED.replace("4bf9", "ffff")}
        with recorded(keeper), batch("process", SpanKind.CONSUMER, places, called="messaging.message.id") as spans:
            with step("settle", SpanKind.CLIENT):
                pass
            with spans.on(THIRD):
                assert here() == keeper.spans[1].traceparent
            spans.fail(THIRD, "refused")
        first, third, settle = keeper.spans
        assert settle.parent == first.traceparent
        assert (first.links, third.links) == ([third.traceparent], [first.traceparent])
        assert (first.error, third.error) == (None, "refused")
        assert first.attributes == {"messaging.batch.message_count": 3, "messaging.message.id": str(ONE)}

    def test_one_alone_is_no_batch(self, keeper: Keeper) -> None:
        with recorded(keeper), batch("process", SpanKind.CONSUMER, {ONE: SAMPLED}, called="id") as spans:
            spans.note(ONE, {"edi.verdict": "accepted"})
        assert keeper.spans[0].attributes == {"id": str(ONE), "edi.verdict": "accepted"}
        assert keeper.spans[0].links == []

    def test_what_ends_all_of_them_is_the_error_of_each(self, keeper: Keeper) -> None:
        places = {ONE: SAMPLED, OTHER: SAMPLED}
        with pytest.raises(OSError, match="gone"), recorded(keeper), batch("process", SpanKind.CONSUMER, places, called="id"):
            raise OSError("gone")
        assert [one.error for one in keeper.spans] == ["OSError", "OSError"]
