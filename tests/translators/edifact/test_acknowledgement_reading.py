"""CONTRL that come in: what they say, as one canonical document each, whatever they look like."""

import time
from pathlib import Path

import pytest

from tests.translators.edifact.reading import read as read_all
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement, Verdict
from translators.finding import Severity

FIXTURES = Path(__file__).parents[2] / "fixtures" / "edifact"
UCI = "UCI+7+5790000000029:14+5790000000012:14"


def contrl(*body: str, version: str = "D:3:UN", syntax: str = "UNOC:3") -> bytes:
    """An interchange with one CONTRL."""
    date = "20261120" if syntax.endswith("4") else "261120"
    segments = [
        f"UNB+{syntax}+5790000000012:14+5790000000029:14+{date}:1015+42",
        f"UNH+1+CONTRL:{version}",
        *body,
        f"UNT+{len(body) + 2}+1",
        "UNZ+1+42",
    ]
    return "".join(f"{segment}'" for segment in segments).encode("latin-1")


def read(*body: str, version: str = "D:3:UN", syntax: str = "UNOC:3") -> FunctionalAcknowledgement:
    """The canonical form of a CONTRL of these segments."""
    (document,) = read_all(contrl(*body, version=version, syntax=syntax)).documents
    assert not [f for f in document.findings if f.severity is Severity.ERROR]
    assert isinstance(document.canonical, FunctionalAcknowledgement)
    return document.canonical


def test_an_acknowledged_interchange_is_named_by_its_own_header() -> None:
    ack = read(f"{UCI}+7")
    told = ack.interchange
    assert (ack.type, ack.version, ack.control_number, ack.verdict) == ("CONTRL", "D.3", "1", Verdict.ACCEPTED)
    assert told.sender is not None
    assert told.receiver is not None
    assert (told.control_number, told.sender.id, told.sender.qualifier, told.receiver.id) == (
        "7", "5790000000029", "14", "5790000000012",
    )  # fmt: skip
    assert (ack.groups, ack.documents, ack.errors, ack.business_keys) == ((), (), (), (("interchange", "7"),))


@pytest.mark.parametrize(
    ("action", "verdict"),
    [("4", Verdict.REJECTED), ("7", Verdict.ACCEPTED), ("8", Verdict.RECEIVED), ("1", Verdict.ACCEPTED),
     ("2", Verdict.ACCEPTED_WITH_ERRORS), ("3", Verdict.PARTLY_ACCEPTED), ("5", Verdict.RECEIVED), ("6", Verdict.REJECTED),
     ("9", Verdict.UNKNOWN)],
)  # fmt: skip
def test_each_action_is_a_verdict_those_of_old_too(action: str, verdict: Verdict) -> None:
    ack = read(f"{UCI}+{action}")
    assert (ack.verdict, ack.interchange.verdict, ack.interchange.verdict_code) == (verdict, verdict, action)
    assert ack.verdict_on("1") is verdict or verdict is Verdict.PARTLY_ACCEPTED


def test_a_rejected_interchange_has_its_error_in_a_service_segment() -> None:
    (error,) = read(f"{UCI}+4+28+UNZ+3").interchange.errors
    assert (error.level, error.code_list, error.code, error.segment, error.element, error.component) == (
        "interchange", "0085", "28", "UNZ", 2, None,
    )  # fmt: skip
    assert error.codes == ("interchange-reference-mismatch",)


def test_messages_have_their_segments_and_elements() -> None:
    ack = read(
        f"{UCI}+7", "UCM+1+ORDERS:D:96A:UN:EAN008+7", "UCM+2+ORDERS:D:96A:UN:EAN008+4",
        "UCS+2", "UCD+39+2:1", "UCS+15+15", "UCD+37+2:2",
    )  # fmt: skip
    first, second = ack.documents
    assert ack.verdict is Verdict.PARTLY_ACCEPTED
    assert (first.control_number, first.type, first.version, first.association, first.verdict) == (
        "1", "ORDERS", "D.96A", "EAN008", Verdict.ACCEPTED,
    )  # fmt: skip
    assert [(e.level, e.segment_number, e.element, e.component, e.code) for e in second.errors] == [
        ("element", 2, 1, 1, "39"), ("segment", 15, None, None, "15"), ("element", 15, 1, 2, "37"),
    ]  # fmt: skip
    assert second.errors[0].codes == ("element-too-long",)
    assert "segment-out-of-order" in second.errors[1].codes
    assert (ack.verdict_on("1"), ack.verdict_on("2"), ack.verdict_on("3")) == (
        Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ACCEPTED,
    )  # fmt: skip


def test_a_message_rejected_at_its_own_level_names_the_service_segment() -> None:
    (document,) = read(f"{UCI}+7", "UCM+1+ORDERS:D:96A:UN+4+29+UNT+2").documents
    (error,) = document.errors
    assert (error.level, error.segment, error.element, error.codes[0]) == ("document", "UNT", 1, "segment-count-mismatch")


def test_groups_hold_their_messages() -> None:
    ack = read(
        f"{UCI}+7", "UCF+1+APP1:14+APP2:ZZ+7", "UCM+1+ORDERS:D:96A:UN+4", "UCS+2+13", "UCF+2+APP1:14+APP2:ZZ+4+29+UNE+2"
    )  # fmt: skip
    first, second = ack.groups
    assert (first.control_number, first.sender, first.receiver, first.verdict) == (
        "1",
        "APP1:14",
        "APP2:ZZ",
        Verdict.PARTLY_ACCEPTED,
    )
    assert (second.verdict, second.errors[0].codes) == (Verdict.REJECTED, ("group-count-mismatch",))
    assert ack.documents[0].group == "1"
    assert (ack.verdict, ack.verdict_on("1", group="2")) == (Verdict.PARTLY_ACCEPTED, Verdict.REJECTED)
    assert ack.documents[0].errors[0].codes == ("segment-missing", "segment-empty")


def test_those_who_write_8_for_accepted_and_7_for_partly_are_understood() -> None:
    accepted = read(f"{UCI}+8", "UCM+1+ORDERS:D:96A:UN+8")
    assert (accepted.verdict, accepted.documents[0].verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    partly = read(f"{UCI}+7", "UCM+1+ORDERS:D:96A:UN+4+70", "UCS+3+72", "UCD+76+3")
    assert (partly.verdict, [e.codes[0] for e in partly.errors]) == (
        Verdict.PARTLY_ACCEPTED, ["document-type-unsupported", "segment-unknown", "element-missing"],
    )  # fmt: skip


def test_syntax_version_4_names_the_repetition() -> None:
    ack = read(f"{UCI}+7", "UCM+1+ORDERS:D:01B:UN+4", "UCS+10", "UCD+36+2::4", version="4:1:UN", syntax="UNOC:4")
    (error,) = ack.errors
    assert (ack.version, error.element, error.component, error.repetition) == ("4.1", 1, None, 4)


@pytest.mark.parametrize(
    ("body", "verdict", "errors"),
    [
        ([], Verdict.UNKNOWN, 0),
        (["UCI"], Verdict.UNKNOWN, 0),
        (["UCI+7"], Verdict.UNKNOWN, 0),
        (["UCM+1+ORDERS:D:96A:UN+4"], Verdict.REJECTED, 0),
        (["UCS+2+13", "UCD+12+2"], Verdict.UNKNOWN, 2),
        (["UCM", "UCS", "UCD"], Verdict.UNKNOWN, 1),
        (["UCF", "UCM+1"], Verdict.UNKNOWN, 0),
        ([f"{UCI}+4+99", "UCD+12+1:0"], Verdict.REJECTED, 2),
        (["UCI+?+?'+:14++4+2+UNA+X:X"], Verdict.REJECTED, 1),
    ],
)
def test_what_is_missing_or_odd_is_left_out(body: list[str], verdict: Verdict, errors: int) -> None:
    ack = read(*body)
    assert (ack.verdict, len(ack.errors)) == (verdict, errors)
    assert FunctionalAcknowledgement.model_validate_json(ack.to_json()) == ack


def test_the_tag_as_place_names_no_element() -> None:
    assert read(f"{UCI}+4+12+UNB+1").errors[0].element is None


def test_a_national_subset_with_free_text_is_read() -> None:
    (document,) = read_all((FIXTURES / "CONTRL__glasdam-edifact-converter__CTL01_1.edi").read_bytes()).documents
    ack = document.canonical
    assert isinstance(ack, FunctionalAcknowledgement)
    assert (ack.verdict, ack.interchange.control_number, ack.version) == (Verdict.REJECTED, "MEDREF01095", "D.93A")
    assert [(d.type, d.control_number, d.verdict) for d in ack.documents] == [
        ("MEDREF", "1111FRE01095", Verdict.REJECTED), ("MEDREF", "1111MAN01095", Verdict.REJECTED),
    ]  # fmt: skip
    assert len(ack.notes) == 2
    assert ack.notes[1] == "Modtagerlokationsnummer har ikke kunnet identificeres."


def test_a_generated_one_of_placeholders_is_read() -> None:
    (document,) = read_all((FIXTURES / "CONTRL__joschametze-edifact-mapper__contrl.edi").read_bytes()).documents
    ack = document.canonical
    assert isinstance(ack, FunctionalAcknowledgement)
    assert (ack.verdict, [(e.level, e.code) for e in ack.errors]) == (
        Verdict.REJECTED,
        [("interchange", "2"), ("document", "12"), ("segment", "13"), ("segment", "13"), ("element", "12")],
    )


def test_an_acknowledgement_beside_orders_is_read_as_one() -> None:
    data = contrl(f"{UCI}+7").replace(b"UNZ+1", b"UNH+2+ORDERS:D:96A:UN'BGM+220+A+9'UNT+3+2'UNZ+2")
    first, second = read_all(data).documents
    assert isinstance(first.canonical, FunctionalAcknowledgement)
    assert (second.type, second.canonical) == ("ORDERS", None)


def test_a_thousand_messages_are_read_in_time_linear_in_their_number() -> None:
    def seconds(messages: int) -> float:
        body = [s for n in range(messages) for s in (f"UCM+{n}+ORDERS:D:96A:UN+4", "UCS+2", "UCD+39+2:1")]
        data = contrl(f"{UCI}+7", *body)
        best = float("inf")
        (document,) = read_all(data).documents
        for _ in range(3):
            begin = time.process_time()
            read_all(data)
            best = min(best, time.process_time() - begin)
        assert isinstance(document.canonical, FunctionalAcknowledgement)
        assert len(document.canonical.documents) == messages
        return best

    small, large = seconds(500), seconds(4000)
    assert large < 8 * small * 2.5
    assert large < 4
