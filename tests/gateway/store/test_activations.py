"""Activations in PostgreSQL: one in force, what is due takes its place once, and what was before stays on record."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gateway.domain.activation import ActivationTerms, Approval, Kind, Signature
from gateway.store.activations import Activation, NewActivation, PostgresActivations
from gateway.store.audit import PostgresAudit
from gateway.store.database import Database
from gateway.store.work import PostgresWork

MANAGED = ActivationTerms(managed=True)
ADA = Signature("ada", frozenset({"partner-manager"}))
DIGESTS = [letter * 64 for letter in "abcdef"]
A, B, C, *_ = DIGESTS


@pytest.fixture
async def activations(database: Database) -> PostgresActivations:
    work = PostgresWork(database)
    for digest in DIGESTS:
        await work.activate_configuration(digest, "{}")
    return PostgresActivations(database)


def wanted(digest: str, **changes: Any) -> NewActivation:
    terms: dict[str, Any] = {
        "digest": digest, "kind": Kind.PROPOSAL, "terms": MANAGED, "proposer": ADA, "reason": "a new partner", "approved": True,
    }  # fmt: skip
    return NewActivation(**{**terms, **changes})


async def in_force(activations: PostgresActivations) -> Activation:
    activation, _ = await activations.now()
    assert activation is not None
    return activation


async def states(activations: PostgresActivations) -> list[tuple[str, str]]:
    return [(one.digest[0], one.state) for one in reversed(await activations.several(before=None, limit=50))]


class TestStarts:
    async def test_before_the_first_nothing_is_in_force(self, activations: PostgresActivations) -> None:
        assert await activations.now() == (None, False)
        assert await activations.begin_due() is None

    async def test_a_start_is_on_record_by_nobody(self, activations: PostgresActivations) -> None:
        number = await activations.started(A, ActivationTerms())
        now = await in_force(activations)
        assert (now.id, now.digest, now.kind, now.state, now.proposer) == (number, A, Kind.START, "in_force", None)
        assert now.activated_at is not None

    async def test_one_with_the_same_files_is_the_same_activation(self, activations: PostgresActivations) -> None:
        first = await activations.started(A, ActivationTerms())
        assert await activations.started(A, ActivationTerms()) == first
        assert await states(activations) == [("a", "in_force")]

    async def test_one_with_other_files_ends_it(self, activations: PostgresActivations) -> None:
        await activations.started(A, ActivationTerms())
        await activations.started(B, MANAGED)
        assert await states(activations) == [("a", "ended"), ("b", "in_force")]
        assert (await in_force(activations)).terms == MANAGED

    async def test_many_at_the_same_time_are_one(self, activations: PostgresActivations) -> None:
        numbers = await asyncio.gather(*(activations.started(A, MANAGED) for _ in range(8)))
        assert len(set(numbers)) == 1


class TestProposals:
    async def test_an_approved_one_is_in_force_at_once_with_all_that_was_said(
        self, activations: PostgresActivations, database: Database
    ) -> None:
        await activations.started(A, MANAGED)
        terms = ActivationTerms(managed=True, approval=Approval.ANOTHER_ROLE)
        lint = [{"code": "R090", "severity": "warning"}]
        tests = {"passed": 1, "failed": ["x"]}
        number = await activations.add(wanted(B, terms=terms, lint=lint, tests=tests, override="the test is wrong"))
        now = await in_force(activations)
        assert (now.id, now.digest, now.terms, now.proposer, now.reason) == (number, B, terms, ADA, "a new partner")
        assert (now.lint, now.tests, now.override) == (lint, tests, "the test is wrong")
        assert await states(activations) == [("a", "ended"), ("b", "in_force")]
        lines = await PostgresAudit(database).lines({"subject": str(number)}, before=None, limit=9)
        assert [(line["actor"], line["action"]) for line in reversed(lines)] == [
            ("ada", "configuration_proposed"),
            ("gateway", "configuration_in_force"),
        ]
        assert lines[-1]["detail"] == {"configuration": B, "reason": "a new partner", "override": "the test is wrong"}

    async def test_one_that_waits_for_approval_changes_nothing_until_then(
        self, activations: PostgresActivations, database: Database
    ) -> None:
        await activations.started(A, MANAGED)
        number = await activations.add(wanted(B, approved=False))
        assert (await activations.now())[1] is False
        assert await states(activations) == [("a", "in_force"), ("b", "proposed")]
        assert await activations.decide(number, approve=True, by="bob", reason="looked at it")
        one = await activations.one(number)
        assert one is not None
        assert (one.state, one.decided_by, one.decision) == ("in_force", "bob", "looked at it")
        assert not await activations.decide(number, approve=False, by="bob", reason="too late")
        actions = [line["action"] for line in await PostgresAudit(database).lines({"actor": "bob"}, before=None, limit=9)]
        assert actions == ["configuration_approved"]

    async def test_a_rejected_one_never_begins(self, activations: PostgresActivations) -> None:
        await activations.started(A, MANAGED)
        number = await activations.add(wanted(B, approved=False))
        assert await activations.decide(number, approve=False, by="bob", reason="no")
        assert not await activations.decide(number, approve=True, by="eve", reason="yes")
        assert await states(activations) == [("a", "in_force"), ("b", "rejected")]

    async def test_one_for_later_begins_when_it_is_due_and_can_be_called_off_before(
        self, activations: PostgresActivations, database: Database
    ) -> None:
        await activations.started(A, MANAGED)
        later = datetime.now(UTC) + timedelta(hours=1)
        first = await activations.add(wanted(B, effective_from=later))
        called_off = await activations.add(wanted(C, effective_from=later))
        assert await activations.decide(called_off, approve=False, by="ada", reason="not yet")
        assert (await activations.now())[1] is False
        assert await activations.begin_due() is None
        async with database.connection() as connection:
            await connection.execute("update gateway.activation set effective_from = now() - interval '1 s' where id = $1", first)
        assert (await activations.now())[1] is True
        assert await activations.begin_due() == first
        assert await states(activations) == [("a", "ended"), ("b", "in_force"), ("c", "rejected")]

    async def test_of_several_that_are_due_the_last_is_in_force_and_the_others_were_overtaken(
        self, activations: PostgresActivations, database: Database
    ) -> None:
        await activations.started(A, MANAGED)
        for minutes, digest in ((2, C), (1, B)):
            await activations.add(wanted(digest, effective_from=datetime.now(UTC) + timedelta(minutes=minutes)))
        async with database.connection() as connection:
            await connection.execute(
                "update gateway.activation set effective_from = effective_from - interval '1 hour' where state = 'approved'"
            )
        await asyncio.gather(*(activations.begin_due() for _ in range(5)))
        assert sorted(await states(activations)) == [("a", "ended"), ("b", "ended"), ("c", "in_force")]
        overtaken = next(one for one in await activations.several(before=None, limit=9) if one.digest == B)
        assert overtaken.activated_at is None
        assert overtaken.ended_at is not None

    async def test_the_database_itself_lets_only_one_be_in_force(
        self, activations: PostgresActivations, database: Database
    ) -> None:  # fmt: skip
        await activations.started(A, MANAGED)
        number = await activations.add(wanted(B, effective_from=datetime.now(UTC) + timedelta(hours=1)))
        async with database.connection() as connection:
            with pytest.raises(asyncpg.UniqueViolationError):
                await connection.execute("update gateway.activation set state = 'in_force' where id = $1", number)


class TestBefore:
    async def test_there_is_nothing_before_the_first(self, activations: PostgresActivations) -> None:
        assert await activations.before() is None
        await activations.started(A, MANAGED)
        assert await activations.before() is None

    async def test_a_second_step_back_goes_behind_the_first(self, activations: PostgresActivations) -> None:
        await activations.started(A, MANAGED)
        for digest in (B, C):
            await activations.add(wanted(digest))
        for expected in (B, A):
            before = await activations.before()
            assert before is not None
            assert before.digest == expected
            await activations.add(wanted(before.digest, kind=Kind.ROLL_BACK))
        assert await activations.before() is None

    async def test_after_a_new_proposal_it_is_what_was_gone_back_to(self, activations: PostgresActivations) -> None:
        await activations.started(A, MANAGED)
        await activations.add(wanted(B))
        await activations.add(wanted(A, kind=Kind.ROLL_BACK))
        await activations.add(wanted(C))
        before = await activations.before()
        assert before is not None
        assert before.digest == A

    async def test_what_was_never_in_force_or_not_managed_is_not_gone_back_to(self, activations: PostgresActivations) -> None:
        await activations.started(A, ActivationTerms())
        await activations.started(B, MANAGED)
        await activations.add(wanted(C, effective_from=datetime.now(UTC) + timedelta(hours=1)))
        assert await activations.before() is None

    async def test_one_is_found_by_the_beginning_of_its_digest(self, activations: PostgresActivations) -> None:
        await activations.started(A, MANAGED)
        (found,) = await activations.of("AAAA")
        assert found.digest == A
        assert await activations.of(B) == [], "it was never in force"
