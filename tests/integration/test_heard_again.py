"""What a warehouse told and nobody understood is told on, once the configuration says what it means, without being sent again."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.bootstrap import batch_items, confirm_batch, plan_replay_of
from gateway.simulators.wms import WmsSimulator
from tests.gateway.applications.documented import Page
from tests.integration.test_warehouse import arrived, gateway, post, rows, settled_orders, wms
from tests.servers.process import repeat

__all__ = ["wms"]  # the fixture
ROUTES = Page.routes


def not_knowing(page: Page, *openings: str, **about: Any) -> str:
    """The page, before somebody wrote what the picking of an order means."""
    return ROUTES(page, *openings, **about).replace('kind = "order.picking"', 'kind = "order.fetching"')


async def replayed(config: Path, query: dict[str, Any]) -> list[Any]:
    """Replay what a query finds, and wait for its end; answers the items."""
    told = {"words": "state:failed", "query": query}
    planned = await plan_replay_of(str(config), told, by="ann", reason="its meaning is configured", rate=1_000)
    batch = UUID(planned["id"])
    await confirm_batch(str(config), batch, expect=planned["count"], by="ann")
    items: list[Any] = []

    async def ended() -> bool:
        items[:] = await batch_items(str(config), batch)
        return all(item["state"] not in ("planned", "running") for item in items)

    await repeat(ended, within=30)
    return items


async def test_it_is_understood_once_the_configuration_is_mended(
    tmp_path: Path, postgres_url: str, wms: WmsSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "routes.toml"
    environ = {
        "DATABASE_URL": postgres_url, "GATEWAY_DATA": str(tmp_path), "WMS_EAST_URL": wms.url, "WMS_EAST_TOKEN": "wms-token",
        "WMS_EAST_SECRET": "shared", "TOKEN_HASH": "sha256:" + "0" * 64,
    }  # fmt: skip
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Page, "routes", not_knowing)
    async with gateway(tmp_path, postgres_url, wms, "[application.webhook]") as client:
        await post(client, range(1, 2))
        await arrived(wms, 1)
        await wms.warehouse.start("W-1001")
        await wms.warehouse.say("order.teleported", to="the moon")
        await wms.webhooks.settled()
        assert {item["outcome"].split(":")[0] for item in await replayed(config, {"state": ["failed"]})} == {
            "it is still not understood"
        }
    assert await rows(postgres_url, "select event from gateway.order_event where source = 'wms-east' and event = 'picking'") == []

    monkeypatch.setattr(Page, "routes", ROUTES)
    async with gateway(tmp_path, postgres_url, wms, "[application.webhook]"):
        items = await replayed(config, {"state": ["failed"]})
        states = sorted((item["state"], item["outcome"]) for item in items)
        assert states[0] == ("done", "understood: 1 milestones")
        assert states[1][0] == "skipped"
        assert '"order.teleported" is not known' in states[1][1]
        await settled_orders(postgres_url)
    heard = await rows(postgres_url, "select state from gateway.order_event where source = 'wms-east' and event = 'picking'")
    assert heard == [("applied",)]
    kept = await rows(postgres_url, "select state from gateway.transmission where channel = 'wms-east' order by 1")
    assert kept == [("failed",), ("translated",)]
    closed = await rows(postgres_url, "select closed_at is not null from gateway.failure_case order by 1")
    assert closed == [(False,), (True,)], "what was understood is nobody's failure any more"
