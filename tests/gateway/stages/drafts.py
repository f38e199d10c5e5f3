"""Interchanges to send, for tests of numbering and sealing."""

from uuid import UUID

from gateway.stages.compose import Draft
from gateway.system import TimeOrderedIds
from translators.contract import Family, Identity, OutboundDocument, OutboundGroup, OutboundInterchange, Separators

new_id = TimeOrderedIds()


def group(functional_id: str, *documents: OutboundDocument) -> OutboundGroup:
    """A functional group between our application and the partner's."""
    return OutboundGroup(functional_id, "NORDICDC", "BIGBOX", "004010", documents)


def x12(*groups: OutboundGroup) -> OutboundInterchange:
    """An X12 interchange from us to BigBox."""
    return OutboundInterchange(
        Family.X12, Identity("ZZ", "NORDICDC"), Identity("01", "123456789"), "00401", False, Separators("*", ":", "~"), groups
    )


def edifact(*groups: OutboundGroup) -> OutboundInterchange:
    """An EDIFACT interchange from us to NordMart."""
    ours, theirs = Identity("14", "5790000000012"), Identity("14", "4012345000009")
    return OutboundInterchange(Family.EDIFACT, ours, theirs, "UNOC:3", False, Separators("+", ":", "'"), groups)


def draft(outbound: OutboundInterchange, *, transmission: UUID | None = None, type: str = "997") -> Draft:  # noqa: A002 - the draft's own word
    """A draft of it."""
    return Draft(new_id(), transmission or new_id(), "bigbox", type, outbound)
