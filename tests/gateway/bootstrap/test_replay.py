"""Replays as commands ask for them, without a gateway; earlier configurations by their digests; who recognises a repeat."""

from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway import bootstrap
from gateway.bootstrap.configurations import EarlierConfigurations, keep_configuration
from gateway.bootstrap.messages import open_intake
from gateway.bootstrap.replay import idempotence
from gateway.config import load
from gateway.errors import Absent, ConfigurationInvalid, PlanRefused
from gateway.ports import Handover
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from gateway.system import TimeOrderedIds
from tests.gateway.bootstrap.places import ROUTES, environment, made
from tests.integration.test_flow import order

new_id = TimeOrderedIds()
CONFIG = str(ROUTES)


@pytest.fixture
async def environ(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a migrated database."""
    environ = environment(tmp_path, DATABASE_URL=postgres_url)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    await bootstrap.migrate(made(Path(), environ=environ), dry_run=False)
    return environ


@pytest.fixture
async def unread(environ: dict[str, str], postgres_url: str) -> UUID:
    """A message that could not be read."""
    handover = Handover(new_id(), "bigbox-folder", "bigbox", "order.edi", order())
    async with open_intake(CONFIG) as intake:
        await intake.receive(handover)
    database = Database(postgres_url)
    await database.open()
    async with database.transaction() as connection:
        await connection.execute("update gateway.transmission set state = 'failed'")
    await database.close()
    return handover.id


SAID: dict[str, Any] = {"by": "ann", "reason": "it was a fault of ours", "rate": 5.0}


class TestPlanned:
    async def test_shown_kept_confirmed_and_cancelled(self, unread: UUID) -> None:
        chosen = {"words": str(unread), "ids": [unread]}
        shown = await bootstrap.plan_replay_of(CONFIG, chosen, keep_it=False, **SAID)
        assert (shown["count"], shown["kept"], shown["plan"]["effects"]) == (1, False, {"read_for_the_first_time": 1})
        assert await bootstrap.batches(CONFIG) == []
        kept = await bootstrap.plan_replay_of(CONFIG, chosen, **SAID)
        batch = await bootstrap.batch(CONFIG, kept["id"][-12:])
        assert (batch["id"], batch["items"], batch["plan"]) == (kept["id"], {"planned": 1}, kept["plan"])
        assert await bootstrap.confirm_batch(CONFIG, UUID(kept["id"]), expect=1, by="ann") == 1
        async with bootstrap.watching_batch(CONFIG, UUID(kept["id"])) as look:
            assert (await look())["state"] == "running"
        assert await bootstrap.cancel_batch(CONFIG, UUID(kept["id"]), by="ann") == 1
        (item,) = await bootstrap.batch_items(CONFIG, UUID(kept["id"]))
        assert (item["state"], item["subject"], item["name"]) == ("cancelled", str(unread), "order.edi")

    async def test_what_comes_to_nothing_is_not_kept(self, unread: UUID) -> None:
        planned = await bootstrap.plan_redelivery_of(CONFIG, {"words": "q", "query": {"state": ["dead"]}}, **SAID)
        assert (planned["count"], planned["kept"]) == (0, False)
        assert await bootstrap.batches(CONFIG) == []

    async def test_a_reason_and_a_rate_that_mean_something(self, unread: UUID) -> None:
        chosen = {"words": str(unread), "ids": [unread]}
        for said in ({**SAID, "reason": " "}, {**SAID, "rate": 0}):
            with pytest.raises(PlanRefused):
                await bootstrap.plan_replay_of(CONFIG, chosen, **said)

    async def test_a_correction(self, unread: UUID) -> None:
        original, body = await bootstrap.message_bytes(CONFIG, str(unread))
        assert (original, body) == (unread, order())
        planned = await bootstrap.plan_correction_of(CONFIG, original, order(control=2), by="ann", reason="number")
        assert (planned["action"], planned["count"], planned["second_person"]) == ("correct", 1, False)
        with pytest.raises(PlanRefused, match="No message"):
            await bootstrap.message_bytes(CONFIG, str(new_id()))

    async def test_batches_that_are_not_there(self, environ: dict[str, str]) -> None:
        with pytest.raises(Absent, match="There is no batch"):
            await bootstrap.batch(CONFIG, "feedbeadfeed")
        with pytest.raises(Absent, match="There is no batch"):
            await bootstrap.confirm_batch(CONFIG, new_id(), expect=1, by="ann")


class TestEarlierConfigurations:
    async def test_the_one_in_force_is_kept_and_found_by_its_beginning(self, environ: dict[str, str], postgres_url: str) -> None:
        settings, database = made(Path(), environ=environ), Database(postgres_url)
        await database.open()
        work = PostgresWork(database)
        digest = settings.snapshot.digest
        await work.activate_configuration(digest, orjson.dumps({"digest": digest}).decode())
        earlier = EarlierConfigurations(database, settings)
        assert await earlier(digest) is settings.snapshot
        await keep_configuration(work, settings)  # completes what an earlier release has left
        assert await earlier.digest(digest[:12]) == digest
        (row,) = await database.fetch("configuration", digest[:12])
        other = "f" * 64
        await work.activate_configuration(other, orjson.dumps({**orjson.loads(row["document"]), "digest": other}).decode())
        again = await earlier(other)
        assert (again.digest, [route.id for route in again.routes]) == (other, [r.id for r in settings.snapshot.routes])
        assert await earlier(other) is again
        for unknown in ("0123456789ab", ""):
            with pytest.raises((ConfigurationInvalid, PlanRefused)):
                await earlier.digest(unknown)
        await database.close()

    async def test_a_replay_with_one_that_is_not_kept_is_refused(self, unread: UUID) -> None:
        chosen = {"words": str(unread), "ids": [unread]}
        with pytest.raises(ConfigurationInvalid, match="There was no configuration"):
            await bootstrap.plan_replay_of(CONFIG, chosen, configuration="0123456789ab", **SAID)


def test_targets_say_whether_they_recognise_a_repeat(tmp_path: Path) -> None:
    known = idempotence(load(ROUTES, environment(tmp_path)))
    assert known["odoo"]
    assert known["bigbox-folder"]
