"""What waits because of a failure, asked of the real tables, and told where people look at it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.domain.effect import Waiting
from gateway.domain.failure import fingerprint
from gateway.store.failures import PostgresFailures
from tests.gateway.store.rows import failure, new_id
from tests.integration.operations_ground import Ground, opened


@pytest.fixture
async def ground(migrated_url: str) -> AsyncIterator[Ground]:
    async with opened(migrated_url) as ground:
        yield ground


async def failed(ground: Ground, code: str, *samples: UUID, stage: str = "deliver") -> UUID:
    """A failure with these cases; its id."""
    mark = fingerprint(stage=stage, code=code, partner=None, route=None)
    rows = [failure(new_id(), sample, fingerprint=mark, code=code, stage=stage, partner=None) for sample in samples]
    await PostgresFailures(ground.database).record_failures(rows)
    ((found,),) = await ground.rows("select id from gateway.failure where fingerprint = $1", mark)
    return UUID(str(found))


async def effects(ground: Ground, of: UUID) -> list[tuple[str, str | None, str | None, int]]:
    """Target, partner, document and number, sorted."""
    found = await PostgresFailures(ground.database).effects([of])
    assert {one.failure for one in found} <= {of}
    return sorted((one.target, one.partner, one.document, one.number) for one in found)


async def test_because_of_a_target_that_is_unavailable_everything_for_it_waits(ground: Ground) -> None:
    sample = await ground.delivery(ground.ago(minutes=30))
    for state in ("waiting", "blocked", "sending"):
        await ground.delivery(ground.ago(minutes=5), state=state, partner="nordmart", document="invoice")
    await ground.delivery(ground.ago(minutes=50), took=timedelta(minutes=1))
    await ground.delivery(ground.ago(minutes=50), target="odoo")
    of = await failed(ground, "target-unavailable", sample)
    assert await effects(ground, of) == [("wms-east", "bigbox", "purchase_order", 1), ("wms-east", "nordmart", "invoice", 3)]
    oldest = min(one.oldest for one in await PostgresFailures(ground.database).effects([of]))
    assert round((ground.now - oldest).total_seconds() / 60) == 30


async def test_because_of_other_failures_what_they_are_about_waits_until_it_is_done(ground: Ground) -> None:
    dead, given_up = [await ground.delivery(ground.ago(minutes=5), state=state) for state in ("dead", "voided")]
    waiting = await ground.delivery(ground.ago(minutes=5), target="odoo")
    await ground.delivery(ground.ago(minutes=5))
    of = await failed(ground, "http-500", dead, given_up, waiting)
    assert await effects(ground, of) == [("odoo", "bigbox", "purchase_order", 1), ("wms-east", "bigbox", "purchase_order", 1)]
    await ground.rows("update gateway.failure_case set closed_at = gateway.now() where subject = $1", dead)
    assert await effects(ground, of) == [("odoo", "bigbox", "purchase_order", 1)]


async def test_a_failure_of_which_nothing_waits(ground: Ground) -> None:
    of = await failed(ground, "no-interchange", new_id(), stage="translate")
    assert await effects(ground, of) == []
    assert await PostgresFailures(ground.database).effects([]) == []


async def test_what_no_document_is_in_is_told_as_well(ground: Ground) -> None:
    """A delivery of an interchange of ours."""
    transmission, _ = await ground.received(ground.ago(minutes=5), document=None)
    identifier = new_id()
    await ground.insert(
        "delivery", id=identifier, transmission=transmission, outbound=new_id(), partner="bigbox", target="bigbox-as2",
        action="transmit", idempotency_key="k", test=False, options="{}", priority=0, state="waiting",
    )  # fmt: skip
    of = await failed(ground, "target-unavailable", identifier)
    (one,) = await PostgresFailures(ground.database).effects([of])
    assert isinstance(one, Waiting)
    assert (one.document, one.number, one.target) == (None, 1, "bigbox-as2")
