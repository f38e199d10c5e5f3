"""One document of a batch meets a bug, or gets an acknowledgement that cannot be written: the others do not notice."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from gateway.stages import translate
from gateway.stages.acknowledge import Arrival, Owed, owed_for
from gateway.stages.judgement import JudgedInterchange
from tests.integration.harness import Running
from tests.integration.test_flow import edifact, order


async def test_an_unexpected_exception_in_settling_one_document_harms_only_it(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(judged: JudgedInterchange, arrival: Arrival, new_id: Callable[[], UUID]) -> Sequence[Owed]:
        if judged.interchange.envelope.control_number == "000000004":
            raise ZeroDivisionError("a bug of ours")
        return owed_for(judged, arrival, new_id)

    monkeypatch.setattr(translate, "owed_for", stumbling)

    with capture_logs() as logs:
        ids = await asyncio.gather(*(gateway.send(order(f"N{n}", control=n)) for n in range(1, 10)))

    assert {line["event"] for line in logs} >= {"settlement_failed_unexpectedly", "transmission_failed"}
    views = await asyncio.gather(*(gateway.delivered(i) for i in ids))
    assert [view["state"] for view in views] == ["translated"] * 3 + ["failed"] + ["translated"] * 5
    assert len(gateway.targets["odoo"].made) == 8
    assert len(gateway.targets["bigbox-folder"].made) == 8
    (failure,) = views[3]["failures"]
    assert (failure["code"], failure["owner"]) == ("not-storable", "sales")
    assert "ZeroDivisionError: a bug of ours" in failure["message"]
    assert failure["remedy"]
    assert b"".join([piece async for piece in gateway.records.raw(ids[3])]) == order("N4", control=4)
    assert gateway.observer.counts["edi_failures_total"] == 1


async def test_an_acknowledgement_that_cannot_be_written_is_a_failure_and_nothing_is_lost(gateway: Running) -> None:
    long = edifact("LONG", 2, receiver="5" * 40)
    bodies = [edifact("A", 1), long, edifact("B", 3)]

    ids = await asyncio.gather(*(gateway.send(body, partner="nordmart", channel="nordmart-folder") for body in bodies))

    views = await asyncio.gather(*(gateway.delivered(i) for i in ids))
    assert [view["state"] for view in views] == ["translated"] * 3
    assert len(gateway.targets["odoo"].made) == 2
    assert len(gateway.targets["nordmart-folder"].made) == 2
    interchange = views[1]["interchanges"][0]
    assert (interchange["state"], interchange["acknowledgements"]) == ("refused", [])
    assert [document["state"] for document in interchange["documents"]] == ["refused"]
    failures = {failure["code"]: failure for failure in views[1]["failures"]}
    assert failures.keys() == {"acknowledgement-not-writable", "receiver-unknown"}
    assert {failure["owner"] for failure in failures.values()} == {"edi"}
    assert "by other means" in failures["acknowledgement-not-writable"]["remedy"]
    assert b"".join([piece async for piece in gateway.records.raw(ids[1])]) == long


async def test_a_group_that_is_refused_has_an_owner(gateway: Running) -> None:
    view = await gateway.delivered(await gateway.send(order().replace(b"GE*1*1~", b"GE*7*1~")))

    assert [document["state"] for document in view["interchanges"][0]["documents"]] == ["refused"]
    assert [(failure["code"], failure["owner"]) for failure in view["failures"]] == [("group-count-mismatch", "sales")]
    assert b"AK9*R*" in (gateway.targets["bigbox-folder"].made[0].content or b"")
    assert gateway.targets["odoo"].made == []
