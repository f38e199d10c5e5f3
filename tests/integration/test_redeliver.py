"""Redeliver: the same bytes to the target again, under the same key; dead letters that a person gives up or finds delivered."""

from uuid import UUID

import pytest

from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.operations import dead_letters
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.ports.delivery import APPROVAL, APPROVED_BY
from tests.integration.harness import Running, configuration
from tests.integration.replaying import Desk
from tests.integration.test_flow import edifact, order
from tests.integration.test_replay import configure, happened, purge, targets


@pytest.fixture
async def desk(gateway: Running) -> Desk:
    return Desk(gateway)


async def delivery_in(desk: Desk, kind: OutcomeKind, *, number: str = "4711", control: int = 1) -> UUID:
    """A delivery to Odoo that ended in this way; Odoo works afterwards."""
    odoo = desk.gateway.targets["odoo"]
    odoo.decide = lambda d: Outcome(d.id, kind, "trouble", "Odoo said no.", reference=None)
    view = await desk.gateway.delivered(await desk.gateway.send(order(number, control=control)))
    odoo.decide = lambda d: Outcome(d.id, OutcomeKind.DELIVERED, reference="S7")
    return UUID(next(d["id"] for d in view["deliveries"] if d["target"] == "odoo"))


async def delivery(desk: Desk, wanted: UUID) -> dict:
    async with desk.gateway.database.connection() as connection:
        (row,) = await connection.fetch("select * from gateway.delivery where id = $1", wanted)
    return dict(row)


async def audited(desk: Desk) -> list[tuple[str, str]]:
    async with desk.gateway.database.connection() as connection:
        return [(row["actor"], row["action"]) for row in await connection.fetch("select * from gateway.audit order by id")]


class TestFailedOrDead:
    @pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.RETRY])
    async def test_it_is_made_again_with_its_retries_anew_and_its_failure_ends(self, desk: Desk, kind: OutcomeKind) -> None:
        wanted = await delivery_in(desk, kind)
        attempts = (await delivery(desk, wanted))["attempt"]
        batch = await desk.redeliver(wanted)
        assert batch.plan.effects == {"tried_again": 1}
        trouble = iter([True, True, False])
        desk.gateway.targets["odoo"].decide = lambda d: Outcome(
            d.id, OutcomeKind.RETRY if next(trouble) else OutcomeKind.DELIVERED, "again"
        )
        (item,) = await desk.done(batch)
        row = await delivery(desk, wanted)
        assert (item["state"], row["state"], row["attempt"]) == ("done", "delivered", attempts + 3)
        view = await desk.gateway.view(row["transmission"])
        assert {f["state"] for f in view["failures"]} == {"resolved"}
        assert len({d.idempotency_key for d in desk.gateway.targets["odoo"].made}) == 1
        assert (await happened(desk.gateway, row["transmission"]))["redelivered"] == 1
        assert await audited(desk) == [("ann", "batch_planned"), ("ann", "batch_running"), ("gateway", "batch_done")]

    async def test_one_that_fails_again_is_told_in_the_result(self, desk: Desk) -> None:
        wanted = await delivery_in(desk, OutcomeKind.FAILED)
        desk.gateway.targets["odoo"].decide = lambda d: Outcome(d.id, OutcomeKind.FAILED, "closed", "The period is closed.")
        (item,) = await desk.done(await desk.redeliver(wanted))
        assert (item["state"], item["outcome"]) == ("failed", "closed: The period is closed.")

    async def test_what_is_named_by_its_message_means_all_of_its_deliveries(self, desk: Desk) -> None:
        wanted = await delivery_in(desk, OutcomeKind.FAILED)
        transmission = (await delivery(desk, wanted))["transmission"]
        batch = await desk.redeliver(transmission)
        assert (batch.plan.matched, batch.plan.count) == (2, 1), "the acknowledgement was delivered"


class TestDelivered:
    async def test_only_on_demand(self, desk: Desk) -> None:
        view = await desk.gateway.delivered(await desk.gateway.send(edifact(), partner="nordmart", channel="nordmart-folder"))
        ids = [UUID(d["id"]) for d in view["deliveries"]]
        with pytest.raises(PlanRefused, match="--delivered"):
            await desk.redeliver(*ids)
        batch = await desk.redeliver(*ids, delivered=True)
        assert batch.plan.effects == {"recognised_by_the_target": 1, "duplicates_at_the_partner": 1}
        assert [item["state"] for item in await desk.done(batch)] == ["done", "done"]
        sent = [d.content for d in desk.gateway.targets["nordmart-folder"].made]
        assert len(sent) == 2
        assert sent[0] == sent[1]
        assert len({d.idempotency_key for d in desk.gateway.targets["odoo"].made}) == 1


class TestInDoubt:
    async def test_it_is_tried_again_when_a_person_says_so(self, desk: Desk) -> None:
        wanted = await delivery_in(desk, OutcomeKind.IN_DOUBT)
        with pytest.raises(PlanRefused, match="--in-doubt"):
            await desk.redeliver(wanted)
        (item,) = await desk.done(await desk.redeliver(wanted, in_doubt=True))
        assert (item["state"], (await delivery(desk, wanted))["state"]) == ("done", "delivered")

    async def test_or_counts_as_delivered(self, desk: Desk) -> None:
        wanted = await delivery_in(desk, OutcomeKind.IN_DOUBT)
        await desk.found(wanted)
        row = await delivery(desk, wanted)
        assert (row["state"], row["reference"]) == ("delivered", "S00042")
        assert (await happened(desk.gateway, row["transmission"]))["found_delivered"] == 1
        assert {f["state"] for f in (await desk.gateway.view(row["transmission"]))["failures"]} == {"resolved"}
        with pytest.raises(ActionRefused, match="delivered, not in doubt"):
            await desk.found(wanted)


class TestDeadLetters:
    async def test_they_are_listed_by_their_cause(self, desk: Desk) -> None:
        await delivery_in(desk, OutcomeKind.FAILED, number="1", control=1)
        await delivery_in(desk, OutcomeKind.FAILED, number="2", control=2)
        await delivery_in(desk, OutcomeKind.RETRY, number="3", control=3)
        unread = await desk.gateway.send(b"hello")
        letters = await desk.records.dead_letters()
        assert [letter["state"] for letter in letters] == ["unreadable", "dead", "failed", "failed"]
        assert letters[0]["id"] == str(unread)
        assert len({letter["fingerprint"] for letter in letters if letter["state"] == "failed"}) == 1
        assert [letter["state"] for letter in await desk.records.dead_letters(targets=("odoo",), states=("dead",))] == ["dead"]

    async def test_one_that_is_given_up_takes_along_what_was_to_come_after_it(self, desk: Desk) -> None:
        chain = Route("chain", targets=(
            RouteTarget("odoo", "sale_order"), RouteTarget("bigbox-folder", "copy", after="odoo"),
            RouteTarget("nordmart-folder", "copy", after="bigbox-folder"),
        ))  # fmt: skip
        configure(desk.gateway, configuration(routes=[chain], functional=""))
        wanted = await delivery_in(desk, OutcomeKind.FAILED)
        assert await desk.discard(wanted) == "failed"
        row = await delivery(desk, wanted)
        view = await desk.gateway.view(row["transmission"])
        assert set(targets(view).values()) == {"voided"}
        assert {f["state"] for f in view["failures"]} == {"resolved"}
        assert await desk.records.dead_letters() == []
        assert ("ann", "discarded") in await audited(desk)
        with pytest.raises(PlanRefused, match="given up"):
            await desk.redeliver(wanted)

    async def test_an_acknowledgement_that_is_given_up_accounts_for_its_number(self, desk: Desk) -> None:
        folder = desk.gateway.targets["bigbox-folder"]
        folder.decide = lambda d: Outcome(d.id, OutcomeKind.FAILED, "full", "The disk is full.")
        view = await desk.gateway.delivered(await desk.gateway.send(order()))
        wanted = next(d for d in view["deliveries"] if d["target"] == "bigbox-folder")
        await desk.discard(UUID(wanted["id"]))
        async with desk.gateway.database.connection() as connection:
            voided = await connection.fetch("select outbound from gateway.voided_outbound")
        assert [str(row["outbound"]) for row in voided] == [wanted["outbound"]]

    async def test_what_cannot_be_read_is_given_up_and_stays_stored(self, desk: Desk) -> None:
        unread = await desk.gateway.send(b"hello")
        assert await desk.discard(unread) == "unreadable"
        assert await desk.records.dead_letters() == []
        assert b"".join([piece async for piece in desk.records.raw(unread)]) == b"hello"

    async def test_what_is_well_is_not_discarded(self, desk: Desk) -> None:
        view = await desk.gateway.delivered(await desk.gateway.send(order()))
        for wanted in (view["id"], view["deliveries"][0]["id"]):
            with pytest.raises(ActionRefused):
                await desk.discard(UUID(wanted))
        with pytest.raises(Absent):
            await desk.discard(desk.gateway.new_id())


class TestCorrected:
    BAD = order().replace(b"BEG*00*", b"BEG**")

    async def test_a_copy_is_processed_and_the_original_stays_as_it_is(self, desk: Desk) -> None:
        original = await desk.gateway.send(self.BAD)
        before = await desk.gateway.delivered(original)
        view = await desk.run_of(await desk.correct(original, order()))
        assert [d["state"] for d in view["interchanges"][0]["documents"]] == ["routed"]
        assert targets(view) == {"odoo": "delivered"}
        assert view["replay_of"]["corrected"]
        assert view["replay_of"]["reason"] == "a segment was missing"
        after = await desk.gateway.view(original)
        assert after["interchanges"] == before["interchanges"]
        assert [run["transmission"] for run in after["replays"]] == [view["id"]]
        assert {f["state"] for f in after["failures"]} == {"resolved"}
        assert b"".join([piece async for piece in desk.records.raw(original)]) == self.BAD
        assert b"".join([piece async for piece in desk.records.raw(UUID(view["id"]))]) == order()
        assert len(desk.gateway.targets["bigbox-folder"].made) == 1, "the partner was told of the rejection, and of nothing else"

    async def test_one_that_is_still_wrong_leaves_the_failure_open(self, desk: Desk) -> None:
        original = await desk.gateway.send(self.BAD)
        (item,) = await desk.done(await desk.correct(original, order(control=2).replace(b"BEG*00*", b"BEG**")))
        assert item["state"] == "failed"
        assert {f["state"] for f in (await desk.gateway.view(original))["failures"]} == {"open"}

    async def test_somebody_else_confirms_it_where_that_is_asked(self, desk: Desk) -> None:
        original = await desk.gateway.send(self.BAD)
        batch = await desk.correct(original, order(), second_person=True)
        with pytest.raises(ActionRefused, match="somebody else") as refused:
            await desk.confirm(batch, by="ann")
        assert refused.value.exit_status == 4
        await desk.confirm(batch, by="bob")
        await desk.until(batch, "done")
        (run,) = (await desk.gateway.view(original))["replays"]
        assert run["actor"] == "bob"

    async def test_bytes_of_a_correction_that_is_cancelled_are_removed(self, desk: Desk) -> None:
        original = await desk.gateway.send(self.BAD)
        batch = await desk.correct(original, order())
        assert await desk.cancel(batch) == 1
        async with desk.gateway.database.connection() as connection:
            left = await connection.fetch("select transmission from gateway.raw_body")
        assert [row["transmission"] for row in left] == [original]

    async def test_nothing_changed_is_no_correction_and_purged_bytes_are_no_hindrance(self, desk: Desk) -> None:
        original = await desk.gateway.send(self.BAD)
        with pytest.raises(PlanRefused, match="Nothing was changed"):
            await desk.correct(original, self.BAD)
        await purge(desk.gateway, original)
        view = await desk.run_of(await desk.correct(original, order()))
        assert targets(view) == {"odoo": "delivered"}


class TestApproval:
    async def waiting(self, desk: Desk) -> UUID:
        """A delivery that waits for a person, and is made as soon as one has approved it."""
        odoo = desk.gateway.targets["odoo"]

        def decide(asked: ClaimedDelivery) -> Outcome:
            by = asked.options.get(APPROVED_BY)
            if not by:
                return Outcome(asked.id, OutcomeKind.FAILED, APPROVAL, "-400 crates exceed 50.")
            return Outcome(asked.id, OutcomeKind.DELIVERED, "adjusted", reference=f"approved by {by}")

        odoo.decide = decide
        view = await desk.gateway.delivered(await desk.gateway.send(order()))
        return next(UUID(one["id"]) for one in view["deliveries"] if one["target"] == "odoo")

    async def test_what_waits_is_done_once_under_the_name_of_who_approved_it(self, desk: Desk) -> None:
        wanted = await self.waiting(desk)
        (letter,) = await desk.records.dead_letters(codes=(APPROVAL,))
        assert (letter["id"], letter["message"]) == (str(wanted), "-400 crates exceed 50.")
        with pytest.raises(PlanRefused, match="reason"):
            await dead_letters.approve(desk.store, wanted, by="ann", reason=" ", node="desk")
        await dead_letters.approve(desk.store, wanted, by="ann", reason="counted twice", node="desk")
        await desk.wake("odoo")
        await desk.gateway.delivered((await delivery(desk, wanted))["transmission"])
        row = await delivery(desk, wanted)
        assert (row["state"], row["reference"]) == ("delivered", "approved by ann")
        assert ("ann", "approved") in await audited(desk)
        assert (await happened(desk.gateway, row["transmission"]))["approved"] == 1
        assert {f["state"] for f in (await desk.gateway.view(row["transmission"]))["failures"]} == {"resolved"}
        with pytest.raises(ActionRefused, match="does not wait for an approval"):
            await dead_letters.approve(desk.store, wanted, by="bob", reason="again", node="desk")

    async def test_what_is_refused_is_never_done(self, desk: Desk) -> None:
        wanted = await self.waiting(desk)
        assert await desk.discard(wanted) == "failed"
        with pytest.raises(ActionRefused, match="voided"):
            await dead_letters.approve(desk.store, wanted, by="ann", reason="after all", node="desk")
        assert (await delivery(desk, wanted))["state"] == "voided"

    async def test_what_failed_for_another_reason_is_not_approved(self, desk: Desk) -> None:
        wanted = await delivery_in(desk, OutcomeKind.FAILED)
        with pytest.raises(ActionRefused, match="failed"):
            await dead_letters.approve(desk.store, wanted, by="ann", reason="looks right", node="desk")
        with pytest.raises(Absent, match="no delivery"):
            await dead_letters.approve(desk.store, desk.gateway.new_id(), by="ann", reason="what is it", node="desk")
