"""Examples for partners: documents that our own writer makes as was agreed, and the same with something wrong in them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from gateway.domain.agreement import Agreement
from translators import registry
from translators.canonical import model_of
from translators.contract import Family, Identity, OutboundInterchange, WritingTerms
from translators.errors import DefinitionMissing
from translators.packing import packed

_ORDER_LINE: Final[Mapping[str, Any]] = {
    "number": "1",
    "item": {"identifiers": {"buyer": "B-100", "seller": "S-100", "gtin": "4006381333931"}, "name": "Example item"},
    "quantity": {"value": "10", "unit": "EA"},
}
_PARTIES: Final[Mapping[str, Any]] = {
    "buyer": {"name": "Example buyer", "identifiers": {"gln": "4399901000001"}},
    "seller": {"name": "Example seller", "identifiers": {"gln": "5790000000012"}},
    "ship_to": {
        "name": "Example store 42",
        "identifiers": {"gln": "4399901000018"},
        "address": {"lines": ["Main street 1"], "city": "Hamburg", "postal_code": "20095", "country": "DE"},
    },
}
_PRICED: Final[Mapping[str, Any]] = {**_ORDER_LINE, "price": {"amount": "2.50"}}

DOCUMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "purchase_order": {
        **_PARTIES, "number": "PO-1001", "issued": "2026-11-02", "currency": "EUR", "requested_delivery": "2026-11-09",
        "lines": [_PRICED],
    },
    "order_response": {
        **_PARTIES, "number": "OR-1001", "status": "accepted", "issued": "2026-11-02", "currency": "EUR",
        "order": {"number": "PO-1001"}, "lines": [_PRICED],
    },
    "despatch_advice": {
        **_PARTIES, "number": "DA-1001", "issued": "2026-11-08", "expected_delivery": "2026-11-09",
        "order": {"number": "PO-1001"}, "lines": [_ORDER_LINE],
    },
    "invoice": {
        **_PARTIES, "number": "IN-1001", "issued": "2026-11-09", "currency": "EUR", "order": {"number": "PO-1001"},
        "lines": [_PRICED], "totals": {"payable": {"amount": "25.00", "currency": "EUR"}},
    },
}  # fmt: skip
"""What examples say, by canonical document. Names and numbers are nobody's."""

_AT: Final = datetime(2026, 11, 2, 8, tzinfo=UTC)
_NUMBER: Final = 4711
_COUNTED: Final = frozenset({Family.X12, Family.EDIFACT})
"""Families whose documents end with the number of their segments."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An example with something wrong in it: what, by its name."""

    fault: str
    content: bytes


def example(agreement: Agreement, sender: Identity, receiver: Identity, terms: WritingTerms, *, test: bool) -> bytes:
    """An interchange as it was agreed. Empty where we have no example of its document, or cannot write it in this format."""
    outbound = _outbound(agreement, sender, receiver, terms, test=test)
    return _sealed(outbound) if outbound is not None else b""


def broken_examples(
    agreement: Agreement, sender: Identity, receiver: Identity, terms: WritingTerms, *, test: bool
) -> Iterator[Broken]:
    """The same with faults that happen: for somebody else, without its first segment, counted wrongly."""
    outbound = _outbound(agreement, sender, receiver, terms, test=test)
    if outbound is None or agreement.family not in _COUNTED:
        return
    yield Broken("receiver", _sealed(replace(outbound, receiver=Identity(receiver.qualifier, "SOMEBODYELSE"))))
    yield Broken("segment", _sealed(_without_first(outbound)))
    yield Broken("count", _sealed(_altered(outbound, segments=99)))


def _outbound(
    agreement: Agreement, sender: Identity, receiver: Identity, terms: WritingTerms, *, test: bool
) -> OutboundInterchange | None:
    says = DOCUMENTS.get(agreement.document)
    if says is None or agreement.family is Family.FLAT:
        return None
    document = model_of(agreement.document).model_validate(says)
    try:
        written = registry.write(agreement.family, document, agreement.type, agreement.version, terms)
    except DefinitionMissing:
        return None
    return next(packed(agreement.family, [written], sender=sender, receiver=receiver, test=test, terms=terms), None)


def _without_first(outbound: OutboundInterchange) -> OutboundInterchange:
    """Without the first segment of the document, which every document needs."""
    document = outbound.groups[0].documents[0]
    end = outbound.separators.segment
    rest = document.body.partition(end)[2].removeprefix(outbound.separators.line_end)
    return _altered(outbound, body=rest, segments=document.segments - 1)


def _altered(outbound: OutboundInterchange, **changes: Any) -> OutboundInterchange:
    """With changes of its document."""
    (group,) = outbound.groups
    (document,) = group.documents
    return replace(outbound, groups=(replace(group, documents=(replace(document, **changes),)),))


def _sealed(outbound: OutboundInterchange) -> bytes:
    return registry.seal(outbound, control_number=_NUMBER, group_numbers=[1] * len(outbound.groups), prepared=_AT)
