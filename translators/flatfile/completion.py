"""Completes a draft: its canonical form, or findings that say why there is none; where its members came from."""

from typing import Any

from translators.canonical.base import CanonicalDocument
from translators.canonical.faults import Fault, modelled
from translators.contract import Document, DocumentTerms, Origin, Terms
from translators.finding import Code, found
from translators.flatfile.assembly import Draft
from translators.flatfile.paths import close_gaps
from translators.flatfile.rows import Row
from translators.position import Position


def completed(draft: Draft, ordinal: int, end: int, terms: Terms, own: DocumentTerms) -> Document:
    """The document of a draft whose rows are all taken, with the verdict on it."""
    layout, findings = draft.layout, draft.findings
    place = Position(draft.start, draft.line)
    if not own.agreed:
        findings.add(Code.DOCUMENT_NOT_AGREED, f"{layout.document} is not agreed with this partner.", place)
    if own.versions and layout.name not in own.versions:
        expected = ", ".join(sorted(own.versions))
        text = f"{layout.document} is not agreed in the layout {layout.name}."
        findings.add(Code.DOCUMENT_VERSION_UNSUPPORTED, text, place, expected=expected, actual=layout.name)
    number = draft.root.get("number")
    canonical = _canonical(draft) if not (findings.failed or draft.refused) else None
    return Document(
        ordinal=ordinal,
        group=0,
        type=layout.document,
        version=layout.name,
        association="",
        control_number=number if isinstance(number, str) and number else str(ordinal),
        start=draft.start,
        end=end,
        segments=draft.rows,
        verdict=findings.verdict(note_errors=terms.acknowledgement.note_errors),
        findings=findings.listed(),
        name=layout.document,
        canonical=canonical,
        lineage=_lineage(draft) if canonical is not None else (),
    )


def _canonical(draft: Draft) -> CanonicalDocument | None:
    """The canonical document; None, with findings that name the members, when it lacks what it cannot be without."""
    if draft.layout.gaps:
        close_gaps(draft.root)
    return modelled(draft.layout.model, draft.root, lambda fault: _told(draft, fault))


def _told(draft: Draft, fault: Fault) -> None:
    """Note what keeps a draft from being a document, at the row that says it."""
    row = _row_of(draft, fault.steps)
    position = Position(row.line.offset, row.line.number, row.plan.record.name if row.plan is not None else None)
    draft.findings.put(
        found(Code.CANONICAL_INVALID, fault.message, position, expected=fault.expected or fault.path, actual=fault.actual)
    )


def _row_of(draft: Draft, steps: tuple[str | int, ...]) -> Row:
    """The row that began the innermost item on the way to a member."""
    value: Any = draft.root
    row = draft.origins[id(value)]
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        row = draft.origins.get(id(value), row)
    return row


def _lineage(draft: Draft) -> tuple[Origin, ...]:
    """Where each member came from: the line as segment, the column or first character as element."""
    if not draft.traces:
        return ()
    paths: dict[int, str] = {}
    _paths(draft.root, "", paths)
    origins = []
    for trace in draft.traces:
        owner = paths.get(id(trace.owner))
        if owner is not None:
            name = f"[{trace.key}]" if isinstance(trace.key, int) else f".{trace.key}" if owner else trace.key
            origins.append(Origin(f"{owner}{name}", trace.line, trace.element, None))
    return tuple(sorted(origins, key=lambda origin: (origin.segment, origin.element)))


def _paths(value: Any, path: str, paths: dict[int, str]) -> None:
    """The path of every part and list of a document, by identity."""
    if isinstance(value, dict):
        paths[id(value)] = path
        for key, inner in value.items():
            _paths(inner, f"{path}.{key}" if path else str(key), paths)
    elif isinstance(value, list):
        paths[id(value)] = path
        for index, inner in enumerate(value):
            _paths(inner, f"{path}[{index}]", paths)
