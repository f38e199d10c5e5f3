"""Numbers of payment cards: all but their last four digits is masked while a document is read, so that none is kept.

Nothing that is made of a document holds the number then: not its canonical form, not its extras, not what people are shown. The
bytes as they came are the archive's.
"""

import re
from collections.abc import Iterable

from translators.xml.node import Node

HOLDERS = {"PCard": "number", "cbc:PrimaryAccountNumberID": "", "ram:ApplicableTradeSettlementFinancialCard": ""}
"""Elements that a number stands in: the attribute it is, or none for a text, of the element or of its `ram:ID`."""

SHOWN = 4
_SHORTEST = 12
"""Digits of the shortest number there is (ISO/IEC 7812 has 8 to 19, cards in use 12 and more)."""
_DIGIT = re.compile(r"\d")


def mask(root: Node, names: Iterable[str]) -> tuple[Node, ...]:
    """Mask the numbers in a tree that has elements of these names; answers the elements that had one."""
    if HOLDERS.keys().isdisjoint(names):
        return ()
    return tuple(node for node in root.walk() if node.name in HOLDERS and _masked(node))


def _masked(node: Node) -> bool:
    attribute = HOLDERS[node.name]
    if attribute:
        number = node.attribute(attribute)
        hidden = _hidden(number, SHOWN + 1)
        if hidden != number:
            node.attributes = [(name, hidden if name == attribute else value) for name, value in node.attributes]
        return hidden != number
    holder = node.child("ram:ID") if node.name.startswith("ram:") else node
    number = (holder.text or "") if holder is not None else ""
    hidden = _hidden(number, _SHORTEST)
    if holder is not None and hidden != number:
        holder.text = hidden
    return hidden != number


def _hidden(number: str, least: int) -> str:
    """A number of at least so many digits with an X for each but the last four; anything else as it is."""
    digits = len(_DIGIT.findall(number))
    return _DIGIT.sub("X", number, count=digits - SHOWN) if digits >= least else number
