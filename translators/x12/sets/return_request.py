"""X12 180: goods that are to go back, and whether and how they may."""

from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier, Identifiers
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.texts import Texts
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets.item_parts import ITEM_NUMBERS
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.price_parts import PriceAmount
from translators.x12.sets.shared import alone

REASONS = Words(
    {
        "DA": "damaged",
        "DT": "damaged",
        "DP": "damaged",
        "DM": "defective",
        "DR": "defective",
        "PW": "defective",
        "WG": "wrong_item",
        "SP": "late",
        "BC": "expired",
        "PS": "expired",
        "SD": "expired",
        "PR": "recall",
        "RE": "recall",
        "EI": "unsold",
        "EO": "unsold",
        "SR": "unsold",
        "DI": "unsold",
    }
)
"""Why goods go back (1293)."""
DISPOSITIONS = Words(
    {
        "RA": "return",
        "RN": "return",
        "RT": "return",
        "CR": "return",
        "DI": "destroy",
        "SD": "destroy",
        "KA": "keep",
        "RF": "repair",
        "KR": "repair",
        "MW": "repair",
        "SC": "donate",
    }
)
"""What becomes of them (1292)."""
STEPS = {"11": "authorisation", "44": "rejection"}
"""Purposes (353) that say which step of a return a document is."""

REASON = Once(
    "RDR",
    {
        "disposition": Coded(1, DISPOSITIONS, other="other"),
        "reason": Coded(2, REASONS, other="other"),
        "attributes.response": Text(3),
        "reason_text": Text(4),
        "condition": Coded(5, Words({"Y": "used", "N": "unused"})),
    },
)
NOTES = Words({code: word for code, word in codes.TEXTS.items() if code != "PKG"})
"""Purposes of notes (363); what is said of packing stands in PKG."""
NOTE = Texts("NTE", (2,), NOTES, longest=80, purpose=1)
ORDER = Once("PRF", {"order.number": Text(1), "order.release": Text(2), "order.issued": Moment(4), "order.line": Text(5)})
AUTHORISATION = Once("N9", {"authorisation": Text(2)}, fixed={1: "RZ"})
INVOICE = Once("N9", {"invoice.number": Text(2)}, fixed={1: "IV"})

LINE: list[Clause] = [
    Once(
        "BLI",
        {
            "item.identifiers": Identifiers(
                tuple(Identifier(scheme, scheme + 1, ITEM_NUMBERS) for scheme in (1, 8, 10, 12)),
            ),
            "quantity": shared.units(3, 4),
            "price.kind": Coded(5, Words(codes.PRICE_KINDS), original="original"),
            "price.": PriceAmount(6),
        },
    ),
    AUTHORISATION,
    INVOICE,
    Once("N9", {"number": Text(2)}, fixed={1: "LI"}),
    shared.references("RZ", "IV", "LI", tag="N9"),
    *shared.ITEM,
    REASON,
    shared.ALLOWANCE,
    shared.LINE_AMOUNTS,
    NOTE,
    ORDER,
    Qualified("DTM", 1, Moment(2, 3, 4), others="other_dates", names=shared.DATES),
    shared.TRANSPORT,
    *alone(shared.LINE_QUANTITIES),
    shared.parties("ship_to"),
]
"""An item to go back."""


def _unfold(request: Value, _context: Reading) -> Value:
    """A response authorises, a rejection does not."""
    step = STEPS.get(request.get("original_codes", {}).get("purpose", ""))
    if step is not None:
        request["kind"] = step
        del request["original_codes"]["purpose"]
        request["purpose"] = "original"
        if not request["original_codes"]:
            del request["original_codes"]
    return request


def _fold(request: Value, _context: Writing) -> Value:
    kind = request.get("kind", "request")
    code = next((code for code, step in STEPS.items() if step == kind), None)
    if code is not None and request.get("purpose", "original") == "original":
        request["purpose"] = "other"
        request.setdefault("original_codes", {})["purpose"] = code
        del request["kind"]
    elif kind == "request":
        request.pop("kind", None)
    return request


MAPPING = DocumentMapping(
    "return_request",
    [
        Once(
            "BGN",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "number": Text(2),
                "issued": Moment(3, 4, 5),
                "request.number": Text(6),
            },
            default={1: "00"},
        ),
        REASON,
        ORDER,
        Qualified(
            "DTM",
            1,
            Moment(2, 3, 4),
            fields={"324": "returned", "036": "valid_until"},
            others="other_dates",
            names=shared.DATES,
        ),
        AUTHORISATION,
        INVOICE,
        shared.references("RZ", "IV", tag="N9"),
        shared.CONTACT,
        shared.ALLOWANCE,
        shared.PACKAGING_TEXT,
        shared.PACKAGES,
        shared.TRANSPORT,
        NOTE,
        shared.parties(),
        Group("BLI", LINE, into="lines"),
    ],
    unfold=_unfold,
    fold=_fold,
)
