"""Envelopes round sets: widths, counts, references; what would not fit is refused, never written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.x12.orders import order_850
from translators import registry
from translators.contract import (
    AcknowledgementTerms,
    Family,
    Identity,
    OutboundDocument,
    OutboundGroup,
    OutboundInterchange,
    Separators,
    Terms,
    Verdict,
)
from translators.errors import NotWritable
from translators.x12.sealing import seal

PREPARED = datetime(2026, 3, 2, 7, 5, tzinfo=UTC)
DOCUMENT = OutboundDocument("997", "AK1*PO*7~AK9*A*1*1*1~", 2)


def interchange(*groups: OutboundGroup, sender: str = "NORDICDC", marks: Separators | None = None) -> OutboundInterchange:
    return OutboundInterchange(
        Family.X12,
        Identity("ZZ", sender),
        Identity("01", "123456789"),
        "00401",
        False,
        marks or Separators("*", ">", "~"),
        groups,
    )


def group(*, count: int = 1, sender: str = "A", receiver: str = "B", kind: str = "FA", version: str = "004010") -> OutboundGroup:
    return OutboundGroup(kind, sender, receiver, version, (DOCUMENT,) * count)


def sealed(outbound: OutboundInterchange, number: int = 5) -> list[list[str]]:
    numbers = range(11, 11 + len(outbound.groups))
    data = seal(outbound, control_number=number, group_numbers=numbers, prepared=PREPARED).decode()
    assert data.endswith("~")
    return [segment.split("*") for segment in data[:-1].split("~")]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ", max_size=15), st.integers(0, 999_999_999))
def test_isa_has_always_106_bytes(sender: str, number: int) -> None:
    data = seal(interchange(sender=sender), control_number=number, group_numbers=[], prepared=PREPARED)
    assert data[105:106] == b"~"
    assert data[106:] == b"IEA*0*%09d~" % number
    assert data[90:99] == b"%09d" % number


@given(st.lists(st.integers(1, 4), max_size=4))
def test_every_count_is_what_is_there_and_every_reference_comes_back(sizes: list[int]) -> None:
    segments = sealed(interchange(*[group(count=size) for size in sizes]))
    assert segments[-1] == ["IEA", str(len(sizes)), "000000005"]
    assert [s[1:] for s in segments if s[0] == "GE"] == [[str(size), str(11 + n)] for n, size in enumerate(sizes)]
    assert [s[6] for s in segments if s[0] == "GS"] == [str(11 + n) for n in range(len(sizes))]
    references = [f"{n:04}" for size in sizes for n in range(1, size + 1)]
    assert [s[2] for s in segments if s[0] == "ST"] == references
    assert [s[1:] for s in segments if s[0] == "SE"] == [["4", reference] for reference in references]


def test_a_body_with_or_without_its_last_terminator_and_no_body_at_all() -> None:
    documents = (OutboundDocument("997", "AK1*PO*7", 1), OutboundDocument("997", "AK1*PO*7~", 1), OutboundDocument("997", "", 0))
    segments = sealed(interchange(OutboundGroup("FA", "A", "B", "004010", documents)))
    tags = [s[0] for s in segments]
    assert tags == ["ISA", "GS", "ST", "AK1", "SE", "ST", "AK1", "SE", "ST", "SE", "GE", "IEA"]
    assert [s[1] for s in segments if s[0] == "SE"] == ["3", "3", "2"]


def test_a_group_without_addresses_has_those_of_the_interchange() -> None:
    segments = sealed(interchange(group(sender="", receiver="")))
    assert segments[1][2:4] == ["NORDICDC", "123456789"]


def test_ten_thousand_sets_are_numbered_on() -> None:
    segments = sealed(interchange(group(count=10_001)))
    assert [s[2] for s in segments if s[0] == "ST"][-2:] == ["10000", "10001"]


@pytest.mark.parametrize("text", ["X" * 16, "A*B", "A~B", "K\u00d8LN"])
def test_an_address_that_does_not_fit_its_element_is_refused_in_both_envelopes(text: str) -> None:
    for outbound, name in (
        (interchange(sender=text), "ISA06"),
        (interchange(group(sender=text)), "GS02"),
        (interchange(group(receiver=text)), "GS03"),
    ):
        with pytest.raises(NotWritable, match=name):
            seal(outbound, control_number=1, group_numbers=[1] * len(outbound.groups), prepared=PREPARED)


@pytest.mark.parametrize(("changes", "name"), [({"kind": "POO"}, "GS01"), ({"version": "004010" + "X" * 7}, "GS08")])
def test_a_group_of_a_kind_or_version_that_does_not_fit_is_refused(changes: dict[str, str], name: str) -> None:
    with pytest.raises(NotWritable, match=name):
        seal(interchange(group(**changes)), control_number=1, group_numbers=[1], prepared=PREPARED)  # type: ignore[arg-type]


@pytest.mark.parametrize(("number", "numbers"), [(-1, [1]), (1, [1_000_000_000]), (1, []), (1, [1, 2])])
def test_numbers_beyond_nine_digits_or_of_other_groups_are_refused(number: int, numbers: list[int]) -> None:
    with pytest.raises(NotWritable, match="control numbers"):
        seal(interchange(group()), control_number=number, group_numbers=numbers, prepared=PREPARED)


def test_a_group_whose_addresses_are_too_long_is_answered_all_the_same() -> None:
    data = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1")
    data = data.replace(b"GS*PO*123456789*NORDICDC*", b"GS*PO*12345678901234567890*NORDICDC-AND-THE-REST*")
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997"))
    (one,) = registry.translate(data, lambda _: terms).interchanges
    (owed,) = registry.acknowledge(one)
    answer = registry.seal(owed.outbound, control_number=1, group_numbers=[1], prepared=PREPARED)
    assert b"GS*FA*NORDICDC-AND-TH*123456789012345*" in answer
    (read,) = registry.translate(answer).interchanges
    assert read.verdict is Verdict.ACCEPTED
