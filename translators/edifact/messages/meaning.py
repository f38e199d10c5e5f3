"""A validated message as a canonical document, and a canonical document as the segments of a message."""

from pydantic import ValidationError

from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.edifact.grammar import Grammar, Tree
from translators.edifact.message import Meaning, MessageReport
from translators.edifact.messages.tree import Rows, loops, segments
from translators.finding import Code
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.tree import Place, Row

_MOST_PROBLEMS = 10


def canonical(mapping: DocumentMapping, tree: Tree, meaning: Meaning) -> CanonicalDocument | None:
    """The document that a message without errors describes; None, with a finding, when it lacks what it cannot be without."""
    report, rows = meaning.report, Rows(meaning.text, meaning.segments, repeating=meaning.repeating)

    def note(code: Code, text: str, index: int, place: Place, expected: str | None, actual: str | None) -> None:
        element, component = (place, None) if isinstance(place, int) else place
        position = report.at(index, rows.row(index)[0], element, component)
        report.judgement.add(code, text, position, expected=expected, actual=actual)

    document = loops(tree, rows, held=isinstance(meaning.segments, list))
    header = rows.row(1)
    reading = Reading(meaning.timezone, note, index=1)
    value = mapping.read(document, reading)
    if len(header) > 3 and header[3].strip():
        reading.path = ""
        reading.keep(header, 3, value)
    name = mapping.name_of(value)
    try:
        found = model_of(name).model_validate(value)
    except ValidationError as error:
        _invalid(name.replace("_", " "), error, report)
        return None
    if mapping.judge is not None:
        mapping.judge(found, reading)
    return found


def _invalid(name: str, error: ValidationError, report: MessageReport) -> None:
    for problem in error.errors(include_url=False, include_input=False)[:_MOST_PROBLEMS]:
        field = ".".join(str(step) for step in problem["loc"])
        text = f"The message cannot be read as a {name}: {field}: {problem['msg'].lower()}."
        place = (2, "BGM") if field == "number" else (1, "UNH")
        report.judgement.add(Code.CANONICAL_INVALID, text, report.at(*place), expected=field)


def rows(mapping: DocumentMapping, document: CanonicalDocument, grammar: Grammar, context: Writing) -> list[Row]:
    """The segments between UNH and UNT that say the document; what they cannot say is noted in the context."""
    value = document.model_dump(exclude_none=True, exclude_unset=True, by_alias=True)
    return segments(mapping.write(value, grammar.root, context), context)
