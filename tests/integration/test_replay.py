"""Replay: processed again from stored bytes; what was done is left out, what was not is done once, nobody is answered twice."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.agreement import Partnerships
from gateway.domain.document_path import parse_path
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.domain.rule import RequireRule
from gateway.errors import ConfigurationInvalid
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from tests.integration.harness import US_X12, Running, Settings, configuration
from tests.integration.replaying import Desk
from tests.integration.test_flow import order
from tests.integration.test_large import COUNT, large, released, states
from tests.integration.test_outgoing import Publisher, published
from tests.integration.test_outgoing import order as own_order
from translators.contract import Family

ODOO = RouteTarget("odoo", "sale_order")
STRICT = Route("strict", targets=(ODOO,), rules=(RequireRule(parse_path("warehouse.identifiers.seller"), "logistics"),))


@pytest.fixture
async def desk(gateway: Running) -> Desk:
    return Desk(gateway)


def configure(gateway: Running, settings: Settings) -> None:
    """Let another configuration be in force."""
    gateway.translate._configuration = lambda: settings


def targets(view: Mapping[str, Any]) -> dict[str, str]:
    return {d["target"]: d["state"] for d in view["deliveries"]}


def documents(view: Mapping[str, Any]) -> list[str]:
    return [document["state"] for interchange in view["interchanges"] for document in interchange["documents"]]


async def happened(gateway: Running, transmission: object) -> Counter[str]:
    """What the journal says of a message, by the names of its steps."""
    story = await gateway.records.message(str(transmission))
    assert story is not None
    return Counter(step["what"] for event in story["events"] for step in event["steps"])


class TestAfterTheConfigurationWasCorrected:
    @pytest.mark.parametrize("wrong", [[], [STRICT]], ids=["no route", "stopped by a rule"])
    async def test_what_stopped_is_delivered_and_its_failure_ends(self, desk: Desk, wrong: list[Route]) -> None:
        gateway = desk.gateway
        configure(gateway, configuration(routes=wrong))
        original = await gateway.send(order())
        before = await gateway.delivered(original)
        configure(gateway, configuration())
        batch = await desk.replay(original)
        assert batch.plan.effects == {"documents": 1, "acknowledgements_not_sent_again": 1}
        view = await desk.run_of(batch)
        assert (documents(view), targets(view)) == (["routed"], {"odoo": "delivered"})
        assert view["interchanges"][0]["duplicate_of"] is None
        after = await gateway.view(original)
        assert {f["state"] for f in before["failures"]} == {"open"}
        assert {f["state"] for f in after["failures"]} == {"resolved"}
        assert view["replay_of"]["original"] == str(original)
        assert view["trace"] == after["trace"] is not None, "a replay goes on in the trace of what it repeats"
        assert [run["transmission"] for run in after["replays"]] == [view["id"]]
        assert len(gateway.targets["bigbox-folder"].made) == 1, "the partner was answered once"

    async def test_the_same_order_is_recognised_as_before(self, desk: Desk) -> None:
        gateway = desk.gateway
        configure(gateway, configuration(routes=[]))
        original = await gateway.send(order("4711", control=1))
        await gateway.delivered(original)
        configure(gateway, configuration())
        await desk.run_of(await desk.replay(original))
        copies = [await gateway.delivered(await gateway.send(order("4711", control=n))) for n in (1, 2)]
        assert copies[0]["interchanges"][0]["duplicate_of"] == (await gateway.view(original))["interchanges"][0]["id"]
        assert documents(copies[1]) == ["duplicate"]
        assert len(gateway.targets["odoo"].made) == 1

    async def test_acknowledgements_are_sent_again_only_when_that_is_asked(self, desk: Desk) -> None:
        gateway = desk.gateway
        original = await gateway.send(order())
        await gateway.delivered(original)
        batch = await desk.replay(original, acknowledge=True)
        assert batch.plan.effects["acknowledgements_sent_again"] == 1
        await desk.run_of(batch)
        first, second = (delivery.content for delivery in gateway.targets["bigbox-folder"].made)
        assert first is not None
        assert second is not None
        assert first != second, "it has a control number of its own"


class TestWhatWasDeliveredAlready:
    async def test_what_the_target_has_is_left_out(self, desk: Desk) -> None:
        gateway = desk.gateway
        original = await gateway.send(order())
        await gateway.delivered(original)
        batch = await desk.replay(original)
        assert batch.plan.effects["skipped_as_delivered"] == 1
        view = await desk.run_of(batch)
        assert view["deliveries"] == []
        assert len(gateway.targets["odoo"].made) == 1
        assert (await happened(gateway, view["id"]))["left_to_earlier_delivery"] == 1

    @pytest.mark.parametrize("kind", [OutcomeKind.RETRY, OutcomeKind.FAILED])
    async def test_what_failed_is_given_up_for_the_new_one(self, desk: Desk, kind: OutcomeKind) -> None:
        gateway = desk.gateway
        gateway.targets["odoo"].decide = lambda d: Outcome(d.id, kind, "product-unknown", "Line 3: no product 99.")
        original = await gateway.send(order())
        await gateway.delivered(original)
        gateway.targets["odoo"].decide = lambda d: Outcome(d.id, OutcomeKind.DELIVERED, reference="S7")
        batch = await desk.replay(original)
        assert batch.plan.effects["open_deliveries_superseded"] == 1
        view = await desk.run_of(batch)
        assert targets(view) == {"odoo": "delivered"}
        assert targets(await gateway.view(original))["odoo"] == "voided"
        assert len({d.idempotency_key for d in gateway.targets["odoo"].made}) == 1
        assert {f["state"] for f in (await gateway.view(original))["failures"]} == {"resolved"}

    async def test_what_is_in_doubt_is_nobodys_to_repeat(self, desk: Desk) -> None:
        gateway = desk.gateway
        gateway.targets["odoo"].decide = lambda d: Outcome(d.id, OutcomeKind.IN_DOUBT, "cut", "The line was cut.")
        original = await gateway.send(order())
        await gateway.delivered(original)
        batch = await desk.replay(original)
        assert batch.plan.effects["deliveries_left_as_they_are"] == 1
        view = await desk.run_of(batch)
        assert view["deliveries"] == []
        assert targets(await gateway.view(original))["odoo"] == "in_doubt"
        assert {f["state"] for f in (await gateway.view(original))["failures"]} == {"open"}, "somebody has still to look"

    async def test_what_comes_after_a_delivery_that_was_made_goes_at_once(self, desk: Desk) -> None:
        gateway = desk.gateway
        chain = Route("chain", targets=(ODOO, RouteTarget("bigbox-folder", "copy", after="odoo")))
        configure(gateway, configuration(routes=[chain]))
        refuse = lambda d: Outcome(d.id, OutcomeKind.FAILED if d.action == "copy" else OutcomeKind.DELIVERED)  # noqa: E731
        gateway.targets["bigbox-folder"].decide = refuse
        original = await gateway.send(order())
        await gateway.delivered(original)
        gateway.targets["bigbox-folder"].decide = lambda d: Outcome(d.id, OutcomeKind.DELIVERED)
        view = await desk.run_of(await desk.replay(original))
        assert targets(view) == {"bigbox-folder": "delivered"}
        assert len(gateway.targets["odoo"].made) == 1

    async def test_a_run_is_replayed_and_not_what_it_repeats(self, desk: Desk) -> None:
        original = await desk.gateway.send(order())
        await desk.gateway.delivered(original)
        run = UUID((await desk.run_of(await desk.replay(original)))["id"])
        again = await desk.replay(original, run)
        assert (again.plan.matched, again.plan.count) == (2, 1)
        assert list(again.plan.refused) == ["it was processed again already: replay its newest run, …"]
        done, skipped = await desk.done(again)
        assert (done["subject"], skipped["subject"]) == (str(run), str(original))
        assert (await desk.gateway.view(UUID(done["run"])))["replay_of"]["original"] == str(run)
        assert len(desk.gateway.targets["odoo"].made) == 1


class TestWhatWasNeverRead:
    async def test_it_goes_on_as_itself_and_is_answered_for_the_first_time(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gateway = desk.gateway
        with monkeypatch.context() as broken:
            broken.setattr("gateway.stages.translate.judge", crash)
            original = await gateway.send(order())
        assert (await gateway.view(original))["state"] == "failed"
        batch = await desk.replay(original)
        assert batch.plan.effects == {"read_for_the_first_time": 1}
        view = await desk.run_of(batch)
        assert (view["id"], documents(view)) == (str(original), ["routed"])
        assert len(gateway.targets["bigbox-folder"].made) == 1
        assert {f["state"] for f in view["failures"]} == {"resolved"}
        assert (await happened(gateway, original))["read_again"] == 1

    async def test_what_cannot_be_read_still_has_one_finding_each(self, desk: Desk) -> None:
        original = await desk.gateway.send(b"hello")
        before = await desk.gateway.view(original)
        (item,) = await desk.done(await desk.replay(original))
        after = await desk.gateway.view(original)
        assert (item["state"], item["outcome"]) == ("failed", "nothing could be read")
        assert after["findings"] == before["findings"]
        assert [f["state"] for f in after["failures"]] == ["open"]


def crash(*_: object) -> None:
    raise ZeroDivisionError


class TestAnEarlierConfiguration:
    async def test_it_decides_as_it_did(self, desk: Desk) -> None:
        gateway = desk.gateway
        original = await gateway.send(order())
        await gateway.delivered(original)
        earlier = configuration(routes=[])

        async def built(digest: str) -> Settings:
            assert digest == "0123456789abcdef"
            return earlier

        gateway.translate._earlier_configuration = built
        view = await desk.run_of(await desk.replay(original, configuration="0123456789abcdef"))
        assert documents(view) == ["unrouted"]
        assert view["replay_of"]["configuration"] == "0123456789abcdef"

    async def test_one_that_is_lost_fails_in_the_open(self, desk: Desk) -> None:
        original = await desk.gateway.send(order())
        await desk.gateway.delivered(original)

        async def lost(digest: str) -> Settings:
            raise ConfigurationInvalid(f"{digest} is not kept", remedy="Replay with the present one.")

        desk.gateway.translate._earlier_configuration = lost
        view = await desk.run_of(await desk.replay(original, configuration="feedbead"))
        assert view["state"] == "failed"
        assert [(f["code"], f["remedy"]) for f in view["failures"]] == [("configuration-lost", "Replay with the present one.")]


async def purge(gateway: Running, transmission: UUID) -> None:
    async with gateway.database.transaction() as connection:
        await connection.execute("delete from gateway.raw_body where transmission = $1", transmission)


class TestWhatCannotBeDone:
    async def test_bytes_that_were_purged_are_told_before(self, desk: Desk) -> None:
        gone, there = [await desk.gateway.send(order(f"P-{n}", control=n)) for n in (1, 2)]
        await purge(desk.gateway, gone)
        batch = await desk.replay(gone, there)
        assert batch.plan.refused == {"its bytes were purged: ask the partner to send it again": 1}
        items = await desk.done(batch)
        assert [item["state"] for item in items] == ["done", "skipped"]

    async def test_what_is_purged_after_the_plan_is_skipped_when_its_turn_comes(self, desk: Desk) -> None:
        original = await desk.gateway.send(order())
        await desk.gateway.delivered(original)
        batch = await desk.replay(original)
        await purge(desk.gateway, original)
        (item,) = await desk.done(batch)
        assert (item["state"], item["run"]) == ("skipped", None)
        assert "purged" in item["outcome"]

    async def test_two_batches_do_not_run_the_same_message(self, desk: Desk) -> None:
        original = await desk.gateway.send(order())
        await desk.gateway.delivered(original)
        batches = [await desk.replay(original) for _ in range(2)]
        for batch in batches:
            await desk.confirm(batch)
        await asyncio.gather(*(desk.make_runner(f"node-{n}").round() for n in range(4)))
        for batch in batches:
            await desk.until(batch, "done")
        items = [item for batch in batches for item in await desk.records.items(batch.id)]
        assert sorted(item["state"] for item in items) == ["done", "skipped"]
        assert len((await desk.gateway.view(original))["replays"]) == 1

    async def test_a_duplicate_is_not_replayed_in_place_of_the_first(self, desk: Desk) -> None:
        await desk.gateway.send(order())
        copy = await desk.gateway.send(order())
        batch = await desk.replay(copy, await desk.gateway.send(order("2", control=2)))
        assert batch.plan.refused == {"it only repeats what came before: replay the first one": 1}


class TestForPartners:
    async def test_what_had_no_agreement_is_sent_and_what_was_sent_is_not(self, desk: Desk) -> None:
        gateway, publisher = desk.gateway, Publisher(desk.gateway)
        usual = configuration()
        known = usual.partnerships
        without = [a for a in known.agreements.values() if a.id != "bigbox-850-out"]
        partnerships = Partnerships.build(known.partners.values(), without, identities={Family.X12: [US_X12]})
        configure(gateway, Settings(partnerships, usual.routes, usual.channels))
        (stopped,) = await publisher.publish(published(own_order("PO-1"), message_id="m-1"))
        assert documents(stopped) == ["stopped"]
        configure(gateway, usual)
        view = await desk.run_of(await desk.replay(UUID(stopped["id"])))
        assert documents(view) == ["routed"]
        assert targets(view) == {"bigbox-folder": "delivered"}
        again = await desk.replay(UUID(view["id"]))
        assert again.plan.effects["already_sent_to_partners"] == 1
        assert documents(await desk.run_of(again)) == ["duplicate"]
        assert len(gateway.targets["bigbox-folder"].made) == 1


@pytest.mark.timeout(120)
async def test_a_large_message_is_processed_again_in_slices(desk: Desk) -> None:
    gateway = desk.gateway
    dead = {f"L7-{n}" for n in range(1, 11)}

    def decide(delivery: ClaimedDelivery) -> Outcome:
        assert delivery.json is not None
        refused = any(f'"number":"{number}"'.encode() in delivery.json for number in dead)
        return Outcome(delivery.id, OutcomeKind.FAILED if refused else OutcomeKind.DELIVERED, "product-unknown")

    gateway.targets["odoo"].decide = decide
    original = await gateway.send(large())
    await released(gateway)
    async with asyncio.timeout(60):
        while (await gateway.records.counts())["unfinished"]:
            await asyncio.sleep(0)
    failed = [d for d in gateway.targets["odoo"].made if decide(d).kind is OutcomeKind.FAILED]
    assert len(failed) == len(dead)
    dead.clear()
    gateway.targets["odoo"].made.clear()
    (item,) = await desk.done(await desk.replay(original))
    assert item["state"] == "done"
    assert await states(gateway) == {"routed": 2 * COUNT}
    made = Counter(d.idempotency_key for d in gateway.targets["odoo"].made)
    assert made == Counter(d.idempotency_key for d in failed), "only what had failed was delivered, once each"
