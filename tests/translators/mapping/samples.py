"""Canonical documents that a mapping can say, made from its declaration: whatever it maps is drawn, and nothing else.

Drawing is by a seeded `Random`, so that thousands of documents take seconds and a failure is repeated by its seed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from translators.mapping import amounts, identifying, parts
from translators.mapping import mapping as levels
from translators.mapping.binding import last_element, needed
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Writing
from translators.mapping.texts import Texts
from translators.mapping.tree import Node, Written
from translators.mapping.value import Value, merged
from translators.mapping.words import Words

Draw = Callable[[Random, Any], Any]
"""Draws what a part or a clause can hold; None for a clause that is left out."""

_LETTERS = "ABCDEFGHKLMNOPRSTUVWZ0123456789"
CURRENCY = "EUR"


def word(random: Random) -> str:
    """A short text that every character set has."""
    return "".join(random.choices(_LETTERS, k=random.randint(2, 8)))


def words(random: Random) -> str:
    """A few words."""
    return " ".join(word(random) for _ in range(random.randint(1, 3)))


def number(random: Random) -> Decimal:
    """A positive number with up to two decimals."""
    return Decimal(random.randint(1, 9_999_999)).scaleb(-random.randint(0, 2))


def day(random: Random) -> date:
    """A day of this century."""
    return date(2001, 1, 1) + timedelta(days=random.randint(0, 20_000))


def instant(random: Random) -> datetime:
    """A minute in UTC."""
    return datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randint(0, 20_000_000))


def listed(random: Random, table: Words) -> str | None:
    """A word of a table, None when it has none."""
    return random.choice(table.listed) if table.listed else None


def _quantity(random: Random, part: Any) -> Value:
    unit = listed(random, part.units)
    return {"value": number(random), "unit": unit} if unit and random.random() < 0.9 else {"value": number(random)}


def _identifiers(random: Random, schemes: Words, most: int) -> Value:
    chosen = random.sample(schemes.listed, k=min(len(schemes.listed), random.randint(1, most)))
    return {scheme: identifier(random, scheme) for scheme in chosen}


_DIGITS = {"gtin": 13, "gln": 13, "sscc": 18}


def identifier(random: Random, scheme: str) -> str:
    """An identifier of a scheme; one of GS1 with its length and check digit."""
    if scheme not in _DIGITS:
        return word(random)
    digits = [random.randint(0, 9) for _ in range(_DIGITS[scheme] - 1)]
    total = sum(digit * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return "".join(map(str, [*digits, -total % 10]))


PARTS: dict[type, Draw] = {
    parts.Text: lambda random, _part: word(random),
    parts.Number: lambda random, _part: number(random),
    parts.Whole: lambda random, _part: random.randint(1, 999),
    parts.Implied: lambda random, part: Decimal(random.randint(1, 99_999)).scaleb(-part.decimals),
    parts.Coded: lambda random, part: listed(random, part.words),
    parts.Flag: lambda random, part: random.choice([True, False] if part.no else [True]),
    amounts.Quantity: _quantity,
    amounts.Money: lambda random, part: {
        "amount": number(random) if part.decimals is None else Decimal(random.randint(1, 99_999)).scaleb(-part.decimals),
        "currency": CURRENCY,
    },
    parts.Lines: lambda random, part: [words(random) for _ in range(random.randint(1, len(part.of)))],
    identifying.Identifier: lambda random, part: _identifiers(random, part.schemes, 1),
    identifying.Identifiers: lambda random, part: _identifiers(random, part.pairs[0].schemes, min(3, len(part.pairs))),
    parts.Paragraphs: lambda random, _part: words(random),
    parts.Named: lambda random, part: {
        name: word(random) for name in random.sample(part.words.listed, k=random.randint(1, min(2, len(part.pairs))))
    },
    identifying.IdentifierOf: lambda random, part: {part.scheme: identifier(random, part.scheme)},
    identifying.ReferenceOf: lambda random, part: [{"kind": part.kind, "number": word(random)}],
    amounts.DocumentCurrency: lambda _random, _part: CURRENCY,
    amounts.NamedQuantity: lambda random, part: {random.choice([*part.names.listed, part.unnamed]): _quantity(random, part.of)},
}
"""What each kind of part can hold; families add their own."""
ALWAYS = frozenset({"", "kind", "number", "lines", "amount", "name", "value", "charge", "purpose", "status", "function", "code"})
"""Members that a part of a document cannot be without, or that are written as the usual one when they are not there."""
CLAUSES: dict[type, Draw] = {}
"""What clauses of a family's own can say."""
INSTEAD: dict[int, Draw] = {}
"""What single clauses can say that need a person's care, by their identity."""


def of_part(random: Random, part: Any) -> Any:
    """A value that a part can hold."""
    return PARTS[type(part)](random, part)


def nested(steps: Iterable[str], value: Any) -> Any:
    """A value under the members that lead to it."""
    for step in reversed(tuple(steps)):
        value = {step: value}
    return value


def together(dicts: Iterable[Value]) -> Value:
    """Members of several dicts in one; what two of them say, the first says."""
    result: Value = {}
    for one in dicts:
        merged(result, deepcopy(one))
    return result


ELEMENTS: list[Callable[[str], int]] = []
"""How many elements a segment has in the version that is drawn for, where that matters."""


@contextmanager
def of_version(elements: Callable[[str], int]) -> Iterator[None]:
    """Draw only what segments of so many elements can say."""
    ELEMENTS.append(elements)
    try:
        yield
    finally:
        ELEMENTS.pop()


def of_bindings(random: Random, bindings: Iterable[Any], needs: Iterable[str] = (), share: float = 0.6, tag: str = "") -> Value:
    """The members of a segment, each there or not; those in `needs` always."""
    found = []
    context = Writing(elements=ELEMENTS[-1] if ELEMENTS and tag else None)
    for binding in bindings:
        if context.lacks(tag, needed(binding.part)):
            continue
        if binding.key not in needs and binding.key not in ALWAYS and random.random() > share:
            continue
        value = of_part(random, binding.part)
        if value is not None:
            found.append(nested((*binding.steps, binding.key) if binding.key else binding.steps, value))
    return together(found)


def of_level(random: Random, level: Any, out: Written, share: float = 0.3) -> Value:
    """What some of the clauses of a level can say; the first of them, which begins it, always."""
    found = level.clauses_for(out)
    chosen = found[:1] + [clause for clause in found[1:] if random.random() < share]
    return together(of_clause(random, clause, out) for clause in chosen)


def of_clause(random: Random, clause: Any, out: Written) -> Value:
    """What one clause can say."""
    draw = INSTEAD.get(id(clause)) or CLAUSES.get(type(clause)) or _OF.get(type(clause))
    if draw is not None:
        found: Value = draw(random, clause)
        return found
    inner = Written(clause.key, out.place_of(clause.key) or out.node)
    return _group(random, clause, inner) if isinstance(clause, levels.Group) else _parties(random, clause, inner)


def _each(random: Random, clause: Any) -> Value:
    bindings = clause._content.bindings
    needs = clause._needs or tuple(binding.key for binding in bindings[:1])
    items = [item for _ in range(random.randint(1, 2)) if (item := of_bindings(random, bindings, needs, tag=clause.tag))]
    found: Value = nested((*clause._steps, clause._key), items) if items else {}
    return found


def _qualified(random: Random, clause: Any) -> Value:
    found = [nested((*steps, key), of_part(random, clause._part)) for steps, key in clause._first if random.random() < 0.4]
    own = {key for _, key in clause._first}
    names = [name for name in clause._names.listed if name not in own and clause._names.code(name) not in clause._fields]
    if clause._others is not None and names:
        chosen = random.sample(names, k=min(len(names), random.randint(1, 2)))
        steps, key = clause._others
        found.append(nested((*steps, key), {name: of_part(random, clause._part) for name in chosen}))
    return together(found)


def _texts(random: Random, clause: Any) -> Value:
    text: Value = {}
    purpose = clause.says or (listed(random, clause.words) if clause.purpose is not None else None)
    if purpose:
        text["purpose"] = purpose
    there = clause.language is not None and not Writing(elements=ELEMENTS[-1] if ELEMENTS else None).lacks(
        clause.tag, last_element([clause.language])
    )
    if there and random.random() < 0.5:
        text["language"] = random.choice(["en", "de"])
    text["lines"] = [words(random) for _ in range(random.randint(1, 3))]
    return {clause.key: [text]}


def _group(random: Random, clause: Any, out: Written) -> Value:
    def inner() -> Value:
        found = of_level(random, clause._level, out)
        if not all(need in found for need in clause._needs):
            return {}
        if clause._unfold is not None and found:
            clause._unfold(found)
        return found

    if not clause._member:
        return inner()
    item = inner()
    if not item:
        return {}
    found: Value = nested((*clause._steps, clause._member), item if clause._single else [item, *filter(bool, [inner()])])
    return found


def _parties(random: Random, clause: Any, out: Written) -> Value:
    table = clause._roles
    roles = [role for role in table.words.listed if role in table.members]
    others = [role for role in table.words.listed if role not in table.members]
    found: Value = {}
    for role in random.sample(roles, k=min(len(roles), random.randint(0, 2))):
        if party := of_level(random, clause._level, out):
            found[role] = party
    if others and random.random() < 0.4 and (party := of_level(random, clause._level, out)):
        found["other_parties"] = [{"role": random.choice(others), **party}]
    return found


_OF: dict[type, Draw] = {
    Once: lambda random, clause: of_bindings(random, clause._content.bindings, tag=clause.tag),
    Each: _each,
    Qualified: _qualified,
    Texts: _texts,
}


def document(random: Random, mapping: Any, root: Node) -> Value:
    """A canonical document, as a dict, that the mapping can say in the version of the standard that `root` is of."""
    return of_level(random, mapping._level, Written("", root))
