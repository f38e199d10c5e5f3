"""ORDRSP: the seller's answer to a purchase order or its change."""

from dataclasses import dataclass

from translators.edifact.messages import codes, lines, purchase_order, shared
from translators.edifact.messages.other_item import OtherItem
from translators.edifact.messages.parts import CodedUnless
from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words

_RESPONSE = "231"
_WRITTEN = {
    "accepted": ("29", ""),
    "with_changes": ("4", ""),
    "rejected": ("27", ""),
    "acknowledged": ("", "AB"),
    "other": ("9", ""),
}
"""Function (1225) and response type (4343) by which a status is written."""


@dataclass(frozen=True, slots=True)
class _Status:
    """What became of the order: by the function of the message where it says so, else by the type of response.

    `original_codes` keeps both codes where the status would be written with others: `9:AP`.
    """

    function: Place = (3, 1)
    response: Place = (4, 1)

    @property
    def places(self) -> tuple[Place, ...]:
        """Function and response type."""
        return (self.function, self.response)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The status, `other` where neither code says it."""
        function, response = (text_at(row, place).strip() for place in self.places)
        status = _status(function, response)
        if _WRITTEN[status] == (function, response):
            return {"status": status}
        return {"status": status, "original_codes": {"status": f"{function}:{response}"}}

    def write(self, document: Value, row: Row, _context: Writing) -> bool:
        """The two codes."""
        status, kept = document.pop("status", "other"), take(document, ("original_codes",), "status")
        function, _, response = (kept or ":").partition(":")
        if kept is None or _status(function, response) != status:
            function, response = _WRITTEN.get(status, _WRITTEN["other"])
        for place, code in ((self.function, function), (self.response, response)):
            if code:
                set_text(row, place, code)
        return True


def _status(function: str, response: str) -> str:
    return codes.RESPONSE_FUNCTIONS.get(function) or codes.RESPONSES.get(response) or "other"


_BEGINNING = Once(
    "BGM",
    {"kind": CodedUnless((1, 1), Words(codes.KINDS), other="other", usual=_RESPONSE), "number": Text((2, 1)), "": _Status()},
    default={(1, 1): _RESPONSE},
)
_SUBSTITUTED_BY, _SUBSTITUTED_FOR = "3", "4"
"""What the item of a PIA is to that of its LIN (4347)."""
_CHANGED = "changed"
_PROMISED = {"69": "delivery", "79": "despatch"}
_HEADER: list[Clause] = [
    _BEGINNING,
    *shared.dates({"137": "issued", **_PROMISED}),
    shared.ORDER,
    shared.reference_member("VN", "seller_order"),
    *purchase_order.HEADER[2:],
]
_LINE: list[Clause] = [
    lines.line_segment("answer", Coded((2, 1), Words(codes.ANSWERS), other="other")),
    shared.ORDER,
    *lines.ORDER_LINE,
    OtherItem(_SUBSTITUTED_BY, "substitute"),
    OtherItem(_SUBSTITUTED_FOR, "replaced"),
]


def _whole(response: Value, context: Reading) -> Value:
    """The answer of each line as its response."""
    lines.nested(response)
    lines.check_totals(response, context)
    response.setdefault("status", "other")
    for line in lines.every_line(response):
        answer = line.pop("answer", None)
        if answer is not None:
            line["responses"] = [{"status": answer}]
            original = take(line, ("original_codes",), "answer")
            if original is not None:
                line["responses"][0]["original_codes"] = {"status": original}
        _substitution(line)
    return response


def _substitution(line: Value) -> None:
    """What comes instead, as the item of the response. Named as substituted for another one, the item of LIN is what comes."""
    substitute, replaced = line.pop("substitute", None), line.pop("replaced", None)
    if replaced and not substitute:
        substitute, line["item"] = line.get("item", {}), replaced
        take(substitute, ("original_codes",), "number")  # that it stood in LIN
    if not substitute:
        return
    (answer,) = line.setdefault("responses", [{"status": _CHANGED}])
    answer["item"] = substitute
    if answer["status"] == _CHANGED:
        answer["status"] = "substituted"


def _in_segments(response: Value, _context: Writing) -> Value:
    """The response of a line as its answer; what else it says stays to be noted."""
    for line in lines.every_line(response):
        responses = line.get("responses")
        if responses:
            first = responses[0]
            if item := first.pop("item", None):
                line["substitute"] = item
                first["status"] = _CHANGED if first["status"] == "substituted" else first["status"]
            line["answer"] = first.pop("status")
            original = take(first, ("original_codes",), "status")
            if original is not None:
                line.setdefault("original_codes", {})["answer"] = original
            line["responses"] = [one for one in responses if one]
    lines.in_sequence(response)
    return response


MAPPING = DocumentMapping(
    "order_response", [*_HEADER, lines.lines(_LINE), *purchase_order.SUMMARY], unfold=_whole, fold=_in_segments
)
