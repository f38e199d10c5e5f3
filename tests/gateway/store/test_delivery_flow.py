"""What the database gives out for delivery, and in which order: classes, limits, holds, sequence keys, suspects, fallbacks."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.record import DeliveryRow, DiversionRow, FailureRow, OutboxRow
from gateway.ports import ClaimedDelivery, Expired, Settlement
from gateway.ports.targets import Diversion, Divertible, Held, Order
from gateway.store.database import Database
from gateway.store.target_control import PostgresTargetControl
from gateway.store.work import PostgresWork
from tests.gateway.store import rows

MINUTE = timedelta(minutes=1)
STAFF = Order(actor="ada", reason="moving house", configuration="digest", node="n")


class Ground:
    """A database with deliveries in it, and what is asked of it."""

    def __init__(self, database: Database) -> None:
        self.database, self.work, self.control = database, PostgresWork(database), PostgresTargetControl(database)

    async def received(self, **changes: Any) -> UUID:
        row = rows.transmission(**changes)
        await self.work.receive([row], [(row.id, 0, b"ISA...")])
        return row.id

    async def translated(self, transmission: UUID, *deliveries: DeliveryRow) -> None:
        claim = rows.new_id()
        await self.work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
        async with self.work.settlement() as session:
            settlement = Settlement(transmissions=[(transmission, "translated")], deliveries=list(deliveries))
            assert await session.settle(claim, settlement)

    async def waiting(self, count: int = 1, **changes: Any) -> list[UUID]:
        """So many deliveries of one transmission."""
        transmission = await self.received()
        made = [rows.delivery(transmission, **{"place": n, **changes}) for n in range(1, count + 1)]
        await self.translated(transmission, *made)
        return [row.id for row in made]

    async def claim(self, target: str = "odoo", *, lasting: timedelta = MINUTE, **asked: Any) -> "Claimed":
        claim = rows.new_id()
        taken = await self.work.claim_deliveries(target, claim=claim, lasting=lasting, **{"limit": 20, **asked})
        return Claimed(self, claim, taken)

    async def run(self, sql: str, *arguments: Any) -> list[Any]:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]

    async def states(self) -> dict[UUID, tuple[str, str | None]]:
        found = await self.run("select id, state, blocked_by from gateway.delivery")
        return {identity: (state, by) for identity, state, by in found}

    async def unblock(self) -> Mapping[str, int]:
        return await self.control.unblock(configuration="digest", node="n")

    async def expire(self) -> Sequence[Expired]:
        return await self.work.expire_deliveries(
            repeatable=["odoo"], node="n", failure=_failure, dead_letter=_letter, most_lost=3
        )


class Claimed:
    """Deliveries that were taken, and what their attempts come to."""

    def __init__(self, ground: Ground, claim: UUID, taken: Sequence[ClaimedDelivery]) -> None:
        self.ground, self.claim, self.taken = ground, claim, taken

    @property
    def ids(self) -> list[UUID]:
        return [one.id for one in self.taken]

    async def end(self, state: str = "delivered", *, only: Sequence[UUID] | None = None, **changes: Any) -> Any:
        ended = [one for one in self.taken if only is None or one.id in only]
        results = [rows.result(one.id, one.attempt, state=state, **changes) for one in ended]
        return await self.ground.work.settle_deliveries(
            results, claim=self.claim, node="n", events=[], failures=[], outbox=[], target="odoo", strain=0.0
        )


def _failure(e: Expired) -> FailureRow:
    return rows.failure(e.transmission, e.id)


def _letter(e: Expired) -> OutboxRow:
    return OutboxRow(rows.new_id(), e.transmission, "edi.dead", "deliver.worker-crashed", "{}", e.document)


@pytest.fixture
def ground(database: Database) -> Ground:
    return Ground(database)


async def test_a_call_holds_one_class_and_the_highest_goes_first(ground: Ground) -> None:
    batch = await ground.waiting(3, priority=2)
    realtime = await ground.waiting(2, priority=0)
    assert set((await ground.claim()).ids) == set(realtime)
    assert (await ground.claim(lowest=1)).ids == []
    assert (await ground.work.next_due("odoo", lowest=1)).seconds is None
    due = await ground.work.next_due("odoo")
    assert due.seconds is not None
    assert due.seconds <= 0
    last = await ground.claim()
    assert (set(last.ids), {one.priority for one in last.taken}) == (set(batch), {2})


async def test_what_is_due_later_waits_for_its_turn(ground: Ground) -> None:
    await ground.waiting(1, wait=timedelta(hours=1))
    assert (await ground.claim()).ids == []
    due = await ground.work.next_due("odoo")
    assert due.seconds == pytest.approx(3600, abs=60)


async def test_all_processes_together_keep_to_a_rate(ground: Ground) -> None:
    await ground.waiting(4)
    await ground.control.limit("odoo", rate=0.01, concurrency=None)
    taken = await asyncio.gather(*(ground.claim(limit=1) for _ in range(4)))
    assert sorted(len(one.ids) for one in taken) == [0, 0, 0, 1], "more calls than there were tokens"
    due = await ground.work.next_due("odoo")
    assert due.seconds is not None
    assert 60 < due.seconds <= 100
    await ground.control.limit("odoo", rate=None, concurrency=None)
    assert len((await ground.claim()).ids) == 3
    assert await ground.run("select * from gateway.target_limit") == []


async def test_a_token_is_spent_only_by_a_call(ground: Ground) -> None:
    await ground.control.limit("odoo", rate=0.01, concurrency=None)
    assert (await ground.claim()).ids == []
    await ground.waiting(1)
    assert len((await ground.claim()).ids) == 1


async def test_all_processes_together_keep_to_a_number_of_calls(ground: Ground) -> None:
    await ground.waiting(8, priority=2)
    await ground.control.limit("odoo", rate=None, concurrency=2)
    taken = await asyncio.gather(*(ground.claim(limit=2) for _ in range(4)))
    assert sorted(len(one.ids) for one in taken) == [0, 0, 0, 2], "the last place is kept for realtime"
    assert (await ground.work.next_due("odoo")).seconds is None, "nobody asks in vain for a place that is kept"
    realtime = await ground.waiting(1, priority=0)
    assert (await ground.work.next_due("odoo")).seconds is not None
    order = await ground.claim()
    assert order.ids == realtime
    assert (await ground.work.next_due("odoo")).seconds is None, "others have to end first"
    await next(one for one in taken if one.ids).end()
    assert (await ground.claim(limit=2)).ids == [], "with an order on its way, one place is left, and it is kept"
    await order.end()
    assert len((await ground.claim(limit=2)).ids) == 2


async def test_where_there_is_one_place_lower_classes_go_one_item_at_a_time(ground: Ground) -> None:
    await ground.waiting(3, priority=2)
    await ground.control.limit("odoo", rate=None, concurrency=1)
    assert len((await ground.claim()).ids) == 1


async def test_calls_of_the_dead_take_no_place(ground: Ground) -> None:
    await ground.waiting(2)
    await ground.control.limit("odoo", rate=None, concurrency=1)
    assert len((await ground.claim(limit=1, lasting=timedelta(0))).ids) == 1
    assert len((await ground.claim(limit=1)).ids) == 1


async def test_of_a_held_target_nothing_goes_out_not_even_a_probe(ground: Ground) -> None:
    waiting = await ground.waiting(2)
    assert await ground.control.hold(Held.TARGET, "odoo", STAFF)
    assert not await ground.control.hold(Held.TARGET, "odoo", STAFF), "it is held already"
    await ground.run("insert into gateway.breaker (target, state, probe_at) values ('odoo', 'open', '-infinity')")
    assert (await ground.claim()).ids == []
    assert await ground.work.claim_probe("odoo", claim=rows.new_id(), lasting=MINUTE) is None
    due = await ground.work.next_due("odoo")
    assert (due.seconds, due.stopped, due.held) == (None, True, True)
    (held,) = await ground.control.holds()
    assert (held.kind, held.name, held.reason, held.actor) == (Held.TARGET, "odoo", "moving house", "ada")

    released = await ground.control.release(Held.TARGET, "odoo", STAFF)
    assert released is not None
    assert released.reason == "moving house"
    assert await ground.control.release(Held.TARGET, "odoo", STAFF) is None
    probe = await ground.work.claim_probe("odoo", claim=rows.new_id(), lasting=MINUTE)
    assert probe is not None
    assert probe.delivery.attempt == 1, "no attempt was burnt"
    assert [a for a, *_ in await ground.run("select action from gateway.audit order by id")] == [
        "deliveries_held",
        "deliveries_released",
    ]
    told = await ground.run("select subject, steps->0->>'what' from gateway.event where stage = 'deliver' order by id")
    assert set(told) == {(one, what) for one in waiting for what in ("held", "released")}


async def test_deliveries_of_a_held_partner_step_aside_and_come_back_as_they_were(ground: Ground) -> None:
    held = await ground.waiting(3, partner="bigbox")
    others = await ground.waiting(2, partner="nordmart")
    await ground.control.hold(Held.PARTNER, "bigbox", STAFF)
    assert set((await ground.claim()).ids) == set(others)
    assert {one: state for one, state in (await ground.states()).items() if one in held} == dict.fromkeys(
        held, ("blocked", "hold")
    )
    assert await ground.unblock() == {}
    assert (await ground.control.release(Held.PARTNER, "bigbox", STAFF)) is not None
    again = await ground.claim()
    assert set(again.ids) == set(held)
    assert {one.attempt for one in again.taken} == {1}


async def test_what_steps_aside_while_its_partner_is_released_is_found(ground: Ground) -> None:
    (one,) = await ground.waiting(1)
    await ground.run("update gateway.delivery set state = 'blocked', blocked_by = 'hold'")
    assert await ground.unblock() == {"odoo": 1}
    assert (await ground.claim()).ids == [one]


async def test_one_key_goes_in_the_order_of_its_documents_whatever_order_they_were_written_in(ground: Ground) -> None:
    first, second = await ground.received(), await ground.received()
    key: dict[str, Any] = {"sequence_key": "odoo:bigbox:4711", "sequence_wait": timedelta()}
    late = rows.delivery(second, place=1, **key)
    await ground.translated(second, late)
    early = [rows.delivery(first, place=place, **key) for place in (1 << 32 | 2, 1 << 32 | 1, 2 << 32 | 1)]
    free = rows.delivery(first, place=9)
    await ground.translated(first, *early, free)
    order = [early[1].id, early[0].id, early[2].id, late.id]
    for n, expected in enumerate(order):
        taken = await ground.claim()
        assert [one for one in taken.ids if one != free.id] == [expected], n
        assert (await ground.claim()).ids == []
        assert await ground.work.count_followers([expected]) == ({expected: 3 - n} if n < 3 else {})
        await taken.end()
    assert (await ground.claim()).ids == []


async def test_the_order_of_transmissions_is_that_of_their_arrival_not_that_of_their_ids(ground: Ground) -> None:
    """Ids tell the time of the node that made them; the clock of the one that took the first was an hour ahead."""
    later, earlier = sorted(rows.new_id() for _ in range(2))
    key: dict[str, Any] = {"sequence_key": "odoo:bigbox:4711", "sequence_wait": timedelta(minutes=10)}
    await ground.received(id=earlier)
    await ground.received(id=later)
    second = rows.delivery(later, **key)
    await ground.translated(later, second)
    assert (await ground.claim()).ids == []
    assert (await ground.states())[second.id] == ("blocked", "translation")
    first = rows.delivery(earlier, **key)
    await ground.translated(earlier, first)
    taken = await ground.claim()
    assert taken.ids == [first.id]
    assert await ground.work.count_followers([first.id]) == {first.id: 1}
    await taken.end()
    assert (await ground.claim()).ids == [second.id]


async def test_a_dead_one_holds_its_successors_until_it_is_given_up(ground: Ground) -> None:
    dead, behind = await ground.waiting(2, sequence_key="k")
    taken = await ground.claim()
    assert taken.ids == [dead]
    await taken.end("dead")
    assert (await ground.claim()).ids == []
    assert (await ground.states())[behind] == ("blocked", "sequence")
    assert await ground.unblock() == {}
    await ground.run("update gateway.delivery set state = 'voided' where id = $1", dead)
    assert await ground.unblock() == {"odoo": 1}
    assert (await ground.claim()).ids == [behind]


async def test_an_earlier_transmission_that_is_not_read_is_waited_for(ground: Ground) -> None:
    unread, stranger, later = await ground.received(), await ground.received(partner="nordmart"), await ground.received()
    row = rows.delivery(later, sequence_key="k", sequence_wait=timedelta(minutes=10))
    await ground.translated(later, row)
    assert (await ground.claim()).ids == []
    assert (await ground.states())[row.id] == ("blocked", "translation")
    await ground.translated(unread, first := rows.delivery(unread, sequence_key="k", sequence_wait=timedelta(minutes=10)))
    taken = await ground.claim()
    assert taken.ids == [first.id], "the earlier one came to light and goes first"
    await taken.end()
    assert (await ground.claim()).ids == [row.id], f"and {stranger} is somebody else's"


async def test_and_for_no_longer_than_agreed(ground: Ground) -> None:
    await ground.received()
    later = await ground.received()
    row = rows.delivery(later, sequence_key="k", sequence_wait=timedelta(minutes=10))
    await ground.translated(later, row)
    assert (await ground.claim()).ids == []
    assert await ground.unblock() == {}
    await ground.run("update gateway.delivery set created_at = created_at - interval '11 minutes'")
    assert await ground.unblock() == {"odoo": 1}
    assert (await ground.claim()).ids == [row.id]


async def test_documents_before_it_that_wait_to_be_routed_are_waited_for(ground: Ground) -> None:
    transmission, claim = await ground.received(), rows.new_id()
    interchange = rows.interchange(transmission, ordinal=1)
    pending = rows.document(transmission, interchange.id, ordinal=1, state="pending")
    row = rows.delivery(transmission, sequence_key="k", sequence_wait=MINUTE, place=1 << 32 | 2)
    await ground.work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
    async with ground.work.settlement() as session:
        settlement = Settlement(
            transmissions=[(transmission, "translated")], interchanges=[interchange], documents=[pending], deliveries=[row]
        )
        await session.settle(claim, settlement)
    assert (await ground.claim()).ids == []
    assert await ground.unblock() == {}
    await ground.run("update gateway.document set state = 'routed'")
    assert await ground.unblock() == {"odoo": 1}
    assert (await ground.claim()).ids == [row.id]


async def test_a_long_line_behind_one_key_is_walked_over_once(ground: Ground) -> None:
    line = await ground.waiting(450, sequence_key="k", priority=2)
    behind = await ground.waiting(1, priority=2)
    await ground.run("update gateway.delivery set next_attempt_at = gateway.now() + interval '1 ms' where id = $1", behind[0])
    taken: list[UUID] = []
    for _ in range(5):
        taken += (await ground.claim()).ids
    assert taken == [line[0], *behind]
    found = [state for state, _ in (await ground.states()).values()]
    assert (found.count("blocked"), found.count("waiting")) == (449, 0)


async def test_time_in_which_it_could_not_be_tried_is_no_time_of_trying(ground: Ground) -> None:
    await ground.waiting(1)
    await (await ground.claim()).end("waiting", delay=timedelta())
    back = """update gateway.delivery
      set first_attempt_at = first_attempt_at - $1::interval, next_attempt_at = next_attempt_at - $1::interval"""
    await ground.run(back, timedelta(hours=30))  # held, or its breaker open, for 30 hours
    taken = await ground.claim()
    assert taken.taken[0].age < timedelta(minutes=5)
    await taken.end("waiting", delay=timedelta(hours=2), spared=True, uncounted=True, started_at=taken.taken[0].started_at)
    await ground.run(back, timedelta(hours=2))
    spared = (await ground.claim()).taken[0]
    assert spared.age < timedelta(minutes=5)
    assert (spared.attempt, spared.probes) == (3, 1)


async def test_a_delivery_that_kills_its_worker_ends_alone_and_its_neighbours_are_delivered(ground: Ground) -> None:
    """Whoever makes a call with the poisoned one in it dies; claims of the dead lapse at once."""
    ids = await ground.waiting(6)
    poisoned, lapsed = ids[3], timedelta(0)
    delivered: set[UUID] = set()
    deaths = 0
    for _ in range(40):
        taken = await ground.claim(limit=3, lasting=lapsed)
        if poisoned in taken.ids:
            deaths += 1
            assert deaths <= 2 or taken.ids == [poisoned], "it took neighbours along a third time"
            await ground.expire()
        elif taken.ids:
            await taken.end()
            delivered |= set(taken.ids)
        await ground.run("update gateway.delivery set next_attempt_at = gateway.now() where state = 'waiting'")
    assert deaths == 3
    assert delivered == set(ids) - {poisoned}
    assert (await ground.states())[poisoned][0] == "dead"
    assert await ground.run("select sample from gateway.failure") == [(poisoned,)]
    assert await ground.run("select routing_key from gateway.outbox") == [("deliver.worker-crashed",)]


async def test_a_process_that_was_killed_makes_no_suspects(ground: Ground) -> None:
    await ground.waiting(3)
    await ground.run("update gateway.delivery set lost = 1")
    assert len((await ground.claim()).ids) == 3


async def test_only_one_suspect_is_tried_at_a_time(ground: Ground) -> None:
    await ground.waiting(3)
    await ground.run("update gateway.delivery set lost = 2")
    assert len((await ground.claim()).ids) == 1
    assert (await ground.claim()).ids == []
    due = await ground.work.next_due("odoo")
    assert due.seconds is not None
    assert due.seconds > 0, "they wait a moment, and are not asked for all the time"


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({}, 0),
        ({"state": "failed", "outcome": "failed", "code": "refused"}, 0),
        ({"state": "waiting", "outcome": "retry", "code": "busy"}, 0),
        ({"state": "waiting", "outcome": "retry", "code": "busy", "spared": True}, 0),
        ({"state": "waiting", "outcome": "retry", "code": "gateway-stopped", "uncounted": True}, 2),
        ({"state": "waiting", "outcome": "retry", "code": "no-child-process"}, 2),
    ],
)
async def test_a_suspect_stays_one_until_an_attempt_has_come_to_something(
    ground: Ground, changes: dict[str, Any], after: int
) -> None:
    await ground.waiting(1)
    await ground.run("update gateway.delivery set lost = 2")
    taken = await ground.claim()
    assert [one.lost for one in taken.taken] == [2]
    await taken.end(**changes)
    assert await ground.run("select lost from gateway.delivery") == [(after,)]


async def test_a_probe_tells_too_that_it_is_a_suspect(ground: Ground) -> None:
    await ground.waiting(1)
    await ground.run("update gateway.delivery set lost = 3")
    await ground.run("insert into gateway.breaker (target, state, probe_at) values ('odoo', 'open', '-infinity')")
    probe = await ground.work.claim_probe("odoo", claim=rows.new_id(), lasting=MINUTE)
    assert probe is not None
    assert probe.delivery.lost == 3


def to_wms(lost: Divertible) -> Diversion:
    return DiversionRow(lost.id, rows.new_id(), lost.transmission, "lost"), [rows.event(lost.transmission, lost.id)]


async def test_a_dead_delivery_that_was_surely_not_made_goes_to_its_fallback(ground: Ground) -> None:
    transmission = await ground.received()
    sure, doubtful, without, ahead = (
        rows.delivery(transmission, place=n, fallback=fallback, fallback_after=MINUTE)
        for n, fallback in enumerate(("wms", "wms", None, "wms"))
    )
    follower = rows.delivery(transmission, target="carrier", after=sure.id, state="blocked")
    await ground.translated(transmission, sure, doubtful, without, ahead, follower)
    taken = await ground.claim()
    await taken.end("dead", only=[sure.id, without.id])
    await taken.end("dead", only=[doubtful.id], doubtful=True)
    await taken.end("waiting", only=[ahead.id], delay=MINUTE)
    assert await ground.control.divert(to_wms) == {"wms": 1}
    assert await ground.control.divert(to_wms) == {}, "once"
    states = {identity: state for identity, (state, _) in (await ground.states()).items()}
    assert [states[row.id] for row in (sure, doubtful, without, ahead)] == ["diverted", "dead", "dead", "waiting"]
    substitute = await ground.claim("wms")
    assert await ground.run("select fallback_of, fallback from gateway.delivery where id = $1", substitute.ids[0]) == [
        (sure.id, None)
    ]
    assert substitute.taken[0].idempotency_key == sure.idempotency_key
    await substitute.end()
    assert (await ground.states())[follower.id][0] == "waiting", "what came after it comes after its substitute"


@pytest.mark.parametrize("lost_by", ["hold", "breaker"])
async def test_what_waits_for_a_lost_target_goes_to_its_fallback_after_the_agreed_time(ground: Ground, lost_by: str) -> None:
    first, second = await ground.waiting(2, sequence_key="k", fallback="wms", fallback_after=timedelta(minutes=10))
    (sending,) = (await ground.claim()).ids
    assert sending == first
    (third,) = await ground.waiting(1, fallback="wms", fallback_after=timedelta(minutes=10))
    if lost_by == "hold":
        await ground.control.hold(Held.TARGET, "odoo", STAFF)
    else:
        await ground.run("insert into gateway.breaker (target, state) values ('odoo', 'open')")
    assert await ground.control.divert(to_wms) == {}
    await ground.run("update gateway.delivery_hold set since = since - interval '11 minutes'")
    await ground.run("update gateway.breaker set since = since - interval '11 minutes'")
    assert await ground.control.divert(to_wms) == {"wms": 2}
    states = await ground.states()
    assert [states[one][0] for one in (first, second, third)] == ["sending", "diverted", "diverted"], "one is under way"
    assert len((await ground.claim("wms")).ids) == 1, "the second of the key waits for the first, wherever it goes"


async def test_retry_now_brings_deliveries_and_probes_forward(ground: Ground) -> None:
    one, two = await ground.waiting(2, priority=2, wait=timedelta(hours=1))
    (other,) = await ground.waiting(1, target="wms", wait=timedelta(hours=1), partner="nordmart")
    await ground.run("insert into gateway.breaker (target, state, probe_at) values ('wms', 'open', 'infinity')")
    assert await ground.control.retry_now(STAFF, deliveries=[one]) == {"odoo": 1}
    first = await ground.claim()
    assert (first.ids, first.taken[0].priority) == ([one], 0), "what a person names goes before all others"
    assert await ground.control.retry_now(STAFF, target="odoo") == {"odoo": 1}
    assert (await ground.claim()).ids == [two]
    assert await ground.control.retry_now(STAFF, partner="nordmart") == {"wms": 1}
    probe = await ground.work.claim_probe("wms", claim=rows.new_id(), lasting=MINUTE)
    assert probe is not None
    assert probe.delivery.id == other
    assert len(await ground.run("select * from gateway.audit where action = 'deliveries_retried_now'")) == 3
    with pytest.raises(ValueError, match="name a target"):
        await ground.control.retry_now(STAFF)


async def test_levels_tell_what_waits_where_and_why(ground: Ground) -> None:
    await ground.waiting(3, sequence_key="k")
    await (await ground.claim()).end("dead")
    await ground.claim()
    await ground.waiting(2, wait=timedelta(hours=1))
    await ground.control.hold(Held.TARGET, "odoo", STAFF)
    await ground.control.limit("wms", rate=5, concurrency=2)
    odoo, wms = await ground.control.levels()
    assert {name: odoo[name] for name in ("target", "waiting", "due", "in_sequence", "dead", "held_by", "held_because")} == {
        "target": "odoo", "waiting": 2, "due": 0, "in_sequence": 2, "dead": 1, "held_by": "ada", "held_because": "moving house",
    }  # fmt: skip
    assert (wms["target"], wms["rate"], wms["concurrency"], wms["waiting"]) == ("wms", 5, 2, 0)


async def test_a_batch_of_twenty_thousand_does_not_hold_up_an_order(ground: Ground) -> None:
    transmission = await ground.received()
    await ground.run(
        """insert into gateway.delivery (id, transmission, partner, route, target, action, idempotency_key, test, options,
             priority, state, place, sequence_key, sequence_wait)
           select gen_random_uuid(), $1, 'bigbox', 'stock', 'odoo', 'sale_order', n::text, false, '{}', 2, 'waiting', n,
             case when n % 2 = 0 then 'odoo:bigbox:' || n % 40 end, '10 minutes'
           from generate_series(1, 20000) as n""",
        transmission,
    )
    await ground.run("update gateway.transmission set state = 'translated'")
    before = await ground.claim()
    assert {one.priority for one in before.taken} == {2}
    (order,) = await ground.waiting(1, priority=0)
    assert (await ground.claim()).ids == [order], "the next one made is the order"
