"""A change or cancellation of an order → what is to become of the sale order and its lines. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.applications.odoo.identification import wanted_product
from gateway.applications.odoo.mapping import odoo_datetime, party_of, read_line, reference_of
from gateway.applications.odoo.order import Problem, SaleLine, WantedPartner, WantedProduct
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.values import Json, decimal, label_of, unit_of

CHANGE = "purchase_order_change/1"
ORDER = "purchase_order/1"
WHOLE = "replace"
UNTOUCHED = ("none",)
GONE = ("delete",)
ADDED = ("add",)
ZERO = Decimal(0)


class Fate(StrEnum):
    """What becomes of a line."""

    ADD = "add"
    SET = "set"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line: `sale` is how it is to be (None when it is dropped or only its date changes), `difference` what is added to or
    taken off its quantity where the document says only that. `before` is the quantity it had, where the document repeats it.
    """

    ordinal: int
    label: str
    fate: Fate
    product: WantedProduct
    unit: str | None
    sale: SaleLine | None = None
    difference: Decimal | None = None
    before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A change wanted by a buyer. `references` are those the order may bear. `cancel`: all of it is withdrawn. `whole`: the
    document has all lines that remain. `delivered` is the wanted day of the order, empty when nothing is said of it.
    """

    key: str
    number: str
    references: tuple[str, ...]
    label: str
    test: bool
    partner: str
    cancel: bool
    whole: bool
    delivered: str
    delivery: WantedPartner | None
    lines: tuple[ChangedLine, ...]
    remarks: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What in the order's source document tells that this change was made."""
        short = hashlib.sha256(self.key.encode()).hexdigest()[:10]
        return f"change {self.label} ~{short}" if self.label else f"change ~{short}"


def read_change(
    document: Json, *, key: str, partner: str, test: bool, options: Json, tables: Tables
) -> OrderChange | tuple[Problem, ...]:
    """What a change, a replacement or a cancellation asks for, or every reason why it cannot be. Option: `prices`."""
    purpose = document.get("purpose") or ("change" if document.get("schema") == CHANGE else "original")
    problem = _unsuitable(document, purpose)
    if problem is not None:
        return (problem,)
    lines: list[ChangedLine] = []
    problems: list[Problem] = []
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        if purpose == "cancel" or line.get("action") in UNTOUCHED:
            continue
        read = [*_line(line, ordinal, partner=partner, tables=tables, options=options)]
        problems += [one for one in read if isinstance(one, Problem)]
        lines += [one for one in read if isinstance(one, ChangedLine)]
    if problems:
        return tuple(problems)
    number = clean(str(document.get("number") or ""))
    return OrderChange(
        key=key,
        number=number,
        references=tuple(dict.fromkeys((reference_of(document), number))),
        label=clean(str(document.get("change_number") or document.get("sequence") or ""))[:40],
        test=test,
        partner=partner,
        cancel=purpose == "cancel",
        whole=purpose == WHOLE,
        delivered=odoo_datetime(document["requested_delivery"]) if document.get("requested_delivery") else "",
        delivery=party_of(document.get("ship_to"), "delivery address", partner, tables),
        lines=tuple(lines),
        remarks=tuple(_remarks(document)),
    )


def _unsuitable(document: Json, purpose: str) -> Problem | None:
    schema = document.get("schema")
    if schema == CHANGE and purpose in ("change", "replace", "cancel", "original", "confirmation"):
        if purpose != "cancel" and not document.get("lines") and not document.get("requested_delivery"):
            return Problem("change-empty", "The change names no lines and no date: nothing is to be changed.")
        return None
    if schema == ORDER and purpose in ("replace", "cancel"):
        missing = purpose == "replace" and not document.get("lines")
        return Problem("lines-missing", "The replacement has no lines. To withdraw the order, cancel it.") if missing else None
    if schema in (CHANGE, ORDER):
        return Problem("purpose-unsupported", f"The document's purpose is {purpose!r}, which changes no order. Decide by hand.")
    return Problem("document-unsupported", f"An order is changed by {CHANGE} or {ORDER}, not by {schema}.")


def _line(line: Json, ordinal: int, *, partner: str, tables: Tables, options: Json) -> Iterator[ChangedLine | Problem]:
    label = label_of(line, ordinal)
    action = line.get("action")
    product = wanted_product(line.get("item") or {}, partner=partner, tables=tables)
    stated = line.get("quantity") or {}
    before = line.get("before") or {}
    base = ChangedLine(
        ordinal=ordinal,
        label=label,
        fate=Fate.SET,
        product=product,
        unit=unit_of(stated),
        before=decimal((before.get("quantity") or {}).get("value")),
    )
    quantity = decimal(stated.get("value"))
    if action in GONE or (quantity is not None and quantity == 0):
        yield replace(base, fate=Fate.DROP)
        return
    if action == "item":
        yield from _substituted(line, base, partner=partner, tables=tables)
    difference = decimal((line.get("difference") or {}).get("value"))
    if quantity is None and difference is None:
        if action in (*ADDED, "quantity", "item"):
            yield Problem("quantity-invalid", f"Line {label} has no quantity.")
        elif action != "reschedule":
            yield Problem("change-unclear", f"Line {label} does not say what it is to become. Decide by hand.")
        return
    if quantity is None:
        yield replace(base, difference=difference, unit=unit_of(line["difference"]))
        return
    sale = read_line({**line, "action": None}, ordinal, partner=partner, tables=tables, options=options)
    if isinstance(sale, Problem):
        yield sale
    else:
        yield replace(base, sale=sale, fate=Fate.ADD if action in (*ADDED, "item") else Fate.SET)


def _substituted(line: Json, base: ChangedLine, *, partner: str, tables: Tables) -> Iterator[ChangedLine | Problem]:
    """Another item instead: the line of the one before is dropped."""
    item = (line.get("before") or {}).get("item")
    if not item:
        yield Problem(
            "change-unclear", f"Line {base.label} is to be of another item and does not say of which one. Decide by hand."
        )
        return
    yield replace(base, fate=Fate.DROP, product=wanted_product(item, partner=partner, tables=tables))


def _remarks(document: Json) -> Iterable[str]:
    """What is said and has no field: days of single lines."""
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        if line.get("requested_delivery") and line["requested_delivery"] != document.get("requested_delivery"):
            wanted = line["requested_delivery"]
            yield f"Line {label_of(line, ordinal)}: requested {wanted}, for which a sale order's line has no field."
    if document.get("reason"):
        yield f"Reason: {document['reason']}."


def chosen(rows: Sequence[Mapping[str, Any]], change: OrderChange) -> Mapping[str, Any] | Problem:
    """The one order meant: of this partner where the connector booked it, and not a test where the change is none."""
    names = f"{' or '.join(change.references)} of {change.partner}"
    ours = [row for row in rows if _is_of(str(row["origin"] or ""), change)]
    fitting = ours or [row for row in rows if not str(row["origin"] or "").startswith("EDI ")]
    alive = [row for row in fitting if row["state"] != "cancel"] or fitting[:1]
    if not alive:
        return Problem("order-unknown", f"There is no order {names} in Odoo. Was it booked? Then repeat this change after it.")
    if len(alive) > 1:
        found = ", ".join(str(row["name"]) for row in alive)
        return Problem("order-ambiguous", f"Several orders bear the number {names}: {found}. Decide by hand.")
    return alive[0]


def _is_of(origin: str, change: OrderChange) -> bool:
    head = origin.partition(",")[0]
    return head == f"EDI{' TEST' if change.test else ''} {change.partner}"
