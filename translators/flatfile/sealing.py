"""The final bytes of a flat file: header line, header and trailer of the file around the documents, in its encoding."""

from datetime import datetime
from zoneinfo import ZoneInfo

from translators.contract import Identity, OutboundInterchange, Terms
from translators.errors import NotWritable
from translators.finding import Finding
from translators.findings import Findings
from translators.flatfile.layout import Field, Layout, Record
from translators.flatfile.lines import lines
from translators.flatfile.reading import File
from translators.flatfile.rendering import Sheet, Texts
from translators.flatfile.totals import Tally
from translators.flatfile.values import FlagKind, MomentKind, Unwritable

_UTC = ZoneInfo("UTC")
_ANY_LENGTH = 1 << 40


def seal(outbound: OutboundInterchange, layout: Layout, *, control_number: int, prepared: datetime) -> bytes:
    """The bytes of a file. `prepared` is in UTC.

    Raises NotWritable for several documents where the layout makes a whole file one, and for an envelope that does not fit.
    """
    bodies = [document.body for group in outbound.groups for document in group.documents]
    if layout.whole_file and len(bodies) != 1:
        raise NotWritable(f"a file of the layout {layout.name} holds one document, not {len(bodies)}")
    said: dict[str, object] = {
        "sender": _spoken(outbound.sender),
        "receiver": _spoken(outbound.receiver),
        "control_number": str(control_number),
        "prepared": prepared,
        "test": outbound.test,
    }
    sheet, body = Sheet(layout), "".join(bodies)
    records = [record for record in (layout.header_record, layout.trailer_record) if record is not None]
    tally = _tally(layout, body, records) if any(each.total for record in records for each in record.fields) else Tally()
    ends = {record.ends: _line(sheet, record, said, tally) + layout.line_end for record in records}
    text = f"{sheet.head()}{ends.get(False, '')}{body}{ends.get(True, '')}"
    return text.encode(layout.encoding, "replace")


def _spoken(identity: Identity) -> str:
    return str(identity) if identity.qualifier else identity.id


def _tally(layout: Layout, body: str, records: list[Record]) -> Tally:
    """What is in the file: the bodies are read as their receiver will read them."""
    data = f"{Sheet(layout).head()}{body}".encode(layout.encoding, "replace")
    findings = Findings({}, limit=1)
    terms = Terms(max_segment_bytes=_ANY_LENGTH, max_document_bytes=_ANY_LENGTH, max_document_segments=_ANY_LENGTH)
    file = File(layout, terms, findings)
    for _ in file.documents(lines(data, 0, layout, findings, longest=_ANY_LENGTH), len(data)):
        pass
    for record in records:
        file.tally.count(record.name)
    return file.tally


def _line(sheet: Sheet, record: Record, said: dict[str, object], tally: Tally) -> str:
    """The header or trailer of the file."""
    texts: Texts = {}
    for each in record.fields:
        text = _text(each, said, tally)
        if each.max_length and len(text) > each.max_length:
            raise NotWritable(f"{record.name}: {each.label} {text} has more than {each.max_length} characters")
        texts[each.index] = text
    findings: list[Finding] = []
    return sheet.line(record, texts, 1, findings)


def _text(each: Field, said: dict[str, object], tally: Tally) -> str:
    if each.constant is not None:
        return each.constant
    value: object = tally.value(each.total) if each.total is not None else said.get(each.envelope)
    if value is None or (value == "" and each.default is None):
        return each.default or ""
    try:
        if isinstance(each.kind, MomentKind) and not each.kind.format.clock and isinstance(value, datetime):
            value = value.date()
        return each.kind.write(value, _UTC) if not isinstance(value, bool) or isinstance(each.kind, FlagKind) else str(value)
    except Unwritable as error:
        return error.instead
