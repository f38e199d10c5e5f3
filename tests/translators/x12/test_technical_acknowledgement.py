"""TA1: when it is owed, to whom, with which verdict and note, to the byte."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.translators.x12.orders import body_850, interchange, order_850
from translators import registry
from translators.contract import Acknowledgement, AcknowledgementTerms, Interchange, Terms, Verdict, When
from translators.finding import Code, Severity, found
from translators.position import Position

PREPARED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
GOOD = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", lines=1)
ASKED = GOOD.replace(b"*000000007*0*P*", b"*000000007*1*P*")
HEADER = b"ISA*00*          *00*          *ZZ*NORDICDC       *01*123456789      *260302*1030*U*00401*000000042*0*P*>~"


def judged(data: bytes, terms: Terms | None = None) -> Interchange:
    return registry.translate(data, lambda _envelope: terms or Terms()).interchanges[0]


def sealed(acknowledgement: Acknowledgement) -> bytes:
    groups = list(range(1, len(acknowledgement.outbound.groups) + 1))
    return registry.seal(acknowledgement.outbound, control_number=42, group_numbers=groups, prepared=PREPARED)


def note(data: bytes, terms: Terms | None = None) -> str:
    """The TA1 segment of the answer."""
    (owed,) = (a for a in registry.acknowledge(judged(data, terms)) if a.type == "TA1")
    return sealed(owed).decode().split("~")[1]


def test_one_ta1_per_interchange_stands_between_isa_and_iea_without_a_group() -> None:
    (owed,) = registry.acknowledge(judged(ASKED))
    assert sealed(owed) == HEADER + b"TA1*000000007*260302*0915*A*000~IEA*0*000000042~"
    assert owed.outbound.groups == ()


@pytest.mark.parametrize(
    ("when", "requested", "faulty", "owed"),
    [
        (When.NEVER, "0", False, False),
        (When.NEVER, "1", False, False),
        (When.NEVER, "1", True, False),
        (When.ASKED, "0", False, False),
        (When.ASKED, "0", True, False),
        (When.ASKED, "1", False, True),
        (When.ASKED, "1", True, True),
        (When.ERROR, "0", False, False),
        (When.ERROR, "0", True, True),
        (When.ERROR, "1", False, True),
        (When.ERROR, "1", True, True),
        (When.ALWAYS, "0", False, True),
        (When.ALWAYS, "0", True, True),
    ],
)
def test_whether_a_ta1_is_owed_is_decided_by_isa14_the_agreement_and_the_envelope(
    when: When, requested: str, faulty: bool, owed: bool
) -> None:
    data = GOOD.replace(b"*000000007*0*P*", f"*000000007*{requested}*P*".encode())
    data = data.replace(b"IEA*1*", b"IEA*9*") if faulty else data
    terms = Terms(acknowledgement=AcknowledgementTerms(technical=when))
    assert ["TA1"] * owed == [a.type for a in registry.acknowledge(judged(data, terms))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"IEA*1*000000007", b"IEA*1*000000008", "TA1*000000007*260302*0915*R*001"),
        (b"*U*00401*", b"*U*0A401*", "TA1*000000007*260302*0915*R*017"),
        (b"*01*123456789 ", b"*Q1*123456789 ", "TA1*000000007*260302*0915*R*005"),
        (b"*ZZ*NORDICDC", b"*Q1*NORDICDC", "TA1*000000007*260302*0915*R*007"),
        (b"*1*P*>", b"*1*Q*>", "TA1*000000007*260302*0915*R*020"),
        (b"IEA*1*", b"IEA*2*", "TA1*000000007*260302*0915*R*021"),
        (b"~GS*PO", b"~QQ*PO", "TA1*000000007*260302*0915*R*022"),
        (b"IEA*1*000000007~", b"", "TA1*000000007*260302*0915*R*023"),
        (b"ST*850*0001~", b"", "TA1*000000007*260302*0915*R*024"),
        (b"ISA*00*", b"ISA*99*", "TA1*000000007*260302*0915*E*010"),
        (b"*00*          *01*", b"*99*          *01*", "TA1*000000007*260302*0915*E*012"),
        (b"*260302*0915*U", b"*261302*0915*U", "TA1*000000007*261302*0915*E*014"),
        (b"*260302*0915*U", b"*260302*2561*U", "TA1*000000007*260302*2561*E*015"),
    ],
)
def test_the_note_code_and_the_verdict_of_each_fault(old: bytes, new: bytes, expected: str) -> None:
    assert old in ASKED
    assert note(ASKED.replace(old, new, 1)) == expected


def test_an_acknowledgement_request_that_is_neither_0_nor_1_is_note_019() -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(technical=When.ALWAYS))
    assert note(ASKED.replace(b"*1*P*>", b"*7*P*>"), terms).endswith("*E*019")


def test_a_control_number_that_is_none_is_note_018_under_zeros() -> None:
    data = ASKED.replace(b"*000000007*1", b"*ABCDEFGHI*1").replace(b"IEA*1*000000007", b"IEA*1*ABCDEFGHI")
    assert note(data) == "TA1*000000000*260302*0915*R*018"


def test_a_receiver_that_the_gateway_does_not_know_is_note_009() -> None:
    finding = found(Code.RECEIVER_UNKNOWN, "The receiver is somebody else.", Position(0, tag="ISA", element=8))
    assert note(ASKED, Terms(findings=(finding,))) == "TA1*000000007*260302*0915*R*009"


def test_a_duplicate_is_note_025_and_rejected() -> None:
    finding = found(Code.INTERCHANGE_DUPLICATE, "This was received before.", Position(0, tag="ISA", element=13))
    assert note(ASKED, Terms(findings=(finding,))) == "TA1*000000007*260302*0915*R*025"


def test_the_agreement_decides_whether_a_fault_is_e_or_r() -> None:
    data = ASKED.replace(b"IEA*1*000000007", b"IEA*1*000000008")
    terms = Terms(severities={Code.INTERCHANGE_REFERENCE_MISMATCH: Severity.WARNING})
    assert note(data, terms).endswith("*E*001")
    terms = Terms(severities={Code.INTERCHANGE_REFERENCE_MISMATCH: None})
    assert note(data, terms).endswith("*A*000")


def test_only_the_first_error_is_reported() -> None:
    data = ASKED.replace(b"*01*123456789 ", b"*Q1*123456789 ").replace(b"IEA*1*", b"IEA*9*")
    assert note(data).endswith("*R*005")


def test_an_error_goes_before_a_warning_that_was_found_earlier() -> None:
    data = ASKED.replace(b"ISA*00*", b"ISA*99*").replace(b"IEA*1*", b"IEA*9*")
    assert note(data).endswith("*R*021")


@pytest.mark.parametrize("fault", [(b"BEG*00*", b"BEG**"), (b"GE*1*7", b"GE*9*9"), (b"SE*19*", b"SE*18*")])
def test_what_is_wrong_below_the_envelope_does_not_touch_the_ta1(fault: tuple[bytes, bytes]) -> None:
    assert fault[0] in ASKED
    assert note(ASKED.replace(*fault)).endswith("*A*000")


def test_a_rejected_interchange_gets_no_997() -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997"))
    owed = registry.acknowledge(judged(ASKED.replace(b"IEA*1*", b"IEA*9*"), terms))
    assert [(a.type, a.verdict) for a in owed] == [("TA1", Verdict.REJECTED)]


def test_an_accepted_interchange_gets_both_the_technical_one_first() -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997"))
    assert [a.type for a in registry.acknowledge(judged(ASKED, terms))] == ["TA1", "997"]


def test_the_answer_asks_for_nothing_and_copies_the_test_indicator() -> None:
    (owed,) = registry.acknowledge(judged(ASKED.replace(b"*1*P*>", b"*1*T*>")))
    header = sealed(owed).split(b"~")[0].split(b"*")
    assert (header[14], header[15]) == (b"0", b"T")


def test_identities_are_exchanged_with_their_qualifiers() -> None:
    (owed,) = registry.acknowledge(judged(ASKED))
    assert (str(owed.outbound.sender), str(owed.outbound.receiver)) == ("ZZ:NORDICDC", "01:123456789")


@pytest.mark.parametrize(("sent", "answered"), [("00401", "00401"), ("00501", "00501"), ("0A401", "00401")])
def test_the_version_of_the_envelope_is_echoed_where_it_is_one(sent: str, answered: str) -> None:
    (owed,) = registry.acknowledge(judged(ASKED.replace(b"*00401*", f"*{sent}*".encode())))
    assert owed.outbound.version == answered


def test_an_interchange_of_only_a_ta1_is_read_and_never_answered() -> None:
    data = ASKED[:106] + b"TA1*000000001*260301*0900*A*000~IEA*0*000000007~"
    one = judged(data, Terms(acknowledgement=AcknowledgementTerms(functional="997", technical=When.ALWAYS)))
    assert [(d.type, d.control_number, d.name) for d in one.documents] == [("TA1", "000000001", "functional_acknowledgement")]
    assert one.verdict is Verdict.ACCEPTED
    assert one.findings == ()
    assert registry.acknowledge(one) == ()


def test_a_ta1_before_a_group_is_read_beside_it() -> None:
    data = GOOD.replace(b"~GS*", b"~TA1*000000001*260301*0900*A*000~GS*", 1)
    one = judged(data)
    assert [(d.type, d.group) for d in one.documents] == [("TA1", 0), ("850", 1)]
    assert one.verdict is Verdict.ACCEPTED


def test_nobody_is_answered_whose_identity_cannot_be_written() -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(technical=When.ALWAYS))
    one = judged(ASKED, terms)
    for identity in (
        replace(one.envelope.sender, id=""),
        replace(one.envelope.sender, id="A*B"),
        replace(one.envelope.sender, id="X" * 16),
    ):
        assert registry.acknowledge(replace(one, envelope=replace(one.envelope, sender=identity))) == ()


def test_what_is_said_in_words_names_the_interchange_and_the_fault() -> None:
    (owed,) = registry.acknowledge(judged(ASKED.replace(b"IEA*1*000000007", b"IEA*1*000000008")))
    assert owed.explanation == (
        "Interchange 000000007: rejected (TA1 R 001).",
        "  IEA02 is 000000008, ISA13 is 000000007.",
    )


def test_a_sealed_ta1_reads_back_clean() -> None:
    for data in (ASKED, ASKED.replace(b"IEA*1*", b"IEA*9*"), interchange([body_850(order_number="A")], acknowledgement="1")):
        (owed,) = registry.acknowledge(judged(data))
        (back,) = registry.translate(sealed(owed)).interchanges
        assert (back.findings, back.verdict, len(back.documents)) == ((), Verdict.ACCEPTED, 1)
