"""Silence over the real tables: traffic counted by the hour, what is normal learned from it, owners told, and no more."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.calendar import Calendar
from gateway.domain.silence import Expected, SilenceTerms
from gateway.ports.traffic import STAGE
from gateway.stages.silence import EXPECTED, LEARNED, NoticeSilence
from gateway.store.traffic import PostgresTraffic
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store.rows import new_id
from tests.integration.operations_ground import Ground, id_at, in_force, late_morning, opened

PARTNERS = {"bigbox": "BigBox", "nordmart": "Nordmart"}


@pytest.fixture
async def ground(migrated_url: str) -> AsyncIterator[Ground]:
    async with opened(migrated_url) as ground:
        yield ground


def here() -> Calendar:
    """Where it is late in the morning now; not when this file was imported, which may be an hour ago."""
    return Calendar("here", ZoneInfo(late_morning()), {})


def notice(ground: Ground, **terms: Any) -> NoticeSilence:
    configuration = in_force(silence=SilenceTerms(calendar="here", **terms), calendars={"here": here()})
    return NoticeSilence(
        store=PostgresTraffic(ground.database),
        configuration=lambda: configuration,
        partners=lambda: PARTNERS,
        applications=lambda: ["wms-east"],
        channels=lambda: ["bigbox-as2", "nordmart-sftp"],
        troubles=ground.troubles(STAGE),
        observer=PrometheusObserver(strict=True),
    )


async def weeks(ground: Ground, number: int, *, each: int = 6, partner: str = "bigbox", channel: str = "bigbox-as2") -> None:
    """On the same weekday of so many weeks, so many orders in the morning."""
    for week in range(1, number + 1):
        for n in range(each):
            await ground.received(morning() - timedelta(weeks=week) + timedelta(seconds=n), partner=partner, channel=channel)


def morning() -> datetime:
    """Eight o'clock today, where it is past ten."""
    return datetime.now(here().zone).replace(hour=8, minute=0, second=0, microsecond=0)


async def told(ground: Ground) -> list[tuple[str, str, str]]:
    return [(code, owner, message) for code, _, owner, message in await ground.open_failures()]


class TestLearned:
    async def test_a_partner_that_sends_nothing_today_is_told_of_once(self, ground: Ground) -> None:
        await weeks(ground, 6)
        await weeks(ground, 6, partner="nordmart", channel="nordmart-sftp")
        await ground.received(morning(), partner="nordmart", channel="nordmart-sftp", document="purchase_order")
        rounds = notice(ground, without=frozenset({"nordmart"}))
        assert await rounds.round() == 1
        ((code, owner, message),) = await told(ground)
        assert (code, owner) == (LEARNED, "bigbox-desk")
        assert message.startswith("BigBox normally sends 6 purchase orders by 10:00 on ")
        assert "today none; the last one " in message
        await rounds.round()
        assert await ground.rows("select count from gateway.failure") == [(1,)]

    async def test_it_ends_by_itself_when_something_comes(self, ground: Ground) -> None:
        await weeks(ground, 6, each=2)
        rounds = notice(ground)
        assert await rounds.round() == 1
        for n in range(3):
            await ground.received(ground.now - timedelta(seconds=n))
        assert await rounds.round() == 0
        assert await told(ground) == []

    async def test_three_weeks_are_too_few(self, ground: Ground) -> None:
        await weeks(ground, 3)
        assert await notice(ground).round() == 0

    async def test_nothing_is_learned_where_that_is_switched_off(self, ground: Ground) -> None:
        await weeks(ground, 6)
        assert await notice(ground, learn=False).round() == 0


class TestCounting:
    async def counted(self, ground: Ground) -> list[Any]:
        return await ground.rows(
            "select source, document, sum(number)::bigint from gateway.traffic_hour group by 1, 2 order by 1, 2"
        )

    async def test_partners_by_document_applications_by_what_they_say(self, ground: Ground) -> None:
        at = ground.ago(minutes=90)
        await ground.received(at)
        await ground.received(at, document="invoice")
        await ground.received(at, channel="wms-east", partner="wms")
        await ground.received(at, channel="edi.outbound")
        await ground.insert(
            "order_event",
            id=id_at(at),
            source="wms-east",
            key="1",
            event="picked",
            test=False,
            lines="[]",
            total=False,
            links="[]",
            names=[],
            heard_at=at,
        )
        rounds = notice(ground)
        await rounds.round()
        expected = [("bigbox", "invoice", 1), ("bigbox", "purchase_order", 1), ("wms-east", "", 2)]
        assert await self.counted(ground) == expected
        await rounds.round()
        assert await self.counted(ground) == expected

    async def test_what_comes_later_is_added_and_what_is_old_is_forgotten(self, ground: Ground) -> None:
        rounds = notice(ground, weeks=4)
        await ground.received(ground.ago(days=30))
        await ground.received(ground.ago(days=90))
        await rounds.round()
        await ground.received(ground.now)
        await ground.insert(
            "traffic_hour", source="bigbox", document="x", hour=ground.ago(days=200), number=1, last_at=ground.ago(days=200)
        )
        await rounds.round()
        assert await self.counted(ground) == [("bigbox", "purchase_order", 2)]

    async def test_test_documents_count_for_nothing(self, ground: Ground) -> None:
        _, document = await ground.received(ground.now)
        await ground.rows("update gateway.document set test = true where id = $1", document)
        await notice(ground).round()
        assert await self.counted(ground) == []


class TestExpected:
    def expected(self, **changes: Any) -> Expected:
        terms = {"by": time(0, 0), "days": frozenset(range(7)), "at_least": 2, "timezone": "UTC", "owner": None, **changes}
        return Expected("stock", "bigbox", "inventory_report", **terms)

    async def test_what_somebody_expects_and_does_not_come(self, ground: Ground) -> None:
        rounds = notice(ground, learn=False, expected=(self.expected(),))
        await ground.received(ground.now)
        await ground.received(ground.now, document="inventory_report")
        assert await rounds.round() == 1
        ((code, _, message),) = await told(ground)
        assert code == EXPECTED
        assert message.startswith("BigBox is expected to send 2 or more inventory reports by 00:00; today 1; the last one ")
        await ground.received(ground.now, document="inventory_report")
        assert await rounds.round() == 0
        assert await told(ground) == []

    async def test_of_an_application_whatever_it_says_counts(self, ground: Ground) -> None:
        one = Expected("alive", "wms-east", None, time(0, 0), frozenset(range(7)), 1, "Europe/Copenhagen")
        rounds = notice(ground, learn=False, expected=(one,))
        assert await rounds.round() == 1
        await ground.insert(
            "order_event",
            id=new_id(),
            source="wms-east",
            key="1",
            event="picked",
            test=False,
            lines="[]",
            total=False,
            links="[]",
            names=[],
        )
        assert await rounds.round() == 0
