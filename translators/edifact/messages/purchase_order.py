"""ORDERS to the canonical purchase order. Groups are told by their triggers, so one mapping serves all directories."""

from collections.abc import Callable
from decimal import Decimal

from pydantic import ValidationError

from translators.canonical.purchase_order import PurchaseOrder
from translators.edifact.grammar import Occurrence, Tree
from translators.edifact.message import Meaning
from translators.edifact.messages import codes, commercial, lines, parties
from translators.edifact.messages.reading import Notes, Value, everything, number, put, text
from translators.edifact.tokenizer import Elements
from translators.finding import Code

_LINE_COUNT, _QUANTITY_TOTAL = "2", "1"


def canonical(tree: Tree, meaning: Meaning) -> PurchaseOrder | None:
    """The purchase order of a message without errors; None, with a finding, when it lacks what an order cannot be without."""
    order = _Order(meaning)
    for number_, elements in tree.root.segments:
        order.segment(tree.root, number_, elements)
    for occurrence in tree.root.groups:
        order.group(occurrence)
    for _number, elements in tree.unplaced:
        order.notes.extra(tree.root, elements)
    return order.validated()


class _Order:
    """The order while it is put together, as one plain dict."""

    __slots__ = ("_controls", "_parents", "_totals", "notes", "value")

    def __init__(self, meaning: Meaning) -> None:
        self.value: Value = {"lines": []}
        self.notes = Notes(meaning, [])
        self._totals: Value = {}
        self._controls: list[tuple[int, str, Decimal]] = []
        self._parents: dict[str, Value] = {}

    def segment(self, root: Occurrence, number_: int, elements: Elements) -> None:
        """A segment of the header or the summary."""
        handler = _SEGMENTS.get(elements[0][0])
        if handler is None:
            self.notes.extra(root, elements)
        else:
            handler(self, root, number_, elements)

    def group(self, occurrence: Occurrence) -> None:
        """A group of the header, a line, or a group of the summary."""
        handler = _GROUPS.get(occurrence.node.trigger)
        if handler is not None:
            handler(self, occurrence)
            return
        for group, elements in everything(occurrence):
            self.notes.extra(group, elements)

    def validated(self) -> PurchaseOrder | None:
        """The order as a value."""
        put(self.value, "totals", self._totals)
        put(self.value, "extras", self.notes.extras)
        if "delivery_terms" in self.value and not self.value["delivery_terms"]:
            del self.value["delivery_terms"]
        self._check_totals()
        try:
            return PurchaseOrder.model_validate(self.value)
        except ValidationError as error:
            report = self.notes.meaning.report
            for problem in error.errors(include_url=False, include_input=False)[:10]:
                field = ".".join(str(step) for step in problem["loc"])
                sentence = f"The order has no valid {field}: {problem['msg'].lower()}."
                report.judgement.add(Code.CANONICAL_INVALID, sentence, report.at(*self._place(field)), expected=field)
            return None

    def _place(self, field: str) -> tuple[int, str]:
        return (2, "BGM") if field == "number" else (1, "UNH")

    def _check_totals(self) -> None:
        """CNT against what the lines add up to."""
        report = self.notes.meaning.report
        count = sum(1 + len(line.get("sub_lines", ())) for line in self.value["lines"])
        for number_, qualifier, claimed in self._controls:
            if qualifier == _LINE_COUNT:
                actual, what = Decimal(count), "lines"
            else:
                actual, what = self._quantity(), "units"
            if actual != claimed:
                sentence = f"CNT claims {claimed} {what}; there are {actual}."
                position = report.at(number_, "CNT", 1, 2)
                report.judgement.add(Code.CONTROL_TOTAL, sentence, position, expected=str(actual), actual=str(claimed))

    def _quantity(self) -> Decimal:
        every = [line for top in self.value["lines"] for line in (top, *top.get("sub_lines", ()))]
        return sum((line["quantity"]["value"] for line in every if "quantity" in line), Decimal(0))

    # --- segments ------------------------------------------------------------------------------------------------------

    def unh(self, root: Occurrence, _number: int, elements: Elements) -> None:
        """The header is the frame's business; the common access reference is kept."""
        if text(elements, 3):
            self.notes.keep(root, elements, 3, 1)

    def bgm(self, root: Occurrence, _number: int, elements: Elements) -> None:
        """Number, kind and purpose."""
        kind, function = text(elements, 1), text(elements, 3)
        put(self.value, "number", text(elements, 2))
        self.value["kind"] = codes.KINDS.get(kind, "other")
        if function:
            self.value["purpose"] = codes.PURPOSES.get(function, "other")
        originals = {k: v for k, v in (("1001", kind), ("1225", function), ("4343", text(elements, 4))) if v}
        put(self.value, "original_codes", originals)
        if self.value["kind"] == "release":
            put(self.value, "release", text(elements, 2, 3))
        self.notes.rest(root, elements, (3, 3 if "release" in self.value else 1, 1, 1))

    def dtm(self, root: Occurrence, _number: int, elements: Elements) -> None:
        """Dates of the whole order."""
        qualifier = text(elements, 1)
        if qualifier == "137" or (qualifier == "4" and "issued" not in self.value):
            when = self.notes.instant(elements)
            if when is not None and (qualifier == "137" or "issued" not in self.value):
                self.value["issued"] = when
                return
        lines.put_date(self.value, root, elements, self.notes)

    def ftx(self, root: Occurrence, _number: int, elements: Elements) -> None:
        """Free text of the whole order."""
        found = commercial.free_text(root, elements, self.notes)
        if found is not None:
            self.value.setdefault("texts", []).append(found)

    def uns(self, _root: Occurrence, _number: int, _elements: Elements) -> None:
        """Only separates sections."""

    def moa(self, root: Occurrence, _number: int, elements: Elements) -> None:
        """Totals the order states."""
        qualifier = text(elements, 1)
        money = commercial.amount(elements)
        key = codes.TOTALS.get(qualifier)
        if money is None:
            self.notes.extra(root, elements)
        elif key is not None and key not in self._totals:
            self._totals[key] = money
        else:
            others = self._totals.setdefault("other", {})
            name = codes.AMOUNTS.get(qualifier, f"amount_{qualifier.lower()}")
            if name in others:
                self.notes.extra(root, elements)
            else:
                others[name] = money

    def cnt(self, root: Occurrence, number_: int, elements: Elements) -> None:
        """Control totals."""
        qualifier, claimed = text(elements, 1), number(text(elements, 1, 2))
        if claimed is None or qualifier not in (_LINE_COUNT, _QUANTITY_TOTAL):
            self.notes.extra(root, elements)
            return
        self._controls.append((number_, qualifier, claimed))
        if qualifier == _QUANTITY_TOTAL:
            self._totals["quantity"] = claimed
        elif claimed == claimed.to_integral_value() and abs(claimed) < 10**9:
            self._totals["line_count"] = int(claimed)

    # --- groups --------------------------------------------------------------------------------------------------------

    def rff(self, occurrence: Occurrence) -> None:
        """References of the whole order."""
        found = parties.reference(occurrence, self.notes)
        if found is not None:
            self.value.setdefault("references", []).append(found)

    def nad(self, occurrence: Occurrence) -> None:
        """A party; a second in the same role, or one in a role without a field, goes beside."""
        found = parties.party(occurrence, self.notes)
        first = occurrence.segments[0][1]
        function = text(first, 1) if first[0][0] == "NAD" else ""
        role = codes.PARTIES.get(function)
        if role is not None and role not in self.value:
            self.value[role] = found
        else:
            self.value.setdefault("other_parties", []).append({"role": role or function.lower() or "other", **found})

    def cta(self, occurrence: Occurrence) -> None:
        """A contact of the whole order."""
        self.value.setdefault("contacts", []).append(parties.contact(occurrence, self.notes))

    def tax(self, occurrence: Occurrence) -> None:
        """A tax of the whole order."""
        self.value.setdefault("taxes", []).append(commercial.tax(occurrence, self.notes))

    def cux(self, occurrence: Occurrence) -> None:
        """The currency of the order; a target currency and its rate are kept."""
        for _number, elements in occurrence.segments:
            currency = text(elements, 1, 2)
            if elements[0][0] == "CUX" and currency and "currency" not in self.value:
                self.value["currency"] = currency.upper()
                self.notes.rest(occurrence, elements, (3,))
            else:
                self.notes.extra(occurrence, elements)

    def pat(self, occurrence: Occurrence) -> None:
        """Payment terms."""
        self.value.setdefault("payment_terms", []).append(commercial.payment(occurrence, self.notes))

    def tdt(self, occurrence: Occurrence) -> None:
        """A leg of transport."""
        self.value.setdefault("transport", []).append(commercial.transport(occurrence, self.notes))

    def tod(self, occurrence: Occurrence) -> None:
        """Terms of delivery."""
        commercial.delivery(occurrence, self.notes, self.value.setdefault("delivery_terms", {}))

    def pac(self, occurrence: Occurrence) -> None:
        """Packaging of the whole order."""
        found = commercial.packing(occurrence, self.notes)
        if found:
            self.value.setdefault("packaging", []).append(found)

    def alc(self, occurrence: Occurrence) -> None:
        """Allowances and charges of the whole order, from header and summary."""
        self.value.setdefault("allowances_charges", []).append(commercial.allowance(occurrence, self.notes))

    def lin(self, occurrence: Occurrence) -> None:
        """A line, or a component of one that came before."""
        found, parent = lines.line(occurrence, self.notes)
        above = self._parents.get(parent) if parent else None
        if above is not None:
            above.setdefault("sub_lines", []).append(found)
            return
        if "number" in found:
            self._parents.setdefault(found["number"], found)
        self.value["lines"].append(found)


_SEGMENTS: dict[str, Callable[[_Order, Occurrence, int, Elements], None]] = {
    "UNH": _Order.unh,
    "BGM": _Order.bgm,
    "DTM": _Order.dtm,
    "FTX": _Order.ftx,
    "UNS": _Order.uns,
    "MOA": _Order.moa,
    "CNT": _Order.cnt,
}
_GROUPS: dict[str, Callable[[_Order, Occurrence], None]] = {
    "RFF": _Order.rff,
    "NAD": _Order.nad,
    "CTA": _Order.cta,
    "TAX": _Order.tax,
    "CUX": _Order.cux,
    "PAT": _Order.pat,
    "TDT": _Order.tdt,
    "TOD": _Order.tod,
    "PAC": _Order.pac,
    "ALC": _Order.alc,
    "LIN": _Order.lin,
}
