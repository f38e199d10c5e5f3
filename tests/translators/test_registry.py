"""One transmission of several interchanges: both families, debris between them, each at its place, none lost."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.flatfile.samples import csv, order_row, orders
from tests.translators.x12.orders import order_850
from translators import detection, registry
from translators.contract import DocumentRead, Family, Identity, InterchangeClosed, InterchangeOpened, Stray, Terms, anything
from translators.finding import Code, Finding, Severity
from translators.parsed import ParsedSegment
from translators.provenance import Provenance

X12 = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", lines=1)
ORDERS = (
    b"UNH+1+ORDERS:D:96A:UN'BGM+220+4711+9'DTM+137:20261120:102'NAD+BY+4012345000009::9'NAD+SU+5790000000012::9'"
    b"LIN+1++4000862141404:EN'QTY+21:5'UNS+S'UNT+9+1'"
)
EDIFACT = b"UNB+UNOC:3+4012345000009:14+5790000000012:14+261120:0930+9'" + ORDERS + b"UNZ+1+9'"
UNA = b"UNA:+.? '"
PIECES = {"x": (Family.X12, X12), "e": (Family.EDIFACT, EDIFACT), "u": (Family.EDIFACT, UNA + EDIFACT)}
DEBRIS = st.sampled_from([b"", b"\r\n", b"  ", b"\0\0", b"From: a@b\r\n", b"-- \n", b"\x1a", b"\xe9\xe8"])


def findings_of(items: object) -> list[Finding]:
    return [item for item in items if isinstance(item, Finding)]  # type: ignore[attr-defined]


@given(st.lists(st.tuples(st.sampled_from("xeu"), DEBRIS), min_size=1, max_size=6))
def test_every_interchange_of_a_mixture_is_read_at_its_place(pieces: list[tuple[str, bytes]]) -> None:
    data, expected = b"", []
    for name, debris in pieces:
        family, interchange = PIECES[name]
        expected.append((family, len(data) + (len(UNA) if name == "u" else 0)))
        data += interchange + debris
    translation = registry.translate(data)
    assert [(one.envelope.family, one.envelope.offset) for one in translation.interchanges] == expected
    assert all(len(one.documents) == 1 for one in translation.interchanges)
    words = [debris for _, debris in pieces if debris.strip(b" \r\n\0\x1a")]
    assert [f.code for f in translation.findings] == [Code.BYTES_OUTSIDE_INTERCHANGE] * len(words)
    assert [f.position.offset for f in translation.findings] == sorted(f.position.offset for f in translation.findings)
    assert all(data[f.position.offset :].startswith((f.actual or "?").encode("latin-1")) for f in translation.findings)


@given(st.lists(st.tuples(st.sampled_from("xeu"), DEBRIS), min_size=1, max_size=4))
def test_parsing_and_reading_find_the_same_interchanges_and_debris(pieces: list[tuple[str, bytes]]) -> None:
    data = b"".join(PIECES[name][1] + debris for name, debris in pieces)
    parsed = list(registry.parse(data))
    segments = [item for item in parsed if isinstance(item, ParsedSegment)]
    assert sum(segment.tag in ("ISA", "UNB") for segment in segments) == len(pieces)
    assert all(before.offset < after.offset for before, after in pairwise(segments))
    assert all(data.startswith(segment.raw.encode(), segment.offset) for segment in segments)
    strays = [event.finding for event in registry.read(data) if isinstance(event, Stray)]
    assert findings_of(parsed) == strays


@pytest.mark.parametrize(("name", "other"), ["xx", "ee", "eu", "ue", "uu", "xe", "xu", "ex", "ux"])
def test_an_interchange_without_trailer_does_not_swallow_the_next_one(name: str, other: str) -> None:
    whole = PIECES[name][1]
    cut = whole[: whole.rindex(b"IEA" if name == "x" else b"UNZ")]
    translation = registry.translate(cut + b"\n" + PIECES[other][1])
    families = [one.envelope.family for one in translation.interchanges]
    assert families == [PIECES[name][0], PIECES[other][0]]
    first, second = translation.interchanges
    assert any(f.severity == "error" for f in first.findings)
    assert second.findings == ()
    assert second.envelope.offset == len(cut) + 1 + (len(UNA) if other == "u" else 0)


def test_events_come_in_order_and_each_document_between_its_header_and_trailer() -> None:
    kinds = [type(event) for event in registry.read(X12 + b"rubbish\n" + EDIFACT)]
    assert kinds == [InterchangeOpened, DocumentRead, InterchangeClosed, Stray, *kinds[:3]]


def test_each_interchange_is_judged_by_terms_for_its_own_envelope() -> None:
    asked: list[Family] = []

    def terms(envelope: object) -> object:
        asked.append(envelope.family)  # type: ignore[attr-defined]
        return anything(envelope)  # type: ignore[arg-type]

    registry.translate(EDIFACT + X12 + EDIFACT, terms)  # type: ignore[arg-type]
    assert asked == [Family.EDIFACT, Family.X12, Family.EDIFACT]


def test_text_in_a_character_set_of_one_byte_does_not_hide_the_next_interchange() -> None:
    latin = X12.replace(b"WIDGET NUMBER 1, BLUE, 12 IN BOX", b"\xe9" * 79)
    cyrillic = EDIFACT.replace(b"UNOC", b"UNOE").replace(b"UNS+S'", b"FTX+AAI+++" + b"\xd6" * 70 + b"'UNS+S'")
    for data in (latin + X12, cyrillic + X12, cyrillic + cyrillic):
        parsed = list(registry.parse(data))
        assert findings_of(parsed) == []
        assert sum(isinstance(item, ParsedSegment) and item.tag in ("ISA", "UNB") for item in parsed) == 2


def test_all_bytes_of_a_mangled_terminator_belong_to_the_interchange() -> None:
    mangled = X12.replace(b"~", "\u2020".encode())
    parsed = list(registry.parse(mangled + mangled))
    assert findings_of(parsed) == []
    assert len(parsed) == 2 * len(list(registry.parse(X12)))


@pytest.mark.parametrize("data", [b"", b"  \r\n", b"hello", b"ST*850*0001~"])
def test_data_without_an_interchange_is_one_finding_for_whoever_asks(data: bytes) -> None:
    translation = registry.translate(data)
    assert translation.interchanges == ()
    assert list(translation.findings) == findings_of(registry.parse(data))
    assert len(translation.findings) == 1


@given(st.binary(max_size=40).filter(lambda data: not re.search(rb"ISA|UN|[<{[]", data)), st.sampled_from("xeu"))
def test_no_bytes_before_an_interchange_hide_it(junk: bytes, name: str) -> None:
    family, interchange = PIECES[name]
    joint = junk + b"\n"
    place = detection.find(joint + interchange, 0)
    assert (place.family, place.start) == (family, len(joint))


@given(st.lists(st.sampled_from("xeu"), min_size=1, max_size=5), st.data())
def test_the_next_header_is_the_next_interchange_wherever_one_stands(names: list[str], data: st.DataObject) -> None:
    whole = b"\n".join(PIECES[name][1] for name in names)
    starts = [sum(len(PIECES[n][1]) + 1 for n in names[:index]) for index in range(len(names))]
    position = data.draw(st.sampled_from(starts))
    later = [start for start in starts if start > position]
    # UNA is the start where there is one; the UNB behind it is a header as well.
    una = names[starts.index(position)] == "u"
    assert detection.next_header(whole, position) == (position + len(UNA) if una else (later or [len(whole)])[0])
    assert detection.next_header(whole, position, position + 5) == position + 5


# ---- what the way says ----------------------------------------------------------------------------------------------

PARTIES = (Identity("partner", "shop"), Identity("gateway", "us"))
JSON = b'{"schema":"purchase_order/1","number":"1","lines":[{"number":"1","item":{},"quantity":{"value":"1"}}]}'


def shape(data: bytes, provenance: Provenance) -> list[tuple[Family, str, int]]:
    """Family, sender and number of documents of each interchange."""
    found = registry.translate(data, provenance=provenance).interchanges
    return [(one.envelope.family, str(one.envelope.sender), len(one.documents)) for one in found]


def test_with_a_layout_what_begins_with_no_header_is_a_flat_file() -> None:
    provenance = Provenance(orders(), {Family.FLAT: PARTIES})
    assert shape(csv(order_row(), order_row(OrderNo="4712")), provenance) == [(Family.FLAT, "partner:shop", 2)]
    for blank in (b"", b"\r\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"):
        assert [family for family, _, _ in shape(blank + X12 + EDIFACT, provenance)] == [Family.X12, Family.EDIFACT]
        assert [family for family, _, _ in shape(blank + JSON, provenance)] == [Family.JSON]
    assert registry.translate(b" \r\n", provenance=provenance).findings[0].code is Code.EMPTY


def test_a_flat_file_is_parsed_by_its_layout_and_other_files_as_ever() -> None:
    segments = list(registry.parse(csv(order_row()), layout=orders()))
    assert [segment.tag for segment in segments if isinstance(segment, ParsedSegment)] == ["header", "order"]
    assert list(registry.parse(X12, layout=orders())) == list(registry.parse(X12))


def test_json_is_whose_the_way_says() -> None:
    assert shape(JSON, Provenance(parties={Family.JSON: PARTIES})) == [(Family.JSON, "partner:shop", 1)]
    assert shape(JSON, Provenance()) == [(Family.JSON, ":", 1)]


def test_the_way_does_not_say_whose_an_envelope_is() -> None:
    assert shape(X12, Provenance(parties={Family.JSON: PARTIES, Family.FLAT: PARTIES})) == [(Family.X12, "01:123456789", 1)]


def test_an_acknowledgement_of_a_flat_file_is_none() -> None:
    (one,) = registry.translate(csv(order_row()), provenance=Provenance(orders())).interchanges
    assert registry.acknowledge(one) == ()


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.INFO, None])
def test_bytes_outside_weigh_what_the_terms_of_the_next_interchange_say(severity: Severity | None) -> None:
    terms = Terms(severities={Code.BYTES_OUTSIDE_INTERCHANGE: severity})
    found = registry.translate(b"HELLO\n" + X12 + b"WORLD\n" + X12 + b"END", lambda _envelope: terms)
    refused = [f.severity for one in found.interchanges for f in one.findings]
    outside = [finding.severity for finding in found.findings]
    expected = {Severity.ERROR: ([severity] * 2, [severity]), Severity.INFO: ([], [severity] * 3), None: ([], [])}
    assert (refused, outside) == expected[severity]
