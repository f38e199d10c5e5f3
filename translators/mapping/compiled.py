"""The usual way through a segment as one function: what `Content.read` does one part after the other, without the detours.

The function is written as Python source from the same bindings, once for each segment of a mapping, as `dataclasses` writes an
`__init__`. It fills the target and answers True when everything is as usual: all that is there can be read, no member is
taken, nothing is left over. In any other case it has changed nothing and answers False, and the parts are asked one by one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from translators.mapping.amounts import Money, Quantity
from translators.mapping.context import Reading
from translators.mapping.parts import Coded, Number, Part, Text, Whole
from translators.mapping.tree import COMPONENT, Place, Row
from translators.mapping.value import Value
from translators.mapping.words import Words

Quick = Callable[[Row, Value, Reading], bool]
"""Fills the target from a segment; False, with nothing changed, when the segment needs a closer look."""
_NOTHING: list[str] = []


def usual(words: Words) -> dict[str, str]:
    """The codes of a table that are written again for their words: nothing needs to be kept beside the word."""
    return {code: word for word in words.listed if (code := words.code(word)) is not None}


class _Source:
    """The function while it is written."""

    def __init__(self, taken: Iterable[Place]) -> None:
        self.names: dict[str, Any] = {"NOTHING": _NOTHING}
        self.reads: list[str] = []
        self.fills: list[str] = []
        self._whole = {place for place in taken if isinstance(place, int)}
        self._parts: dict[int, set[int]] = {}
        for place in taken:
            if isinstance(place, tuple) and place[0] not in self._whole:
                self._parts.setdefault(place[0], set()).add(place[1])
        self._count = 0

    def name(self, value: object) -> str:
        """A name for a value that the function uses."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def variable(self) -> str:
        """A fresh variable."""
        self._count += 1
        return f"v{self._count}"

    def text(self, place: Place) -> str:
        """The text at a place, without blanks around it."""
        if isinstance(place, int):
            return f'(row[{place}].strip() if n > {place} else "")'
        element, component = place
        if element not in self._parts:
            return f'(row[{element}].strip() if n > {element} else "")' if component == 1 else '""'
        return f'(e{element}[{component - 1}].strip() if len(e{element}) > {component - 1} else "")'

    def checks(self) -> list[str]:
        """Whether anything stands where no part looks."""
        last = max([0, *self._whole, *self._parts])
        lines = ["n = len(row)", f"if n > {last + 1}: return False"]
        lines += [
            f"if n > {e} and row[{e}]: return False" for e in range(1, last) if e not in self._whole and e not in self._parts
        ]
        for element, components in sorted(self._parts.items()):
            lines.append(f"e{element} = row[{element}].split({COMPONENT!r}) if n > {element} else NOTHING")
            lines.append(f"if len(e{element}) > {max(components)}: return False")
            gaps = set(range(1, max(components))) - components
            lines += [f"if len(e{element}) >= {gap} and e{element}[{gap - 1}]: return False" for gap in sorted(gaps)]
        return lines

    def part(self, part: Part) -> str | None:
        """Lines that read a part into a variable, whose name is returned; None for a part that has to be asked."""
        writer = _PARTS.get(type(part))
        return writer(self, part) if writer is not None else self.asked(part)

    def asked(self, part: Part) -> str | None:
        """Lines that ask the part itself."""
        if hasattr(part, "overrides") or isinstance(part, Coded):  # the latter with rules of its own: its code may be kept
            return None
        found, asked = self.variable(), self.name(part)
        self.reads.append(f"{found} = {asked}.read(row, context)")
        filled = " or ".join(self.text(place) for place in part.places)
        self.reads.append(f"if {found} is None and ({filled}): return False")
        if hasattr(part, "unread"):
            self.reads.append(f"if {asked}.unread(row): return False")
        return found

    def built(self) -> Quick:
        """The function."""
        body = ["if context.traces is not None: return False", *self.checks(), *self.reads, *self.fills, "return True"]
        source = "def quick(row, target, context):\n" + "\n".join(f"    {line}" for line in body)
        exec(compile(source, "<mapping>", "exec"), self.names)  # noqa: S102 - our own declarations, as dataclasses do
        quick: Quick = self.names["quick"]
        return quick


def _text(source: _Source, part: Text) -> str | None:
    if part.overrides:
        return None
    found = source.variable()
    source.reads.append(f"{found} = {source.text(part.place)} or None")
    return found


def _coded(source: _Source, part: Coded) -> str:
    found, table = source.variable(), source.name(usual(part.words))
    source.reads += [
        f"t = {source.text(part.place)}",
        f"{found} = {table}.get(t) if t else None",
        f"if t and {found} is None: return False",
    ]
    return found


def _number(source: _Source, part: Number) -> str:
    found = source.variable()
    source.reads += [
        f"t = {source.text(part.place)}",
        f"{found} = context.number(t) if t else None",
        f"if t and {found} is None: return False",
    ]
    return found


def _quantity(source: _Source, part: Quantity) -> str:
    found, table = source.variable(), source.name(usual(part.units))
    source.reads += [
        f"t = {source.text(part.value)}",
        f"u = {source.text(part.unit)}",
        f"{found} = None",
        "if t:",
        "    a = context.number(t)",
        "    if a is None: return False",
        f"    {found} = {{'value': a}}",
        "    if u:",
        f"        u = {table}.get(u)",
        "        if u is None: return False",
        f"        {found}['unit'] = u",
        "elif u: return False",
    ]
    return found


def _money(source: _Source, part: Money) -> str | None:
    if part.decimals is not None:
        return source.asked(part)
    found = source.variable()
    own = f"{source.text(part.currency)} or context.currency" if part.currency is not None else "context.currency"
    source.reads += [
        f"t = {source.text(part.amount)}",
        f"{found} = None",
        "if t:",
        "    a = context.number(t)",
        "    if a is None: return False",
        f"    c = {own}",
        f"    {found} = {{'amount': a, 'currency': c}} if c else {{'amount': a}}",
    ]
    if part.currency is not None:
        source.reads.append(f"elif {source.text(part.currency)}: return False")
    return found


_PARTS: Mapping[type, Callable[[_Source, Any], str | None]] = {
    Text: _text,
    Coded: _coded,
    Number: _number,
    Quantity: _quantity,
    Money: _money,
    Whole: lambda source, part: source.asked(part),
}


def quick_reading(members: Iterable[tuple[tuple[str, ...], str, Part]], taken: Iterable[Place]) -> Quick | None:
    """The function for the members of a segment, each with the steps to it and its key; None when a part forbids one."""
    members = list(members)
    paths = {(*steps, key) for steps, key, _ in members}
    if len(paths) < len(members):
        return None  # two parts of one member: they are put together one by one
    if any(steps[:depth] in paths for steps, _, _ in members for depth in range(1, len(steps) + 1)):
        return None  # a member and members of it: they are put together one by one
    source = _Source(taken)
    owners: dict[tuple[str, ...], str] = {(): "target"}
    for steps, key, part in members:
        found = source.part(part)
        if found is None:
            return None
        owner = _owner(source, owners, steps)
        if not key:
            if steps:
                return None
            beside = source.name({path[0] for path in paths if path != ("",)})
            free = f"{found}.keys().isdisjoint(target) and {found}.keys().isdisjoint({beside})"
            source.reads.append(f"if {found} is not None and not ({free}): return False")
            source.fills.append(f"if {found} is not None: target.update({found})")
            continue
        source.reads.append(f"if {found} is not None and {owner} is not None and {key!r} in {owner}: return False")
        for depth in range(1, len(steps) + 1):
            inner, outer = owners[steps[:depth]], owners[steps[: depth - 1]]
            source.fills.append(f"if {found} is not None and {inner} is None: {inner} = {outer}[{steps[depth - 1]!r}] = {{}}")
        source.fills.append(f"if {found} is not None: {owner}[{key!r}] = {found}")
    return source.built()


def _owner(source: _Source, owners: dict[tuple[str, ...], str], steps: tuple[str, ...]) -> str:
    """The variable of the dict that holds a member, which may not be there yet."""
    for depth in range(1, len(steps) + 1):
        if steps[:depth] not in owners:
            outer = owners[steps[: depth - 1]]
            name = owners[steps[:depth]] = source.variable()
            source.reads.append(f"{name} = {outer}.get({steps[depth - 1]!r}) if {outer} is not None else None")
    return owners[steps]
