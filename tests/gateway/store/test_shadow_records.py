"""Comparisons for people: counted by partner, grouped by element, listed page by page."""

from dataclasses import replace
from uuid import UUID

import pytest

from gateway.domain.masks import MASK
from gateway.domain.shadow import Compared, Difference, Likeness
from gateway.ports.shadow import ShadowFilter
from gateway.security.body_cipher import AesGcmBodies
from gateway.store.database import Database
from gateway.store.shadow import PostgresShadow
from gateway.store.shadow_records import ShadowRecords
from gateway.store.work import PostgresWork
from tests.gateway.store.test_shadow import DIFFERENT, OURS_ALONE, SAME, THEIRS_ALONE, a_withheld

ALL = ShadowFilter()


@pytest.fixture
def records(database: Database) -> ShadowRecords:
    return ShadowRecords(database)


@pytest.fixture
async def kept(database: Database) -> None:
    """Four invoices and responses of BigBox, and one of NordMart."""
    await PostgresShadow(database).keep("bigbox", [SAME, DIFFERENT, THEIRS_ALONE, OURS_ALONE])
    await PostgresShadow(database).keep("nordmart", [SAME])


async def identities(records: ShadowRecords, wanted: ShadowFilter = ALL) -> list[str]:
    return [one.identity for one in await records.page("bigbox", wanted, after=None, limit=10)]


@pytest.mark.usefixtures("kept")
class TestTallies:
    async def test_are_by_partner_document_and_state(self, records: ShadowRecords) -> None:
        rows = await records.tallies(["bigbox", "nordmart", "acme"])
        assert [(row["partner"], row["name"], row["state"], row["count"]) for row in rows] == [
            ("bigbox", "invoice", "different", 1), ("bigbox", "invoice", "only_legacy", 1), ("bigbox", "invoice", "same", 1),
            ("bigbox", "order_response", "only_ours", 1), ("nordmart", "invoice", "same", 1),
        ]  # fmt: skip
        assert all(row["compared_at"] is not None for row in rows)

    async def test_of_nobody_are_none(self, records: ShadowRecords) -> None:
        assert await records.tallies([]) == []
        assert await records.withheld([]) == {}


class TestWithheld:
    async def test_is_told_from_first_to_last(self, records: ShadowRecords, work: PostgresWork, database: Database) -> None:
        await a_withheld(work)
        await a_withheld(work)
        async with database.connection() as connection:
            ends = "select min(created_at) as first, max(created_at) as last from gateway.delivery where state = 'withheld'"
            ((first, last),) = await connection.fetch(ends)
        found = await records.withheld(["bigbox", "nordmart"])
        assert found == {"bigbox": {"since": first, "until": last}, "nordmart": {"since": None, "until": None}}


@pytest.mark.usefixtures("kept")
class TestElements:
    async def test_are_counted_over_documents_however_often_one_has_them(
        self, records: ShadowRecords, database: Database
    ) -> None:  # fmt: skip
        price = Difference("lines[].price", "lines[2].price", "1", "2")
        more = replace(DIFFERENT, identity="invoice:9", differences=(*DIFFERENT.differences[1:], price, price))
        await PostgresShadow(database).keep("bigbox", [more])
        assert await records.elements("bigbox") == [
            {"document": "invoice", "element": "lines[].price", "documents": 2},
            {"document": "invoice", "element": "currency", "documents": 1},
        ]
        assert await records.elements("nordmart") == []


@pytest.mark.usefixtures("kept")
class TestPages:
    async def test_hold_all_but_what_is_the_same_in_its_order(self, records: ShadowRecords) -> None:
        assert await identities(records) == ["invoice:2", "invoice:3", "order:4711"]
        (one, *_) = await records.page("bigbox", ALL, after=None, limit=1)
        assert (one.document, one.state, one.legacy, one.differences) == (
            "invoice", Likeness.DIFFERENT, "810-2.edi", DIFFERENT.differences,
        )  # fmt: skip

    async def test_go_on_after_the_last_one(self, records: ShadowRecords) -> None:
        found, after = [], None
        while page := await records.page("bigbox", ALL, after=after, limit=1):
            found.append(page[0].identity)
            after = (page[0].document, page[0].identity)
        assert found == ["invoice:2", "invoice:3", "order:4711"]

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (ShadowFilter(document="order_response"), ["order:4711"]),
            (ShadowFilter(state=Likeness.ONLY_LEGACY), ["invoice:3"]),
            (ShadowFilter(element="lines[].price"), ["invoice:2"]),
            (ShadowFilter(element="lines[].%"), []),
            (ShadowFilter(document="invoice", state=Likeness.ONLY_OURS), []),
        ],
    )
    async def test_are_narrowed(self, records: ShadowRecords, wanted: ShadowFilter, found: list[str]) -> None:
        assert await identities(records, wanted) == found

    async def test_name_the_message_that_ours_belongs_to(
        self, records: ShadowRecords, work: PostgresWork, database: Database
    ) -> None:  # fmt: skip
        settlement = await a_withheld(work)
        ours = replace(OURS_ALONE, identity="order:1", ours=settlement.deliveries[1].id)
        await PostgresShadow(database).keep("bigbox", [ours, replace(ours, identity="order:2", ours=UUID(int=4711))])
        found = await records.page("bigbox", ShadowFilter(document="order_response"), after=None, limit=10)
        assert [one.message for one in found] == [settlement.transmissions[0][0], None, None]

    async def test_say_where_and_not_what_where_bodies_are_sealed(self, records: ShadowRecords, database: Database) -> None:
        database.seal_with(AesGcmBodies({"one": bytes(32)}, active="one"))
        sealed = Compared("invoice", "invoice:5", Likeness.DIFFERENT, None, "x", DIFFERENT.differences)
        await PostgresShadow(database).keep("bigbox", [sealed])
        found = await records.page("bigbox", ShadowFilter(element="currency"), after=("invoice", "invoice:2"), limit=10)
        assert [(one.identity, one.differences[0].legacy) for one in found] == [("invoice:5", MASK)]
