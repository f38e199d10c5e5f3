"""The table of UBL 2.1 made ready, one aggregate when it is first met."""

import re
from functools import cache

from translators.errors import DefinitionMissing
from translators.xml.grammar import UNBOUNDED, Aggregate, Child
from translators.xml.ubl.definitions import AGGREGATES, DOCUMENTS, KINDS

_ROW = re.compile(r"(?P<prefix>ext:)?(?P<name>\w+)(?P<mark>:(?P<type>\w*))?(?P<often>[?*+]?)")
_TIMES = {"?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "": (1, 1)}
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*")
_PATTERNS = {
    "Amount": _NUMBER,
    "Date": re.compile(r"\s*\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:Z|[+-]\d\d:\d\d)?\s*"),
    "Indicator": re.compile(r"\s*(?:true|false|0|1)\s*"),
    "Measure": _NUMBER,
    "Numeric": _NUMBER,
    "Percent": _NUMBER,
    "Quantity": _NUMBER,
    "Rate": _NUMBER,
    "Time": re.compile(r"\s*(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d|24:00:00)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?\s*"),
}
_NEEDED = {"Amount": "currencyID", "Measure": "unitCode"}


def document(name: str) -> Aggregate:
    """The root of a document. Raises DefinitionMissing for one that is not in the table."""
    if name not in DOCUMENTS:
        raise DefinitionMissing(f"no table describes the UBL document {name}")
    return _document(name)


@cache
def _document(name: str) -> Aggregate:
    return Aggregate(name, lambda: _children(DOCUMENTS[name]))


@cache
def aggregate(kind: str) -> Aggregate:
    """An aggregate by the name of its type."""
    return Aggregate(kind, lambda: _children(AGGREGATES[kind]))


@cache
def _extension() -> Aggregate:
    """The content of UBLExtensions belongs to its owner."""
    return Aggregate("UBLExtensions", lambda: ())


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind, names in KINDS.items() for name in names.split()}


def _children(row: str) -> tuple[Child, ...]:
    return tuple(_child(word, place) for place, word in enumerate(row.split()))


def _child(word: str, place: int) -> Child:
    match = _ROW.fullmatch(word)
    if match is None:
        raise ValueError(f"{word} is no entry of the table")
    name, (minimum, maximum) = match["name"], _TIMES[match["often"]]
    if match["prefix"]:
        return Child(f"ext:{name}", place, minimum=minimum, maximum=maximum, inner=_extension)
    if match["mark"]:
        kind = match["type"] or name
        return Child(f"cac:{name}", place, minimum=minimum, maximum=maximum, inner=lambda: aggregate(kind))
    kind = _kinds()[name]
    return Child(
        f"cbc:{name}",
        place,
        minimum=minimum,
        maximum=maximum,
        kind=kind,
        pattern=_PATTERNS.get(kind),
        needed=_NEEDED.get(kind, ""),
    )
