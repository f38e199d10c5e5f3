"""Batches with something wrong in them, answers cut off, caches gone stale: against every kind of server."""

import asyncio
import uuid
from typing import Any

import pytest

from gateway.ports import OutcomeKind


@pytest.mark.parametrize("bad", range(7))
async def test_one_bad_order_in_any_position_costs_the_others_nothing(bench: Any, bad: int) -> None:
    application = bench.application()
    calls = []
    for n in range(7):
        lines = [bench.line("1", "nowhere" if n == bad else "anvil", 1, 5)]
        calls.append(bench.call(f"k{n}", bench.document(f"{n}-B", lines)))
    outcomes = await application.deliver(calls)
    assert [outcome.delivery for outcome in outcomes] == [call.delivery for call in calls]
    assert [n for n, outcome in enumerate(outcomes) if outcome.kind is not OutcomeKind.DELIVERED] == [bad]
    assert outcomes[bad].kind is OutcomeKind.FAILED
    assert "NOWHERE" in outcomes[bad].message
    assert len(await bench.orders("B")) == 6


async def test_the_same_batch_from_four_nodes_makes_each_order_once(bench: Any) -> None:
    nodes = [bench.application() for _ in range(4)]
    documents = [bench.document(f"{n}-N") for n in range(3)]

    async def deliver_until_done(node: Any) -> set[str]:
        calls = [bench.call(f"n{n}", document) for n, document in enumerate(documents)]
        for _ in range(20):
            outcomes = await node.deliver(calls)
            if all(outcome.kind is OutcomeKind.DELIVERED for outcome in outcomes):
                return {outcome.reference for outcome in outcomes}
            assert all(outcome.kind in (OutcomeKind.DELIVERED, OutcomeKind.RETRY) for outcome in outcomes)
        raise AssertionError("it never ended")

    references = await asyncio.gather(*(deliver_until_done(node) for node in nodes))
    assert len(set().union(*references)) == 3
    orders = await bench.orders("N")
    assert len(orders) == 3
    assert all(len(order["lines"]) == 2 for order in orders)


async def test_an_answer_cut_after_the_commit_of_a_batch_is_repeated_without_a_second_order(
    bench: Any, cutter: tuple[Any, str]
) -> None:
    line, url = cutter
    application = bench.application(url=url, timeout=5.0)
    calls = [bench.call(f"c{n}", bench.document(f"{n}-C")) for n in range(4)]
    await application.deliver([bench.call("warm", bench.document("W"))])
    line.cut.set()
    cut = await application.deliver(calls)
    assert {outcome.kind for outcome in cut} == {OutcomeKind.RETRY}
    assert line.answered.is_set()
    line.cut.clear()
    again = await application.deliver(calls)
    assert {outcome.kind for outcome in again} == {OutcomeKind.DELIVERED}
    assert len(await bench.orders("C")) == 4


async def test_a_company_that_is_no_number_and_no_external_id_is_a_failure(bench: Any) -> None:
    application = bench.application()
    for company in ("\u00b2", "nowhere", "edi_test.nowhere"):
        (outcome,) = await application.deliver([bench.call("k", bench.document(), options={"company": company})])
        assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "company-unknown")
        assert company in outcome.message or repr(company) in outcome.message


async def test_a_customer_named_by_no_number_is_unknown_and_raises_nothing(bench: Any) -> None:
    application = bench.application()
    (outcome,) = await application.deliver([bench.call("k", bench.document(), options={"customer": "id:\u00b2"})])
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.code.startswith("partner-")


async def test_two_deliveries_of_one_key_in_one_batch_are_one_order(bench: Any) -> None:
    application = bench.application()
    document = bench.document("D")
    outcomes = []
    for _ in range(3):
        outcomes += await application.deliver([bench.call("d", document), bench.call("d", document)])
        if all(outcome.kind is OutcomeKind.DELIVERED for outcome in outcomes[-2:]):
            break
    assert len(await bench.orders("D")) <= 1


async def test_more_than_a_batch_is_the_callers_fault(bench: Any) -> None:
    with pytest.raises(ValueError, match="at most 20"):
        await bench.application().deliver([bench.call(f"k{n}", {}) for n in range(21)])


@pytest.mark.parametrize("document", [{}, {"schema": "purchase_order/1"}, {"schema": "invoice/1", "lines": [{}]}])
async def test_a_document_that_is_none_fails_with_words(bench: Any, document: dict[str, Any]) -> None:
    (outcome,) = await bench.application().deliver([bench.call("k", document)])
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.message.endswith(".")


async def test_hostile_texts_arrive_as_texts(bench: Any) -> None:
    words = ["<script>alert(1)</script>", "a & b", "tab\there", "\u202eltr", "nul\x00no", "'; drop table sale_order; --"]
    document = bench.document("H") | {"texts": [{"lines": words}]}
    (outcome,) = await bench.application().deliver([bench.call("h", document)])
    assert outcome.kind is OutcomeKind.DELIVERED
    (order,) = await bench.orders("H")
    assert "<script>" not in order["note"]
    assert "alert(1)" in order["note"]
    assert "\x00" not in order["note"]
    assert "drop table" in order["note"]


async def test_a_thousand_lines_are_one_order(bench: Any) -> None:
    lines = [bench.line(str(n), "anvil", 1, 1) for n in range(1, 1_001)]
    (outcome,) = await bench.application().deliver([bench.call(uuid.uuid4().hex, bench.document("L", lines))])
    assert outcome.kind is OutcomeKind.DELIVERED
    (order,) = await bench.orders("L")
    assert len(order["lines"]) == 1_000
