"""Differences in words, and what to do about each. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from gateway.domain.reconciliation import Difference, Kind

REPAIRS: Mapping[str, Mapping[Kind, str]] = {
    "orders": {
        Kind.MISSING: "Look for it in {theirs}; if it was deleted by mistake, `gateway redeliver order:{key} --delivered`.",
        Kind.UNEXPECTED: "Compare `gateway order {key}` with {theirs}; who added it, and does the customer know?",
        Kind.DOUBLED: "Cancel what is one too many in {theirs}.",
        Kind.DIFFERENT: "Compare `gateway order {key}` with {theirs}: an event was missed, or somebody changed it by hand.",
    },
    "shipments": {
        Kind.MISSING: "Validate its transfer in {theirs}; `gateway order {key}` shows who said that it left.",
        Kind.UNEXPECTED: "It left by {theirs} and nobody told: see `gateway order {key}`, and send a despatch advice.",
        Kind.DIFFERENT: "Compare `gateway order {key}` with the transfers in {theirs}, and correct the one that is wrong.",
    },
    "parcels": {
        Kind.MISSING: "Ask {theirs} whether it was handed over; if its label was not used, cancel it and look for the goods.",
        Kind.UNEXPECTED: "See in {theirs} who made this label, and for which order.",
        Kind.DIFFERENT: "An event of {theirs} was missed: let it tell this parcel's events again.",
    },
    "pickings": {
        Kind.MISSING: "Release it to {theirs} again, or cancel it in {ours}.",
        Kind.UNEXPECTED: "See who asked {theirs} for it: book it in {ours}, or have it cancelled.",
        Kind.DOUBLED: "Have one of them cancelled in {theirs} before both are picked.",
        Kind.DIFFERENT: "Ask the warehouse what is right; then correct the transfer in {ours}, or have {theirs} tell it again.",
    },
    "stock": {
        Kind.DIFFERENT: "Count it; then adjust the one that is wrong. See in {ours} and {theirs} what moved last.",
    },
    "invoices": {
        Kind.MISSING: "Invoice what was shipped; `gateway order {key}` shows when it left.",
        Kind.UNEXPECTED: "It was invoiced and nothing says that it left: have the shipment told, or give a credit.",
        Kind.DIFFERENT: "Too much, or another price: give a credit and invoice it anew. Too little: invoice the rest.",
    },
    "invoice_acknowledgements": {
        Kind.MISSING: "Ask the partner whether it came; if it did not, `gateway redeliver invoice:{key} --delivered`.",
        Kind.DIFFERENT: "See why with `gateway trace invoice:{key}`, correct and send it again, or settle it by hand.",
    },
    "postings": {
        Kind.MISSING: "See with `gateway trace invoice:{key}` whether {theirs} was told of it, and let it be posted.",
        Kind.UNEXPECTED: "See in {theirs} what was posted under this number: an invoice that went past us, or a wrong number.",
        Kind.DOUBLED: "Reverse what was posted twice in {theirs}.",
        Kind.DIFFERENT: "Compare the invoice with what was posted in {theirs}, and correct the posting.",
    },
}
"""What is done about each kind of difference, by what is compared. What is left out is mended as what differs is."""

_LINE_MISSING = "Compare `gateway order {key}` with {theirs}; add the line there, or let the customer know."


def words(what: str, names: tuple[str, str], one: Difference) -> tuple[str, str]:
    """What differs, and what to do. `names` are those of the two sides, for people."""
    ours, theirs = names
    repair = REPAIRS[what].get(one.kind) or REPAIRS[what][Kind.DIFFERENT]
    if what == "orders" and one.kind is Kind.MISSING and one.line is not None:
        repair = _LINE_MISSING
    return _text(ours, theirs, one), repair.format(key=one.key, ours=ours, theirs=theirs)


def _text(ours: str, theirs: str, one: Difference) -> str:
    about = f"{one.key} of {one.partner}" if one.partner else one.key
    about += f", {one.line}" if one.line else ""
    match one.kind:
        case Kind.MISSING if one.line is None:
            return f"{about} ({one.left}) is not in {theirs}." if one.left != one.key else f"{about} is not in {theirs}."
        case Kind.MISSING:
            return f"{about} is not in {theirs}: {ours} has {one.left}."
        case Kind.UNEXPECTED:
            return f"{about} is in {theirs} ({one.right}) and not in {ours}."
        case Kind.DOUBLED:
            return f"{about} is in {theirs} more than once: {one.right}."
    return f"{about}: {one.what} is {one.left} in {ours} and {one.right} in {theirs}{_by(one)}."


def _by(one: Difference) -> str:
    """How much more or less, where that is a number."""
    try:
        difference = Decimal(one.right or "") - Decimal(one.left or "")
    except ArithmeticError:
        return ""
    return f" ({difference:+f})"


def own_words(name: str, one: Difference) -> tuple[str, str]:
    """The same for what the gateway finds of itself: `processed`, `acknowledged`, `numbers`."""
    if name == "processed":
        return f"{one.what} {one.left} is {one.right}.", f"gateway trace {one.key}"
    if name == "acknowledged":
        return f"The {one.what} for {one.left} is {one.right}.", f"gateway acks show {one.key}"
    return f"Control number {one.line} of {one.key} has not come.", "Ask the partner to send it again, or accept the gap."
