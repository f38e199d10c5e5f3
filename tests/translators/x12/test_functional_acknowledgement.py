"""997 and 999: each rule of AK1 to AK9, and of their IK counterparts, with the segments it gives."""

from datetime import UTC, datetime

import pytest

from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.contract import Acknowledgement, AcknowledgementTerms, DocumentTerms, Interchange, Terms, Verdict
from translators.finding import DEFINITIONS, Code, Severity

PREPARED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
PLAIN = AcknowledgementTerms(functional="997")
FULL = AcknowledgementTerms(functional="997", list_accepted=True)
NOTING = AcknowledgementTerms(functional="997", note_errors=True)
SHORT = ["ST*850*0001", "BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**VN*A", "SE*4*0001"]


def short(reference: str = "0001", **changes: str) -> list[str]:
    """A set of four segments; a change replaces the segment with that tag."""
    body = [changes.get(segment.split("*")[0], segment) for segment in SHORT]
    return [segment.replace("*0001", f"*{reference}") if segment[:2] in ("ST", "SE") else segment for segment in body]


def judged(data: bytes, owed: AcknowledgementTerms = PLAIN, terms: DocumentTerms | None = None) -> Interchange:
    given = Terms(acknowledgement=owed, default=terms or DocumentTerms())
    return registry.translate(data, lambda _envelope: given).interchanges[0]


def only(data: bytes, owed: AcknowledgementTerms = PLAIN, terms: DocumentTerms | None = None) -> Acknowledgement:
    (acknowledgement,) = registry.acknowledge(judged(data, owed, terms))
    return acknowledgement


def body(data: bytes, owed: AcknowledgementTerms = PLAIN, terms: DocumentTerms | None = None) -> list[str]:
    return only(data, owed, terms).outbound.groups[0].documents[0].body.removesuffix("~").split("~")


def one(*bodies: list[str], version: str = "004010") -> bytes:
    return interchange(list(bodies) or [short()], control_number=7, version=version)


# ---- AK1, AK2 and the group they answer in


def test_ak1_names_functional_group_and_control_number() -> None:
    assert body(one()) == ["AK1*PO*7", "AK9*A*1*1*1"]


def test_ak1_and_ak2_name_version_and_guide_from_005010_on() -> None:
    data = one(["ST*850*0001*GUIDE7", *short()[1:]], version="005010")
    assert body(data, FULL) == ["AK1*PO*7*005010", "AK2*850*0001*GUIDE7", "AK5*A", "AK9*A*1*1*1"]


def test_ak1_of_004010_has_no_version_and_ak2_no_guide() -> None:
    assert body(one(), FULL) == ["AK1*PO*7", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]


def test_accepted_sets_are_named_only_where_the_agreement_asks() -> None:
    data = one(short("0001"), short("0002", BEG="BEG**SA*X**20260302"), short("0003"))
    assert [s for s in body(data) if s.startswith("AK2")] == ["AK2*850*0002"]
    assert [s for s in body(data, FULL) if s.startswith("AK2")] == ["AK2*850*0001", "AK2*850*0002", "AK2*850*0003"]


def test_sets_are_answered_in_the_order_they_came() -> None:
    data = one(short("0009"), short("0003"), short("0005"))
    assert [s for s in body(data, FULL) if s.startswith("AK2")] == ["AK2*850*0009", "AK2*850*0003", "AK2*850*0005"]


@pytest.mark.parametrize("version", ["004010", "004010VICS", "005010", "005010X220"])
def test_the_answer_is_in_the_version_of_its_subject(version: str) -> None:
    assert only(one(version=version)).outbound.groups[0].version == version


def test_the_agreement_may_fix_the_version_of_the_answer() -> None:
    owed = AcknowledgementTerms(functional="997", version="005010")
    acknowledgement = only(one(), owed)
    assert acknowledgement.outbound.groups[0].version == "005010"
    assert body(one(), owed)[0] == "AK1*PO*7*004010"


def test_a_version_we_have_no_tables_of_is_answered_in_004010() -> None:
    acknowledgement = only(one(version="00401A"))
    assert acknowledgement.outbound.groups[0].version == "004010"
    assert body(one(version="00401A"))[-1] == "AK9*R*1*1*0*2"


def test_gs_is_fa_with_the_addresses_exchanged() -> None:
    group = only(one()).outbound.groups[0]
    assert (group.functional_id, group.sender, group.receiver) == ("FA", "NORDICDC", "123456789")


def test_no_997_answers_a_group_of_acknowledgements() -> None:
    data = interchange([["ST*997*0001", "AK1*PO*1", "AK9*A*1*1*1", "SE*4*0001"]], functional_id="FA")
    assert registry.acknowledge(judged(data)) == ()
    broken = data.replace(b"AK9*A*1*1*1~", b"")
    assert registry.acknowledge(judged(broken)) == ()


def test_of_a_mixed_interchange_only_the_groups_that_hold_no_acknowledgements_are_answered() -> None:
    order = one()
    group = b"GS*FA*123456789*NORDICDC*20260302*0915*8*X*004010~ST*997*0001~AK1*PO*1~AK9*A*1*1*1~SE*4*0001~GE*1*8~"
    data = order.replace(b"IEA*1*", group + b"IEA*2*")
    documents = only(data).outbound.groups[0].documents
    assert [d.body.split("~")[0] for d in documents] == ["AK1*PO*7"]


def test_neither_997_nor_999_without_an_agreement() -> None:
    assert registry.acknowledge(judged(one(), AcknowledgementTerms())) == ()


# ---- AK3: one for each bad segment


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (["ST*850*0001", SHORT[1], "QQQ*1", SHORT[2], "SE*5*0001"], "AK3*QQQ*3**1"),
        (["ST*850*0001", SHORT[1], SHORT[2], "LQ*0*AA", "SE*5*0001"], "AK3*LM*4**3"),
        (["ST*850*0001", SHORT[1], SHORT[2], "CTT*1", "LQ*0*AA", "SE*6*0001"], "AK3*LQ*5**2"),
        (["ST*850*0001", SHORT[2], "SE*3*0001"], "AK3*BEG*2**3"),
        (["ST*850*0001", SHORT[1], SHORT[2], "CTT*1", "CTT*1", "SE*6*0001"], "AK3*CTT*5**4"),
        (["ST*850*0001", SHORT[1], "CUR*BY*USD", "CUR*BY*EUR", SHORT[2], "SE*6*0001"], "AK3*CUR*4**5"),
        (["ST*850*0001", SHORT[1], "BIG*20260101*1", SHORT[2], "SE*5*0001"], "AK3*BIG*3**6"),
        (["ST*850*0001", SHORT[1], "FOB*PP", "CUR*BY*USD", SHORT[2], "SE*6*0001"], "AK3*CUR*4**7"),
        (["ST*850*0001", SHORT[1], "CUR*BY*US", SHORT[2], "SE*5*0001"], "AK3*CUR*3**8"),
    ],
)
def test_ak304_says_what_is_wrong_with_the_segment(segments: list[str], expected: str) -> None:
    given = body(one(segments))
    assert [s for s in given if s.startswith("AK3")] == [expected]


def test_bad_segments_are_told_in_the_order_of_the_set() -> None:
    segments = ["ST*850*0001", "BEG**SA*X**20260302", "CUR*BY*US", "QQQ*1", SHORT[2], "SE*6*0001"]
    assert [s[:9] for s in body(one(segments)) if s.startswith("AK3")] == ["AK3*BEG*2", "AK3*CUR*3", "AK3*QQQ*4"]


def test_a_segment_wrong_as_such_has_no_ak4() -> None:
    segments = ["ST*850*0001", SHORT[1], "FOB*PP", "CUR*BY*US", SHORT[2], "SE*6*0001"]
    assert [s for s in body(one(segments)) if s.startswith(("AK3", "AK4"))] == ["AK3*CUR*4**7"]


@pytest.mark.parametrize(("tag", "told"), [("Q", "Q?"), ("QQQQQ", "QQQ"), ("\x01Q", "Q?"), ("*", "??")])
def test_a_tag_that_is_none_is_told_in_two_or_three_characters(tag: str, told: str) -> None:
    data = one(["ST*850*0001", SHORT[1], f"{tag}*1", SHORT[2], "SE*5*0001"])
    assert [s.split("*")[1] for s in body(data) if s.startswith("AK3")] == [told]


@pytest.mark.parametrize("kind", ["8", "85", "8500", "\x000"])
def test_a_set_type_that_is_none_is_told_as_zeros(kind: str) -> None:
    data = one([f"ST*{kind}*0001", SHORT[1], SHORT[2], "SE*4*0001"])
    assert body(data)[1:3] == ["AK2*000*0001", "AK5*R*1"]


@pytest.mark.parametrize("functional_id", ["P", "POO"])
def test_a_functional_group_that_is_none_is_told_as_zz(functional_id: str) -> None:
    assert body(interchange([short()], functional_id=functional_id))[0] == "AK1*ZZ*1"


# ---- AK4: what is wrong with an element


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"BEG": "BEG*00**X**20260302"}, "AK4*2*92*1"),
        ({"PO1": "PO1*1*2*EA*3.5**VN"}, "AK4*7*234*2"),
        ({"BEG": "BEG*00*SA*X**20260302" + "*" * 8 + "Z"}, "AK4*13**3*Z"),
        ({"PO1": "PO1*1*2*E*3.5**VN*A"}, "AK4*3*355*4*E"),
        ({"BEG": "BEG*00*SA*" + "X" * 23 + "**20260302"}, "AK4*3*324*5*" + "X" * 23),
        ({"PO1": "PO1*1*TWO*EA*3.5**VN*A"}, "AK4*2*330*6"),
        ({"BEG": "BEG*00*SA*X**20260229"}, "AK4*5*373*8*20260229"),
    ],
)
def test_ak403_says_what_is_wrong_and_ak404_copies_the_value_unless_it_is_a_bad_character(
    changes: dict[str, str], expected: str
) -> None:
    assert [s for s in body(one(short(**changes))) if s.startswith("AK4")] == [expected]


def test_a_bad_code_is_code_7_where_code_lists_refuse() -> None:
    terms = DocumentTerms(severities={Code.ELEMENT_CODE: Severity.ERROR})
    assert [s for s in body(one(short(BEG="BEG*99*SA*X**20260302")), terms=terms) if s[:3] in ("AK3", "AK4")] == [
        "AK3*BEG*2**8",
        "AK4*1*353*7*99",
    ]


def test_a_bad_time_is_code_9() -> None:
    segments = ["ST*850*0001", SHORT[1], "DTM*002*20260302*2460", SHORT[2], "SE*5*0001"]
    assert "AK4*3*337*9*2460" in body(one(segments))


def test_an_exclusion_is_code_10() -> None:
    segments = ["ST*850*0001", SHORT[1], SHORT[2], "MEA*PD*WD*1*IN****03", "SE*5*0001"]
    assert "AK4*3*739*10" in body(one(segments))


def test_a_component_is_named_behind_its_element() -> None:
    segments = ["ST*850*0001", SHORT[1], "REF*CT*1**CT", SHORT[2], "SE*5*0001"]
    assert [s for s in body(one(segments)) if s.startswith("AK4")] == ["AK4*4>2*127*1"]


def test_a_repetition_is_named_from_005010_on_only() -> None:
    segments = ["ST*850*0001", SHORT[1], "REF*CT*1^2", SHORT[2], "SE*5*0001"]
    late = [s for s in body(one(segments, version="005010")) if s.startswith("AK4")]
    assert [s.split("*")[1] for s in late] == ["2>>2"]


def test_at_most_ninety_nine_elements_of_a_segment_are_told() -> None:
    terms = DocumentTerms(max_findings=500)
    long = "X" * 90
    data = one(["ST*850*0001", SHORT[1], SHORT[2], "LIN*1" + f"*{long}" * 30, "SE*5*0001"])
    assert 0 < sum(s.startswith("AK4") for s in body(data, terms=terms)) <= 99


@pytest.mark.parametrize(("surplus", "expected"), [(92, ["AK4*99**3*1"]), (93, [])])
def test_ak4_names_no_place_that_its_two_digits_cannot_write(surplus: int, expected: list[str]) -> None:
    data = one([*SHORT[:3], "CTT*1*1" + "*" * (surplus + 4) + "*1", "SE*5*0001"])
    given = body(data)
    assert "AK3*CTT*4**8" in given
    assert [segment for segment in given if segment.startswith("AK4")] == expected


# ---- AK5: the verdict on a set


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (["ST*8-4*0001", "BMG*00", "SE*3*0001"], "AK5*R*1"),
        (["ST*850*0001", SHORT[1], SHORT[2], "SE*4*0002"], "AK5*R*3"),
        (["ST*850*0001", SHORT[1], SHORT[2], "SE*5*0001"], "AK5*R*4"),
        (["ST*850*0001", "BEG**SA*X**20260302", SHORT[2], "SE*4*0001"], "AK5*R*5"),
        (["ST*850*0001", "BEG**SA*X**20260302", SHORT[2], "SE*9*0002"], "AK5*R*5*4*3"),
        (["ST*850*0001", SHORT[1], SHORT[2].replace("*A", "*A\0"), "SE*4*0001"], "AK5*R*5"),
    ],
)
def test_ak502_to_ak506_give_the_reasons(segments: list[str], expected: str) -> None:
    assert [s for s in body(one(segments)) if s.startswith("AK5")] == [expected]


def test_whatever_gives_an_ak3_gives_the_set_code_5() -> None:
    assert {code for code, told in DEFINITIONS.items() if told.segment and told.document != "5"} == set()


def test_a_set_without_se_is_code_2() -> None:
    data = one(short()).replace(b"SE*4*0001~", b"")
    assert "AK5*R*2" in body(data)


def test_a_second_set_of_the_same_number_is_code_7() -> None:
    given = body(one(short("0001"), short("0001")))
    assert given[1:] == ["AK2*850*0001", "AK5*R*7", "AK9*P*2*2*1"]


def test_a_set_that_is_not_agreed_is_code_1() -> None:
    assert body(one(), terms=DocumentTerms(agreed=False))[1:] == ["AK2*850*0001", "AK5*R*1", "AK9*R*1*1*0"]


# ---- AK9: the verdict on a group


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ([short("0001"), short("0002")], "AK9*A*2*2*2"),
        ([short("0001"), short("0002", BEG="BEG**SA*X**20260302")], "AK9*P*2*2*1"),
        ([short("0001", BEG="BEG**SA*X**20260302")], "AK9*R*1*1*0"),
    ],
)
def test_ak901_follows_from_the_sets(sets: list[list[str]], expected: str) -> None:
    assert body(one(*sets))[-1] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"GE*1*7", b"GE*2*7", "AK9*R*2*1*0*5"),
        (b"GE*1*7", b"GE*1*8", "AK9*R*1*1*0*4"),
        (b"GE*1*7~", b"", "AK9*R*1*1*0*3"),
        (b"*X*004010", b"*X*009010", "AK9*R*1*1*0*2"),
        (b"GE*1*7", b"GE*X*7", "AK9*R*1*1*0*5"),
    ],
)
def test_ak905_gives_the_reason_of_the_group_and_nothing_of_it_is_accepted(old: bytes, new: bytes, expected: str) -> None:
    assert body(one().replace(old, new))[-1] == expected


def test_ak902_is_what_was_claimed_ak903_what_was_counted() -> None:
    assert body(one(short("0001"), short("0002")).replace(b"GE*2*", b"GE*5*"))[-1] == "AK9*R*5*2*0*5"


def test_a_group_number_used_twice_is_code_6() -> None:
    data = one()
    group = data[data.index(b"GS*") : data.index(b"IEA*")]
    acknowledgement = only(data.replace(b"IEA*1*", group + b"IEA*2*"))
    assert [d.body.split("~")[-2] for d in acknowledgement.outbound.groups[0].documents] == ["AK9*A*1*1*1", "AK9*R*1*1*0*6"]
    assert acknowledgement.verdict is Verdict.PARTLY_ACCEPTED


# ---- tolerated deviations


def test_a_tolerated_deviation_is_e_where_errors_are_noted_and_a_where_not() -> None:
    data = one(short(BEG="BEG*99*SA*X**20260302"))
    assert body(data) == ["AK1*PO*7", "AK9*A*1*1*1"]
    assert body(data, NOTING) == ["AK1*PO*7", "AK2*850*0001", "AK3*BEG*2**8", "AK4*1*353*7*99", "AK5*E*5", "AK9*E*1*1*1"]


def test_a_lowered_error_is_noted_with_its_code() -> None:
    terms = DocumentTerms(severities={Code.SEGMENT_COUNT_MISMATCH: Severity.WARNING})
    data = one([*short()[:-1], "SE*9*0001"])
    assert body(data, NOTING, terms)[1:] == ["AK2*850*0001", "AK5*E*4", "AK9*E*1*1*1"]
    assert body(data, PLAIN, terms)[1:] == ["AK9*A*1*1*1"]


def test_what_only_explains_is_never_told() -> None:
    data = one().replace(b"~", b"~\r\n")
    assert body(data, NOTING) == ["AK1*PO*7", "AK9*A*1*1*1"]


# ---- 999


def test_a_999_has_its_guide_in_gs08_and_st03_and_keeps_ak1_ak2_ak9() -> None:
    owed = AcknowledgementTerms(functional="999", list_accepted=True)
    acknowledgement = only(one(version="005010"), owed)
    group = acknowledgement.outbound.groups[0]
    assert (acknowledgement.type, group.version, group.documents[0].header) == ("999", "005010X231A1", ("005010X231A1",))
    assert group.documents[0].body == "AK1*PO*7*005010~AK2*850*0001~IK5*A~AK9*A*1*1*1~"


def test_a_999_tells_faults_in_ik_segments() -> None:
    owed = AcknowledgementTerms(functional="999")
    data = one(short(BEG="BEG*00**X**20260302"), version="005010")
    assert body(data, owed) == ["AK1*PO*7*005010", "AK2*850*0001", "IK3*BEG*2**8", "IK4*2*92*1", "IK5*R*5", "AK9*R*1*1*0"]


def test_a_group_gets_one_997_or_one_999_never_both() -> None:
    for kind in ("997", "999"):
        owed = registry.acknowledge(judged(one(), AcknowledgementTerms(functional=kind)))
        assert [a.type for a in owed] == [kind]


# ---- words, and the bytes as a whole


def test_the_explanation_says_it_in_plain_words() -> None:
    lines = only(one(short("0001"), short("0002", BEG="BEG*00**X**20260302"))).explanation
    assert lines[0] == "Group 7 (PO): partly accepted, 1 of 2 sets accepted."
    assert lines[1] == "  Set 850 0002: rejected."
    assert lines[2].startswith("    BEG02")


def test_the_same_judgement_gives_the_same_bytes_again() -> None:
    data = one(short("0001"), short("0002", BEG="BEG**SA*X**20260302"))
    first, second = only(data), only(data)
    assert first == second
    sealed = [registry.seal(a.outbound, control_number=5, group_numbers=[6], prepared=PREPARED) for a in (first, second)]
    assert sealed[0] == sealed[1]


def test_a_997_is_written_to_the_byte() -> None:
    data = interchange([body_850(order_number="A", lines=1), short("0002", BEG="BEG*00*SA*X**20260229")], control_number=7)
    assert registry.seal(only(data, FULL).outbound, control_number=5, group_numbers=[6], prepared=PREPARED) == (
        b"ISA*00*          *00*          *ZZ*NORDICDC       *01*123456789      *260302*1030*U*00401*000000005*0*P*>~"
        b"GS*FA*NORDICDC*123456789*20260302*1030*6*X*004010~ST*997*0001~AK1*PO*7~"
        b"AK2*850*0001~AK5*A~AK2*850*0002~AK3*BEG*2**8~AK4*5*373*8*20260229~AK5*R*5~AK9*P*2*2*1~"
        b"SE*10*0001~GE*1*6~IEA*1*000000005~"
    )
