"""What a mapping to canonical works on: the segments of a valid set with their paths, and a place for its findings."""

from dataclasses import dataclass

from translators.contract import DocumentTerms, Separators
from translators.finding import Code, Severity
from translators.findings import Findings
from translators.position import Position
from translators.x12.definitions import COMPONENT, REPETITION
from translators.x12.grammar import Place
from translators.x12.tokenizer import SetText


@dataclass(frozen=True, slots=True)
class Source:
    """A validated set. `rows` are segments as elements, the tag first; `places` where they stand in the set."""

    rows: list[list[str]]
    places: list[Place | None]
    version: str
    terms: DocumentTerms
    findings: Findings
    text: SetText
    separators: Separators

    def find(
        self,
        code: Code,
        message: str,
        index: int,
        element: int,
        *,
        expected: str | None = None,
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Note a finding about an element of the segment with this index."""
        tag = self.rows[index][0]
        position = Position(self.text.element_offset(index, element), index + 1, tag, element or None)
        self.findings.add(code, message, position, expected=expected, actual=actual, severity=severity)

    def original(self, value: str) -> str:
        """A value with the partner's own separators in it."""
        return value.replace(COMPONENT, self.separators.component).replace(REPETITION, self.separators.repetition)
