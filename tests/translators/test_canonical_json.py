"""Canonical JSON as a family: one document, a list, JSON lines; findings that name the member and the byte."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translators import canonical_json, detection, registry
from translators.canonical import NAMES, model_of
from translators.contract import (
    DocumentTerms,
    Family,
    Identity,
    Interchange,
    OutboundGroup,
    OutboundInterchange,
    Separators,
    Terms,
    Verdict,
    WritingTerms,
)
from translators.errors import DefinitionMissing, NotWritable
from translators.finding import Code, Severity

ORDER: dict[str, Any] = {
    "schema": "purchase_order/1",
    "number": "4711",
    "issued": "2026-11-21",
    "buyer": {"identifiers": {"gln": "4012345000009"}},
    "lines": [
        {"number": "1", "item": {"name": "Größe"}, "quantity": {"value": "1.50", "unit": "EA"}},
        {"number": "2", "item": {"name": "Bolt"}, "quantity": {"value": "2"}},
    ],
}
TEXT = json.dumps(ORDER, ensure_ascii=False)


def read(data: bytes | str, terms: Terms | None = None) -> Interchange:
    raw = data.encode() if isinstance(data, str) else data
    (interchange,) = registry.translate(raw, lambda _: terms or Terms()).interchanges
    return interchange


def changed(**members: Any) -> str:
    return json.dumps(ORDER | members)


def numbers(interchange: Interchange) -> list[str | None]:
    return [each.control_number if each.canonical else None for each in interchange.documents]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (TEXT, 1),
        (f"\ufeff{TEXT}", 1),
        (json.dumps(ORDER, indent=2), 1),
        (f"[{TEXT}]", 1),
        (f"[{TEXT},\n {TEXT}]", 2),
        (f"{TEXT}\n{TEXT}\n", 2),
        (f"{TEXT}\r\n\r\n{TEXT}", 2),
        (json.dumps([ORDER] * 3, indent=1), 3),
    ],
)
def test_a_document_a_list_and_json_lines_are_read(data: str, count: int) -> None:
    interchange = read(data)
    assert interchange.envelope.family is Family.JSON
    assert interchange.verdict is Verdict.ACCEPTED
    assert numbers(interchange) == ["4711"] * count
    document = interchange.documents[0]
    assert (document.type, document.version, document.name) == ("purchase_order", "1", "purchase_order")
    assert document.canonical == model_of("purchase_order").model_validate(ORDER)


def test_the_sender_is_who_gave_the_document_its_number() -> None:
    assert read(TEXT).envelope.sender == Identity("gln", "4012345000009")
    assert read(changed(buyer=None)).envelope.sender == Identity("", "")


def test_each_document_knows_its_bytes() -> None:
    data = f"[{TEXT},{TEXT}]".encode()
    for document in read(data).documents:
        assert json.loads(data[document.start : document.end]) == ORDER


@pytest.mark.parametrize(
    ("data", "path", "message", "at"),
    [
        (changed(number=7), "number", "number is no text.", "7,"),
        (changed(issued="yesterday"), "issued", "issued is no date", '"yesterday"'),
        (changed(lines=[{"quantity": {"value": 1}}]), "lines[0].item", "lines[0].item is missing.", '{"quantity"'),
        (changed(lines=[{"item": {}, "quantity": {"value": "x"}}]), "lines[0].quantity.value", "is no number.", '"x"'),
        (changed(lines=[{"itm": {}, "item": {}}]), "item", "lines[0].itm is no member; did you mean item?", "{}"),
        (changed(lines={}), "lines", "lines is no list.", "{}"),
        (changed(buyer=[]), "buyer", "buyer is no object.", "[]"),
        (changed(purpose="orignal"), "'original'", "purpose is none of the words it may be.", '"orignal"'),
        (changed(colour="red"), "colour", "colour is no member.", '"red"'),
        (changed(other_dates={"x": "y"}), "other_dates.x", "other_dates.x is no date", '"y"'),
        (changed(lines=[{"item": {"identifiers": {"gtin": 7}}}]), "lines[0].item.identifiers.gtin", "is no", "7}"),
    ],
)
def test_what_is_wrong_is_said_with_the_path_and_the_byte(data: str, path: str, message: str, at: str) -> None:
    (document,) = read(data).documents
    assert document.verdict is Verdict.REJECTED
    (finding,) = document.findings
    assert finding.code is Code.CANONICAL_INVALID
    assert message in finding.message
    assert path in (finding.expected or "")
    assert data[finding.position.offset :].startswith(at)


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        ('{"number": "1"}', Code.CANONICAL_INVALID, "schema is missing"),
        ('{"schema": "purchase_ordr/1"}', Code.DOCUMENT_TYPE_UNSUPPORTED, "did you mean purchase_order?"),
        ('{"schema": "purchase_order/2"}', Code.DOCUMENT_VERSION_UNSUPPORTED, "known in version 1"),
        ('{"a": 1, "a": 2}', Code.JSON_MALFORMED, '"a" is there twice'),
        ('{"a": NaN}', Code.JSON_MALFORMED, "NaN"),
        ('{"a": 1e999999}', Code.JSON_MALFORMED, "no number of this world"),
        ('{"a": "1e999999"}', Code.JSON_MALFORMED, "no number of this world"),
        ('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}", Code.JSON_MALFORMED, "recursion"),
        ('{"a": 01}', Code.JSON_MALFORMED, "is no JSON"),
        ('{"a": "\n"}', Code.JSON_MALFORMED, "is no JSON"),
        ('{"a": 1', Code.JSON_MALFORMED, "ends before it is closed"),
        ('{"a": "\udcff"}'.encode("utf-8", "surrogateescape"), Code.JSON_MALFORMED, "not written in UTF-8"),
    ],
)
def test_what_is_no_document_is_refused(data: str | bytes, code: Code, message: str) -> None:
    (document,) = read(data).documents
    assert document.canonical is None
    assert [finding.code for finding in document.findings] == [code]
    assert message in document.findings[0].message


def test_a_broken_line_spoils_no_other() -> None:
    interchange = read(f"{TEXT}\n{TEXT[:60]}\n{TEXT}\n")
    assert numbers(interchange) == ["4711", None, "4711"]
    assert interchange.verdict is Verdict.PARTLY_ACCEPTED
    assert interchange.documents[1].findings[0].position.offset == interchange.documents[2].start


@pytest.mark.parametrize(
    ("data", "code"), [("[]", Code.INTERCHANGE_EMPTY), (f"[{TEXT}", Code.TRUNCATED), (f"{TEXT} x", Code.STRAY_SEGMENT)]
)
def test_what_is_wrong_with_the_whole_refuses_it(data: str, code: Code) -> None:
    interchange = read(data)
    assert interchange.verdict is Verdict.REJECTED
    assert [finding.code for finding in interchange.findings] == [code]


def test_terms_of_the_agreement_hold() -> None:
    refused = read(TEXT, Terms(documents={"purchase_order": DocumentTerms(agreed=False)}))
    assert refused.documents[0].findings[0].code is Code.DOCUMENT_NOT_AGREED
    assert refused.documents[0].canonical is None
    noted = read(TEXT, Terms(default=DocumentTerms(agreed=False, severities={Code.DOCUMENT_NOT_AGREED: Severity.WARNING})))
    assert noted.documents[0].canonical is not None
    large = read(f"{TEXT}\n{changed(number='x' * 900)}", Terms(max_document_bytes=800))
    assert [[f.code for f in each.findings] for each in large.documents] == [[], [Code.DOCUMENT_TOO_LARGE]]


def test_many_faults_are_capped() -> None:
    data = changed(lines=[{"item": {}, "quantity": {"value": "x"}}] * 300)
    (document,) = read(data, Terms(default=DocumentTerms(max_findings=20))).documents
    assert len(document.findings) == 21


@pytest.mark.parametrize("text", ['{"a"', "{a:1}", "[1,2]", "{}", "[ISA", '"a": {'])
def test_only_what_begins_as_json_is_taken_for_it(text: str) -> None:
    assert detection.find(text.encode(), 0).family is None


def seal(version: str, *bodies: str) -> bytes:
    documents = tuple(
        registry.write(
            Family.JSON, model_of("purchase_order").model_validate_json(body), "purchase_order", "1", WritingTerms()
        ).document
        for body in bodies
    )
    nobody = Identity("", "")
    group = OutboundGroup("", "", "", "", documents)
    outbound = OutboundInterchange(
        Family.JSON, nobody, nobody, version, test=False, separators=Separators("", "", ""), groups=(group,)
    )
    return registry.seal(outbound, control_number=1, group_numbers=[1], prepared=datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize(("version", "count"), [("1", 1), ("list", 0), ("list", 3), ("lines", 3)])
def test_documents_are_written_alone_in_a_list_or_in_lines(version: str, count: int) -> None:
    data = seal(version, *[TEXT] * count)
    if count:
        assert numbers(read(data)) == ["4711"] * count
    else:
        assert json.loads(data) == []


def test_several_documents_do_not_stand_alone() -> None:
    with pytest.raises(NotWritable, match="lines"):
        seal("1", TEXT, TEXT)
    with pytest.raises(DefinitionMissing):
        canonical_json.write(model_of("purchase_order").model_validate(ORDER), "invoice", "1", WritingTerms())


def test_nothing_is_acknowledged_and_people_see_the_members() -> None:
    assert registry.acknowledge(read(TEXT)) == ()
    (segment,) = canonical_json.parse(TEXT.encode(), 0)
    assert segment.tag == "purchase_order/1"
    assert segment.elements[1].id == "number"
    assert [each.tag for each in canonical_json.parse(b'{"a": x}', 0)] == ["?"]


@pytest.mark.parametrize("name", NAMES)
def test_every_canonical_document_is_asked_for_its_members(name: str) -> None:
    (document,) = read(f'{{"schema": "{name}/1", "surplus": 1}}').documents
    assert any("surplus is no member" in finding.message for finding in document.findings)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_bytes_end_in_an_exception(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(f"[{TEXT},{TEXT}]".encode() if seed % 2 else f"{TEXT}\n{TEXT}".encode())
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(1, len(data))
        data[place : place + chance.randint(0, 3)] = chance.choice(
            [b"", b'"', b"{", b"}", b"[", b"]", b"\xff", b"\\", b"7", b"null"]
        )
    for event in canonical_json.read(bytes(data), 0, lambda _: Terms()):
        assert event is not None


def test_time_is_linear_in_the_number_of_documents() -> None:
    import time  # noqa: PLC0415

    def seconds(data: bytes) -> float:
        begun = time.process_time()
        for _ in canonical_json.read(data, 0, lambda _: Terms()):
            pass
        return time.process_time() - begun

    for piece in (TEXT.encode(), b'{"a', b'{"a":[', b"[[", b'"\\'):
        small, large = (min(seconds(b"{" + piece * count) for _ in range(3)) for count in (300, 2400))
        assert large < 24 * max(small, 0.01), piece
