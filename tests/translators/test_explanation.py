"""Acknowledgements in plain words, beside the document they answer and without it."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
from translators.contract import AcknowledgementTerms, Terms, When
from translators.explanation import Explanation, explain
from translators.parsed import ParsedSegment

X12 = interchange([body_850(order_number="A", lines=3), body_850(order_number="B", lines=1, reference="0002")], control_number=77)
EDIFACT = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=2)


def read(data: bytes) -> FunctionalAcknowledgement:
    """The only acknowledgement of a transmission."""
    (document,) = (d for one in registry.translate(data).interchanges for d in one.documents)
    assert isinstance(document.canonical, FunctionalAcknowledgement)
    return document.canonical


def ack_997(*body: str, kind: str = "997", version: str = "004010") -> FunctionalAcknowledgement:
    """A 997 or 999 about group 77 of the order above."""
    guide = f"*{version}" if kind == "999" else ""
    segments = [f"ST*{kind}*0001{guide}", "AK1*PO*77", *body, f"SE*{len(body) + 3}*0001"]
    return read(interchange([segments], functional_id="FA", version=version))


def ack_contrl(*body: str, action: str = "7") -> FunctionalAcknowledgement:
    """A CONTRL about interchange 7."""
    segments = [
        "UNB+UNOC:3+5790000000012:14+5790000000029:14+261120:1015+42",
        "UNH+1+CONTRL:D:3:UN",
        f"UCI+7+5790000000029:14+5790000000012:14+{action}",
        *body,
        f"UNT+{len(body) + 3}+1",
        "UNZ+1+42",
    ]
    return read("".join(f"{s}'" for s in segments).encode())


def sentences(ack: FunctionalAcknowledgement, answered: bytes = b"") -> list[str]:
    """The sentences about errors."""
    return [line.sentence for line in explain(ack, answered) if line.verdict is None]


def without_labels(sentence: str) -> str:
    """Labels of elements are the tables' own affair."""
    return re.sub(r" \((?!0085|[AI]K)[^)]*\)", "", sentence)


def about_set(*errors: str) -> FunctionalAcknowledgement:
    return ack_997("AK2*850*0001", *errors, "AK5*R*5", "AK9*P*2*2*1")


def test_an_element_is_named_with_its_line_label_and_value() -> None:
    ack = about_set("AK3*PO1*20**8", "AK4*4*212*6*3.2x")
    told = X12.replace(b"3*30*EA*3.25", b"3*30*EA*3.2x")
    assert sentences(ack, told) == ['Line 3, PO104 (unit price) "3.2x" is not a number (AK403 6).']
    (line,) = [e for e in explain(ack, told) if e.code == "AK403 6"]
    assert line.remedy == "Send a number."
    assert line.quote.startswith("PO1*3*30*EA*3.2x*PE")
    assert line.offset == told.index(b"PO1*3*30")
    assert (line.level, line.subject) == ("element", "850 0001")


def test_without_the_document_the_place_and_the_copied_value_are_told() -> None:
    ack = about_set("AK3*PO1*20**8", "AK4*4*212*6*3.2x", "AK4*2*330*5*123456789")
    assert sentences(ack) == [
        'Segment 20, PO104 "3.2x" is not a number (AK403 6).',
        'Segment 20, PO102 "123456789" is too long (AK403 5).',
    ]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (["AK3*CUR*3**7"], "Segment 3 CUR is not in its place (AK304 7)."),
        (["AK3*BEG*2**3"], "BEG is missing before segment 2 BEG*00*SA*A**20260302 (AK304 3)."),
        (["AK3*PO1*18**5"], "Line 2, segment 18 PO1 is repeated too often (AK304 5)."),
        (["AK3*CTT*22**8", "AK4*1*354*1"], 'Segment 22, CTT01 "3" is missing (AK403 1).'),
        (["AK3*DTM*9**8", "AK4*2*373*8*20260316"], 'Segment 9, DTM02 "20260316" is not a valid date (AK403 8).'),
        (["AK3*DTM*9**8", "AK4*2*373*8*20260399"],
         'Segment 9, DTM02 "20260316" is not a valid date (AK403 8). The partner read "20260399".'),
        (["AK3*PO1*20**8", "AK4*3*355*6*EA"], 'Line 3, PO103 "EA" holds a character that is not allowed (AK403 6).'),
    ],
)  # fmt: skip
def test_each_error_quotes_what_it_is_about(errors: list[str], expected: str) -> None:
    assert [without_labels(told) for told in sentences(about_set(*errors), X12)] == [expected]


@pytest.mark.parametrize("number", [18, 19, 21, 22])
def test_a_segment_that_the_partner_counts_otherwise_is_found_nearby(number: int) -> None:
    (line,) = [e for e in explain(about_set(f"AK3*PO1*{number}**8", "AK4*4*212*4"), X12) if e.code == "AK403 4"]
    assert line.quote.startswith("PO1*")
    assert explain(about_set("AK3*N4*2**8", "AK4*4*26*4"), X12)[-1].quote == ""


def test_a_999_names_its_own_elements_and_contexts() -> None:
    ack = ack_997(
        "AK2*850*0001", "IK3*PO1*20**8", "CTX*PO101>3", "IK4*7*234*I9", "CTX*SITUATIONAL TRIGGER*PO1*20**6*235", "IK5*R*I5",
        "AK9*P*2*2*1", kind="999", version="005010X231A1",
    )  # fmt: skip
    (told,) = sentences(ack, X12)
    assert told.startswith("Line 3, PO107 ")
    assert told.endswith("asks for it here (IK403 I9) (SITUATIONAL TRIGGER, PO106 in segment 20).")


def test_pointers_are_left_out_where_what_they_point_to_is_told() -> None:
    assert len(sentences(about_set("AK3*PO1*20**8", "AK4*4*212*6"), X12)) == 1
    assert sentences(about_set("AK3*PO1*20**8"), X12) == ["Line 3, segment 20 PO1 has elements in error (AK304 8)."]
    assert sentences(about_set()) == ["850 0001 has segments in error (AK502 5)."]


def test_verdicts_come_outermost_first_with_counts() -> None:
    ack = ack_997("AK2*850*0001", "AK5*A", "AK2*850*0002", "AK5*R*4", "AK9*P*3*2*1*5")
    lines = explain(ack, X12)
    assert [line.sentence for line in lines] == [
        "Group 77 (PO): partly accepted, 1 of 2 documents accepted (3 claimed).",
        "Group 77 (PO) counts its sets wrongly (AK905 5).",
        "850 0001: accepted.",
        "850 0002: rejected.",
        "850 0002 counts its segments wrongly (AK502 4).",
    ]
    assert lines[1].quote.startswith("GS*PO*")
    assert lines[4].quote == "ST*850*0002"


def test_a_ta1_is_told_with_the_header_it_is_about() -> None:
    header = X12[:106].replace(b"*000000077*", b"*000000005*")
    ack = read(header + b"TA1*000000077*260302*0915*R*021~IEA*0*000000005~")
    verdict, error = explain(ack, X12)
    assert verdict.sentence == "Interchange 000000077: rejected."
    assert error.sentence == "Interchange 000000077 counts its groups wrongly (TA105 021)."
    assert error.quote.startswith("ISA*00*")


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (
            ["UCS+20", "UCD+37+2:2"],
            'Line 2, QTY element 1, component 2 "24" holds a character of the wrong kind (0085 37).',
        ),
        (["UCS+1+13"], "A segment is missing behind segment 1 UNH+1+ORDERS:D:96A:UN:EAN008 (0085 13)."),
        (["UCS+11+12"], "Segment 11 CUX is a segment that the partner does not know (0085 12)."),
        (["UCS+2", "UCD+39+3"], 'Segment 2, BGM element 2 "PO-1" is too long (0085 39).'),
        (["UCS+99", "UCD+39+3"], "Segment 99, element 2 is too long (0085 39)."),
    ],
)
def test_a_contrl_quotes_what_it_is_about(errors: list[str], expected: str) -> None:
    (told,) = sentences(ack_contrl("UCM+1+ORDERS:D:96A:UN:EAN008+4", *errors), EDIFACT)
    assert without_labels(told) == expected


def test_a_number_that_is_none_is_said_to_be_none() -> None:
    data = EDIFACT.replace(b"QTY+21:24", b"QTY+21:2X4")
    (told,) = sentences(ack_contrl("UCM+1+ORDERS:D:96A:UN:EAN008+4", "UCS+20", "UCD+37+2:2"), data)
    assert told.startswith("Line 2, QTY element 1, component 2")
    assert told.endswith('"2X4" is not a number (0085 37).')


def test_an_interchange_refused_by_contrl_names_the_trailer() -> None:
    (told,) = [e for e in explain(ack_contrl(action="4+28+UNZ+3"), EDIFACT) if e.verdict is None]
    assert told.sentence.startswith("Interchange 7, UNZ element 2")
    assert told.quote == "UNZ+1+7"
    assert told.remedy == "Header and trailer must carry the same control number."


def test_messages_of_groups_are_found_in_their_group() -> None:
    parts = [
        f"UNG+ORDERS+A:14+B:14+261120:0930+{n}+UN+D:96A'{order_message(reference='1', order_number=f'PO-{n}')}UNE+1+{n}'"
        for n in (1, 2)
    ]
    data = f"UNB+UNOC:3+5790000000029:14+5790000000012:14+261120:0930+7'{''.join(parts)}UNZ+2+7'".encode()
    ack = ack_contrl("UCF+2+A:14+B:14+7", "UCM+1+ORDERS:D:96A:UN:EAN008+4", "UCS+2", "UCD+39+3")
    (told,) = [e for e in explain(ack, data) if e.code == "0085 39"]
    assert told.quote == "BGM+220+PO-2+9"


def test_of_several_interchanges_the_one_named_is_quoted() -> None:
    other = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="6", order_number="OTHER")
    ack = ack_contrl("UCM+1+ORDERS:D:96A:UN:EAN008+4", "UCS+2", "UCD+39+3")
    assert [e.quote for e in explain(ack, other + EDIFACT) if e.code][-1] == "BGM+220+PO-1+9"
    assert explain(ack, other)[-1].quote == ""


def test_free_text_of_the_partner_is_passed_on() -> None:
    ack = ack_contrl("FTX+LOK+P00++UNKNOWN LOCATION:CALL US")
    assert sentences(ack) == ["The partner writes: UNKNOWN LOCATION", "The partner writes: CALL US"]


def test_parsed_segments_do_as_well_as_bytes() -> None:
    ack = about_set("AK3*PO1*20**8", "AK4*4*212*6")
    parsed = [segment for segment in registry.parse(X12) if isinstance(segment, ParsedSegment)]
    assert explain(ack, parsed) == explain(ack, X12)


@pytest.mark.parametrize(("data", "kind"), [(X12, "997"), (EDIFACT, "CONTRL")])
def test_our_own_answers_are_explained_as_the_partner_would_read_them(data: bytes, kind: str) -> None:
    bad = data.replace(b"CUR*BY*USD", b"CUR*BY*US").replace(b"BGM+220", b"BGM+22000")
    terms = Terms(acknowledgement=AcknowledgementTerms(functional=kind, technical=When.NEVER))
    (owed,) = registry.acknowledge(registry.translate(bad, lambda _envelope: terms).interchanges[0])
    numbers = list(range(len(owed.outbound.groups)))
    sealed = registry.seal(owed.outbound, control_number=1, group_numbers=numbers, prepared=datetime(2026, 3, 2, tzinfo=UTC))
    lines: tuple[Explanation, ...] = explain(read(sealed), bad)
    assert any("is too" in line.sentence and line.quote in ("CUR*BY*US", "BGM+22000+PO-1+9") for line in lines)


@given(
    answered=st.one_of(
        st.binary(max_size=300), st.integers(0, len(X12)).map(lambda cut: X12[:cut]), st.sampled_from([EDIFACT, b""])
    )
)
def test_whatever_is_given_as_answered_an_explanation_comes_out(answered: bytes) -> None:
    for ack in (
        about_set("AK3*PO1*20**8", "AK4*4>2>3*212*6", "AK3*N4*X**3"),
        ack_contrl("UCF", "UCM", "UCS+999+13", "UCD+12+99:9:9"),
    ):
        assert explain(ack, answered)
        assert all(line.sentence.endswith((".", '"')) for line in explain(ack, answered))
