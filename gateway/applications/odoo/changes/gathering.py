"""Gathers everything that is known of some orders, transfers, invoices and purchase orders, a few calls for all of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.applications.odoo.changes.billing import Bill, buyer_of
from gateway.applications.odoo.changes.changed import Wanted, as_wanted, carried_out
from gateway.applications.odoo.changes.facts import Line, Lookup, Order, order_of
from gateway.applications.odoo.changes.feeds import BILL, BILL_LINE, MOVE, MOVE_LINE, ORDER, ORDER_LINE, PICKING
from gateway.applications.odoo.changes.goods import Transfer, moved_of, progress_of
from gateway.applications.odoo.changes.packed import codes_of, in_packs
from gateway.applications.odoo.changes.parts import party_of
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, listed, related, text
from gateway.applications.odoo.rows import MODULE, line_external_id
from gateway.applications.odoo.transfers import COMING, to_customer
from gateway.ports.originals import Named, Ordered, Original, Originals
from translators.canonical.parts import Party

_LOOKS = 5
"""So often is an order read again that somebody writes while we read. After that it is told as it is: it comes again."""


@dataclass(slots=True)
class Skipped:
    """What is not told of, by record and reason."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, record: str, reason: str, number: int = 1) -> None:
        """So many records of a model are not told of."""
        if number:
            self.counts[record, reason] += number


class Gathering:
    """Reads for one application. What did not come through this gateway is left out, and counted."""

    def __init__(self, reader: Reader, *, application: str, originals: Originals, warehouses: Mapping[str, str]) -> None:
        self.reader, self._application, self._originals = reader, application, originals
        self._warehouses = warehouses
        self.skipped = Skipped()

    # ------------------------------------------------------------------------------------------------------------ orders

    async def orders(self, ids: Iterable[int], *, record: str = "sale.order") -> dict[int, Order]:
        """Sale orders that came through this gateway; others are counted under the record that is about them."""
        wanted = sorted(set(ids))
        keys = await self._keys(wanted)
        rows = await self.reader.records("sale.order", keys, ORDER)
        named = [
            Named(keys[order], str(row.get("name") or ""), text(row, "client_order_ref") or "") for order, row in rows.items()
        ]
        originals = await self._originals.originals(self._application, named) if named else {}
        ours, lines = await self._of_one_moment({order: row for order, row in rows.items() if keys[order] in originals})
        wanted_now = await self._wanted({keys[order]: row for order, row in ours.items()}, originals)
        self.skipped.add(record, "not-through-this-gateway", len(wanted) - len(ours))
        return await self._orders(ours, lines, keys, wanted_now) if ours else {}

    async def _of_one_moment(self, rows: Mapping[int, Row]) -> tuple[dict[int, Row], list[Row]]:
        """Orders with their lines, both as they were at one moment: what somebody writes between two calls is read anew."""
        known, found, moving = dict(rows), dict[int, list[Row]](), set(rows)
        for _ in range(_LOOKS):
            if not moving:
                break
            lines = await self.reader.below("sale.order.line", "order_id", moving, ORDER_LINE)
            now = await self.reader.records("sale.order", moving, ORDER)
            found |= {order: [line for line in lines if related(line, "order_id") == order] for order in moving}
            moving = {order for order, row in now.items() if row != known[order]}
            known |= {order: now[order] for order in moving}
        return known, [line for order in known for line in found[order]]

    async def _wanted(self, rows: Mapping[str, Row], originals: Mapping[str, Original]) -> dict[str, Wanted]:
        """The orders as their customers want them by now, by key."""
        ordered = [
            Ordered(key, one.partner, str(one.received.get("number") or ""), one.test)
            for key, one in originals.items()
            if key in rows and "change " in (text(rows[key], "origin") or "")
        ]
        changes = await self._originals.changes(self._application, ordered) if ordered else {}
        return {
            key: as_wanted(originals[key], carried_out(changes.get(key, ()), text(row, "origin") or ""))
            for key, row in rows.items()
        }

    async def _keys(self, ids: Sequence[int]) -> dict[int, str]:
        """The idempotency keys that orders were made under."""
        found = {}
        for order, names in (await self.reader.external_ids("sale.order", ids)).items():
            own = [name for name in names if name.startswith(f"{MODULE}.")]
            if own:
                found[order] = own[0].removeprefix(f"{MODULE}.")
        return found

    async def _orders(
        self, rows: Mapping[int, Row], lines: Sequence[Row], keys: Mapping[int, str], wanted: Mapping[str, Wanted]
    ) -> dict[int, Order]:
        goods = [line for line in lines if not line.get("display_type") and not line.get("is_delivery")]
        names = await self.reader.external_ids("sale.order.line", [int(line["id"]) for line in goods])
        lookup = await self.reader.lookup(products=[related(line, "product_id") for line in goods])
        orders = {}
        for order, row in rows.items():
            own = [line for line in goods if related(line, "order_id") == order]
            key = keys[order]
            places = _places(own, names, key) | _added(own, names, wanted[key])
            orders[order] = order_of(
                row,
                own,
                wanted[key].original,
                places=places,
                unfinished={line for line in _through_us(own, names) if line not in places},
                unit=self.reader.scope.dialect.line_unit,
                lookup=lookup,
                key=key,
                tables=self.reader.tables,
            )
        return await self._in_packs(orders, lookup)

    async def _in_packs(self, orders: dict[int, Order], lookup: Lookup) -> dict[int, Order]:
        """The orders in their partners' own units, where lines were booked by a factor."""
        codes = {code for order in orders.values() for code in codes_of(order)}
        packs = await self.reader.packs(codes, lookup.products.values()) if codes else {}
        return {number: in_packs(order, packs) for number, order in orders.items()} if packs else orders

    # --------------------------------------------------------------------------------------------------------- transfers

    async def transfers(self, ids: Iterable[int]) -> dict[int, Transfer]:
        """Pickings of sale orders that came through this gateway."""
        rows = await self.reader.records("stock.picking", ids, PICKING)
        sold = {picking: order for picking, row in rows.items() if (order := related(row, "sale_id"))}
        self.skipped.add("stock.picking", "no-sale-order", len(rows) - len(sold))
        orders = await self.orders(sold.values(), record="stock.picking")
        ours = {picking: orders[order] for picking, order in sold.items() if order in orders}
        if not ours:
            return {}
        lines = [line.id for order in orders.values() for line in order.lines]
        moves = await self.reader.below("stock.move", "sale_line_id", lines, MOVE)
        kinds = await self.reader.records(
            "stock.picking", (related(move, "picking_id") for move in moves), ("picking_type_code", "return_id")
        )
        details = await self.reader.below("stock.move.line", "picking_id", ours, MOVE_LINE)
        lots, packages = ([related(row, name) for row in details] for name in ("lot_id", "result_package_id"))
        lookup = await self.reader.lookup(lots=lots, packages=packages)
        places = await self._warehouse_names(rows.values())
        return {
            picking: _transfer(rows[picking], order, moves=moves, kinds=kinds, details=details, lookup=lookup, places=places)
            for picking, order in ours.items()
        }

    async def _warehouse_names(self, rows: Iterable[Row]) -> dict[int, str]:
        """By operation type, the configured name of its warehouse: its code or its name."""
        if not self._warehouses:
            return {}
        kinds = {related(row, "picking_type_id") for row in rows}
        types = await self.reader.records("stock.picking.type", kinds, ("warehouse_id",))
        houses = await self.reader.records(
            "stock.warehouse", (related(row, "warehouse_id") for row in types.values()), ("code", "name")
        )
        found = {}
        for number, row in types.items():
            house = houses.get(related(row, "warehouse_id") or 0, {})
            names = [name for name in (text(house, "code"), text(house, "name")) if name and name in self._warehouses]
            found[number] = names[0] if names else ""
        return found

    # ---------------------------------------------------------------------------------------------------------- invoices

    async def bills(self, ids: Iterable[int]) -> dict[int, Bill]:
        """Invoices and credit notes about orders that came through this gateway."""
        rows = await self.reader.records("account.move", ids, BILL)
        lines = await self.reader.below("account.move.line", "move_id", rows, BILL_LINE)
        about = {one for line in lines for one in listed(line, "sale_line_ids")}
        sold = await self.reader.records("sale.order.line", about, ("order_id",))
        about_orders = {related(row, "order_id") for row in sold.values()}
        orders = await self.orders((order for order in about_orders if order), record="account.move")
        by_line = {line.id: (order, line) for order in orders.values() for line in order.lines}
        taxes = {tax for line in lines for tax in listed(line, "tax_ids")}
        lookup = await self.reader.lookup(products=[related(line, "product_id") for line in lines], taxes=taxes)
        parties = await self._parties(rows.values())
        reversed_ones = await self.reader.records(
            "account.move", (related(row, "reversed_entry_id") for row in rows.values()), ("name", "invoice_date")
        )
        bills = {}
        for number, row in rows.items():
            own = [line for line in lines if related(line, "move_id") == number]
            bill = _bill(row, own, by_line, lookup)
            seller, buyer = parties[number]
            reverses = reversed_ones.get(related(row, "reversed_entry_id") or 0)
            bills[number] = replace(bill, seller=seller, buyer=buyer, reverses=reverses)
        foreign = [number for number, bill in bills.items() if not bill.orders]
        self.skipped.add("account.move", "not-about-our-orders", len(foreign))
        return {number: bill for number, bill in bills.items() if bill.orders}

    async def _parties(self, rows: Iterable[Row]) -> dict[int, tuple[Party | None, Party | None]]:
        """Seller and buyer of each invoice."""
        own = {int(row["id"]): (related(row, "company_id"), related(row, "partner_id")) for row in rows}
        companies = await self.reader.records("res.company", (company for company, _ in own.values()), ("partner_id",))
        of_company = {company: related(row, "partner_id") for company, row in companies.items()}
        known = await self.reader.parties([*of_company.values(), *(partner for _, partner in own.values())])
        gln = self.reader.scope.dialect.gln
        return {
            number: (
                party_of(known.get(of_company.get(company or 0) or 0, {}), gln=gln),
                buyer_of(known.get(partner or 0, {}), gln),
            )
            for number, (company, partner) in own.items()
        }


def _bill(row: Row, lines: Sequence[Row], by_line: Mapping[int, tuple[Order, Line]], lookup: Lookup) -> Bill:
    """An invoice with its lines: what is sold, and what was booked as tax. Sections, notes and payment terms are neither."""
    goods = [line for line in lines if line.get("display_type") in (False, None, "product") and not line.get("tax_line_id")]
    taxes = [line for line in lines if line.get("tax_line_id")]
    orders = {one: by_line[one] for line in goods for one in listed(line, "sale_line_ids") if one in by_line}
    goods.sort(key=lambda line: (line.get("sequence") or 0, line["id"]))
    return Bill(row, goods, taxes, orders, lookup)


def _transfer(
    row: Row,
    order: Order,
    *,
    moves: Sequence[Row],
    kinds: Mapping[int, Row],
    details: Sequence[Row],
    lookup: Lookup,
    places: Mapping[int, str],
) -> Transfer:
    number = int(row["id"])
    by_move: dict[int, list[Row]] = {}
    for detail in details:
        by_move.setdefault(related(detail, "move_id") or 0, []).append(detail)
    sent = frozenset(picking for picking, one in kinds.items() if to_customer(one))
    back = frozenset(picking for picking, one in kinds.items() if one.get("picking_type_code") in COMING) - sent
    return Transfer(
        row=row,
        order=order,
        moved=moved_of(order, (move for move in moves if related(move, "picking_id") == number), by_move),
        progress=progress_of(order, moves, outgoing=sent, returns=back),
        lookup=lookup,
        warehouse=places.get(related(row, "picking_type_id") or 0, ""),
    )


def _places(lines: Sequence[Row], names: Mapping[int, tuple[str, ...]], key: str) -> dict[int, int]:
    """The ordinals of lines that were booked, by database id."""
    head = line_external_id(key, 0)[:-1]
    places = {}
    for line in lines:
        for name in names.get(int(line["id"]), ()):
            if name.startswith(head) and name[len(head) :].isdecimal():
                places[int(line["id"])] = int(name[len(head) :])
    return places


def _through_us(lines: Sequence[Row], names: Mapping[int, tuple[str, ...]]) -> Iterator[int]:
    """The lines that this gateway made, be it by a change that is not finished yet."""
    numbers = (int(line["id"]) for line in lines)
    return (line for line in numbers if any(name.startswith(f"{MODULE}.") for name in names.get(line, ())))


def _added(lines: Sequence[Row], names: Mapping[int, tuple[str, ...]], wanted: Wanted) -> dict[int, int]:
    """The same of lines that the customer added by a change."""
    numbers = (int(line["id"]) for line in lines)
    return {line: wanted.places[name] for line in numbers for name in names.get(line, ()) if name in wanted.places}
