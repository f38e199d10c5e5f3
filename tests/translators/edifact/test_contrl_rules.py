# ruff: noqa: E501 - segments are read as they stand on the wire
"""The rules of CONTRL one by one, with the bytes the partner gets (CONTRL D.3 and 4.1)."""

from datetime import UTC, datetime

import pytest

from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.edifact.reading import one
from translators.contract import Acknowledgement, AcknowledgementTerms, DocumentTerms, Terms, Verdict, When
from translators.edifact.translator import acknowledge, seal
from translators.finding import Code, Severity, found
from translators.position import Position

BUYER, SELLER = "5790000000029", "5790000000012"
GOOD = order_edifact(sender=BUYER, receiver=SELLER, control_number="7", order_number="PO-1", lines=1)
FOUR = GOOD.replace(b"UNOC:3", b"UNOC:4").replace(b"+261120:0930", b"+20261120:0930")
AGREED = AcknowledgementTerms(functional="CONTRL")
ALL = AcknowledgementTerms(functional="CONTRL", list_accepted=True)
SUBJECT = "7+5790000000029:14+5790000000012:14"
TYPE = "ORDERS:D:96A:UN:EAN008"
HEAD = "UNB+UNOC:3+5790000000012:14+5790000000029:14+261120:1015+42'UNH+1+CONTRL:D:3:UN'"


def owed(data: bytes, terms: AcknowledgementTerms = AGREED, **other: object) -> tuple[Acknowledgement, ...]:
    """What is owed for the only interchange."""
    return acknowledge(one(data, lambda _e: Terms(acknowledgement=terms, **other)))  # type: ignore[arg-type]


def answer(data: bytes, terms: AcknowledgementTerms = AGREED, **other: object) -> str:
    """The final bytes of the only CONTRL."""
    (found_,) = owed(data, terms, **other)
    when = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
    return seal(found_.outbound, control_number=42, group_numbers=(), prepared=when).decode("latin-1")


def body(data: bytes, terms: AcknowledgementTerms = AGREED, **other: object) -> list[str]:
    """The segments between UNH and UNT."""
    return answer(data, terms, **other).split("'")[2:-3]


def message(reference: str, *, good: bool = True) -> str:
    """An order, or one with a code that is too long."""
    text = order_message(reference=reference, order_number="P", lines=1)
    return text if good else text.replace("BGM+220", "BGM+22000")


def interchange(*parts: str, count: int) -> bytes:
    """An interchange of these parts."""
    return f"UNB+UNOC:3+{BUYER}:14+{SELLER}:14+261120:0930+7'{''.join(parts)}UNZ+{count}+7'".encode()


def group(number: str, *messages: str, une: str = "") -> str:
    """A group."""
    return (
        f"UNG+ORDERS+APP1:14+APP2:ZZ+261120:0930+{number}+UN+D:96A'{''.join(messages)}{une or f'UNE+{len(messages)}+{number}'}'"
    )


def test_the_whole_answer_to_a_good_interchange() -> None:
    assert answer(GOOD) == f"{HEAD}UCI+{SUBJECT}+7'UNT+3+1'UNZ+1+42'"


def test_the_whole_receipt() -> None:
    assert answer(GOOD, AcknowledgementTerms(technical=When.ALWAYS)) == f"{HEAD}UCI+{SUBJECT}+8'UNT+3+1'UNZ+1+42'"


def test_the_whole_answer_to_a_refused_interchange() -> None:
    expected = f"{HEAD}UCI+{SUBJECT}+4+28+UNZ+3'UNT+3+1'UNZ+1+42'"
    assert answer(GOOD.replace(b"UNZ+1+7", b"UNZ+1+8")) == expected


def test_a_receipt_says_nothing_of_the_syntax() -> None:
    receipt = AcknowledgementTerms(technical=When.ALWAYS)
    for data in (GOOD, GOOD.replace(b"UNZ+1+7", b"UNZ+2+7"), GOOD.replace(b"BGM+220", b"BGM+22000")):
        assert body(data, receipt) == [f"UCI+{SUBJECT}+8"]


def test_both_are_two_messages_in_two_interchanges() -> None:
    receipt, functional = owed(GOOD, AcknowledgementTerms(functional="CONTRL", technical=When.ALWAYS))
    assert (receipt.type, functional.type) == ("CONTRL", "CONTRL")
    assert receipt.outbound.groups[0].documents[0].body.endswith("+8'")
    assert functional.outbound.groups[0].documents[0].body.endswith("+7'")


def test_the_subject_is_named_unswapped_and_the_answer_is_addressed_swapped() -> None:
    text = answer(GOOD)
    assert text.startswith(f"UNB+UNOC:3+{SELLER}:14+{BUYER}:14+")
    assert f"UCI+7+{BUYER}:14+{SELLER}:14+7'" in text


def test_internal_identifications_are_echoed_in_uci() -> None:
    data = GOOD.replace(b"5790000000029:14+", b"5790000000029:14:DEPT+", 1)
    assert body(data) == ["UCI+7+5790000000029:14:DEPT+5790000000012:14+7"]


def test_identities_without_qualifier_stay_without() -> None:
    data = GOOD.replace(b"5790000000029:14+5790000000012:14", b"BIGBOX+NORDICDC", 1)
    assert answer(data).startswith("UNB+UNOC:3+NORDICDC+BIGBOX+")
    assert body(data) == ["UCI+7+BIGBOX+NORDICDC+7"]


@pytest.mark.parametrize("identifier", ["UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOW", "UNOY"])
def test_the_answer_is_in_the_subject_s_syntax(identifier: str) -> None:
    assert answer(GOOD.replace(b"UNOC", identifier.encode())).startswith(f"UNB+{identifier}:3+")


def test_an_unknown_syntax_is_answered_in_level_c() -> None:
    text = answer(GOOD.replace(b"UNOC:3", b"XXXA:3"))
    assert text.startswith("UNB+UNOC:3+")
    assert f"UCI+{SUBJECT}+4+2+UNB+2'" in text


@pytest.mark.parametrize("version", ["1", "2", "3"])
def test_versions_1_to_3_are_answered_by_contrl_d_3(version: str) -> None:
    text = answer(GOOD.replace(b"UNOC:3", f"UNOC:{version}".encode()))
    assert f"UNB+UNOC:{version}+" in text
    assert "'UNH+1+CONTRL:D:3:UN'" in text


def test_version_4_is_answered_by_contrl_4_1_with_a_long_date() -> None:
    assert answer(FOUR).startswith("UNB+UNOC:4+5790000000012:14+5790000000029:14+20261120:1015+42'UNH+1+CONTRL:4:1:UN'")


@pytest.mark.parametrize("version", ["D:3:UN:EAN002", "2:2:UN:EAN002", "4:1:UN"])
def test_an_agreement_fixes_the_version(version: str) -> None:
    terms = AcknowledgementTerms(functional="CONTRL", version=version)
    assert f"'UNH+1+CONTRL:{version}'" in answer(GOOD, terms)


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        (b"UNZ+1+7", b"UNZ+2+7", "4+29+UNZ+2"),
        (b"UNZ+1+7", b"UNZ+1+8", "4+28+UNZ+3"),
        (b"UNZ+1+7'", b"", "4+13+UNZ"),
        (b"UNZ+1+7'", b"UNZ+1'", "4+13+UNZ+3"),
        (b"UNOC:3", b"XXXA:3", "4+2+UNB+2"),
        (b"261120:0930", b":0930", "4+13+UNB+5:1"),
        (b"0930+7'", b"0930+7++++++X'", "4+37+UNB+12"),
        (b"0930+7'", b"0930+7++++++7'", "4+12+UNB+12"),
        (b"UNZ", b"HELLO+1'UNZ", "4+33"),
        (b"UNZ+1+7", b"UNZ+1+7+9", "4+16+UNZ+4"),
        (b"UNB+", b"UNA:+.?'UNB+", "4+22+UNA"),
    ],
)
def test_an_interchange_error_is_one_code_with_its_place(old: bytes, new: bytes, detail: str) -> None:
    assert body(GOOD.replace(old, new, 1)) == [f"UCI+{SUBJECT}+{detail}"]


def test_only_the_first_error_of_a_level_is_reported() -> None:
    both = GOOD.replace(b"UNZ+1+7", b"UNZ+2+8")
    assert body(both) == [f"UCI+{SUBJECT}+4+29+UNZ+2"]
    bad = GOOD.replace(b"UNT+19+1", b"UNT+18+2")
    assert body(bad)[1:] == [f"UCM+1+{TYPE}+4+29+UNT+2"]


def test_below_a_refused_level_nothing_is_listed() -> None:
    assert body(GOOD.replace(b"BGM+220", b"BGM+22000").replace(b"UNZ+1+7", b"UNZ+2+7"), ALL) == [f"UCI+{SUBJECT}+4+29+UNZ+2"]
    refused = interchange(group("1", message("1", good=False), une="UNE+5+1"), count=1)
    assert body(refused, ALL)[1:] == ["UCF+1+APP1:14+APP2:ZZ+4+29+UNE+2"]
    named = GOOD.replace(b"BGM+220", b"BGM+22000").replace(b"UNT+19", b"UNT+18")
    assert body(named)[1:] == [f"UCM+1+{TYPE}+4+29+UNT+2"]


@pytest.mark.parametrize(
    ("code", "answered"),
    [
        (Code.SENDER_UNKNOWN, "23"),
        (Code.RECEIVER_UNKNOWN, "7"),
        (Code.TEST_NOT_SUPPORTED, "25"),
        (Code.INTERCHANGE_DUPLICATE, "26"),
        (Code.SENDER_QUALIFIER_INVALID, "12"),
        (Code.RECEIVER_QUALIFIER_INVALID, "12"),
        (Code.AUTHORISATION_INVALID, "18"),
    ],
)
def test_findings_of_the_caller_are_answered_with_their_code(code: Code, answered: str) -> None:
    finding = found(code, "text", Position(0, tag="UNB"), severity=Severity.ERROR)
    assert body(GOOD, findings=(finding,)) == [f"UCI+{SUBJECT}+4+{answered}+UNB"]


def test_accepted_messages_are_listed_only_when_agreed() -> None:
    data = interchange(message("1"), message("2", good=False), message("3"), count=3)
    assert [s for s in body(data) if s.startswith("UCM")] == [f"UCM+2+{TYPE}+4"]
    assert [s for s in body(data, ALL) if s.startswith("UCM")] == [f"UCM+1+{TYPE}+7", f"UCM+2+{TYPE}+4", f"UCM+3+{TYPE}+7"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"BGM+220+PO-1+9'", b"", ["UCM+1+" + TYPE + "+4+29+UNT+2"]),
        (b"BGM+220", b"BGM+22000", [f"UCM+1+{TYPE}+4", "UCS+2", "UCD+39+2:1"]),
        (b"QTY+21:12", b"QTY+21:XII", [f"UCM+1+{TYPE}+4", "UCS+15", "UCD+37+2:2"]),
        (b"QTY+21:12:PCE", b"QTY+21:12:PCE:X", [f"UCM+1+{TYPE}+4", "UCS+15", "UCD+16+2:4"]),
        (b"QTY+21:12:PCE", b"QTY+21", [f"UCM+1+{TYPE}+4", "UCS+15", "UCD+13+2:2"]),
        (b"137:20261120", b"137:20261399", [f"UCM+1+{TYPE}+4", "UCS+3", "UCD+12+2:2"]),
        (b"UNS+S", b"UNS+S+X", [f"UCM+1+{TYPE}+4", "UCS+17", "UCD+16+3"]),
        (b"UNS+S", b"UNS", [f"UCM+1+{TYPE}+4", "UCS+17", "UCD+13+2"]),
        (b"CUX+2:GBP:9", b"XYZ+1", [f"UCM+1+{TYPE}+4", "UCS+11+12"]),
        (b"CUX+2:GBP:9", b"BUS+1", [f"UCM+1+{TYPE}+4", "UCS+11+15"]),
        (b"ORDERS:D", b"INVOIC:D", ["UCM+1+INVOIC:D:96A:UN:EAN008+4", "UCS+18+13"]),
        (b"D:96A", b"X:YY", ["UCM+1+ORDERS:X:YY:UN:EAN008+4+14+UNH+3"]),
        (b"UNT+19+1", b"UNT+19+2", [f"UCM+1+{TYPE}+4+28+UNT+3"]),
        (b"UNT+19+1'", b"", [f"UCM+1+{TYPE}+4+13+UNT"]),
        (b"PRODUCT 1", b"PROD\0CT", [f"UCM+1+{TYPE}+4", "UCS+14+21"]),
    ],
)
def test_a_message_error_is_reported_at_its_level(old: bytes, new: bytes, expected: list[str]) -> None:
    assert body(GOOD.replace(old, new, 1))[1:] == expected


def test_several_errors_in_one_segment_are_one_ucs_with_a_ucd_each() -> None:
    data = GOOD.replace(b"BGM+220+PO-1+9", b"BGM+22000+" + b"P" * 36 + b"+9999")
    assert body(data)[2:] == ["UCS+2", "UCD+39+2:1", "UCD+39+3", "UCD+39+4"]


def test_segments_are_reported_in_their_order() -> None:
    data = GOOD.replace(b"QTY+21:12", b"QTY+21:XII").replace(b"BGM+220", b"BGM+22000").replace(b"137:20261120", b"137:99999999")
    assert [s for s in body(data) if s.startswith("UCS")] == ["UCS+2", "UCS+3", "UCS+15"]


def test_at_most_999_segments_and_99_elements_are_reported() -> None:
    lines = "".join(f"LIN+{n}++5701234500018:EN'QTY+21:XX'" for n in range(1, 1200))
    text = message("1").replace("UNS+S", lines + "UNS+S").replace("UNT+19", f"UNT+{19 + 2 * 1199}")
    terms = Terms(acknowledgement=AGREED, default=DocumentTerms(max_findings=5000))
    (answer_,) = acknowledge(one(interchange(text, count=1), lambda _e: terms))
    segments = answer_.outbound.groups[0].documents[0].body.split("'")
    assert sum(s.startswith("UCS") for s in segments) == 999
    assert answer_.outbound.groups[0].documents[0].segments == len(segments) - 1


def test_the_repetition_is_named_from_version_4_on() -> None:
    data = FOUR.replace(b"COM+ORDERS AT BIGBOX:XF", b"COM+1:TE*2:FXXXX").replace(b"D:96A", b"D:01B")
    assert body(data)[2:] == ["UCS+10", "UCD+39+2:2:2"]
    surplus = FOUR.replace(b"COM+ORDERS AT BIGBOX:XF", b"COM+1:TE*2:FX*3:EM*4:TE").replace(b"D:96A", b"D:01B")
    assert body(surplus)[2:] == ["UCS+10", "UCD+36+2::4"]


def test_messages_of_groups_stand_in_their_group_and_only_there() -> None:
    data = interchange(group("1", message("1"), message("2", good=False)), group("2", message("3", good=False)), count=2)
    assert body(data)[1:] == [
        "UCF+1+APP1:14+APP2:ZZ+7", f"UCM+2+{TYPE}+4", "UCS+2", "UCD+39+2:1",
        "UCF+2+APP1:14+APP2:ZZ+7", f"UCM+3+{TYPE}+4", "UCS+2", "UCD+39+2:1",
    ]  # fmt: skip


def test_groups_without_error_are_not_named_unless_all_is_agreed() -> None:
    data = interchange(group("1", message("1")), group("2", message("2", good=False)), count=2)
    assert [s.split("+")[1] for s in body(data) if s.startswith("UCF")] == ["2"]
    assert [s for s in body(data, ALL) if s[:3] in ("UCF", "UCM")] == [
        "UCF+1+APP1:14+APP2:ZZ+7", f"UCM+1+{TYPE}+7", "UCF+2+APP1:14+APP2:ZZ+7", f"UCM+2+{TYPE}+4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("une", "detail"), [("UNE+2+1", "4+29+UNE+2"), ("UNE+1+9", "4+28+UNE+3"), ("UNE+1", "4+13+UNE+3"), ("UNE++1", "4+13+UNE+2")]
)
def test_a_group_error_is_reported_in_ucf(une: str, detail: str) -> None:
    data = interchange(group("1", message("1"), une=une), group("2", message("2")), count=2)
    assert body(data)[1:] == [f"UCF+1+APP1:14+APP2:ZZ+{detail}"]
    assert owed(data)[0].verdict is Verdict.PARTLY_ACCEPTED


@pytest.mark.parametrize("kind", ["CONTRL:D:3", "CONTRL:4:1", "APERAK:D:96A", "APERAK:D:99B"])
def test_nothing_is_owed_for_acknowledgements(kind: str) -> None:
    data = interchange(f"UNH+1+{kind}:UN'UCI+1+A+B+7'UNT+3+1'", count=1)
    for terms in (AGREED, ALL, AcknowledgementTerms(functional="CONTRL", technical=When.ALWAYS)):
        assert owed(data, terms) == ()
    assert owed(data.replace(b"0930+7'", b"0930+7++++1'")) == ()


def test_errors_in_an_acknowledgement_are_never_answered() -> None:
    assert owed(interchange("UNH+1+CONTRL:D:3:UN'UNT+9+1'", count=7)) == ()


def test_a_mixed_interchange_is_answered_as_if_the_acknowledgements_were_absent() -> None:
    data = interchange("UNH+9+APERAK:D:96A:UN'BGM+1'UNT+3+9'", message("1", good=False), count=2)
    assert [s for s in body(data, ALL) if s.startswith("UCM")] == [f"UCM+1+{TYPE}+4"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"0930+7'", b"0930'"), (b"0930+7'", b"0930+ '"), (b"5790000000029:14", b":14"), (b"5790000000012:14", b":14"),
        (b"5790000000029:14", b""), (b"5790000000012:14", b""), (b"UNB+UNOC:3+5790000000029:14+5790000000012:14+261120:0930+7", b"UNB+UNOC:3"),
    ],
)  # fmt: skip
def test_without_0020_s002_or_s003_no_answer_can_be_built(old: bytes, new: bytes) -> None:
    data = GOOD.replace(old, new, 1)
    assert one(data).verdict is Verdict.REJECTED
    assert owed(data, AcknowledgementTerms(functional="CONTRL", technical=When.ALWAYS)) == ()


def test_tolerated_errors_are_acknowledged_not_half_reported() -> None:
    lenient = DocumentTerms(severities={Code.ELEMENT_TOO_LONG: Severity.WARNING})
    assert body(GOOD.replace(b"BGM+220", b"BGM+22000"), default=lenient) == [f"UCI+{SUBJECT}+7"]
    noted = AcknowledgementTerms(functional="CONTRL", note_errors=True)
    assert body(GOOD.replace(b"BGM+220", b"BGM+50E"), noted) == [f"UCI+{SUBJECT}+7"]


def test_the_test_indicator_is_copied() -> None:
    assert answer(GOOD.replace(b"0930+7'", b"0930+7++++++1'")).split("'")[0].endswith("+42++++++1")


def test_a_rejection_behind_many_warnings_still_says_why() -> None:
    warnings = "FTX+QQQ+++A'" * 30
    text = message("1").replace("RFF+CT", warnings + "RFF+CT").replace("QTY+21:12", "QTY+21:XII").replace("UNT+19", "UNT+49")
    terms = Terms(acknowledgement=AGREED, default=DocumentTerms(max_findings=5))
    (found_,) = acknowledge(one(interchange(text, count=1), lambda _e: terms))
    assert found_.outbound.groups[0].documents[0].body.endswith(f"UCM+1+{TYPE}+4'UCS+45'UCD+37+2:2'")


def test_the_explanation_is_in_plain_words() -> None:
    (found_,) = owed(GOOD.replace(b"QTY+21:12", b"QTY+21:XII"))
    assert found_.explanation[0] == "Interchange 7 was acknowledged."
    assert found_.explanation[1] == "ORDERS 1 was rejected."
    assert found_.explanation[2].startswith("Segment 15 QTY: Element 6060 is numeric; XII is no number.")
