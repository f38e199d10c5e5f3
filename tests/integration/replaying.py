"""Replays and redeliveries of a running gateway: what an operator asks for, and the stage that does it, by hand."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gateway.domain.replay import RedeliverOptions, ReplayOptions
from gateway.domain.route import Route
from gateway.operations import batches, dead_letters
from gateway.operations.correct import plan_correction
from gateway.operations.redeliver import plan_redelivery
from gateway.operations.replay import Asked, keep, plan_replay
from gateway.operations.selecting import Selection
from gateway.ports.batches import NewBatch
from gateway.stages.run_batches import RunBatches
from gateway.store.batch_records import BatchRecords
from gateway.store.batches import PostgresBatches
from tests.integration.harness import Running

IDEMPOTENT = {"odoo": True, "bigbox-folder": True, "nordmart-folder": False}


@dataclass
class Desk:
    """Where somebody plans, confirms and watches batches of a gateway."""

    gateway: Running
    idempotent: Mapping[str, bool] = field(default_factory=lambda: IDEMPOTENT)

    def __post_init__(self) -> None:
        self.store = PostgresBatches(self.gateway.database)
        self.records = BatchRecords(self.gateway.database)
        self.runner = self.make_runner("desk")

    def make_runner(self, node: str) -> RunBatches:
        """The stage, as another process would have it."""
        return RunBatches(
            store=self.store, announce=self.announce, publish=self.gateway.broker.publish,
            hear_again=self.hear_again, wake=self.wake, idempotent=lambda: self.idempotent,
            configuration=lambda: "test-digest", routes=lambda: self.routes,
            new_id=self.gateway.new_id, observer=self.gateway.observer, node=node,
        )  # fmt: skip

    def quietly(self) -> RunBatches:
        """The stage, which begins what is due and dies before it tells anybody."""

        async def nobody(_ids: Any) -> None: ...

        runner = self.make_runner("killed")
        runner._announce = nobody
        return runner

    @property
    def routes(self) -> Sequence[Route]:
        """Those in force."""
        return self.gateway.translate._configuration().routes

    async def hear_again(self, source: str, transmission: UUID) -> tuple[bool, str]:
        raise AssertionError("nothing was said by applications here")

    async def announce(self, ids: Any) -> None:
        await self.gateway.broker.announce("translate", ids)

    async def wake(self, target: str) -> None:
        await self.gateway.sweep._wake(target)

    async def replay(self, *ids: UUID, words: str = "ids", try_first: int | None = None, **options: Any) -> NewBatch:
        asked = Asked(by="ann", reason="the route was corrected", rate=1000, try_first=try_first)
        chosen = {name: options.pop(name) for name in ("failure", "query") if name in options}
        selection = Selection(words=words, ids=ids, **chosen)
        batch = await plan_replay(
            self.store, self.records, selection, ReplayOptions(**options), asked, new_id=self.gateway.new_id, routes=self.routes
        )
        return await keep(self.store, batch)

    async def redeliver(self, *ids: UUID, **options: Any) -> NewBatch:
        asked = Asked(by="ann", reason="Odoo works again", rate=1000)
        chosen = {name: options.pop(name) for name in ("failure", "query") if name in options}
        selection = Selection(words="ids", ids=ids, **chosen)
        batch = await plan_redelivery(
            self.store, self.records, selection, RedeliverOptions(**options), asked,
            idempotent=self.idempotent, new_id=self.gateway.new_id,
        )  # fmt: skip
        return await keep(self.store, batch)

    async def correct(self, original: UUID, body: bytes, *, second_person: bool = False, **options: Any) -> NewBatch:
        batch, content = await plan_correction(
            self.store, self.records, original, body, Asked(by="ann", reason="a segment was missing"),
            acknowledge=options.get("acknowledge", False), second_person=second_person, most_bytes=1 << 26,
            new_id=self.gateway.new_id,
        )  # fmt: skip
        return await keep(self.store, batch, content)

    async def confirm(self, batch: NewBatch, *, by: str = "ann", expect: int | None = None) -> int:
        return await batches.confirm(self.store, batch.id, expect=batch.plan.count if expect is None else expect, by=by)

    async def cancel(self, batch: NewBatch) -> int:
        return await batches.cancel(self.store, batch.id, by="ann")

    async def discard(self, letter: UUID) -> str:
        return await dead_letters.discard(self.store, self.records, letter, by="ann", reason="ordered by telephone", node="desk")

    async def found(self, delivery: UUID) -> None:
        await dead_letters.found_delivered(
            self.store, delivery, by="ann", reason="seen in Odoo", reference="S00042", node="desk"
        )  # fmt: skip

    async def view(self, batch: NewBatch) -> Mapping[str, Any]:
        view = await self.records.batch(batch.id)
        assert view is not None
        return view

    async def until(self, batch: NewBatch, *states: str) -> Mapping[str, Any]:
        """Go on with batches until this one is in one of the states."""
        async with asyncio.timeout(30):
            while True:
                await self.runner.round()
                view = await self.view(batch)
                if view["state"] in states and not (view["state"] == "cancelled" and view["items"].get("running")):
                    return view

    async def done(self, batch: NewBatch) -> list[Mapping[str, Any]]:
        """Confirm a batch and go on until it is done; answers its items."""
        await self.confirm(batch)
        await self.until(batch, "done")
        return [*await self.records.items(batch.id)]

    async def run_of(self, batch: NewBatch) -> Mapping[str, Any]:
        """The same for a batch of one; answers the message that it became."""
        (item,) = await self.done(batch)
        return await self.gateway.view(UUID(item["run"]))
