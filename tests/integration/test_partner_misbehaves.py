"""A partner who misbehaves, and what the gateway makes of it: over AS2 and SFTP, one way of misbehaving after the other."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

from gateway.simulators.partner import Answering, Manners, Receipting, Sending, SimulatedPartner
from tests.partners.site import Trading, trading_site
from tests.servers.postgres import PostgresServer
from tests.servers.process import repeat

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 30.0
_ORDERS = count(1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(postgres: PostgresServer, schema: str) -> AsyncIterator[Trading]:
    name = postgres.create_database(template=schema)
    with TemporaryDirectory(prefix="edi-partners-") as folder:
        async with trading_site(Path(folder), postgres.url(name)) as trading:
            yield trading
    postgres.drop_database(name)


class Play:
    """One partner of this test, with control numbers and orders that no other test has."""

    def __init__(self, site: Trading, name: str, *ways: Any, delay: float = 0.0) -> None:
        self.site, self.name, self.number = site, name, next(_ORDERS)
        self.orders = [f"PO-{self.number}-A", f"PO-{self.number}-B"]
        self.manners = Manners(
            frozenset(way for way in ways if isinstance(way, Sending)),
            frozenset(way for way in ways if isinstance(way, Answering)),
            frozenset(way for way in ways if isinstance(way, Receipting)),
            delay,
        )

    def partner(self) -> Any:
        """The partner on its line."""
        return self.site.partner(self.name, self.manners, first=self.number * 100)

    async def sends(self, partner: SimulatedPartner, *, orders: int = 1) -> None:
        await self.site.order(partner, self.name, *self.orders[:orders])

    async def finds(self, sql: str, *wanted: tuple[Any, ...]) -> None:
        """Wait until the database says this of the interchanges and orders of this test: $1 and $2 are patterns of them."""
        found: list[tuple[Any, ...]] = []

        async def there() -> bool:
            rows = await self.site.rows(sql, f"%{self.number}__", f"%PO-{self.number}-_%")
            found[:] = [tuple(row.values()) for row in rows]
            return found == [*wanted]

        try:
            await repeat(there, within=PATIENCE)
        except TimeoutError:
            raise AssertionError(f"there is {found}, and not {wanted}") from None


RECEIVED = """
select state from gateway.interchange
where ltrim(control_number, '0') like $1 and $2 <> '' and partner is not null order by 1"""
DOCUMENTS = """
select state from gateway.document
where array_to_string(keys, ' ') like $2 and $1 <> '' and type in ('850', 'ORDERS') order by 1"""
EXPECTED = """
select distinct e.kind, e.state from gateway.expectation e
join gateway.outbound_document d on d.outbound = e.outbound
where array_to_string(d.keys, ' ') like $2 and $1 <> '' and e.kind = any('{997,CONTRL}') order by 1"""


def refused(partner: SimulatedPartner) -> list[str]:
    return [act.said for act in partner.acts if act.did == "refused"]


def acknowledged(partner: SimulatedPartner) -> list[str]:
    return sorted(act.said for act in partner.acts if act.did == "received" and act.what in ("997", "TA1", "CONTRL"))


class TestSending:
    async def test_one_interchange_twice_is_processed_once(self, site: Trading) -> None:
        play = Play(site, "lakeside", Sending.DUPLICATE)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await play.finds(RECEIVED, ("accepted",), ("duplicate",))
            await play.finds(DOCUMENTS, ("routed",))

    async def test_another_order_under_the_same_control_number_is_refused(self, site: Trading) -> None:
        play = Play(site, "lakeside", Sending.REUSED_NUMBER)
        async with play.partner() as lakeside:
            await play.sends(lakeside, orders=2)
            await play.finds(RECEIVED, ("accepted",), ("conflict",))
            await lakeside.until(lambda one: {*acknowledged(one)} == {"accepted", "rejected"}, within=PATIENCE)

    async def test_what_comes_backwards_is_taken_all_the_same(self, site: Trading) -> None:
        play = Play(site, "lakeside", Sending.OUT_OF_ORDER)
        async with play.partner() as lakeside:
            await play.sends(lakeside, orders=2)
            assert [act.number for act in lakeside.acts if act.did == "sent"] == [f"{play.number}01", f"{play.number}00"]
            await play.finds(DOCUMENTS, ("routed",), ("routed",))

    async def test_an_interchange_without_its_end_is_refused_as_a_whole(self, site: Trading) -> None:
        play = Play(site, "lakeside", Sending.TRUNCATED)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await play.finds(RECEIVED, ("refused",))
            await lakeside.until(lambda one: acknowledged(one) == ["rejected"], within=PATIENCE)

    async def test_what_is_addressed_to_somebody_else_is_refused(self, site: Trading) -> None:
        play = Play(site, "lakeside", Sending.WRONG_RECEIVER)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await play.finds(RECEIVED, ("refused",))

    @pytest.mark.parametrize(
        ("way", "reason"), [(Sending.UNSIGNED, "insufficient-message-security"), (Sending.WRONG_KEY, "authentication-failed")]
    )
    async def test_what_proves_nobody_is_refused_by_its_receipt(self, site: Trading, way: Sending, reason: str) -> None:
        play = Play(site, "lakeside", way)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            assert [reason in said for said in refused(lakeside)] == [True]
            await play.finds(DOCUMENTS)

    async def test_two_files_of_one_name_are_two(self, site: Trading) -> None:
        play = Play(site, "nordmart", Sending.SAME_NAME)
        async with play.partner() as nordmart:
            await play.sends(nordmart, orders=2)
            assert len({act.name for act in nordmart.acts if act.did == "sent"}) == 1
            await play.finds(DOCUMENTS, ("routed",), ("routed",))

    async def test_half_a_file_is_left_alone_until_it_is_whole(self, site: Trading) -> None:
        play = Play(site, "nordmart", Sending.HALF_WRITTEN)
        async with play.partner() as nordmart:
            sending = asyncio.create_task(play.sends(nordmart))
            await nordmart.until(lambda one: any(act.did == "withheld" for act in one.acts), within=PATIENCE)
            await play.finds(RECEIVED)
            nordmart.finish.set()
            await sending
            await play.finds(DOCUMENTS, ("routed",))


class TestAnswering:
    @pytest.mark.parametrize(
        ("way", "state"),
        [
            (Answering.LATE, "accepted"),
            (Answering.DUPLICATE, "accepted"),
            (Answering.REJECTED, "rejected"),
            (Answering.PARTIAL, "rejected"),
            (Answering.CONTRADICTORY, "contradicted"),
        ],
    )
    async def test_the_ledger_says_what_the_partner_said(self, site: Trading, way: Answering, state: str) -> None:
        play = Play(site, "lakeside", way, delay=0.5)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await play.finds(EXPECTED, ("997", state))

    async def test_an_answer_that_never_comes_is_waited_for(self, site: Trading) -> None:
        play = Play(site, "lakeside", Answering.MISSING)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await lakeside.until(lambda one: any(act.did == "withheld" for act in one.acts), within=PATIENCE)
            await play.finds(EXPECTED, ("997", "expected"))

    @pytest.mark.parametrize("way", [Answering.WRONG_NUMBER, Answering.TRUNCATED])
    async def test_an_answer_to_nothing_answers_nothing(self, site: Trading, way: Answering) -> None:
        play = Play(site, "lakeside", way)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await lakeside.until(lambda one: any(act.did == "answered" for act in one.acts), within=PATIENCE)
            await play.finds(EXPECTED, ("997", "expected"))


RECEIPT = """
select distinct e.state from gateway.expectation e join gateway.outbound_document d on d.outbound = e.outbound
where array_to_string(d.keys, ' ') like $2 and $1 <> '' and e.kind = 'MDN'"""


class TestReceipts:
    @pytest.mark.parametrize("way", [Receipting.WRONG_MIC, Receipting.UNSIGNED, Receipting.WRONG_KEY, Receipting.REFUSED])
    async def test_a_receipt_that_proves_nothing_proves_nothing(self, site: Trading, way: Receipting) -> None:
        play = Play(site, "lakeside", way)
        async with play.partner() as lakeside:
            await play.sends(lakeside)
            await lakeside.until(lambda one: any(act.what == "855" for act in one.acts), within=PATIENCE)
            await play.finds(f"{RECEIPT} and e.state in ('accepted', 'accepted_with_errors')")
