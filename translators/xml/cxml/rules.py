"""Rules for what cXML says in its own way: texts with a language, money inside of elements, telephone numbers, comments."""

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, look, paths_in, take
from translators.mapping.words import Words
from translators.xml.context import Reading, Writing
from translators.xml.cxml.codes import PURPOSES
from translators.xml.node import REPLACEABLE, Node
from translators.xml.values import Leaf, steps_of

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NOTHING: frozenset[str] = frozenset()
_CURRENCY = frozenset(("currency",))
_UNIT = "UnitOfMeasure"


def _text(node: Node | None) -> str:
    return (node.text or "").strip() if node is not None else ""


def keep_language(node: Node, context: Reading, taken: frozenset[str] = _NOTHING) -> None:
    """Keep the attributes of a text; a language is kept where it is not that of the document."""
    context.keep_attributes(node, taken | {LANGUAGE} if _is_usual(node.attribute(LANGUAGE), context) else taken)


def _is_usual(language: str, context: Reading) -> bool:
    """Whether a language is that of the document, whatever the country."""
    said = language.strip().lower()
    return not said or said.partition("-")[0] == context.language.lower().partition("-")[0]


class Phrase:
    """A text in a language; with `short`, a shorter form of it may stand inside. With `required` an empty one is written."""

    __slots__ = ("_key", "_short", "_steps", "completes", "path", "short", "tags")

    def __init__(self, tag: str, path: str, *, short: str = "", required: bool = False) -> None:
        self.tags = (tag,)
        self.path = path
        self.short = short
        self.completes = required
        self._steps, self._key = steps_of(path)
        self._short = steps_of(short)[1] if short else ""

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the text, unless there is one already."""
        text, brief = _text(node), _text(node.child("ShortName")) if self.short else ""
        known = look(target, self._steps) or {}
        if not text and not node.children:
            return True
        if len(node.children) > bool(brief) or self._key in known or (brief and self._short in known):
            return False
        holder = descend(target, self._steps)
        for key, said in ((self._key, text), (self._short, brief)):
            if said:
                holder[key] = said
                context.trace(holder, key, node)
        keep_language(node, context)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The text."""
        text = take(source, self._steps, self._key)
        brief = take(source, self._steps, self._short) if self.short else None
        if text is None and brief is None:
            return
        node = parent.add(self.tags[0], text or "")
        node.attributes = [(LANGUAGE, context.language)]
        if brief is not None:
            node.add("ShortName", brief)

    def complete(self, parent: Node) -> None:
        """An empty text."""
        if parent.child(self.tags[0]) is None:
            node = parent.add(self.tags[0], "")
            node.attributes = [(LANGUAGE, "en")]
            node.ordinal = REPLACEABLE


class Valued:
    """A child that says a value in one of its attributes. `only` are the values that are understood.

    What is mandatory says `absent` where there is no value.
    """

    __slots__ = ("_key", "_steps", "absent", "attribute", "path", "tags", "words")

    def __init__(self, tag: str, path: str, *, attribute: str = "value", words: Words | None = None, absent: str = "") -> None:
        self.tags = (tag,)
        self.path = path
        self.attribute = attribute
        self.words = words
        self.absent = absent
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the value; text and other attributes are kept."""
        code = node.attribute(self.attribute).strip()
        said = self.words.known(code) if self.words is not None else code
        if code == self.absent and not _text(node):
            return not node.children
        if not said or node.children or self._key in (look(target, self._steps) or {}):
            return False
        holder = descend(target, self._steps)
        holder[self._key] = said
        context.trace(holder, self._key, node)
        context.keep_attributes(node, frozenset((self.attribute,)))
        if _text(node):
            context.stack.append(node)
            context.keep_text(_text(node))
            context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The value."""
        said = take(source, self._steps, self._key)
        if said is None:
            return
        if self.words is not None and said not in self.words.listed:
            descend(source, self._steps)[self._key] = said
            return
        code = self.words.code(said) if self.words is not None else said
        parent.add(self.tags[0]).attributes = [(self.attribute, str(code))]

    @property
    def completes(self) -> bool:
        """Whether there is something to say without a value."""
        return bool(self.absent)

    def complete(self, parent: Node) -> None:
        """Say that there is none."""
        if parent.child(self.tags[0]) is None:
            node = parent.add(self.tags[0])
            node.attributes = [(self.attribute, self.absent)]
            node.ordinal = REPLACEABLE


class Money:
    """An amount inside of an element (`Total`), or in one of its own (`Money`) where the tag is empty.

    With `required` it is written as nothing where it is not known.
    """

    __slots__ = ("_key", "_steps", "path", "required", "tags")

    def __init__(self, tag: str, path: str, *, required: bool = False) -> None:
        self.tags = (tag,)
        self.path = path
        self.required = required
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the amount; what else is inside the element is kept."""
        money = node if node.name == "Money" else node.child("Money")
        value = number(money.text) if money is not None and money.text else None
        if money is None or value is None or self._key in (look(target, self._steps) or {}):
            return False
        currency = money.attribute("currency").strip()
        holder = descend(target, self._steps)
        holder[self._key] = {"amount": value, "currency": currency} if currency else {"amount": value}
        context.trace(holder, self._key, money)
        if money is node:
            context.keep_attributes(node, _CURRENCY)
            return True
        context.stack.append(node)
        context.keep_attributes(money, _CURRENCY)
        for child in node.children:
            if child is not money:
                context.keep(child)
        context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The amount in its currency, or in that of the document."""
        value = take(source, self._steps, self._key)
        if value is None:
            return
        holder = parent if self.tags[0] == "Money" else parent.add(self.tags[0])
        money = holder.add("Money", plain(value["amount"]))
        currency = value.get("currency") or context.currency
        if currency:
            money.attributes = [("currency", currency)]


class Amount:
    """A price: its amount and its currency are members of the value itself."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("Money",)
        self.path = "amount"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take amount and currency."""
        amount = number(node.text) if node.text else None
        if amount is None or "amount" in target:
            return False
        target["amount"] = amount
        currency = node.attribute("currency").strip()
        if currency:
            target["currency"] = currency
        context.keep_attributes(node, _CURRENCY)
        context.trace(target, "amount", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The amount in its currency, or in that of the document."""
        amount = source.pop("amount", None)
        if amount is None:
            return
        node = parent.add("Money", plain(amount))
        currency = source.pop("currency", None) or context.currency
        if currency:
            node.attributes = [("currency", currency)]


class Unit(Leaf):
    """The unit of a quantity whose value an attribute said before; without one it is kept."""

    __slots__ = ()

    def __init__(self, path: str) -> None:
        super().__init__(_UNIT, f"{path}.unit")

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the unit."""
        return "value" in (look(target, self._steps) or {}) and super().read(node, target, context)


class Remarks:
    """Comments: texts by purpose, and files that belong to the document. `most` bounds the comments that are written."""

    __slots__ = ("most", "path", "tags")

    def __init__(self, *, most: int = 1_000_000) -> None:
        self.tags = ("Comments",)
        self.path = "texts"
        self.most = most

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the text, line by line, and the files."""
        files = [child for child in node.children if child.name == "Attachment" and _text(child.child("URL"))]
        lines = [line.strip() for line in (node.text or "").splitlines() if line.strip()]
        if not lines and (not files or node.attribute("type").strip()):
            return False
        if lines:
            note = self._note(node, lines, context)
            target.setdefault("texts", []).append(note)
            context.trace(note, "lines", node)
        keep_language(node, context, frozenset(("type", LANGUAGE) if lines else ("type",)))
        context.stack.append(node)
        for child in node.children:
            url = child.child("URL")
            if child not in files or url is None or len(child.children) > 1 or child.attributes:
                context.keep(child)
                continue
            file = {"uri": _text(url), **({"name": url.attribute("name")} if url.attribute("name") else {})}
            target.setdefault("attachments", []).append(file)
            context.trace(file, "uri", url)
        context.stack.pop()
        return True

    @staticmethod
    def _note(node: Node, lines: list[str], context: Reading) -> Value:
        kind, language = node.attribute("type").strip(), node.attribute(LANGUAGE).strip()
        note: Value = {"purpose": kind if kind in PURPOSES else "general"}
        if kind and kind not in PURPOSES:
            note["code"] = kind
        if not _is_usual(language, context):
            note["language"] = language
        return {**note, "lines": lines}

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A comment for each text; files go with the last."""
        notes = source.pop("texts", None) or []
        last = None
        for note in notes[: self.most]:
            last = parent.add("Comments", "\n".join(note.pop("lines")))
            language = note.pop("language", None) or context.language
            purpose, code = note.pop("purpose", None), note.pop("code", None)
            kind = code or (purpose if purpose in PURPOSES else None)
            last.attributes = [(LANGUAGE, language), *([("type", kind)] if kind else [])]
            if purpose not in (None, "general", kind):
                context.unwritten.append("texts[].purpose")
            context.unwritten += [f"texts[].{path}" for path in paths_in(note)]
        if notes[self.most :]:
            source["texts"] = notes[self.most :]
        for file in [file for file in source.get("attachments") or () if file.get("uri")]:
            source["attachments"].remove(file)
            last = last or parent.add("Comments")
            url = last.add("Attachment").add("URL", file.pop("uri"))
            if name := file.pop("name", None):
                url.attributes = [("name", name)]
            context.unwritten += [f"attachments[].{path}" for path in paths_in(file)]


class Extrinsics:
    """What parties agreed to say beside: values by name, those of one kind in a map of texts."""

    __slots__ = ("path", "tags")

    def __init__(self, path: str = "attributes") -> None:
        self.tags = ("Extrinsic",)
        self.path = path

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a value that is a text."""
        name, text = node.attribute("name").strip(), _text(node)
        known = target.get(self.path, {})
        if not name or not text or node.children or name in known:
            return False
        target.setdefault(self.path, {})[name] = text
        context.trace(target[self.path], name, node)
        keep_language(node, context, frozenset(("name",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A value each."""
        for name, text in (source.pop(self.path, None) or {}).items():
            parent.add("Extrinsic", text).attributes = [("name", name)]
