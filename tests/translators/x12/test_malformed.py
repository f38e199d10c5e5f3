"""The malformed inputs of the limits page, and the four that only look so: what is found, where, in what time and memory."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.translators.x12.orders import body_850, interchange, order_850
from translators import registry
from translators.contract import Translation, Verdict
from translators.finding import Code, Finding, Severity

GOOD = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", lines=2)
TWO = interchange([body_850(order_number="A", lines=1), body_850(order_number="B", lines=1, reference="0002")])


def findings(translation: Translation) -> list[Finding]:
    """All findings of all levels."""
    found = list(translation.findings)
    for one in translation.interchanges:
        found += one.findings
        for group in one.groups:
            found += group.findings
        for document in one.documents:
            found += document.findings
    return found


def replaced(old: bytes, new: bytes, source: bytes = GOOD) -> bytes:
    assert old in source
    return source.replace(old, new, 1)


@dataclass(frozen=True)
class Case:
    """An input, the code it must give, and where: an offset or text that begins there, and the segment number."""

    name: str
    data: bytes
    code: Code
    at: bytes | int | None = None
    segment: int | None = None
    element: int | None = None

    @property
    def offset(self) -> int | None:
        return self.data.index(self.at) if isinstance(self.at, bytes) else self.at


def renumbered(body: list[str]) -> list[str]:
    return [*body[:-1], f"SE*{len(body)}*{body[-1].rpartition('*')[2]}"]


def changed(change: Callable[[list[str]], object]) -> bytes:
    """A valid order with its segments changed and counted again."""
    body = body_850(order_number="PO1", lines=2)
    change(body)
    return interchange([renumbered(body)])


def drop(tag: str) -> bytes:
    return changed(lambda body: body.remove(next(s for s in body if s.startswith(tag + "*"))))


ILLEGAL = [
    Case("empty", b"", Code.EMPTY, 0),
    Case("only blanks", b"  \r\n\t \n", Code.EMPTY, 0),
    Case("cut inside a segment", GOOD[: GOOD.index(b"PID*F") + 7], Code.TRUNCATED, b"PID*F", None),
    Case("cut after a terminator", GOOD[: GOOD.index(b"PID*F")], Code.DOCUMENT_TRAILER_MISSING, b"PO1*1*", 16),
    Case("IEA missing", GOOD[: GOOD.index(b"IEA*")], Code.INTERCHANGE_TRAILER_MISSING, len(GOOD[: GOOD.index(b"IEA*")])),
    Case("GE missing", replaced(b"GE*1*7~", b""), Code.GROUP_TRAILER_MISSING, b"IEA*"),
    Case("SE missing", replaced(b"SE*21*0001~", b""), Code.DOCUMENT_TRAILER_MISSING, b"CTT*", 20),
    Case(
        "GS missing", replaced(b"GS*PO*123456789*NORDICDC*20260302*0915*7*X*004010~", b""), Code.GROUP_HEADER_MISSING, b"ST*850"
    ),
    Case("ST missing", replaced(b"ST*850*0001~", b""), Code.DOCUMENT_HEADER_MISSING, b"BEG*"),
    Case("segment count wrong", replaced(b"SE*21*", b"SE*22*"), Code.SEGMENT_COUNT_MISMATCH, b"22*0001~", 21, 1),
    Case("set reference differs", replaced(b"SE*21*0001", b"SE*21*0009"), Code.DOCUMENT_REFERENCE_MISMATCH, b"0009~", 21, 2),
    Case("set count wrong", replaced(b"GE*1*7", b"GE*2*7"), Code.GROUP_COUNT_MISMATCH, b"2*7~IEA", None, 1),
    Case("group reference differs", replaced(b"GE*1*7", b"GE*1*8"), Code.GROUP_REFERENCE_MISMATCH, b"8~IEA", None, 2),
    Case("group count wrong", replaced(b"IEA*1*", b"IEA*2*"), Code.INTERCHANGE_COUNT_MISMATCH, b"2*000000007~", None, 1),
    Case(
        "interchange reference differs",
        replaced(b"IEA*1*000000007", b"IEA*1*000000008"),
        Code.INTERCHANGE_REFERENCE_MISMATCH,
        b"000000008~",
        None,
        2,
    ),
    Case(
        "two sets with one reference",
        TWO.replace(b"0002~", b"0001~"),
        Code.DOCUMENT_REFERENCE_DUPLICATE,
        TWO.index(b"ST*850*0002") + 7,
        1,
        2,
    ),
    Case("other separators than announced", replaced(b"GS*", b"GS+").replace(b"ST*850*", b"ST+850+"), Code.STRAY_SEGMENT, b"GS+"),
    Case("two equal separators", replaced(b"*P*>~", b"*P**~"), Code.SEPARATORS_CLASH, 0),
    Case("ISA too short", replaced(b"*123456789      *", b"*123456789*"), Code.HEADER_MALFORMED, 0, None, 6),
    Case("ISA without ISA16", replaced(b"*P*>~", b"*P*~"), Code.HEADER_MALFORMED, 0, None, 16),
    Case("ISA12 wrong", replaced(b"*U*00401*", b"*U*99999*"), Code.INTERCHANGE_VERSION_UNSUPPORTED, b"99999*", None, 12),
    Case("NUL byte", replaced(b"WIDGET-0001", b"WIDGET\x000001"), Code.CHARACTER_NUL, b"WIDGET\x00", 16, 9),
    Case("NUL outside of any element known", replaced(b"ST*BIGBOX", b"ST*BIG\0OX"), Code.CHARACTER_NUL, b"BIG\0OX", 13, 2),
    Case("8-bit bytes", replaced(b"JOLIET", b"JOLI\xc8T"), Code.CHARACTER_OUTSIDE_SET, b"\xc8"),
    Case("unknown segment", changed(lambda b: b.insert(4, "QQQ*1")), Code.SEGMENT_UNKNOWN, b"QQQ*", 5),
    Case("segment of other sets", changed(lambda b: b.insert(4, "BIG*20260101*1")), Code.SEGMENT_NOT_IN_DEFINITION, b"BIG*", 5),
    Case("mandatory segment missing", drop("BEG"), Code.SEGMENT_MISSING, b"CUR*", 2),
    Case("segment out of order", changed(lambda b: b.insert(9, b.pop(2))), Code.SEGMENT_OUT_OF_ORDER, b"CUR*", 10),
    Case("loop without its first segment", changed(lambda b: b.__delitem__(slice(11, 13))), Code.SEGMENT_MISSING, b"N3*", 12),
    Case("value too long", replaced(b"*PO1**2026", b"*" + b"9" * 23 + b"**2026"), Code.ELEMENT_TOO_LONG, b"99999999999", 2, 3),
    Case("value too short", replaced(b"CUR*BY*USD", b"CUR*BY*US"), Code.ELEMENT_TOO_SHORT, b"US~", 3, 2),
    Case("letters in a number", replaced(b"PO1*1*10*", b"PO1*1*TEN*"), Code.ELEMENT_NOT_NUMERIC, b"TEN*", 16, 2),
    Case("too many elements", replaced(b"CTT*2*30", b"CTT*2*30*1*EA*1*EA*7*8"), Code.ELEMENT_SURPLUS, b"8~SE", 20, 8),
    Case("too many components", replaced(b"PO1*1*10*EA", b"PO1*1*10*EA>1"), Code.COMPONENT_SURPLUS, b"EA>1", 16, 3),
    Case("mandatory element missing", replaced(b"BEG*00*SA*PO1", b"BEG*00**PO1"), Code.ELEMENT_MISSING, b"*PO1**", 2, 2),
    Case("date that does not exist", replaced(b"DTM*002*20260316", b"DTM*002*20260231"), Code.ELEMENT_DATE, b"20260231", 9, 2),
    Case("short date", replaced(b"DTM*002*20260316", b"DTM*002*260316"), Code.ELEMENT_TOO_SHORT, b"260316", 9, 2),
    Case("pair without its half", replaced(b"*UP*012345678905", b"*UP*"), Code.ELEMENT_CONDITION, None, 16, 7),
    Case("byte order mark", b"\xef\xbb\xbf" + GOOD, Code.BYTE_ORDER_MARK, 0),
    Case("mail header in front", b"Subject: orders\r\n\r\n" + GOOD, Code.BYTES_OUTSIDE_INTERCHANGE, 0),
    Case("set without envelope", GOOD[GOOD.index(b"ST*850") : GOOD.index(b"GE*")], Code.ENVELOPE_MISSING, 0),
    Case(
        "ST inside a set", replaced(b"CTT*", b"ST*850*0005~CTT*"), Code.DOCUMENT_TRAILER_MISSING, b"PID*F****WIDGET NUMBER 2", 19
    ),
    Case("tilde inside data", replaced(b"NUMBER 1,", b"NUM~BER 1,"), Code.SEGMENT_UNKNOWN, b"BER 1,", 18),
    Case("interchange without content", interchange([]), Code.INTERCHANGE_EMPTY, 0),
    Case("ISA cut", GOOD[:40], Code.HEADER_MALFORMED, 0),
]

LEGAL = [
    Case("ISA announces other separators", GOOD.translate(bytes.maketrans(b"*>~", b"|^'")), Code.LINE_BREAKS),
    Case("a value that looks like a header", replaced(b"NUMBER 1", b"ISA LTD"), Code.LINE_BREAKS),
    Case("UTF-8 in text", replaced(b"JOLIET", "JOLIÉT".encode()), Code.CHARACTER_OUTSIDE_SET),
    Case("CRLF after every terminator", GOOD.replace(b"~", b"~\r\n"), Code.LINE_BREAKS),
    Case("line feed as terminator", GOOD.replace(b"~", b"\n"), Code.LINE_BREAKS),
    Case("carriage return as terminator, line feed after it", GOOD.replace(b"~", b"\r\n"), Code.LINE_BREAKS),
    Case("blank lines and indentation", GOOD.replace(b"~", b"~\n\n   "), Code.LINE_BREAKS),
    Case("bar as terminator and tilde as component separator", GOOD.translate(bytes.maketrans(b">~", b"~|")), Code.LINE_BREAKS),
    Case("last terminator missing", GOOD[:-1], Code.TRUNCATED),
]


@pytest.mark.parametrize("case", ILLEGAL, ids=lambda case: case.name)
def test_an_illegal_input_gives_its_finding_at_its_place(case: Case) -> None:
    found = [f for f in findings(registry.translate(case.data)) if f.code is case.code]
    assert found, [f.code for f in findings(registry.translate(case.data))]
    first = found[0]
    if case.offset is not None:
        assert first.position.offset == case.offset
    if case.segment is not None:
        assert first.position.segment == case.segment
    if case.element is not None:
        assert first.position.element == case.element
    assert first.message
    assert first.remedy


@pytest.mark.parametrize("case", LEGAL, ids=lambda case: case.name)
def test_a_legal_input_is_accepted_with_at_most_its_note(case: Case) -> None:
    translation = registry.translate(case.data)
    assert [one.verdict for one in translation.interchanges] == [Verdict.ACCEPTED]
    assert translation.interchanges[0].documents[0].canonical is not None
    assert {f.code for f in findings(translation)} <= {case.code}
    assert all(f.severity is not Severity.ERROR for f in findings(translation))


def test_a_good_order_gives_no_finding() -> None:
    assert findings(registry.translate(GOOD)) == []


def test_two_interchanges_in_one_file_are_both_read() -> None:
    other = order_850(sender="01:987654321", receiver="ZZ:NORDICDC", control_number=8, order_number="PO2")
    translation = registry.translate(GOOD + other.translate(bytes.maketrans(b"*>~", b"|^'")))
    assert [one.envelope.control_number for one in translation.interchanges] == ["000000007", "000000008"]
    assert [one.verdict for one in translation.interchanges] == [Verdict.ACCEPTED] * 2


def test_an_interchange_without_iea_ends_where_the_next_begins() -> None:
    translation = registry.translate(GOOD[: GOOD.index(b"IEA*")] + TWO)
    assert [one.verdict for one in translation.interchanges] == [Verdict.REJECTED, Verdict.ACCEPTED]
    assert Code.INTERCHANGE_TRAILER_MISSING in {f.code for f in translation.interchanges[0].findings}


def test_a_missing_loop_trigger_is_reported_once() -> None:
    data = changed(lambda body: body.__delitem__(slice(11, 13)))
    (document,) = registry.translate(data).interchanges[0].documents
    assert [(f.code, f.position.tag, f.position.segment) for f in document.findings] == [(Code.SEGMENT_MISSING, "N1", 12)]


def test_a_loop_out_of_order_is_reported_once_and_the_rest_is_in_order() -> None:
    data = changed(lambda body: body.__setitem__(slice(15, 15), ["N9*L1**HANDLE WITH CARE", "MSG*FRAGILE"]))
    (document,) = registry.translate(data).interchanges[0].documents
    assert [(f.code, f.position.tag, f.position.segment) for f in document.findings] == [(Code.SEGMENT_OUT_OF_ORDER, "N9", 16)]


LARGE = {
    "fifty megabytes without a terminator": (
        GOOD[: GOOD.index(b"PID*F")] + b"PID*F****" + b"x" * 50_000_000,
        Code.SEGMENT_TOO_LARGE,
    ),
    "fifty megabytes behind ISA": (GOOD[:106] + b"x" * 50_000_000, Code.SEGMENT_TOO_LARGE),
    "a million components": (replaced(b"EA*1.25", b"EA" + b">1" * 500_000 + b"*1.25"), Code.COMPONENT_SURPLUS),
    "a million elements": (replaced(b"CTT*2*30", b"CTT*2*30" + b"*" * 1_000_000 + b"1"), Code.ELEMENT_SURPLUS),
    "a million bad segments": (replaced(b"CTT*2*30~", b"QQQ*1~" * 300_000 + b"CTT*2*30~"), Code.DOCUMENT_TOO_LARGE),
    "many bad segments": (replaced(b"CTT*2*30~", b"QQQ*1~" * 90_000 + b"CTT*2*30~"), Code.FINDINGS_CAPPED),
    "a million empty groups": (GOOD[:106] + b"GE*1*1~" * 100_000, Code.FINDINGS_CAPPED),
    "many stray segments": (GOOD[:106] + b"QQ*1~" * 300_000, Code.STRAY_SEGMENT),
    "many sets without trailer": (GOOD[: GOOD.index(b"BEG*")] + b"ST*850*1~" * 5_000, Code.DOCUMENT_TRAILER_MISSING),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_hostile_input_costs_bounded_time(name: str) -> None:
    data, code = LARGE[name]
    begin = time.process_time()
    codes = {f.code for f in findings(registry.translate(data))}
    assert code in codes
    assert time.process_time() - begin < 20


@pytest.mark.parametrize("name", ["fifty megabytes without a terminator", "a million components", "a million elements"])
def test_a_hostile_input_costs_bounded_memory(name: str) -> None:
    data, _code = LARGE[name]
    tracemalloc.start()
    try:
        registry.translate(data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 150_000_000


def test_findings_are_capped_and_the_verdict_still_counts_those_not_listed() -> None:
    data = replaced(b"CTT*2*30~", b"MSG*x~" * 50 + b"QQQ*1~" * 500 + b"CTT*2*30~")
    document = registry.translate(data).interchanges[0].documents[0]
    assert len(document.findings) <= 102
    assert document.verdict is Verdict.REJECTED
    assert document.canonical is None
