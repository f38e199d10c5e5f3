"""Returns that customers announce, and instructions to take goods back → transfers that bring back what was delivered."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.allocation import Taken, allocate
from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.filling import Filling, open_move
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.returning import (
    Delivered,
    Delivery,
    Return,
    lots_missing,
    more_than_delivered,
    read_return,
    return_rows,
)
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.transfers import OPEN, Transfer, TransferDesk, mark_of
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

PICKING_FIELDS = ("name", "partner_id", "picking_type_id", "location_id", "location_dest_id", "company_id")
MOVE_FIELDS = ("product_id", "product_uom", "quantity", "state", "sale_line_id", "move_line_ids")
BACK_FIELDS = ("origin_returned_move_id", "product_uom", "product_uom_qty", "quantity", "state")
Row = Mapping[str, Any]


class TakeBack(OneByOne[Return]):
    """Expects goods back: a return for each delivery that they came with, never more than it brought and is not back yet.

    Options: `receive`, the goods are here already: what the document says is received at once, with its lots; `refund = false`,
    the order counts them as delivered all the same (they are repaired or replaced).
    """

    name = "return"
    rights: Sequence[Right] = (
        ("stock.picking", "read"),
        ("stock.picking", "write"),
        ("stock.picking", "create"),
        ("stock.picking.type", "read"),
        ("stock.move", "write"),
        ("stock.move", "create"),
        ("stock.move.line", "create"),
        ("stock.move.line", "unlink"),
        ("stock.package", "create"),
        ("sale.order", "read"),
        ("product.product", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._client = facilities.client
        self._desk = TransferDesk(facilities.client)
        self._filling = Filling(facilities.client)

    def read(self, call: ApplicationCall) -> Return | tuple[Problem, ...]:
        """The goods that come back."""
        return read_return(call.document, key=call.idempotency_key, partner=call.partner, tables=self._facilities.tables)

    def subject(self, wanted: Return) -> str:
        """Two returns of one order are made one after the other: the second sees what the first takes back."""
        return wanted.goods.subject

    async def make(self, task: Task[Return], scope: Scope) -> Outcome:
        """Make one return."""
        wanted = task.wanted
        deliveries = await self._deliveries(wanted, scope)
        names = [wanted.external_id(one.id) for one in deliveries]
        known = await self._facilities.resolver.external_ids.find(names)
        ids = list(known.values()) or await self._enter(task, deliveries, scope)
        made = await self._desk.read(ids, scope)
        if not made:
            raise OdooDeclined(
                "return-gone", f"The return for {wanted.goods.number} was deleted in Odoo. Send it anew if it is due."
            )
        await self._expect(made, scope)
        if task.call.options.get("receive"):
            await self._receive(task, await self._desk.read(ids, scope), scope)
        return self._told(task, await self._desk.read(ids, scope))

    async def _deliveries(self, wanted: Return, scope: Scope) -> list[Transfer]:
        """What was delivered of the transfers or the order that the document names."""
        goods = wanted.goods
        found = await self._desk.named(goods.transfers, scope)
        if not found and goods.orders:
            found = await self._desk.of_sale(goods.orders, scope)
        done = [one for one in found if one.outgoing and one.state == "done"]
        if not done:
            names = ", ".join((*goods.transfers, *goods.orders))
            states = ", ".join(f"{one.name} is {one.state}" for one in found) or "there is no delivery for it in Odoo"
            raise OdooDeclined("delivery-unknown", f"Nothing was delivered for {names} that could come back: {states}.")
        return done

    async def _enter(self, task: Task[Return], deliveries: Sequence[Transfer], scope: Scope) -> list[int]:
        """All returns of one document in one transaction."""
        wanted = task.wanted
        moves = await self._delivered(deliveries, scope)
        taken = await self._allocate(wanted, deliveries, moves, scope)
        note = f"<p>{clean(f'EDI {task.call.partner} {wanted.goods.number}: {wanted.reason}')} {mark_of(wanted.goods.key)}</p>"
        places = await self._places(deliveries, scope)
        shares = [(places[one.id], [each for each in taken if each.move.id in one.moves]) for one in deliveries]
        shares = [(place, mine) for place, mine in shares if mine]
        refund = bool(task.call.options.get("refund", True))
        columns, rows = return_rows(wanted, shares, moves, note=note, refund=refund)
        answer = await self._client.call("stock.picking", "load", [columns, rows], context=scope.load_context)
        if not answer["ids"]:
            texts = [message["message"] for message in answer["messages"] if message.get("type") == "error"]
            raise OdooFault("", "\n".join(dict.fromkeys(texts)) or "Odoo made no return and gave no reason.")
        return [int(one) for one in answer["ids"]]

    async def _allocate(
        self, wanted: Return, deliveries: Sequence[Transfer], moves: Mapping[int, Delivered], scope: Scope
    ) -> tuple[Taken, ...]:
        rows = await self._desk.products([one.row for one in moves.values()], scope)
        codes, products = [one.unit for one in wanted.goods.goods if one.unit], products_of(rows)
        units = await self._facilities.resolver.units.fetch(codes, scope, of=products.all)
        taken = allocate(
            wanted.goods.goods,
            [one.returnable for one in moves.values()],
            products=products,
            units=units,
            transfer=", ".join(one.name for one in deliveries),
            over=False,
            too_much=more_than_delivered,
        )
        problems = [one for one in taken if isinstance(one, Problem)]
        real = tuple(one for one in taken if isinstance(one, Taken))
        problems = problems or list(lots_missing(wanted.goods.goods, real, moves))
        if problems:
            raise OdooDeclined(problems[0].code, "\n".join(problem.message for problem in problems))
        if not real:
            raise OdooDeclined("nothing-returned", f"Document {wanted.goods.number} says that nothing comes back.")
        return real

    async def _delivered(self, deliveries: Sequence[Transfer], scope: Scope) -> dict[int, Delivered]:
        """What was delivered, by move, with what comes back of it already."""
        older = ("name", "group_id") if scope.dialect.major < 19 else ()
        ids = [move for one in deliveries for move in one.moves]
        rows = await self._client.call("stock.move", "read", [ids, [*MOVE_FIELDS, *older]], context=scope.context)
        rows = [row for row in rows if row["state"] == "done"]
        domain = [["origin_returned_move_id", "in", [row["id"] for row in rows]], ["state", "!=", "cancel"]]
        back = await self._client.call("stock.move", "search_read", [domain], fields=list(BACK_FIELDS), context=scope.context)
        units = await self._facilities.resolver.units.fetch((), scope)
        returned: dict[int, Decimal] = {}
        by_id = {row["id"]: row for row in rows}
        for row in back:
            origin = row["origin_returned_move_id"][0]
            stated = Decimal(str(row["quantity"] if row["state"] == "done" else row["product_uom_qty"]))
            own = units.between(stated, row["product_uom"][0], by_id[origin]["product_uom"][0])
            returned[origin] = returned.get(origin, Decimal(0)) + own
        lots = _lots(await self._desk.lines(rows, scope))
        tracking = {row["id"]: row["tracking"] for row in await self._desk.products(rows, scope)} if rows else {}
        return {
            row["id"]: Delivered(
                row, returned.get(row["id"], Decimal(0)), lots.get(row["id"], {}), tracking.get(row["product_id"][0]) or "none"
            )
            for row in rows
        }

    async def _places(self, deliveries: Sequence[Transfer], scope: Scope) -> dict[int, Delivery]:
        """By which kind of transfer, and to where, the goods of a delivery come back: as Odoo's own button would have it."""
        rows = await self._client.call(
            "stock.picking", "read", [[one.id for one in deliveries], list(PICKING_FIELDS)], context=scope.context
        )
        kinds = await self._kinds([row["picking_type_id"][0] for row in rows], ("return_picking_type_id",), scope)
        back = {one: row["return_picking_type_id"] and row["return_picking_type_id"][0] for one, row in kinds.items()}
        types = await self._kinds([one for one in back.values() if one], ("code", "default_location_dest_id"), scope)
        found = {}
        for row in rows:
            own = row["picking_type_id"][0]
            kind = types.get(back.get(own) or 0)
            named = kind is not None and kind["code"] == "incoming" and kind["default_location_dest_id"]
            place = kind["default_location_dest_id"] if kind is not None and named else row["location_id"]
            found[row["id"]] = Delivery(row["id"], row["name"], row, back.get(own) or own, place[0])
        return found

    async def _kinds(self, ids: Sequence[int], fields: Sequence[str], scope: Scope) -> dict[int, Row]:
        wanted = sorted(set(ids))
        rows = await self._client.call("stock.picking.type", "read", [wanted, list(fields)], context=scope.context)
        return {row["id"]: row for row in rows}

    async def _expect(self, made: Sequence[Transfer], scope: Scope) -> None:
        """A draft becomes a return that is expected."""
        drafts = [one.id for one in made if one.state == "draft"]
        if drafts:
            await self._client.call("stock.picking", "action_confirm", [drafts], context=scope.context)
            await self._client.call("stock.picking", "action_assign", [drafts], context=scope.context)

    async def _receive(self, task: Task[Return], made: Sequence[Transfer], scope: Scope) -> None:
        """The goods are here: what was announced is received, lots and all."""
        goods = task.wanted.goods
        moves = [move for one in made for move in await self._desk.moves(one, scope) if move["state"] != "cancel"]
        rows = await self._desk.products(moves, scope)
        tracking = {row["id"]: row["tracking"] for row in rows}
        codes, products = [one.unit for one in goods.goods if one.unit], products_of(rows)
        units = await self._facilities.resolver.units.fetch(codes, scope, of=products.all)
        asked = [open_move(move, tracking) for move in moves]
        names = ", ".join(one.name for one in made)
        taken = allocate(goods.goods, asked, products=products, units=units, transfer=names, over=False)
        mine = [one for one in taken if isinstance(one, Taken)]
        if len(mine) < len(taken) or not mine:
            raise OdooDeclined(
                "return-changed", f"Return {names} was changed in Odoo since it was made: receive it there by hand."
            )
        for one in made:
            if one.state in OPEN:
                own = [move for move in moves if move["id"] in one.moves]
                lines = await self._desk.lines(own, scope)
                filled = await self._filling.commands(goods, mine, own, lines, {}, scope)
                await self._desk.write(one, {"move_ids": filled}, scope)
                await self._desk.validate(one, scope, drop_rest=False)

    def _told(self, task: Task[Return], made: Sequence[Transfer]) -> Outcome:
        names = ", ".join(one.name for one in made)
        received = all(one.state == "done" for one in made)
        text = f"Return {names} is {'received' if received else 'expected'}"
        response = {"returns": [{"id": one.id, "name": one.name, "state": one.state} for one in made]}
        code = "received" if received else "expected"
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, code, text, reference=names, response=response)


def _lots(lines: Sequence[Row]) -> dict[int, dict[str, Decimal]]:
    """By move, what was delivered of each lot."""
    found: dict[int, dict[str, Decimal]] = {}
    for move, lot, quantity in _of_lots(lines):
        mine = found.setdefault(move, {})
        mine[lot] = mine.get(lot, Decimal(0)) + quantity
    return found


def _of_lots(lines: Sequence[Row]) -> Iterator[tuple[int, str, Decimal]]:
    for line in lines:
        if line["lot_id"] and line["move_id"]:
            yield line["move_id"][0], str(line["lot_id"][1]), Decimal(str(line["quantity"]))
