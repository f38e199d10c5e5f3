"""What carriers report, against every kind of server."""

import asyncio
import base64
from typing import Any

import orjson
import pytest

from gateway.ports import OutcomeKind
from tests.conformance.odoo.conftest import BACKENDS
from translators.canonical.transport_status import TransportStatus

pytestmark = pytest.mark.parametrize("bench", [one for one in BACKENDS if one in ("simulated-19-json-2", "real")], indirect=True)
"""Nothing of it differs by version."""


PDF = base64.b64encode(b"%PDF-1.4 signed").decode()


def report(number: str, *milestones: dict[str, Any], shipment: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"number": number, "lines": [{"number": "1", "milestones": list(milestones)}]}
    given |= {"shipment": shipment} if shipment else {}
    made: dict[str, Any] = orjson.loads(TransportStatus.model_validate(given | parts).to_json())
    return made


def happened(event: str, occurred: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "occurred": occurred, **more}


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="transport_status", partner="parcels", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application().deliver([call(bench, key, document, **options)])
    return outcome


async def shipped(bench: Any, key: str, tracking: str) -> dict[str, Any]:
    """A delivery that has left by that number."""
    await bench.goods("crate", on_hand=50)
    order = await bench.sold(key, bench.line("1", "crate", 3, 10))
    (picking,) = order["pickings"]
    await bench.ask("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": tracking})
    assert await bench.ask("stock.picking", "button_validate", [picking["id"]]) is True
    return dict(picking)


async def notes(bench: Any, picking: int) -> list[dict[str, Any]]:
    """What was noted at a transfer, the earliest first."""
    domain = [["model", "=", "stock.picking"], ["res_id", "=", picking], ["body", "ilike", "parcels"]]
    rows: list[dict[str, Any]] = await bench.ask("mail.message", "search_read", domain, fields=["body", "date", "attachment_ids"])
    return sorted(rows, key=lambda row: row["date"])


async def test_what_happens_on_the_way_is_noted_once_however_it_comes(bench: Any) -> None:
    number = f"1Z{bench.suffix}"
    picking = await shipped(bench, "t1", f"{number}, 1Z-other")
    by = {"tracking": [number]}
    late = report("214-2", happened("delivered", "2026-11-20T10:00:00+00:00", signed_by="J. Doe <b>"), shipment=by)
    late["attachments"] = [{"name": "pod.pdf", "media_type": "application/pdf", "content": PDF}]
    early = happened("departed", "2026-11-19T08:00:00+00:00", location={"name": "Hub"})
    first = await deliver(bench, "st1", late)
    assert (first.kind, first.code, first.reference) == (OutcomeKind.DELIVERED, "noted", picking["name"]), first
    assert (await deliver(bench, "st2", report("214-1", early, shipment=by))).code == "noted"
    for key, document in (("st1", late), ("st3", report("214-3", early, shipment=by))):  # the same again, and the same anew
        assert (await deliver(bench, key, document)).code == "noted"
    departed, delivered = await notes(bench, picking["id"])
    assert (departed["date"], delivered["date"]) == ("2026-11-19 08:00:00", "2026-11-20 10:00:00")
    assert "departed</b> 2026-11-19 08:00 UTC (Hub)" in departed["body"]
    assert "signed by J. Doe &lt;b&gt;" in delivered["body"]
    assert departed["attachment_ids"] == []
    (file,) = await bench.ask(
        "ir.attachment", "read", delivered["attachment_ids"], ["name", "mimetype", "res_model", "res_id", "datas"]
    )
    assert (file["name"], file["mimetype"], file["res_id"], file["datas"]) == ("pod.pdf", "application/pdf", picking["id"], PDF)


async def test_a_transfer_is_known_by_its_name_its_package_or_its_order(bench: Any) -> None:
    await bench.goods("crate", on_hand=50)
    order = await bench.sold("t4", bench.line("1", "crate", 3, 10))
    (picking,) = order["pickings"]
    when = "2026-11-20T10:00:00+00:00"
    by_name = report(
        "1", happened("picked_up", when), shipment={"number": f"{picking['name']}-1", "tracking": [f"2Z{bench.suffix}"]}
    )
    assert (await deliver(bench, "st4", by_name)).reference == picking["name"]
    (row,) = await bench.pickings([picking["id"]])
    assert row["carrier_tracking_ref"] == f"2Z{bench.suffix}"
    sscc = f"3{int(bench.suffix, 16):017d}"[:18]
    goods = bench.moved("1", "crate", 3)
    packed = [{"identifiers": {"sscc": sscc}, "contents": [{"line": "1", "quantity": {"value": 3}}]}]
    shipment = bench.shipment("945-1", [goods], order={"number": f"t4-{bench.suffix}"}, packages=packed)
    (moved,) = await bench.application().deliver([bench.call("mv4", shipment, action="picking", partner="east")])
    assert moved.kind is OutcomeKind.DELIVERED, moved
    domain = [["picking_id", "=", picking["id"]]]
    packed_in = await bench.ask("stock.move.line", "search_read", domain, fields=["result_package_id"])
    assert [line["result_package_id"][1] for line in packed_in] == [sscc], "packages belong to their transfer"
    line = {"number": "1", "packages": [{"identifiers": {"sscc": sscc}}], "milestones": [happened("arrived", when)]}
    by_package = report("2") | {"lines": [line]}
    assert (await deliver(bench, "st5", by_package)).reference == picking["name"]
    by_order = report("3", happened("delivered", when), order={"number": f"t4-{bench.suffix}"})
    assert (await deliver(bench, "st6", by_order)).reference == picking["name"]
    assert len(await notes(bench, picking["id"])) == 3


async def test_the_time_of_delivery_never_goes_back(bench: Any) -> None:
    number = f"4Z{bench.suffix}"
    picking = await shipped(bench, "t5", number)
    by = {"tracking": [number]}
    for key, when in (("a", "2027-11-20T10:00:00+00:00"), ("b", "2027-11-21T12:30:00+01:00"), ("c", "2027-11-20T09:00:00+00:00")):
        document = report(key, happened("delivered", when), shipment=by)
        assert (await deliver(bench, f"dl{key}", document, delivered_field="date_done")).code == "noted"
    (row,) = await bench.ask("stock.picking", "read", [picking["id"]], ["date_done"])
    assert row["date_done"] == "2027-11-21 11:30:00"
    wrong = await deliver(bench, "dld", report("d", happened("delivered", "2027-11-20"), shipment=by), delivered_field="name")
    assert (wrong.kind, wrong.code) == (OutcomeKind.FAILED, "field-unknown")


async def test_a_number_that_nobody_knows_yet_is_looked_for_again(bench: Any) -> None:
    document = report("9", happened("delivered", "2026-11-20"), shipment={"tracking": [f"9Z{bench.suffix}"]})
    outcome = await deliver(bench, "st7", document)
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "transfer-unknown", False)
    assert (await deliver(bench, "st7", document, unknown="ignore")).code == "ignored"
    await shipped(bench, "t7", f"9Z{bench.suffix}")
    assert (await deliver(bench, "st7", document)).code == "noted"
    empty = report("10") | {"lines": []}
    assert (await deliver(bench, "st8", empty)).code == "status-missing"
    broken = document | {"attachments": [{"name": "pod", "content": "no base64!"}]}
    assert (await deliver(bench, "st9", broken)).code == "proof-unreadable"


@pytest.mark.parametrize("model", ["ir.attachment", "mail.message"])
async def test_an_answer_lost_after_the_commit_notes_nothing_twice(bench: Any, cutter: Any, model: str) -> None:
    number = f"8Z{bench.suffix}"
    picking = await shipped(bench, "t8", number)
    document = report("11", happened("delivered", "2026-11-20T10:00:00+00:00"), shipment={"tracking": [number]})
    document["attachments"] = [{"name": "photo", "uri": "https://parcels.example/photo/1"}]
    line_to, url = cutter
    application = bench.application(url=url)
    client = application._actions["transport_status"]._client
    request = client.call

    async def cut(of: str, called: str, *args: Any, **keywords: Any) -> Any:
        if (of, called) == (model, "load"):
            line_to.cut.set()
        return await request(of, called, *args, **keywords)

    client.call = cut
    (outcome,) = await application.deliver([call(bench, "st10", document)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "st10", document)).code == "noted"
    (note,) = await notes(bench, picking["id"])
    (file,) = await bench.ask("ir.attachment", "read", note["attachment_ids"], ["type", "url"])
    assert (file["type"], file["url"]) == ("url", "https://parcels.example/photo/1")
