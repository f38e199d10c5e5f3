"""Decisions replayed under another configuration: the answer is what really happens when it is in force."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap.config_replay import replay_decisions
from gateway.bootstrap.route_test_recording import original_of, record_route_test, write_recorded
from gateway.bootstrap.route_tests import run_route_tests
from gateway.bootstrap.routes import try_message
from gateway.domain.change_tally import ChangeTally
from gateway.domain.decided import Decided, changes
from gateway.domain.masks import Masks
from gateway.errors import Absent, ConfigurationInvalid, PlanRefused
from gateway.stages.decide_again import DecideAgain
from gateway.store.database import Database
from gateway.store.decisions import Decisions
from gateway.store.migrations import migrate
from gateway.system import TimeOrderedIds
from tests.integration.deciding import configured, decide, lately, snapshot, traffic
from tests.servers.postgres import PostgresServer

COUNT = 42


@pytest.fixture
async def other(postgres: PostgresServer) -> AsyncIterator[tuple[str, Database]]:
    """A second gateway's database: there the new configuration is in force from the beginning."""
    name = postgres.create_database()
    database = Database(postgres.url(name))
    await database.open()
    await migrate(database)
    yield postgres.url(name), database
    await database.close()
    postgres.drop_database(name)


async def decided(database: Database) -> list[tuple[Any, Decided]]:
    """What is stored of all traffic, in the order in which it came."""
    decisions = Decisions(database)
    stored = [one async for page in decisions.pages(lately()) for one in await decisions.read(page)]
    return [(one, one.decided) for one in reversed(stored)]


def rewrite(file: str, pattern: str, text: str) -> None:
    """Change a configuration at the first place that matches."""
    path = Path(file)
    path.write_text(re.sub(pattern, text, path.read_text(), count=1, flags=re.DOTALL))


def groups(view: dict[str, Any]) -> dict[tuple[str, ...], int]:
    return {(g["kind"], g["partner"], g["document"], g["what"]): g["count"] for g in view["groups"]}


class TestWhatItSays:
    async def test_is_what_happens(
        self,
        tmp_path: Path,
        postgres_url: str,
        database: Database,
        other: tuple[str, Database],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", postgres_url)
        before, after = (configured(tmp_path, name) for name in ("before", "after"))
        arriving = list(traffic(COUNT))
        await decide(postgres_url, database, snapshot(before), arriving)
        await decide(*other, snapshot(after), arriving)
        was, became = await decided(database), await decided(other[1])
        again = DecideAgain(snapshot(after), Masks(), TimeOrderedIds())
        truth = ChangeTally()
        for (stored, old), (_, new) in zip(was, became, strict=True):
            foretold = again.decide(stored.transmission, old)
            assert list(changes(foretold, new)) == [], stored.transmission.body[:300]
            truth.compared(str(stored.transmission.id), sum(len(i.documents) for i in new.interchanges), changes(old, new))
        answer = await replay_decisions(str(before), str(after), since=datetime.now(UTC) - timedelta(days=7), processes=0)
        assert groups(dict(answer)) == groups(truth.view())
        assert (answer["messages"], answer["changed_messages"]) == (COUNT, truth.changed_messages)
        kinds = {group["kind"] for group in answer["groups"]}
        assert {"route", "field", "state", "acknowledgement", "delivery-gone", "finding-new", "sent"} <= kinds


class TestHowItIsAsked:
    @pytest.fixture
    async def site(
        self, tmp_path: Path, postgres_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> tuple[str, str]:
        """Two configurations, and traffic that the first one decided about."""
        monkeypatch.setenv("DATABASE_URL", postgres_url)
        before, after = (configured(tmp_path, name) for name in ("before", "after"))
        await decide(postgres_url, database, snapshot(before), list(traffic(14)))
        return str(before), str(after)

    async def ask(self, site: tuple[str, str], **terms: Any) -> dict[str, Any]:
        before, after = site
        terms = {"since": datetime.now(UTC) - timedelta(days=1), "processes": 0, **terms}
        return dict(await replay_decisions(before, after, **terms))

    async def test_the_configuration_in_force_changes_nothing(self, site: tuple[str, str]) -> None:
        answer = await self.ask((site[0], site[0]))
        assert (answer["messages"], answer["changed_messages"], answer["groups"]) == (14, 0, [])
        assert answer["configuration"] == answer["in_force"]

    async def test_of_one_partner_or_the_newest_few(self, site: tuple[str, str]) -> None:
        nordmart = await self.ask(site, partner="nordmart")
        assert (nordmart["messages"], {group["partner"] for group in nordmart["groups"]}) == (3, {"nordmart"})
        told: list[tuple[int, int]] = []
        newest = await self.ask(site, limit=5, told=lambda done, of: told.append((done, of)))
        assert (newest["messages"], told[-1]) == (5, (5, 5))

    async def test_nothing_is_written(self, site: tuple[str, str], database: Database) -> None:
        before = dict((await database.fetch("counts"))[0])
        await self.ask(site)
        assert dict((await database.fetch("counts"))[0]) == before

    async def test_what_it_cannot_do_is_said_before(self, site: tuple[str, str]) -> None:
        with pytest.raises(PlanRefused, match="ends before it begins"):
            await self.ask(site, since=datetime.now(UTC) + timedelta(days=1))
        with pytest.raises(PlanRefused, match="positive"):
            await self.ask(site, limit=0)
        rewrite(site[1], ".*", "[gateway]")
        with pytest.raises(ConfigurationInvalid):
            await self.ask(site)
        with pytest.raises(Absent):
            await self.ask((site[0], "gone.toml"))

    async def test_what_is_purged_or_not_settled_is_counted(self, site: tuple[str, str], database: Database) -> None:
        async with database.transaction() as connection:
            await connection.execute(
                "delete from gateway.raw_body where transmission = (select id from gateway.transmission order by id limit 1)"
            )
            await connection.execute("set local session_replication_role = replica")  # it has been decided about long ago
            await connection.execute(
                "update gateway.document set state = 'pending' where transmission ="
                " (select id from gateway.transmission order by id offset 1 limit 1)"
            )
        answer = await self.ask(site)
        assert answer["messages"] == 12
        assert {one["reason"] for one in answer["not_compared"]} == {
            "its bytes were purged",
            "its documents are still being routed",
        }

    async def test_examples_name_messages_that_can_be_looked_up_and_explained(self, site: tuple[str, str]) -> None:
        answer = await self.ask(site)
        (moved, *_) = [group for group in answer["groups"] if group["what"] == "bigbox-orders -> large"]
        example = moved["examples"][0]
        for named in (example["message"], example["number"].partition(":")[2]):
            explained = await try_message(site[0], named)
            documents = explained["interchanges"][0]["documents"]
            assert ("bigbox-orders", [example["number"]]) in [(one["route"], one["keys"]) for one in documents]

    async def test_what_is_hidden_decides_and_is_not_shown(self, site: tuple[str, str]) -> None:
        rewrite(site[0], 'owner = "edi"', 'owner = "edi"\nmask = ["warehouse"]')
        explained = await try_message(site[0], "PO-0")
        rules = explained["interchanges"][0]["documents"][0]["rules"]
        assert [rule["after"] for rule in rules if rule["path"].startswith("warehouse")] == ["•••"]
        answer = await self.ask(site)
        (field,) = [group for group in answer["groups"] if group["what"] == "warehouse.identifiers.seller"]
        assert {example["after"] for example in field["examples"]} == {"•••"}

    async def test_a_test_is_made_of_a_message_that_came(self, site: tuple[str, str]) -> None:
        original = await original_of(site[0], "PO-0")
        made = await record_route_test(site[0], original, name="of a message", slug="of-a-message")
        write_recorded(made, Path(site[0]).parent / "route-tests", "of-a-message")
        assert (await run_route_tests(site[0]))["passed"] == 1
        assert b"SMITH" not in made.content


@pytest.mark.slow
async def test_two_thousand_messages_by_two_processes_are_decided_as_by_one(
    tmp_path: Path, postgres_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    before, after = (str(configured(tmp_path, name)) for name in ("before", "after"))
    await decide(postgres_url, database, snapshot(Path(before)), list(traffic(2_000)))
    terms: dict[str, Any] = {"since": datetime.now(UTC) - timedelta(days=1)}
    alone = await replay_decisions(before, after, processes=0, **terms)
    told: list[int] = []
    shared = await replay_decisions(before, after, processes=2, told=lambda done, _of: told.append(done), **terms)
    assert (shared["messages"], shared["changed_messages"]) == (2_000, alone["changed_messages"])
    assert groups(dict(shared)) == groups(dict(alone))
    assert (told == sorted(told), told[-1]) == (True, 2_000)
