"""The usual way through a segment as one function: what a clause reads one part after the other, without the detours.

The function is written as Python source from the same declarations, once for each clause that is read often, as `dataclasses`
writes an `__init__`. Where everything is as usual (all that is there can be read, no member is taken, nothing is left over) it
fills the target and answers True. It answers None when the segment is none of the clause's, and False when the segment needs
a closer look; in both cases it has changed nothing. The closer look is the clause's own `read`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from translators.mapping.context import Reading
from translators.mapping.tree import COMPONENT, Place, Row, text_at
from translators.mapping.value import Value

Quick = Callable[[Row, Value, Reading], bool | None]
"""Takes a segment into the target; None when it is about another one, False when it needs a closer look."""
Where = Callable[[Row], bool]
"""Whether a clause speaks of a segment: asked of what is read, and of what would be written."""
_SLOW_READS = 8
"""How often a clause looks closely before a function is made for it: most clauses of most mappings hardly ever read."""
_NOTHING: list[str] = []


@dataclass(frozen=True, slots=True)
class CodeAt:
    """Tells segments with one of some codes at a place, or those with none of them."""

    place: Place
    codes: frozenset[str]
    among: bool = True

    def __call__(self, row: Row) -> bool:
        """Whether it is one of these segments."""
        return (text_at(row, self.place).strip() in self.codes) is self.among


class Bound(Protocol):
    """A member by the steps to it and its key, and the part that holds it."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The members it is in."""

    @property
    def key(self) -> str:
        """Its own name, empty for a part that fills several members."""

    @property
    def part(self) -> Any:
        """What reads it."""


class Source:
    """A function while it is written: its lines read, then check, then fill.

    A part writes its own lines in its method `compile`, which answers the variable that holds what was read; they return False
    where a closer look is needed. A part without that method is asked.
    """

    def __init__(self, taken: Iterable[Place]) -> None:
        self.names: dict[str, Any] = {"NOTHING": _NOTHING}
        self.kept: dict[str, str] = {}
        """The variables of codes that are to be kept, by the variables of the words they were read as."""
        self._reads: list[str] = []
        self._asked: list[str] = []
        self._checks: list[str] = []
        self._presence: list[str] = []
        self._fills: list[str] = []
        self._taken = frozenset(taken)
        self._divided: dict[int, None] = {}
        self._conditions: list[str] = []
        self._known: frozenset[int] = frozenset()
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

    def read(self, *lines: str) -> None:
        """Lines that read."""
        self._reads += lines

    def ask(self, *lines: str) -> None:
        """Lines that ask what may note a finding: behind those that read, because a closer look would note it again."""
        self._asked += lines

    def check(self, condition: str) -> None:
        """A condition under which a closer look is needed, when all has been read."""
        self._checks.append(f"if {condition}: return False")

    def fill(self, *lines: str) -> None:
        """Lines that change the target."""
        self._fills += lines

    def text(self, place: Place, trimmed: str = "strip") -> str:
        """An expression for the text at a place, without blanks around it, or with `rstrip` only without those behind it."""
        if isinstance(place, int):
            return f'(row[{place}].{trimmed}() if n > {place} else "")'
        element, component = place
        self._divided[element] = None
        return f'(e{element}[{component - 1}].{trimmed}() if n{element} > {component - 1} else "")'

    def components(self, element: int) -> str:
        """An expression for all components of an element."""
        self._divided[element] = None
        return f"e{element}"

    def part(self, part: Any, taken: str = "") -> str:
        """The variable with what a part reads. `taken` is an expression for that its member is there already."""
        if not _writes_its_lines(part):
            return self._asked_part(part, taken)
        found: str = part.compile(self)
        if taken:
            self._presence.append(f"    if {taken}: return False")
        return found

    def _asked_part(self, part: Any, taken: str) -> str:
        """The variable with what a part says that is asked as it is, when its member is free."""
        found, asked = self.variable(), self.name(part)
        if taken:
            self.ask(f"if {taken}: return False")
        if hasattr(part, "unread"):
            self.ask(f"if {self.name(_filled)}(row, {asked}.unread(row)): return False")
        self.ask(f"{found} = {asked}.read(row, context)")
        if filled := " or ".join(map(self.text, part.places)):
            self.ask(f"if {found} is None and ({filled}): return False")
        if callable(getattr(part, "code", None)):
            self.kept[found] = self.variable()
            self.ask(f"{self.kept[found]} = {asked}.code(row)")
        return found

    def _division(self, element: int) -> list[str]:
        """The components of an element that is looked into."""
        return [
            f"e{element} = row[{element}].split({COMPONENT!r}) if n > {element} else NOTHING",
            f"n{element} = len(e{element})",
        ]

    def _leftovers(self) -> list[str]:
        """Whether anything stands where no part looks."""
        whole = {place for place in self._taken if isinstance(place, int)}
        parts: dict[int, set[int]] = {}
        for place in self._taken:
            if isinstance(place, tuple) and place[0] not in whole:
                parts.setdefault(place[0], set()).add(place[1])
        last = max([0, *whole, *parts])
        found = [f"n > {last + 1}"]
        found += [f"n > {element} and row[{element}]" for element in range(1, last) if element not in whole | parts.keys()]
        for element, components in parts.items():
            self._divided[element] = None
            found.append(f"n{element} > {max(components)}")
            gaps = set(range(1, max(components))) - components
            found += [f"n{element} >= {gap} and e{element}[{gap - 1}]" for gap in sorted(gaps)]
        return [f"if {condition}: return False" for condition in found]

    def only(self, *conditions: str) -> None:
        """Conditions under which the segment is the clause's: looked at before anything else."""
        lines = [line for element in self._divided for line in self._division(element)]
        self._conditions = [*lines, *(f"if not ({condition}): return None" for condition in conditions)]
        self._known = frozenset(self._divided)

    def function(self, *ending: str) -> Quick:
        """The function."""
        leftovers = self._leftovers()
        divisions = [line for element in self._divided if element not in self._known for line in self._division(element)]
        length, *others = leftovers
        presence = ["if target:", *self._presence] if self._presence else []
        reads = [length, *divisions, *others, *self._reads, *presence, *self._asked, *self._checks, *self._fills]
        body = ["n = len(row)", *self._conditions, *reads, *(ending or ("return True",))]
        text = "def quick(row, target, context):\n" + "\n".join(f"    {line}" for line in body)
        exec(compile(text, "<mapping>", "exec"), self.names)  # noqa: S102 - our own declarations, as dataclasses do
        quick: Quick = self.names["quick"]
        return quick


def _filled(row: Row, places: Iterable[Place]) -> bool:
    """Whether anything stands at one of the places."""
    return any(text_at(row, place).strip() for place in places)


def _writes_its_lines(part: object) -> bool:
    """Whether a part has a method `compile` that does what its method `read` does: not one of a class above that."""
    nearest = next(kind for kind in type(part).__mro__ if vars(kind).keys() & {"compile", "read"})
    return "compile" in vars(nearest)


def meant(source: Source, fixed: Iterable[tuple[Place, str]], where: Where | None) -> None:
    """Say which segments are the clause's: those with the fixed texts, of which `where` says so too."""
    found = [f"{source.text(place)} == {text!r}" for place, text in fixed]
    if isinstance(where, CodeAt):
        found.append(f"{source.text(where.place)} {'in' if where.among else 'not in'} {source.name(where.codes)}")
    elif where is not None:
        found.append(f"{source.name(where)}(row)")
    source.only(*found)


def members(source: Source, bindings: Iterable[Bound], into: str, *, fresh: bool = False) -> bool:
    """Add what reads the members and puts them `into` a dict, an empty one when it is `fresh`. False where no way is quick."""
    bindings = list(bindings)
    if any(one.steps and not one.key for one in bindings):
        return False
    paths = [(*one.steps, one.key) for one in bindings]
    names = source.name({path[0] for path in paths})
    owners: dict[tuple[str, ...], str] = {(): into}
    found: list[str] = []
    for number, (one, path) in enumerate(zip(bindings, paths, strict=True)):
        owner = _owner(source, owners, one.steps, fresh=fresh)
        there = "" if fresh or not one.key else f"{f'{owner} is not None and ' if one.steps else ''}{one.key!r} in {owner}"
        found.append(met := source.part(one.part, there))
        for before, other in zip(found, paths[:number], strict=False):
            if other[: len(path)] == path or path[: len(other)] == other:  # two parts of one member, or of members in it
                source.check(f"{met} is not None and {before} is not None")
        if one.key:
            _put(source, owners, one, met)
        else:
            source.check(f"{met} is not None and not ({met}.keys().isdisjoint({into}) and {met}.keys().isdisjoint({names}))")
            source.fill(f"if {met} is not None: {into}.update({met})")
    for one, met in zip(bindings, found, strict=True):
        if (code := source.kept.get(met)) is not None:
            owner, own = owners[one.steps], getattr(one.part, "original", "")
            keep = f"{owner}[{own!r}]" if own else f'{owner}.setdefault("original_codes", {{}})[{one.key!r}]'
            source.fill(f"if {code} is not None: {keep} = {code}")
    return True


def _owner(source: Source, owners: dict[tuple[str, ...], str], steps: tuple[str, ...], *, fresh: bool) -> str:
    """The variable of the dict that holds a member, which may not be there yet."""
    for depth in range(1, len(steps) + 1):
        if steps[:depth] not in owners:
            outer = owners[steps[: depth - 1]]
            name = owners[steps[:depth]] = source.variable()
            found = f"{outer}.get({steps[depth - 1]!r})"
            if fresh:
                found = "None"
            elif depth > 1:
                found += f" if {outer} is not None else None"
            source.read(f"{name} = {found}")
    return owners[steps]


def _put(source: Source, owners: dict[tuple[str, ...], str], one: Bound, met: str) -> None:
    lines = []
    for depth in range(1, len(one.steps) + 1):
        inner, outer = owners[one.steps[:depth]], owners[one.steps[: depth - 1]]
        lines.append(f"    if {inner} is None: {inner} = {outer}[{one.steps[depth - 1]!r}] = {{}}")
    source.fill(f"if {met} is not None:", *lines, f"    {owners[one.steps]}[{one.key!r}] = {met}")


def counted(make: Callable[[], Quick | None], keep: Callable[[Quick], None]) -> Quick:
    """Stands in for a function until it is worth making it; `keep` puts it in the place of this one."""
    left = _SLOW_READS

    def first(row: Row, target: Value, context: Reading) -> bool | None:
        nonlocal left
        left -= 1
        if left > 0:
            return False
        made = make() or _never
        keep(made)
        return made(row, target, context)

    return first


def _never(_row: Row, _target: Value, _context: Reading) -> bool:
    return False
