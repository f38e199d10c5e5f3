"""X12 840: the request for a quote."""

from translators.mapping.clauses import Once
from translators.mapping.mapping import DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.usual import Unless
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.purchase_order import HEADER, LINE_BEGINNING, SUMMARY, counted, lines, whole

MAPPING = DocumentMapping(
    "request_for_quote",
    [
        Once(
            "BQT",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "number": Text(2),
                "issued": Moment(3),
                "original_codes.respond_by": Unless(4, "815"),
                "respond_by": Moment(5),
                "kind": Coded(6, Words(codes.ORDER_KINDS), other="other"),
            },
            default={1: "00", 4: ("815", 5)},
        ),
        shared.dates(),
        *HEADER,
        lines(LINE_BEGINNING),
        *SUMMARY,
        sums.COUNTS,
    ],
    unfold=whole,
    fold=counted,
)
