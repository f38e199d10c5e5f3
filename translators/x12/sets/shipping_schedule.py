"""X12 862: the shipping schedule, which calls off what a planning schedule announced."""

from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, schedule, shared, sums
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import CodedUnless


def _unfold(document: Value, context: Reading) -> Value:
    document.setdefault("kind", "shipping")
    return schedule.unfold(document, context)


def _fold(document: Value, _context: Writing) -> Value:
    if document.get("kind") == "shipping":
        del document["kind"]
    return schedule.fold(document)


MAPPING = DocumentMapping(
    "delivery_schedule",
    [
        Once(
            "BSS",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "number": Text(2),
                "issued": Moment(3),
                "basis": Coded(4, Words(codes.SCHEDULE_BASES)),
                "horizon.start": Moment(5),
                "horizon.end": Moment(6),
                "release": Text(7),
                "attributes.reference": Text(8),
                "contract.number": Text(9),
                "order.number": Text(10),
                "attributes.quantities": CodedUnless(11, Words(codes.SCHEDULE_QUANTITIES), usual="A"),
            },
            default={1: "00", 4: "DL", 11: "A"},
        ),
        schedule.CHANGES,
        shared.parties(),
        Group("LIN", [*schedule.LINE, shared.PACKAGING_TEXT], into="lines"),
        sums.COUNTS,
    ],
    unfold=_unfold,
    fold=_fold,
)
