"""Whether a message may be read.

What becomes of a message depends on what is known of its type and what is agreed. With a mapping it becomes its canonical
document. Without one it is checked by its table and passed on as a generic document. Without a table either, it is framed,
counted and passed on as a generic document, with a finding that says so, if its type is agreed by name or the terms name no
types at all (offline, or a partner whose every type is wanted). Terms that name other types refuse it as unsupported.
"""

import re
from dataclasses import dataclass

from translators.contract import Terms
from translators.edifact.directories import SHIPPED, Choice
from translators.finding import Code

_TYPE = re.compile(r"[A-Z][A-Z0-9]{2,5}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a message is not read, as a finding about its UNH."""

    code: Code
    text: str
    actual: str
    expected: str | None = None


def objection_to(kind: str, version: str, terms: Terms, choice: Choice | None) -> Objection | None:
    """What stands against a message of this type and version under these terms; `choice` is its directory."""
    own = terms.for_document(kind, version)
    named = not terms.documents or kind in terms.documents
    if kind not in SHIPPED and not (own.agreed and named and _TYPE.match(kind)):
        text = f"Messages of type {kind[:6] or '(none)'} are not supported."
        return Objection(Code.DOCUMENT_TYPE_UNSUPPORTED, text, kind)
    if not own.agreed:
        return Objection(Code.DOCUMENT_NOT_AGREED, f"{kind} is not agreed with this partner.", kind)
    if own.versions and version not in own.versions:
        text = f"{kind} {version} is not agreed with this partner."
        return Objection(Code.DOCUMENT_VERSION_UNSUPPORTED, text, version, ", ".join(sorted(own.versions)))
    if kind in SHIPPED and choice is None:
        text = f"{kind} {version[:8]} is not a version that can be read."
        return Objection(Code.DOCUMENT_VERSION_UNSUPPORTED, text, version)
    return None
