"""X12 820: the remittance advice."""

from decimal import Decimal

from translators.finding import Code
from translators.mapping.amounts import Money
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Flag, Part, Text
from translators.mapping.texts import Texts
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import CodedReference, CodedUnless, Standing
from translators.x12.sets.shared import alone, price, units

BANKS = Words(codes.BANKS, lower=True, longest=2)
REASONS = Words(codes.ADJUSTMENTS)
NOTE = Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1)
DATES = {"003": "document.issued"}


def _account(member: str, first: int) -> dict[str, Part]:
    """An account: bank with its scheme (506), account with its kind (569)."""
    return {
        f"{member}.bank": Identifier(first, first + 1, BANKS),
        f"{member}.kind": Coded(first + 2, Words(codes.ACCOUNTS)),
        f"{member}.number": Text(first + 3),
    }


HEAD = Once(
    "BPR",
    {
        "attributes.handling": Unless(1, "I"),
        "amount": Money(2),
        "credit": Flag(3, ("C",), ("D",)),
        "method": Coded(4, Words(codes.PAYMENT_METHODS)),
        "attributes.payment_format": Text(5),
        **_account("payer_account", 6),
        "attributes.originating_company": Text(10),
        "attributes.originating_supplement": Text(11),
        **_account("payee_account", 12),
        "paid": Moment(16),
        "": Standing("BPR"),
    },
    default={1: "I", 3: "C", 4: "NON"},
)

ADJUSTED: list[Clause] = [
    Once(
        "ADX",
        {
            "amount": Money(1),
            "reason": CodedUnless(2, REASONS, usual="ZZ"),
            "references": CodedReference(3, 4, shared.REFERENCES),
        },
        default={2: "ZZ"},
    ),
    NOTE,
    *alone(shared.REF),
]

ITEM: list[Clause] = [
    Once("IT1", {"number": Text(1), "quantity": units(2, 3), "price": price(4, 5, 3), "item": ItemNumbers(6)}),
    *alone(shared.REF),
    shared.TAXED_ALLOWANCE,
]


def _adjusted(line: Value) -> None:
    """What RMR says of an adjustment is the first of them."""
    adjusted = line.pop("adjusted", None)
    if adjusted is not None:
        line.setdefault("adjustments", []).insert(0, adjusted)


def _in_line(line: Value) -> None:
    """The first adjustment stands in RMR when it is a reason and an amount, and nothing else."""
    adjustments = line.get("adjustments", [])
    first = adjustments[0] if adjustments else {}
    if not {"reason", "amount"} <= first.keys() <= {"reason", "amount", "original_codes"}:
        return
    line["adjusted"] = adjustments.pop(0)
    if not adjustments:
        del line["adjustments"]


PAID: list[Clause] = [
    Once(
        "RMR",
        {
            "document.kind": Coded(1, shared.REFERENCES),
            "document.number": Text(2),
            "action": Coded(3, Words(codes.PAYMENT_ACTIONS)),
            "paid": Money(4),
            "gross": Money(5),
            "discount": Money(6),
            "adjusted.reason": Coded(7, REASONS),
            "adjusted.amount": Money(8),
        },
    ),
    NOTE,
    Once("REF", {"order.number": Text(2)}, fixed={1: "PO"}),
    Once("REF", {"despatch.number": Text(2)}, fixed={1: "SI"}),
    shared.references("PO", "SI"),
    Qualified("DTM", 1, Moment(2, 3, 4), fields=DATES, others="other_dates", names=Words(codes.DATES, prefix="date", longest=3)),
    Group("IT1", ITEM, into="items"),
    Group("ADX", ADJUSTED, into="adjustments", needs=("amount",)),
]


_SAYING = ("amount", "lines", "adjustments")
"""Members of which an advice must have one, or it says nothing of a payment."""


def _unfold(document: Value, context: Reading) -> Value:
    index = document.pop("standing", {}).get("BPR", 0)
    currency = document.get("currency")
    if currency and "amount" in document:  # CUR stands behind BPR
        document["amount"].setdefault("currency", currency)
    for member, first in (("payer_account", 6), ("payee_account", 12)):
        _without_number(document, member, first)
    for line in document.get("lines", ()):
        _adjusted(line)
    if not any(document.get(member) for member in _SAYING):
        context.note(Code.CANONICAL_INVALID, "The set says neither what is paid nor what for.", index, 0, None, None)
    _check(document, index, context)
    return document


def _without_number(document: Value, member: str, first: int) -> None:
    """An account without a number is none: its bank stays what it was."""
    account = document.get(member)
    if account is None or "number" in account:
        return
    del document[member]
    for scheme, bank in account.get("bank", {}).items():
        for place, value in ((first, BANKS.code(scheme) or ""), (first + 1, bank)):
            document.setdefault("extras", []).append({"path": f"BPR/{place:02}", "value": value})
    if "kind" in account:
        document.setdefault("extras", []).append({"path": f"BPR/{first + 2:02}", "value": account["kind"]})


def _check(document: Value, index: int, context: Reading) -> None:
    """Note a payment that its documents do not come to; adjustments may be part of what was paid for them, or not."""
    claimed, lines = document.get("amount", {}).get("amount"), document.get("lines", [])
    paid = [(line, line.get("paid", {}).get("amount")) for line in lines]
    if claimed is None or not paid or any(amount is None for _, amount in paid):
        return
    plain = sum((amount for _, amount in paid), Decimal(0))
    signed = sum((-abs(amount) if line["document"].get("kind") == "credit_note" else amount for line, amount in paid), Decimal(0))
    own = _adjustments(document)
    inner = sum(map(_adjustments, lines), Decimal(0))
    if abs(claimed) not in {abs(base + added) for base in (plain, signed) for added in (0, own, inner, own + inner)}:
        text = f"The payment is {claimed}, what was paid for its documents comes to {plain + own}."
        context.note(Code.CONTROL_TOTAL, text, index, 2, str(plain + own), str(claimed))


def _adjustments(holder: Value) -> Decimal:
    return sum((one["amount"]["amount"] for one in holder.get("adjustments", ()) if "amount" in one), Decimal(0))


def _fold(document: Value, _context: Writing) -> Value:
    for line in document.get("lines", ()):
        _in_line(line)
    return document


MAPPING = DocumentMapping(
    "remittance_advice",
    [
        HEAD,
        NOTE,
        Once(
            "TRN",
            {"original_codes.payment": Unless(1, "1"), "payment": Text(2), "attributes.trace_company": Text(3)},
            default={1: "1"},
        ),
        shared.CURRENCY,
        Once("REF", {"number": Text(2)}, fixed={1: "TN"}),
        shared.references("TN"),
        Qualified(
            "DTM",
            1,
            Moment(2, 3, 4),
            fields={"097": "issued"},
            others="other_dates",
            names=Words(codes.DATES, prefix="date", longest=3),
        ),
        shared.parties(),
        Group(
            "ENT",
            [
                Once("ENT", silent=(1,), default={1: "1"}, always=True),
                Group("ADX", ADJUSTED, into="adjustments", needs=("amount",)),
                Group("RMR", PAID, into="lines", needs=("document",)),
            ],
        ),
    ],
    unfold=_unfold,
    fold=_fold,
)
