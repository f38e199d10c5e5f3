"""Which counter numbers an interchange or a group, and how a counter becomes a number on the wire.

ISA13 and UNB 0020 count per identity pair and test flag, acknowledgements included; GS06 per application pair and GS01.
"""

from translators.contract import Family, OutboundGroup, OutboundInterchange

_FREE = 999_999_999_999_999
LARGEST = dict.fromkeys(Family, _FREE) | {Family.X12: 999_999_999, Family.EDIFACT: 99_999_999_999_999}
"""ISA13 and GS06 hold nine digits (N0), UNB 0020 fourteen characters (an..14); the other families have no field of their own."""


def interchange_scope(outbound: OutboundInterchange) -> str:
    """The counter of ISA13 or UNB 0020."""
    return interchange_counter(outbound.family, str(outbound.sender), str(outbound.receiver), test=outbound.test)


def interchange_counter(family: Family, sender: str, receiver: str, *, test: bool) -> str:
    """The same by its parts, identities with their qualifiers."""
    return f"interchange|{family}|{sender}|{receiver}|{'T' if test else 'P'}"


def group_scope(outbound: OutboundInterchange, group: OutboundGroup) -> str:
    """The counter of GS06 or UNG 0048."""
    return group_counter(outbound.family, group.sender, group.receiver, group.functional_id)


def group_counter(family: Family, sender: str, receiver: str, functional_id: str) -> str:
    """The same by its parts: application ids and GS01."""
    return f"group|{family}|{sender}|{receiver}|{functional_id}"


def on_the_wire(count: int, family: Family) -> int:
    """The number for the n-th use of a counter: after the largest one it begins again at 1."""
    return (count - 1) % LARGEST[family] + 1
