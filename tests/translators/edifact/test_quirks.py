"""What real partners' files do: each quirk is read, tolerated with a finding, or refused with a clear one."""

import pytest

from tests.translators.edifact.orders import order_edifact
from tests.translators.edifact.reading import read
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import DocumentTerms, Terms, Verdict
from translators.finding import Code, Severity

ORDER = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=2)
HEADER, BODY = ORDER[: ORDER.index(b"UNH")], ORDER[ORDER.index(b"UNH") : ORDER.index(b"UNZ")]
UNA = b"UNA:+.? '"
A, E, R = Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS, Verdict.REJECTED


def changed(old: bytes, new: bytes, data: bytes = ORDER) -> bytes:
    """The good order with one thing changed."""
    assert old in data
    return data.replace(old, new, 1)


def translated(pairs: tuple[bytes, bytes], una: bytes) -> bytes:
    """The good order in other service characters."""
    return una + ORDER.translate(bytes.maketrans(*pairs))


READ = {
    "1 UNA before each interchange": UNA + ORDER + b"\n" + UNA + ORDER,
    "3 headers' names inside data": changed(b"PRODUCT 1", b"LAGUNA ISAAC UNB UNA1234"),
    "4 blank after UNA": UNA + b" " + ORDER,
    "4 line break after UNA": UNA + b"\r\n" + ORDER,
    "10 line feed as terminator": UNA[:-1] + b"\n" + ORDER.replace(b"'", b"\n"),
    "10 pipe as element separator": translated((b"+", b"|"), b"UNA:|.? '"),
    "10 caret, backslash and tilde": translated((b"+:'", b"^\\~"), b"UNA\\^.? ~"),
    "14 star announced in version 3, data in values": b"UNA:+.?*'" + changed(b"PRODUCT 1", b"5 * 4"),
    "15 runs of release characters": changed(b"PRODUCT 1", b"A???'B??????"),
    "16 release before an ordinary character": changed(b"PRODUCT 1", b"A?@B"),
    "16 another release character": b"UNA:+.! '" + changed(b"PRODUCT 1", b"A!+B!!"),
    "21 line breaks in free text": changed(b"PRODUCT 1", b"ONE\r\nTWO"),
    "22 mixed line ends": ORDER.replace(b"'", b"'\r\n", 5).replace(b"'LIN", b"'\nLIN").replace(b"'PIA", b"'\rPIA"),
    "23 indentation and blank lines": ORDER.replace(b"'BGM", b"'\n\n    BGM").replace(b"'QTY", b"'\t QTY"),
    "23 blanks after the last terminator": ORDER + b" \r\n\r\n",
    "29 decimal comma": changed(b"AAA:1.25", b"AAA:1,25"),
    "30 leading zeros and signs": changed(b"21:12:", b"21:-0012:"),
    "32 offset in a date": changed(b"DTM+2:20261127:102", b"DTM+2:202611271200?+00:303"),
    "34 optional tail cut": changed(b"CUX+2:GBP:9", b"CUX+2:GBP"),
    "43 code of another agency": changed(b"BGM+220", b"BGM+X1::91"),
    "49 test indicator": changed(b"0930+7'", b"0930+7++++++1'"),
}
TOLERATED = {
    "2 byte order mark": (b"\xef\xbb\xbf" + ORDER, Code.BYTE_ORDER_MARK, A),
    "2 junk before the header": (b"FILE 4711\n" + ORDER, Code.BYTES_OUTSIDE_INTERCHANGE, A),
    "2 junk between interchanges": (ORDER + b"\n---\n" + ORDER, Code.BYTES_OUTSIDE_INTERCHANGE, A),
    "20 wrapped at 80 columns": (b"\r\n".join(ORDER[i : i + 80] for i in range(0, len(ORDER), 80)), Code.LINE_BREAKS, A),
    "25 Latin 1 under UNOA": (changed(b"PRODUCT 1", b"K\xd6RPER", changed(b"UNOC", b"UNOA")), Code.CHARACTER_SET_WRONG, E),
    "25 UTF-8 under UNOC": (changed(b"PRODUCT 1", "KÖRPER".encode()), Code.CHARACTER_SET_WRONG, E),
    "25 Windows-1252 under UNOC": (changed(b"PRODUCT 1", b"5 \x80"), Code.CHARACTER_SET_WRONG, E),
    "26 lower case under UNOA": (changed(b"PRODUCT 1", b"product_1", changed(b"UNOC", b"UNOA")), Code.CHARACTER_OUTSIDE_SET, E),
    "28 national seven-bit replacements": (
        changed(b"PRODUCT 1", b"]NGSTR\\M", changed(b"UNOC", b"UNOB")),
        Code.CHARACTER_OUTSIDE_SET,
        E,
    ),
    "33 trailing element separators": (changed(b"UNS+S", b"UNS+S+++"), Code.TRAILING_SEPARATOR, E),
    "33 trailing component separators": (changed(b"21:12:PCE", b"21:12:PCE:"), Code.TRAILING_SEPARATOR, E),
    "34 empty segment": (changed(b"IMD+F++:::PRODUCT 1", b"IMD"), Code.SEGMENT_EMPTY, E),
    "43 code beyond the list": (changed(b"BGM+220", b"BGM+50E"), Code.ELEMENT_CODE, E),
    "45 0 for D": (changed(b"D:96A", b"0:96A"), Code.VERSION_NEAREST, A),
    "45 a directory that is not shipped": (changed(b"D:96A", b"S:93A"), Code.VERSION_NEAREST, A),
}
REFUSED = {
    "5 no UNZ": (HEADER + BODY, Code.INTERCHANGE_TRAILER_MISSING),
    "5 no UNT": (ORDER[: ORDER.index(b"UNT")] + b"UNZ+1+7'", Code.DOCUMENT_TRAILER_MISSING),
    "5 cut upload": (ORDER[:500], Code.TRUNCATED),
    "14 no terminator on UNB": (changed(b"0930+7'", b"0930+7"), Code.INTERCHANGE_COUNT_MISMATCH),
    "17 unreleased delimiter in text": (changed(b"PRODUCT 1", b"A'B"), Code.SEGMENT_UNKNOWN),
    "17 unreleased separator in text": (changed(b"PRODUCT 1", b"A:B:C:D"), Code.COMPONENT_SURPLUS),
    "19 component and element separator equal": (b"UNA++.? '" + ORDER.replace(b":", b"+"), Code.SEPARATORS_CLASH),
    "19 letter as separator": (translated((b":", b"X"), b"UNAX+.? '"), Code.HEADER_MALFORMED),
    "27 unknown syntax identifier": (changed(b"UNOC", b"IATB"), Code.SYNTAX_UNSUPPORTED),
    "33 more elements than the table": (changed(b"UNS+S", b"UNS+S+X"), Code.ELEMENT_SURPLUS),
    "35 repeats beyond the maximum": (changed(b"RFF+CT:C-2026-17'", b"RFF+CT:C'" * 12), Code.LOOP_REPEATS),
    "38 order of segments": (changed(b"CUX+2:GBP:9'", b"CUX+2:GBP:9'NAD+UC+1::92'"), Code.SEGMENT_OUT_OF_ORDER),
    "38 double UNS": (changed(b"UNS+S'", b"UNS+S'UNS+S'"), Code.SEGMENT_REPEATS),
    "39 first segment of a group missing": (changed(b"LIN+1++5701234500018:EN'", b""), Code.SEGMENT_MISSING),
    "44 mandatory segment left out": (changed(b"BGM+220+PO-1+9'", b""), Code.SEGMENT_MISSING),
    "45 version that says nothing": (changed(b"D:96A", b"X:XX"), Code.DOCUMENT_VERSION_UNSUPPORTED),
    "46 wrong UNT count": (changed(b"UNT+24", b"UNT+99"), Code.SEGMENT_COUNT_MISMATCH),
    "46 wrong UNT reference": (changed(b"UNT+24+1", b"UNT+24+9"), Code.DOCUMENT_REFERENCE_MISMATCH),
    "46 wrong UNZ count": (changed(b"UNZ+1", b"UNZ+9"), Code.INTERCHANGE_COUNT_MISMATCH),
    "46 wrong UNZ reference": (changed(b"UNZ+1+7", b"UNZ+1+9"), Code.INTERCHANGE_REFERENCE_MISMATCH),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_legal_is_read_without_a_finding(name: str) -> None:
    result = read(READ[name])
    assert result.findings == []
    assert {i.verdict for i in result.interchanges} == {A}
    assert all(isinstance(d.canonical, PurchaseOrder) for d in result.documents)


@pytest.mark.parametrize("name", TOLERATED)
def test_what_is_tolerated_is_noted_and_read(name: str) -> None:
    data, code, verdict = TOLERATED[name]
    result = read(data)
    assert {f.code for f in result.findings} == {code}
    assert {i.verdict for i in result.interchanges} == {verdict}
    assert all(isinstance(d.canonical, PurchaseOrder) for d in result.documents)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name: str) -> None:
    data, code = REFUSED[name]
    result = read(data)
    assert code in result.codes
    assert [i.verdict for i in result.interchanges] == [R]


def test_surplus_repeats_are_kept_when_an_agreement_tolerates_them() -> None:
    """Quirk 35: a parser that skipped the surplus lost delivery addresses."""
    terms = Terms(
        default=DocumentTerms(severities=dict.fromkeys((Code.LOOP_REPEATS, Code.SEGMENT_COUNT_MISMATCH), Severity.WARNING))
    )
    (document,) = read(REFUSED["35 repeats beyond the maximum"][0], lambda _e: terms).documents
    assert isinstance(document.canonical, PurchaseOrder)
    assert len(document.canonical.references) == 12


def test_missing_first_segment_is_reported_once() -> None:
    (document,) = read(REFUSED["39 first segment of a group missing"][0]).documents
    assert [f.code for f in document.findings].count(Code.SEGMENT_MISSING) == 1
    assert {f.code for f in document.findings} == {Code.SEGMENT_MISSING, Code.SEGMENT_COUNT_MISMATCH}


def test_a_second_interchange_with_other_characters_partner_and_version() -> None:
    other = translated((b"+:'", b"*>~"), b"UNA>*.? ~").replace(b"5790000000029>14*", b"OTHER>ZZ*", 1)
    first, second = read(ORDER + other).interchanges
    assert (first.envelope.sender.id, str(second.envelope.sender)) == ("5790000000029", "ZZ:OTHER")
    assert (first.verdict, second.verdict) == (A, A)


def test_a_large_message_is_read_with_the_same_result_as_its_parts() -> None:
    """Quirk 50: beyond a quarter of a megabyte the elements are cut on demand."""
    lines = b"".join(
        b"LIN+%d++5701234500018:EN'QTY+21:%d:PCE'FTX+AAI+++A?+B?:C'PRI+AAA:%d.25'" % (n, n, n) for n in range(1, 6001)
    )
    body = BODY[: BODY.index(b"LIN")] + lines + b"UNS+S'CNT+2:6000'"
    data = HEADER + body + b"UNT+%d+1'UNZ+1+7'" % (body.count(b"'") + 1)
    (document,) = read(data).documents
    assert (document.verdict, document.findings) == (A, ())
    assert isinstance(document.canonical, PurchaseOrder)
    assert len(document.canonical.lines) == 6000
    last = document.canonical.lines[-1]
    assert (last.number, last.texts[0].lines) == ("6000", ["A+B:C"])
    wrong = data.replace(b"QTY+21:5999:PCE", b"QTY+21:XXXX:PCE")
    (finding,) = read(wrong).documents[0].findings
    assert wrong[finding.position.offset :].startswith(b"XXXX")
