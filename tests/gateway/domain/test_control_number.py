"""Which counter numbers what, and what becomes of the largest number."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.control_number import LARGEST, group_scope, interchange_scope, on_the_wire
from tests.gateway.stages.drafts import edifact, group, x12
from translators.contract import Family, Identity

FAMILIES = sorted(LARGEST)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_number_after_the_largest_is_one(family: Family) -> None:
    largest = LARGEST[family]
    counts = (largest - 1, largest, largest + 1, largest + 2)
    assert [on_the_wire(count, family) for count in counts] == [largest - 1, largest, 1, 2]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_second_time_round_begins_at_one_as_well(family: Family) -> None:
    assert on_the_wire(2 * LARGEST[family], family) == LARGEST[family]
    assert on_the_wire(2 * LARGEST[family] + 1, family) == 1


@given(st.integers(1, 2**62), st.sampled_from(FAMILIES))
def test_a_number_fits_its_field_and_is_never_zero(count: int, family: Family) -> None:
    number = on_the_wire(count, family)
    assert 1 <= number <= LARGEST[family]
    assert len(str(number)) <= {Family.X12: 9, Family.EDIFACT: 14}.get(family, 15)


@given(st.integers(1, 2**62), st.integers(1, 1_000), st.sampled_from(FAMILIES))
def test_neighbours_never_share_a_number(count: int, distance: int, family: Family) -> None:
    assert on_the_wire(count, family) != on_the_wire(count + distance, family)


def test_an_interchange_counts_per_pair_of_identities_and_test_flag() -> None:
    base = x12()
    others = [
        x12(),
        replace(base, sender=Identity("ZZ", "OTHER")),
        replace(base, receiver=Identity("01", "999999999")),
        replace(base, sender=Identity("01", base.sender.id)),
        replace(base, test=True),
        replace(base, sender=base.receiver, receiver=base.sender),
        edifact(),
    ]
    scopes = [interchange_scope(one) for one in others]
    assert scopes[0] == interchange_scope(base)
    assert len(set(scopes)) == len(scopes)


def test_what_an_interchange_holds_does_not_choose_its_counter() -> None:
    assert interchange_scope(x12(group("FA"))) == interchange_scope(x12(group("IN"), group("SH")))


def test_a_group_counts_per_application_pair_and_functional_id() -> None:
    outbound = x12()
    one = group("FA")
    different = [
        one,
        group("IN"),
        replace(one, sender="ELSEWHERE"),
        replace(one, receiver="ELSEWHERE"),
    ]
    scopes = [group_scope(outbound, each) for each in different]
    assert len(set(scopes)) == len(scopes)
    assert group_scope(replace(outbound, test=True), one) == scopes[0]
