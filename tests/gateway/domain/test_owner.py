"""Escalation."""

import pytest

from gateway.domain.owner import Owner, escalation

OWNERS = {owner.id: owner for owner in (Owner("edi", next="ops"), Owner("ops"), Owner("a", next="b"), Owner("b", next="a"))}


@pytest.mark.parametrize(("first", "chain"), [("edi", ("edi", "ops")), ("ops", ("ops",)), ("a", ("a", "b")), ("nobody", ())])
def test_owners_are_asked_in_turn_and_each_once(first: str, chain: tuple[str, ...]) -> None:
    assert escalation(first, OWNERS) == chain
