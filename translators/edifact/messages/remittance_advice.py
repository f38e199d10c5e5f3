"""REMADV: what a payment is for."""

from decimal import Decimal

from translators.canonical.remittance_advice import RemittanceAdvice
from translators.edifact.messages import codes, items, shared
from translators.edifact.messages.billing import Exchange
from translators.edifact.messages.despatch_advice import beginning
from translators.edifact.messages.parts import Joined, Moment
from translators.edifact.messages.shared import MONEY, beside
from translators.finding import Code
from translators.mapping.amounts import DocumentCurrency
from translators.mapping.binding import none_of, one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.compiled import Where
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Part, Text
from translators.mapping.tree import Row, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words

ADVICE = "481"
NAMES = Words(codes.ANSWERED_NAMES, prefix="document", longest=3)
REASONS = Words(codes.ADJUSTMENTS, prefix="reason", longest=3)
PAYER_BANKS, PAYEE_BANKS = ("OR", "PB"), ("BF", "RB")
"""Whose bank a FII is about (3035)."""
_REFERENCE: dict[str, Part] = {
    "kind": Coded((1, 1), shared.REFERENCES, "other", "original"),
    "number": Text((1, 2)),
    "line": Text((1, 3)),
}
_PAYMENT = "PQ"


def _account(member: str, banks: tuple[str, ...]) -> Once:
    members: dict[str, Part] = {
        f"{member}.number": Text((2, 1)),
        f"{member}.name": Joined(((2, 2), (2, 3))),
        f"{member}.bank": Identifier((3, 3), (3, 1), Words({"17": "bic"}, prefix="agency", longest=3), default="unspecified"),
        f"{member}.bank_name": Text((3, 7)),
        **beside(f"{member}.function", 1, banks[0]),
    }
    return Once("FII", members, default={1: banks[0]}, where=_numbered(one_of(1, *banks)))


def _numbered(where: Where) -> Where:
    """Such segments, when they say a number."""
    return lambda row: where(row) and bool(text_at(row, (2, 1)).strip())


def _known(row: Row) -> bool:
    return bool(text_at(row, (1, 2)).strip())


ADJUSTMENTS = Group(
    "AJT",
    [
        Once("AJT", {"reason": Coded(1, REASONS), "original_codes.line": Text(2)}),
        Once("MOA", {"amount": MONEY, **beside("amount", (1, 1), "165")}, default={(1, 1): "165"}),
        Each("RFF", "references", _REFERENCE, needs=("number",), default={(1, 1): codes.AGREED}),
        shared.FREE_TEXT,
    ],
    into="adjustments",
)
_MONEY = Qualified(
    "MOA",
    (1, 1),
    MONEY,
    fields={"9": "gross", "77": "gross", "52": "discount", "12": "paid", "263": "outstanding"},
    others="amounts",
    names=shared.AMOUNTS,
)
_RATE = Once(
    "CUX",
    {"currency": DocumentCurrency((1, 2)), **beside("currency", (1, 3), "11"), "": Exchange()},
    fixed={(1, 1): "2"},
    default={(1, 3): "11"},
)
ITEM = Group(
    "DLI",
    [
        Once("DLI", {"original_codes.kind": Text(1), "number": Text(2)}),
        Qualified("MOA", (1, 1), MONEY, fields={"12": "amount"}, others="amounts", names=shared.AMOUNTS),
        items.MoreNumbers(),
        Qualified("DTM", (1, 1), Moment(), others="other_dates", names=shared.ALL_DATES),
        ADJUSTMENTS,
    ],
    into="items",
)
DOCUMENT: list[Clause] = [
    Once("DOC", {"document.kind": Coded((1, 1), NAMES), "document.number": Text((2, 1))}),
    _MONEY,
    Qualified(
        "DTM",
        (1, 1),
        Moment(),
        fields=dict.fromkeys(("137", "171"), "document.issued"),
        others="other_dates",
        names=shared.ALL_DATES,
    ),
    Once("RFF", {"order.number": Text((1, 2)), "order.line": Text((1, 3))}, fixed={(1, 1): "ON"}, where=_known),
    Once("RFF", {"despatch.number": Text((1, 2)), "despatch.line": Text((1, 3))}, fixed={(1, 1): "AAK"}, where=_known),
    Each("RFF", "references", _REFERENCE, needs=("number",), default={(1, 1): codes.AGREED}),
    ADJUSTMENTS,
    ITEM,
]
"""A document that is settled: what was asked, what is paid, and why it is not the same."""
HEADER: list[Clause] = [
    beginning(ADVICE),
    Qualified(
        "DTM",
        (1, 1),
        Moment(),
        fields={"137": "issued", "138": "paid", "203": "paid"},
        others="other_dates",
        names=shared.ALL_DATES,
    ),
    Once("RFF", {"payment": Text((1, 2))}, fixed={(1, 1): _PAYMENT}, where=_known),
    Each("RFF", "references", _REFERENCE, needs=("number",), default={(1, 1): codes.AGREED}, where=none_of((1, 1), "")),
    _account("payer_account", PAYER_BANKS),
    _account("payee_account", PAYEE_BANKS),
    Once(
        "PAI",
        {
            "method": Coded((1, 3), Words(codes.PAYMENT_METHODS, longest=3)),
            "original_codes.conditions": Text((1, 1)),
            "original_codes.channel": Text((1, 6)),
        },
    ),
    shared.FREE_TEXT,
    shared.parties(),
    Group("CUX", [_RATE]),
    Group("DOC", DOCUMENT, into="lines", needs=("document",)),
]
SUMMARY: list[Clause] = [
    Once("UNS", fixed={1: "S"}, always=True),
    Qualified("MOA", (1, 1), MONEY, fields={"12": "amount"}, others="amounts", names=shared.AMOUNTS),
]


_SAYING = ("amount", "lines", "adjustments")
"""Members of which an advice must have one, or it says nothing of a payment."""


def _whole(advice: Value, context: Reading) -> Value:
    """The advice; a document without a number is none. One that tells of no payment at all says it in an order of its own."""
    if not any(advice.get(member) for member in _SAYING):
        context.note(Code.CANONICAL_INVALID, "The message says neither what is paid nor what for.", 1, 0, None, None)
    advice.setdefault("lines", [])
    return advice


def _in_segments(advice: Value, _context: Writing) -> Value:
    return advice


def _judge(advice: RemittanceAdvice, context: Reading) -> None:
    """Note an amount that is not what is paid for the documents and adjusted."""
    paid = [line.paid for line in advice.lines]
    if advice.amount is None or not paid or any(one is None or one.currency != advice.amount.currency for one in paid):
        return
    total = sum((one.amount for one in paid if one is not None), Decimal(0))
    if total != advice.amount.amount:
        text = f"The documents come to {total}, the payment is said to be {advice.amount.amount}."
        context.note(Code.CONTROL_TOTAL, text, 1, (1, 2), str(total), str(advice.amount.amount))


MAPPING = DocumentMapping("remittance_advice", [*HEADER, *SUMMARY], unfold=_whole, fold=_in_segments, judge=_judge)
