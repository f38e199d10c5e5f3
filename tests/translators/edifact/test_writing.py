# ruff: noqa: E501 - segments are read as they stand on the wire
"""Segments and interchanges as they are written: always readable by our own reader, without a finding."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.edifact.orders import order_message
from tests.translators.edifact.reading import one
from translators.contract import Family, Identity, OutboundDocument, OutboundGroup, OutboundInterchange, Verdict
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.translator import seal
from translators.edifact.writing import encoded, release, segment

PLAIN = ServiceCharacters()
OTHER = ServiceCharacters(">", "*", ",", "!", "", "~")
PREPARED = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


def document(reference: str = "1") -> OutboundDocument:
    """A rendered order without header and trailer."""
    segments = order_message(reference=reference, order_number="PO-9", lines=1).split("'")[1:-2]
    return OutboundDocument("ORDERS", "".join(f"{s}'" for s in segments), len(segments), ("D", "96A", "UN", "EAN008"))


def outbound(*groups: OutboundGroup, **changes: object) -> OutboundInterchange:
    """An interchange to send."""
    values: dict[str, object] = {
        "family": Family.EDIFACT, "sender": Identity("14", "5790000000012"), "receiver": Identity("14", "5790000000029"),
        "version": "UNOC:3", "test": False, "separators": PLAIN.separators, "groups": groups or (OutboundGroup("", "", "", "", (document(),)),),
    }  # fmt: skip
    return OutboundInterchange(**(values | changes))  # type: ignore[arg-type]


def sealed(interchange: OutboundInterchange, *groups: int) -> bytes:
    """Its bytes under a fixed number and time."""
    return seal(interchange, control_number=42, group_numbers=groups, prepared=PREPARED)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (("A", "B"), "X+A+B'"), (("A", "", ""), "X+A'"), ((("A", "", "C", ""), "B"), "X+A::C+B'"), (("", "", "B"), "X+++B'"),
        ((), "X'"), (("it's 1+1:2?",), "X+it?'s 1?+1?:2??'"), ((("A:", ""),), "X+A?:'"), (("",), "X'"), ((("", ""), "B"), "X++B'"),
    ],
)  # fmt: skip
def test_segments(elements: tuple[str | tuple[str, ...], ...], expected: str) -> None:
    assert segment("X", *elements, characters=PLAIN) == expected


def test_other_characters_are_released_where_they_are_special() -> None:
    assert release("a+b*c!d>e~", OTHER) == "a+b!*c!!d!>e!~"
    assert release("1*2", PLAIN) == "1*2"
    assert release("1*2", ServiceCharacters(repetition="*")) == "1?*2"


def test_without_release_character_a_special_one_becomes_a_blank() -> None:
    assert release("a+b?", ServiceCharacters(release="")) == "a b?"


def test_a_sealed_interchange_is_consistent() -> None:
    data = sealed(outbound())
    assert data.startswith(b"UNB+UNOC:3+5790000000012:14+5790000000029:14+261120:1015+42'UNH+1+ORDERS:D:96A:UN:EAN008'")
    assert data.endswith(b"UNT+19+1'UNZ+1+42'")
    interchange = one(data)
    assert (interchange.verdict, interchange.findings, interchange.documents[0].findings) == (Verdict.ACCEPTED, (), ())


def test_several_messages_count_on() -> None:
    data = sealed(outbound(OutboundGroup("", "", "", "", (document(), document(), document()))))
    assert [d.control_number for d in one(data).documents] == ["1", "2", "3"]
    assert one(data).verdict is Verdict.ACCEPTED


def test_groups_have_their_envelopes_and_numbers() -> None:
    groups = (
        OutboundGroup("ORDERS", "A:14", "B", "D.96A", (document(), document())),
        OutboundGroup("ORDERS", "A:14", "B", "D.96A", (document(),)),
    )
    data = sealed(outbound(*groups), 8, 9)
    assert b"UNG+ORDERS+A:14+B+261120:1015+8+UN+D:96A'" in data
    interchange = one(data)
    assert [(g.control_number, g.claimed, g.received) for g in interchange.groups] == [("8", 2, 2), ("9", 1, 1)]
    assert interchange.verdict is Verdict.ACCEPTED


def test_una_is_written_for_other_characters_only() -> None:
    assert not sealed(outbound()).startswith(b"UNA")
    empty = OutboundInterchange(Family.EDIFACT, Identity("", "A"), Identity("", "B"), "UNOC:3", False, OTHER.separators)
    assert sealed(empty).startswith(b"UNA>*,! ~UNB*UNOC>3*A*B*")


def test_version_4_has_its_repetition_separator_and_long_date() -> None:
    data = sealed(outbound(version="UNOC:4", separators=ServiceCharacters(repetition="*").separators))
    assert data.startswith(b"UNB+UNOC:4+5790000000012:14+5790000000029:14+20261120:1015+42'")
    assert one(data).verdict is Verdict.ACCEPTED
    without = sealed(outbound(version="UNOC:4"))
    assert without.startswith(b"UNA:+.? 'UNB")


def test_the_test_flag_stands_at_its_place() -> None:
    data = sealed(outbound(test=True))
    assert one(data).envelope.test
    assert b"+42++++++1'" in data


def test_characters_outside_the_set_become_blanks() -> None:
    assert encoded("5 € für 漢", "UNOC") == "5   für  ".encode("latin-1")
    assert encoded("ü?+", "UNOA") == b" ?+"
    assert encoded("漢", "UNOY") == "漢".encode()


@given(st.text(alphabet="AB?+:'*!~> é", max_size=33), st.sampled_from([PLAIN, OTHER]))
def test_addresses_survive_sealing_and_reading(name: str, characters: ServiceCharacters) -> None:
    identity = Identity("ZZ", f"X{name}X")
    body = segment("UCI", "1", ("A",), ("B",), "7", characters=characters)
    group = OutboundGroup("", "", "", "", (OutboundDocument("CONTRL", body, 1, ("D", "3", "UN")),))
    interchange = one(sealed(outbound(group, sender=identity, separators=characters.separators)))
    assert interchange.envelope.sender == identity
