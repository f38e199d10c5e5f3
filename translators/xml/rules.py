"""Declarations that say, once and for both directions, how elements and canonical documents speak of the same thing.

A rule speaks of children of one element. Reading hands it a child; it answers whether it took it, and what nobody takes is kept
as extras. Writing takes values out of the canonical document and puts elements under the parent, in any order: the table of
the standard arranges them afterwards. What is left in the document at the end has no place in the format.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from translators.mapping.value import Value, descend, look, merge_identifier, paths_in, take
from translators.mapping.words import Words
from translators.xml.codecs import Codec, Text
from translators.xml.context import Reading, Scope, Writing
from translators.xml.extras import restore
from translators.xml.node import REPLACEABLE, Node

_TEXT = Text()
_NOTHING: frozenset[str] = frozenset()


class Rule(Protocol):
    """What is said about children of some names."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the children it speaks of."""

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a child into the target; False when it is to be kept as it is."""

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Take what such children say out of the source, and write them under the parent."""


class Aggregate:
    """The rules about the children of one element."""

    __slots__ = ("_by_tag", "_completing", "_speaking", "rules")

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules
        self._speaking = tuple(rule for rule in rules if not _is_constant(rule))
        self._completing = tuple(rule for rule in rules if _is_constant(rule) or (isinstance(rule, Leaf) and rule.absent))
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
                if isinstance(rule, Leaf):
                    rule.complete(node)
                else:
                    rule.write(source, node, context)


def _as_it_is(_value: Value) -> None:
    """Nothing to shape."""


def _is_constant(rule: Rule) -> bool:
    return isinstance(rule, Fixed) or (isinstance(rule, Inside) and rule.inner.constant)


def _steps(path: str) -> tuple[tuple[str, ...], str]:
    *steps, key = path.split(".")
    return tuple(steps), key


def _is_first(node: Node, context: Reading) -> bool:
    """Whether it is the first child of its name under the element at hand."""
    return context.stack[-1].child(node.name) is node


class Leaf:
    """A child that holds one value, at a dotted path. With `reading_only` it is understood, but written in another way.

    `absent` is what a mandatory child says where there is no value: it is read as nothing, and written beside something else.
    """

    __slots__ = ("_key", "_steps", "absent", "codec", "path", "reading_only", "tags")

    def __init__(self, tag: str, path: str, codec: Codec = _TEXT, *, reading_only: bool = False, absent: str = "") -> None:
        self.tags = (tag,)
        self.path = path
        self.codec = codec
        self.reading_only = reading_only
        self.absent = absent
        self._steps, self._key = _steps(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the value, unless there is one already."""
        value = self.codec.read(node, context)
        if value is None:
            return False
        if value == self.absent:
            return not node.attributes
        holder = descend(target, self._steps) if self._steps else target
        if self._key in holder:
            return bool(holder[self._key] == value and self.reading_only)
        holder[self._key] = value
        if node.attributes:
            context.keep_attributes(node, self.codec.attributes)
        if context.traces is not None:
            context.trace(holder, self._key, node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Write the value."""
        if self.reading_only:
            return
        value = take(source, self._steps, self._key)
        if value is None:
            return
        node = Node(self.tags[0])
        left = self.codec.write(value, node, context)
        if left is None:
            parent.children.append(node)
        else:
            descend(source, self._steps)[self._key] = left

    def complete(self, parent: Node) -> None:
        """Say that there is no value."""
        if parent.child(self.tags[0]) is None:
            parent.add(self.tags[0], self.absent).ordinal = REPLACEABLE


class Lines:
    """A child that adds its text to a list of texts, one a child: the path is that of the list. `most` bounds what is written."""

    __slots__ = ("_key", "_steps", "most", "path", "tags")

    def __init__(self, tag: str, path: str, *, most: int = 1_000_000) -> None:
        self.tags = (tag,)
        self.path = path
        self.most = most
        self._steps, self._key = _steps(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the text."""
        value = _TEXT.read(node, context)
        if value is None:
            return False
        holder = descend(target, self._steps)
        holder.setdefault(self._key, []).append(value)
        context.keep_attributes(node, _NOTHING)
        context.trace(holder, self._key, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A child for each text."""
        values = take(source, self._steps, self._key) or []
        for value in values[: self.most]:
            parent.add(self.tags[0], value)
        if values[self.most :]:
            descend(source, self._steps)[self._key] = values[self.most :]


class Code:
    """A child that holds a code, as a canonical word. A code that the word would not give again stays in `original_codes`.

    `coarser` are words to write for those that no code stands for.
    """

    __slots__ = ("_key", "_steps", "coarser", "other", "path", "tags", "taken", "words")

    def __init__(
        self,
        tag: str,
        path: str,
        words: Words,
        *,
        other: str = "",
        taken: Iterable[str] = (),
        coarser: Mapping[str, str] | None = None,
    ) -> None:
        self.tags = (tag,)
        self.path = path
        self.words = words
        self.other = other
        self.taken = frozenset(taken)
        self.coarser = dict(coarser or {})
        self._steps, self._key = _steps(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the word; a code without one is `other`, or kept."""
        code = (node.text or "").strip()
        word = self.words.known(code) or self.other
        holder = descend(target, self._steps)
        if not code or not word or self._key in holder:
            return False
        holder[self._key] = word
        if self.words.code(word) != code or word == self.other:
            holder.setdefault("original_codes", {})[self._key] = code
        context.keep_attributes(node, self.taken)
        context.trace(holder, self._key, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Write the code that was there before, if it still says the same, or the usual one."""
        word = take(source, self._steps, self._key)
        if word is None:
            return
        holder = look(source, self._steps) or {}
        original = holder.get("original_codes", {}).get(self._key)
        if original and (self.words.known(original) or self.other) == word:
            code = take(source, (*self._steps, "original_codes"), self._key)
        else:
            said = self.coarser.get(word, word)
            code = self.words.code(said) if said in self.words.listed else None
        if code is None:
            descend(source, self._steps)[self._key] = word
        else:
            parent.add(self.tags[0], code)


class Identifier:
    """A child that holds an identifier of one scheme."""

    __slots__ = ("_key", "_steps", "path", "scheme", "tags")

    def __init__(self, tag: str, scheme: str, path: str = "identifiers") -> None:
        self.tags = (tag,)
        self.scheme = scheme
        self.path = path
        self._steps, self._key = _steps(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the identifier."""
        value = _TEXT.read(node, context)
        if value is None:
            return False
        identifiers = descend(descend(target, self._steps), (self._key,))
        merge_identifier(identifiers, self.scheme, value)
        context.keep_attributes(node, _NOTHING)
        context.trace(identifiers, self.scheme, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Write the first identifier of the scheme."""
        value = taken_identifier(source, (*self._steps, self._key), self.scheme)
        if value is not None:
            parent.add(self.tags[0], value)


class Identifiers:
    """Children that hold identifiers whose scheme is an attribute (`schemeID`), at a path inside the child or in itself.

    `schemes` has the words for values of the attribute; an identifier without one is of the scheme `plain` where that is given.
    Only schemes of the table are taken with `listed_only`; `agencies` are values of `schemeAgencyID` that say the scheme alone.
    `most` bounds how many are written.
    """

    __slots__ = ("_inner", "_key", "_steps", "agencies", "listed_only", "most", "path", "plain", "schemes", "tags", "written")

    def __init__(
        self,
        tag: str,
        schemes: Mapping[str, str],
        *,
        inner: str = "cbc:ID",
        path: str = "identifiers",
        plain: str = "",
        agencies: Mapping[str, str] | None = None,
        listed_only: bool = False,
        most: int = 1000,
    ) -> None:
        self.tags = (tag,)
        self._inner = inner
        self.path = path
        self.schemes = dict(schemes)
        self.written: dict[str, str] = {}
        for code, word in schemes.items():
            self.written.setdefault(word, code)
        self.plain = plain
        self.agencies = dict(agencies or {})
        self.listed_only = listed_only
        self.most = most
        self._steps, self._key = _steps(path)

    def scheme_of(self, holder: Node) -> tuple[str, frozenset[str]]:
        """The scheme of an identifier, and the attributes that said so."""
        said, agency = holder.attribute("schemeID").strip(), holder.attribute("schemeAgencyID").strip()
        known = self.schemes.get(said) if said else None
        if known is None and agency in self.agencies and said in ("", "ZZZ"):
            return self.agencies[agency], frozenset(("schemeAgencyID",))
        if not said:
            return self.plain, _NOTHING
        if known is None:
            return "" if self.listed_only else said, frozenset(("schemeID",))
        implied = self.agencies.get(agency) == known
        return known, frozenset(("schemeID", "schemeAgencyID")) if implied else frozenset(("schemeID",))

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the identifier; what else is inside the child is kept."""
        holder = node.child(self._inner) if self._inner else node
        if holder is None or not holder.text or not (value := holder.text.strip()):
            return False
        scheme, taken = self.scheme_of(holder)
        if not scheme:
            return False
        identifiers = descend(descend(target, self._steps), (self._key,))
        merge_identifier(identifiers, scheme, value)
        context.trace(identifiers, scheme, node)
        if holder is node:
            context.keep_attributes(node, taken)
            return True
        context.stack.append(node)
        for name, attribute in node.attributes:
            context.keep_attribute(name, attribute)
        context.keep_attributes(holder, taken)
        for child in node.children:
            if child is not holder:
                context.keep(child)
        context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Write identifiers of the schemes that have a place here."""
        identifiers = look(source, (*self._steps, self._key))
        if identifiers is None:
            return
        known = [scheme for scheme in self.written if scheme in identifiers]
        others = [] if self.listed_only else [scheme for scheme in identifiers if scheme not in self.written]
        left = self.most
        for scheme in known + others:
            while left and (value := taken_identifier(source, (*self._steps, self._key), scheme)) is not None:
                left -= 1
                child = parent.add(self.tags[0])
                holder = child.add(self._inner) if self._inner else child
                holder.text = value
                if scheme != self.plain:
                    holder.set_attribute("schemeID", self.written.get(scheme, scheme))


def taken_identifier(source: Value, steps: tuple[str, ...], scheme: str) -> str | None:
    """Take the first identifier of a scheme out of the map at the end of the steps."""
    found = take(source, steps, scheme)
    if not isinstance(found, list):
        return found if found is None else str(found)
    if len(found) > 1:
        descend(source, steps)[scheme] = found[1:] if len(found) > 2 else found[1]
    return str(found[0]) if found else None


class Fixed:
    """A child that always says the same; another text is kept. It is written only beside something else."""

    __slots__ = ("attributes", "tags", "text")

    def __init__(self, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
        self.tags = (tag,)
        self.text = text
        self.attributes = dict(attributes or {})

    def read(self, node: Node, _target: Value, context: Reading) -> bool:
        """Whether it says what is expected."""
        if (node.text or "").strip() != self.text:
            return False
        context.keep_attributes(node, frozenset(self.attributes))
        return True

    def write(self, _source: Value, parent: Node, _context: Writing) -> None:
        """The child."""
        if parent.child(self.tags[0]) is None:
            child = parent.add(self.tags[0], self.text)
            child.attributes = list(self.attributes.items())
            child.ordinal = REPLACEABLE


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
        self._steps, self._key = _steps(path)

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
        self._steps, self._key = _steps(path)

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


@dataclass(frozen=True, slots=True)
class DocumentMapping:
    """The rules of a document, and what is said otherwise than by elements one by one.

    `after_reading` shapes what the rules read into what the model wants, `before_writing` the other way round.
    """

    rules: Aggregate
    after_reading: Callable[[Value], None] = _as_it_is
    before_writing: Callable[[Value], None] = _as_it_is


class First:
    """A child that is read by the first of several rules that understands it, and written by the first that has a value."""

    __slots__ = ("rules", "tags")

    def __init__(self, *rules: Leaf) -> None:
        self.tags = rules[0].tags
        self.rules = rules

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Let the rules try, in order."""
        return any(rule.read(node, target, context) for rule in self.rules)

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Let the rules try, in order."""
        before = len(parent.children)
        for rule in self.rules:
            if len(parent.children) == before:
                rule.write(source, parent, context)


class Item:
    """A child whose text alone is an item of a list, under one member; `means` are the members that this place implies."""

    __slots__ = ("_key", "_steps", "means", "member", "path", "tags")

    def __init__(self, tag: str, path: str, member: str, *, means: Mapping[str, str]) -> None:
        self.tags = (tag,)
        self.path = path
        self.member = member
        self.means = dict(means)
        self._steps, self._key = _steps(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Append an item."""
        value = _TEXT.read(node, context)
        if value is None:
            return False
        item = {**self.means, self.member: value}
        descend(target, self._steps).setdefault(self._key, []).append(item)
        context.keep_attributes(node, _NOTHING)
        context.trace(item, self.member, node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Write the first item that is known by its members."""
        items = take(source, self._steps, self._key) or []
        for place, item in enumerate(items):
            if self.member in item and all(item.get(key) == value for key, value in self.means.items()):
                parent.add(self.tags[0], item.pop(self.member))
                rest = [path for path in paths_in(item) if path not in self.means]
                context.unwritten += [f"{self.path}[].{path}" for path in rest]
                del items[place]
                break
        if items:
            descend(source, self._steps)[self._key] = items


class Same:
    """A child that repeats a member of this element: known when it says the same, kept when it says something else.

    Where the member is missing it is read from here. With `repeated` it is written beside the place where the member stands;
    the rule then comes before the one that writes the member.
    """

    __slots__ = ("path", "repeated", "tags")

    def __init__(self, tag: str, path: str, *, repeated: bool = False) -> None:
        self.tags = (tag,)
        self.path = path
        self.repeated = repeated

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the text as the member, or know it already."""
        value = _TEXT.read(node, context)
        if value is None or target.setdefault(self.path, value) != value:
            return False
        context.keep_attributes(node, _NOTHING)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The member once more; what was kept of another text goes before it."""
        if self.repeated and source.get(self.path):
            parent.add(self.tags[0], source[self.path]).ordinal = REPLACEABLE
