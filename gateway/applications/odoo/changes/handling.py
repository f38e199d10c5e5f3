"""Work in a warehouse that no customer asks for → warehouse orders: goods to be moved, fetched, taken in, counted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.applications.odoo.changes.facts import Agreed, Lookup
from gateway.applications.odoo.changes.parts import content, outgoing, product_item
from gateway.applications.odoo.changes.saying import Said, next_said
from gateway.applications.odoo.changes.values import Row, moment, plain, quantity, related, text
from gateway.ports.hearing import Notice
from translators.canonical.header import Purpose
from translators.canonical.parts import Location, Lot
from translators.canonical.warehouse_order import WarehouseAction, WarehouseLine, WarehouseOrder

DOCUMENT = "warehouse_order"
REPLENISHMENT, TRANSFER, COUNT = "replenishment", "transfer", "count"
_READY = "assigned"


@dataclass(frozen=True, slots=True)
class Work:
    """A transfer within the company. `warehouse` is that of its operation type; `places` are locations by id, `details` are what
    is reserved, by move. `replenishes`: a reordering rule asks for it.
    """

    row: Row
    moves: Sequence[Row]
    details: Mapping[int, Sequence[Row]]
    lookup: Lookup
    places: Mapping[int, Row] = field(default_factory=dict)
    warehouse: str = ""
    replenishes: bool = False

    @property
    def id(self) -> int:
        """Its database id."""
        return int(self.row["id"])

    @property
    def name(self) -> str:
        """Its number: `WH/INT/00007`."""
        return str(self.row.get("name") or self.id)

    @property
    def action(self) -> WarehouseAction:
        """What the warehouse does: goods go to another, come from another, or stay."""
        if self._usage("location_dest_id") == "transit":
            return WarehouseAction.SHIP
        return WarehouseAction.RECEIVE if self._usage("location_id") == "transit" else WarehouseAction.MOVE

    @property
    def internal(self) -> bool:
        """Whether goods stay ours: neither a customer nor a vendor is at an end of it."""
        return all(self._usage(end) in ("internal", "transit", "view") for end in ("location_id", "location_dest_id"))

    def _usage(self, end: str) -> str:
        return str(self.places.get(related(self.row, end) or 0, {}).get("usage") or "")


def subject_of(picking: int) -> str:
    """Under which name the statements about a transfer are counted."""
    return f"stock.picking.work:{picking}"


def tell_work(work: Work, before: Said | None, *, agreed: Agreed, partners: Mapping[str, str]) -> Notice | None:
    """What is new about a transfer for who runs its warehouse: to be done, other than before, not wanted any more."""
    partner = partners.get(work.warehouse)
    if partner is None or not work.internal or not agreed(partner, DOCUMENT):
        return None
    state, asked = work.row.get("state"), before is not None and before.word == "asked"
    if state == "cancel" and asked:
        said = next_said(before, "withdrawn", ["withdrawn", work.name])
    elif state == _READY:
        said = next_said(before, "asked", ["asked", content(_order(work))])
    else:
        return None
    if said is None:
        return None
    purpose = Purpose.CANCEL if state == "cancel" else Purpose.ORIGINAL if said.count == 1 else Purpose.REPLACE
    number = work.name if said.count == 1 else f"{work.name}-{said.count}"
    told = {"number": number, "issued": moment(work.row, "write_date"), "purpose": purpose}
    return Notice(said.key(subject_of(work.id)), (outgoing(partner, _order(work).model_copy(update=told)),))


def _order(work: Work) -> WarehouseOrder:
    planned = moment(work.row, "scheduled_date")
    more: dict[str, Any] = {"requested_despatch": planned} if planned else {}
    lines = [line for move in work.moves if move.get("state") not in ("cancel", "done") for line in _lines(work, move)]
    return WarehouseOrder(
        number=work.name,
        action=work.action,
        kind=REPLENISHMENT if work.replenishes else TRANSFER,
        attributes={"transfer": work.name},
        lines=[line.model_copy(update={"number": str(place)}) for place, line in enumerate(lines, 1)],
        **more,
    )


def _lines(work: Work, move: Row) -> list[WarehouseLine]:
    """One line for each place that goods are taken from and brought to."""
    found: dict[tuple[int, int], list[Row]] = {}
    for row in work.details.get(int(move["id"]), ()):
        found.setdefault((related(row, "location_id") or 0, related(row, "location_dest_id") or 0), []).append(row)
    product = work.lookup.product(move)
    lines = []
    for (source, target), rows in found.items():
        unit = work.lookup.unit(rows[0], "product_uom_id")
        total = plain(sum((quantity(row, "quantity") for row in rows), start=quantity({}, "")))
        ends = {"from_location": place_of(work.places.get(source, {})), "to_location": place_of(work.places.get(target, {}))}
        lots = [
            Lot(number=name, quantity=unit.quantity(quantity(row, "quantity")))
            for row in rows
            if (name := text(work.lookup.lots.get(related(row, "lot_id") or 0, {}), "name"))
        ]
        known = {name: end for name, end in ends.items() if end is not None}
        lines.append(WarehouseLine(item=product_item(product), quantity=unit.quantity(total), lots=lots, **known))
    return lines


def place_of(row: Row) -> Location | None:
    """A location of a warehouse by its full name and its barcode; None where goods only pass through."""
    if not row or row.get("usage") != "internal":
        return None
    known = {"seller": text(row, "complete_name"), "bin": text(row, "barcode")}
    return Location(kind="bin", identifiers={scheme: value for scheme, value in known.items() if value}, name=text(row, "name"))


# ------------------------------------------------------------------------------------------------------------------- counts


@dataclass(frozen=True, slots=True)
class Count:
    """Stock that is to be counted by a day: a product in a place, of a lot. `warehouse` is whose place it is."""

    id: int
    day: str
    product: Row
    place: Row
    lot: str | None
    warehouse: str


def count_subject(quant: int) -> str:
    """Under which name is remembered that a count was asked for."""
    return f"stock.quant.count:{quant}"


def tell_counts(
    counts: Sequence[Count], keys: Mapping[str, str], slot: datetime, *, agreed: Agreed, partners: Mapping[str, str]
) -> tuple[list[Notice], dict[str, str]]:
    """An order to count for each warehouse whose stock is due and was not told of for that day; and what is to be remembered.

    It does not say how much there should be: who counts is not to know.
    """
    wanted: dict[str, list[Count]] = {}
    remembered: dict[str, str] = {}
    for one in counts:
        partner, subject = partners.get(one.warehouse), count_subject(one.id)
        said = next_said(Said.parse(keys.get(subject, ""), subject), "asked", one.day)
        if partner is not None and said is not None and agreed(partner, DOCUMENT) and product_item(one.product).identifiers:
            wanted.setdefault(one.warehouse, []).append(one)
            remembered[subject] = said.key(subject)
    return [_count_notice(name, partners[name], own, slot) for name, own in wanted.items()], remembered


def _count_notice(warehouse: str, partner: str, counts: Sequence[Count], slot: datetime) -> Notice:
    number = f"COUNT-{warehouse}-{slot:%Y%m%d%H%M}"
    lines = []
    for place, one in enumerate(counts, 1):
        where, lots = place_of(one.place), [Lot(number=one.lot)] if one.lot else []
        more: dict[str, Any] = {"from_location": where} if where is not None else {}
        lines.append(
            WarehouseLine(number=str(place), action=WarehouseAction.INSPECT, item=product_item(one.product), lots=lots, **more)
        )
    order = WarehouseOrder(
        number=number, action=WarehouseAction.INSPECT, kind=COUNT, issued=slot, purpose=Purpose.ORIGINAL, lines=lines
    )
    return Notice(f"stock.quant.counts:{warehouse}:{slot:%Y-%m-%dT%H-%M}", (outgoing(partner, order),))
