"""Declarations that say, once and for both directions, how elements and canonical documents speak of the same thing.

A rule speaks of children of one element. Reading hands it a child; it answers whether it took it, and what nobody takes is kept
as extras. Writing takes values out of the canonical document and puts elements under the parent, in any order: the table of
the standard arranges them afterwards. What is left in the document at the end has no place in the format.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from translators.canonical.base import CanonicalDocument
from translators.mapping.value import Value, descend, look, paths_in, take
from translators.xml.context import Reading, Scope, Writing
from translators.xml.extras import restore
from translators.xml.node import Node
from translators.xml.values import Fixed, steps_of


class Rule(Protocol):
    """What is said about children of some names."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the children it speaks of."""

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a child into the target; False when it is to be kept as it is."""

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Take what such children say out of the source, and write them under the parent."""


@runtime_checkable
class Completing(Protocol):
    """A rule that says something even where there is no value, when it `completes`."""

    @property
    def completes(self) -> bool:
        """Whether a mandatory child is written without a value."""

    def complete(self, parent: Node) -> None:
        """Say that there is no value."""


class Aggregate:
    """The rules about the children of one element."""

    __slots__ = ("_by_tag", "_completing", "_speaking", "rules")

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules
        self._speaking = tuple(rule for rule in rules if not _is_constant(rule))
        self._completing = tuple(rule for rule in rules if _is_constant(rule) or _completes(rule))
        self._by_tag: dict[str, Rule] = {}
        for rule in rules:
            for tag in rule.tags:
                if tag in self._by_tag:
                    raise ValueError(f"two rules speak of {tag}")
                self._by_tag[tag] = rule

    def read(self, node: Node, target: Value, context: Reading) -> None:
        """Take all children of an element into the target, and keep what nobody takes."""
        context.stack.append(node)
        for name, value in node.attributes:
            context.keep_attribute(name, value)
        if node.text and (text := node.text.strip()):
            context.keep_text(text)
        by_tag = self._by_tag
        for child in node.children:
            rule = by_tag.get(child.name)
            if rule is None or not rule.read(child, target, context):
                context.keep(child)
        context.stack.pop()

    @property
    def constant(self) -> bool:
        """Whether it says nothing but constants."""
        return bool(self._completing) and not self._speaking

    def write(self, source: Value, node: Node, context: Writing, *, always: bool = False) -> None:
        """Write all that the source has for children of this element; constants only beside something else, or `always`."""
        for rule in self._speaking:
            rule.write(source, node, context)
        if node.children or always or not self._speaking:
            for rule in self._completing:
                if isinstance(rule, Completing):
                    rule.complete(node)
                else:
                    rule.write(source, node, context)


def _as_it_is(_value: Value) -> None:
    """Nothing to shape."""


def _well(_document: CanonicalDocument) -> Iterable["Misfit"]:
    """Nothing to judge."""
    return ()


def _is_constant(rule: Rule) -> bool:
    return isinstance(rule, Fixed) or (isinstance(rule, Inside) and rule.inner.constant)


def _completes(rule: Rule) -> bool:
    return isinstance(rule, Completing) and rule.completes


def _is_first(node: Node, context: Reading) -> bool:
    """Whether it is the first child of its name under the element at hand."""
    return context.stack[-1].child(node.name) is node


class Inside:
    """A child whose own children speak of the same value as this element does. Further children of its name are kept.

    With `required` it is written though nothing is inside.
    """

    __slots__ = ("inner", "required", "tags")

    def __init__(self, tag: str, *rules: Rule, required: bool = False) -> None:
        self.tags = (tag,)
        self.inner = Aggregate(*rules)
        self.required = required

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take what is inside."""
        if not _is_first(node, context):
            return False
        self.inner.read(node, target, context)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Write what belongs inside."""
        node = Node(self.tags[0])
        self.inner.write(source, node, context, always=self.required)
        if node.children or self.required:
            parent.children.append(node)


class One:
    """A child that is one part of the document, a dict at a dotted path. `means` are members that this place implies.

    With `required` the part exists though nothing is inside; with `reading_only` it is understood where nothing else made the
    part before, and written in another way.
    """

    __slots__ = ("_key", "_steps", "inner", "path", "reading_only", "required", "tags")

    def __init__(self, tag: str, path: str, *rules: Rule, required: bool = False, reading_only: bool = False) -> None:
        self.tags = (tag,)
        self.path = path
        self.inner = Aggregate(*rules)
        self.required = required
        self.reading_only = reading_only
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take what is inside into the part."""
        if not _is_first(node, context):
            return False
        if self.reading_only and look(target, (*self._steps, self._key)) is not None:
            return False
        holder = descend(target, self._steps)
        fresh = self._key not in holder
        part = holder.setdefault(self._key, {})
        self.inner.read(node, part, context)
        if fresh and not part and not self.required:
            del holder[self._key]
        _prune(target, self._steps)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Write what the part has for this place; the rest stays."""
        part = look(source, (*self._steps, self._key))
        if part is None or self.reading_only:
            return
        node = Node(self.tags[0])
        self.inner.write(part, node, context)
        if node.children or node.text or self.required:
            parent.children.append(node)
        if not part:
            take(source, self._steps, self._key)


def _prune(target: Value, steps: tuple[str, ...]) -> None:
    """Remove the dicts on the way that stayed empty."""
    if steps and (inner := target.get(steps[0])) is not None:
        _prune(inner, steps[1:])
        if not inner:
            del target[steps[0]]


class Each:
    """Children that are items of a list. `means` are members that this place implies, and by which its items are known.

    `defaults` are members of an item that says nothing else. `most` bounds how many are written; `needs` are members without
    which an item is not written here; a `scope` keeps the extras of its items with them.
    """

    __slots__ = (
        "_inner",
        "_key",
        "_steps",
        "defaults",
        "means",
        "most",
        "needs",
        "path",
        "reading_only",
        "rules",
        "scope",
        "tags",
    )

    def __init__(
        self,
        tag: str,
        path: str,
        *rules: Rule,
        again: Callable[[], tuple[Rule, ...]] | None = None,
        means: Mapping[str, str] | None = None,
        defaults: Mapping[str, str] | None = None,
        needs: Iterable[str] = (),
        most: int = 1_000_000,
        scope: bool = False,
        reading_only: bool = False,
    ) -> None:
        self.tags = (tag,)
        self.path = path
        self.rules = again or (lambda: rules)
        self._inner: Aggregate | None = None
        self.means = dict(means or {})
        self.defaults = dict(defaults or {})
        self.needs = tuple(needs)
        self.most = most
        self.scope = scope
        self.reading_only = reading_only
        self._steps, self._key = steps_of(path)

    @property
    def inner(self) -> Aggregate:
        """The rules inside; made on first use, since items may hold items of their own kind."""
        if self._inner is None:
            self._inner = Aggregate(*self.rules())
        return self._inner

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Append an item."""
        item: Value = dict(self.means)
        if self.scope:
            context.scopes.append(Scope(item, len(context.stack)))
        self.inner.read(node, item, context)
        if self.scope:
            context.scopes.pop()
        if len(item) > len(self.means):
            for key, value in self.defaults.items():
                item.setdefault(key, value)
            descend(target, self._steps).setdefault(self._key, []).append(item)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Write the items that belong here; the others stay."""
        items = take(source, self._steps, self._key) if not self.reading_only else None
        if not items:
            return
        left: list[Value] = []
        room = self.most
        for item in items:
            node = Node(self.tags[0])
            if room and self._belongs(item):
                for key in self.means:
                    del item[key]
                self._write_item(item, node, context)
            if node.children or node.text:
                parent.children.append(node)
                context.unwritten += [f"{self.path}[].{path}" for path in paths_in(item)]
                room -= 1
            else:
                left.append(item)
        if left:
            descend(source, self._steps)[self._key] = left

    def _belongs(self, item: Value) -> bool:
        return all(item.get(key) == value for key, value in self.means.items()) and all(need in item for need in self.needs)

    def _write_item(self, item: Value, node: Node, context: Writing) -> None:
        extras = item.pop("extras", ()) if self.scope else ()
        self.inner.write(item, node, context)
        if not node.children:
            item.update(self.means)
        restore(node, extras, context)


Misfit = tuple[str, tuple[str, ...], str, str]
"""What is wrong with a document as a whole: a sentence, the way to the element, what was expected and what was there."""


@dataclass(frozen=True, slots=True)
class DocumentMapping:
    """The rules of a document, and what is said otherwise than by elements one by one.

    `after_reading` shapes what the rules read into what the model wants, `before_writing` the other way round; `judge` finds
    what is wrong with the document that was read.
    """

    rules: Aggregate
    after_reading: Callable[[Value], None] = _as_it_is
    before_writing: Callable[[Value], None] = _as_it_is
    judge: Callable[[CanonicalDocument], Iterable[Misfit]] = _well
