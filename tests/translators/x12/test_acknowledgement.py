"""What partners are told: TA1 and 997 to the byte, verdicts and counts, limits, safety of copied values."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.translators.x12.orders import body_850, interchange, order_850
from translators import registry
from translators.contract import Acknowledgement, AcknowledgementTerms, DocumentTerms, Interchange, Terms, Verdict, When
from translators.finding import Code, Severity
from translators.x12.separators import WIDTHS

PREPARED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
TERMS = Terms(acknowledgement=AcknowledgementTerms(functional="997"))
ALL = Terms(acknowledgement=AcknowledgementTerms(functional="997", list_accepted=True))


def judged(data: bytes, terms: Terms = TERMS) -> Interchange:
    return registry.translate(data, lambda _envelope: terms).interchanges[0]


def sealed(acknowledgement: Acknowledgement, number: int = 42) -> bytes:
    groups = range(number, number + len(acknowledgement.outbound.groups))
    return registry.seal(acknowledgement.outbound, control_number=number, group_numbers=list(groups), prepared=PREPARED)


def answer(data: bytes, terms: Terms = TERMS) -> list[str]:
    """The segments between ST and SE of the only acknowledgement."""
    (owed,) = registry.acknowledge(judged(data, terms))
    segments = sealed(owed).decode().split("~")
    return segments[3 : segments.index(next(s for s in segments if s.startswith("SE*")))]


def good_and_bad() -> bytes:
    good = body_850(order_number="GOOD", lines=1)
    bad = body_850(order_number="BAD", lines=1, reference="0002")
    bad[8] = "DTM*002*20260231"
    return interchange([good, bad], control_number=77)


GOOD = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1")


def test_one_good_and_one_bad_order_give_a_partial_acceptance_to_the_byte() -> None:
    (owed,) = registry.acknowledge(judged(good_and_bad()))
    assert sealed(owed) == (
        b"ISA*00*          *00*          *ZZ*NORDICDC       *01*123456789      *260302*1030*U*00401*000000042*0*P*>~"
        b"GS*FA*NORDICDC*123456789*20260302*1030*42*X*004010~"
        b"ST*997*0001~"
        b"AK1*PO*77~"
        b"AK2*850*0002~"
        b"AK3*DTM*9**8~"
        b"AK4*2*373*8*20260231~"
        b"AK5*R*5~"
        b"AK9*P*2*2*1~"
        b"SE*8*0001~"
        b"GE*1*42~"
        b"IEA*1*000000042~"
    )
    assert owed.verdict is Verdict.PARTLY_ACCEPTED
    assert owed.explanation[0] == "Group 77 (PO): partly accepted, 1 of 2 sets accepted."
    assert any("20260231" in line for line in owed.explanation)


def test_an_accepted_group_names_its_sets_only_where_that_is_agreed() -> None:
    assert answer(GOOD) == ["AK1*PO*7", "AK9*A*1*1*1"]
    assert answer(GOOD, ALL) == ["AK1*PO*7", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]


def test_release_005010_carries_the_version_of_the_group() -> None:
    data = interchange([body_850(order_number="PO1")], version="005010")
    (owed,) = registry.acknowledge(judged(data, ALL))
    text = sealed(owed).decode()
    assert "*^*00501*" in text
    assert "*X*005010~" in text
    assert "~AK1*PO*1*005010~" in text


def test_a_sub_version_is_echoed() -> None:
    data = interchange([body_850(order_number="PO1")], version="004010VICS")
    assert b"*X*004010VICS~" in sealed(registry.acknowledge(judged(data))[0])


def test_the_test_indicator_is_copied_and_the_answer_asks_for_nothing() -> None:
    data = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", test=True)
    header = sealed(registry.acknowledge(judged(data))[0]).split(b"~")[0].split(b"*")
    assert header[15] == b"T"
    assert header[14] == b"0"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"BEG*00*", b"BEG**", ["AK3*BEG*2**8", "AK4*1*353*1"]),
        (b"PO1*1*10*EA", b"PO1*1*TEN*EA", ["AK3*PO1*16**8", "AK4*2*330*6"]),
        (b"PO1*1*10*EA", b"PO1*1*10*EA>X", ["AK3*PO1*16**8", "AK4*3>2*355*3*EA X"]),
        (b"CUR*BY*USD", b"CUR*BY*US", ["AK3*CUR*3**8", "AK4*2*100*4*US"]),
        (b"CUR*BY*USD~", b"CUR*BY*USD~CUR*BY*USD~", ["AK3*CUR*4**5"]),
        (b"CUR*BY*USD~", b"QQQ*1~", ["AK3*QQQ*3**1"]),
        (b"CUR*BY*USD~", b"BIG*1~", ["AK3*BIG*3**6"]),
        (b"BEG*00*SA*PO1**20260302~", b"", ["AK3*BEG*2**3"]),
    ],
)
def test_each_fault_has_its_segment_and_element_code(old: bytes, new: bytes, expected: list[str]) -> None:
    assert old in GOOD
    segments = answer(GOOD.replace(old, new, 1))
    reported = [segment for segment in segments if segment.startswith(("AK3", "AK4"))]
    assert reported == expected


def test_several_faults_of_a_segment_share_one_ak3() -> None:
    segments = answer(GOOD.replace(b"BEG*00*SA*PO1**20260302", b"BEG*00**PO1**20261302"))
    assert [s for s in segments if s.startswith(("AK3", "AK4"))] == ["AK3*BEG*2**8", "AK4*2*92*1", "AK4*5*373*8*20261302"]


def test_set_codes_follow_the_trailer() -> None:
    segments = answer(GOOD.replace(b"SE*27*0001", b"SE*26*0009"))
    assert segments[1:] == ["AK2*850*0001", "AK5*R*4*3", "AK9*R*1*1*0"]


def test_an_unsupported_set_is_rejected_with_code_1() -> None:
    data = interchange([["ST*864*0001", "BMG*00**03", "SE*3*0001"]])
    agreed = replace(TERMS, documents={"850": DocumentTerms()}, default=DocumentTerms(agreed=False))
    assert answer(data, agreed) == ["AK1*PO*1", "AK2*864*0001", "AK5*R*1", "AK9*R*1*1*0"]


def test_a_set_that_is_not_agreed_is_rejected_with_code_1() -> None:
    terms = replace(TERMS, default=DocumentTerms(agreed=False))
    assert answer(GOOD, terms)[-2:] == ["AK5*R*1", "AK9*R*1*1*0"]


def test_group_faults_reject_the_group_and_count_as_claimed() -> None:
    assert answer(GOOD.replace(b"GE*1*7", b"GE*3*8")) == ["AK1*PO*7", "AK9*R*3*1*0*5*4"]


def test_an_unsupported_version_rejects_the_group() -> None:
    segments = answer(interchange([body_850(order_number="PO1")], version="00401A"))
    assert segments[-1] == "AK9*R*1*1*0*2"


def test_a_copied_value_cannot_break_the_answer() -> None:
    data = GOOD.translate(bytes.maketrans(b"*>~", b"|^'")).replace(b"CUR|BY|USD", b"CUR|BY|*~>")
    data = data.replace(b"BY|*~>", b"BY|*~>X")
    (owed,) = registry.acknowledge(judged(data))
    again = registry.translate(sealed(owed))
    assert [f.code for f in again.interchanges[0].documents[0].findings] == []
    assert b"AK4*2*100*5*X~" in sealed(owed)


def test_at_most_ninety_nine_elements_and_five_codes_are_reported() -> None:
    body = body_850(order_number="PO1", lines=1)
    body[15] = "PO1*" + "*".join(["X" * 60] * 25)
    data = interchange([body])
    segments = answer(data)
    assert 0 < sum(segment.startswith("AK4") for segment in segments) <= 99
    assert all(len(segment.split("*")) <= 7 for segment in segments if segment.startswith("AK5"))


def test_each_group_gets_a_997_of_its_own() -> None:
    one = GOOD.split(b"GS*")[0]
    group = GOOD[len(one) : GOOD.index(b"IEA*")]
    second = group.replace(b"*7*X*", b"*8*X*").replace(b"GE*1*7", b"GE*1*8")
    (owed,) = registry.acknowledge(judged(one + group + second + b"IEA*2*000000007~"))
    text = sealed(owed).decode()
    assert text.count("ST*997*") == 2
    assert "AK1*PO*7~" in text
    assert "AK1*PO*8~" in text
    assert "~GE*2*42~" in text


def test_what_we_send_is_clean_for_our_own_reader() -> None:
    for data in (GOOD, good_and_bad(), GOOD.replace(b"GE*1*7", b"GE*3*8")):
        for terms in (TERMS, ALL):
            (owed,) = registry.acknowledge(judged(data, terms))
            back = registry.translate(sealed(owed))
            assert back.findings == ()
            (interchange_,) = back.interchanges
            assert interchange_.findings == ()
            assert interchange_.verdict is Verdict.ACCEPTED
            assert [f for d in interchange_.documents for f in d.findings] == []
            assert registry.acknowledge(interchange_) == ()


def test_no_997_without_an_agreement_for_one() -> None:
    assert registry.acknowledge(judged(GOOD, Terms())) == ()


def test_acknowledgements_are_never_acknowledged() -> None:
    (owed,) = registry.acknowledge(judged(GOOD))
    asking = sealed(owed).replace(b"*0*P*>", b"*1*P*>")
    assert registry.acknowledge(judged(asking)) == ()


def test_a_sender_who_does_not_say_who_it_is_gets_no_answer() -> None:
    data = GOOD.replace(b"*01*123456789      *", b"*01*               *")
    assert registry.acknowledge(judged(data)) == ()


ASKED = GOOD.replace(b"*000000007*0*P*", b"*000000007*1*P*")


def technical(data: bytes, when: When = When.ASKED) -> list[bytes]:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997", technical=when))
    return [sealed(a) for a in registry.acknowledge(judged(data, terms)) if a.type == "TA1"]


def test_a_ta1_answers_the_envelope_to_the_byte() -> None:
    assert technical(ASKED) == [
        (
            b"ISA*00*          *00*          *ZZ*NORDICDC       *01*123456789      *260302*1030*U*00401*000000042*0*P*>~"
            b"TA1*000000007*260302*0915*A*000~"
            b"IEA*0*000000042~"
        )
    ]


@pytest.mark.parametrize(
    ("data", "when", "count"),
    [
        (GOOD, When.ASKED, 0),
        (GOOD, When.ALWAYS, 1),
        (ASKED, When.NEVER, 0),
        (GOOD, When.ERROR, 0),
        (GOOD.replace(b"IEA*1*", b"IEA*5*"), When.ERROR, 1),
    ],
)
def test_a_ta1_is_sent_when_it_is_due(data: bytes, when: When, count: int) -> None:
    assert len(technical(data, when)) == count


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"IEA*1*000000007", b"IEA*1*000000008", "001"),
        (b"IEA*1*", b"IEA*5*", "021"),
        (b"*U*00401*", b"*U*99999*", "017"),
        (b"*01*123456789 ", b"*Q1*123456789 ", "005"),
        (b"*1*P*>", b"*1*X*>", "020"),
        (b"~IEA*1*000000007~", b"~", "023"),
        (b"GS*PO*", b"ZZ*PO*", "022"),
    ],
)
def test_a_refused_interchange_gets_a_ta1_with_its_first_error_and_no_997(old: bytes, new: bytes, code: str) -> None:
    assert old in ASKED
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997"))
    owed = registry.acknowledge(judged(ASKED.replace(old, new, 1), terms))
    assert [a.type for a in owed] == ["TA1"]
    assert owed[0].verdict is Verdict.REJECTED
    assert f"*R*{code}~".encode() in sealed(owed[0])


def test_a_good_envelope_is_accepted_whatever_it_holds() -> None:
    assert b"*A*000~" in technical(ASKED.replace(b"BEG*00*", b"BEG*"))[0]


def test_tolerated_deviations_are_noted_where_that_is_agreed() -> None:
    data = GOOD.replace(b"DTM*001*", b"DTM*9ZZ*")
    quiet = judged(data, TERMS)
    assert quiet.verdict is Verdict.ACCEPTED
    noting = Terms(acknowledgement=AcknowledgementTerms(functional="997", note_errors=True))
    assert answer(data, noting) == [
        "AK1*PO*7",
        "AK2*850*0001",
        "AK3*DTM*10**8",
        "AK4*1*374*7*9ZZ",
        "AK5*E*5",
        "AK9*E*1*1*1",
    ]


def test_the_agreement_can_lower_or_switch_off_a_check() -> None:
    data = GOOD.replace(b"CUR*BY*USD", b"CUR*BY*US")
    for severity in (Severity.WARNING, None):
        terms = Terms(default=DocumentTerms(severities={Code.ELEMENT_TOO_SHORT: severity}))
        document = judged(data, terms).documents[0]
        assert document.verdict is Verdict.ACCEPTED
        assert document.canonical is not None
        assert len(document.findings) == (severity is not None)


def test_a_999_says_the_same_in_its_own_segments() -> None:
    data = interchange([body_850(order_number="PO1")], version="005010").replace(b"CUR*BY*USD", b"CUR*BY*US")
    (owed,) = registry.acknowledge(judged(data, Terms(acknowledgement=AcknowledgementTerms(functional="999"))))
    text = sealed(owed).decode()
    assert (
        "*X*005010X231A1~ST*999*0001*005010X231A1~AK1*PO*1*005010~AK2*850*0001~IK3*CUR*3**8~IK4*2*100*4*US~IK5*R*5~AK9*R*1*1*0~"
        in text
    )
    back = registry.translate(text.encode()).interchanges[0]
    assert [f.message for d in back.documents for f in d.findings] == []


def test_isa_has_its_fixed_length() -> None:
    header = sealed(registry.acknowledge(judged(GOOD))[0])[:106].decode()
    assert header.endswith("~")
    assert tuple(len(element) for element in header[:-1].split("*")[1:]) == WIDTHS


def test_an_identity_that_no_header_can_carry_gets_no_answer() -> None:
    for identity in (b"123456789\xc3\x89     ", b"1234567890123456789", b"12>4           "):
        data = ASKED.replace(b"*01*123456789      *", b"*01*" + identity + b"*")
        assert registry.acknowledge(judged(data)) == ()


def test_an_unknown_version_is_answered_in_one_that_is_known() -> None:
    assert b"*U*00401*" in technical(ASKED.replace(b"*U*00401*", b"*U*00000*"))[0]
