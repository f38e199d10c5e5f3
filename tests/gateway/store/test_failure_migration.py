"""The failures of the last release, after the migration."""

import hashlib
from datetime import UTC, datetime

from gateway.domain.failure import fingerprint
from gateway.store.migrations import known
from tests.gateway.store.failure_ground import Ground, opened
from tests.gateway.store.rows import new_id


class TestMigration:
    async def test_groups_that_came_back_before_are_one_from_now_on(self, empty_url: str) -> None:
        async with opened(empty_url) as ground:
            for migration in known()[:6]:
                await ground.rows(*[f"do $do$ begin execute $sql${migration.sql}$sql$; end $do$"])
            old = fingerprint_of_last_release
            for state, owner, hour in (("resolved", "edi", 1), ("resolved", "edi", 2), ("open", "ops", 3)):
                mark = old("deliver", "http-500", "bigbox", "orders", owner)
                sql = (
                    "insert into gateway.failure (id, fingerprint, stage, code, partner, route, owner, message, remedy, state,"
                    " sample, count, first_at, last_at)"
                    " values ($1, $2, 'deliver', 'http-500', 'bigbox', 'orders', $3, '', '', $4, $1, 2, $5, $5)"
                )
                await ground.rows(sql, new_id(), mark, owner, state, datetime(2026, 11, 20, hour, tzinfo=UTC))
                case = "insert into gateway.failure_case (fingerprint, subject, transmission, message) values ($1, $2, $2, '')"
                await ground.rows(case, mark, new_id())
            for target in ("odoo", "wms"):
                mark = old("deliver", "target-unavailable", None, target, "edi")
                sql = (
                    "insert into gateway.failure (id, fingerprint, stage, code, owner, message, remedy, sample, count)"
                    " values ($1, $2, 'deliver', 'target-unavailable', 'edi', $3, '', $1, 1)"
                )
                await ground.rows(sql, new_id(), mark, f"{target} is unavailable, its deliveries wait: down")
            await migrated(ground)
            mark = fingerprint(stage="deliver", code="http-500", partner="bigbox", route="orders")
            assert await ground.rows(
                "select fingerprint, state, count, regressions, extract(hour from first_at)::int, owner from gateway.failure"
                " where code = 'http-500'"
            ) == [(mark, "open", 6, 2, 1, "ops")]
            assert await ground.rows("select distinct fingerprint from gateway.failure_case") == [(mark,)]
            marks = {fingerprint(stage="deliver", code="target-unavailable", partner=None, route=t) for t in ("odoo", "wms")}
            found = await ground.rows("select fingerprint from gateway.failure where code = 'target-unavailable'")
            assert {mark for (mark,) in found} == marks


def fingerprint_of_last_release(stage: str, code: str, partner: str | None, route: str | None, owner: str) -> str:
    text = "\x1f".join((stage, code, partner or "", route or "", owner))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def migrated(ground: Ground) -> None:
    async with ground.database.connection() as connection:
        for migration in known()[6:]:
            async with connection.transaction():
                await connection.execute(migration.sql)
