"""Shadow beside another gateway: what both would tell a partner, compared by meaning. Pure.

Two documents are the same when they say the same, however they write it: the order of entries, the form of dates and numbers,
control numbers and times of writing are set aside.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final
from uuid import UUID

from gateway.domain.agreement import Agreement
from gateway.domain.document_path import Json
from gateway.domain.masks import MASK, Masks

SET_ASIDE: Final = (
    "schema",
    "control_number",
    "prepared",
    "interchange.prepared",
    "notes[]*",
    "groups[].version",
    "documents[].interchange",
    "documents[].group",
)
"""Members that say when and under which number something was written, and not what."""
_OWN_NUMBER: Final = frozenset({"order_response", "application_response"})
"""Documents whose own number is made by whoever writes them."""
_NAMES: Final = ("number", "line", "control_number", "kind", "role", "scheme", "purpose", "code", "status")
"""By the first of these that entries of a list have, they are told apart."""
_ANSWERS: Final = frozenset({"functional_acknowledgement", "application_response"})
"""Documents in which we acknowledge what a partner sent; what they answer is named in them by number alone."""
_ENTRY = re.compile(r"\[([^\]]*)\]")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})T.*")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class Likeness(StrEnum):
    """How a document of the other gateway compares with ours."""

    SAME = "same"
    DIFFERENT = "different"
    ONLY_OURS = "only_ours"
    ONLY_LEGACY = "only_legacy"


@dataclass(frozen=True, slots=True)
class Told:
    """A document that one of the two would tell: canonical name, business keys, and its file (`where`) or the id of `ours`."""

    name: str
    keys: tuple[str, ...]
    content: Mapping[str, Json]
    where: str = ""
    ours: UUID | None = None

    @property
    def identity(self) -> str:
        """What both name it by: the first of its business keys."""
        return self.keys[0] if self.keys else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where they differ. `element` is the path without places in lists, `path` with them; None: it is not there."""

    element: str
    path: str
    ours: str | None
    legacy: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A document of both, or of one of them."""

    name: str
    identity: str
    state: Likeness
    ours: UUID | None
    legacy: str
    differences: tuple[Difference, ...] = ()


def compare(ours: Iterable[Told], legacy: Iterable[Told], *, set_aside: Sequence[str] = ()) -> list[Compared]:
    """Each document of the other gateway with ours of the same name and identity, then what only one of them has.

    Several of one identity are taken in their order. `set_aside` are further elements, with `*` for anything.
    """
    waiting: dict[tuple[str, str], list[Told]] = {}
    for one in ours:
        waiting.setdefault((one.name, one.identity), []).append(one)
    counted: Counter[tuple[str, str]] = Counter()
    found = []
    for other in legacy:
        key = (other.name, other.identity)
        mine = waiting.get(key)
        found.append(_compared(mine.pop(0) if mine else None, other, _numbered(key, counted), set_aside))
    for key, left in waiting.items():
        found += [Compared(key[0], _numbered(key, counted), Likeness.ONLY_OURS, one.ours, "") for one in left]
    return found


def by_element(compared: Iterable[tuple[str, Iterable[Difference]]]) -> list[tuple[str, str, int, Difference]]:
    """Differences grouped: document and element, in how many documents, and the first of them; the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Difference] = {}
    for name, differences in compared:
        for element, difference in {one.element: one for one in reversed([*differences])}.items():
            counts[name, element] += 1
            first.setdefault((name, element), difference)
    return [(name, element, count, first[name, element]) for (name, element), count in counts.most_common()]


def compared_names(agreement: Agreement) -> frozenset[str]:
    """The documents by which an agreement is compared: its own, and acknowledgements where it owes them.

    Of an acknowledgement it is not known which agreement it answers by: it counts with every one that owes some.
    """
    return frozenset({agreement.document}) | (_ANSWERS if agreement.acknowledgement.functional else frozenset())


def veiled(difference: Difference, masks: Masks) -> Difference:
    """A difference as it may be shown to those who see what documents hold.

    What became of hidden elements of segments is not known of files that were not kept: where there are such, no value is shown.
    """
    blind = bool(masks.places)

    def entry(found: re.Match[str]) -> str:
        """Entries of a list are named by what stands in them."""
        before = _ENTRY.sub("", difference.path[: found.start()])
        hidden = blind or masks.hides(before) or any(masks.hides(f"{before}.{name}") for name in _NAMES)
        return f"[{MASK}]" if hidden and found[1] else found[0]

    path = _ENTRY.sub(entry, difference.path)
    if not blind and not masks.hides(difference.element):
        return replace(difference, path=path)
    ours, legacy = (None if value is None else MASK for value in (difference.ours, difference.legacy))
    return replace(difference, path=path, ours=ours, legacy=legacy)


def _numbered(key: tuple[str, str], counted: Counter[tuple[str, str]]) -> str:
    counted[key] += 1
    return key[1] if counted[key] == 1 else f"{key[1]} ({counted[key]})"


def _compared(mine: Told | None, other: Told, identity: str, set_aside: Sequence[str]) -> Compared:
    if mine is None:
        return Compared(other.name, identity, Likeness.ONLY_LEGACY, None, other.where)
    differences = tuple(_differences(mine, other, set_aside))
    state = Likeness.DIFFERENT if differences else Likeness.SAME
    return Compared(other.name, identity, state, mine.ours, other.where, differences)


def _differences(mine: Told, other: Told, set_aside: Sequence[str]) -> Iterator[Difference]:
    own = ("number",) if mine.name in _OWN_NUMBER else ()
    left_out = (*SET_ASIDE, *own, *set_aside)
    left, right = flattened(mine.content), flattened(other.content)
    for path in sorted(left.keys() | right.keys()):
        element = re.sub(r"\[[^\]]*\]", "[]", path)
        if left.get(path) != right.get(path) and not any(fnmatchcase(element, pattern) for pattern in _patterns(left_out)):
            yield Difference(element, path, left.get(path), right.get(path))


def _patterns(written: Iterable[str]) -> Iterator[str]:
    """As people write them: `[]` are places in lists, and only `*` means anything."""
    return (pattern.replace("[]", "[[]]") for pattern in written)


def flattened(content: Mapping[str, Json]) -> dict[str, str]:
    """Every value of a document under its path, in one form of writing. What is empty is not there."""
    return dict(_flat("", content))


def _flat(path: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), member)
    elif isinstance(value, list):
        seen: Counter[str] = Counter()
        for entry in sorted(value, key=_entry_order):
            name = _entry_name(entry)
            seen[name] += 1
            place = name if seen[name] == 1 else f"{name}#{seen[name]}"
            yield from _flat(f"{path}[{place}]", entry)
    elif value is not None and value != "":
        yield path, _plain(value)


def _entry_name(entry: Json) -> str:
    """What an entry of a list is known by; entries without a name by their value, lists by their content alone."""
    if isinstance(entry, list):
        return ""
    if not isinstance(entry, Mapping):
        return _plain(entry)
    known = next((entry[name] for name in _NAMES if isinstance(entry.get(name), str | int)), "")
    return _plain(known).replace("]", ")")


def _entry_order(entry: Json) -> tuple[str, str]:
    return _entry_name(entry), str(sorted(_flat("", entry)))


def _plain(value: Json) -> str:
    """A value in one form: numbers without noughts at their ends, moments as their day, text with single blanks."""
    text = " ".join(str(value).split())
    if (moment := _DAY.fullmatch(text)) is not None:
        return moment[1]
    if _NUMBER.fullmatch(text) and ("." in text or not text.startswith("0")):
        try:
            number = Decimal(text).normalize()
        except InvalidOperation:
            return text
        return f"{number:f}"
    return text
