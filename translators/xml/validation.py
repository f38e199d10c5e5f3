"""Judges a tree by the table of its document type: order, presence, repetition, kinds of values, lists of codes."""

from collections import Counter

from translators.finding import Code
from translators.xml.codecs import day
from translators.xml.context import Note
from translators.xml.grammar import Aggregate, Child
from translators.xml.lists import CURRENCIES
from translators.xml.node import Node, local

_REMEMBERED = 512
_CURRENCY_KINDS = frozenset(("Amount",))
_USUAL = frozenset(("currencyID", currency) for currency in CURRENCIES)
_MISFITS = {
    "Date": (Code.ELEMENT_DATE, "is no date of the form YYYY-MM-DD"),
    "Time": (Code.ELEMENT_TIME, "is no time of the form hh:mm:ss"),
    "DateTime": (Code.ELEMENT_DATE, "is no date and time of the form YYYY-MM-DDThh:mm:ss"),
    "Code": (Code.ELEMENT_CODE, "is none of the values there are"),
    "Indicator": (Code.ELEMENT_CODE, "is neither true nor false"),
}
_NO_NUMBER = (Code.ELEMENT_NOT_NUMERIC, "is no number")


def validate(root: Node, aggregate: Aggregate, note: Note) -> None:
    """Note everything in the tree that the table does not have so."""
    if root.children:
        _aggregate(root, aggregate, note)
    else:
        note(Code.SEGMENT_MISSING, f"{root.name} is empty.", root, None, None)


def _aggregate(node: Node, aggregate: Aggregate, note: Note) -> None:
    children = aggregate.children
    if not children:  # an extension: whatever its owner put there
        return
    names = tuple([child.name for child in node.children])
    if names not in aggregate.seen and _structure(node, aggregate, note) and len(aggregate.seen) < _REMEMBERED:
        aggregate.seen.add(names)
    for child in node.children:
        definition = children.get(child.name)
        if definition is None:
            continue
        inner = definition.inner
        if inner is None:
            if not _fits(child, definition):
                _value(child, definition, note)
        elif child.children:
            _aggregate(child, inner, note)
        elif inner.children:
            _empty(child, definition, inner, note)


def _fits(node: Node, definition: Child) -> bool:
    """Whether a value is in order at first sight."""
    text = node.text
    if not text or node.children:
        return False
    pattern = definition.pattern
    if pattern is None:
        return not text.isspace()
    if not pattern.fullmatch(text) or (definition.kind == "Date" and day(text) is None):
        return False
    return (
        not definition.needed
        or (definition.kind not in _CURRENCY_KINDS and bool(node.attributes))
        or (len(node.attributes) == 1 and node.attributes[0] in _USUAL)
    )


def _structure(node: Node, aggregate: Aggregate, note: Note) -> bool:
    """Judge the names of the children: which, in what order, how often."""
    children, fine = aggregate.children, True
    counts: Counter[str] = Counter()
    latest = -1
    for child in node.children:
        definition = children.get(child.name)
        counts[child.name] += 1
        if definition is None:
            fine = False
            note(Code.SEGMENT_NOT_IN_DEFINITION, f"{node.name} has no {child.name}.", child, None, child.name)
        elif aggregate.ordered and definition.place < latest:
            fine = False
            note(Code.SEGMENT_OUT_OF_ORDER, f"{child.name} stands too late in {node.name}.", child, None, child.name)
        else:
            latest = definition.place
            if counts[child.name] == definition.maximum + 1:
                fine = False
                text = f"{child.name} stands more than {_times(definition.maximum)} in {node.name}."
                note(Code.SEGMENT_REPEATS, text, child, str(definition.maximum), None)
    for definition in aggregate.mandatory:
        if definition.name not in counts:
            fine = False
            note(Code.SEGMENT_MISSING, f"{node.name} lacks {definition.name}.", node, definition.name, None)
    return fine


def _times(maximum: int) -> str:
    return "once" if maximum == 1 else f"{maximum} times"


def _empty(node: Node, definition: Child, inner: Aggregate, note: Note) -> None:
    """An aggregate without children: harmless where nothing in it is mandatory."""
    if inner.mandatory:
        missing = inner.mandatory[0].name
        note(Code.SEGMENT_MISSING, f"{node.name} lacks {missing}.", node, missing, None)
    elif not definition.minimum:
        note(Code.SEGMENT_EMPTY, f"{node.name} is empty.", node, None, None)


def _value(node: Node, definition: Child, note: Note) -> None:
    """Judge an element that holds a value."""
    text = (node.text or "").strip()
    if node.children:
        note(Code.SEGMENT_UNEXPECTED, f"{node.name} holds a value, no other elements.", node, None, node.children[0].name)
    elif not text and not _may_be_empty(node, definition):
        code = Code.ELEMENT_MISSING if definition.minimum and not definition.hollow else Code.SEGMENT_EMPTY
        note(code, f"{node.name} is empty.", node, None, None)
    elif text and not _says(text, definition):
        code, sentence = _MISFITS.get(definition.kind, _NO_NUMBER)
        note(code, f"{local(node.name)} {text[:40]} {sentence}.", node, None, text)
    if definition.needed:
        _needed(node, definition, note)


def _may_be_empty(node: Node, definition: Child) -> bool:
    """Whether a value may be without text: it must stand there, or says what it says in attributes."""
    return definition.hollow and not definition.needed and bool(definition.minimum or node.attributes)


def _says(text: str, definition: Child) -> bool:
    """Whether a text is a value of its kind."""
    fits = definition.pattern is None or definition.pattern.fullmatch(text) is not None
    return fits and (definition.kind != "Date" or day(text) is not None)


def _needed(node: Node, definition: Child, note: Note) -> None:
    given = node.attribute(definition.needed).strip()
    if not given:
        note(Code.ELEMENT_MISSING, f"{node.name} lacks its {definition.needed}.", node, definition.needed, None)
    elif definition.kind in _CURRENCY_KINDS and given not in CURRENCIES:
        note(Code.ELEMENT_CODE, f"{given} is no currency of ISO 4217.", node, None, given)
