"""Failures in the database: groups that come back, cases that end, what people do about them, and who has to be told."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from gateway.domain.failure import Escalation, fingerprint
from gateway.domain.triage import Helped
from gateway.errors import GatewayError
from gateway.operations.failures import NoSuchFailure
from gateway.ports.failures import FailureFilter, Patience
from gateway.store.work import PostgresWork
from tests.gateway.store.failure_ground import ANNA, Ground, ground, migrated_url, opened
from tests.gateway.store.rows import failure, new_id, result, transmission

__all__ = ["ground", "migrated_url"]


class TestGroups:
    async def test_cases_with_one_fingerprint_are_one_failure(self, ground: Ground) -> None:
        one, _ = await ground.happened(message="first")
        other, _ = await ground.happened(message="second")
        assert one == other
        assert await ground.rows("select count, state, message, regressions from gateway.failure") == [(2, "open", "second", 0)]
        assert await ground.history(one) == [("opened", "gateway", "edi")]

    async def test_after_it_was_resolved_it_comes_back_as_a_regression(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        await ground.desk.resolve(one, by=ANNA, reason="table corrected")
        again, _ = await ground.happened()
        assert again == one
        assert await ground.rows("select count, state, regressions, resolved_by from gateway.failure") == [(2, "open", 1, None)]
        assert [entry[0] for entry in await ground.history(one)] == ["opened", "resolved", "came_back"]
        assert (await ground.history(one))[-1][2] == "edi"

    async def test_what_helped_stays_in_its_history_when_it_comes_back(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        await ground.desk.resolve(one, by=ANNA, reason="table corrected", helped=Helped.CONFIGURED)
        assert await ground.rows("select resolved_helped from gateway.failure") == [("configured",)]
        await ground.happened()
        assert await ground.rows("select resolved_helped from gateway.failure") == [(None,)]
        (solved,) = await ground.failures.solutions(limit=10)
        assert (solved.actor, solved.reason, solved.helped, solved.code) == ("anna", "table corrected", "configured", "no-route")

    async def test_solutions_are_those_of_people_and_their_batches_the_newest_first(self, ground: Ground) -> None:
        _, first = await ground.happened()
        await ground.close(first)  # by "replay", which is no batch that is known
        _, second = await ground.happened(fingerprint="fp-2")
        batch = new_id()
        await ground.rows(
            "insert into gateway.batch (id, action, filter, options, plan, count, rate, planned_by, reason, confirmed_by)"
            " values ($1, 'correct', '', '{}', '{}', 1, 1, 'ben', 'the unit was wrong', 'ben')", batch,
        )  # fmt: skip
        await ground.rows("select gateway.close_cases_v1($1::uuid[], $2, 'went well')", [second], f"batch {batch}")
        _, third = await ground.happened(fingerprint="fp-3")
        await ground.rows("select gateway.close_cases_v1($1::uuid[], 'gateway', 'delivered')", [third])
        assert [(s.actor, s.reason, s.helped) for s in await ground.failures.solutions(limit=10)] == [
            ("ben", "the unit was wrong", "corrected"), ("replay", "replayed well", ""),
        ]  # fmt: skip
        assert len(await ground.failures.solutions(limit=1)) == 1

    async def test_what_the_last_release_writes_is_one_failure_as_well(self, ground: Ground) -> None:
        """Its breaker and its certificates name the index that there was."""
        one, _ = await ground.happened()
        await ground.desk.resolve(one, by=ANNA, reason="ok")
        theirs = (
            "insert into gateway.failure (id, fingerprint, stage, code, owner, message, remedy, sample, count)"
            " values ($1, 'fp-1', 'deliver', 'target-unavailable', 'edi', 'm', 'r', $1, 1)"
            " on conflict (fingerprint) where state <> 'resolved' do update set count = failure.count + 1 returning state"
        )
        assert await ground.rows(theirs, new_id()) == [("open",)]
        assert await ground.rows("select count, regressions from gateway.failure") == [(2, 1)]
        await ground.rows("update gateway.failure set state = 'resolved' where fingerprint = 'fp-1'")
        assert await ground.rows("select resolved_by from gateway.failure") == [("gateway",)]

    async def test_a_case_that_comes_again_after_its_end_is_open_again(self, ground: Ground) -> None:
        one, subject = await ground.happened()
        await ground.close(subject)
        sent = await ground.value("select transmission from gateway.failure_case")
        await ground.record(failure(sent, subject))
        assert await ground.rows("select closed_at, closed_by, recurred from gateway.failure_case") == [(None, None, 1)]
        await ground.record(failure(sent, subject))
        assert await ground.value("select recurred from gateway.failure_case") == 1, "it is open: nothing came back"
        assert await ground.state(one) == "open"

    async def test_two_at_one_time_bring_it_back_once(self, ground: Ground, migrated_url: str) -> None:
        one, _ = await ground.happened()
        await ground.desk.resolve(one, by=ANNA, reason="ok")
        async with opened(migrated_url) as other:
            await asyncio.gather(*(place.record(failure(new_id(), new_id())) for place in (ground, other) for _ in range(5)))
        assert await ground.rows("select count, regressions, state from gateway.failure") == [(11, 1, "open")]
        assert [entry[0] for entry in await ground.history(one)] == ["opened", "resolved", "came_back"]

    def test_neither_words_nor_owners_name_it(self) -> None:
        marks = {fingerprint(stage="route", code="no-route", partner=partner, route=None) for partner in ("a", "b", None)}
        assert len(marks) == 3
        assert all(len(mark) == 16 for mark in marks)


class TestEndOfCases:
    async def test_it_is_resolved_with_its_last_case_and_the_journal_says_by_what(self, ground: Ground) -> None:
        one, first = await ground.happened()
        _, second = await ground.happened()
        assert await ground.close(first) == 1
        assert await ground.state(one) == "open"
        assert await ground.close(first, second, new_id()) == 1
        assert await ground.rows("select state, resolved_by, resolved_reason from gateway.failure") == [
            ("resolved", "replay", "replayed well")
        ]
        assert (await ground.history(one))[-1] == ("resolved", "replay", None)
        assert await ground.journal() == [("case_closed", "replay")] * 2
        assert await ground.close(first) is None

    async def test_one_subject_may_have_cases_of_several_failures(self, ground: Ground) -> None:
        _, subject = await ground.happened()
        sent = await ground.value("select transmission from gateway.failure_case")
        await ground.record(failure(sent, subject, fingerprint="fp-2", code="in-doubt"))
        assert await ground.close(subject) == 2
        assert await ground.rows("select distinct state from gateway.failure") == [("resolved",)]

    @pytest.mark.parametrize(
        ("state", "over"), [("delivered", ["still-failing", "x"]), ("dead", ["still-failing"]), ("waiting", [])]
    )
    async def test_a_delivery_that_ends_ends_what_was_wrong_with_it(self, ground: Ground, state: str, over: list[str]) -> None:
        sent, work = transmission(), PostgresWork(ground.database)
        await work.receive([sent], [(sent.id, 0, b"ISA")])
        one = await ground.delivery(state="sending", attempt=1, transmission=sent.id)
        await ground.record(failure(sent.id, one, code="still-failing"), failure(sent.id, one, fingerprint="fp-2", code="x"))
        await ground.rows("update gateway.delivery set claim = id")
        settled = await work.settle_deliveries(
            [result(one, state=state)], claim=one, node="n", events=[], failures=[], outbox=[], target="odoo", strain=0.0
        )
        assert settled.moved == {one}
        found = await ground.rows("select code, resolved_by from gateway.failure where state = 'resolved' order by code")
        assert found == [(code, "gateway") for code in over]

    async def test_who_resolves_a_failure_ends_its_cases(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        await ground.happened()
        await ground.desk.resolve(one, by=ANNA, reason="corrected")
        assert await ground.rows("select distinct closed_by, closed_reason from gateway.failure_case") == [("anna", "corrected")]
        assert await ground.journal() == [("case_closed", "anna")] * 2
        assert await ground.rows("select actor, action, detail->>'reason' from gateway.audit") == [
            ("anna", "failure_resolved", "corrected")
        ]


class TestWhatPeopleDo:
    async def test_everything_is_in_the_history_the_audit_and_the_journal(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        until = datetime.now(UTC) + timedelta(days=1)
        await ground.desk.acknowledge(one, by=ANNA)
        await ground.desk.assign(one, "warehouse", by=ANNA, reason="their table")
        await ground.desk.mute(one, until, by=ANNA, reason="on Monday")
        await ground.desk.note(one, "ticket 4711", by=ANNA)
        await ground.desk.resolve(one, by=ANNA, reason="corrected")
        told = [("opened", "gateway", "edi"), ("acknowledged", "anna", None), ("assigned", "anna", "warehouse")]
        told += [("muted", "anna", None), ("noted", "anna", None), ("resolved", "anna", None)]
        assert await ground.history(one) == told
        audited = await ground.rows(
            "select action from gateway.audit where actor = 'anna' and subject = $1 order by id", str(one)
        )
        assert [action for (action,) in audited] == [f"failure_{action}" for action, _, _ in told[1:]]
        journal = [f"failure_{action}" for action in ("acknowledged", "assigned", "muted", "noted")] + ["case_closed"]
        assert await ground.journal() == [(what, "anna") for what in journal]
        assert await ground.rows("select distinct configuration from gateway.event order by 1") == [("",), ("digest",)]
        view = await ground.failures.show(one)
        assert view is not None
        assert (view["state"], view["owner"], view["resolved_reason"], view["open_cases"]) == (
            "resolved", "warehouse", "corrected", 0
        )  # fmt: skip
        assert [entry["detail"].get("note") for entry in view["history"]][4] == "ticket 4711"
        assert view["cases"][0]["closed_by"] == "anna"

    async def test_a_silence_ends_by_itself(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        await ground.desk.mute(one, datetime.now(UTC) + timedelta(hours=2), by=ANNA, reason="known")
        await ground.happened()
        assert await ground.state(one) == "muted"
        assert await ground.failures.unmute() == []
        await ground.later(hours=3)
        assert await ground.failures.unmute() == [one]
        assert await ground.rows("select state, muted_until from gateway.failure") == [("open", None)]
        assert (await ground.history(one))[-1] == ("unmuted", "gateway", "edi")

    async def test_what_flaps_while_it_is_muted_stays_silent(self, ground: Ground) -> None:
        one, subject = await ground.happened()
        await ground.desk.mute(one, datetime.now(UTC) + timedelta(hours=2), by=ANNA, reason="known")
        await ground.close(subject)
        assert await ground.state(one) == "resolved"
        await ground.happened()
        assert await ground.rows("select state, regressions from gateway.failure") == [("muted", 1)]
        assert (await ground.history(one))[-1] == ("came_back", "gateway", None)

    @pytest.mark.parametrize("hours", [-1, 0, 24 * 91])
    async def test_a_silence_needs_an_end_that_is_near(self, ground: Ground, hours: float) -> None:
        one, _ = await ground.happened()
        with pytest.raises(GatewayError, match="no end for a silence"):
            await ground.desk.mute(one, datetime.now(UTC) + timedelta(hours=hours), by=ANNA, reason="x")
        with pytest.raises(Exception, match="failure_mute_ends"):
            await ground.rows("update gateway.failure set state = 'muted'")

    async def test_it_is_given_to_owners_that_there_are(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        with pytest.raises(GatewayError, match='no owner "nobody"') as told:
            await ground.desk.assign(one, "nobody", by=ANNA)
        assert "warehouse" in told.value.remedy
        with pytest.raises(GatewayError, match="edi's already"):
            await ground.desk.assign(one, "edi", by=ANNA)

    @pytest.mark.parametrize("act", ["acknowledge", "resolve"])
    async def test_what_is_resolved_is_left_alone(self, ground: Ground, act: str) -> None:
        one, _ = await ground.happened()
        await ground.desk.resolve(one, by=ANNA, reason="x")
        with pytest.raises(GatewayError, match="it is resolved"):
            await getattr(ground.desk, act)(one, by=ANNA, reason="y")
        assert await ground.value("select count(*) from gateway.audit") == 1

    @pytest.mark.parametrize("act", ["resolve", "note"])
    async def test_words_are_needed(self, ground: Ground, act: str) -> None:
        one, _ = await ground.happened()
        done = partial(ground.desk.note, one, " ") if act == "note" else partial(ground.desk.resolve, one, reason=" ")
        with pytest.raises(GatewayError, match="needs words"):
            await done(by=ANNA)

    async def test_it_is_found_by_what_people_copy(self, ground: Ground) -> None:
        one, _ = await ground.happened(fingerprint="aaaa0000bbbb1111")
        other, _ = await ground.happened(fingerprint="cccc2222bbbb1111")
        assert await ground.desk.find("AAAA0000BBBB1111 ") == one
        assert await ground.desk.find(str(other)) == other
        assert await ground.desk.find(str(other)[-12:]) == other
        for text, what in (("bbbb1111", "several"), ("1111", "no such"), ("%", "no such"), ("zzzzzzzz", "no such")):
            with pytest.raises(NoSuchFailure, match=what):
                await ground.desk.find(text)
        with pytest.raises(NoSuchFailure):
            await ground.desk.acknowledge(new_id(), by=ANNA)

    async def test_they_are_listed_by_what_they_are(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        other, _ = await ground.happened(fingerprint="fp-2", owner="warehouse", code="table-miss", partner=None)
        await ground.desk.acknowledge(one, by=ANNA)
        assert [view["id"] for view in await ground.failures.list(FailureFilter())] == [str(other), str(one)]
        for wanted in (
            FailureFilter(owners=["warehouse"]),
            FailureFilter(codes=["table-miss"]),
            FailureFilter(states=["open"]),
            FailureFilter(stages=["route"], limit=1),
        ):
            assert [view["id"] for view in await ground.failures.list(wanted)] == [str(other)]
        (first,) = await ground.failures.list(FailureFilter(partners=["bigbox"]))
        assert (first["attended_by"], first["unattended_seconds"]) == ("anna", None)
        before = datetime.fromisoformat(str((await ground.failures.list(FailureFilter(limit=1)))[0]["last_at"]))
        assert [view["id"] for view in await ground.failures.list(FailureFilter(before=before))] == [str(one)]


class TestWatch:
    async def test_deliveries_that_take_half_of_their_time_are_found_once(self, ground: Ground) -> None:
        now = datetime.now(UTC)
        late = await ground.delivery(first_attempt_at=now - timedelta(hours=13))
        await ground.delivery(first_attempt_at=now - timedelta(hours=11))
        await ground.delivery(first_attempt_at=now - timedelta(hours=13), paused=timedelta(hours=5))
        await ground.delivery(first_attempt_at=now - timedelta(hours=13), target="slow")
        await ground.delivery(first_attempt_at=now - timedelta(hours=13), state="dead")
        await ground.delivery()
        agreed = await ground.delivery(first_attempt_at=now - timedelta(hours=2), agreement="quick")
        patience = Patience({"odoo": timedelta(hours=24), "slow": timedelta(days=7)}, {"quick": timedelta(hours=3)})
        found = await ground.failures.still_failing(patience, limit=10)
        assert [one.id for one in found] == [late, agreed]
        assert found[0].code == "http-500"
        for one in found:
            await ground.record(failure(one.transmission, one.id, code="still-failing", fingerprint=str(one.id)[-16:]))
        assert await ground.failures.still_failing(patience, limit=10) == []
        assert await ground.failures.still_failing(Patience({}), limit=10) == []

    async def test_what_nobody_attends_to_is_told_to_the_next_once(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        muted, _ = await ground.happened(fingerprint="fp-2")
        await ground.desk.mute(muted, datetime.now(UTC) + timedelta(days=1), by=ANNA, reason="x")
        (found,) = await ground.failures.unattended(limit=10)
        assert (found.id, found.owner, found.state, found.level, found.dead) == (one, "edi", "open", 0, False)
        step = Escalation(one, 0, "operations", "late")
        assert await ground.failures.escalate([step]) == [one]
        assert await ground.failures.escalate([step]) == []
        assert (await ground.history(one))[-1] == ("escalated", "gateway", "operations")
        (again,) = await ground.failures.unattended(limit=10)
        assert again.level == 1
        assert again.since > found.since
        await ground.desk.assign(one, "warehouse", by=ANNA)
        assert [one.level for one in await ground.failures.unattended(limit=10)] == [0]

    async def test_the_dead_of_today_are_known(self, ground: Ground) -> None:
        dead = await ground.delivery(state="dead", settled_at=datetime.now(UTC))
        await ground.record(failure(new_id(), dead, stage="deliver"))
        assert [one.dead for one in await ground.failures.unattended(limit=10)] == [True]
        await ground.close(dead)
        assert await ground.failures.unattended(limit=10) == []

    async def test_levels_are_by_owner_and_stage(self, ground: Ground) -> None:
        one, _ = await ground.happened()
        await ground.later(minutes=10)
        await ground.happened(fingerprint="fp-2", owner="warehouse", stage="deliver")
        (edi, warehouse) = sorted(await ground.failures.levels(), key=lambda level: level.owner)
        assert (edi.owner, edi.stage, edi.rows, warehouse.stage) == ("edi", "route", 1, "deliver")
        assert edi.oldest == pytest.approx(600, abs=60)
        await ground.desk.acknowledge(one, by=ANNA)
        assert [level.oldest for level in await ground.failures.levels() if level.owner == "edi"] == [0.0]
