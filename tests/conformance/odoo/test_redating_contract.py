"""A supplier puts our order off: customers' orders that wait for it are put off as well, against every kind of server."""

from datetime import date
from typing import Any

from gateway.ports import OutcomeKind
from tests.conformance.odoo.test_purchase_contract import answer, deliver, line, said

LATER = date(2027, 3, 1)
PROMISED = "2027-01-10"


async def moves(bench: Any, order: dict[str, Any]) -> list[int]:
    return [move["id"] for picking in order["pickings"] for move in picking["moves"]]


async def put_off(bench: Any, purchase: dict[str, Any], key: str, quantity: float = 10, **options: Any) -> Any:
    document = answer(
        bench, purchase["name"], line(bench, "1", "crate", quantity, said("date_changed", quantity, delivery=LATER))
    )
    outcome = await deliver(bench, key, "purchase_confirmation", document, **options)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    return outcome


async def test_what_is_made_for_an_order_puts_it_off(bench: Any) -> None:
    purchase = await bench.bought("r1", ("crate", 10, 4))
    sold = await bench.sold("S1", bench.line("1", "crate", 4, 10), requested_delivery=PROMISED)
    other = await bench.sold("S2", bench.line("1", "crate", 4, 10), requested_delivery=PROMISED)
    (receipt,), (delivery,) = await moves(bench, purchase), await moves(bench, sold)
    await bench.ask("stock.move", "write", [receipt], {"move_dest_ids": [[4, delivery]]})
    await put_off(bench, purchase, "red1", customers="linked")
    outcome = await put_off(bench, purchase, "red1", customers="linked")
    now, untouched = await bench.order("S1"), await bench.order("S2")
    assert now["commitment_date"] == "2027-03-01 12:00:00"
    assert [one["scheduled_date"] for one in now["pickings"]] == ["2027-03-01 12:00:00"]
    assert untouched["commitment_date"] == other["commitment_date"] == f"{PROMISED} 12:00:00"
    assert outcome.response.get("put_off") is None  # said again nothing more is done
    assert [one["scheduled_date"] for one in (await bench.purchase(purchase["id"]))["pickings"]] == ["2027-03-01 12:00:00"]


async def test_the_outcome_names_what_was_put_off(bench: Any) -> None:
    purchase = await bench.bought("r2", ("crate", 10, 4))
    sold = await bench.sold("S3", bench.line("1", "crate", 4, 10), requested_delivery=PROMISED)
    (receipt,), (delivery,) = await moves(bench, purchase), await moves(bench, sold)
    await bench.ask("stock.move", "write", [receipt], {"move_dest_ids": [[4, delivery]]})
    outcome = await put_off(bench, purchase, "red2", customers="linked")
    assert outcome.response["put_off"] == [sold["name"]]
    assert sold["name"] in outcome.message


async def test_by_date_the_orders_that_stock_and_other_receipts_do_not_suffice_for_are_put_off(bench: Any) -> None:
    purchase = await bench.bought("r3", ("crate", 10, 4))
    soon = await bench.sold("S4", bench.line("1", "crate", 4, 10), requested_delivery=PROMISED)
    late = await bench.sold("S5", bench.line("1", "crate", 4, 10), requested_delivery="2027-06-01")
    outcome = await put_off(bench, purchase, "red3", customers="by_date")
    assert outcome.response["put_off"] == [soon["name"]]
    assert (await bench.order("S4"))["commitment_date"] == "2027-03-01 12:00:00"
    assert (await bench.order("S5"))["commitment_date"] == late["commitment_date"] == "2027-06-01 12:00:00"


async def test_nobody_is_put_off_unless_it_is_asked_for(bench: Any) -> None:
    purchase = await bench.bought("r4", ("crate", 10, 4))
    sold = await bench.sold("S6", bench.line("1", "crate", 4, 10), requested_delivery=PROMISED)
    (receipt,), (delivery,) = await moves(bench, purchase), await moves(bench, sold)
    await bench.ask("stock.move", "write", [receipt], {"move_dest_ids": [[4, delivery]]})
    await put_off(bench, purchase, "red4")
    assert (await bench.order("S6"))["commitment_date"] == f"{PROMISED} 12:00:00"
    document = answer(bench, purchase["name"], line(bench, "1", "crate", 10, said("accepted", 10)))
    assert (await deliver(bench, "red4b", "purchase_confirmation", document, customers="all")).code == "option-invalid"
