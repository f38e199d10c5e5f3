"""What is known of a file as a whole: by the caller, by a header record in it, by the layout."""

from dataclasses import dataclass

from translators.contract import Envelope, Family, Identity, Separators
from translators.findings import Findings
from translators.flatfile.layout import Layout
from translators.flatfile.lines import lines
from translators.flatfile.rows import Grid
from translators.flatfile.values import FlagKind

_USUAL_LONGEST = 1_048_576


@dataclass(frozen=True, slots=True)
class Handover:
    """What the caller knows of a file by the way it came: a flat file says little of itself. What is not said is left to it."""

    sender: Identity | None = None
    receiver: Identity | None = None
    control_number: str = ""
    test: bool | None = None


NOTHING_KNOWN = Handover()


def envelope_of(data: bytes, start: int, layout: Layout, handover: Handover) -> Envelope:
    """The envelope: what the caller knows goes before what a header of the file says, that before the layout."""
    said = _said_by_header(data, start, layout)
    return Envelope(
        family=Family.FLAT,
        sender=handover.sender or _identity(said.get("sender")) or layout.sender,
        receiver=handover.receiver or _identity(said.get("receiver")) or layout.receiver,
        control_number=handover.control_number or said.get("control_number", ""),
        version=layout.name,
        test=handover.test if handover.test is not None else said.get("test", "") == "true" or layout.test,
        acknowledgement_requested="",
        prepared=said.get("prepared", ""),
        offset=start,
        header=(),
        separators=Separators(layout.delimiter if layout.delimited else "", "", layout.line_end, decimal=layout.decimal_mark),
    )


def _said_by_header(data: bytes, start: int, layout: Layout) -> dict[str, str]:
    """What the header record of the file says about the whole."""
    said: dict[str, str] = {}
    record = layout.header_record
    if record is None:
        return said
    grid = Grid(layout)
    ignored = Findings({}, limit=1)
    first = lines(data, start, layout, ignored, longest=_USUAL_LONGEST)
    if layout.header and (line := next(first, None)) is not None:
        grid.head(line, ignored)
    line = next(first, None)
    row = grid.row(line) if line is not None else None
    if row is None or row.plan is None or row.plan.record is not record:
        return said
    for each, key in row.plan.fields:
        if each.envelope and key is not None and (text := row.text(key)) and text not in each.empty:
            flag = isinstance(each.kind, FlagKind) and text in each.kind.true
            said[each.envelope] = "true" if flag else text
    return said


def _identity(text: str | None) -> Identity | None:
    if not text:
        return None
    qualifier, colon, name = text.partition(":")
    return Identity(qualifier, name) if colon else Identity("", text)
