"""Binary segments are cut by their length: whatever the data holds, what follows is read, and offsets hold."""

import json
from base64 import b64decode

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.contract import DocumentTerms, Family, Terms, Verdict
from translators.finding import Code, Severity
from translators.parsed import ParsedSegment

PICTURE = b"\xff\xd8~SE*2*0001~GE*1*1~IEA*1*000000001~\x00\r\n*>ST*850*0002~\x1d\x1c"
TYPE = "102"
"""Associated data: a set without a table here, passed on as it is."""


def sent(*segments: bytes, kind: str = TYPE, group: str = "AS", line_end: bytes = b"") -> bytes:
    """A set of these segments in its envelope."""
    body = [f"ST*{kind}*0001", "@@", f"SE*{len(segments) + 2}*0001"]
    whole = interchange([body], functional_id=group).replace(b"~", b"~" + line_end)
    return whole.replace(b"@@", (b"~" + line_end).join(segments))


def values(data: bytes) -> list[list[str]]:
    """The segments of the generic document."""
    (document,) = registry.translate(data).interchanges[0].documents
    assert document.canonical is not None
    found = json.loads(document.canonical.to_json())["segments"]
    return [[one["tag"], *(element[0][0] for element in one["elements"])] for one in found]


@pytest.mark.parametrize("line_end", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("head", [b"BIN*", b"BDS*ASC*"])
def test_data_of_any_bytes_is_read_by_its_length(head: bytes, line_end: bytes) -> None:
    binary = head + str(len(PICTURE)).encode() + b"*" + PICTURE
    data = sent(b"BGN*00*1*20260302", binary, b"K3*after", line_end=line_end)
    translation = registry.translate(data)
    assert translation.findings == ()
    (one,) = translation.interchanges
    (document,) = one.documents
    assert (document.verdict, document.segments, one.verdict) == (Verdict.ACCEPTED, 5, Verdict.ACCEPTED)
    assert {finding.code for finding in (*document.findings, *one.findings)} <= {Code.DEFINITION_MISSING, Code.LINE_BREAKS}
    _st, _bgn, read, after, _se = values(data)
    assert (b64decode(read[-1]), after) == (PICTURE, ["K3", "after"])


def test_several_segments_keep_their_own_data() -> None:
    data = sent(b"BIN*3*~~~", b"BIN*4*ST*1", b"BIN*0*", b"BIN*2*ab")
    assert [b64decode(row[-1]) for row in values(data) if row[0] == "BIN"] == [b"~~~", b"ST*1", b"", b"ab"]


@pytest.mark.parametrize("length", [b"4", b"99", b"999999999999999", b"x", b""])
def test_a_length_that_leads_nowhere_is_found_with_its_place(length: bytes) -> None:
    data = sent(b"BGN*00*1*20260302", b"BIN*" + length + b"*abc", b"K3*after")
    (document,) = registry.translate(data).interchanges[0].documents
    (finding,) = [one for one in document.findings if one.code is Code.BINARY_LENGTH]
    assert data[finding.position.offset :].startswith(length + b"*abc")
    assert (finding.position.segment, finding.position.tag, finding.position.element) == (3, "BIN", 1)
    assert document.verdict is Verdict.REJECTED
    assert document.segments == 5


def test_findings_behind_the_data_stand_where_they_are() -> None:
    data = sent(b"B10*1*2*SCAC", b"LX*1", b"BIN*%d*%s" % (len(PICTURE), PICTURE), b"ZZZ*1", kind="214", group="QM")
    (document,) = registry.translate(data).interchanges[0].documents
    places = [finding.position.offset for finding in document.findings if finding.position.tag == "ZZZ"]
    assert places == [data.index(b"ZZZ*1")]


def test_more_data_than_a_segment_may_have_refuses_the_interchange_without_reading_it() -> None:
    data = sent(b"BIN*5000*" + b"~" * 5000)
    (one,) = registry.translate(data, lambda _envelope: Terms(max_segment_bytes=1000)).interchanges
    assert [finding.code for finding in one.findings] == [Code.SEGMENT_TOO_LARGE]


def test_the_parser_shows_the_segment_whole() -> None:
    data = sent(b"BIN*5*a~b~c", b"K3*after")
    tags = [(one.tag, one.raw) for one in registry.parse(data) if isinstance(one, ParsedSegment)]
    assert ("BIN", "BIN*5*a~b~c") in tags
    assert ("K3", "K3*after") in tags


def test_binary_data_is_not_written_as_text() -> None:
    lowered = Terms(default=DocumentTerms(severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING)))
    data = sent(b"B10*1*2*SCAC", b"LX*1", b"AT7*X1*NS***20260302*1200*UT", b"BIN*3*~~~", kind="214", group="QM")
    (document,) = registry.translate(data, lambda _envelope: lowered).interchanges[0].documents
    assert document.canonical is not None
    written = registry.write(Family.X12, document.canonical, "214", "004010")
    assert "BIN" not in written.document.body
    assert any("BIN" in (finding.actual or "") for finding in written.findings if finding.code is Code.NOT_WRITTEN)
