"""Naming segments for people, and putting envelopes round sets."""

from datetime import UTC, datetime

import pytest

from tests.translators.x12.orders import body_850, order_850
from translators import registry
from translators.contract import Family, Identity, OutboundDocument, OutboundGroup, OutboundInterchange, Separators, Verdict
from translators.errors import NotWritable
from translators.parsed import ParsedSegment

ORDER = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", lines=1)
PREPARED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def parsed(data: bytes) -> list[ParsedSegment]:
    return [item for item in registry.parse(data) if isinstance(item, ParsedSegment)]


def test_every_segment_comes_once_in_order_with_its_bytes() -> None:
    segments = parsed(ORDER)
    assert "".join(f"{segment.raw}~" for segment in segments).encode() == ORDER
    assert all(ORDER[segment.offset :].startswith(segment.raw.encode()) for segment in segments)
    assert all(segment.name for segment in segments)


def test_depth_shows_envelopes_and_loops() -> None:
    depths = {segment.tag: segment.depth for segment in parsed(ORDER)}
    assert [depths[tag] for tag in ("ISA", "GS", "ST", "BEG", "N3", "PO1", "PID", "CTT", "GE", "IEA")] == [
        0,
        1,
        2,
        3,
        4,
        4,
        5,
        4,
        1,
        0,
    ]


def test_elements_have_their_names() -> None:
    begin = next(segment for segment in parsed(ORDER) if segment.tag == "BEG")
    assert [(e.id, e.name, e.repetitions) for e in begin.elements][:3] == [
        ("353", "purpose", (("00",),)),
        ("92", "order kind", (("SA",),)),
        ("324", "order number", (("PO1",),)),
    ]


def test_components_and_repetitions_are_cut() -> None:
    data = ORDER.replace(b"*U*00401*", b"*^*00501*").replace(b"REF*DP*038", b"REF*DP*038^039**CT>5")
    reference = next(segment for segment in parsed(data) if segment.tag == "REF")
    assert [e.repetitions for e in reference.elements] == [(("DP",),), (("038",), ("039",)), (("",),), (("CT", "5"),)]


def test_several_interchanges_and_unknown_segments_are_named_as_far_as_they_can() -> None:
    segments = parsed(ORDER.replace(b"CUR*BY*USD", b"QQQ*1") + b"\r\n" + ORDER)
    assert [segment.tag for segment in segments].count("ISA") == 2
    assert next(segment for segment in segments if segment.tag == "QQQ").name == ""


def test_a_cut_file_is_parsed_as_far_as_it_goes() -> None:
    for length in range(len(ORDER)):
        assert all(segment.offset <= length for segment in parsed(ORDER[:length]))


def outbound(**changes: object) -> OutboundInterchange:
    body = body_850(order_number="PO9", lines=2)
    document = OutboundDocument("850", "".join(f"{segment}~" for segment in body[1:-1]), len(body) - 2)
    values: dict[str, object] = {
        "family": Family.X12,
        "sender": Identity("ZZ", "NORDICDC"),
        "receiver": Identity("01", "123456789"),
        "version": "00401",
        "test": False,
        "separators": Separators("*", ">", "~"),
        "groups": (OutboundGroup("PO", "A", "B", "004010", (document, document)),) * 2,
    }
    return OutboundInterchange(**(values | changes))  # type: ignore[arg-type]


def test_a_sealed_interchange_is_clean_for_our_own_reader() -> None:
    data = registry.seal(outbound(), control_number=5, group_numbers=[11, 12], prepared=PREPARED)
    (one,) = registry.translate(data).interchanges
    assert one.findings == ()
    assert one.verdict is Verdict.ACCEPTED
    assert [(g.control_number, g.claimed, g.findings) for g in one.groups] == [("11", 2, ()), ("12", 2, ())]
    assert [(d.control_number, d.findings) for d in one.documents] == [("0001", ()), ("0002", ())] * 2


def test_the_header_is_padded_and_dated() -> None:
    data = registry.seal(outbound(test=True), control_number=5, group_numbers=[11, 12], prepared=PREPARED)
    assert data.startswith(
        b"ISA*00*          *00*          *ZZ*NORDICDC       *01*123456789      *260302*1030*U*00401*000000005*0*T*>~"
        b"GS*PO*A*B*20260302*1030*11*X*004010~ST*850*0001~"
    )
    assert len(data.split(b"~")[0]) == 105


def test_separators_of_the_agreement_are_used() -> None:
    marks = Separators("|", ":", "\n", repetition="^")
    document = OutboundDocument("850", "BEG|00\n", 1, ("GUIDE",))
    value = outbound(separators=marks, version="00501", groups=(OutboundGroup("PO", "", "", "005010", (document,)),))
    lines = registry.seal(value, control_number=5, group_numbers=[1], prepared=PREPARED).decode().splitlines()
    assert lines[0].endswith("|^|00501|000000005|0|P|:")
    assert lines[1:] == [
        "GS|PO|NORDICDC|123456789|20260302|1030|1|X|005010",
        "ST|850|0001|GUIDE",
        "BEG|00",
        "SE|3|0001",
        "GE|1|1",
        "IEA|1|000000005",
    ]


@pytest.mark.parametrize(
    ("changes", "numbers", "control_number"),
    [
        ({"sender": Identity("ZZ", "X" * 16)}, [1, 2], 1),
        ({"receiver": Identity("ZZ", "A*B")}, [1, 2], 1),
        ({}, [1], 1),
        ({}, [1, 2], 1_000_000_000),
        ({}, [1, -2], 1),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, object], numbers: list[int], control_number: int) -> None:
    with pytest.raises(NotWritable):
        registry.seal(outbound(**changes), control_number=control_number, group_numbers=numbers, prepared=PREPARED)
