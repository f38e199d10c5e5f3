"""Reads 997, 999 and TA1 as the acknowledgements they are (X12 sets 997 and 999, X12.5 for TA1).

Every segment is taken for what it says wherever it stands, and whatever is missing or odd is left out: an acknowledgement is
never refused. What it is about is told without the document it answers; `translators.explanation` brings the two together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from translators.acknowledgement_parts import combined, given, number, reported
from translators.canonical.functional_acknowledgement import (
    AnsweredDocument,
    AnsweredGroup,
    AnsweredInterchange,
    EnvelopeIdentity,
    ErrorContext,
    FunctionalAcknowledgement,
    ReportedError,
    Verdict,
)
from translators.contract import Document, Envelope, Identity, Separators
from translators.x12.definitions import COMPONENT, ELEMENT, REPETITION

_VERDICTS = {
    "A": Verdict.ACCEPTED,
    "E": Verdict.ACCEPTED_WITH_ERRORS,
    "P": Verdict.PARTLY_ACCEPTED,
    **dict.fromkeys("RMWX", Verdict.REJECTED),
}
"""AK501, AK901 and TA104; M, W and X reject because of security."""
_NO_NOTE = "000"

Level = Literal["interchange", "group", "document", "segment", "element"]


def technical(row: Sequence[str], envelope: Envelope) -> FunctionalAcknowledgement:
    """A TA1, the tag first in `row`. Its own control number is that of the interchange that carries it."""
    answered, date, time, code, note = (*(value.strip() for value in row[1:6]), *[""] * 5)[:5]
    verdict = _VERDICTS.get(code, Verdict.UNKNOWN)
    interchange = AnsweredInterchange(
        **_parties(envelope),
        **given(
            control_number=answered,
            prepared=f"{date} {time}".strip(),
            verdict=verdict,
            verdict_code=code,
            errors=(reported("interchange", "TA105", note),) if note and note != _NO_NOTE else (),
        ),
    )
    own = given(version=envelope.version, control_number=envelope.control_number)
    return FunctionalAcknowledgement(type="TA1", verdict=verdict, interchange=interchange, **own)


def functional(document: Document, segments: Iterable[str], envelope: Envelope, parties: tuple[str, str]) -> Document:
    """The 997 or 999 with its canonical form. `segments` are in the common dialect of `grammar`.

    `parties` are GS02 and GS03 of its group: who answers, and who is answered.
    """
    reader = _Reader(envelope.separators, parties)
    for segment in segments:
        reader.take(segment.split(ELEMENT))
    groups, documents = reader.groups(), reader.documents()
    canonical = FunctionalAcknowledgement(
        type=document.type,
        verdict=combined([group.verdict for group in groups] or [one.verdict for one in documents]),
        interchange=AnsweredInterchange(**_parties(envelope)),
        **given(version=document.version, control_number=document.control_number, groups=groups, documents=documents),
    )
    return replace(document, canonical=canonical)


def _parties(envelope: Envelope) -> dict[str, Any]:
    """Sender and receiver of what is answered: those of the answer, exchanged."""
    return given(sender=_identity(envelope.receiver), receiver=_identity(envelope.sender))


def _identity(identity: Identity) -> EnvelopeIdentity | None:
    return EnvelopeIdentity(**given(qualifier=identity.qualifier, id=identity.id)) if identity.id else None


@dataclass(slots=True)
class _Answer:
    """A group or a set while its segments come in."""

    control_number: str
    kind: str | None
    version: str | None
    group: str | None = None
    verdict: Verdict = Verdict.UNKNOWN
    verdict_code: str | None = None
    counts: tuple[int | None, ...] = (None, None, None)
    errors: list[ReportedError] = field(default_factory=list)

    def judge(self, code: str) -> None:
        """Take a verdict; of several, a rejection stands, and a known one goes before one that is not."""
        verdict = _VERDICTS.get(code, Verdict.UNKNOWN)
        if self.verdict is not Verdict.REJECTED and (verdict is not Verdict.UNKNOWN or self.verdict_code is None):
            self.verdict, self.verdict_code = verdict, code or None


class _Reader:
    """What is known while the segments of a 997 or 999 come in."""

    __slots__ = ("_documents", "_group", "_groups", "_parties", "_place", "_separators", "_set")

    def __init__(self, separators: Separators, parties: tuple[str, str]) -> None:
        self._separators = separators
        self._parties = parties
        self._groups: list[_Answer] = []
        self._documents: list[_Answer] = []
        self._group: _Answer | None = None
        self._set: _Answer | None = None
        self._place: dict[str, str | int | None] = {}

    def take(self, row: list[str]) -> None:
        """One segment, the tag first."""
        row = [*row, *[""] * 11]
        match row[0]:
            case "AK1":
                self._open_group(row)
            case "AK2":
                self._open_set(row)
            case "AK3" | "IK3":
                self._segment(row)
            case "AK4" | "IK4":
                self._element(row)
            case "CTX":
                self._context(row)
            case "AK5" | "IK5" if self._set is not None:
                self._set.judge(self._text(row[1]))
                self._set.errors += self._codes("document", "AK502", row[2:7])
            case "AK9":
                self._close_group(row)

    def _open_group(self, row: list[str]) -> None:
        self._group = _Answer(self._text(row[2]), self._text(row[1]) or None, self._text(row[3]) or None)
        self._groups.append(self._group)
        self._set = None

    def _open_set(self, row: list[str]) -> None:
        group = self._group.control_number if self._group else None
        self._set = _Answer(self._text(row[2]), self._text(row[1]) or None, self._text(row[3]) or None, group)
        self._documents.append(self._set)

    def _close_group(self, row: list[str]) -> None:
        if self._group is None:
            self._open_group(["AK1", "", "", ""])
        if self._group is not None:
            self._group.judge(self._text(row[1]))
            self._group.counts = tuple(number(value) for value in row[2:5])
            self._group.errors += self._codes("group", "AK905", row[5:10])
        self._set = None

    def _segment(self, row: list[str]) -> None:
        self._place = {
            "segment": self._text(row[1]),
            "segment_number": number(row[2]),
            "loop": self._text(row[3]),
        }
        self._note(reported("segment", "AK304", self._text(row[4]), **self._place))

    def _element(self, row: list[str]) -> None:
        element, component, repetition = _position(row[1])
        place = {**self._place, "element": element, "component": component, "repetition": repetition}
        value = self._text(row[4])
        reference = self._text(row[2])
        self._note(reported("element", "AK403", self._text(row[3]), **place, reference=reference, value=value))

    def _note(self, error: ReportedError) -> None:
        answer = self._set or self._group
        if answer is not None:
            answer.errors.append(error)

    def _codes(self, level: Level, code_list: str, values: Iterable[str]) -> Iterator[ReportedError]:
        return (reported(level, code_list, code) for value in values if (code := self._text(value)))

    def _context(self, row: list[str]) -> None:
        """CTX belongs to the segment or element reported before it."""
        errors = self._set.errors if self._set else None
        if not errors:
            return
        element, component, repetition = _position(row[5])
        place = {
            "segment": self._text(row[2]),
            "segment_number": number(row[3]),
            "loop": self._text(row[4]),
            "element": element,
            "component": component,
            "repetition": repetition,
            "reference": self._text(row[6]),
        }
        contexts = []
        for named in row[1].split(REPETITION):
            name, _, value = named.partition(COMPONENT)
            contexts.append(ErrorContext(**given(name=self._text(name), value=self._text(value), **place)))
        errors[-1] = errors[-1].model_copy(update={"contexts": (*errors[-1].contexts, *contexts)})

    def _text(self, value: str) -> str:
        """A value with the separators it came with."""
        value = value.strip()
        if COMPONENT in value or REPETITION in value:
            value = value.replace(COMPONENT, self._separators.component).replace(REPETITION, self._separators.repetition)
        return value

    def documents(self) -> tuple[AnsweredDocument, ...]:
        """The sets named; one without a verdict shares that of its group where the group has one for all."""
        shared = {group.control_number: group.verdict for group in self._groups}
        for one in self._documents:
            verdict = shared.get(one.group or "")
            if one.verdict_code is None and verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
                one.verdict = verdict
        return tuple(
            AnsweredDocument(
                control_number=one.control_number,
                verdict=one.verdict,
                **given(
                    type=one.kind,
                    group=one.group,
                    association=one.version,
                    verdict_code=one.verdict_code,
                    errors=tuple(one.errors),
                ),
            )
            for one in self._documents
        )

    def groups(self) -> tuple[AnsweredGroup, ...]:
        """The groups answered; the verdict on one without AK9 follows from its sets."""
        verdicts: dict[str | None, list[Verdict]] = {}
        for one in self._documents:
            verdicts.setdefault(one.group, []).append(one.verdict)
        for group in self._groups:
            if group.verdict_code is None:
                group.verdict = combined(verdicts.get(group.control_number, []))
        return tuple(
            AnsweredGroup(
                control_number=group.control_number,
                verdict=group.verdict,
                **given(
                    functional_id=group.kind,
                    version=group.version,
                    sender=self._parties[1],
                    receiver=self._parties[0],
                    verdict_code=group.verdict_code,
                    claimed=group.counts[0],
                    received=group.counts[1],
                    accepted=group.counts[2],
                    errors=tuple(group.errors),
                ),
            )
            for group in self._groups
        )


def _position(text: str) -> tuple[int | None, ...]:
    """Element, component and repetition of a composite C030; zeros are no places."""
    first = text.split(REPETITION, 1)[0]
    parts = (*first.split(COMPONENT, 3), "", "")[:3]
    return tuple(number(part) or None for part in parts)
