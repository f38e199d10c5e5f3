"""Collects the findings about one thing, with the severities of its agreement and a bound on their number."""

from collections.abc import Mapping

from translators.contract import Verdict
from translators.finding import OURS, Code, Finding, Severity, found
from translators.position import Position

Severities = Mapping[Code, Severity | None]


class Findings:
    """A bounded list. `failed` and `noted` say whether an error or a warning was among them, listed or not."""

    __slots__ = ("_items", "_limit", "_severities", "failed", "full", "noted")

    def __init__(self, severities: Severities, *, limit: int) -> None:
        self._items: list[Finding] = []
        self._limit = limit
        self._severities = severities
        self.failed = False
        self.noted = False
        self.full = False

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
        """Note a finding. The agreement's severity goes before `severity`, which goes before the code's default."""
        if code in self._severities:
            severity = self._severities[code]
            if severity is None:
                return
        self.put(found(code, message, position, expected=expected, actual=actual, severity=severity))

    def ignores(self, code: Code) -> bool:
        """Whether the agreement switched a check off, so that it need not be made."""
        return self._severities.get(code, code) is None

    def take(self, finding: Finding) -> None:
        """Note a finding made elsewhere, under the severities of this agreement."""
        self.add(finding.code, finding.message, finding.position, expected=finding.expected, actual=finding.actual)

    def put(self, finding: Finding) -> None:
        """Note a finding as it is. The first error is listed also when the list is full: it explains the verdict."""
        first_error = finding.severity is Severity.ERROR and not self.failed
        self.failed = self.failed or finding.severity is Severity.ERROR
        self.noted = self.noted or (finding.severity is Severity.WARNING and finding.code not in OURS)
        if len(self._items) < self._limit or first_error:
            self._items.append(finding)
        elif not self.full:
            text = f"More than {self._limit} findings; the rest is not listed."
            self._items.append(found(Code.FINDINGS_CAPPED, text, finding.position))
            self.full = True

    @property
    def empty(self) -> bool:
        """Whether nothing was found so far."""
        return not self._items

    def verdict(self, *, note_errors: bool) -> Verdict:
        """Rejected on an error; a warning shows in the verdict only where the agreement wants it noted."""
        if self.failed:
            return Verdict.REJECTED
        return Verdict.ACCEPTED_WITH_ERRORS if self.noted and note_errors else Verdict.ACCEPTED

    def listed(self) -> tuple[Finding, ...]:
        """All that were kept, in the order they were found."""
        return tuple(self._items)
