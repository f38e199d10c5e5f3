"""The 31 illegal inputs that every reader is judged by, in each family that has the form: code and place of what is found.

X12 and EDIFACT state theirs in their `test_malformed`; here are XML, JSON and flat files (delimited, fixed width), and the count:
no family passes a case over without a reason.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pytest

from tests.translators.edifact import test_malformed as edifact
from tests.translators.flatfile import samples as flat
from tests.translators.x12 import test_malformed as x12
from tests.translators.xml.samples import ORDER_HEAD, order
from translators import registry
from translators.contract import Envelope, Terms, Translation, Verdict
from translators.finding import Code, Finding, Severity, found
from translators.flatfile import Layout
from translators.position import Position
from translators.provenance import NOTHING_KNOWN, Provenance

MILLION = 1_000_000
CASES = (
    "empty",
    "only blanks",
    "cut inside a segment",
    "cut after a terminator",
    "interchange trailer missing",
    "segment count wrong",
    "document reference differs",
    "document count wrong",
    "interchange reference differs",
    "two documents with one reference",
    "two interchanges with one number",
    "separators not announced",
    "two equal separators",
    "service string or header cut",
    "release character eats a terminator",
    "release character at the end",
    "NUL byte",
    "bytes outside the declared set",
    "unknown segment",
    "mandatory segment missing",
    "segment out of order",
    "value too long",
    "letters in a number",
    "too many components",
    "byte order mark",
    "mail header in front",
    "no interchange envelope",
    "header inside a document",
    "50 MB without a terminator",
    "a million components",
    "a million elements",
)


@dataclass(frozen=True)
class Case:
    """An input, the code it must give, the bytes that must stand at its place (or the offset), its segment and element."""

    data: Callable[[], bytes]
    code: Code
    at: bytes | int
    segment: int | None = None
    element: int | None = None
    tolerated: bool = False


def changed(good: bytes, old: bytes, new: bytes) -> bytes:
    assert old in good
    return good.replace(old, new, 1)


# --- XML ----------------------------------------------------------------------------------------------------------------

UBL = order()
COUNTED = order(ORDER_HEAD + "<cbc:LineCountNumeric>5</cbc:LineCountNumeric>")
swapped = partial(changed, UBL)
NO_TRAILER = "XML has no trailer but the end tag: `cut after a terminator`"
NO_REFERENCE = "end tags carry no reference; one that differs is `document reference differs`"
BY_THE_GATEWAY = "documents and interchanges that come twice are the gateway's to know"
NO_SEPARATORS = "the marks of the syntax are fixed"
NO_RELEASE = "there is no release character"
IS_ITS_OWN = "a document is an interchange of its own"

XML: Mapping[str, Case | str] = {
    "empty": Case(lambda: b"", Code.EMPTY, 0),
    "only blanks": Case(lambda: b" \r\n\t ", Code.EMPTY, 0),
    "cut inside a segment": Case(lambda: UBL[: UBL.index(b"Bolt") + 2], Code.XML_MALFORMED, b"o"),
    "cut after a terminator": Case(lambda: UBL[: UBL.index(b"<cac:Price>")], Code.XML_MALFORMED, b">"),
    "interchange trailer missing": Case(lambda: UBL[: UBL.index(b"</Order>")], Code.XML_MALFORMED, b">"),
    "segment count wrong": Case(lambda: COUNTED, Code.CONTROL_TOTAL, b"<cbc:LineCountNumeric>5", 5, tolerated=True),
    "document reference differs": Case(
        lambda: swapped(b"</cac:LineItem>", b"</cac:Line>"), Code.XML_MALFORMED, b"</cac:OrderLine>"
    ),
    "document count wrong": IS_ITS_OWN,
    "interchange reference differs": NO_REFERENCE,
    "two documents with one reference": BY_THE_GATEWAY,
    "two interchanges with one number": BY_THE_GATEWAY,
    "separators not announced": Case(lambda: UBL.replace(b"<", b"[").replace(b">", b"]"), Code.NO_INTERCHANGE, b"[?xml"),
    "two equal separators": Case(lambda: UBL.replace(b"<", b">"), Code.NO_INTERCHANGE, b">?xml"),
    "service string or header cut": Case(lambda: swapped(b'encoding="UTF-8"?>', b"encod"), Code.XML_MALFORMED, b"encod"),
    "release character eats a terminator": NO_RELEASE,
    "release character at the end": NO_RELEASE,
    "NUL byte": Case(lambda: swapped(b"Bolt", b"Bo\0t"), Code.XML_MALFORMED, b"\0t"),
    "bytes outside the declared set": Case(lambda: swapped(b"Bolt", b"Bo\xfct"), Code.CHARACTER_SET_WRONG, 0, tolerated=True),
    "unknown segment": Case(
        lambda: swapped(b"<cac:OrderLine>", b"<cbc:Colour>red</cbc:Colour><cac:OrderLine>"),
        Code.SEGMENT_NOT_IN_DEFINITION,
        b"<cbc:Colour>",
        15,
    ),
    "mandatory segment missing": Case(
        lambda: swapped(b"<cbc:IssueDate>2026-11-20</cbc:IssueDate>", b""), Code.SEGMENT_MISSING, b"<Order ", 1
    ),
    "segment out of order": Case(
        lambda: swapped(b"<cbc:ID>34</cbc:ID>", b"").replace(b"</cbc:IssueDate>", b"</cbc:IssueDate><cbc:ID>34</cbc:ID>"),
        Code.SEGMENT_OUT_OF_ORDER,
        b"<cbc:ID>34",
        3,
    ),
    "value too long": Case(lambda: swapped(b"Bolt", b"B" * 12 * MILLION), Code.DOCUMENT_TOO_LARGE, b"<Order ", 1),
    "letters in a number": Case(lambda: swapped(b">12<", b">twelve<"), Code.ELEMENT_NOT_NUMERIC, b"<cbc:Quantity ", 18),
    "too many components": Case(
        lambda: swapped(b"<cbc:ID>34</cbc:ID>", b"<cbc:ID>34</cbc:ID><cbc:ID>35</cbc:ID>"),
        Code.SEGMENT_REPEATS,
        b"<cbc:ID>35",
        3,
    ),
    "byte order mark": Case(lambda: b"\xef\xbb\xbf" + UBL, Code.BYTE_ORDER_MARK, 0, tolerated=True),
    "mail header in front": Case(
        lambda: b"From: a@b.example\r\n\r\n" + UBL, Code.BYTES_OUTSIDE_INTERCHANGE, b"From: a", tolerated=True
    ),
    "no interchange envelope": IS_ITS_OWN,
    "header inside a document": Case(
        lambda: swapped(b"<cac:OrderLine>", b"<Order/><cac:OrderLine>"), Code.SEGMENT_NOT_IN_DEFINITION, b"<Order/>", 15
    ),
    "50 MB without a terminator": Case(lambda: UBL[: UBL.index(b"Bolt")] + b"B" * 50 * MILLION, Code.XML_LIMIT, b"B"),
    "a million components": Case(
        lambda: swapped(b'unitCode="H87"', b'unitCode="H87"' + b"".join(b' a%d=""' % n for n in range(MILLION))),
        Code.XML_LIMIT,
        b"<cbc:Quantity ",
    ),
    "a million elements": Case(
        lambda: swapped(b"<cbc:Name>Bolt</cbc:Name>", b"<cbc:Name/>" * MILLION),
        Code.DOCUMENT_TOO_LARGE,
        b"<Order ",
        1,
    ),
}

# --- canonical JSON -----------------------------------------------------------------------------------------------------

TEXT = json.dumps(
    {
        "schema": "purchase_order/1",
        "number": "4711",
        "issued": "2026-11-21",
        "buyer": {"identifiers": {"gln": "4012345000009"}},
        "lines": [{"number": "1", "item": {"name": "Bolt"}, "quantity": {"value": "1.50", "unit": "EA"}}],
    }
).encode()
put = partial(changed, TEXT)
NO_COUNTS = "JSON has no counts and no trailer"
NO_ORDER = "members have no order"

JSON: Mapping[str, Case | str] = {
    "empty": Case(lambda: b"", Code.EMPTY, 0),
    "only blanks": Case(lambda: b" \r\n\t ", Code.EMPTY, 0),
    "cut inside a segment": Case(lambda: TEXT[: TEXT.index(b"Bolt") + 2], Code.JSON_MALFORMED, b'"Bo'),
    "cut after a terminator": Case(lambda: TEXT[: TEXT.index(b'"quantity"')], Code.JSON_MALFORMED, TEXT.index(b'"quantity"')),
    "interchange trailer missing": Case(lambda: b"[" + TEXT, Code.TRUNCATED, len(TEXT) + 1),
    "segment count wrong": NO_COUNTS,
    "document reference differs": Case(lambda: TEXT[:-1] + b"]", Code.JSON_MALFORMED, b"]"),
    "document count wrong": NO_COUNTS,
    "interchange reference differs": NO_COUNTS,
    "two documents with one reference": BY_THE_GATEWAY,
    "two interchanges with one number": BY_THE_GATEWAY,
    "separators not announced": Case(lambda: TEXT.replace(b":", b"="), Code.NO_INTERCHANGE, 0),
    "two equal separators": Case(lambda: TEXT.replace(b":", b","), Code.NO_INTERCHANGE, 0),
    "service string or header cut": Case(lambda: put(b'"schema": "purchase_order/1", ', b""), Code.CANONICAL_INVALID, 0),
    "release character eats a terminator": Case(lambda: put(b'Bolt"', b'Bolt\\"'), Code.JSON_MALFORMED, b'quantity": {'),
    "release character at the end": Case(lambda: TEXT[: TEXT.index(b"Bolt")] + b"\\", Code.JSON_MALFORMED, b'"\\'),
    "NUL byte": Case(lambda: put(b"Bolt", b"Bo\0t"), Code.JSON_MALFORMED, b"\0t"),
    "bytes outside the declared set": Case(lambda: put(b"Bolt", b"Bo\xfct"), Code.JSON_MALFORMED, b"\xfct"),
    "unknown segment": Case(lambda: put(b'"number"', b'"colour": "red", "number"'), Code.CANONICAL_INVALID, b'"red"'),
    "mandatory segment missing": Case(lambda: put(b'"number": "4711", ', b""), Code.CANONICAL_INVALID, 0),
    "segment out of order": NO_ORDER,
    "value too long": Case(lambda: put(b"Bolt", b"B" * 12 * MILLION), Code.DOCUMENT_TOO_LARGE, 0),
    "letters in a number": Case(lambda: put(b"1.50", b"XII"), Code.CANONICAL_INVALID, b'"XII"'),
    "too many components": Case(lambda: put(b'{"name": "Bolt"}', b'[{"name": "Bolt"}]'), Code.CANONICAL_INVALID, b'[{"name"'),
    "byte order mark": Case(lambda: b"\xef\xbb\xbf" + TEXT, Code.BYTE_ORDER_MARK, 0, tolerated=True),
    "mail header in front": Case(lambda: b"From: a@b.example\r\n\r\n" + TEXT, Code.NO_INTERCHANGE, 0),
    "no interchange envelope": IS_ITS_OWN,
    "header inside a document": Case(lambda: put(b'"lines"', b'"order": ' + TEXT + b', "lines"'), Code.CANONICAL_INVALID, b"{"),
    "50 MB without a terminator": Case(lambda: TEXT[: TEXT.index(b"Bolt")] + b"B" * 50 * MILLION, Code.DOCUMENT_TOO_LARGE, 0),
    "a million components": Case(
        lambda: put(b'"lines": [', b'"references": [' + b",".join([b"1"] * MILLION) + b'], "lines": ['),
        Code.DOCUMENT_TOO_LARGE,
        0,
    ),
    "a million elements": Case(
        lambda: put(b'"gln": "4012345000009"', b", ".join(b'"x%d": "1"' % n for n in range(MILLION))), Code.DOCUMENT_TOO_LARGE, 0
    ),
}

# --- flat files ---------------------------------------------------------------------------------------------------------

ROWS = flat.csv(flat.order_row(), flat.order_row(LineNo="2"), flat.order_row(OrderNo="4712"))
LINES = list(flat.DESPATCH_LINES)
WIDE = flat.fixed(*LINES)
cell = partial(changed, ROWS)
field = partial(changed, WIDE)
NO_TRAILERS = "the layout has no header, no trailer and no counts"
NO_COMPONENTS = "cells have no components"


def row(**cells: str) -> bytes:
    return flat.csv(flat.order_row(), flat.order_row(OrderNo="4712", **cells))


DELIMITED: Mapping[str, Case | str] = {
    "empty": Case(lambda: b"", Code.EMPTY, 0),
    "only blanks": Case(lambda: b" \r\n\t ", Code.EMPTY, 0),
    "cut inside a segment": Case(lambda: ROWS[: ROWS.rindex(b"verzinkt")], Code.ELEMENT_CHARACTER, b'"Schraube', 4, 14),
    "cut after a terminator": NO_TRAILERS,
    "interchange trailer missing": NO_TRAILERS,
    "segment count wrong": NO_TRAILERS,
    "document reference differs": NO_TRAILERS,
    "document count wrong": NO_TRAILERS,
    "interchange reference differs": NO_TRAILERS,
    "two documents with one reference": Case(
        lambda: ROWS + flat.order_row().encode() + b"\r\n", Code.DOCUMENT_REFERENCE_DUPLICATE, b"4711;N", 5
    ),
    "two interchanges with one number": BY_THE_GATEWAY,
    "separators not announced": Case(lambda: ROWS.replace(b";", b"|"), Code.HEADER_MALFORMED, 0, 1),
    "two equal separators": "the layout is checked when the configuration is loaded",
    "service string or header cut": Case(lambda: ROWS[len("OrderNo;") :], Code.HEADER_MALFORMED, 0, 1),
    "release character eats a terminator": Case(
        lambda: row(Description='"never closed'), Code.ELEMENT_CHARACTER, b'"never', 3, 14
    ),
    "release character at the end": Case(lambda: ROWS + b'"', Code.ELEMENT_CHARACTER, b'"', 5, 1),
    "NUL byte": Case(lambda: row(ShipToName="a\0b"), Code.CHARACTER_NUL, b"a\0b", 3, 9),
    "bytes outside the declared set": Case(
        lambda: cell(b"Lager", b"La\xfcer").replace(b"Lager", b"La\xfcer"), Code.CHARACTER_SET_WRONG, b"\xfcer", tolerated=True
    ),
    "unknown segment": "every row is an order's",
    "mandatory segment missing": Case(lambda: row(BuyerGLN=""), Code.ELEMENT_MISSING, b";4012345000016", 3, 7),
    "segment out of order": Case(
        lambda: flat.csv(flat.order_row(), flat.order_row(OrderNo="4712"), flat.order_row(LineNo="2")),
        Code.DOCUMENT_REFERENCE_DUPLICATE,
        b"4711;N",
        4,
    ),
    "value too long": Case(lambda: row(ShipToName="x" * 41), Code.ELEMENT_TOO_LONG, b"x" * 41, 3, 9),
    "letters in a number": Case(lambda: row(Quantity="many"), Code.ELEMENT_NOT_NUMERIC, b"many", 3, 15),
    "too many components": Case(lambda: ROWS[:-2] + b";more\r\n", Code.ELEMENT_SURPLUS, b"4712;N", 4),
    "byte order mark": Case(lambda: b"\xef\xbb\xbf" + ROWS, Code.BYTE_ORDER_MARK, 0, tolerated=True),
    "mail header in front": Case(lambda: b"From: a@b.example\r\n\r\n" + ROWS, Code.HEADER_MALFORMED, 0, 1),
    "no interchange envelope": NO_TRAILERS,
    "header inside a document": Case(
        lambda: flat.csv(flat.order_row(), flat.HEAD, flat.order_row(OrderNo="4712")),
        Code.ELEMENT_NOT_NUMERIC,
        b"Quantity",
        3,
        15,
    ),
    "50 MB without a terminator": Case(lambda: ROWS + b"x" * 50 * MILLION, Code.SEGMENT_TOO_LARGE, b"x", 5),
    "a million components": NO_COMPONENTS,
    "a million elements": Case(
        lambda: ROWS + flat.order_row(OrderNo="4713").encode() + b";" * MILLION, Code.ELEMENT_SURPLUS, b"4713;N", 5
    ),
}

FIXED: Mapping[str, Case | str] = {
    "empty": Case(lambda: b"", Code.EMPTY, 0),
    "only blanks": Case(lambda: b" \r\n\t ", Code.EMPTY, 0),
    "cut inside a segment": Case(lambda: WIDE[: WIDE.index(b"DL000001") + 30], Code.ELEMENT_TOO_SHORT, b"00001000", 9, 23),
    "cut after a terminator": Case(lambda: WIDE[: WIDE.index(b"DL000001")], Code.SEGMENT_MISSING, b"DHD-1", 2),
    "interchange trailer missing": Case(lambda: flat.fixed(*LINES[:-1]), Code.INTERCHANGE_TRAILER_MISSING, 82 * 12, 12),
    "segment count wrong": Case(
        lambda: field(b"FT00000100000013", b"FT00000100000012"), Code.INTERCHANGE_COUNT_MISMATCH, b"00000012", 13, 9
    ),
    "document reference differs": "trailers carry no reference",
    "document count wrong": Case(
        lambda: field(b"FT000001", b"FT000002"), Code.INTERCHANGE_COUNT_MISMATCH, b"00000200000013", 13, 3
    ),
    "interchange reference differs": "trailers carry no reference",
    "two documents with one reference": BY_THE_GATEWAY,
    "two interchanges with one number": BY_THE_GATEWAY,
    "separators not announced": NO_SEPARATORS,
    "two equal separators": NO_SEPARATORS,
    "service string or header cut": Case(lambda: flat.fixed(*LINES[1:]), Code.HEADER_MALFORMED, 82 * 12, 12),
    "release character eats a terminator": NO_RELEASE,
    "release character at the end": NO_RELEASE,
    "NUL byte": Case(lambda: field(b"Lager", b"La\0er"), Code.CHARACTER_NUL, b"La\0er", 3, 18),
    "bytes outside the declared set": "every byte is a character of the layout's set",
    "unknown segment": Case(lambda: field(b"DNRampe 3", b"XXRampe 3"), Code.SEGMENT_UNKNOWN, b"XXRampe", 5),
    "mandatory segment missing": Case(lambda: flat.fixed(*LINES[:-2], LINES[-1]), Code.SEGMENT_MISSING, b"DHD-1", 2),
    "segment out of order": Case(lambda: flat.fixed(LINES[0], LINES[2], LINES[1], *LINES[3:]), Code.STRAY_SEGMENT, b"DAST", 2),
    "value too long": Case(
        lambda: field(b"DNRampe 3".ljust(80), b"DNRampe 3".ljust(80) + b"x"), Code.ELEMENT_SURPLUS, b"DNRampe", 5
    ),
    "letters in a number": Case(lambda: field(b"P000012500", b"P0000x2500"), Code.ELEMENT_NOT_NUMERIC, b"0000x2500", 2, 48),
    "too many components": NO_COMPONENTS,
    "byte order mark": Case(lambda: b"\xef\xbb\xbf" + WIDE, Code.BYTE_ORDER_MARK, 0, tolerated=True),
    "mail header in front": Case(lambda: b"From: a@b.example\r\n\r\n" + WIDE, Code.STRAY_SEGMENT, b"From: a", 1),
    "no interchange envelope": Case(lambda: flat.fixed(*LINES[1:-1]), Code.INTERCHANGE_TRAILER_MISSING, 82 * 11, 11),
    "header inside a document": Case(lambda: flat.fixed(*LINES[:4], LINES[1], *LINES[4:]), Code.SEGMENT_MISSING, b"DHD-1", 2),
    "50 MB without a terminator": Case(lambda: WIDE + b"x" * 50 * MILLION, Code.SEGMENT_TOO_LARGE, b"x", 14),
    "a million components": NO_COMPONENTS,
    "a million elements": Case(
        lambda: field(b"DNRampe 3".ljust(80), b"DNRampe 3".ljust(MILLION) + b"x"), Code.ELEMENT_SURPLUS, b"DNRampe", 5
    ),
}

# --- X12 and EDIFACT: by the names of their own tables --------------------------------------------------------------------

OF_X12: Mapping[str, str] = {
    "interchange trailer missing": "IEA missing",
    "document reference differs": "set reference differs",
    "document count wrong": "group count wrong",
    "two documents with one reference": "two sets with one reference",
    "two interchanges with one number": "(below)",
    "separators not announced": "other separators than announced",
    "service string or header cut": "ISA too short",
    "release character eats a terminator": f"({NO_RELEASE})",
    "release character at the end": f"({NO_RELEASE})",
    "bytes outside the declared set": "8-bit bytes",
    "no interchange envelope": "set without envelope",
    "header inside a document": "ST inside a set",
    "50 MB without a terminator": "fifty megabytes without a terminator",
}
OF_EDIFACT: Mapping[str, str] = {
    "interchange trailer missing": "trailer of the interchange missing",
    "document reference differs": "reference of the message trailer differs",
    "document count wrong": "message count wrong",
    "interchange reference differs": "reference of the interchange trailer differs",
    "two documents with one reference": "two messages with one reference",
    "two interchanges with one number": "(below)",
    "separators not announced": "other separators not announced",
    "service string or header cut": "UNA cut to five characters",
    "release character eats a terminator": "a release character eats a terminator",
    "release character at the end": "file ends in a release character",
    "bytes outside the declared set": "8-bit bytes outside the declared set",
    "letters in a number": "letters in a numeric element",
    "no interchange envelope": "message without interchange envelope",
    "header inside a document": "message header inside a message",
    "a million components": "one element with a million components",
    "a million elements": "one segment with a million elements",
}
X12_ALONE = ("GS missing", "GE missing", "SE missing", "ISA12 wrong", "tilde inside data", "ISA without ISA16")


def test_there_are_thirty_one() -> None:
    assert len(CASES) == len(set(CASES)) == 31


@pytest.mark.parametrize("family", [XML, JSON, DELIMITED, FIXED], ids=["xml", "json", "delimited", "fixed"])
def test_a_family_states_every_case_or_why_it_has_none(family: Mapping[str, Case | str]) -> None:
    assert set(family) == set(CASES)
    assert sum(isinstance(case, Case) for case in family.values()) >= 20


def test_x12_and_edifact_state_every_case() -> None:
    for own, stated in (
        (OF_X12, {case.name for case in x12.ILLEGAL} | set(x12.LARGE)),
        (OF_EDIFACT, set(edifact.ILLEGAL) | set(edifact.LARGE)),
    ):
        named = {own.get(case, case) for case in CASES}
        assert {name for name in named if not name.startswith("(")} <= stated
    assert {case.name for case in x12.ILLEGAL} >= set(X12_ALONE)


# --- found at their place -------------------------------------------------------------------------------------------------


def everything(translation: Translation) -> list[Finding]:
    findings = list(translation.findings)
    for one in translation.interchanges:
        findings += one.findings
        for document in one.documents:
            findings += document.findings
    return findings


FAMILIES: Mapping[str, tuple[Mapping[str, Case | str], Layout | None]] = {
    "xml": (XML, None),
    "json": (JSON, None),
    "delimited": (DELIMITED, flat.orders()),
    "fixed": (FIXED, flat.despatch()),
}
STATED = [(family, name) for family, (cases, _) in FAMILIES.items() for name, case in cases.items() if isinstance(case, Case)]


@pytest.mark.parametrize(("family", "name"), STATED)
def test_an_illegal_input_is_found_at_its_place(family: str, name: str) -> None:
    cases, layout = FAMILIES[family]
    case = cases[name]
    assert isinstance(case, Case)
    data = case.data()
    began = time.process_time()
    translation = registry.translate(data, provenance=Provenance(layout=layout) if layout else NOTHING_KNOWN)
    assert time.process_time() - began < 20
    findings = [finding for finding in everything(translation) if finding.code is case.code]
    assert findings, {finding.code for finding in everything(translation)}
    place = findings[0].position
    assert place.offset == case.at if isinstance(case.at, int) else data[place.offset :].startswith(case.at)
    assert (place.segment, place.element) == (case.segment, case.element)
    assert findings[0].message
    assert findings[0].remedy
    whole = bool(translation.interchanges) and all(one.verdict is Verdict.ACCEPTED for one in translation.interchanges)
    assert whole is case.tolerated


GOOD = {"xml": UBL, "json": TEXT, "delimited": ROWS, "fixed": WIDE}


@pytest.mark.parametrize("family", GOOD)
def test_what_the_cases_are_made_of_is_accepted_without_a_finding(family: str) -> None:
    layout = FAMILIES[family][1]
    translation = registry.translate(GOOD[family], provenance=Provenance(layout=layout) if layout else NOTHING_KNOWN)
    assert everything(translation) == []
    assert {one.verdict for one in translation.interchanges} == {Verdict.ACCEPTED}


@pytest.mark.parametrize("good", [x12.GOOD, edifact.ORDER], ids=["x12", "edifact"])
def test_of_two_interchanges_with_one_number_the_caller_refuses_the_second_at_its_header(good: bytes) -> None:
    seen: set[str] = set()

    def terms_for(envelope: Envelope) -> Terms:
        if envelope.control_number not in seen:
            seen.add(envelope.control_number)
            return Terms()
        repeated = found(Code.INTERCHANGE_DUPLICATE, "The number was used before.", Position(envelope.offset))
        return Terms(findings=(repeated,))

    first, second = registry.translate(good + b"\r\n" + good, terms_for).interchanges
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.REJECTED)
    assert [(f.code, f.position.offset) for f in second.findings] == [(Code.INTERCHANGE_DUPLICATE, len(good) + 2)]


LARGE_X12: Mapping[str, tuple[bytes, int | None, int | None, int | None]] = {
    "fifty megabytes without a terminator": (b"PID*F", None, None, None),
    "a million components": (b"EA>1>1", 16, 3, 500_000),
    "a million elements": (b"1~SE", 20, 1_000_002, None),
}
LARGE_EDIFACT: Mapping[str, tuple[bytes, int | None, int | None, int | None]] = {
    "50 MB without a terminator": (b"BGM+220+A", None, None, None),
    "one element with a million components": (b":", 4, 1, 4),
    "one segment with a million elements": (b"+", 4, 2, None),
}


def test_the_large_cases_of_x12_and_edifact_are_found_at_their_place() -> None:
    large = [(*x12.LARGE[name], place) for name, place in LARGE_X12.items()]
    for name, place in LARGE_EDIFACT.items():
        build: Callable[[], bytes] = edifact.LARGE[name][0]
        large.append((build(), edifact.LARGE[name][1], place))
    for data, code, (at, segment, element, _component) in large:
        finding = next(one for one in everything(registry.translate(data)) if one.code is code)
        assert finding.severity is Severity.ERROR
        assert (finding.position.segment, finding.position.element) == (segment, element), (code, finding)
        assert data[finding.position.offset :].startswith(at), (code, data[finding.position.offset :][:20])
