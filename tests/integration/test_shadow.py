"""A gateway in shadow beside another one: all is decided and written, nothing is handed over, and both are compared."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

from gateway.bootstrap import compare_shadow, shadow_status
from gateway.bootstrap.office import Office
from gateway.domain.history import CHANNEL
from gateway.domain.shadow import Likeness
from gateway.ports import Handover
from gateway.simulators.partner import Agreed, TradingPartner, answers_to
from gateway.simulators.partner.samples import order_response_to
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive import pieces, transmission_row
from gateway.store.work import PostgresWork
from gateway.system import TimeOrderedIds
from tests.partners.site import Trading, trading_site
from tests.servers.postgres import PostgresServer
from tests.servers.process import repeat
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Family

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 30.0
NEW_ID = TimeOrderedIds()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(postgres: PostgresServer, schema: str) -> AsyncIterator[Trading]:
    name = postgres.create_database(template=schema)
    with TemporaryDirectory(prefix="edi-shadow-") as folder:
        async with trading_site(Path(folder), postgres.url(name), shadow="lakeside") as trading:
            yield trading
    postgres.drop_database(name)


@pytest.fixture
def office(site: Trading) -> Office:
    return Office(site.settings, site.database, "", "test")


async def until(site: Trading, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        found[:] = await site.rows(sql)
        return bool(found)

    try:
        await repeat(there, within=PATIENCE)
    except TimeoutError:
        raise AssertionError(await site.rows("select code, message from gateway.failure")) from None
    return found


async def hand_over(site: Trading, channel: str, partner: str, body: bytes) -> None:
    handover = Handover(NEW_ID(), channel, partner, "file", body, idempotency_key=str(NEW_ID()))
    await PostgresWork(site.database).receive([transmission_row(handover)], pieces(handover.id, body))


def legacy_side(site: Trading) -> TradingPartner:
    """The other gateway, as the partner sees it: under our name, with control numbers of its own."""
    said = site.spoken["lakeside"]
    return TradingPartner(Family.X12, identity=said.other, other=said.identity, first=70_001)


def ordered(number: str, lines: int = 2) -> PurchaseOrder:
    items = [
        {"number": str(n), "item": {"identifiers": {"seller": f"I{n}"}}, "quantity": {"value": 10, "unit": "EA"}}
        for n in range(1, lines + 1)
    ]
    return PurchaseOrder.model_validate({"number": number, "issued": "2026-03-02", "lines": items})


def answer(number: str, own: str = "R-1") -> Any:
    return order_response_to(ordered(number), number=own, issued=datetime(2026, 3, 2, tzinfo=UTC).date(), refused=False)


async def test_what_comes_in_is_decided_and_kept_and_nothing_leaves(site: Trading) -> None:
    async with site.partner("lakeside", first=100) as lakeside:
        await site.order(lakeside, "lakeside", "S-1")
        await until(site, "select 1 from gateway.document where state = 'kept' and route = 'orders' and 'order:S-1' = any(keys)")
        rows = await site.rows(
            "select d.target, d.state from gateway.delivery d join gateway.document m on m.transmission = d.transmission "
            "where 'order:S-1' = any(m.keys) order by 1"
        )
        assert rows == [{"target": "lakeside-as2", "state": "withheld"}, {"target": "odoo", "state": "withheld"}]
        assert not [act for act in lakeside.acts if act.did == "received"]
    answers = "select a.type from gateway.acknowledgement a join gateway.interchange i on i.id = a.interchange"
    assert {row["type"] for row in await site.rows(f"{answers} where i.partner = 'lakeside'")} == {"997"}
    for table in ("trade_order", "expectation", "failure"):
        assert await site.rows(f"select * from gateway.{table} where partner = 'lakeside'") == [], table
    published = "select 1 from gateway.outbox o join gateway.document d on d.id = o.document where d.partner = 'lakeside'"
    assert await site.rows(published) == []
    assert await site.people.call("sale.order", "search", [[["client_order_ref", "=", "S-1"]]]) == []


async def test_what_a_partner_answers_to_the_other_gateway_answers_nothing_of_ours(site: Trading) -> None:
    async with site.partner("lakeside", first=200) as lakeside:
        before = len(await site.rows("select 1 from gateway.document where state = 'consumed'"))
        other = legacy_side(site)
        sent = other.written(answer("S-9"), "855", "004010", prepared=datetime.now(UTC))
        (interchange,) = lakeside.side.interchanges(sent)
        (reply,) = answers_to(lakeside.side, interchange, Agreed({}, {}), (), prepared=datetime.now(UTC))
        await hand_over(site, "lakeside-as2", "lakeside", reply.contents)
        await until(site, f"select 1 from gateway.document where state = 'consumed' offset {before}")
        assert await site.rows("select code from gateway.failure where partner = 'lakeside'") == []


async def test_both_are_compared_until_nothing_differs(site: Trading, office: Office) -> None:
    async with site.partner("lakeside", first=300) as lakeside:
        await site.order(lakeside, "lakeside", "S-2")
        await hand_over(site, OUTBOUND, "lakeside", answer("S-2").to_json())
        await until(site, "select 1 from gateway.outbound_document where 'order:S-2' = any(keys)")
        await until(site, "select 1 from gateway.document where state = 'kept' and 'order:S-2' = any(keys) and type = '850'")

    other = legacy_side(site)
    now = datetime.now(UTC)
    said = answer("S-2").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    wrong = {**said, "lines": [{**said["lines"][0], "quantity": {"value": "9", "unit": "EA"}}, said["lines"][1]]}
    model = type(answer("S-2"))
    files = [("855-1.edi", other.written(model.model_validate(wrong), "855", "004010", prepared=now)), ("readme.txt", b"hello")]
    made = await compare_shadow(office, "lakeside", files)
    (compared,) = [one for one in made.compared if one.name == "order_response"]
    assert compared.state is Likeness.DIFFERENT
    assert [(one.element, one.ours, one.legacy) for one in compared.differences] == [("lines[].quantity.value", "10", "9")]
    assert made.unread == ("readme.txt",)

    status = await shadow_status(office, "lakeside")
    assert not status["ready"]
    assert ("order_response", "lines[].quantity.value", 1) in [
        (one["document"], one["element"], one["documents"]) for one in status["differences"]
    ]
    assert {one["agreement"]: one["shadow"] for one in status["agreements"]}["lakeside-850"]
    json.dumps(status)

    right = {**said, "lines": said["lines"][::-1]}  # lines in another order say the same
    files = [("855-2.edi", other.written(model.model_validate(right), "855", "004010", prepared=now))]
    made = await compare_shadow(office, "lakeside", files)
    assert [one.state for one in made.compared if one.name == "order_response"] == [Likeness.SAME]


async def test_a_partner_that_is_cut_over_is_served_beside_it(site: Trading) -> None:
    async with site.partner("nordmart") as nordmart:
        await site.order(nordmart, "nordmart", "S-3")
        await nordmart.until(lambda one: bool(one.documents("CONTRL")), within=PATIENCE)
        rows = await until(site, "select distinct state from gateway.document where 'order:S-3' = any(keys) and type = 'ORDERS'")
        assert rows == [{"state": "routed"}]


async def test_history_is_stored_and_found_and_nothing_follows(site: Trading) -> None:
    async with site.partner("nordmart", first=900) as nordmart:
        said = site.spoken["nordmart"]
        assert said.orders is not None
        old = nordmart.side.written(ordered("OLD-1"), said.orders.type, said.orders.version, prepared=datetime.now(UTC))
        await hand_over(site, CHANNEL, "nordmart", old)
        await until(site, "select 1 from gateway.document where state = 'kept' and 'order:OLD-1' = any(keys)")
        of_it = "(select transmission from gateway.document where 'order:OLD-1' = any(keys))"
        for table in ("delivery", "acknowledgement", "failure_case"):
            assert await site.rows(f"select * from gateway.{table} where transmission in {of_it}") == [], table
        assert await site.rows("select 1 from gateway.trade_order where number = 'OLD-1'") == []

        again = nordmart.side.written(ordered("OLD-1"), said.orders.type, said.orders.version, prepared=datetime.now(UTC))
        await hand_over(site, "nordmart-sftp", "nordmart", again)
        states = await until(site, "select state from gateway.document where 'order:OLD-1' = any(keys) and state <> 'kept'")
        assert states == [{"state": "duplicate"}]
        await nordmart.until(lambda one: bool(one.documents("CONTRL")), within=PATIENCE)
