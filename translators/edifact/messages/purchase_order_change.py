"""ORDCHG: the change or cancellation of a purchase order.

BGM carries the number of the change, RFF+ON that of the order; where there is no RFF+ON, BGM means the order itself.
"""

from translators.edifact.messages import codes, lines, purchase_order, shared
from translators.edifact.messages.parts import CodedUnless
from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words

_CHANGE = "230"

_BEGINNING = Once(
    "BGM",
    {
        "kind": CodedUnless((1, 1), Words(codes.KINDS), other="other", usual=_CHANGE),
        "change_number": Text((2, 1)),
        "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
        "original_codes.4343": Text((4, 1)),
    },
    default={(1, 1): _CHANGE},
)
_LINE = [lines.line_segment("action", Coded((2, 1), Words(codes.CHANGES), other="other")), *lines.ORDER_LINE]


def _whole(change: Value, context: Reading) -> Value:
    """The order that is changed: its number and its date are members of the change."""
    lines.nested(change)
    lines.check_totals(change, context)
    order = change.pop("order", None)
    if order is None:
        if "change_number" in change:
            change["number"] = change.pop("change_number")
        return change
    change["number"] = order.pop("number")
    if "issued" in order:
        change["ordered"] = order.pop("issued")
    if extras := order.get("extras"):
        change.setdefault("extras", []).extend(extras)
    return change


def _in_segments(change: Value, _context: Writing) -> Value:
    """The number of the order as a reference, beside that of the change where there is one."""
    lines.in_sequence(change)
    if "change_number" in change or "ordered" in change:
        change["order"] = {"number": change.pop("number")}
        if "ordered" in change:
            change["order"]["issued"] = change.pop("ordered")
    else:
        change["change_number"] = change.pop("number")
    return change


MAPPING = DocumentMapping(
    "purchase_order_change",
    [_BEGINNING, shared.ORDER, *purchase_order.HEADER, lines.lines(_LINE), *purchase_order.SUMMARY],
    unfold=_whole,
    fold=_in_segments,
)
