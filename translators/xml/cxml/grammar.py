"""The table of cXML made ready, one aggregate when it is first met. Attributes are children whose names begin with `@`."""

import re
from functools import cache

from translators.errors import DefinitionMissing
from translators.xml.cxml.definitions import ELEMENTS
from translators.xml.grammar import UNBOUNDED, Aggregate, Child

_RESPONSE = {"Response": "@Id? Status"}
"""A response that answers nothing but whether the request was taken."""

_WORD = re.compile(r"(?P<names>[@\w:.|-]+?)(?P<often>[?*+]?)(?::(?P<kind>[tn])|=(?P<values>.*))?")
_TIMES = {"?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "": (1, 1)}
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*")
_KINDS = {
    "t": (
        "DateTime",
        re.compile(
            r"\s*\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
            r"(?:T(?:[01]\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?\s*"
        ),
    ),
    "n": ("Numeric", _NUMBER),
}


def document(name: str) -> Aggregate:
    """The request of a name. Raises DefinitionMissing for one that is not in the table."""
    if name not in ELEMENTS and name not in _RESPONSE:
        raise DefinitionMissing(f"no table describes the cXML element {name}")
    return aggregate(name)


@cache
def aggregate(name: str) -> Aggregate:
    """An element that holds others, or has nothing but attributes."""
    return Aggregate(name, lambda: _children(_RESPONSE.get(name) or ELEMENTS[name]))


def _children(row: str) -> tuple[Child, ...]:
    return tuple(child for place, word in enumerate(row.split(), 1) for child in _of_word(word, place))


def _of_word(word: str, place: int) -> tuple[Child, ...]:
    match = _WORD.fullmatch(word)
    if match is None:
        raise ValueError(f"{word} is no entry of the table")
    minimum, maximum = _TIMES[match["often"]]
    if word.startswith("@"):
        return (_attribute(match["names"], minimum, match["kind"], match["values"]),)
    names = match["names"].split("|")
    return tuple(_element(name, place, minimum if len(names) == 1 else 0, maximum) for name in names)


def _attribute(name: str, minimum: int, kind: str | None, values: str | None) -> Child:
    """Attributes stand before all elements, in any order."""
    known, pattern = _KINDS.get(kind or "", ("", None))
    if values:
        known, pattern = "Code", re.compile(rf"\s*(?:{values})\s*")
    return Child(name, 0, minimum=minimum, maximum=1, kind=known, pattern=pattern, hollow=True)


def _element(name: str, place: int, minimum: int, maximum: int) -> Child:
    if name in ELEMENTS:
        return Child(name, place, minimum=minimum, maximum=maximum, inner=lambda: aggregate(name))
    if name == "Money":
        return Child(
            name, place, minimum=minimum, maximum=maximum, kind="Amount", pattern=_NUMBER, needed="currency", hollow=True
        )
    return Child(name, place, minimum=minimum, maximum=maximum, hollow=True)
