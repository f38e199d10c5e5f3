"""Who may approve a configuration, what stands against one, and the way of an activation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.activation import (
    ACTIVATION,
    AT_THE_MACHINE,
    OPEN,
    RouteTests,
    Signature,
    may_not_approve,
)
from gateway.domain.lifecycle import LIFECYCLES, IllegalTransition, move

ROLES = st.frozensets(st.sampled_from(["viewer", "operator", "partner-manager", "administrator", "command-line"]), max_size=4)


class TestLifecycle:
    def test_it_is_one_of_the_lifecycles_that_the_database_is_guarded_by(self) -> None:
        assert LIFECYCLES["activation"] is ACTIVATION

    def test_from_a_proposal_to_its_end(self) -> None:
        state = "proposed"
        for event, after in (("approved", "approved"), ("due", "in_force"), ("followed", "ended")):
            state = move(ACTIVATION, state, event)
            assert state == after

    @pytest.mark.parametrize("state", OPEN)
    def test_what_is_not_in_force_yet_can_be_rejected(self, state: str) -> None:
        assert move(ACTIVATION, state, "rejected") == "rejected"

    @pytest.mark.parametrize("event", ["rejected", "approved", "due"])
    def test_what_is_in_force_only_ends_by_what_follows_it(self, event: str) -> None:
        with pytest.raises(IllegalTransition, match="allowed: followed"):
            move(ACTIVATION, "in_force", event)

    def test_nothing_comes_back_from_its_end(self) -> None:
        assert not {state for state, _ in ACTIVATION} & {"ended", "rejected"}


class TestApproval:
    def test_the_proposer_may_not(self) -> None:
        ada = Signature("ada", frozenset({"partner-manager"}))
        assert "somebody else must approve" in may_not_approve(ada, ada)

    def test_nor_with_another_role_of_the_same_name(self) -> None:
        assert may_not_approve(Signature("ada", frozenset({"partner-manager"})), Signature("ada", AT_THE_MACHINE))

    def test_nor_somebody_with_the_same_role(self) -> None:
        ada, bob = (Signature(name, frozenset({"administrator"})) for name in ("ada", "bob"))
        assert "has no role that ada has not (administrator)" in may_not_approve(ada, bob)

    def test_somebody_else_with_another_role_may(self) -> None:
        ada = Signature("ada", frozenset({"partner-manager"}))
        assert may_not_approve(ada, Signature("bob", frozenset({"partner-manager", "administrator"}))) == ""
        assert may_not_approve(ada, Signature("root", AT_THE_MACHINE)) == ""

    @given(ROLES, ROLES)
    def test_whoever_may_has_another_name_and_another_role(self, proposing: frozenset[str], approving: frozenset[str]) -> None:
        ada, bob = Signature("ada", proposing), Signature("bob", approving)
        assert may_not_approve(ada, Signature("ada", approving))
        assert (may_not_approve(ada, bob) == "") is bool(approving - proposing)


class TestTestsOfRoutes:
    def test_none_are_no_problem(self) -> None:
        assert RouteTests().problem == ""

    def test_nor_are_those_that_passed(self) -> None:
        assert RouteTests(passed=12).problem == ""

    def test_those_that_failed_are_named(self) -> None:
        assert RouteTests(1, ("orders-in",)).problem == "1 of 2 tests failed: orders-in"
        assert RouteTests(0, ("orders-in",)).problem == "1 of 1 test failed: orders-in"

    def test_but_not_hundreds(self) -> None:
        assert RouteTests(0, [f"t{n}" for n in range(100)]).problem == "100 of 100 tests failed: t0, t1, t2, t3, t4, …"
