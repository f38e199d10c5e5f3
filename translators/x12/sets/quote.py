"""X12 843: the quote, which answers a request."""

from translators.mapping.clauses import Once
from translators.mapping.mapping import DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.usual import Unless
from translators.x12.sets import shared, sums
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.purchase_order import HEADER, LINE_BEGINNING, SUMMARY, counted, lines, whole

MAPPING = DocumentMapping(
    "quote",
    [
        Once(
            "BQR",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "request.number": Text(2),
                "issued": Moment(3),
                "original_codes.valid": Unless(4, "036"),
                "valid.end": Moment(5),
                "attributes.answer": Text(6),
                "request.sequence": Text(8),
            },
            default={1: "00", 4: ("036", 5)},
        ),
        Once("REF", {"number": Text(2)}, fixed={1: "Q1"}),
        shared.dates(),
        *(shared.references("Q1") if clause is shared.REF else clause for clause in HEADER),
        lines(LINE_BEGINNING),
        *SUMMARY,
        sums.COUNTS,
    ],
    unfold=whole,
    fold=counted,
)
