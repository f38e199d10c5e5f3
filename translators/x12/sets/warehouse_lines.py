"""Blocks of lines (LX) of warehouse sets as packages and lines, and these as blocks.

A block with marks is a package. A line's number is its N9*LI; without one it is that of its block.
"""

from collections.abc import Iterable
from decimal import Decimal

from translators.finding import Code
from translators.mapping.context import Reading, Writing
from translators.mapping.value import Value
from translators.x12.sets.despatch_levels import Levels
from translators.x12.sets.despatch_writing import written_levels
from translators.x12.sets.warehouse import legs_in, legs_out

_OF_PACKAGES = frozenset({"identifiers", "marks", "measures", "returnable"})
"""Members that make a block a package."""


def unfold(document: Value, context: Reading) -> Value:
    """Blocks as packages and lines; the sum of the quantities is judged."""
    levels: Value = {}
    for block in document.pop("blocks", ()):
        lines, mark = block.pop("lines", []), block.pop("mark", "")
        if block.keys() & _OF_PACKAGES:
            levels.setdefault("pack_levels", []).append({**block, "item_levels": lines})
            continue
        if block and lines:
            _inherit(block, lines)
        if len(lines) == 1 and mark:
            lines[0].setdefault("id", mark)
        levels.setdefault("item_levels", []).extend(lines)
    for line in document.pop("single_lines", ()):
        levels.setdefault("item_levels", []).append(line)
    finish(levels, document)
    legs_in(document)
    _judge(document, context)
    return document


def _inherit(block: Value, lines: list[Value]) -> None:
    """What a block says of all its lines belongs to each."""
    for line in lines:
        for name, value in block.items():
            if isinstance(value, list):
                line.setdefault(name, []).extend(value)
            else:
                line.setdefault(name, value)


def finish(levels: Value, document: Value) -> None:
    """Take packages and lines out of levels into the document."""
    order = document.pop("order", None)
    reader = Levels()
    reader.visit(levels, None, None, None)
    reader.finish(document)
    if order:
        document["order"] = order
    for line in document.get("lines", ()):
        if "line_order" in line:
            line["order"] = line.pop("line_order")


def _judge(document: Value, context: Reading) -> None:
    index, totals = document.pop("standing", {}).get("total"), document.get("totals", {})
    claimed = totals.get("quantity")
    total = sum(_counts(document.get("lines", ())), Decimal(0))
    if index is not None and claimed is not None and document.get("lines") and claimed != total:
        text = f"The total is {claimed}, the quantities of the lines come to {total}."
        context.note(Code.CONTROL_TOTAL, text, index, 1, str(total), str(claimed))


def _counts(lines: Iterable[Value]) -> Iterable[Decimal]:
    return (line["quantity"]["value"] for line in lines if "quantity" in line)


def fold(document: Value, context: Writing) -> Value:
    """Packages and lines as blocks, numbered from 1."""
    levels = folded(document, context)
    blocks = [{"lines": package.pop("item_levels", []), **package} for package in levels.pop("pack_levels", [])]
    for name in ("tare_levels", "other_levels"):
        context.unwritten += ["packages" for _ in levels.pop(name, ())]
    blocks += [{"lines": [line]} for line in levels.pop("item_levels", [])]
    for number, block in enumerate(blocks, 1):
        block["mark"] = str(number)
        lines = block["lines"]
        if len(lines) == 1 and lines[0].get("id") == str(number) and not block.keys() & _OF_PACKAGES:
            del lines[0]["id"]
    if blocks:
        document["blocks"] = blocks
    return document


def fold_singly(document: Value, context: Writing) -> Value:
    """Lines one behind the other, for sets that know no packages."""
    if document.pop("packages", None):
        context.unwritten.append("packages")
    lines = folded(document, context).pop("item_levels", [])
    for position, line in enumerate(lines, 1):
        if line.get("id") == str(position):
            del line["id"]
    if lines:
        document["single_lines"] = lines
    return document


def fold_without_lots(document: Value, context: Writing) -> Value:
    """Lines one behind the other, their lots as references: the segment of a line has no element for them."""
    for line in fold_singly(document, context).get("single_lines", ()):
        lot = line.get("lot", {})
        if "number" in lot:
            lot.setdefault("numbers", []).insert(0, lot.pop("number"))
    return document


def lot_in(condition: Value) -> None:
    """After reading: the lot of a condition as one of its lots."""
    if "lot_number" in condition:
        condition["lots"] = [{"number": condition.pop("lot_number")}]


def lot_out(condition: Value) -> None:
    """Before writing: the only lot of a condition, when it is nothing but a number."""
    if len(lots := condition.get("lots", ())) == 1 and lots[0].keys() == {"number"}:
        condition["lot_number"] = condition.pop("lots")[0]["number"]


def folded(document: Value, context: Writing) -> Value:
    """Packages and lines of a document as levels, the head as it is written."""
    levels: Value = {name: document.pop(name) for name in ("packages", "lines") if name in document}
    for line in levels.get("lines", ()):
        if "order" in line:
            line["line_order"] = line.pop("order")
    written_levels(levels, context, packages_first=False)
    for line in _all(levels):
        if "mark" in line:
            line["id"] = line.pop("mark")
        _place_lot(line)
    legs_out(document)
    return levels


def _place_lot(line: Value) -> None:
    """A lot has an element of its own, where it is short enough; else it is one of the references."""
    lot = line.get("item", {}).get("identifiers", {}).pop("lot", None)
    if isinstance(lot, str):
        own = line.setdefault("lot", {})
        if len(lot) <= _LONGEST_LOT:
            own["number"] = lot
        else:
            own.setdefault("numbers", []).insert(0, lot)


_LONGEST_LOT = 12


def _all(levels: Value) -> Iterable[Value]:
    yield from levels.get("item_levels", ())
    for package in levels.get("pack_levels", ()):
        yield from package.get("item_levels", ())
