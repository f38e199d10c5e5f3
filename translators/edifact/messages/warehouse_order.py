"""HANMOV and INSDES: what the owner of goods asks a warehouse to do with them."""

from translators.edifact.messages import lines, shared, transport
from translators.edifact.messages.items import ItemNumber
from translators.edifact.messages.parts import Moment
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words

_ACTIONS = Words({"240": "ship", "650": "move", "140": "pack"})
_DAYS = {"137": "issued", "2": "requested_delivery", "63": "latest_delivery", "10": "requested_despatch"}
_LINE: list[Clause] = [
    Once("LIN", {"number": Text((1, 1)), "item": ItemNumber(3, configuration=(6, 1))}, always=True),
    *lines.ITEM,
    lines.LINE_QUANTITIES,
    Qualified("DTM", (1, 1), Moment(), others="other_dates", names=shared.DATES),
    shared.FREE_TEXT,
    shared.AMOUNT_BY_MEANING,
    shared.ORDER,
    shared.REFERENCE_GROUP,
    transport.place("from_location", "14", "18"),
    transport.place("to_location", "8", "7"),
    transport.parties("ship_to"),
    shared.PACKAGES,
]


def mapping(usual: str) -> DocumentMapping:
    """The mapping of one of the messages; `usual` is its name (1001)."""
    return DocumentMapping(
        "warehouse_order",
        [
            Once(
                "BGM",
                {
                    "action": Coded((1, 1), _ACTIONS, other="other"),
                    "number": Text((2, 1)),
                    "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
                },
                default={(1, 1): usual},
            ),
            Qualified("DTM", (1, 1), Moment(), fields=_DAYS, others="other_dates", names=shared.DATES),
            shared.FREE_TEXT,
            shared.ORDER,
            shared.reference_member("BM", "shipment.bill_of_lading"),
            shared.REFERENCE_GROUP,
            shared.parties(),
            shared.DELIVERY_TERMS,
            shared.TRANSPORT,
            Group("LIN", _LINE, into="lines", unfold=lines.whole_line, fold=lines.line_in_segments),
            lines.SECTION,
            lines.CONTROL,
        ],
        unfold=_whole,
        fold=_in_segments,
    )


def _whole(order: Value, context: Reading) -> Value:
    """Totals judged."""
    order.setdefault("lines", [])
    lines.check_totals(order, context)
    return order


def _in_segments(order: Value, _context: Writing) -> Value:
    """Goods are shipped where nothing else is said, whatever the message is usually for."""
    order.setdefault("action", "ship")
    return order


MAPPING = mapping("240")
