"""QUOTES: the seller's offer, in answer to a request or of his own accord."""

from translators.edifact.messages import codes, lines, purchase_order, shared
from translators.edifact.messages.clauses import Spans
from translators.edifact.messages.parts import CodedUnless
from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping
from translators.mapping.parts import Coded, Part, Text
from translators.mapping.value import Value
from translators.mapping.words import Words

_QUOTE = "310"
VALID = {"157": "valid.start", "36": "valid.end"}
VALIDITY = Spans("DTM", {"273": ("valid.start", "valid.end"), "157": ("valid.start", "valid.end")})


def beginning(usual: str) -> Once:
    """BGM; `usual` is the name (1001) of such messages."""
    members: dict[str, Part] = {
        "kind": CodedUnless((1, 1), Words(codes.KINDS), other="other", usual=usual),
        "number": Text((2, 1)),
        "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
        "original_codes.4343": Text((4, 1)),
    }
    return Once("BGM", members, default={(1, 1): usual})


LINE: list[Clause] = [lines.line_segment(), *lines.ORDER_LINE, *shared.alone(shared.AMOUNT_BY_MEANING)]
"""A line on offer, or to be offered."""


def whole(document: Value, context: Reading) -> Value:
    """Sub-lines in their lines, totals judged."""
    document.setdefault("lines", [])
    lines.nested(document)
    lines.check_totals(document, context)
    return document


def in_segments(document: Value, _context: Writing) -> Value:
    """Lines and sub-lines one behind the other."""
    lines.in_sequence(document)
    return document


MAPPING = DocumentMapping(
    "quote",
    [
        beginning(_QUOTE),
        VALIDITY,
        *shared.dates({"137": "issued", **VALID}),
        shared.document("AGI", "request"),
        *purchase_order.HEADER[2:],
        lines.lines(LINE),
        *purchase_order.SUMMARY,
    ],
    unfold=whole,
    fold=in_segments,
)
