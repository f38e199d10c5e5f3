"""What became of every value of a document: none may vanish.

A value is *mapped* when a canonical member says that it came from its place, *listed* when an extra does. What neither says must
be a mark of the format (a qualifier, a number of a level, a count), which is proven by writing the document again: the segment
comes back with that value in that place.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from importlib import import_module
from itertools import groupby

from translators import registry
from translators.annotation import AnnotatedElement, AnnotatedSegment, annotate
from translators.canonical.generic_document import GenericDocument, GenericGroup, GenericSegment
from translators.contract import Document, DocumentTerms, Family, Terms
from translators.edifact import directories
from translators.edifact import messages as edifact
from translators.edifact.grammar import grammar as edifact_grammar
from translators.edifact.messages import meaning as edifact_meaning
from translators.finding import Code, Severity
from translators.mapping.context import Writing
from translators.mapping.tree import COMPONENT, REPETITION, Row
from translators.x12 import sets as x12
from translators.x12.grammar import base_version
from translators.x12.grammar import grammar as x12_grammar
from translators.x12.sets import meaning as x12_meaning
from translators.xml import parsing

Place = tuple[int | str, int]
"""Element and component; in XML the name of an attribute, nothing for the text."""
Values = dict[Place, str]
FIRST: Place = (1, 1)

MILD = dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID, Code.SYNTAX_UNSUPPORTED}, Severity.WARNING)
TOLERANT = Terms(severities=MILD, default=DocumentTerms(severities=MILD, max_findings=10_000), max_findings=10_000)
"""Terms under which everything is read that can be read at all."""

GENERIC, ANSWER = "generic_document", "functional_acknowledgement"
FRAME = frozenset({"ST", "SE", "UNH", "UNT"})
MARKS: dict[str, frozenset[Place]] = {
    # Numbers of levels and of lines, and counts of them: made anew whenever a document is written.
    "HL": frozenset({(1, 1), (2, 1), (4, 1)}),
    "CPS": frozenset({(1, 1), (2, 1)}),
    "LX": frozenset({(1, 1)}),
    "CTT": frozenset({(1, 1)}),
    "TA1": frozenset({(2, 1), (3, 1), (5, 1)}),  # when that was sent which it answers, and that nothing is wrong
    "SN1": frozenset({(1, 1)}),  # the number of the LIN before it
    "PIA": frozenset({(1, 1)}),  # whether a number stands for the item or beside another: numbers are told apart by their kinds
    "Address": frozenset({("@isoCountryCode", 0)}),  # that of its country
    "cbc:CopyIndicator": frozenset({("", 0)}),  # all that are read are originals
}
ATTRIBUTES = frozenset(
    (f"@{name}", 0)
    for name in ("schemaLocation", "schemeID", "schemeAgencyID", "listID", "listAgencyID", "listName", "lang", "type")
)
"""What says, in XML, which list a value is from (the kind of the identifier says it), or in which language all is written."""

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?")


@dataclass
class Account:
    """How many segments of a document became something canonical, were listed as not mapped, or are marks of the format."""

    mapped: int = 0
    listed: int = 0
    marks: int = 0
    lost: list[str] = field(default_factory=list)
    """Values of which nothing is known any more: their segments, and where they stood."""


def accounts(data: bytes) -> Iterator[tuple[Document, Account]]:
    """The account of every document of a transmission that has a mapping and can be read."""
    found = [item for item in annotate(data, lambda _envelope: TOLERANT) if isinstance(item, AnnotatedSegment)]
    families = {
        document.start: one.envelope.family
        for one in registry.translate(data, lambda _envelope: TOLERANT).interchanges
        for document in one.documents
    }
    for _, group in groupby(found, lambda item: id(item.document)):
        segments = list(group)
        document = segments[0].document
        if document is None or document.canonical is None:
            continue
        if document.name in (ANSWER, GENERIC):
            yield document, (answered if document.name == ANSWER else passed_on)(document, segments)
        else:
            yield document, account(document, segments, families[document.start])


def passed_on(document: Document, segments: Iterable[AnnotatedSegment]) -> Account:
    """The account of a document without a mapping, which must hold every value as often as it was sent."""
    assert isinstance(document.canonical, GenericDocument)
    result, held = Account(), Counter(_held(document.canonical.segments))
    for item in segments:
        if item.segment.tag.startswith("/"):
            continue
        sent = Counter(part for element in item.segment.elements for once in element.repetitions for part in once if part.strip())
        result.mapped += 1
        if not sent <= held:
            result.lost.append(f"{item.segment.tag} {item.segment.raw}")
        held -= sent
    return result


def _held(segments: Iterable[GenericSegment | GenericGroup]) -> Iterator[str]:
    for one in segments:
        if isinstance(one, GenericGroup):
            yield from _held(one.segments)
        else:
            yield from (part for element in one.elements for once in element for part in once)


def answered(document: Document, segments: Iterable[AnnotatedSegment]) -> Account:
    """The account of an acknowledgement, which is read without lineage: its values stand in it, or a finding tells of them."""
    assert document.canonical is not None
    result, said = Account(), document.canonical.to_json().decode().upper()
    for item in segments:
        tag, marks = item.segment.tag, MARKS.get(item.segment.tag, frozenset())
        found = item.findings or any(element.findings for element in item.elements)
        values = [element.value for element in item.elements if (element.element, element.component or 1) not in marks]
        lost = [value for value in values if " ".join(value.upper().split()) not in said]
        if tag in FRAME:
            result.marks += 1
            continue
        result.mapped += 1
        if lost and not found:
            result.lost.append(f"{tag} {item.segment.raw} ({', '.join(lost)})")
    return result


def account(document: Document, segments: Iterable[AnnotatedSegment], family: Family) -> Account:
    """The account of one document."""
    result, again = Account(), written_again(document, family)
    for item in segments:
        tag = item.segment.tag
        if tag.startswith("/"):  # the end of an XML document
            continue
        if tag in FRAME:
            result.marks += 1
            continue
        said = {place_of(element, family): element for element in item.elements}
        values = {place: normal(element.value) for place, element in said.items() if element.value.strip()}
        silent = {place: values[place] for place in values if not said[place].members}
        if values and len(silent) == len(values):
            result.marks += 1
        elif values and all("extras[" in member.path for place in values for member in said[place].members):
            result.listed += 1
        else:
            result.mapped += 1
        if silent and not again.setdefault(tag, Again(tag, ())).has(silent, values):
            places = ", ".join(f"{place[0]}.{place[1]}" for place in silent)
            result.lost.append(f"{tag} {item.segment.raw} ({places})")
    return result


class Again:
    """The segments of one tag that were written again; one that was is taken, so that it stands for one only."""

    def __init__(self, tag: str, rows: Iterable[Values]) -> None:
        self._marks = MARKS.get(tag, frozenset()) | ATTRIBUTES
        self._rows = list(rows)
        self._qualifiers = {row.get(FIRST) for row in self._rows}
        self._values = Counter(value for row in self._rows for value in row.values())

    def has(self, silent: Values, values: Values) -> bool:
        """Whether a segment was written with the silent ones of these values.

        Where a member is known for some of them, the others qualify it. Where none is, they may stand in another place too:
        several segments of a kind can be written as one.
        """
        asked = {place: value for place, value in silent.items() if place not in self._marks}
        fitting = [row for row in self._rows if asked.items() <= row.items()]
        if not asked or len(silent) < len(values):
            return bool(fitting) or not asked
        wanted = Counter(value for place, value in asked.items() if place != FIRST)
        if fitting:
            self._rows.remove(fitting[0])
        elif asked.get(FIRST) not in {None, *self._qualifiers} or not wanted <= self._values:
            return False
        self._values -= wanted
        return True


def written_again(document: Document, family: Family) -> dict[str, Again]:
    """The segments of the document as we write it in its own format, by their tags."""
    found: defaultdict[str, list[Values]] = defaultdict(list)
    for tag, values in (_elements if family is Family.XML else _segments)(document, family):
        found[tag].append(values)
    return {tag: Again(tag, rows) for tag, rows in found.items()}


def _elements(document: Document, family: Family) -> Iterator[tuple[str, Values]]:
    assert document.canonical is not None
    body = registry.write(family, document.canonical, document.type, document.version).document.body
    for item in parsing.parse(body.encode(), 0):
        places = ((element.id, 0, element.repetitions[0][0]) for element in item.elements)
        yield item.tag, {(name, part): normal(value) for name, part, value in places}


def _segments(document: Document, family: Family) -> Iterator[tuple[str, Values]]:
    for row in _rows(document, family):
        values: Values = {
            (element, part): normal(value)
            for element, text in enumerate(row[1:], 1)
            for part, value in enumerate(text.split(REPETITION)[0].split(COMPONENT), 1)
            if value.strip()
        }
        yield row[0], values


def _rows(document: Document, family: Family) -> list[Row]:
    """The segments that our mapping makes of the document, whatever the standard says of their lengths."""
    assert document.canonical is not None
    if family is Family.X12:
        mapping = import_module(x12.MAPPINGS[document.type][1]).MAPPING
        tables = base_version(document.version)
        assert tables is not None
        return x12_meaning.rows(mapping, document.canonical, x12_grammar(document.type, tables), Writing())
    mapping = import_module(edifact.MAPPINGS[document.type][1]).MAPPING
    choice = directories.choose(document.type, document.version)
    assert choice is not None
    return edifact_meaning.rows(mapping, document.canonical, edifact_grammar(document.type, choice.directory), Writing())


def place_of(element: AnnotatedElement, family: Family) -> Place:
    """Where a value stands: by the name of its attribute in XML, by numbers elsewhere."""
    return (element.id, 0) if family is Family.XML else (element.element, element.component or 1)


def normal(value: str) -> str:
    """A value without what may be said in two ways: blanks around it, zeros that mean nothing, zones of times."""
    text = " ".join(value.split())
    if DATE_TIME.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    try:
        return str(Decimal(text.replace(",", ".")).normalize())
    except InvalidOperation:
        return text.upper()
