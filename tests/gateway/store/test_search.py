"""Searching: by everything that callers say, both ways, and never by reading all there is."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import asyncpg
import pytest

from gateway.domain.query import parse
from gateway.errors import QueryInvalid
from gateway.store.database import Database
from gateway.store.queries import queries
from gateway.store.records import PostgresRecords
from gateway.store.search import _LEADING, _Wanted, found_messages, id_at, instant, page_of_messages
from tests.gateway.store.seeded import DOCUMENTS, LITTLE, MANY, seed
from tests.servers.postgres import PostgresServer


async def execute(database: Database, sql: str, *arguments: object) -> list[Any]:
    async with database.connection() as connection:
        return list(await connection.fetch(sql, *arguments))


@pytest.mark.parametrize(
    ("written", "long"), [("90m", timedelta(minutes=90)), ("24h", timedelta(days=1)), ("7d", timedelta(days=7))]
)
def test_a_moment_may_be_said_by_how_long_ago_it_was(written: str, long: timedelta) -> None:
    moment = instant([written])
    assert moment is not None
    assert timedelta() <= datetime.now(UTC) - long - moment < timedelta(minutes=1)


@pytest.mark.parametrize("written", ["yesterday", "24", "h", "-1h", "999999d", "2026-13-01"])
def test_what_is_no_moment_is_told_with_how_to_write_one(written: str) -> None:
    with pytest.raises(QueryInvalid, match="is no date") as told:
        instant([written])
    assert "24h" in (told.value.remedy or "")


@pytest.fixture(scope="module")
def large_url(postgres: PostgresServer, schema: str) -> str:
    """A database with a hundred thousand documents, for those who only look."""
    url = postgres.url(postgres.create_database(template=schema))

    async def fill() -> None:
        connection = await asyncpg.connect(url)
        try:
            await seed(connection, MANY)
        finally:
            await connection.close()

    asyncio.run(fill())
    return url


@pytest.fixture
async def large(large_url: str) -> AsyncIterator[Database]:
    database = Database(large_url, timeout=60)
    await database.open()
    yield database
    await database.close()


async def listed(database: Database, text: str, limit: int = 50, before: str | None = None, *, inside: bool = True) -> list[Any]:
    return await found_messages(database, parse(text), limit, before, inside=inside)


class TestWhatCallersSay:
    """In a large database, so that nothing is found by luck."""

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("order:O-77777", 77777),
            ("O-77777", 77777),
            ("despatch:D-500", 500),
            ("sscc:00340000000000000500", 500),
            ("340000000000000500", 500),
            ("tracking:TR-500", 500),
            ("file:file-4242.edi", 4242),
            ("file-4242.edi", 4242),
            ("number:000077777", 77777),
            ('"000 077777"', 77777),
            ("mid:<m-300@as2>", 300),
            ("m-300@as2", 300),
            ("odoo:S77776", 77776),
            ("S77776", 77776),
            ("odoo:WH/OUT/00090", 90),
            ("progress:back_ordered", 90),
            ("owner:sales", 4000),
            ("partner:rare", 12345),
            ("channel:rare-channel", 12346),
            ("type:RARE", 23456),
            ("document:rare_document", 23457),
            ("state:conflict", 34567),
            ("state:in_doubt", 45678),
            ("state:voided", 45679),
            ("state:unreadable", 56789),
            ("state:blocked", 56790),
            ("target:rare-target", 67890),
            ("partner:partner-7 type:RARE", None),
            ("O-77777 S77777", 77777),
            ("O-77777 S77776", None),
            ("owner:nobody", None),
            ("partner:rare -type:850", None),
            ("partner:rare -type:999", 12345),
            ("nothing-of-the-kind", None),
        ],
    )
    async def test_is_found(self, large: Database, text: str, number: int | None) -> None:
        found = await listed(large, text)
        assert [row["size"] for row in found] == ([] if number is None else [number])

    @pytest.mark.parametrize(
        "text", ["partner:partner-3", "type:850", "state:routed", "direction:out", "target:odoo", "-type:RARE", ""]
    )
    async def test_pages_of_what_there_is_much_of_join(self, large: Database, text: str) -> None:
        whole = [row["id"] for row in await listed(large, text, 90)]
        paged: list[str] = []
        while len(paged) < 90:
            paged += [row["id"] for row in await listed(large, text, 30, paged[-1] if paged else None)]
        assert paged == whole
        assert whole == sorted(set(whole), reverse=True)  # the seeded ids are all in the order of their transmissions

    async def test_a_month_is_found_by_its_ids(self, large: Database) -> None:
        (row,) = await listed(large, "order:O-5")
        day = row["at"][:10]
        assert await listed(large, f"order:O-5 after:{day}")
        assert not await listed(large, f"order:O-5 before:{day}")

    async def test_what_stands_in_a_large_transmission_is_paged_as_well(self, large: Database) -> None:
        text = "file:large.edi"
        pages = [await listed(large, text, 400)]
        while len(pages[-1]) == 400:
            pages.append(await listed(large, text, 400, pages[-1][-1]["id"]))
        assert [len(page) for page in pages] == [400, 400, 200]
        assert len({row["id"] for page in pages for row in page}) == 1000

    async def test_the_story_is_found_by_the_same_words(self, large: Database) -> None:
        records = PostgresRecords(large)
        for word in ("O-77777", "file-4242.edi", "m-300@as2", "<m-300@as2>", "S77776", "WH/OUT/00090", "TR-500"):
            (row,) = await listed(large, f'"{word}"')
            assert [str(one) for one in await records.find(word)] == [row["transmission"]]


class TestBothWays:
    async def test_what_goes_out_is_a_row_with_what_is_awaited(self, large: Database) -> None:
        (row,) = await listed(large, "despatch:D-500")
        assert (row["direction"], row["type"], row["control_number"], row["document_number"]) == ("out", "856", "500", "0001")
        assert row["partner"] == "partner-0"
        assert [(one["kind"], one["state"]) for one in row["expectations"]] == [("997", "overdue")]
        assert [(one["target"], one["state"]) for one in row["deliveries"]] == [("partner-as2", "delivered")]
        assert row["outbound"]

    async def test_it_is_found_by_how_it_was_sent(self, large: Database) -> None:
        for text in ("type:856 despatch:D-500", "number:500 despatch:D-500", "direction:out despatch:D-500"):
            assert [row["size"] for row in await listed(large, text)] == [500]
        assert await listed(large, "direction:in despatch:D-500") == []
        assert await listed(large, "despatch:D-500 -direction:out") == []

    async def test_both_are_in_one_list(self, large: Database) -> None:
        assert {row["direction"] for row in await listed(large, "", 600)} == {"in", "out", "internal"}

    async def test_partners_see_what_was_sent_and_nothing_internal(self, large: Database) -> None:
        inner = await listed(large, "partner:partner-0 direction:internal")
        assert inner
        assert await listed(large, "partner:partner-0 direction:internal", inside=False) == []
        assert await listed(large, "despatch:D-1500") != []  # composed, never sealed
        assert await listed(large, "despatch:D-1500", inside=False) == []
        assert len(await listed(large, "despatch:D-500", inside=False)) == 1
        assert await listed(large, "S77776", inside=False) == []
        assert await listed(large, "state:in_doubt", inside=False) == []


class TestOddContent:
    @pytest.mark.parametrize(
        "text", ["a\x00b", "\ud800", "%", "'; drop table x --", "<script>alert(1)</script>", "x" * 5000, "{}", "\\", "é" * 300]
    )
    async def test_no_word_is_too_odd_to_be_looked_for(self, large: Database, text: str) -> None:
        plain = ("words", "file", "partner", "control_number", "message_id", "reference", "state")
        queries_of_it: list[dict[str, Any]] = [{name: [text]} for name in plain]
        for query in (*queries_of_it, {"keys": [("order", text)]}, {"not": {"type": [text]}, "partner": ["rare"]}):
            found = await found_messages(large, query, 5, None)
            assert len(found) == ("not" in query)

    async def test_a_name_of_ten_thousand_characters_is_stored_and_found(self, database: Database) -> None:
        names = ["n" * 10_000, "n" * 9_999, "<script>" + "é" * 4_000]
        for name in names:
            await execute(
                database,
                "insert into gateway.transmission (id, channel, name, sha256, size) values ($1, 'c', $2, '', 0)", uuid4(), name,
            )  # fmt: skip
        for name in names:
            assert [row["file"] for row in await found_messages(database, {"file": [name]}, 5, None)] == [name]

    async def test_a_cursor_of_nothing_that_is_there_is_a_place_all_the_same(self, large: Database) -> None:
        assert await listed(large, "partner:rare", 5, "00000000-0000-7000-8000-000000000000") == []
        assert len(await listed(large, "partner:rare", 5, "ffffffff-ffff-7fff-bfff-ffffffffffff")) == 1

    def test_ids_of_all_times(self) -> None:
        for text in ("0001-01-01", "1970-01-01", "2026-11-20T10:00", "9999-12-31"):
            moment = instant([text])
            assert moment is not None
            assert UUID(int=0) <= id_at(moment) < UUID(int=(1 << 128) - 1)


class TestPlans:
    """Each way of searching is by an index, and reads a number of rows that does not grow with what there is."""

    VALUES: ClassVar = {
        "search_all": None, "search_partner": ["partner-3", "rare"], "search_channel": ["inbox", "edi.outbound"],
        "search_published": ["partner-0", "rare"],
        "search_type": ["850", "RARE"], "search_name": ["purchase_order", "rare_document"],
        "search_state": ["rejected", "unreadable", "dead", "waiting", "received", "conflict"],
        "search_target": ["odoo", "rare-target"], "search_owner": ["sales"], "search_control_number": ["77777", "1"],
        "search_keys": ["order:O-77777"],
        "search_file": ["file-4242.edi", "common.edi"], "search_message_id": ["m-300@as2"], "search_reference": ["S77776"],
        "search_progress": ["back_ordered"], "search_word": ["O-77777", "77777", "common.edi"],
    }  # fmt: skip

    def test_there_is_a_plan_for_every_way(self) -> None:
        assert {name for name in queries() if name.startswith("search_")} == set(self.VALUES)
        assert {f"search_{name}" for name in _LEADING} <= set(self.VALUES)

    @pytest.mark.parametrize("name", [*VALUES])
    async def test_each_way_is_an_index(self, large: Database, name: str) -> None:
        more: tuple[object, ...] = (True, ["order", "invoice", "tracking"], None) if name == "search_word" else ()
        highest, lowest = UUID(int=(1 << 128) - 1), UUID(int=0)
        plan = await explained(large, name, self.VALUES[name], highest, lowest, 200, *more)
        assert not whole_tables(plan)
        assert rows_read(plan) < 10_000

    @pytest.mark.parametrize("text", ["", "4711", "target:odoo state:dead owner:sales", "-state:delivered reference:S1 number:7"])
    async def test_a_page_looks_at_its_transmissions_alone(self, large: Database, text: str) -> None:
        wanted = await execute(large, "select id from gateway.transmission order by id desc limit 200")
        highest = UUID(int=(1 << 128) - 1)
        arguments = _Wanted(parse(text), inside=True).arguments()
        plan = await explained(large, "messages", [row["id"] for row in wanted], highest, highest, 50, *arguments)
        assert not whole_tables(plan)
        assert rows_read(plan) < 10_000

    async def test_what_is_nearly_nowhere_ends_the_look_after_a_while_and_goes_on(self, large: Database) -> None:
        found: list[str] = []
        before: UUID | None = None
        for _ in range(100):
            page = await page_of_messages(large, parse("-type:850"), 50, before, looked_at=10_000)
            found += [str(row["id"]) for row in page.rows]
            before = page.after
            if before is None:
                break
        assert len(found) == len(set(found)) == 102  # what goes out, one of another type, and one that cannot be read

    @pytest.mark.parametrize("text", ["direction:out partner:partner-3", "before:{noon}", "partner:partner-3 before:{noon}"])
    async def test_next_to_nothing_is_looked_at_in_vain(
        self, large: Database, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        (row,) = await listed(large, "order:O-50007")
        looked: list[int] = []
        fetch = large.fetch

        async def counted(query: str, *arguments: Any, **more: Any) -> Sequence[Any]:
            rows = await fetch(query, *arguments, **more)
            looked.append(len(rows) if query.startswith("search_") else 0)
            return rows

        monkeypatch.setattr(large, "fetch", counted)
        found = await listed(large, text.format(noon=row["at"]))
        assert len(found) == (0 if "out" in text else 50)
        assert sum(looked) <= 500

    async def test_the_story_of_a_number_is_found_by_indexes(self, large: Database) -> None:
        plan = await explained(large, "find_transmissions", ["O-77777"], None, 20, ["order", "invoice"])
        assert not whole_tables(plan)
        assert rows_read(plan) < 10_000

    async def test_a_search_makes_few_statements(self, large: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        fetch = large.fetch

        async def counted(query: str, *arguments: Any, **more: Any) -> Sequence[Any]:
            asked.append(query)
            return await fetch(query, *arguments, **more)

        monkeypatch.setattr(large, "fetch", counted)
        for text in (
            "",
            "partner:partner-3",
            "O-77777",
            "partner:partner-3 type:850",
            "partner:partner-7 type:RARE",
            "target:odoo",
        ):
            asked.clear()
            await listed(large, text)
            assert len(asked) <= 4, (text, asked)


async def explained(database: Database, name: str, *arguments: object) -> dict[str, Any]:
    """What the server did for a query."""
    async with database.connection() as connection:
        text = await connection.fetchval(f"explain (analyze, format json, timing off) {queries()[name]}", *arguments)
    (answer,) = json.loads(text)
    plan: dict[str, Any] = answer["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for inner in plan.get("Plans", ()) for node in nodes(inner))]


def read_by(node: dict[str, Any]) -> float:
    """How many rows a part of a plan took from a table or an index each time, those that it left included."""
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(node["Actual Rows"] + removed)


def scans(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Looks into tables and indexes, but for tables that hold next to nothing here: to read all of those is the best plan."""
    found = [node for node in nodes(plan) if {"Relation Name", "Index Name"} & set(node) and node["Actual Loops"]]
    return [node for node in found if node["Node Type"] != "Seq Scan" or read_by(node) > LITTLE]


def whole_tables(plan: dict[str, Any]) -> list[str]:
    """Tables that were read from their beginning to their end."""
    return [node["Relation Name"] for node in scans(plan) if node["Node Type"] == "Seq Scan"]


def rows_read(plan: dict[str, Any]) -> float:
    """How many rows were taken out of tables and indexes."""
    return float(sum(read_by(node) * node["Actual Loops"] for node in scans(plan)))


async def test_what_is_seeded_is_as_much_as_it_says(large: Database) -> None:
    (row,) = await execute(large, "select count(*) as documents from gateway.document")
    assert row["documents"] == DOCUMENTS
