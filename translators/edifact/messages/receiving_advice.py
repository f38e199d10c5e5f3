"""RECADV: what the receiver of goods found."""

from dataclasses import dataclass

from translators.edifact.messages import codes, goods, lines, shared
from translators.edifact.messages.despatch_advice import EQUIPMENT, beginning
from translators.edifact.messages.packing import Packing, Unpacking, all_lines
from translators.edifact.messages.parts import Moment
from translators.mapping.binding import one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.hierarchy import Hierarchy
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.numbers import number_with_comma as number
from translators.mapping.numbers import plain
from translators.mapping.parts import Coded, Text
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words

ADVICE = "632"
CONDITIONS, VARIANCES = Words(codes.CONDITIONS), Words(codes.VARIANCES)


@dataclass(frozen=True, slots=True)
class Variance:
    """QVR: how much more or less came than should have, and why. `original_codes` keeps the sign, the qualifier and the code."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Difference and qualifier, code, reason as code or in words."""
        return ((1, 1), (1, 2), 2, (3, 1), (3, 4))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The members of a condition."""
        amount, code = number(text_at(row, (1, 1)).strip() or "-"), text_at(row, 2).strip()
        if amount is None:
            return None
        status = VARIANCES.known(code) or ("other" if code else "short" if amount < 0 else "over")
        qualifier = text_at(row, (1, 2)).strip()
        kept = f"{'-' if amount < 0 else '+'}:{qualifier}:{code}"
        found: Value = {"status": status, "quantity": {"value": abs(amount)}, "original_codes": {"variance": kept}}
        if reason := text_at(row, (3, 1)).strip() or text_at(row, (3, 4)).strip():
            found["reason"] = reason
        return found

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A reason in words beside its code."""
        return ((3, 4),) if text_at(row, (3, 1)).strip() and text_at(row, (3, 4)).strip() else ()

    def write(self, condition: Value, row: Row, context: Writing) -> bool:
        """The difference: what is missing or not accepted is negative."""
        status, quantity = condition.pop("status", None), condition.get("quantity")
        if quantity is None or quantity.keys() - {"value"}:
            condition.update({"status": status} if status else {})
            return False
        kept = take(condition, ("original_codes",), "variance")
        sign, qualifier, code = (
            kept.split(":") if kept else ("+" if status == "over" else "-", "21", VARIANCES.code(status or "") or "")
        )
        amount = condition.pop("quantity")["value"]
        set_text(row, (1, 1), plain(-amount if sign == "-" else amount, context.decimal))
        for place, text in (((1, 2), qualifier), (2, code)):
            if text:
                set_text(row, place, text)
        reason = condition.pop("reason", None)
        if reason is not None:
            set_text(row, (3, 1) if len(reason) <= 3 else (3, 4), reason)
        return True


HEADER: list[Clause] = [
    beginning(ADVICE),
    Qualified(
        "DTM",
        (1, 1),
        Moment(),
        fields={"137": "issued", "50": "received", "310": "received"},
        others="other_dates",
        names=shared.ALL_DATES,
    ),
    shared.FREE_TEXT,
    shared.ORDER,
    goods.DESPATCH,
    shared.REFERENCE_GROUP,
    shared.parties(),
    shared.TRANSPORT,
    EQUIPMENT,
]
LINE: list[Clause] = [
    lines.line_segment("original_codes.action", Text((2, 1))),
    *goods.GOODS,
    Each(
        "QTY",
        "conditions",
        {"status": Coded((1, 1), CONDITIONS), "quantity": shared.QUANTITY},
        needs=("status", "quantity"),
        where=one_of((1, 1), *codes.CONDITIONS),
    ),
    Qualified(
        "QTY",
        (1, 1),
        shared.QUANTITY,
        fields={"48": "quantity", "194": "accepted", "12": "despatched", "21": "ordered"},
        others="other_quantities",
        names=Words(
            {code: word for code, word in codes.QUANTITIES.items() if code not in codes.CONDITIONS}, prefix="quantity", longest=3
        ),
    ),
    Each("QVR", "conditions", {"": Variance()}, needs=("status",)),
    Qualified("DTM", (1, 1), Moment(), fields=goods.LOT_DATES, others="other_dates", names=shared.ALL_DATES),
    shared.FREE_TEXT,
    shared.PRICES,
    shared.ORDER,
    goods.DESPATCH,
    shared.REFERENCE_GROUP,
]
_STANDING_IN = {"46": "delivered", "1": "discrete"}


def _whole_line(line: Value) -> None:
    goods.whole_goods(line)
    lines.stand_in(line, "quantity", "other_quantities", _STANDING_IN)
    line.pop("parent", None)


def _line_in_segments(line: Value) -> None:
    goods.goods_in_segments(line)
    lines.stand_back(line, "quantity", "other_quantities", _STANDING_IN)


LEVEL = Group(
    "CPS",
    [
        Once("CPS", {"level": Text(3)}, silent=(1, 2), always=True),
        Group("PAC", goods.PACKAGE, into="packs"),
        Group("LIN", LINE, into="lines", unfold=_whole_line, fold=_line_in_segments),
    ],
    into="levels",
)
LEVEL.holds(LEVEL)


def _whole(document: Value, context: Reading) -> Value:
    """Lines and packages out of their groups."""
    unpacking, levels = Unpacking(), document.pop("levels", [])
    document["lines"] = all_lines(levels)
    goods.check_counts(document, context)
    unpacking.take(levels)
    unpacking.into(document)
    if "equipment" in document:
        document["shipment"] = {"equipment": document.pop("equipment")}
    return document


def _in_segments(document: Value, context: Writing) -> Value:
    """Lines and packages in their groups."""
    levels = Packing(document, context, "SG16").levels()
    if levels:
        document["levels"] = levels
    shipment = document.get("shipment", {})
    if "equipment" in shipment:
        document["equipment"] = shipment.pop("equipment")
    return document


MAPPING = DocumentMapping(
    "receiving_advice",
    [*HEADER, LEVEL, goods.COUNTS],
    hierarchy=Hierarchy("CPS", number=1, parent=2),
    unfold=_whole,
    fold=_in_segments,
    wire={"levels": "", "packs": "packages"},
)
