"""X12 850 as a canonical purchase order."""

from decimal import Decimal

from pydantic import ValidationError

from translators.canonical.purchase_order import PurchaseOrder
from translators.finding import Code
from translators.x12.sets import codes, commercial, lines, parties
from translators.x12.sets.conversion import Value
from translators.x12.sets.source import Source
from translators.x12.sets.walk import HEADER, LINE, SUB_LINE, Entry, Walk, entry, walk_through


def to_canonical(source: Source) -> PurchaseOrder | None:
    """The order that a valid 850 describes; None, with a finding, when it lacks what an order cannot be without."""
    walk = Walk(source)
    walk_through(walk, TABLE)
    _check_totals(walk)
    for name, value in list(walk.order.items()):
        if value in ({}, []) and name != "lines":
            del walk.order[name]
    try:
        return PurchaseOrder.model_validate(walk.order)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        text = f"The set cannot be read as a purchase order: {place}: {first['msg']}."
        source.find(Code.CANONICAL_INVALID, text, 0, 0, actual=str(first.get("input", ""))[:60])
        return None


def beg(walk: Walk, row: list[str]) -> None:
    """BEG: purpose, kind, number, release, date, contract."""
    order = walk.order
    if row[3]:
        order["number"] = row[3]
    order["purpose"] = codes.PURPOSES.get(row[1], "other")
    order["kind"] = codes.ORDER_KINDS.get(row[2], "other")
    order["original_codes"] = {"purpose": row[1], "kind": row[2]}
    if row[4]:
        order["release"] = row[4]
    if (issued := walk.when(5)) is not None:
        order["issued"] = issued
    if row[6]:
        order.setdefault("references", []).append({"kind": "contract", "number": row[6]})


def cur(walk: Walk, row: list[str]) -> bool:
    """CUR: the currency of all amounts that follow. Further ones are kept as they are."""
    if walk.currency is not None or not row[2]:
        return False
    walk.currency = walk.order["currency"] = row[2]
    return True


def ctt(walk: Walk, _row: list[str]) -> None:
    """CTT: number of lines and hash total of their quantities."""
    totals = walk.order.setdefault("totals", {})
    if (count := walk.number(1)) is not None and count == count.to_integral_value():
        totals["line_count"] = int(count)
    elif count is not None:
        walk.extra(1)
    walk.totals_index = walk.index
    if (total := walk.number(2)) is not None:
        totals["quantity"] = total


def nothing(_walk: Walk, _row: list[str]) -> None:
    """ST, SE: the envelope has said what they say."""


def _check_totals(walk: Walk) -> None:
    """Compare what CTT claims with the lines that are there (CTT01, CTT02)."""
    totals: Value = walk.order.get("totals", {})
    found = walk.order["lines"]
    claimed = totals.get("line_count")
    if claimed is not None and claimed != len(found):
        text = f"CTT01 claims {claimed} lines, there are {len(found)}."
        walk.source.find(Code.CONTROL_TOTAL, text, walk.totals_index, 1, expected=str(len(found)), actual=str(claimed))
    total = totals.get("quantity")
    if total is not None:
        quantities = sum((line["quantity"]["value"] for line in found if "quantity" in line), Decimal(0))
        if quantities != total:
            text = f"CTT02 is {total}, the quantities of the lines add up to {quantities}."
            walk.source.find(Code.CONTROL_TOTAL, text, walk.totals_index, 2, expected=str(quantities), actual=str(total))


_PARTY = {
    "N1/N1": (parties.n1, 1, 2, 3, 4),
    "N1/N2": (parties.n2, 1, 2),
    "N1/N3": (parties.n3, 1, 2),
    "N1/N4": (parties.n4, 1, 2, 3, 4),
    "N1/PER": (parties.party_contact, *range(1, 10)),
    "N1/REF": (parties.party_reference, 1, 2, 3),
}
"""Segments of a party's loop, wherever it stands."""

_ANYWHERE = {
    "REF": (commercial.ref, 1, 2, 3),
    "PER": (commercial.per, *range(1, 10)),
    "DTM": (commercial.dtm, 1, 2, 3, 4),
    "N9/N9": (commercial.n9, 1, 2, 3, 4, 5, 6),
    "N9/MSG": (commercial.note_line, 1),
    "N9/MTX": (commercial.mtx, 1, 2, 3),
    "MSG": (commercial.line_of_text, 1),
    "MTX": (commercial.mtx, 1, 2, 3),
    "PKG": (commercial.pkg, 4, 5),
    "PKG/PKG": (commercial.pkg, 4, 5),
    "SAC/SAC": (commercial.sac, 1, 2, 4, 5, 7, 8, 9, 10, 12, 15),
    "TXI": (commercial.txi, 1, 2, 3, 6, 8),
    "ITD": (commercial.itd, *range(1, 9), 12),
    "FOB": (commercial.fob, 1, 3, 5, 7),
    "TD5": (commercial.td5, 1, 2, 3, 4, 5, 12),
    "TD1": (commercial.td1, 1, 2, 6, 7, 8, 9, 10),
    "PID": (lines.pid, 1, 2, 4, 5),
    "PID/PID": (lines.pid, 1, 2, 4, 5),
    "MEA": (lines.mea, 1, 2, 3, 4),
    "PO4": (commercial.po4, *range(1, 14)),
    "CTP": (commercial.ctp, 2, 3, 4, 5),
    "CTP/CTP": (commercial.ctp, 2, 3, 4, 5),
    "LIN": (lines.lin, *range(2, 22)),
    "TC2": (lines.tc2, 1, 2),
    "QTY/QTY": (lines.qty, 1, 2, 3),
    "SCH/SCH": (lines.sch, 1, 2, 4, 5, 6, 7, 8, 9, 10),
    "SDQ": (lines.sdq, *range(1, 23)),
    "AMT/AMT": (commercial.amount, 1, 2),
}
"""Segments that mean the same in the header, in lines and in sub-lines."""

TABLE: dict[str, Entry] = {
    f"{prefix}{path}": entry(handler, *taken, level=level)
    for prefix, level in (("", HEADER), ("PO1/", LINE), ("PO1/SLN/", SUB_LINE))
    for path, (handler, *taken) in {**_PARTY, **_ANYWHERE}.items()
} | {
    "ST": entry(nothing, 1, 2, 3),
    "SE": entry(nothing, 1, 2),
    "BEG": entry(beg, 1, 2, 3, 4, 5, 6),
    "CUR": entry(cur, 2),
    "SAC/CUR": entry(commercial.allowance_currency, 2),
    "PO1/PO1": entry(lines.po1, *range(1, 26), level=LINE, begins=True),
    "PO1/CUR": entry(lines.line_currency, 2, level=LINE),
    "PO1/SAC/CUR": entry(commercial.allowance_currency, 2, level=LINE),
    "PO1/SLN/SLN": entry(lines.sln, 1, 4, 5, 6, 7, *range(9, 29), level=SUB_LINE, begins=True),
    "PO1/SLN/SAC/CUR": entry(commercial.allowance_currency, 2, level=SUB_LINE),
    "CTT/CTT": entry(ctt, 1, 2),
    "CTT/AMT": entry(commercial.amount, 1, 2),
}
"""Who reads the segments at each path of the set; all others are kept as extras."""
