"""X12 824: the application advice, which says what became of documents that were sent, and what is wrong with them."""

from itertools import groupby

from translators.mapping.binding import none_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import ReferenceOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text, Whole
from translators.mapping.texts import Texts
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import shared
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import party_identifier

ANSWERS = {"A": "accepted", "C": "with_changes", "E": "with_errors", "P": "partly_accepted", "R": "rejected"}
"""Second characters of the acknowledgement code (110); the first says whether of a set, an item, a group, or a batch."""
STATUSES = Words({scope + code: word for scope in "TIGB" for code, word in ANSWERS.items()})
RELATED = Words({"PO": "order", "IN": "invoice"})
"""What data that is related to an error is (1609); that of a line (LI) is the line of the error."""
GRAVITY = ("received", "accepted", "with_changes", "with_errors")
"""Answers to documents from the lightest; of several the gravest holds for all, unless some were taken and others were not."""

AGREED = "ZZ"
"""Agency (559) and list of codes (1270) that the partners agreed on."""

NOTES = Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1)
LINE = Once("RED", {"line": Text(1)}, fixed={2: "LI"})
DATA = Each(
    "RED",
    "references",
    {"kind": Coded(2, RELATED, original="original"), "number": Text(1)},
    needs=("kind", "number"),
    where=none_of(2, "LI"),
)

ERROR: list[Clause] = [
    Once(
        "TED",
        {
            "code": Text(1),
            "text": Text(2),
            "segment": Text(3),
            "segment_number": Whole(4),
            "element": Whole((5, 1)),
            "field": Text((6, 1)),
            "value": Text(7),
            "expected": Text(8),
        },
        default={1: "ZZZ"},
    ),
    NOTES,
    LINE,
    DATA,
]
"""One error: its code (647), where it is, what stood there and what should have."""

INDUSTRY_CODES = Group(
    "LM",
    [
        Once("LM", {"agency": Unless(1, AGREED)}, default={1: AGREED}),
        Group("LQ", [Once("LQ", {"code_list": Text(1), "code": Text(2)}), LINE, DATA], into="errors"),
    ],
    into="listed",
)
"""Errors by the codes of an industry: an agency, and codes of its lists."""

ANSWERED: list[Clause] = [
    Once(
        "OTI",
        {
            "status": Coded(1, STATUSES, other="other"),
            "document.kind": Coded(2, shared.REFERENCES),
            "document.number": Text(3),
            "sender": Text(4),
            "receiver": Text(5),
            "sent": Moment(6, 7),
            "group": Text(8),
            "control_number": Text(9),
            "type": Text(10),
            "version": Text(11),
            "reason": Text(17),
        },
        default={2: "TN"},
    ),
    shared.REF,
    Qualified("DTM", 1, Moment(2, 3, 4), others="other_dates", names=shared.DATES),
    shared.CONTACT,
    shared.LINE_AMOUNTS,
    Qualified("QTY", 1, shared.units(2, (3, 1)), others="quantities", names=shared.QUANTITIES),
    Each(
        "NM1",
        "other_parties",
        {
            "role": Coded(1, shared.ROLES),
            "original_codes.name": Unless(2, "2"),
            "name": Text(3),
            "identifiers": party_identifier(8, 9),
        },
        needs=("role",),
        default={2: "2"},
    ),
    Group("TED", ERROR, into="errors"),
    INDUSTRY_CODES,
]
"""A document that is answered."""


def _unfold(response: Value, _context: Reading) -> Value:
    """Errors by industry codes stand with the others; what became of all documents together is said once."""
    documents = response.get("documents", [])
    for answered in documents:
        for listed in answered.pop("listed", ()):
            first: Value = {"agency": listed["agency"]} if "agency" in listed else {}
            for error in listed.get("errors", ()):
                extras = [*listed.pop("extras", ()), *error.get("extras", ())]
                answered.setdefault("errors", []).append(
                    {"code_list": AGREED, **first, **error, **({"extras": extras} if extras else {})}
                )
    response["status"] = _together([answered["status"] for answered in documents if "status" in answered])
    return response


def _together(statuses: list[str]) -> str:
    """What became of several documents."""
    found = set(statuses)
    if len(found) == 1:
        return found.pop()
    graded = all(status in GRAVITY for status in found)
    return max(found, key=GRAVITY.index) if found and graded else "partly_accepted" if found - {"other"} else "other"


def _fold(response: Value, _context: Writing) -> Value:
    """A response to no document in particular answers one; errors with a list of codes go to the loops for them."""
    documents = response.setdefault("documents", [])
    if not documents:
        documents.append({"status": response["status"]})
    if _together([answered["status"] for answered in documents]) == response["status"]:
        del response["status"]
    for answered in documents:
        coded = [error for error in answered.get("errors", ()) if "code_list" in error]
        if coded:
            answered["errors"] = [error for error in answered["errors"] if "code_list" not in error]
            answered["listed"] = [
                _listed(agency, list(errors)) for agency, errors in groupby(coded, lambda one: one.get("agency"))
            ]
    return response


def _listed(agency: str | None, errors: list[Value]) -> Value:
    """Errors of one agency, which is said once for all of them."""
    own: Value = {
        **({"agency": agency} if agency else {}),
        "errors": [{k: v for k, v in error.items() if k != "agency"} for error in errors],
    }
    if extras := errors[0].get("extras"):
        own["extras"] = [extra for extra in extras if "/LM/LQ/" not in extra["path"]]
        own["errors"][0]["extras"] = [extra for extra in extras if "/LM/LQ/" in extra["path"]]
    return own


MAPPING = DocumentMapping(
    "application_response",
    [
        Once(
            "BGN",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "number": Text(2),
                "issued": Moment(3, 4, 5),
                "references": ReferenceOf(6, "answered"),
            },
            default={1: "00"},
        ),
        shared.parties(),
        Group("OTI", ANSWERED, into="documents"),
    ],
    unfold=_unfold,
    fold=_fold,
)
