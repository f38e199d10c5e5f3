"""The structure of a message, compiled from its segment table, and the walk that fits segments to it.

The result is a tree of group occurrences. Where a segment may go is looked up in a table of moves that is filled once for each
(place, tag) and shared by all messages of the type; deviations are reported once, at their place, and nothing is dropped.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from translators.edifact import directories
from translators.finding import Code

_SHORT, _MOST_TREES = 128, 64
"""Trees are remembered of messages of up to so many segments, and so many of them: at most a megabyte."""

Report = Callable[[Code, str, int, str, str | None], None]
"""Takes a code, a sentence, the segment's number (UNH is 1), its tag, and what was expected."""


@dataclass(slots=True, eq=False)
class Node:
    """A segment or a group in the table. `path` is as the directory names it (`SG25/SG28`), `role` by triggers (`LIN/PRI`).

    `key` names a group for mappings: its trigger, and which of several with that trigger beside each other it is (`ALC:2`).
    """

    tag: str
    mandatory: bool
    maximum: int
    index: int
    parent: "Node | None"
    path: str
    role: str
    depth: int
    key: str = ""
    children: tuple["Node", ...] = ()
    moves: dict[str, tuple["Move", ...]] = field(default_factory=dict)

    @property
    def trigger(self) -> str:
        """The tag that begins the group; a segment's own tag."""
        return self.children[0].tag if self.children else self.tag


@dataclass(frozen=True, slots=True)
class Move:
    """From one segment to the next: leave `leave` groups, go to child `index` there, enter it if it is a group.

    `missing` are the mandatory things that are skipped on the way. `inner` is the child of an entered group that matched:
    the trigger, or another one when the trigger itself is missing.
    """

    leave: int
    child: Node
    inner: Node
    missing: tuple[Node, ...]


class Occurrence:
    """One occurrence of a group, or the message: the numbers of its own segments, UNH being 1, and the groups inside, in order.

    The segments stay where they are: messages of the same tags share one tree.
    """

    __slots__ = ("groups", "node", "numbers")

    def __init__(self, node: Node, *numbers: int) -> None:
        self.node = node
        self.numbers = list(numbers)
        self.groups: list[Occurrence] = []


@dataclass(frozen=True, slots=True)
class Tree:
    """A message fitted to its structure. `strays` holds the segments that had no place."""

    root: Occurrence
    strays: Occurrence

    @property
    def depths(self) -> list[int]:
        """How deep each segment stands in groups; one without a place stands as deep as what came before it."""
        depths: dict[int, int] = {}
        _deepened(self.root, depths)
        result: list[int] = []
        for number in range(1, len(depths) + len(self.strays.numbers) + 1):
            result.append(depths.get(number, result[-1] if result else 0))
        return result


def _deepened(occurrence: Occurrence, depths: dict[int, int]) -> None:
    depths.update(dict.fromkeys(occurrence.numbers, occurrence.node.depth))
    for inner in occurrence.groups:
        _deepened(inner, depths)


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A message's structure in one directory. `tags` are all segments that may occur in it, `known` all of the directory."""

    root: Node
    tags: frozenset[str]
    known: frozenset[str]
    _trees: dict[tuple[str, ...], Tree] = field(default_factory=dict)

    def fit(self, tags: Sequence[str], report: Report) -> Tree:
        """The tree of a message by its tags, from the header on. Those of short messages without a fault are remembered."""
        if len(tags) > _SHORT:
            return Walk(self, tags, report).run()
        key = tuple(tags)
        tree = self._trees.get(key)
        if tree is None:
            walk = Walk(self, tags, report)
            tree = walk.run()
            if walk.clean:
                if len(self._trees) >= _MOST_TREES:
                    self._trees.clear()
                self._trees[key] = tree
        return tree


@lru_cache(maxsize=16)
def grammar(message: str, directory: str) -> Grammar:
    """The compiled structure of a shipped message."""
    root = Node(message, mandatory=True, maximum=1, index=0, parent=None, path="", role="", depth=0)
    root.children = tuple(_compiled(directories.structure(message, directory), root))
    known = frozenset(directories.directory(directory).segments)
    return Grammar(root, frozenset(_tags(root)), known)


def _compiled(table: Sequence[Any], parent: Node) -> Iterator[Node]:
    triggers: list[str] = []
    for index, (name, status, maximum, *content) in enumerate(table):
        if not content:
            yield Node(name, status == "M", maximum, index, parent, parent.path, parent.role, parent.depth)
            continue
        trigger = content[0][0][0]
        path, role = f"{parent.path}/{name}".lstrip("/"), f"{parent.role}/{trigger}".lstrip("/")
        triggers.append(trigger)
        count = triggers.count(trigger)
        key = trigger if count == 1 else f"{trigger}:{count}"
        node = Node(name, status == "M", maximum, index, parent, path, role, parent.depth + 1, key)
        node.children = tuple(_compiled(content[0], node))
        yield node


def _tags(node: Node) -> Iterator[str]:
    for child in node.children:
        if child.children:
            yield from _tags(child)
        else:
            yield child.tag


def moves(place: Node, tag: str) -> tuple[Move, ...]:
    """Where a segment may go after `place`, best first: without skipping what is mandatory, nearest first."""
    known = place.moves.get(tag)
    if known is None:
        found = list(_search(place, tag))
        clean = [m for m in found if not m.missing]
        skipping = [m for m in found if m.missing and m.inner is (m.child.children or (m.child,))[0]]
        triggerless = [m for m in found if m.missing and m not in skipping]
        known = tuple(clean + skipping + triggerless)
        place.moves[tag] = known
    return known


def _search(place: Node, tag: str) -> Iterator[Move]:
    node, leave = place, 0
    skipped: tuple[Node, ...] = ()
    while (group := node.parent) is not None:
        index = node.index
        for child in group.children[index:]:
            if child.trigger == tag:
                yield Move(leave, child, child.children[0] if child.children else child, skipped)
            elif child.children and child.index > index:
                yield from _without_trigger(leave, child, tag, skipped)
            if child.mandatory and child.index > index:
                skipped = (*skipped, child)
        node, leave = group, leave + 1


def _without_trigger(leave: int, child: Node, tag: str, skipped: tuple[Node, ...]) -> Iterator[Move]:
    for inner in child.children[1:]:
        if not inner.children and inner.tag == tag:
            yield Move(leave, child, inner, (*skipped, child.children[0]))


class Walk:
    """Fits the segments of one message, known by their tags, to its structure. `clean` says that nothing was reported."""

    __slots__ = ("_counts", "_grammar", "_last", "_misplaced", "_place", "_stack", "_strays", "_tags", "_tell", "clean")

    def __init__(self, compiled: Grammar, tags: Sequence[str], report: Report) -> None:
        self._grammar = compiled
        self._tell = report
        self._tags = tags
        self._last: dict[str, int] | None = None
        self._misplaced = False
        self._stack: list[Occurrence] = []
        self._counts: list[dict[int, int]] = []
        self._strays: list[int] = []
        self._place = compiled.root.children[0]
        self.clean = True

    def run(self) -> Tree:
        """Place all segments between header and trailer; the first is the header and numbered 1."""
        root, strays = Occurrence(self._grammar.root, 1), Occurrence(self._grammar.root)
        self._stack.append(root)
        counts = self._counts
        counts.append({})
        self._strays = strays.numbers
        for number, tag in enumerate(islice(self._tags, 1, None), 2):
            candidates = self._place.moves.get(tag)
            move = candidates[0] if candidates else None
            if move is None or move.missing or counts[-1 - move.leave].get(move.child.index, 0) >= move.child.maximum:
                move = self._chosen(number, tag)
            if move is not None:
                self._go(move, number)
        self._finish(len(self._tags))
        return Tree(root, strays)

    def _go(self, move: Move, number: int) -> None:
        stack, counts, child = self._stack, self._counts, move.child
        self._misplaced = False
        if move.leave:
            del stack[-move.leave :]
            del counts[-move.leave :]
        counted = counts[-1]
        counted[child.index] = counted.get(child.index, 0) + 1
        if child.children:
            occurrence = Occurrence(child, number)
            stack[-1].groups.append(occurrence)
            stack.append(occurrence)
            counts.append({move.inner.index: 1})
        else:
            stack[-1].numbers.append(number)
        self._place = move.inner

    def _chosen(self, number: int, tag: str) -> Move | None:
        """The best way to a segment that cannot simply go to the nearest place, and reports about it; None when there is none."""
        move = self._choose(moves(self._place, tag) if tag in self._grammar.tags else (), number)
        if move is None:
            self._unplaced(number, tag)
            return None
        self._missing(move.missing, number)
        count = self._counts[-1 - move.leave].get(move.child.index, 0) + 1
        if count > move.child.maximum:
            self._surplus(move.child, number, tag, count)
        return move

    def _choose(self, candidates: tuple[Move, ...], number: int) -> Move | None:
        """The first candidate that has room and skips nothing that still comes.

        A surplus repeat at a place that fits is better than a place behind something that would then be missing.
        """
        fallback: Move | None = None
        for move in candidates:
            if fallback is not None and move.missing:
                return fallback
            trigger_only = move.inner is not (move.child.children or (move.child,))[0]
            skipped = move.missing[:-1] if trigger_only else move.missing
            if any(self._comes_later(node.trigger, number) for node in skipped):
                continue
            count = self._counts[-1 - move.leave].get(move.child.index, 0)
            if count < move.child.maximum:
                return move
            if fallback is None or move.child.maximum > fallback.child.maximum:
                fallback = move
        return fallback

    def _comes_later(self, tag: str, number: int) -> bool:
        if self._last is None:
            self._last = {t: n for n, t in enumerate(self._tags, 1)}
        return self._last.get(tag, 0) > number

    def _report(self, code: Code, sentence: str, number: int, tag: str, expected: str | None) -> None:
        self.clean = False
        self._tell(code, sentence, number, tag, expected)

    def _missing(self, nodes: tuple[Node, ...], number: int) -> None:
        """A missing segment is reported at the last one before it (CONTRL, UCS 0096)."""
        for node in nodes:
            text = f"The mandatory segment {node.trigger} is missing."
            self._report(Code.SEGMENT_MISSING, text, number - 1, node.trigger, node.path or None)

    def _surplus(self, child: Node, number: int, tag: str, count: int) -> None:
        if child.children:
            text = f"Group {child.path} ({tag}) occurs {count} times; {child.maximum} are allowed."
            self._report(Code.LOOP_REPEATS, text, number, tag, str(child.maximum))
        else:
            text = f"Segment {tag} occurs {count} times; {child.maximum} are allowed."
            self._report(Code.SEGMENT_REPEATS, text, number, tag, str(child.maximum))

    def _unplaced(self, number: int, tag: str) -> None:
        self._strays.append(number)
        if tag not in self._grammar.known:
            self._report(Code.SEGMENT_UNKNOWN, f"There is no segment {tag[:10]} in the directory.", number, tag, None)
        elif tag not in self._grammar.tags:
            text = f"Segment {tag} is not part of {self._grammar.root.tag}."
            self._report(Code.SEGMENT_NOT_IN_DEFINITION, text, number, tag, None)
        elif not self._misplaced:
            self._misplaced = True
            text = f"Segment {tag} has no place after {self._place.tag}."
            self._report(Code.SEGMENT_OUT_OF_ORDER, text, number, tag, None)

    def _finish(self, last: int) -> None:
        """What is mandatory after the last segment and did not come; the trailer is the frame's business."""
        node = self._place
        while (group := node.parent) is not None:
            missing = tuple(c for c in group.children[node.index + 1 :] if c.mandatory and c.tag != "UNT")
            self._missing(missing, last + 1)
            node = group
