"""X12 990: whether a carrier takes a load that he was asked to carry."""

from translators.mapping.amounts import Money
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import IdentifierOf
from translators.mapping.mapping import DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import transport
from translators.x12.sets import transport_codes as words
from translators.x12.sets.moment_parts import Moment


def _unfold(response: Value, _context: Reading) -> Value:
    """A carrier who says nothing of it takes the load, or means something else."""
    response.setdefault("status", "other")
    return response


def _fold(response: Value, _context: Writing) -> Value:
    transport.say_nothing_of_purpose(response)
    return response


MAPPING = DocumentMapping(
    "transport_response",
    [
        Once(
            "B1",
            {
                "carrier.identifiers": IdentifierOf(1, "scac"),
                "order.number": Text(2),
                "issued": Moment(3),
                "status": Coded(4, Words(words.ANSWERS), other="other"),
                "attributes.decline_reason": Text(6),
            },
        ),
        Once("N9", {"number": Text(2)}, fixed={1: "CN"}),
        Once("L11", {"number": Text(1)}, fixed={2: "CN"}),
        transport.numbers("N9", "CN"),
        transport.numbers("L11", "CN"),
        transport.appointments(),
        transport.PLAIN_EQUIPMENT,
        Qualified("L9", 1, Money(2), others="amounts", names=Words({}, prefix="charge", longest=3)),
        Once("V9", {"attributes.event": Unless(1, "REJ"), "reason": Text(8)}, default={1: "REJ"}),
        transport.REMARK,
        Group(
            "S5",
            [
                Once("S5", {"number": Text(1), "action": Coded(2, transport.STOP_ACTIONS, other="other")}),
                transport.N9,
                transport.appointments(),
                transport.REMARK,
            ],
            into="stops",
        ),
    ],
    unfold=_unfold,
    fold=_fold,
)
