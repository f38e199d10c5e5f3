"""997, 999 and TA1 that come in: what they say, as one canonical document each, whatever they look like."""

import time
from pathlib import Path

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement, ReportedError, Verdict
from translators.contract import Document
from translators.contract import Verdict as Judged
from translators.finding import Code

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"


def documents(data: bytes) -> list[Document]:
    """All documents of a transmission."""
    return [document for one in registry.translate(data).interchanges for document in one.documents]


def canonical(document: Document) -> FunctionalAcknowledgement:
    """The canonical form, which every acknowledgement has."""
    assert isinstance(document.canonical, FunctionalAcknowledgement)
    return document.canonical


def answer(*body: str, kind: str = "997", version: str = "004010") -> bytes:
    """An interchange with one acknowledgement."""
    guide = f"*{version}" if kind == "999" else ""
    segments = [f"ST*{kind}*0001{guide}", *body, f"SE*{len(body) + 2}*0001"]
    return interchange([segments], functional_id="FA", version=version, control_number=5)


def read(*body: str, kind: str = "997", version: str = "004010") -> FunctionalAcknowledgement:
    """An acknowledgement out of the segments between ST and SE."""
    (document,) = documents(answer(*body, kind=kind, version=version))
    assert document.verdict is Judged.ACCEPTED
    return canonical(document)


def test_a_997_names_who_is_answered_the_group_and_its_counts() -> None:
    ack = read("AK1*PO*77", "AK9*P*3*2*1*5*4")
    (group,) = ack.groups
    assert (ack.type, ack.version, ack.control_number, ack.verdict) == ("997", "004010", "0001", Verdict.PARTLY_ACCEPTED)
    assert (group.functional_id, group.control_number, group.verdict, group.verdict_code) == ("PO", "77", ack.verdict, "P")
    assert (group.claimed, group.received, group.accepted) == (3, 2, 1)
    assert [(e.level, e.code_list, e.code, e.codes) for e in group.errors] == [
        ("group", "AK905", "5", ("group-count-mismatch",)),
        ("group", "AK905", "4", ("group-reference-mismatch",)),
    ]


def test_the_parties_are_those_of_what_is_answered() -> None:
    ack = read("AK1*PO*77", "AK9*A*1*1*1")
    sender, receiver = ack.interchange.sender, ack.interchange.receiver
    assert sender is not None
    assert receiver is not None
    assert (sender.qualifier, sender.id, receiver.qualifier, receiver.id) == ("ZZ", "NORDICDC", "01", "123456789")
    assert (ack.groups[0].sender, ack.groups[0].receiver) == ("NORDICDC", "123456789")
    assert ack.interchange.control_number is None
    assert ack.interchange.verdict is None


def test_sets_have_their_verdicts_and_errors() -> None:
    ack = read(
        "AK1*PO*77", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK3*PO1*20*LOOP*8", "AK4*4*212*6*3.x25", "AK5*R*5*4", "AK9*P*2*2*1"
    )  # fmt: skip
    first, second = ack.documents
    assert (first.type, first.control_number, first.group, first.verdict, first.errors) == (
        "850",
        "0001",
        "77",
        Verdict.ACCEPTED,
        (),
    )
    assert second.verdict is Verdict.REJECTED
    segment, element, pointer, count = second.errors
    assert (segment.level, segment.segment, segment.segment_number, segment.loop, segment.code) == (
        "segment",
        "PO1",
        20,
        "LOOP",
        "8",
    )
    assert (element.level, element.segment_number, element.element, element.reference, element.value) == (
        "element",
        20,
        4,
        "212",
        "3.x25",
    )
    assert Code.ELEMENT_NOT_NUMERIC in element.codes
    assert (pointer.code, pointer.codes) == ("5", ())
    assert (count.code, count.codes) == ("4", ("segment-count-mismatch",))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("4", (4, None, None)),
        ("4>2", (4, 2, None)),
        ("4>2>3", (4, 2, 3)),
        ("4>>3", (4, None, 3)),
        ("", (None,) * 3),
        ("X", (None,) * 3),
    ],
)
def test_the_place_of_an_element_has_component_and_repetition(place: str, expected: tuple[int | None, ...]) -> None:
    ack = read("AK1*PO*1", "AK2*850*0001", "AK3*REF*3**8", f"AK4*{place}**1", "AK5*R*5", "AK9*R*1*1*0", version="005010")
    element = ack.documents[0].errors[1]
    assert (element.element, element.component, element.repetition) == expected


@pytest.mark.parametrize(
    ("letter", "verdict"),
    [("A", Verdict.ACCEPTED), ("E", Verdict.ACCEPTED_WITH_ERRORS), ("R", Verdict.REJECTED), ("M", Verdict.REJECTED),
     ("W", Verdict.REJECTED), ("X", Verdict.REJECTED), ("Q", Verdict.UNKNOWN)],
)  # fmt: skip
def test_ak501_and_ak901_are_verdicts(letter: str, verdict: Verdict) -> None:
    ack = read("AK1*PO*1", "AK2*850*0001", f"AK5*{letter}", f"AK9*{letter}*1*1*0")
    assert (ack.documents[0].verdict, ack.documents[0].verdict_code, ack.groups[0].verdict) == (verdict, letter, verdict)


def test_a_999_reads_as_a_997_with_its_contexts_and_guide() -> None:
    ack = read(
        "AK1*PO*77*005010X220", "AK2*850*0001*005010X220", "IK3*PO1*20**8", "CTX*PO101>3", "IK4*6*235*I9",
        "CTX*SITUATIONAL TRIGGER*PO1*20**7>1*234",
        "IK5*R*I5", "AK9*R*1*1*0", kind="999", version="005010X231A1",
    )  # fmt: skip
    (document,) = ack.documents
    segment, element, pointer = document.errors
    assert (ack.type, ack.version, document.association, ack.groups[0].version) == (
        "999",
        "005010X231A1",
        "005010X220",
        "005010X220",
    )
    assert (segment.contexts[0].name, segment.contexts[0].value) == ("PO101", "3")
    (trigger,) = element.contexts
    assert (trigger.name, trigger.segment, trigger.segment_number, trigger.element, trigger.component) == (
        "SITUATIONAL TRIGGER", "PO1", 20, 7, 1,
    )  # fmt: skip
    assert (element.code, element.codes, trigger.reference) == ("I9", ("element-missing",), "234")
    assert (pointer.code, pointer.codes) == ("I5", ())


def test_a_ta1_is_a_document_about_the_interchange() -> None:
    header = answer("AK1*PO*1", "AK9*A*1*1*1")[:106]
    (document,) = documents(header + b"TA1*000000007*260302*0915*R*021~IEA*0*000000005~")
    ack = canonical(document)
    assert (document.type, document.ordinal, document.group, document.verdict) == ("TA1", 1, 0, Judged.ACCEPTED)
    assert (ack.type, ack.version, ack.control_number, ack.verdict) == ("TA1", "00401", "000000005", Verdict.REJECTED)
    told = ack.interchange
    assert (told.control_number, told.prepared, told.verdict, told.verdict_code) == ("000000007", "260302 0915", ack.verdict, "R")
    assert [(e.level, e.code_list, e.code, e.codes) for e in told.errors] == [
        ("interchange", "TA105", "021", ("interchange-count-mismatch",))
    ]


@pytest.mark.parametrize("note", ["", "*000"])
def test_a_ta1_without_a_note_has_no_error(note: str) -> None:
    header = answer("AK1*PO*1", "AK9*A*1*1*1")[:106]
    (document,) = documents(header + f"TA1*000000007*260302*0915*A{note}~IEA*0*000000005~".encode())
    assert canonical(document).errors == ()


def test_ta1_stand_before_groups_or_astray_inside_one_and_none_is_refused() -> None:
    data = answer("AK1*PO*1", "AK9*A*1*1*1")
    ta1 = b"TA1*000000007*260302*0915*A*000~"
    before = data.replace(b"~GS*", b"~" + ta1 + ta1 + b"GS*", 1)
    assert [d.type for d in documents(before)] == ["TA1", "TA1", "997"]
    inside = data.replace(b"~ST*", b"~" + ta1 + b"ST*", 1)
    (one,) = registry.translate(inside).interchanges
    assert [d.type for d in one.documents] == ["TA1", "997"]
    assert one.verdict is Judged.ACCEPTED


@pytest.mark.parametrize(
    ("body", "group", "verdicts"),
    [
        (["AK2*850*0001", "AK5*R", "AK2*850*0002", "AK5*A"], [], [Verdict.REJECTED, Verdict.ACCEPTED]),
        (["AK1*PO*1", "AK2*850*0001", "AK5*R", "AK2*850*0002", "AK5*A"],
         [Verdict.PARTLY_ACCEPTED], [Verdict.REJECTED, Verdict.ACCEPTED]),
        (["AK1*PO*1", "AK2*850*0001", "AK9*R*1*1*0"], [Verdict.REJECTED], [Verdict.REJECTED]),
        (["AK1*PO*1", "AK2*850*0001", "AK9*P*1*1*0"], [Verdict.PARTLY_ACCEPTED], [Verdict.UNKNOWN]),
        (["AK9*A*1*1*1"], [Verdict.ACCEPTED], []),
        (["AK1*PO*1"], [Verdict.UNKNOWN], []),
        (["AK1*PO*1", "AK5*R", "AK9*A*1*1*1"], [Verdict.ACCEPTED], []),
        (["AK1*PO*1", "AK3*PO1*4**8", "AK4*1**1", "CTX*X", "AK9*R*1*1*0"], [Verdict.REJECTED], []),
        (["AK1*PO*1", "AK2*850*0001", "AK5*Q", "AK5*R", "AK5*A", "AK9*R"], [Verdict.REJECTED], [Verdict.REJECTED]),
        (["AK1", "AK2", "AK3", "AK4", "CTX", "AK5", "AK9"], [Verdict.UNKNOWN], [Verdict.UNKNOWN]),
        ([], [], []),
    ],
)  # fmt: skip
def test_what_is_missing_or_misplaced_is_made_good_as_far_as_the_rest_tells(
    body: list[str], group: list[Verdict], verdicts: list[Verdict]
) -> None:
    ack = read(*body)
    assert [g.verdict for g in ack.groups] == group
    assert [d.verdict for d in ack.documents] == verdicts


def test_codes_that_no_list_has_are_kept() -> None:
    ack = read("AK1*PO*1", "AK2*850*0001", "AK3*PO1*X**99", "AK4*1**77*V", "AK5*R*88", "AK9*R*1*1*0*66")
    assert [(e.code, e.codes) for e in ack.errors] == [("66", ()), ("99", ()), ("77", ()), ("88", ())]
    assert ack.documents[0].errors[0].segment_number is None


def test_only_what_was_sent_is_written() -> None:
    text = read("AK1*PO*1", "AK9*A*1*1*1").to_json()
    assert b"null" not in text
    assert b"errors" not in text
    assert FunctionalAcknowledgement.model_validate_json(text).to_json() == text


def test_business_keys_and_identity_name_what_is_answered_and_what_is_said() -> None:
    accepted, refused = read("AK1*PO*77", "AK9*A*1*1*1"), read("AK1*PO*77", "AK9*R*1*1*0")
    assert accepted.business_keys == (("group", "77"),)
    assert accepted.identity != refused.identity
    assert accepted.identity == read("AK1*PO*77", "AK9*A*1*1*1").identity
    assert read("AK2*850*0001", "AK5*R").business_keys == (("document", "0001"),)


@pytest.mark.parametrize(
    ("body", "number", "verdict"),
    [
        (["AK1*PO*7", "AK9*A*2*2*2"], "0001", Verdict.ACCEPTED),
        (["AK1*PO*7", "AK9*R*2*2*0"], "0001", Verdict.REJECTED),
        (["AK1*PO*7", "AK2*850*0001", "AK5*A", "AK9*R*2*2*0"], "0001", Verdict.REJECTED),
        (["AK1*PO*7", "AK2*850*0001", "AK5*R", "AK9*P*2*2*1"], "1", Verdict.REJECTED),
        (["AK1*PO*7", "AK2*850*0001", "AK5*R", "AK9*P*2*2*1"], "0002", Verdict.ACCEPTED),
        (["AK1*PO*7", "AK9*P*2*2*1"], "0002", Verdict.UNKNOWN),
        (["AK1*PO*8", "AK9*R*2*2*1"], "0002", Verdict.UNKNOWN),
    ],
)
def test_the_verdict_on_a_document_follows_from_its_own_its_group_and_the_rest(
    body: list[str], number: str, verdict: Verdict
) -> None:
    assert read(*body).verdict_on(number, group="0007") is verdict


def test_no_acknowledgement_is_refused_by_an_agreement_or_answered() -> None:
    data = answer("AK1*PO*1", "AK9*A*1*1*1").replace(b"GE*1*5", b"GE*9*5")
    (one,) = registry.translate(data).interchanges
    assert isinstance(one.documents[0].canonical, FunctionalAcknowledgement)
    assert registry.acknowledge(one) == ()


EXPECTED = {
    "997__kputnam-stupidedi__pass-1.edi": ("accepted", ["0160 accepted"], []),
    "997__xlate-staedi__extraDelimiter997.edi": ("rejected", ["0021 rejected"], ["AK304-R1^AK304-R2^AK304-R3", "7", "5"]),
    "997__xlate-staedi__invalid997.edi": ("rejected", ["0021 rejected"], ["8", "7", "5"]),
    "997__xlate-staedi__simple997-multiple-interchanges.edi": ("rejected", ["0021 rejected"], ["8", "7", "5"]),
    "999__xlate-staedi__invalid999.edi": (
        "partly_accepted", ["0001 accepted", "0002 rejected", "0003 rejected"], ["8", "1", "5", "3", "5"],
    ),
    "999__xlate-staedi__simple999.edi": (
        "partly_accepted", ["0001 accepted", "0002 rejected", "0003 rejected"], ["8", "1", "5", "3", "5"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_acknowledgement_is_read(name: str) -> None:
    verdict, sets, codes = EXPECTED[name]
    for document in documents((FIXTURES / name).read_bytes()):
        ack = canonical(document)
        assert (ack.verdict, [f"{d.control_number} {d.verdict}" for d in ack.documents]) == (verdict, sets)
        assert [e.code for e in ack.errors] == codes


def test_the_copied_value_keeps_the_separators_it_was_sent_with() -> None:
    (document,) = documents((FIXTURES / "997__xlate-staedi__extraDelimiter997.edi").read_bytes())
    element: ReportedError = canonical(document).documents[0].errors[1]
    assert element.value == "AK404-R1-COMP1:AK404-R1-COMP2:AK404-R1-COMP3^AK404-R2-COMP1:AK404-R2-COMP2"


def test_a_thousand_sets_are_read_in_time_linear_in_their_number() -> None:
    def seconds(sets: int) -> float:
        body = [s for n in range(sets) for s in (f"AK2*850*{n:04}", "AK3*PO1*20**8", "AK4*4*212*6*X", "AK5*R*5")]
        data = answer("AK1*PO*1", *body, f"AK9*R*{sets}*{sets}*0")
        best = float("inf")
        (document,) = documents(data)
        for _ in range(3):
            begin = time.process_time()
            documents(data)
            best = min(best, time.process_time() - begin)
        assert len(canonical(document).documents) == sets
        return best

    small, large = seconds(500), seconds(4000)
    assert large < 8 * small * 2.5
    assert large < 4
