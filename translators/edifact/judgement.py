"""Collects findings about one thing (an interchange, a group, a message) under the severities that were agreed for it."""

from collections.abc import Iterable, Mapping

from translators.contract import Verdict
from translators.finding import DEFINITIONS, OURS, Code, Finding, Severity, found
from translators.position import Position


class Judgement:
    """The findings about one thing, capped, and what they amount to.

    An agreement's severity overrides the code's default; None switches the check off. Beyond `maximum` nothing is kept but
    whether an error was among it, and one finding says that the list is not complete. `lenient` lets no finding weigh more
    than a warning: for acknowledgements, which are consumed whatever they look like.
    """

    __slots__ = ("_lenient", "_maximum", "_severities", "capped", "errors", "findings", "warnings")

    def __init__(self, severities: Mapping[Code, Severity | None], maximum: int, *, lenient: bool = False) -> None:
        self._lenient = lenient
        self._severities = severities
        self._maximum = maximum
        self.findings: list[Finding] = []
        self.errors = 0
        self.warnings = 0
        self.capped = False

    def severity(self, code: Code, otherwise: Severity | None = None) -> Severity | None:
        """What a code weighs here; None when it is switched off."""
        severity = self._severities.get(code, otherwise or DEFINITIONS[code].severity)
        return Severity.WARNING if self._lenient and severity is Severity.ERROR else severity

    def lists(self, code: Code) -> bool:
        """Whether a further finding would be listed, not only counted: while there is room, and the first error always.

        What refuses a thing must be told, or nobody could say why it was refused.
        """
        if len(self.findings) < self._maximum:
            return True
        return not self.errors and self.severity(code) is Severity.ERROR

    def add(
        self,
        code: Code,
        message: str,
        position: Position,
        *,
        expected: str | None = None,
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Note a finding. `severity` replaces the code's default, not what was agreed."""
        weight = self.severity(code, severity)
        if weight is None:
            return
        listed = len(self.findings) < self._maximum or (weight is Severity.ERROR and not self.errors)
        if weight is not Severity.WARNING or code not in OURS:
            self.count(weight)
        if not listed:
            self._cap(position)
            return
        self.findings.append(found(code, message, position, expected=expected, actual=actual, severity=weight))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take over findings that were made elsewhere; what was agreed about their codes still rules."""
        for f in findings:
            self.add(f.code, f.message, f.position, expected=f.expected, actual=f.actual, severity=f.severity)

    def adopt(self, findings: Iterable[Finding]) -> None:
        """Take over the caller's own findings as they are."""
        for f in findings:
            self.count(f.severity)
            self.findings.append(f)

    def count(self, severity: Severity) -> None:
        """Let a severity weigh without a finding."""
        if severity is Severity.ERROR:
            self.errors += 1
        elif severity is Severity.WARNING:
            self.warnings += 1

    def _cap(self, position: Position) -> None:
        if not self.capped:
            self.capped = True
            text = f"More than {self._maximum} findings; the rest is not listed."
            self.findings.append(found(Code.FINDINGS_CAPPED, text, position))

    @property
    def verdict(self) -> Verdict:
        """Rejected by an error, accepted with errors noted by a warning."""
        if self.errors:
            return Verdict.REJECTED
        return Verdict.ACCEPTED_WITH_ERRORS if self.warnings else Verdict.ACCEPTED
