"""Whether a set may be read, and by which table.

What becomes of a set depends on what is known of its type and what is agreed. With a mapping it becomes its canonical document.
Without one it is checked by its table and passed on as a generic document. Without a table either, it is framed, counted and
passed on as a generic document, with a finding that says so, if its type is agreed by name or the terms name no types at all
(offline, or a partner whose every type is wanted). Terms that name other types refuse it as unsupported.
"""

import re
from dataclasses import dataclass

from translators.contract import DocumentTerms
from translators.errors import DefinitionMissing
from translators.finding import Code, Severity
from translators.findings import Findings
from translators.position import Position
from translators.x12.grammar import Grammar, base_version, grammar
from translators.x12.group import OpenGroup
from translators.x12.tokenizer import SetText
from translators.x12.versions import EARLIEST, LATEST, SETS, strange

ACKNOWLEDGEMENTS = frozenset({"997", "999"})
"""Sets that acknowledge: validated leniently, never refused, never acknowledged."""

MAIN_VERSION = 6
"""What of GS08 is the version; what follows is an industry's sub-version."""

_TYPE = re.compile(r"[0-9A-Z]{3}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Support:
    """The judgement of one set's type and version. `named` says that the terms name its type, or none at all."""

    kind: str
    group: OpenGroup
    terms: DocumentTerms
    named: bool
    findings: Findings
    text: SetText

    def judge(self) -> tuple[bool, Grammar | None]:
        """Whether the set is passed on if nothing else is wrong with it, and the table to check it by."""
        kind, group = self.kind, self.group
        own_group = SETS.get(kind)
        if own_group is None:
            return self._without_table(), None
        if group.ordinal and group.functional_id != own_group:
            sentence = f"Set {kind} belongs into a group {own_group}, not {group.functional_id or '(empty)'}."
            self._note(Code.DOCUMENT_TYPE_UNSUPPORTED, sentence, expected=own_group, actual=group.functional_id)
        if not self.terms.agreed:
            self._note(Code.DOCUMENT_NOT_AGREED, f"Set {kind} is not agreed with this partner.", actual=kind)
        version = base_version(group.version)
        if kind in ACKNOWLEDGEMENTS and version is None:
            version = "005010" if kind == "999" else "004010"
        elif version is None or not self._version_agreed():
            self._refuse_version()
            return False, None
        table = self._table(version)
        return table is not None and not self.findings.failed, table

    def _without_table(self) -> bool:
        kind = self.kind
        if not (self.named and self.terms.agreed and _TYPE.match(kind)):
            self._note(Code.DOCUMENT_TYPE_UNSUPPORTED, f"Set {kind or '(empty)'} is not supported.", actual=kind)
            return False
        if not self._version_agreed():
            self._refuse_version()
            return False
        self._note(Code.DEFINITION_MISSING, f"There is no table of set {kind}: it is passed on as it is.", actual=kind)
        return True

    def _version_agreed(self) -> bool:
        """Whether GS08 is agreed, as it stands or without its sub-version."""
        version = self.group.version
        return not self.terms.versions or bool({version, version[:MAIN_VERSION]} & self.terms.versions)

    def _refuse_version(self) -> None:
        version = self.group.version
        sentence = f"Set {self.kind} is not supported in version {version or '(empty)'}."
        agreed = ", ".join(sorted(self.terms.versions)) or None
        self._note(Code.DOCUMENT_VERSION_UNSUPPORTED, sentence, expected=agreed, actual=version)

    def _table(self, version: str) -> Grammar | None:
        kind, sent = self.kind, self.group.version
        try:
            table = grammar(kind, version)
        except DefinitionMissing:
            sentence = f"Set {kind} does not exist in version {version}."
            self._note(Code.DOCUMENT_VERSION_UNSUPPORTED, sentence, actual=version)
            return None
        if table.structure != version:
            sentence = f"Set {kind} in {sent} is read with the structure of {table.structure}."
            self._note(Code.VERSION_NEAREST, sentence, actual=sent)
        elif sent[:6] != version and kind not in ACKNOWLEDGEMENTS:
            self._note(Code.VERSION_NEAREST, f"Set {kind} in {sent} is read with the tables of {version}.", actual=sent)
        return table

    def _note(self, code: Code, sentence: str, *, actual: str, expected: str | None = None) -> None:
        position = Position(self.text.element_offset(0, 1), 1, "ST", 1)
        severity = None
        if code is Code.VERSION_NEAREST and strange(actual):
            severity = Severity.WARNING
            expected = f"{EARLIEST} to {LATEST}"
        self.findings.add(code, sentence, position, expected=expected, actual=actual, severity=severity)
