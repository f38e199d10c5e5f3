"""Three partners of different kinds, onboarded by configuration alone: a file each in tests/partners/trading/partners.

X12 over AS2, EDIFACT over SFTP, UBL over HTTP. Each orders, gets its acknowledgement at once, then order response, despatch
advice and invoice as Odoo goes on, and acknowledges those; at the end the ledger waits for nothing.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.cli.simulate.people import People
from gateway.simulators.partner import SimulatedPartner
from tests.partners.site import PARTNERS, Trading, trading_site
from tests.servers.process import repeat

KINDS = {
    "lakeside": ("997", "855", "856", "810"),
    "nordmart": ("CONTRL", "ORDRSP", "DESADV", "INVOIC"),
    "havn": ("ApplicationResponse", "OrderResponse", "DespatchAdvice", "Invoice"),
}
OWED = {"lakeside": {"MDN": 1, "997": 3}, "nordmart": {"CONTRL": 3}, "havn": {"ApplicationResponse": 3}}
PATIENCE = 60.0


async def traded(site: Trading, partner: SimulatedPartner, name: str) -> None:
    """The whole of an order, from the partner's file to its acknowledgement of the invoice."""
    acknowledgement, response, despatch, invoice = KINDS[name]
    people, number = People(site.people), f"{name}-4711"
    await site.order(partner, name, number)
    for kind in (acknowledgement, response):
        await came(partner, kind)
    await people.deliver(number)
    await came(partner, despatch)
    await people.bill(number)
    await came(partner, invoice)
    await partner.rest()


async def came(partner: SimulatedPartner, kind: str) -> None:
    await partner.until(lambda one: bool(one.documents(kind)), within=PATIENCE)


async def owed(site: Trading) -> dict[str, dict[str, int]]:
    """By partner and kind, how many of its answers were matched with what they answer, and accept it."""
    rows = await site.rows("select partner, kind, count(*) from gateway.expectation where state = 'accepted' group by 1, 2")
    return {name: {row["kind"]: row["count"] for row in rows if row["partner"] == name} for name in PARTNERS}


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_each_orders_is_answered_and_answers_by_what_its_file_says(tmp_path: Path, migrated_url: str) -> None:
    async with trading_site(tmp_path, migrated_url) as site, AsyncExitStack() as stack:
        partners = {name: await stack.enter_async_context(site.partner(name)) for name in PARTNERS}
        async with asyncio.TaskGroup() as group:
            for name, partner in partners.items():
                group.create_task(traded(site, partner, name))

        async def matched() -> bool:
            return await owed(site) == OWED

        await repeat(matched, within=PATIENCE)
        assert await site.rows("select kind, state from gateway.expectation where state <> 'accepted'") == []
        assert await site.rows("select code, message from gateway.failure where code <> 'unreachable'") == []
        for name, partner in partners.items():
            assert next(act.said for act in partner.acts if act.what == KINDS[name][0]) == "accepted"
            assert not [act for act in partner.acts if act.did in ("refused", "failed")]


def test_nothing_of_a_partner_is_python() -> None:
    folder = Path(__file__).parents[1] / "partners" / "trading"
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".toml"}
    assert {path.stem for path in (folder / "partners").iterdir()} == set(PARTNERS)
