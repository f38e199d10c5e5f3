"""Partners read what became of their transmissions, of nobody else's, and nothing of what lies behind the gateway."""

from typing import Any
from uuid import UUID

import pytest

from gateway.errors import StoreUnavailable
from tests.gateway.channels.conftest import TOKENS, Site, problem

MINE, ACK = UUID(int=10), UUID(int=11)
BASE = f"/v1/partners/bigbox/transmissions/{MINE}"
PARTS = ["", "/interchanges", "/documents", "/findings", "/acknowledgements", f"/acknowledgements/{ACK}/content"]
FINDING = {"code": "count-wrong", "message": "SE01 says 5, there are 4"}
VIEW: dict[str, Any] = {
    "id": str(MINE),
    "partner": "bigbox",
    "channel": "bigbox-http",
    "name": "order.edi",
    "state": "translated",
    "size": 4,
    "findings": [{"code": "between"}],
    "failures": [{"code": "product-unknown", "message": "odoo at erp.internal said no", "owner": "sales"}],
    "deliveries": [{"target": "odoo"}],
    "interchanges": [
        {
            "id": "i-1",
            "family": "x12",
            "verdict": "partly_accepted",
            "agreement": "internal",
            "findings": [{"code": "at-envelope"}],
            "documents": [{"id": "d-1", "type": "850", "keys": {"order": "PO1"}, "findings": [FINDING], "deliveries": ["odoo"]}],
            "acknowledgements": [{"id": str(ACK), "type": "997", "verdict": "partly_accepted"}],
        }
    ],
}


@pytest.fixture(autouse=True)
def stored(site: Site) -> None:
    site.records.views[MINE] = VIEW
    site.records.acknowledgements[ACK] = ({"type": "997"}, b"ISA*997~")


async def read(site: Site, part: str) -> Any:
    async with site.get(BASE + part) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_a_transmission_is_told_whole(site: Site) -> None:
    told = await read(site, "")
    assert (told["id"], told["state"]) == (str(MINE), "translated")
    assert told["interchanges"][0]["documents"][0]["keys"] == {"order": "PO1"}


@pytest.mark.parametrize("part", PARTS[:-1])
async def test_failures_deliveries_and_agreements_stay_inside(site: Site, part: str) -> None:
    told = str(await read(site, part))
    assert not any(word in told for word in ("odoo", "erp.internal", "sales", "agreement", "deliveries"))


async def test_the_parts_can_be_read_alone(site: Site) -> None:
    assert [item["id"] for item in await read(site, "/interchanges")] == ["i-1"]
    assert [(item["interchange"], item["type"]) for item in await read(site, "/documents")] == [("i-1", "850")]
    findings = [(item["interchange"], item["document"], item["code"]) for item in await read(site, "/findings")]
    assert findings == [(None, None, "between"), ("i-1", None, "at-envelope"), ("i-1", "d-1", "count-wrong")]


async def test_an_acknowledgement_leads_to_its_bytes(site: Site) -> None:
    (told,) = await read(site, "/acknowledgements")
    async with site.get(told["content"]) as answer:
        assert (answer.status, answer.content_type) == (200, "application/edi-x12")
        assert await answer.read() == b"ISA*997~"


@pytest.mark.parametrize("part", PARTS)
async def test_the_transmission_of_another_partner_does_not_exist(site: Site, part: str) -> None:
    async with site.get(f"/v1/partners/smallmart/transmissions/{MINE}{part}", token=TOKENS["smallmart"]) as answer:
        assert answer.status == 404
        hidden = await problem(answer)
    async with site.get(f"/v1/partners/smallmart/transmissions/{UUID(int=99)}{part}", token=TOKENS["smallmart"]) as answer:
        assert await problem(answer) == hidden


@pytest.mark.parametrize("part", PARTS)
async def test_nobody_reads_without_the_partners_token(site: Site, part: str) -> None:
    async with site.get(BASE + part, token=TOKENS["smallmart"]) as answer:
        assert answer.status == 401
    assert site.counts.counted == []


@pytest.mark.parametrize("path", ["/v1/partners/bigbox/transmissions/no-id", f"{BASE}/acknowledgements/no-id/content"])
async def test_what_is_no_id_does_not_exist(site: Site, path: str) -> None:
    async with site.get(path) as answer:
        assert answer.status == 404
        await problem(answer)


async def test_an_acknowledgement_of_another_transmission_is_not_read_through_this_one(site: Site) -> None:
    foreign = UUID(int=12)
    site.records.acknowledgements[foreign] = ({"type": "997"}, b"not yours")
    async with site.get(f"{BASE}/acknowledgements/{foreign}/content") as answer:
        assert answer.status == 404


async def test_an_acknowledgement_whose_bytes_are_not_made_yet_is_not_found(site: Site) -> None:
    site.records.acknowledgements.clear()
    async with site.get(f"{BASE}/acknowledgements/{ACK}/content") as answer:
        assert answer.status == 404


async def test_while_the_store_is_down_the_partner_is_told_to_ask_again(site: Site) -> None:
    site.records.down = StoreUnavailable("down")
    async with site.get(BASE) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
        await problem(answer)
