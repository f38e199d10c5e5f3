"""The table of the Cross Industry Invoice made ready, one aggregate when it is first met."""

import re
from functools import cache

from translators.errors import DefinitionMissing
from translators.xml.cii.definitions import AGGREGATES
from translators.xml.grammar import UNBOUNDED, Aggregate, Child

_WORD = re.compile(r"(?P<name>[\w:]+?)(?P<often>[?*+]?)(?:(?P<mark>:)(?P<type>\w*)|=(?P<kind>\w+))?")
_TIMES = {"?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "": (1, 1)}
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*")
_DATE = re.compile(r"\s*\d{8}(?:\d{4}(?:\d{2})?)?\s*")
_VALUES = {
    "DateTime": ("udt:DateTimeString", "DateTime", _DATE),
    "FormattedDateTime": ("qdt:DateTimeString", "DateTime", _DATE),
    "Date": ("udt:DateString", "DateTime", _DATE),
    "Indicator": ("udt:Indicator", "Indicator", re.compile(r"\s*(?:true|false|0|1)\s*")),
}
"""Elements that hold their value in another one."""

ROOT = "CrossIndustryInvoice"
_ROOT = " ".join(f"{name}:{name}" for name in ("ExchangedDocumentContext", "ExchangedDocument", "SupplyChainTradeTransaction"))


def document(name: str) -> Aggregate:
    """The root. Raises DefinitionMissing for another document."""
    if name != ROOT:
        raise DefinitionMissing(f"no table describes {name}")
    return _root()


@cache
def _root() -> Aggregate:
    return Aggregate(ROOT, lambda: _children(_ROOT, "rsm"))


@cache
def aggregate(kind: str) -> Aggregate:
    """An aggregate by the name of its type; one without children takes whatever comes."""
    if kind in _VALUES:
        return Aggregate(kind, lambda: (_value(kind),))
    return Aggregate(kind, lambda: _children(AGGREGATES.get(kind, ""), "ram"))


def _value(kind: str) -> Child:
    name, said, pattern = _VALUES[kind]
    return Child(name, 0, minimum=0, maximum=1, kind=said, pattern=pattern)


def _children(row: str, prefix: str) -> tuple[Child, ...]:
    return tuple(_child(word, place, prefix) for place, word in enumerate(row.split()))


def _child(word: str, place: int, prefix: str) -> Child:
    match = _WORD.fullmatch(word)
    if match is None:
        raise ValueError(f"{word} is no entry of the table")
    name, (minimum, maximum), kind = f"{prefix}:{match['name']}", _TIMES[match["often"]], match["type"]
    if match["mark"]:
        return Child(name, place, minimum=minimum, maximum=maximum, inner=lambda: aggregate(kind))
    number = _NUMBER if match["kind"] else None
    return Child(name, place, minimum=minimum, maximum=maximum, kind=match["kind"] or "", pattern=number)
