"""CONTRL: when one is owed, what it says, byte by byte, and that others read it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydifact.segmentcollection import Interchange as TheirInterchange

from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.edifact.reading import one, read
from translators.contract import Acknowledgement, AcknowledgementTerms, Terms, Verdict, When
from translators.edifact.translator import acknowledge, seal
from translators.finding import Code, found
from translators.position import Position

BUYER, SELLER = "5790000000029", "5790000000012"
GOOD = order_edifact(sender=BUYER, receiver=SELLER, control_number="7", order_number="PO-1", lines=1)
BAD = GOOD.replace(b"QTY+21:12:", b"QTY+21:XII:").replace(b"BGM+220+PO-1+9", b"BGM+220+PO-1+9+ABCDE")
PREPARED = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
AGREED = AcknowledgementTerms(functional="CONTRL")


def asked(data: bytes, code: bytes) -> bytes:
    """The interchange with UNB 0031."""
    return data.replace(b"0930+7'", b"0930+7++++" + code + b"'", 1)


def owed(data: bytes, terms: AcknowledgementTerms = AGREED, **other: object) -> tuple[Acknowledgement, ...]:
    """What is owed for the only interchange of a transmission."""
    return acknowledge(one(data, lambda _e: Terms(acknowledgement=terms, **other)))  # type: ignore[arg-type]


def sealed(acknowledgement: Acknowledgement) -> bytes:
    """The final bytes, with a fixed number and time."""
    return seal(acknowledgement.outbound, control_number=42, group_numbers=(), prepared=PREPARED)


def contrl(data: bytes, terms: AcknowledgementTerms = AGREED, **other: object) -> list[str]:
    """The segments of the only CONTRL owed."""
    (acknowledgement,) = owed(data, terms, **other)
    return sealed(acknowledgement).decode().rstrip("'").split("'")


def test_a_good_interchange_is_acknowledged() -> None:
    assert contrl(GOOD) == [
        "UNB+UNOC:3+5790000000012:14+5790000000029:14+261120:1015+42",
        "UNH+1+CONTRL:D:3:UN",
        "UCI+7+5790000000029:14+5790000000012:14+7",
        "UNT+3+1",
        "UNZ+1+42",
    ]


def test_a_rejected_message_is_named_with_segments_and_elements() -> None:
    assert contrl(BAD)[2:-2] == [
        "UCI+7+5790000000029:14+5790000000012:14+7",
        "UCM+1+ORDERS:D:96A:UN:EAN008+4",
        "UCS+2",
        "UCD+39+5",
        "UCS+15",
        "UCD+37+2:2",
    ]


def test_a_missing_segment_is_named_at_the_one_before() -> None:
    data = GOOD.replace(b"BGM+220+PO-1+9'", b"")
    assert contrl(data)[3] == "UCM+1+ORDERS:D:96A:UN:EAN008+4+29+UNT+2"
    correct = data.replace(b"UNT+19", b"UNT+18")
    assert contrl(correct)[3:-2] == ["UCM+1+ORDERS:D:96A:UN:EAN008+4", "UCS+1+13"]


def test_an_unsupported_message_is_rejected_at_its_own_level() -> None:
    assert contrl(GOOD.replace(b"ORDERS:D", b"1ALETO:D"))[3] == "UCM+1+1ALETO:D:96A:UN:EAN008+4+14+UNH+3"


def test_an_envelope_error_rejects_everything_with_one_code() -> None:
    assert contrl(GOOD.replace(b"UNZ+1+7", b"UNZ+2+7"))[2:-2] == ["UCI+7+5790000000029:14+5790000000012:14+4+29+UNZ+2"]


def test_a_duplicate_found_by_the_caller_is_answered() -> None:
    duplicate = found(Code.INTERCHANGE_DUPLICATE, "Processed before.", Position(0, tag="UNB", element=5))
    assert contrl(GOOD, findings=(duplicate,))[2] == "UCI+7+5790000000029:14+5790000000012:14+4+26+UNB+6"


def test_one_good_and_one_bad_message() -> None:
    bad = order_message(reference="2", order_number="PO-2", lines=1).replace("BGM+220", "BGM+22000")
    data = GOOD.replace(b"UNZ+1", bad.encode() + b"UNZ+2")
    (acknowledgement,) = owed(data)
    assert acknowledgement.verdict is Verdict.PARTLY_ACCEPTED
    assert contrl(data)[3:-2] == ["UCM+2+ORDERS:D:96A:UN:EAN008+4", "UCS+2", "UCD+39+2:1"]
    listed = contrl(data, replace(AGREED, list_accepted=True))
    assert listed[3:5] == ["UCM+1+ORDERS:D:96A:UN:EAN008+7", "UCM+2+ORDERS:D:96A:UN:EAN008+4"]
    assert any("PO-2" not in line and "rejected" in line for line in acknowledgement.explanation)


def test_tolerated_deviations_are_not_reported() -> None:
    data = GOOD.replace(b"BGM+220", b"BGM+50E")
    assert one(data).verdict is Verdict.ACCEPTED_WITH_ERRORS
    assert contrl(data)[2:-2] == ["UCI+7+5790000000029:14+5790000000012:14+7"]


def grouped(message: str) -> bytes:
    """An interchange with one group."""
    return (
        f"UNB+UNOC:3+{BUYER}:14+{SELLER}:14+261120:0930+7'UNG+ORDERS+{BUYER}:14+{SELLER}:14+261120:0930+3+UN+D:96A'"
        f"{message}UNE+1+3'UNZ+1+7'"
    ).encode()


def test_messages_of_a_group_are_named_inside_it() -> None:
    message = order_message(reference="1", order_number="P", lines=1)
    assert contrl(grouped(message))[2:-2] == ["UCI+7+5790000000029:14+5790000000012:14+7"]
    assert contrl(grouped(message.replace("BGM+220", "BGM+22000")))[3:-2] == [
        "UCF+3+5790000000029:14+5790000000012:14+7", "UCM+1+ORDERS:D:96A:UN:EAN008+4", "UCS+2", "UCD+39+2:1",
    ]  # fmt: skip


def test_a_group_error_rejects_the_group() -> None:
    data = grouped(order_message(reference="1", order_number="P", lines=1)).replace(b"UNE+1", b"UNE+2")
    assert contrl(data)[3:-2] == ["UCF+3+5790000000029:14+5790000000012:14+4+29+UNE+2"]


def test_syntax_version_4_is_answered_in_version_4() -> None:
    data = GOOD.replace(b"UNOC:3", b"UNOC:4").replace(b"+261120:0930", b"+20261120:0930")
    lines = contrl(data)
    assert lines[:2] == ["UNB+UNOC:4+5790000000012:14+5790000000029:14+20261120:1015+42", "UNH+1+CONTRL:4:1:UN"]
    assert one(sealed(owed(data)[0])).verdict is Verdict.ACCEPTED


def test_an_agreement_may_fix_the_version() -> None:
    assert contrl(GOOD, replace(AGREED, version="D:3:UN:EAN002"))[1] == "UNH+1+CONTRL:D:3:UN:EAN002"


def test_the_test_flag_is_copied() -> None:
    data = order_edifact(sender=BUYER, receiver=SELLER, control_number="7", order_number="P", test=True)
    assert contrl(data)[0].endswith("+42++++++1")


def test_values_of_other_service_characters_are_released_anew() -> None:
    data = b"UNA>*.? ~" + GOOD.replace(b"PO-1+9", b"PO-1+9").translate(bytes.maketrans(b"+:'", b"*>~")).replace(b"*7~", b"*7+A'~")
    assert contrl(data)[2].startswith("UCI+7?+A?")


@pytest.mark.parametrize(
    ("request_", "terms", "actions"),
    [
        (b"", AcknowledgementTerms(), []),
        (b"1", AcknowledgementTerms(), ["7"]),
        (b"2", AcknowledgementTerms(), ["8"]),
        (b"1", AcknowledgementTerms(technical=When.NEVER), []),
        (b"2", AcknowledgementTerms(technical=When.NEVER), []),
        (b"", AcknowledgementTerms(functional="CONTRL", technical=When.ALWAYS), ["8", "7"]),
        (b"", AcknowledgementTerms(technical=When.ALWAYS), ["8"]),
        (b"2", AGREED, ["8", "7"]),
        (b"1", AGREED, ["7"]),
        (b"", AcknowledgementTerms(technical=When.ERROR), []),
        (b"", AGREED, ["7"]),
        (b"", AcknowledgementTerms(functional="CONTRL", technical=When.NEVER), ["7"]),
    ],
)
def test_what_is_owed(request_: bytes, terms: AcknowledgementTerms, actions: list[str]) -> None:
    answers = owed(asked(GOOD, request_) if request_ else GOOD, terms)
    assert [a.outbound.groups[0].documents[0].body.rstrip("'")[-1] for a in answers] == actions
    assert {a.type for a in answers} <= {"CONTRL"}


def test_an_error_is_answered_where_only_errors_are() -> None:
    lines = contrl(GOOD.replace(b"UNZ+1+7", b"UNZ+2+7"), AcknowledgementTerms(technical=When.ERROR))
    assert lines[2].endswith("+4+29+UNZ+2")


@pytest.mark.parametrize(("old", "new"), [(b"0930+7'", b"0930'"), (b"5790000000029:14+", b"+"), (b"+5790000000012:14+", b"++")])
def test_nothing_can_be_answered_without_the_address(old: bytes, new: bytes) -> None:
    data = GOOD.replace(old, new, 1)
    assert one(data).verdict is Verdict.REJECTED
    assert owed(data) == ()


def test_an_acknowledgement_is_never_answered() -> None:
    answer = sealed(owed(GOOD)[0])
    assert owed(answer) == ()
    assert owed(answer.replace(b"UNZ+1", b"UNZ+2")) == ()


def test_acknowledgements_beside_orders_are_not_named() -> None:
    body = b"UNH+9+CONTRL:D:3:UN'UCI+1+A+B+7'UNT+3+9'UNZ+2"
    listed = contrl(GOOD.replace(b"UNZ+1", body), replace(AGREED, list_accepted=True))
    assert [s for s in listed if s.startswith("UCM")] == ["UCM+1+ORDERS:D:96A:UN:EAN008+7"]


def test_an_empty_interchange_is_answered() -> None:
    data = GOOD[: GOOD.index(b"UNH")] + b"UNZ+0+7'"
    assert contrl(data)[2].endswith("+4+32+UNZ")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (GOOD[: GOOD.index(b"PRODUCT 1")], "+4+13+UNZ"),
        (GOOD[: GOOD.index(b"PRODUCT 1")] + b"?", "+4+21"),
        (GOOD.replace(b"UNH+1+", b"UNX+1+"), "+4+13"),
        (GOOD[: GOOD.index(b"UNZ")], "+4+13+UNZ"),
    ],
)
def test_an_interchange_names_no_segment_in_error_but_una_unb_and_unz(data: bytes, expected: str) -> None:
    assert contrl(data)[2] == f"UCI+7+{BUYER}:14+{SELLER}:14{expected}"


def test_a_message_without_trailer_names_unt() -> None:
    data = GOOD.replace(b"UNT+19+1'", b"").replace(b"UNZ+1", order_message(reference="2", order_number="X").encode() + b"UNZ+2")
    assert data.count(b"UNT+") == 1
    assert contrl(data)[3] == "UCM+1+ORDERS:D:96A:UN:EAN008+4+13+UNT"


@pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")
@pytest.mark.parametrize("data", [GOOD, BAD, GOOD.replace(b"UNZ+1", b"UNZ+3"), grouped("UNH+1+X:D:96A:UN'UNT+2+1'")])
def test_a_sealed_contrl_is_clean_for_our_reader_and_the_same_for_another(data: bytes) -> None:
    answer = sealed(owed(data)[0])
    interchange = one(answer)
    assert interchange.findings == ()
    (document,) = interchange.documents
    assert (document.type, document.name, document.verdict, document.findings) == (
        "CONTRL",
        "functional_acknowledgement",
        Verdict.ACCEPTED,
        (),
    )
    theirs = TheirInterchange.from_str(answer.decode())
    tags = [s.tag for m in theirs.get_messages() for s in m.segments]
    assert tags == [s[:3] for s in answer.decode().split("'")[2:-3]]


def test_a_malformed_acknowledgement_is_consumed_and_noted() -> None:
    data = GOOD[: GOOD.index(b"UNH")] + b"UNH+1+CONTRL:D:3:UN'UCM+1'UNT+9+1'UNZ+1+7'"
    (document,) = read(data).documents
    assert document.verdict is Verdict.ACCEPTED_WITH_ERRORS
    assert {Code.SEGMENT_MISSING, Code.SEGMENT_COUNT_MISMATCH, Code.ELEMENT_MISSING} <= {f.code for f in document.findings}


def test_aperak_is_consumed_whatever_its_table_says() -> None:
    (document,) = read(GOOD[: GOOD.index(b"UNH")] + b"UNH+1+APERAK:D:96A:UN'BGM+313+1'UNT+3+1'UNZ+1+7'").documents
    assert (document.name, document.verdict) == ("application_response", Verdict.ACCEPTED_WITH_ERRORS)
    assert {f.code for f in document.findings} == {Code.ELEMENT_CODE}
