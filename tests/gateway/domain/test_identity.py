"""Identities as configuration files write them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.identity import IdentityInvalid, parse_identity
from translators.contract import Family, Identity


@pytest.mark.parametrize(
    ("family", "text", "identity"),
    [
        (Family.X12, "ZZ:NORDICDC", Identity("ZZ", "NORDICDC")),
        (Family.X12, "01:123456789", Identity("01", "123456789")),
        (Family.X12, "NORDICDC:ZZ", Identity("ZZ", "NORDICDC")),
        (Family.X12, "ZZ:AB", Identity("ZZ", "AB")),
        (Family.EDIFACT, "5790000000012:14", Identity("14", "5790000000012")),
        (Family.EDIFACT, "14:5790000000012", Identity("14", "5790000000012")),
        (Family.EDIFACT, "5790000000012", Identity("", "5790000000012")),
        (Family.EDIFACT, "ABC:ZZZ", Identity("ZZZ", "ABC")),
    ],
)
def test_both_orders_are_understood_and_the_standards_own_decides(family: Family, text: str, identity: Identity) -> None:
    assert parse_identity(family, text) == identity


@pytest.mark.parametrize(
    ("family", "text"),
    [
        (Family.X12, "NORDICDC"),
        (Family.X12, ""),
        (Family.X12, "ZZ:"),
        (Family.X12, "ZZ:SIXTEENCHARACTER"),
        (Family.X12, "ABC:DEF"),
        (Family.EDIFACT, ""),
        (Family.EDIFACT, "a:b:c"),
        (Family.EDIFACT, "toolong:toolong"),
    ],
)
def test_what_is_no_identity_is_refused(family: Family, text: str) -> None:
    with pytest.raises(IdentityInvalid, match="write"):
        parse_identity(family, text)


@given(st.sampled_from(Family), st.text(max_size=40))
def test_only_one_exception_leaves_the_parser(family: Family, text: str) -> None:
    with contextlib.suppress(IdentityInvalid):
        parse_identity(family, text)
