"""Reads CONTRL as the acknowledgement it is (syntax versions 1 to 4, and the national subsets that are about).

Every segment is taken for what it says wherever it stands, and whatever is missing or odd is left out: an acknowledgement is
never refused. What it is about is told without the message it answers; `translators.explanation` brings the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from translators.acknowledgement_parts import combined, given, number, reported
from translators.canonical.functional_acknowledgement import (
    AnsweredDocument,
    AnsweredGroup,
    AnsweredInterchange,
    EnvelopeIdentity,
    FunctionalAcknowledgement,
    ReportedError,
    Verdict,
)
from translators.contract import Document
from translators.edifact.framing import value
from translators.edifact.tokenizer import Elements

_VERDICTS = {
    "1": Verdict.ACCEPTED,
    "2": Verdict.ACCEPTED_WITH_ERRORS,
    "3": Verdict.PARTLY_ACCEPTED,
    "4": Verdict.REJECTED,
    "5": Verdict.RECEIVED,
    "6": Verdict.REJECTED,
    "7": Verdict.ACCEPTED,
    "8": Verdict.RECEIVED,
}
"""0083. Only 4, 7 and 8 are of today; 1 to 3, 5 and 6 left the list in 2001. 5 and 6 speak of UNB and UNZ alone."""
_BELOW = {**_VERDICTS, "8": Verdict.ACCEPTED}
"""0083 in UCF and UCM, where only those who take 8 for `accepted` write it."""

Level = Literal["interchange", "group", "document", "segment", "element"]


def functional(document: Document, segments: Iterable[Elements]) -> Document:
    """The CONTRL with its canonical form."""
    reader = _Reader()
    for elements in segments:
        reader.take(elements)
    interchange = reader.interchange()
    canonical = FunctionalAcknowledgement(
        type=document.type,
        verdict=interchange.verdict or Verdict.UNKNOWN,
        interchange=interchange,
        **given(
            version=document.version.strip("."),
            control_number=document.control_number,
            groups=reader.groups(),
            documents=reader.documents(),
            notes=tuple(reader.notes),
        ),
    )
    return replace(document, canonical=canonical)


@dataclass(slots=True)
class _Answer:
    """The interchange, a group or a message while its segments come in."""

    control_number: str = ""
    sender: Sequence[str] = ()
    receiver: Sequence[str] = ()
    identifier: Sequence[str] = ()
    group: str | None = None
    verdict: Verdict = Verdict.UNKNOWN
    verdict_code: str = ""
    errors: list[ReportedError] = field(default_factory=list)


class _Reader:
    """What is known while the segments of a CONTRL come in."""

    __slots__ = ("_documents", "_group", "_groups", "_interchange", "_message", "_segment", "notes")

    def __init__(self) -> None:
        self._interchange = _Answer()
        self._groups: list[_Answer] = []
        self._documents: list[_Answer] = []
        self._group: _Answer | None = None
        self._message: _Answer | None = None
        self._segment: int | None = None
        self.notes: list[str] = []

    def take(self, elements: Elements) -> None:
        """One segment, the tag first."""
        match elements[0][0]:
            case "UCI":
                self._interchange = _Answer(value(elements, 1), _parts(elements, 2), _parts(elements, 3))
                self._judge(self._interchange, "interchange", elements, 4)
            case "UCF":
                self._group = _Answer(value(elements, 1), _parts(elements, 2), _parts(elements, 3))
                self._groups.append(self._group)
                self._message = None
                self._judge(self._group, "group", elements, 4)
            case "UCM":
                group = self._group.control_number if self._group else None
                package = "" if value(elements, 1) else value(elements, 7)
                identifier = ["UNO"] if package else _parts(elements, 2)
                self._message = _Answer(package or value(elements, 1), identifier=identifier, group=group)
                self._documents.append(self._message)
                self._judge(self._message, "document", elements, 3)
            case "UCS":
                self._segment = number(value(elements, 1))
                if code := value(elements, 2).strip():
                    self._note(reported("segment", "0085", code, segment_number=self._segment))
            case "UCD":
                place = _position(elements, 2)
                self._note(reported("element", "0085", value(elements, 1).strip(), segment_number=self._segment, **place))
            case "FTX":
                self.notes += [text.strip() for text in _parts(elements, 4) if text.strip()]

    @staticmethod
    def _judge(answer: _Answer, level: Level, elements: Elements, place: int) -> None:
        """0083 and what follows it: 0085, the service segment in error (0013 or 0135), and S011."""
        answer.verdict_code = value(elements, place).strip()
        verdicts = _VERDICTS if level == "interchange" else _BELOW
        answer.verdict = verdicts.get(answer.verdict_code, Verdict.UNKNOWN)
        if code := value(elements, place + 1).strip():
            where = _position(elements, place + 3)
            answer.errors.append(reported(level, "0085", code, segment=value(elements, place + 2).strip(), **where))

    def _note(self, error: ReportedError) -> None:
        """An error of a segment belongs to the message named last."""
        (self._message or self._group or self._interchange).errors.append(error)

    def interchange(self) -> AnsweredInterchange:
        """The interchange answered. What stands below may lower its verdict, and gives it one where it has none."""
        answer = self._interchange
        below = [one.verdict for one in (*self._groups, *self._documents)]
        verdict = answer.verdict
        if not answer.verdict_code:
            verdict = combined(below)
        elif verdict is not Verdict.REJECTED and set(below) & {Verdict.REJECTED, Verdict.PARTLY_ACCEPTED}:
            verdict = Verdict.PARTLY_ACCEPTED
        elif verdict is Verdict.RECEIVED and below:  # a receipt names nothing below: it was meant as accepted
            verdict = Verdict.ACCEPTED
        return AnsweredInterchange(
            verdict=verdict,
            **given(
                control_number=answer.control_number.strip(),
                sender=_identity(answer.sender),
                receiver=_identity(answer.receiver),
                verdict_code=answer.verdict_code,
                errors=tuple(answer.errors),
            ),
        )

    def groups(self) -> tuple[AnsweredGroup, ...]:
        """The groups named."""
        refused = {one.group for one in self._documents if one.verdict is Verdict.REJECTED}
        for group in self._groups:
            if group.verdict is not Verdict.REJECTED and group.control_number in refused:
                group.verdict = Verdict.PARTLY_ACCEPTED
        return tuple(
            AnsweredGroup(
                control_number=group.control_number,
                verdict=group.verdict,
                **given(
                    sender=":".join(group.sender),
                    receiver=":".join(group.receiver),
                    verdict_code=group.verdict_code,
                    errors=tuple(group.errors),
                ),
            )
            for group in self._groups
        )

    def documents(self) -> tuple[AnsweredDocument, ...]:
        """The messages named."""
        return tuple(
            AnsweredDocument(
                control_number=one.control_number,
                verdict=one.verdict,
                **given(
                    type=_at(one.identifier, 0),
                    group=one.group,
                    version=".".join(filter(None, one.identifier[1:3])),
                    association=_at(one.identifier, 4),
                    verdict_code=one.verdict_code,
                    errors=tuple(one.errors),
                ),
            )
            for one in self._documents
        )


def _parts(elements: Elements, place: int) -> Sequence[str]:
    return elements[place] if place < len(elements) else ()


def _at(parts: Sequence[str], index: int) -> str:
    return parts[index].strip() if index < len(parts) else ""


def _identity(parts: Sequence[str]) -> EnvelopeIdentity | None:
    identifier = _at(parts, 0)
    return EnvelopeIdentity(id=identifier, **given(qualifier=_at(parts, 1))) if identifier else None


def _position(elements: Elements, place: int) -> dict[str, int | None]:
    """S011. Position 1 is the tag (0098), so that the first element has 2; zeros are no places."""
    element = number(value(elements, place, 1))
    return {
        "element": element - 1 if element and element > 1 else None,
        "component": number(value(elements, place, 2)) or None,
        "repetition": number(value(elements, place, 3)) or None,
    }
