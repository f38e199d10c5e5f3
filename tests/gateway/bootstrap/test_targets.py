"""Targets, wired: what is configured and what waits come together, and what is named must be there."""

from pathlib import Path

import pytest

from gateway.bootstrap import delivery_targets, hold_deliveries, migrate, release_deliveries, retry_now
from gateway.errors import Absent
from tests.gateway.bootstrap.places import ROUTES, environment, made


@pytest.fixture
async def config(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A configuration over a migrated database."""
    settings = made(tmp_path, environ=environment(tmp_path, DATABASE_URL=postgres_url))
    for name, value in environment(tmp_path, DATABASE_URL=postgres_url).items():
        monkeypatch.setenv(name, value)
    await migrate(settings, dry_run=False)
    return str(ROUTES)


async def test_a_target_is_held_listed_and_released(config: str) -> None:
    before = {one["target"]: one for one in await delivery_targets(config)}
    assert before["odoo"]["configured"]
    assert before["odoo"]["held_by"] is None
    assert await hold_deliveries(config, "target", "odoo", actor="ada", reason="stocktaking")
    held = {one["target"]: one for one in await delivery_targets(config)}["odoo"]
    assert (held["held_by"], held["held_because"], held["waiting"]) == ("ada", "stocktaking", 0)
    was = await release_deliveries(config, "target", "odoo", actor="bo", reason="")
    assert was is not None
    assert (was.actor, was.reason) == ("ada", "stocktaking")
    assert await release_deliveries(config, "target", "odoo", actor="bo", reason="") is None
    assert await retry_now(config, actor="ada", target="odoo") == {}


@pytest.mark.parametrize(("kind", "name"), [("target", "odo"), ("partner", "bigbux")])
async def test_what_is_not_configured_cannot_be_held(config: str, kind: str, name: str) -> None:
    with pytest.raises(Absent, match=f"there is no {kind}"):
        await hold_deliveries(config, kind, name, actor="ada", reason="x")
