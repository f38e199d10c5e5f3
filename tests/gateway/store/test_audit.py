"""The audit: lines are only added; each is sealed into a chain in which whatever is changed, removed or slipped in shows."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.access import AccountKind, Caller, Right
from gateway.errors import Contention
from gateway.ports.access import Broken, Head, Verified
from gateway.store.audit import PostgresAudit, sealed
from gateway.store.database import Database
from gateway.store.retention import PostgresRetention
from tests.gateway.store.test_partitions import execute, force

ADA = Caller(uuid4(), "ada", AccountKind.PERSON, frozenset(Right))
DAYS = timedelta(days=1)
ADD = "insert into gateway.audit (actor, action, subject, detail, at) values ('a', 'b', $1, '{}', gateway.now() - $2::interval)"


@pytest.fixture
def audit(database: Database) -> PostgresAudit:
    return PostgresAudit(database)


async def written(audit: PostgresAudit, *subjects: str) -> list[int]:
    """The ids of new lines."""
    for subject in subjects:
        await audit.write(ADA, "looked", subject, {"n": 1})
    return sorted(line["id"] for line in await audit.lines({}, before=None, limit=len(subjects)))


async def whole(audit: PostgresAudit) -> Verified:
    """The audit with all its lines sealed, in which nothing is wrong."""
    while await audit.seal(limit=100):
        pass
    found = await audit.verify()
    assert found.broken == ()
    assert found.waiting == 0
    return found


def lines_of(broken: Sequence[Broken]) -> list[int]:
    return [one.line for one in broken]


class TestReading:
    async def test_a_line_says_who_did_what_to_what(self, audit: PostgresAudit) -> None:
        token = UUID(int=7)
        await audit.write(ADA, "downloaded", "4711", {"bytes": 12})
        await audit.write(ADA.restricted([Right.SEE], token), "looked", "4711\x00", {"text": "\ud800"})
        newer, older = await audit.lines({}, before=None, limit=10)
        assert (older["actor"], older["action"], older["subject"], older["detail"]) == (
            "ada",
            "downloaded",
            "4711",
            {"bytes": 12},
        )
        assert older["sealed"] is None
        assert newer["detail"]["token"] == str(token)
        assert newer["subject"] == "4711\ufffd"

    async def test_lines_are_chosen_and_the_list_goes_on(self, database: Database, audit: PostgresAudit) -> None:
        ids = await written(audit, "one", "two", "three")
        await execute(database, ADD, "old", 2 * DAYS)
        assert [line["subject"] for line in await audit.lines({"actor": "ada"}, before=None, limit=2)] == ["three", "two"]
        assert [line["subject"] for line in await audit.lines({"actor": "ada"}, before=ids[1], limit=2)] == ["one"]
        assert [line["subject"] for line in await audit.lines({"subject": "two"}, before=None, limit=9)] == ["two"]
        assert await audit.lines({"action": "b", "subject": "two"}, before=None, limit=9) == []
        assert await audit.lines({"actor": "a", "subject": "two"}, before=None, limit=9) == []
        assert await audit.lines({"actor": "ada", "action": "b"}, before=None, limit=9) == []
        assert len(await audit.lines({"actor": "ada", "action": "looked", "subject": "two"}, before=ids[2], limit=9)) == 1
        assert [line["subject"] for line in await audit.lines({"action": "b"}, before=None, limit=9)] == ["old"]
        (at,) = await execute(database, "select gateway.now() - interval '1 day' as at")
        yesterday = at["at"].isoformat()
        assert [line["subject"] for line in await audit.lines({"until": yesterday}, before=None, limit=9)] == ["old"]
        assert len(await audit.lines({"after": yesterday}, before=None, limit=9)) == 3


class TestAppending:
    async def test_lines_are_neither_changed_nor_removed(self, database: Database, audit: PostgresAudit) -> None:
        await written(audit, "one")
        for statement in ("update gateway.audit set actor = 'nobody'", "delete from gateway.audit", "truncate gateway.audit"):
            with pytest.raises(asyncpg.RaiseError, match="never changed"):
                await execute(database, statement)
        assert len(await audit.lines({}, before=None, limit=9)) == 1

    async def test_what_was_written_before_there_were_seals_is_sealed_as_well(
        self, database: Database, audit: PostgresAudit
    ) -> None:
        """As the migration does, which puts all that is there into the queue."""
        await force(database, ADD, "before", DAYS)
        assert lines_of((await audit.verify()).broken) != []
        await execute(database, "insert into gateway.audit_unsealed (line) select id from gateway.audit")
        assert (await whole(audit)).lines == 1


class TestSealing:
    async def test_what_waits_is_counted_until_it_is_sealed(self, audit: PostgresAudit) -> None:
        assert await audit.verify() == Verified(0, 0, None, None, ())
        assert await audit.seal(limit=10) == 0
        await written(audit, "one", "two", "three")
        waiting = await audit.verify()
        assert (waiting.lines, waiting.waiting, waiting.broken) == (0, 3, ())
        assert isinstance(waiting.waiting_since, datetime)
        assert await audit.seal(limit=2) == 2
        assert (await audit.verify()).waiting == 1
        done = await whole(audit)
        assert done.lines == 3
        assert done.head is not None
        assert done.head.ordinal == 3
        assert [line["sealed"] for line in await audit.lines({}, before=None, limit=9)] == [3, 2, 1]

    async def test_the_chain_can_be_followed_by_anybody(self, database: Database, audit: PostgresAudit) -> None:
        """As docs/how-to/accounts.md describes it."""
        await audit.write(ADA, "looked", 'ein „Name“ \\ " \n', {"z": 1.50, "aa": [None, True, "ü"]})
        found = await whole(audit)
        columns = "id, (extract(epoch from at) * 1000000)::bigint, actor, action, subject, detail"
        ((line,),) = await execute(database, f"select jsonb_build_array({columns})::text from gateway.audit")
        assert found.head == Head(1, sealed(bytes(32), line).hex())

    async def test_settings_of_the_session_change_nothing(self, database: Database, audit: PostgresAudit) -> None:
        await written(audit, "one")
        await whole(audit)
        other = Database(database._line._addresses[0], size=1)
        await other.open()
        try:
            for setting in ("set timezone = 'Asia/Tokyo'", "set datestyle = 'German'", "set extra_float_digits = 0"):
                await execute(other, setting)
            assert (await PostgresAudit(other).verify()).broken == ()
        finally:
            await other.close()

    async def test_a_line_that_commits_late_with_an_early_id_is_sealed_after_the_others(
        self, database: Database, audit: PostgresAudit
    ) -> None:
        async with database.transaction() as late:
            await late.execute(ADD, "late", timedelta())
            await written(audit, "early", "earlier")
            assert (await whole(audit)).lines == 2
        assert (await whole(audit)).lines == 3
        by_id = await audit.lines({}, before=None, limit=9)
        assert [(line["subject"], line["sealed"]) for line in by_id] == [("earlier", 2), ("early", 1), ("late", 3)]

    async def test_what_is_rolled_back_leaves_no_gap(self, database: Database, audit: PostgresAudit) -> None:
        await written(audit, "one")
        failing = """with x as (
            insert into gateway.audit (actor, action, subject, detail) values ('a', 'b', 'c', '{}') returning id)
          select id / 0 from x"""
        with pytest.raises(asyncpg.DivisionByZeroError):
            await execute(database, failing)
        await written(audit, "two")
        assert (await whole(audit)).lines == 2

    async def test_many_writers_and_sealers_at_the_same_time_lose_no_line(self, database: Database, audit: PostgresAudit) -> None:
        """Writers end in another order than they began; each of several rounds takes what it finds."""
        writing = True

        async def write(name: str) -> None:
            for number in range(15):
                async with database.transaction() as connection:
                    await connection.execute(ADD, f"{name} {number}", timedelta())
                    await connection.execute("select pg_sleep(0.003 * random())")
                    if number % 5 == 4:
                        await connection.execute(ADD, f"{name} {number} again", timedelta())

        async def seal(own: PostgresAudit) -> None:
            while writing:
                with suppress(Contention):  # the machine stood still while the other one sealed
                    await own.seal(limit=7)

        others = [Database(database._line._addresses[0], size=1) for _ in range(2)]
        for other in others:
            await other.open()
        try:
            sealing = [asyncio.create_task(seal(PostgresAudit(other))) for other in others]
            await asyncio.gather(*(write(f"writer {number}") for number in range(4)))
            writing = False
            await asyncio.gather(*sealing)
        finally:
            for other in others:
                await other.close()
        assert (await whole(audit)).lines == 4 * 18


class TestTampering:
    @pytest.fixture
    async def ids(self, audit: PostgresAudit) -> list[int]:
        """Five lines that are sealed, and one that waits."""
        ids = await written(audit, "one", "two", "three", "four", "five")
        await whole(audit)
        return [*ids, *await written(audit, "six")]

    async def test_a_change_of_any_column_is_found(self, database: Database, audit: PostgresAudit, ids: list[int]) -> None:
        changes = (
            ("actor = 'nobody'", "actor = 'ada'"),
            ("action = 'nothing'", "action = 'looked'"),
            ("subject = 'x'", "subject = 'three'"),
            ("detail = '{\"n\": 2}'", "detail = '{\"n\": 1}'"),
            ('detail = \'{"n": 1, "m": null}\'', "detail = '{\"n\": 1}'"),
            ("at = at + interval '1 microsecond'", "at = at - interval '1 microsecond'"),
        )
        for change, back in changes:
            await force(database, f"update gateway.audit set {change} where id = $1", ids[2])
            found = await audit.verify()
            assert found.broken == (Broken(ids[2], "the line, its seal or the seal before it was changed"),), change
            assert found.lines == 4
            await force(database, f"update gateway.audit set {back} where id = $1", ids[2])
            assert (await audit.verify()).broken == ()

    async def test_a_line_that_was_removed_is_found(self, database: Database, audit: PostgresAudit, ids: list[int]) -> None:
        for removed in range(5):
            await force(database, "delete from gateway.audit where id = $1", ids[removed])
            assert [one.line for one in (await audit.verify()).broken] == ids[: removed + 1]
        assert {one.what for one in (await audit.verify()).broken} == {"the line was removed"}

    async def test_a_line_that_was_removed_before_its_seal_is_found(
        self, database: Database, audit: PostgresAudit, ids: list[int]
    ) -> None:
        await force(database, "delete from gateway.audit where id = $1", ids[5])
        assert (await audit.verify()).broken == (Broken(ids[5], "the line was removed, unsealed"),)

    async def test_a_line_with_its_seal_is_not_removed_unnoticed(
        self, database: Database, audit: PostgresAudit, ids: list[int]
    ) -> None:
        for table, column in (("audit", "id"), ("audit_seal", "line")):
            await force(database, f"delete from gateway.{table} where {column} = $1", ids[2])
        (broken,) = (await audit.verify()).broken
        assert broken == Broken(ids[3], "the seals from 3 to 3 before it are missing")

    async def test_a_line_that_was_slipped_in_or_kept_from_its_seal_is_found(
        self, database: Database, audit: PostgresAudit, ids: list[int]
    ) -> None:
        await force(database, "delete from gateway.audit_unsealed")
        await force(database, ADD, "slipped in", DAYS)
        lost = lines_of((await audit.verify()).broken)
        assert lost == [ids[5], ids[5] + 1]

    async def test_lines_that_change_places_are_found(self, database: Database, audit: PostgresAudit, ids: list[int]) -> None:
        swap = "update gateway.audit_seal set line = case line when $1 then -1 else $1 end where line in ($1, $2)"
        await force(database, swap, ids[1], ids[2])
        await force(database, "update gateway.audit_seal set line = $1 where line = -1", ids[2])
        assert set(lines_of((await audit.verify()).broken)) >= {ids[1], ids[2]}

    async def test_the_beginning_is_not_cut_off_as_if_retention_had_done_it(
        self, database: Database, audit: PostgresAudit, ids: list[int]
    ) -> None:
        await force(database, "delete from gateway.audit where id <= $1", ids[1])
        await force(database, "delete from gateway.audit_seal where ordinal < 2")
        assert lines_of((await audit.verify()).broken) == [ids[1]]

    async def test_a_chain_that_was_made_anew_does_not_hold_what_was_noted(
        self, database: Database, audit: PostgresAudit, ids: list[int]
    ) -> None:
        noted = (await audit.verify()).head
        await force(database, "update gateway.audit set actor = 'nobody' where id = $1", ids[1])
        await force(database, "delete from gateway.audit_seal")
        await force(database, "insert into gateway.audit_unsealed select id from gateway.audit on conflict do nothing")
        await whole(audit)
        (broken,) = (await audit.verify(noted)).broken
        assert "is not the one that was noted" in broken.what

    async def test_what_was_noted_is_looked_for(self, database: Database, audit: PostgresAudit, ids: list[int]) -> None:
        seals = {row["ordinal"]: row["hash"].hex() for row in await execute(database, "select * from gateway.audit_seal")}
        for ordinal in (1, 2, 5):
            assert (await audit.verify(Head(ordinal, seals[ordinal]))).broken == ()
            other = seals[ordinal % 5 + 1]
            assert lines_of((await audit.verify(Head(ordinal, other))).broken) == [0]
        assert lines_of((await audit.verify(Head(6, seals[5]))).broken) == [0]


class TestPurging:
    async def test_what_is_left_after_a_purge_is_a_whole_chain_that_says_what_went(
        self, database: Database, audit: PostgresAudit
    ) -> None:
        retention = PostgresRetention(database)
        for number in range(6):
            await execute(database, ADD, str(number), (60 - 10 * number) * DAYS)
        noted = (await whole(audit)).head
        old_head = Head(1, (await execute(database, "select hash from gateway.audit_seal where ordinal = 1"))[0]["hash"].hex())
        assert await retention.purge_audit(25 * DAYS, limit=100) == 4
        assert (await audit.verify()).broken == (), "also while the line about it waits for its seal"
        done = await whole(audit)
        assert done.lines == 3
        assert [line["subject"] for line in await audit.lines({}, before=None, limit=9)] == ["4", "5", "4"]
        (told,) = await audit.lines({"action": "audit_purged"}, before=None, limit=9)
        assert (told["actor"], told["subject"], told["detail"]["lines"]) == ("retention", "4", 4)
        assert (await audit.verify(noted)).broken == ()
        assert (await audit.verify(old_head)).broken == (), "what was noted has gone with the purge"

    async def test_it_goes_on_in_pieces_and_again(self, database: Database, audit: PostgresAudit) -> None:
        retention = PostgresRetention(database)
        for number in range(7):
            await execute(database, ADD, str(number), (70 - number) * DAYS)
        await whole(audit)
        gone = []
        while went := await retention.purge_audit(30 * DAYS, limit=3):
            gone.append(went)
            await whole(audit)
        assert gone == [3, 3, 1]
        assert {line["action"] for line in await audit.lines({}, before=None, limit=99)} == {"audit_purged"}
        assert await retention.purge_audit(30 * DAYS, limit=3) == 0
        await written(audit, "after it")
        assert (await whole(audit)).lines == 4

    async def test_what_has_no_seal_yet_and_what_follows_a_younger_line_stay(
        self, database: Database, audit: PostgresAudit
    ) -> None:
        retention = PostgresRetention(database)
        await execute(database, ADD, "old", 60 * DAYS)
        assert await retention.purge_audit(30 * DAYS, limit=9) == 0
        await whole(audit)
        await execute(database, ADD, "young", DAYS)
        await execute(database, ADD, "old, and sealed after a younger one", 60 * DAYS)
        await whole(audit)
        assert await retention.purge_audit(30 * DAYS, limit=9) == 1
        assert [line["subject"] for line in await audit.lines({"action": "b"}, before=None, limit=9)][-1] == "young"
        assert (await whole(audit)).lines == 3

    async def test_a_purge_that_is_not_told_of_is_a_break(self, database: Database, audit: PostgresAudit) -> None:
        for number in range(3):
            await execute(database, ADD, str(number), 60 * DAYS)
        await whole(audit)
        await execute(database, ADD, "young", DAYS)
        await whole(audit)
        await PostgresRetention(database).purge_audit(30 * DAYS, limit=9)
        await force(database, "update gateway.audit set subject = '2' where action = 'audit_purged'")
        assert (await audit.verify()).broken != ()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["write", "seal", "purge", "age"]), max_size=14), tampered=st.booleans())
async def test_whatever_happens_in_whatever_order_it_holds_until_somebody_changes_a_line(
    database: Database, audit: PostgresAudit, steps: list[str], tampered: bool
) -> None:
    for table in ("audit", "audit_seal", "audit_unsealed"):
        await force(database, f"delete from gateway.{table}")
    age = 60 * DAYS
    for step in steps:
        match step:
            case "write":
                await execute(database, ADD, "x", age)
            case "age":
                age = max(age - 20 * DAYS, timedelta())
            case "seal":
                await audit.seal(limit=2)
            case "purge":
                await PostgresRetention(database).purge_audit(30 * DAYS, limit=2)
        assert (await audit.verify()).broken == ()
    await execute(database, ADD, "x", timedelta())
    await whole(audit)
    if tampered:
        await force(database, "update gateway.audit set actor = actor || '.' where id = (select min(id) from gateway.audit)")
        assert (await audit.verify()).broken != ()
