"""INVOIC: the invoice (380), the debit note (383) and their like, and the credit note (381)."""

from translators.canonical import arithmetic
from translators.canonical.billing import Billing
from translators.edifact.messages import codes, goods, lines, shared
from translators.edifact.messages.billing import Exchange, InvoicingPeriod, StatedTotals, SummaryCharges, turn
from translators.edifact.messages.parts import Either, Joined, Moment
from translators.edifact.messages.shared import MONEY, alone, beside
from translators.finding import Code
from translators.mapping.amounts import DocumentCurrency
from translators.mapping.binding import one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value, merged, take
from translators.mapping.words import Words

INVOICE = "380"
KINDS = Words(codes.INVOICE_KINDS | codes.CREDIT_KINDS)
CREDITS = frozenset(codes.CREDIT_KINDS.values())
_OF_CREDIT = "credit_"
"""What stands before a kind of credit that has the name of a kind of invoice."""

BEGINNING = Once(
    "BGM",
    {
        "kind": Coded((1, 1), KINDS, other="other"),
        "number": Text((2, 1)),
        "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
        "original_codes.4343": Text((4, 1)),
    },
    default={(1, 1): INVOICE},
)

# --- dates and references ------------------------------------------------------------------------------------------------

_PERIOD = {"167": "period.start", "168": "period.end", "194": "period.start", "206": "period.end"}
_HEADER_DATES = {
    **dict.fromkeys(("137", "3"), "issued"),
    "35": "delivered",
    "11": "despatched",
    "131": "tax_point",
    "13": "due",
    **_PERIOD,
}
DATES: list[Clause] = [
    InvoicingPeriod(),
    Qualified("DTM", (1, 1), Moment(), fields=_HEADER_DATES, others="other_dates", names=shared.ALL_DATES),
]
LINE_DATES: list[Clause] = [
    InvoicingPeriod(),
    Qualified("DTM", (1, 1), Moment(), fields={"35": "delivered", **_PERIOD}, others="other_dates", names=shared.ALL_DATES),
]
_DOCUMENTS = [shared.ORDER, goods.DESPATCH, shared.document("ALO", "receipt"), shared.document("CT", "contract")]

# --- header and summary --------------------------------------------------------------------------------------------------

ACCOUNTS = Each(
    "FII",
    "accounts",
    {
        "account": Text((2, 1)),
        "account_name": Joined(((2, 2), (2, 3))),
        "bank": Either((3, 1), (3, 7), 11),
        **beside("function", 1, "BF"),
    },
    default={1: "BF"},
)
"""Accounts of a party: see `_payments`."""
CURRENCY = Group(
    "CUX",
    [
        Once(
            "CUX",
            {"currency": DocumentCurrency((1, 2)), **beside("currency", (1, 3), "4"), "": Exchange()},
            fixed={(1, 1): "2"},
            default={(1, 3): "4"},
        )
    ],
)
PAYMENT = Once(
    "PAI",
    {
        "payment.means": Coded((1, 3), Words({}, longest=3)),
        "payment.original_codes.conditions": Text((1, 1)),
        "payment.original_codes.channel": Text((1, 6)),
    },
)
TOTALS = StatedTotals(
    "MOA",
    (1, 1),
    MONEY,
    fields={code: f"totals.{member}" for code, member in codes.INVOICE_TOTALS.items()},
    others="totals.other",
    names=shared.AMOUNTS,
)
SUMMARY_MONEY: list[Clause] = [
    Once("MOA", {"basis": MONEY}, fixed={(1, 1): "25"}),
    Once("MOA", {"amount": MONEY, **beside("amount", (1, 1), "8")}, default={(1, 1): "8"}),
]
HEADER: list[Clause] = [
    BEGINNING,
    *DATES,
    PAYMENT,
    shared.FREE_TEXT,
    *_DOCUMENTS,
    shared.document("VN", "seller_order"),
    shared.document("IV", "preceding", single=False),
    shared.reference_member("CR", "buyer_reference"),
    shared.reference_member("PQ", "payment_reference"),
    shared.REFERENCE_GROUP,
    shared.parties(more=(ACCOUNTS,)),
    Group("TAX", shared.TAXED, into="header_taxes"),
    CURRENCY,
    shared.PAYMENT_TERMS,
    shared.TRANSPORT,
    shared.DELIVERY_TERMS,
    shared.PACKAGES,
    shared.ALLOWANCE,
]
SUMMARY: list[Clause] = [
    lines.SECTION,
    lines.CONTROL,
    *alone(TOTALS),
    Group("TAX:2", shared.TAXED, into="tax_summary"),
    SummaryCharges("ALC:2", [shared.ALLOWED, *SUMMARY_MONEY], into="summary_charges", where=one_of(1, "A", "C")),
]

# --- lines -----------------------------------------------------------------------------------------------------------------

LINE: list[Clause] = [
    lines.line_segment("original_codes.action", Text((2, 1))),
    *lines.ITEM,
    lines.ORIGIN,
    Qualified("QTY", (1, 1), shared.QUANTITY, fields={"47": "quantity"}, others="other_quantities", names=shared.QUANTITIES),
    *LINE_DATES,
    shared.FREE_TEXT,
    *alone(Qualified("MOA", (1, 1), MONEY, fields={"203": "net"}, others="amounts", names=shared.AMOUNTS)),
    shared.PAYMENT_TERMS,
    shared.PRICES,
    *_DOCUMENTS,
    shared.document("IV", "invoice"),
    shared.REFERENCE_GROUP,
    shared.PACKAGES,
    lines.PLACES,
    shared.TAX,
    shared.parties("ship_to"),
    shared.ALLOWANCE,
    shared.TRANSPORT,
    shared.DELIVERY_TERMS,
]
_QUANTITY_STANDING_IN = {"12": "despatched", "46": "delivered", "21": "ordered", "1": "discrete"}
_NET_STANDING_IN = {"38": "invoice_item", "66": "goods_item"}


def _whole_line(line: Value) -> None:
    """A line after reading: what is paid for is what was delivered, where the line says nothing else."""
    lines.whole_item(line)
    lines.stand_in(line, "quantity", "other_quantities", _QUANTITY_STANDING_IN)
    if "allowances_charges" not in line:
        lines.stand_in(line, "net", "amounts", _NET_STANDING_IN)
    parent = line.pop("parent", None)
    if parent is not None:
        line["part_of"] = parent["number"]


def _line_in_segments(line: Value) -> None:
    lines.item_in_segments(line)
    lines.stand_back(line, "quantity", "other_quantities", _QUANTITY_STANDING_IN)
    lines.stand_back(line, "net", "amounts", _NET_STANDING_IN)
    if "part_of" in line:
        line["parent"] = {"number": line.pop("part_of")}


# --- the document ------------------------------------------------------------------------------------------------------------


def _whole(document: Value, context: Reading) -> Value:
    """Invoice or credit note; taxes and charges of both sections; payments; positive amounts."""
    kind = document.setdefault("kind", "commercial")
    credit = kind in CREDITS
    document["schema"] = "credit_note/1" if credit else "invoice/1"
    document["kind"] = kind.removeprefix(_OF_CREDIT) if kind != "credit_note" else kind
    document.setdefault("lines", [])
    lines.check_totals(document, context)
    _taxes(document)
    for charge in document.pop("summary_charges", ()):
        charge.setdefault("original_codes", {})["section"] = "summary"
        document.setdefault("allowances_charges", []).append(charge)
    _payments(document)
    totals = document.get("totals", {})
    if "payable" in totals.get("other", {}):  # MOA+9 is what is to be paid, whatever else was said before
        before, totals["payable"] = totals["payable"], totals["other"].pop("payable")
        totals["other"][shared.AMOUNTS.word("86")] = before
        take(document, ("original_codes",), "totals.payable")
    dues = [terms["due"] for terms in document.get("payment_terms", ()) if "due" in terms]
    if len(dues) == 1:
        document.setdefault("due", dues[0])
    stated = totals.get("payable") or totals.get("tax_inclusive") or {}
    if credit and stated.get("amount", 0) < 0:
        turn(document)
        document.setdefault("original_codes", {})["sign"] = "negative"
    return document


def _taxes(document: Value) -> None:
    """Taxes with an amount are those of the summary, others those of the header; where it is not so, the section is kept."""
    found = []
    for section, key in (("header", "header_taxes"), ("summary", "tax_summary")):
        for tax in document.pop(key, ()):
            if _section(tax) != section:
                tax.setdefault("original_codes", {})["section"] = section
            for amount in (tax.get("amount"), tax.get("basis")):
                if amount is not None and "currency" in document:  # CUX stands behind the taxes of the header
                    amount.setdefault("currency", document["currency"])
            found.append(tax)
    if found:
        document["taxes"] = found


def _section(tax: Value) -> str:
    return "summary" if "amount" in tax or "basis" in tax else "header"


def _payments(document: Value) -> None:
    """Means of payment, reference and the accounts of the parties as payments."""
    found: list[Value] = []
    parties = [(role, document[role]) for role in sorted(shared.MEMBER_ROLES) if role in document]
    for role, party in [*parties, *((party["role"], party) for party in document.get("other_parties", ()))]:
        for account in party.pop("accounts", ()):
            if role != _account_holder(document):
                account.setdefault("original_codes", {})["party"] = role
            found.append(account)
    general = document.pop("payment", {})
    if "payment_reference" in document:
        general["reference"] = document.pop("payment_reference")
    if general and found:
        merged(found[0], general)
    elif general:
        found = [general]
    if found:
        document["payments"] = found


def _account_holder(document: Value) -> str:
    return "payee" if "payee" in document else "seller"


def _in_segments(document: Value, _context: Writing) -> Value:
    """The document before writing: everything back in its section."""
    _kind_in_segments(document)
    if take(document, ("original_codes",), "sign"):
        turn(document, back=True)
    for tax in document.pop("taxes", ()):
        section = take(tax, ("original_codes",), "section") or _section(tax)
        document.setdefault("header_taxes" if section == "header" else "tax_summary", []).append(tax)
    charges = document.pop("allowances_charges", ())
    for charge in charges:
        section = take(charge, ("original_codes",), "section")
        document.setdefault("summary_charges" if section == "summary" else "allowances_charges", []).append(charge)
    if any(terms.get("due") == document.get("due") for terms in document.get("payment_terms", ())):
        document.pop("due", None)
    _payments_in_segments(document)
    return document


def _kind_in_segments(document: Value) -> None:
    """The kind by the name that its code has: a credit note is one whatever its kind is."""
    kind = document.get("kind")
    if document.get("schema") != "credit_note/1":
        return
    own = f"{_OF_CREDIT}{kind}"
    kept = document.get("original_codes", {}).get("kind", "")
    if KINDS.known(kept) in CREDITS and KINDS.known(kept) in (kind, own):
        document["kind"] = KINDS.known(kept)
    else:
        document["kind"] = own if own in CREDITS else kind if kind in CREDITS else "credit_note"


_ACCOUNT = ("account", "account_name", "bank", "original_codes")


def _payments_in_segments(document: Value) -> None:
    """Means and reference of the first payment in the header, accounts with their parties."""
    payments: list[Value] = document.pop("payments", None) or []
    for index, payment in enumerate(payments):
        role = take(payment, ("original_codes",), "party") or _account_holder(document)
        others = (party for party in document.get("other_parties", ()) if party["role"] == role)
        party = document.get(role) or next(others, None)
        if index == 0:
            general: Value = {name: payment.pop(name) for name in ("means", "original_codes") if name in payment}
            function = take(general, ("original_codes",), "function")
            if function:
                payment["original_codes"] = {"function": function}
            if general:
                document["payment"] = general
            if "reference" in payment:
                document["payment_reference"] = payment.pop("reference")
        account: Value = {name: payment.pop(name) for name in _ACCOUNT if name in payment}
        if account and party is not None:
            party.setdefault("accounts", []).append(account)
        else:
            payment.update(account)
    left = [payment for payment in payments if payment]
    if left:
        document["payments"] = left


def _judge(document: Billing, context: Reading) -> None:
    """Note sums that do not add up, at the segment that states them."""
    for wrong in arithmetic.check(document):
        if wrong.rule == arithmetic.LINE_NET and not _net_priced(document, wrong.path):
            continue
        index, place = context.stated.get(wrong.path, 1), (1, 2) if wrong.path in context.stated else 0
        context.note(Code.CONTROL_TOTAL, wrong.message, index, place, str(wrong.expected), str(wrong.actual))


def _net_priced(document: Billing, path: str) -> bool:
    """Whether a line's price is a net one: what is taken off a gross price or one of a list need not be said."""
    price = document.lines[int(path.partition("[")[2].partition("]")[0])].price
    return price is None or price.kind in (None, "net")


MAPPING = DocumentMapping(
    "invoice",
    [*HEADER, Group("LIN", LINE, into="lines", unfold=_whole_line, fold=_line_in_segments), *SUMMARY],
    also=("credit_note",),
    unfold=_whole,
    fold=_in_segments,
    judge=_judge,
)
