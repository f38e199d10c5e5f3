"""Proposes what is exchanged with a new partner: what its samples hold, and what usually answers it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.domain.agreement import Direction
from gateway.domain.matching import ACKNOWLEDGEMENTS
from gateway.domain.onboarding.partner_file import Block, Question, Setting, Value
from gateway.domain.onboarding.recognised import Recognised, SeenDocument, Syntax
from gateway.domain.onboarding.wish import Transport, Wish, named_format
from gateway.domain.strictness import GROUPS, NEGOTIABLE
from gateway.operations.propose_channel import channel_id
from translators import registry
from translators.contract import Family
from translators.finding import Code

ANSWERS: Final[Mapping[str, Sequence[str]]] = {
    "purchase_order": ("order_response", "despatch_advice", "invoice"),
    "purchase_order_change": ("order_response",),
    "delivery_schedule": ("despatch_advice", "invoice"),
    "request_for_quote": ("quote",),
    "order_response": ("purchase_order",),
    "despatch_advice": ("purchase_order",),
    "warehouse_shipment": ("warehouse_order",),
    "warehouse_receipt": ("stock_transfer",),
    "transport_response": ("transport_order",),
    "transport_status": ("transport_order",),
}
"""What we usually send to a partner who sends a document."""

_GENERIC: Final = "generic_document"
_CXML = "cXML"
_CXML_TYPES: Mapping[str, str] = {
    "order_response": "ConfirmationRequest",
    "despatch_advice": "ShipNoticeRequest",
    "invoice": "InvoiceDetailRequest",
    "purchase_order": "OrderRequest",
}
_WITHIN = "24h"
_RECEIPT_WITHIN = "4h"
_ISA_VERSION = 5
"""So much of the version stands in ISA12."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A document that is exchanged; `seen` is what the samples tell of it."""

    family: Family
    version: str
    type: str
    document: str
    direction: Direction
    seen: SeenDocument | None = None

    @property
    def format(self) -> str:
        """As an agreement names it."""
        return named_format(self.family, self.version, self.type)


def agreed_in(wish: Wish, found: Recognised) -> list[Agreed]:
    """What the partner sends: what its samples hold, and what was named. Acknowledgements need no agreement."""
    coming = {}
    for seen in found.documents:
        if seen.direction is Direction.IN and seen.type and seen.document not in ACKNOWLEDGEMENTS:
            one = Agreed(seen.family, seen.version, seen.type, seen.document or _GENERIC, Direction.IN, seen)
            coming[one.format] = one
    for named in wish.formats:
        if named.direction is Direction.IN and str(named) not in coming:
            coming[str(named)] = Agreed(named.family, named.version, named.type, named.document, Direction.IN)
    return list(coming.values())


def agreed_out(wish: Wish, found: Recognised, coming: Sequence[Agreed]) -> list[Agreed]:
    """What we send: what samples of ours hold, what was named, and what usually answers what comes in."""
    going = {}
    for seen in found.documents:
        if seen.direction is Direction.OUT and seen.document is not None and seen.document not in ACKNOWLEDGEMENTS:
            going[seen.document] = Agreed(seen.family, seen.version, seen.type, seen.document, Direction.OUT, seen)
    for named in wish.formats:
        if named.direction is Direction.OUT:
            going.setdefault(named.document, Agreed(named.family, named.version, named.type, named.document, Direction.OUT))
    for one in coming:
        wanted = ANSWERS.get(one.document, ()) if wish.sends is None else wish.sends
        for document in wanted:
            type_ = _type_of(one, document)
            if document not in going and type_ is not None:
                going[document] = Agreed(one.family, one.version, type_, document, Direction.OUT)
    return list(going.values())


def _type_of(one: Agreed, document: str) -> str | None:
    """What a document is called in the syntax in which another one came; None where we write none."""
    if one.family is Family.FLAT:
        return None
    if one.version.startswith(_CXML):
        return _CXML_TYPES.get(document)
    types = registry.documents(one.family)
    known = [name for name, documents in types.items() if documents[0] == document and name not in _CXML_TYPES.values()]
    return known[0] if known else None


# ---- as tables -----------------------------------------------------------------------------------------------------------------


def agreement_blocks(wish: Wish, found: Recognised, agreed: Sequence[Agreed]) -> Iterator[Block]:
    """The tables of what is exchanged."""
    taken: set[str] = set()
    lenient = {family: _lenient(found, family) for family in {each.family for each in agreed}}
    asked = False
    for one in agreed:
        name = _name(wish, one, taken)
        if one.direction is Direction.IN:
            yield Block("[[agreement]]", [*_what_is_agreed(name, wish, one), *_coming(one, lenient[one.family])])
        else:
            parts = [*_what_is_agreed(name, wish, one), *_going(wish, found, one, first=not asked)]
            yield Block("[[agreement]]", parts)
            asked = True


def _name(wish: Wish, one: Agreed, taken: set[str]) -> str:
    plain = f"{wish.partner}-{one.type.lower().replace('_', '-')}"
    tries = (plain, f"{plain}-{one.direction.value}", f"{plain}-{one.version.lower().replace('.', '-')}-{one.direction.value}")
    name = next((each for each in tries if each not in taken), tries[-1])
    taken.add(name)
    return name


def _what_is_agreed(name: str, wish: Wish, one: Agreed) -> Iterator[Setting | Question]:
    yield Setting("id", name)
    yield Setting("partner", wish.partner)
    yield Setting("direction", one.direction.value, "it sends this" if one.direction is Direction.IN else "we send this")
    if one.document == _GENERIC:
        text = f"{one.type} has no mapping here and is passed on as it is. Is it needed? Else remove this agreement."
        yield Question("generic", text)
    yield Setting("document", one.document)
    yield Setting("format", one.format)


def _coming(one: Agreed, lenient: Mapping[str, Sequence[Code]]) -> Iterator[Setting | Question]:
    if one.seen is not None and one.seen.written:
        yield Setting("other_versions", sorted(one.seen.written), "what it writes and means the same")
    owed = _owed(one)
    if owed:
        yield Setting("acknowledge", owed, "what we answer")
    if lenient:
        found = ", ".join(sorted({code.value for codes in lenient.values() for code in codes}))
        text = f"Its samples are against the standard here: {found}. Let it correct that, and remove the line; or keep it so."
        yield Question("strictness", text)
        yield Setting("strictness", dict.fromkeys(sorted(lenient), "warn"))
    refusing = sorted(code.value for code in (one.seen.complaints if one.seen is not None else {}) if code not in NEGOTIABLE)
    if refusing:
        text = f"Samples are refused for {', '.join(refusing)}, which no agreement can allow: ask for corrected ones."
        yield Question("refused", text)
    yield Question(
        "duplicates", "May a control number come again? reject refuses it; ignore answers as the first time; accept reads it."
    )
    yield Setting("duplicates", "reject")


def _owed(one: Agreed) -> list[str]:
    if one.family is Family.X12:
        return ["997"]
    if one.family is Family.EDIFACT:
        return ["CONTRL"]
    if one.family is Family.XML:
        return [_CXML] if one.version.startswith(_CXML) else ["ApplicationResponse"]
    return []


def _lenient(found: Recognised, family: Family) -> dict[str, list[Code]]:
    """The groups of checks that the samples would fail, as far as they may be agreed away: the same for all of a family."""
    codes = {
        code
        for seen in found.documents
        if seen.family is family and seen.direction is Direction.IN
        for code in seen.complaints
        if code in NEGOTIABLE
    }
    groups: dict[str, list[Code]] = {}
    for code in sorted(codes):
        name = next((name for name, members in GROUPS.items() if code in members), code.value.replace("-", "_"))
        groups.setdefault(name, []).append(code)
    return groups


def _going(wish: Wish, found: Recognised, one: Agreed, *, first: bool) -> Iterator[Setting | Question]:
    if one.seen is None and first:
        yield Question("sends", "Does it want these documents from us, in this version? Remove the agreements about others.")
    yield Setting("channel", channel_id(wish))
    expected: list[Value] = [{"ack": _answer(one), "within": _WITHIN}] if _answer(one) else []
    if wish.transport is Transport.AS2:
        expected.append({"receipt": "mdn", "within": _RECEIPT_WITHIN})
    if expected and first:
        yield Question("expect", "Does it acknowledge what we send, and by when? Write [] where it does not.")
    yield Setting("expect", expected, "what it owes us for each")
    writing = _writing(found.syntax(one.family), one)
    if writing:
        yield Setting("writing", writing, "as its own envelopes are written")


def _answer(one: Agreed) -> str:
    return next(iter(_owed(one)), "")


def _writing(syntax: Syntax | None, one: Agreed) -> dict[str, Value]:
    """How we write so that it looks like what the partner writes itself, where that is not the usual way."""
    if syntax is None or one.family not in (Family.X12, Family.EDIFACT):
        return {}
    writing: dict[str, Value] = {}
    usual = registry.separators(one.family, syntax.version)
    names = ("element", "component", "segment", "repetition", "release", "decimal")
    marks: dict[str, Value] = {
        name: mark for name in names if (mark := getattr(syntax.separators, name)) and mark != getattr(usual, name)
    }
    if marks:
        writing["separators"] = marks
    line_end = {"\n": "lf", "\r\n": "crlf", "\r": "cr"}.get(syntax.separators.line_end)
    if line_end:
        writing["newline"] = line_end
    if one.family is Family.EDIFACT:
        charset, _, number = syntax.version.partition(":")
        writing |= {"charset": charset, "syntax": int(number)} if number in ("1", "2", "3", "4") else {}
        return writing
    envelope: dict[str, Value] = {}
    if syntax.version != one.version[:_ISA_VERSION]:
        envelope["version"] = syntax.version
    if len(syntax.applications) == 1:
        theirs, ours = next(iter(syntax.applications))
        envelope |= {"sender_application": ours, "receiver_application": theirs}
    longer = [version for version in syntax.group_versions if version.startswith(one.version) and version != one.version]
    if len(longer) == 1:
        envelope["group_version"] = longer[0]
    if envelope:
        writing["envelope"] = envelope
    return writing
