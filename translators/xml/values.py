"""Rules about single values: an element that holds a text, a number, a code, an identifier."""

from collections.abc import Iterable, Mapping

from translators.mapping.value import Value, descend, look, paths_in, take
from translators.mapping.words import Words
from translators.xml.codecs import Codec, Text
from translators.xml.context import Reading, Writing
from translators.xml.node import REPLACEABLE, Node

_TEXT = Text()
_NOTHING: frozenset[str] = frozenset()


def steps_of(path: str) -> tuple[tuple[str, ...], str]:
    """A dotted path as the way to a dict and the key in it."""
    *steps, key = path.split(".")
    return tuple(steps), key


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
        self._steps, self._key = steps_of(path)

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

    @property
    def completes(self) -> bool:
        """Whether there is something to say without a value."""
        return bool(self.absent)

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
        self._steps, self._key = steps_of(path)

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
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the word; a code without one is `other`, or kept."""
        code = (node.text or "").strip()
        word = self.words.known(code) or self.other
        holder = descend(target, self._steps)
        if not code or not word or self._key in holder:
            return False
        holder[self._key] = word
        if self.words.code(word) != code:
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
    """A child that holds an identifier of one scheme. With `required` it is written empty where there is none."""

    __slots__ = ("_key", "_steps", "completes", "path", "scheme", "tags")

    def __init__(self, tag: str, scheme: str, path: str = "identifiers", *, required: bool = False) -> None:
        self.completes = required
        self.tags = (tag,)
        self.scheme = scheme
        self.path = path
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the identifier."""
        value = _TEXT.read(node, context)
        if value is None:
            return False
        identifiers = descend(descend(target, self._steps), (self._key,))
        context.identify(identifiers, self.scheme, value, node)
        context.keep_attributes(node, _NOTHING)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Write the first identifier of the scheme."""
        value = taken_identifier(source, (*self._steps, self._key), self.scheme)
        if value is not None:
            parent.add(self.tags[0], value)

    def complete(self, parent: Node) -> None:
        """Say that there is none."""
        if parent.child(self.tags[0]) is None:
            parent.add(self.tags[0], "").ordinal = REPLACEABLE


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
        self._steps, self._key = steps_of(path)

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
        context.identify(identifiers, scheme, value, node)
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


class Item:
    """A child whose text alone is an item of a list, under one member; `means` are the members that this place implies.

    `most` are written; with `required` one is written empty where there is none.
    """

    __slots__ = ("_key", "_steps", "completes", "means", "member", "most", "path", "tags")

    def __init__(
        self, tag: str, path: str, member: str, *, means: Mapping[str, str], most: int = 1, required: bool = False
    ) -> None:
        self.most = most
        self.completes = required
        self.tags = (tag,)
        self.path = path
        self.member = member
        self.means = dict(means)
        self._steps, self._key = steps_of(path)

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
        """Write the first items that are known by their members."""
        left = []
        written = 0
        for item in take(source, self._steps, self._key) or ():
            known = self.member in item and all(item.get(key) == value for key, value in self.means.items())
            if not known or written == self.most:
                left.append(item)
                continue
            written += 1
            parent.add(self.tags[0], item.pop(self.member))
            rest = [path for path in paths_in(item) if path not in self.means]
            context.unwritten += [f"{self.path}[].{path}" for path in rest]
        if left:
            descend(source, self._steps)[self._key] = left

    def complete(self, parent: Node) -> None:
        """Say that there is none."""
        if parent.child(self.tags[0]) is None:
            parent.add(self.tags[0], "").ordinal = REPLACEABLE


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
