"""Shadow in PostgreSQL: what was withheld comes in its order, comparisons take the place of earlier ones and go in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.domain.masks import MASK
from gateway.domain.record import BodyRow, OutboundRow
from gateway.domain.retention import Period
from gateway.domain.shadow import Compared, Difference, Likeness
from gateway.ports import Settlement
from gateway.security.body_cipher import AesGcmBodies
from gateway.store.database import Database
from gateway.store.retention import PostgresRetention
from gateway.store.shadow import PostgresShadow
from gateway.store.work import PostgresWork
from tests.gateway.store import rows
from tests.gateway.store.test_partitions import execute

DAYS = timedelta(days=1)
MONTH = Period(30 * DAYS)
OURS = UUID(int=7)
SAME = Compared("invoice", "invoice:1", Likeness.SAME, OURS, "810-1.edi")
DIFFERENT = Compared(
    "invoice", "invoice:2", Likeness.DIFFERENT, UUID(int=8), "810-2.edi",
    (Difference("currency", "currency", None, "EUR"), Difference("lines[].price", "lines[1].price", "2.50", None)),
)  # fmt: skip
THEIRS_ALONE = Compared("invoice", "invoice:3", Likeness.ONLY_LEGACY, None, "810-3.edi")
OURS_ALONE = Compared("order_response", "order:4711", Likeness.ONLY_OURS, UUID(int=9), "")


@pytest.fixture
def shadow(database: Database) -> PostgresShadow:
    return PostgresShadow(database)


@pytest.fixture
def retention(database: Database) -> PostgresRetention:
    return PostgresRetention(database)


async def a_withheld(work: PostgresWork, *, partner: str = "bigbox", state: str = "withheld", routed: bytes = b"") -> Settlement:
    """A document that would have gone to an application, and an interchange that would have answered it."""
    transmission = rows.transmission(partner=partner)
    await work.receive([transmission], [(transmission.id, 0, b"ISA")])
    claim = rows.new_id()
    await work.claim_transmissions([transmission.id], claim=claim, lasting=timedelta(minutes=1))
    interchange = rows.interchange(transmission.id, partner=partner)
    document = rows.document(transmission.id, interchange.id, partner=partner)
    outbound = OutboundRow(rows.new_id(), transmission.id, partner, "x12", "997", "ZZ:US", "01:BIGBOX", "7", False, b"ISA*997")
    changes = {"partner": partner, "state": state}
    settlement = Settlement(
        transmissions=[(transmission.id, "translated")],
        interchanges=[interchange],
        documents=[document],
        canonical=[BodyRow(transmission.id, document.id, b'{"number": "4711"}')],
        routed=[BodyRow(transmission.id, document.id, routed)] if routed else [],
        outbounds=[outbound],
        deliveries=[
            rows.delivery(transmission.id, document=document.id, target="odoo", **changes),
            rows.delivery(transmission.id, outbound=outbound.id, target="bigbox-as2", idempotency_key="key_2", **changes),
        ],
    )
    async with work.settlement() as session:
        await session.settle(claim, settlement)
    return settlement


class TestWhatWasWithheld:
    async def test_is_told_in_its_order_with_what_would_have_gone(self, shadow: PostgresShadow, work: PostgresWork) -> None:
        settlement = await a_withheld(work)
        application, partner = await shadow.withheld("bigbox", since=None, after=None, limit=10)
        assert [one.id for one in (application, partner)] == [one.id for one in settlement.deliveries]
        assert application[1:] == ("odoo", None, "purchase_order", ("order:4711",), b'{"number": "4711"}')
        assert partner[1:] == ("bigbox-as2", b"ISA*997", None, (), None)

    async def test_of_a_document_that_its_route_changed_the_changed_one_counts(
        self, shadow: PostgresShadow, work: PostgresWork
    ) -> None:
        await a_withheld(work, routed=b'{"number": "X-4711"}')
        told = await shadow.withheld("bigbox", since=None, after=None, limit=1)
        assert [one.json for one in told] == [b'{"number": "X-4711"}']

    async def test_is_neither_what_went_out_nor_what_was_for_somebody_else(
        self, shadow: PostgresShadow, work: PostgresWork
    ) -> None:
        await a_withheld(work, state="delivered")
        await a_withheld(work, partner="nordmart")
        assert await shadow.withheld("bigbox", since=None, after=None, limit=10) == []

    async def test_comes_page_by_page_without_a_gap(self, shadow: PostgresShadow, work: PostgresWork) -> None:
        expected = [one.id for _ in range(3) for one in (await a_withheld(work)).deliveries]
        told: list[UUID] = []
        while page := await shadow.withheld("bigbox", since=None, after=told[-1] if told else None, limit=4):
            told += [one.id for one in page]
        assert told == sorted(expected)

    async def test_may_be_asked_for_since_a_moment(self, shadow: PostgresShadow, work: PostgresWork, database: Database) -> None:
        old, new = await a_withheld(work), await a_withheld(work)
        for one in old.deliveries:
            await execute(
                database, "update gateway.delivery set created_at = created_at - $2::interval where id = $1", one.id, DAYS
            )
        since = datetime.now(UTC) - DAYS / 2
        told = await shadow.withheld("bigbox", since=since, after=None, limit=10)
        assert [one.id for one in told] == [one.id for one in new.deliveries]


class TestComparisons:
    async def test_come_back_as_they_were_but_for_what_is_the_same(self, shadow: PostgresShadow) -> None:
        await shadow.keep("bigbox", [OURS_ALONE, THEIRS_ALONE, DIFFERENT, SAME])
        assert await shadow.kept("bigbox") == [DIFFERENT, THEIRS_ALONE, OURS_ALONE]
        assert await shadow.counts("bigbox") == [
            ("invoice", "different", 1), ("invoice", "only_legacy", 1), ("invoice", "same", 1),
            ("order_response", "only_ours", 1),
        ]  # fmt: skip

    async def test_say_where_and_not_what_where_bodies_are_sealed(self, database: Database, shadow: PostgresShadow) -> None:
        database.seal_with(AesGcmBodies({"one": bytes(32)}, active="one"))
        await shadow.keep("bigbox", [DIFFERENT])
        (kept,) = await shadow.kept("bigbox")
        assert [(one.path, one.ours, one.legacy) for one in kept.differences] == [
            ("currency", None, MASK), ("lines[1].price", MASK, None)
        ]  # fmt: skip

    async def test_are_of_one_partner_alone(self, shadow: PostgresShadow) -> None:
        await shadow.keep("bigbox", [DIFFERENT])
        assert await shadow.kept("nordmart") == []
        assert await shadow.counts("nordmart") == []

    async def test_take_the_place_of_earlier_ones(self, shadow: PostgresShadow) -> None:
        await shadow.keep("bigbox", [DIFFERENT, THEIRS_ALONE])
        await shadow.keep("bigbox", [replace(DIFFERENT, state=Likeness.SAME, differences=())])
        assert await shadow.kept("bigbox") == [THEIRS_ALONE]
        assert await shadow.counts("bigbox") == [("invoice", "only_legacy", 1), ("invoice", "same", 1)]

    async def test_of_nothing_are_nothing(self, shadow: PostgresShadow) -> None:
        await shadow.keep("bigbox", [])
        assert await shadow.counts("bigbox") == []

    @pytest.mark.parametrize(
        ("text", "stored"),
        [
            ("Größe 42 €", "Größe 42 €"),
            ('"quoted" \\ and {braces}', '"quoted" \\ and {braces}'),
            ("a\x00b", "a\ufffdb"),
            ("\udcff.edi", "\ufffd.edi"),
        ],
    )
    async def test_may_hold_whatever_files_and_their_names_do(self, shadow: PostgresShadow, text: str, stored: str) -> None:
        """Bytes that are no UTF-8 in the name of a file, and NUL in a document, are not ours to choose."""
        differences = (Difference("a", f"a[{text}]", text, None),)
        await shadow.keep("bigbox", [Compared("invoice", text, Likeness.DIFFERENT, OURS, text, differences)])
        (told,) = await shadow.kept("bigbox")
        assert (told.identity, told.legacy) == (stored, stored)
        assert told.differences == (Difference("a", f"a[{stored}]", stored, None),)

    async def test_of_a_document_with_an_endless_number_are_kept_under_a_shorter_one(self, shadow: PostgresShadow) -> None:
        some = [Compared("invoice", "7" * 9_000 + end, Likeness.ONLY_LEGACY, None, "all.edi") for end in "12"]
        await shadow.keep("bigbox", some)
        assert [len(one.identity) for one in await shadow.kept("bigbox")] == [200, 200]


class TestPurging:
    async def age(self, database: Database, identity: str, days: int) -> None:
        sql = "update gateway.shadow_comparison set compared_at = compared_at - $2::interval where identity = $1"
        await execute(database, sql, identity, days * DAYS)

    async def test_comparisons_go_when_their_time_is_over_and_no_earlier(
        self, shadow: PostgresShadow, retention: PostgresRetention, database: Database
    ) -> None:
        await shadow.keep("bigbox", [DIFFERENT, THEIRS_ALONE])
        await self.age(database, "invoice:2", 31)
        await self.age(database, "invoice:3", 29)
        assert await retention.purge_keys(MONTH, limit=10) == 1
        assert await shadow.kept("bigbox") == [THEIRS_ALONE]

    async def test_what_was_compared_again_is_young_again(
        self, shadow: PostgresShadow, retention: PostgresRetention, database: Database
    ) -> None:
        await shadow.keep("bigbox", [DIFFERENT])
        await self.age(database, "invoice:2", 31)
        await shadow.keep("bigbox", [DIFFERENT])
        assert await retention.purge_keys(MONTH, limit=10) == 0
        assert await shadow.kept("bigbox") == [DIFFERENT]

    async def test_no_more_go_at_once_than_are_asked_for(
        self, shadow: PostgresShadow, retention: PostgresRetention, database: Database
    ) -> None:
        some = [Compared("invoice", f"invoice:{n}", Likeness.ONLY_LEGACY, None, "all.edi") for n in range(5)]
        await shadow.keep("bigbox", some)
        for one in some:
            await self.age(database, one.identity, 31)
        assert [await retention.purge_keys(MONTH, limit=2) for _ in range(4)] == [2, 2, 1, 0]

    async def test_where_envelopes_are_kept_for_ever_comparisons_are(
        self, shadow: PostgresShadow, retention: PostgresRetention, database: Database
    ) -> None:
        await shadow.keep("bigbox", [DIFFERENT])
        await self.age(database, "invoice:2", 10_000)
        assert await retention.purge_keys(Period(None), limit=10) == 0
        assert await shadow.kept("bigbox") == [DIFFERENT]

    async def test_with_the_content_of_a_document_goes_what_differs_in_it(
        self, shadow: PostgresShadow, work: PostgresWork, database: Database
    ) -> None:
        """Differences quote the document: they must not outlive it."""
        purged, left = await a_withheld(work), await a_withheld(work)
        ours = [purged.deliveries[0].id, left.deliveries[0].id]
        kept = [Compared("invoice", f"invoice:{n}", Likeness.DIFFERENT, one, "") for n, one in enumerate(ours)]
        await shadow.keep("bigbox", [*kept, THEIRS_ALONE])
        await database.fetch("purge_canonical", [purged.transmissions[0][0]], [30 * DAYS])
        assert await shadow.kept("bigbox") == [kept[1], THEIRS_ALONE]
        application, _, *_ = await shadow.withheld("bigbox", since=None, after=None, limit=10)
        assert application.json is None
