"""Batches: bulk replays, redeliveries, corrections and repeats for listeners. A plan with frozen items first, then its count."""

from uuid import UUID

from gateway.api.operation import Asked, Operation, Page, Run
from gateway.api.operations.batch_models import (
    Batch,
    BatchAsked,
    BatchesAsked,
    Confirmed,
    Correction,
    EventReplay,
    Item,
    ItemsAsked,
    PlannedBatch,
    Redelivery,
    Replay,
    Resend,
)
from gateway.api.paging import id_after, page_of, place_of
from gateway.bootstrap.contents import put_back
from gateway.bootstrap.listeners import plan_event_replay_of, plan_resend_of
from gateway.bootstrap.office import Office
from gateway.bootstrap.replay import (
    batch,
    batch_items,
    batches,
    cancel_batch,
    confirm_batch,
    plan_correction_of,
    plan_redelivery_of,
    plan_replay_of,
)
from gateway.domain.access import Caller, Right


async def _plan_replay(office: Office, caller: Caller, asked: Replay) -> PlannedBatch:
    planned = await plan_replay_of(
        office, asked.selection(), by=caller.name, reason=asked.reason, rate=asked.rate, try_first=asked.try_first,
        acknowledge=asked.acknowledge, configuration=asked.configuration, route=asked.route, keep_it=not asked.only_show,
    )  # fmt: skip
    return PlannedBatch.model_validate(planned)


async def _plan_redelivery(office: Office, caller: Caller, asked: Redelivery) -> PlannedBatch:
    planned = await plan_redelivery_of(
        office, asked.selection(), by=caller.name, reason=asked.reason, rate=asked.rate, try_first=asked.try_first,
        in_doubt=asked.in_doubt, delivered=asked.delivered, keep_it=not asked.only_show,
    )  # fmt: skip
    return PlannedBatch.model_validate(planned)


async def _plan_correction(office: Office, caller: Caller, asked: Correction) -> PlannedBatch:
    content = await put_back(office, asked.original, asked.content)
    planned = await plan_correction_of(
        office, asked.original, content, by=caller.name, reason=asked.reason, acknowledge=asked.acknowledge,
        keep_it=not asked.only_show,
    )  # fmt: skip
    return PlannedBatch.model_validate(planned)


async def _plan_events(office: Office, caller: Caller, asked: EventReplay) -> PlannedBatch:
    wanted = {
        "types": asked.types, "since": asked.since, "until": asked.until, "partners": asked.partners, "orders": asked.orders
    }  # fmt: skip
    planned = await plan_event_replay_of(
        office, asked.queue, wanted, by=caller.name, reason=asked.reason, rate=asked.rate, try_first=asked.try_first,
        keep_it=not asked.only_show,
    )  # fmt: skip
    return PlannedBatch.model_validate(planned)


async def _plan_resend(office: Office, caller: Caller, asked: Resend) -> PlannedBatch:
    wanted = {"states": asked.states, "orders": asked.orders, "since": asked.since, "until": asked.until}
    planned = await plan_resend_of(
        office, asked.subscriber, wanted, by=caller.name, reason=asked.reason, rate=asked.rate, delivered=asked.delivered,
        keep_it=not asked.only_show,
    )  # fmt: skip
    return PlannedBatch.model_validate(planned)


async def _list(office: Office, _caller: Caller, asked: BatchesAsked) -> Page:
    found = await batches(office, states=asked.state, before=id_after(asked.after), limit=asked.limit + 1)
    return page_of([Batch.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _show(office: Office, _caller: Caller, asked: BatchAsked) -> Batch:
    return Batch.model_validate(await batch(office, asked.batch))


async def _items(office: Office, _caller: Caller, asked: ItemsAsked) -> Page:
    whole = UUID((await batch(office, asked.batch))["id"])
    (after,) = place_of(asked.after, int) or (0,)
    found = await batch_items(office, whole, states=asked.state, after=after, limit=asked.limit + 1)
    return page_of([Item.model_validate(one) for one in found], asked.limit, lambda one: (one.ordinal,))


async def _confirm(office: Office, caller: Caller, asked: Confirmed) -> Batch:
    whole = (await batch(office, asked.batch))["id"]
    await confirm_batch(office, UUID(whole), expect=asked.expect, by=caller.name)
    return Batch.model_validate(await batch(office, whole))


async def _cancel(office: Office, caller: Caller, asked: BatchAsked) -> Batch:
    whole = (await batch(office, asked.batch))["id"]
    await cancel_batch(office, UUID(whole), by=caller.name)
    return Batch.model_validate(await batch(office, whole))


def _plan(name: str, asked: type[Asked], run: Run, summary: str, most_bytes: int = 1_048_576) -> Operation:
    return Operation(
        name=f"batches.plan_{name}", method="POST", path=f"/batches/{name.replace('_', '-')}", right=Right.REPAIR, asked=asked,
        run=run, answers=PlannedBatch, summary=summary, most_bytes=most_bytes,
    )  # fmt: skip


_MOST_CORRECTED = 96 * 1_048_576
"""Bytes of the request: what is corrected, in Base64. What a correction may be at most says `max_transmission`."""


OPERATIONS: tuple[Operation, ...] = (
    _plan("replay", Replay, _plan_replay, "Plan to process messages again from their stored bytes."),
    _plan("redelivery", Redelivery, _plan_redelivery, "Plan to send the same bytes to their target again, under the same key."),
    _plan(
        "correction", Correction, _plan_correction, "Plan to process a corrected copy of a message; the original stays.",
        _MOST_CORRECTED,
    ),
    _plan("event_replay", EventReplay, _plan_events, "Plan to publish milestones and documents again, to one listener's queue."),
    _plan("resend", Resend, _plan_resend, "Plan to post again what a subscriber was given, under the same ids."),
    Operation(
        name="batches.list", method="GET", path="/batches", right=Right.SEE, asked=BatchesAsked, run=_list, answers=Batch,
        pages=True, summary="List batches, the newest first: what was asked for, by whom, how far it is.",
    ),
    Operation(
        name="batches.show", method="GET", path="/batches/{batch}", right=Right.SEE, asked=BatchAsked, run=_show, answers=Batch,
        summary="Show a batch: its plan, and how far it is.",
    ),
    Operation(
        name="batches.items", method="GET", path="/batches/{batch}/items", right=Right.SEE, asked=ItemsAsked, run=_items,
        answers=Item, pages=True, summary="List the items of a batch in their order, with what became of each.",
    ),
    Operation(
        name="batches.confirm", method="POST", path="/batches/{batch}/confirm", right=Right.REPAIR, asked=Confirmed, run=_confirm,
        answers=Batch,
        summary="Let a planned batch run, or go on with one whose first few have ended. `expect` says how many are left.",
    ),
    Operation(
        name="batches.cancel", method="POST", path="/batches/{batch}/cancel", right=Right.REPAIR, asked=BatchAsked, run=_cancel,
        answers=Batch, summary="Do nothing more of a batch. What has begun ends by itself.",
    ),
)  # fmt: skip
