"""After a partner's change Odoo's answer compares with the order as it is wanted by then, not with the first one."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from gateway.applications.odoo.actions.sale_order_change import ChangeOrder
from gateway.applications.odoo.changes.changed import as_wanted, carried_out, readable
from gateway.applications.odoo.changes.reader import Reader
from gateway.ports.originals import Change, Original
from tests.gateway.odoo.changes.conftest import Document, Ground


def _statuses(answer: Document) -> dict[str, list[tuple[str, str]]]:
    return {
        line.get("number", "+"): [(one["status"], one["quantity"]["value"]) for one in line["responses"]]
        for line in answer["lines"]
    }


async def _confirmed(ground: Ground, order: Document) -> int:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look(2)
    return sale


def _line(order: Document, place: int, **changes: Any) -> Document:
    return {**order["lines"][place], **changes}


async def test_less_that_the_customer_wants_is_accepted_and_no_short_delivery(ground: Ground, order: Document) -> None:
    await _confirmed(ground, order)
    await ground.change("4711", [_line(order, 0, action="quantity", quantity={"value": "7", "unit": "EA"})])
    await ground.look(2)
    _, answer = ground.notebook.documents("order_response")
    assert answer["status"] == "accepted"
    assert _statuses(answer) == {"10": [("accepted", "7")], "20": [("accepted", "5")]}
    assert answer["lines"][0]["quantity"] == {"value": "7", "unit": "EA"}


async def test_what_odoo_makes_of_the_change_is_compared_with_the_change(ground: Ground, order: Document) -> None:
    sale = await _confirmed(ground, order)
    await ground.change("4711", [_line(order, 0, action="quantity", quantity={"value": "12", "unit": "EA"})])
    (anvils, _) = await ground.lines(sale)
    await ground.do("sale.order.line", "write", [anvils], {"product_uom_qty": 11})
    await ground.look(2)
    answer = ground.notebook.documents("order_response")[-1]
    assert _statuses(answer)["10"] == [("quantity_changed", "11"), ("rejected", "1")]


async def test_a_line_that_the_customer_took_back_is_not_answered_with_a_refusal(ground: Ground, order: Document) -> None:
    await _confirmed(ground, order)
    await ground.change("4711", [{"number": "20", "action": "delete", "item": order["lines"][1]["item"]}])
    await ground.look(2)
    answer = ground.notebook.documents("order_response")[-1]
    assert (answer["status"], _statuses(answer)) == ("accepted", {"10": [("accepted", "10")]})


async def test_a_line_that_the_customer_added_has_his_number(ground: Ground, order: Document) -> None:
    await _confirmed(ground, order)
    glue = {
        "number": "30",
        "action": "add",
        "item": {"identifiers": {"seller": "GLUE"}},
        "quantity": {"value": "2", "unit": "EA"},
    }
    await ground.change("4711", [glue])
    await ground.look(2)
    answer = ground.notebook.documents("order_response")[-1]
    assert _statuses(answer)["30"] == [("accepted", "2")]
    assert "+" not in _statuses(answer)


async def test_another_day_that_the_customer_wants_is_no_change_of_ours(ground: Ground, order: Document) -> None:
    await _confirmed(ground, order)
    later = {"number": "10", "action": "reschedule", "item": order["lines"][0]["item"]}
    await ground.change("4711", [later], requested_delivery="2026-12-15")
    await ground.look(2)
    answer = ground.notebook.documents("order_response")[-1]
    assert (answer["status"], answer["delivery"]) == ("accepted", "2026-12-15")


class TestWhileWeRead:
    """Odoo is read in several calls, and does not wait between them."""

    async def test_a_change_carried_out_between_two_calls_is_not_compared_with_the_order_before_it(
        self, ground: Ground, order: Document, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await ground.look()
        sale = await ground.book(order)
        await ground.do("sale.order", "action_confirm", [sale])
        less = _line(order, 0, action="quantity", quantity={"value": "7", "unit": "EA"})
        read, changes = Reader.below, [less]

        async def below(self: Reader, model: str, *args: Any) -> Any:
            if model == "sale.order.line" and changes:
                await ground.change("4711", [changes.pop()])
            return await read(self, model, *args)

        monkeypatch.setattr(Reader, "below", below)
        await ground.look(2)
        (answer,) = ground.notebook.documents("order_response")
        assert (answer["status"], _statuses(answer)) == ("accepted", {"10": [("accepted", "7")], "20": [("accepted", "5")]})

    async def test_lines_of_a_change_that_is_still_being_made_are_not_told(
        self, ground: Ground, order: Document, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await _confirmed(ground, order)
        write, looked = ChangeOrder._add, []

        async def add(self: ChangeOrder, *args: Any) -> None:
            await write(self, *args)
            await ground.look(2)
            looked.append(len(ground.notebook.documents("order_response")))

        monkeypatch.setattr(ChangeOrder, "_add", add)
        glue = {
            "number": "30",
            "action": "add",
            "item": {"identifiers": {"seller": "GLUE"}},
            "quantity": {"value": "2", "unit": "EA"},
        }
        await ground.change("4711", [glue])
        await ground.look(2)
        assert looked == [1]
        _, answer = ground.notebook.documents("order_response")
        assert _statuses(answer)["30"] == [("accepted", "2")]


class TestPure:
    ORIGINAL = Original(UUID(int=1), "bigbox", False, {"schema": "purchase_order/1", "number": "1", "lines": []})

    def test_only_what_bears_its_mark_in_odoo_counts(self) -> None:
        change = Change("k", {}, {})
        mark = "change 2 ~" + sha256(b"k").hexdigest()[:10]
        assert carried_out([change], f"EDI bigbox, {mark}") == [change]
        assert carried_out([change], "EDI bigbox") == []

    def test_a_change_that_cannot_be_read_leaves_the_order_as_it_was(self) -> None:
        assert as_wanted(self.ORIGINAL, [Change("k", {"colour": "red"}, {})]).original is self.ORIGINAL

    @pytest.mark.parametrize(("value", "gone"), [("0", {0}), ("0.00", {0}), ("3", set())])
    def test_lines_of_nothing_are_read_as_of_one(self, value: str, gone: set[int]) -> None:
        document, places = readable({"lines": [{"quantity": {"value": value, "unit": "EA"}}]})
        assert places == gone
        assert document["lines"][0]["quantity"]["value"] == ("1" if gone else value)
