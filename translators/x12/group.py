"""A functional group while it is read: GS, its sets, GE."""

from collections.abc import Sequence

from translators.contract import Document, Group, Verdict
from translators.finding import Code, Severity
from translators.findings import Findings
from translators.position import Position
from translators.references import References
from translators.x12.elements import is_date, is_time
from translators.x12.envelope import count_of, same_number
from translators.x12.grammar import base_version

ACKNOWLEDGEMENT = "FA"
"""GS01 of groups that hold acknowledgements, which are never acknowledged."""


class OpenGroup:
    """What was seen of a group so far. `row` is GS with the tag first."""

    __slots__ = (
        "_errors",
        "_refused",
        "accepted",
        "claimed",
        "control_number",
        "findings",
        "functional_id",
        "offset",
        "ordinal",
        "received",
        "references",
        "row",
        "version",
    )

    def __init__(self, row: Sequence[str], ordinal: int, offset: int, findings: Findings) -> None:
        self.row = tuple((*row, *[""] * 9)[:9])
        self.ordinal = ordinal
        self.offset = offset
        self.findings = findings
        self.claimed: int | None = None
        self.received = 0
        self.accepted = 0
        self.references = References()
        self._errors = False
        self._refused = False
        self.functional_id = self.row[1].strip()
        """GS01."""
        self.control_number = self.row[6].strip()
        """GS06."""
        self.version = self.row[8].strip()
        """GS08, with its sub-version."""

    def check_header(self, numbers: References) -> None:
        """Judge GS; `numbers` are the control numbers of the groups before, to which its own is added."""
        number = self.control_number
        used = numbers.used(number.lstrip("0"))
        if not self.functional_id:
            self._note(Code.GROUP_TYPE_UNSUPPORTED, "GS01, the functional identifier, is empty.", 1)
        if not (number.isascii() and number.isdigit()):
            self._note(Code.GROUP_NUMBER_INVALID, f"GS06, the group's control number, is {number!r}.", 6, actual=number)
        elif used:
            text = f"The group control number {number} was used before in this interchange."
            self._note(Code.GROUP_NUMBER_INVALID, text, 6, actual=number)
        if self.functional_id != ACKNOWLEDGEMENT and base_version(self.version) is None:
            text = f"There are no tables for version {self.version or '(empty)'}."
            self._note(Code.GROUP_VERSION_UNSUPPORTED, text, 8, actual=self.version)
        if not is_date(self.row[4].strip()):
            text = f"GS04 is not a date: {self.row[4]}."
            self._note(Code.ELEMENT_DATE, text, 4, actual=self.row[4], severity=Severity.WARNING)
        if not is_time(self.row[5].strip()):
            text = f"GS05 is not a time: {self.row[5]}."
            self._note(Code.ELEMENT_TIME, text, 5, actual=self.row[5], severity=Severity.WARNING)

    def _note(self, code: Code, text: str, element: int, *, actual: str | None = None, severity: Severity | None = None) -> None:
        offset = self.offset + sum(len(value) + 1 for value in self.row[:element])
        position = Position(offset, tag="GS", element=element)
        self.findings.add(code, text, position, actual=actual, severity=severity)

    def add(self, document: Document) -> None:
        """Count a set that was read."""
        self.received += 1
        self.accepted += document.verdict is not Verdict.REJECTED
        self._errors = self._errors or document.verdict is Verdict.ACCEPTED_WITH_ERRORS
        self._refused = self._refused or document.verdict is Verdict.REJECTED

    def check_trailer(self, row: Sequence[str], offset: int) -> None:
        """Judge GE: the number of sets and the control number."""
        claimed = row[1] if len(row) > 1 else ""
        number = row[2] if len(row) > 2 else ""
        self.claimed = count_of(claimed)
        if self.claimed != self.received:
            text = f"GE claims {claimed or 'no'} sets, {self.received} were received."
            self.findings.add(
                Code.GROUP_COUNT_MISMATCH,
                text,
                Position(offset + 3, tag="GE", element=1),
                expected=str(self.received),
                actual=claimed,
            )
        if not same_number(number, self.control_number):
            text = f"GE02 is {number or 'empty'}, GS06 is {self.control_number}."
            position = Position(offset + 4 + len(claimed), tag="GE", element=2)
            self.findings.add(Code.GROUP_REFERENCE_MISMATCH, text, position, expected=self.control_number, actual=number)

    def close(self, *, refused: bool, note_errors: bool) -> Group:
        """The group as a value. `refused` says that the interchange is refused, and everything in it."""
        verdict = self._verdict(refused=refused, note_errors=note_errors)
        return Group(
            ordinal=self.ordinal,
            functional_id=self.functional_id,
            sender=self.row[2].strip(),
            receiver=self.row[3].strip(),
            control_number=self.control_number,
            version=self.version,
            claimed=self.claimed,
            received=self.received,
            accepted=0 if verdict is Verdict.REJECTED else self.accepted,
            verdict=verdict,
            findings=self.findings.listed(),
        )

    def _verdict(self, *, refused: bool, note_errors: bool) -> Verdict:
        if refused or self.findings.failed or (self.received and not self.accepted):
            return Verdict.REJECTED
        if self._refused:
            return Verdict.PARTLY_ACCEPTED
        noted = self._errors or (note_errors and self.findings.noted)
        return Verdict.ACCEPTED_WITH_ERRORS if noted else Verdict.ACCEPTED


def overall(groups: Sequence[Group], *, refused: bool) -> Verdict:
    """The verdict on an interchange from those of its groups."""
    verdicts = {group.verdict for group in groups}
    if refused or verdicts == {Verdict.REJECTED}:
        return Verdict.REJECTED
    if verdicts & {Verdict.REJECTED, Verdict.PARTLY_ACCEPTED}:
        return Verdict.PARTLY_ACCEPTED
    return Verdict.ACCEPTED_WITH_ERRORS if Verdict.ACCEPTED_WITH_ERRORS in verdicts else Verdict.ACCEPTED
