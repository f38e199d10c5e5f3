"""A message is given up over a real database: ignored, nothing of it is open; rejected, its sender is told once as well."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway.bootstrap.giving_up import NegativeAnswers
from gateway.domain.agreement import Agreement, Direction, Partnerships
from gateway.domain.expectation import Expected
from gateway.domain.negative_answer import Rejection, negative_answers
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.operations.give_up import GiveUp, Outcome
from gateway.ports import ClaimedDelivery, OutcomeKind
from gateway.ports import Outcome as Delivered
from gateway.stages.outgoing import OUTBOUND
from gateway.store.batch_records import BatchRecords
from gateway.store.database import Database
from gateway.store.giving_up import PostgresGivingUp
from gateway.store.message_parts import MessageParts
from tests.integration.harness import US_EDIFACT, US_X12, Running, Settings, configuration, running
from tests.integration.ledger import x12
from tests.integration.replaying import Desk
from tests.integration.test_flow import edifact, join_sets, order
from tests.integration.test_orders import Orders
from translators import registry
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Family

REASON = "item 4711 is no longer made"
RESPONSE = Agreement(
    "bigbox-855", "bigbox", Direction.OUT, "order_response", Family.X12, "855", "004010", channel="bigbox-folder"
)
ADVICE = Agreement(
    "bigbox-824", "bigbox", Direction.OUT, "application_response", Family.X12, "824", "004010", channel="bigbox-folder"
)
APERAK = Agreement(
    "nordmart-aperak", "nordmart", Direction.OUT, "application_response", Family.EDIFACT, "APERAK", "D.96A",
    channel="nordmart-folder",
)  # fmt: skip
BOTH = Route(
    "both", document="purchase_order", targets=(RouteTarget("odoo", "sale_order"), RouteTarget("wms", "order", after="odoo"))
)  # fmt: skip


def agreed(*more: Agreement, routes: Sequence[Route] | None = (BOTH,)) -> Settings:
    """The usual configuration with further agreements about what goes out."""
    known = configuration(routes=routes)
    agreements = [*known.partnerships.agreements.values(), *more]
    ours = {Family.X12: [US_X12], Family.EDIFACT: [US_EDIFACT]}
    partners = known.partnerships.partners.values()
    return replace(known, partnerships=Partnerships.build(partners, agreements, identities=ours))


def no(delivery: ClaimedDelivery) -> Delivered:
    return Delivered(delivery.id, OutcomeKind.FAILED, code="product-unknown", message="Odoo knows no item 4711.")


@dataclass
class Office:
    """A running gateway whose Odoo refuses, and somebody who decides about what lies there."""

    gateway: Running

    @property
    def give_up(self) -> GiveUp:
        answer = NegativeAnswers(self.gateway.settings, self.gateway.new_id, channel_of=lambda partner: f"{partner}-folder")
        return GiveUp(PostgresGivingUp(self.gateway.database, answers=OUTBOUND), answer, "test-digest", "desk")

    async def refused(self, body: bytes, partner: str = "bigbox") -> UUID:
        """A message whose first delivery Odoo has refused."""
        self.gateway.targets["odoo"].decide = no
        transmission = await self.gateway.send(body, partner=partner, channel=f"{partner}-folder")
        await self.gateway.delivered(transmission)
        return transmission

    async def reject(self, named: UUID, **how: Any) -> Outcome:
        return await self.give_up.reject(named, by="ann", reason=REASON, **how)

    async def ignore(self, named: UUID, **how: Any) -> Outcome:
        return await self.give_up.ignore(named, by="ann", reason=REASON, **how)

    async def states(self, message: UUID) -> dict[str, str]:
        """The deliveries of documents by target."""
        view = await self.gateway.view(message)
        return {one["target"]: one["state"] for one in view["deliveries"] if one["document"]}

    async def sent(self, outcome: Outcome) -> Sequence[tuple[Any, bytes]]:
        """The answers of a rejection once they have gone: what they say, and their bytes."""
        found = []
        for answer in outcome.answers:
            await self.gateway.sweep.round()
            async with asyncio.timeout(20):
                while not (view := await self.gateway.view(answer.row.id))["deliveries"]:
                    await self.gateway.sweep.round()
            await self.gateway.delivered(answer.row.id)
            delivery = next(one["id"] for one in view["deliveries"])
            target = self.gateway.targets[answer.channel]
            (content,) = [one.content for one in target.made if str(one.id) == delivery]
            assert content is not None
            found.append((registry.translate(content).interchanges[0].documents[0].canonical, content))
        return found

    async def confirmed(self, outcome: Outcome) -> None:
        """The partner acknowledges what it got."""
        (group,) = await self.rows(
            "select group_id, group_number from gateway.outbound_document where name = $1", outcome.answers[0].name
        )
        body = ["ST*997*0001", f"AK1*{group['group_id']}*{group['group_number']}", "AK9*A*1*1*1", "SE*4*0001"]
        await self.gateway.send(x12("FA", [body], number=901, ours=False, group=901))

    async def open(self) -> tuple[int, int]:
        """Failures that are not resolved, and dead letters."""
        failures = await self.rows("select code from gateway.failure where state <> 'resolved'")
        return len(failures), len(await BatchRecords(self.gateway.database).dead_letters())

    async def rows(self, sql: str, *arguments: Any) -> list[Mapping[str, Any]]:
        async with self.gateway.database.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def audited(self, subject: UUID) -> list[tuple[str, str, dict[str, Any]]]:
        sql = "select actor, action, detail from gateway.audit where subject = $1 order by id"
        return [(row["actor"], row["action"], orjson.loads(row["detail"])) for row in await self.rows(sql, str(subject))]

    async def document(self, message: UUID) -> UUID:
        return UUID((await self.gateway.view(message))["interchanges"][0]["documents"][0]["id"])


@pytest.fixture
async def office(postgres_url: str, database: Database, settings: Settings) -> AsyncIterator[Office]:
    async with running(postgres_url, database, settings) as gateway:
        yield Office(gateway)


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    return getattr(request, "param", agreed(RESPONSE, APERAK))


def with_settings(*more: Agreement, **how: Any) -> Any:
    return pytest.mark.parametrize("settings", [agreed(*more, **how)], indirect=True, ids=[""])


class TestRejected:
    @with_settings(replace(RESPONSE, expect=(Expected("997", within=timedelta(hours=1)),)), APERAK)
    async def test_the_partner_gets_the_855_and_nothing_remains_open(self, office: Office) -> None:
        message = await office.refused(order("4711", lines=2))
        assert await office.open() == (1, 1)
        outcome = await office.reject(message)
        (told, content), *_ = await office.sent(outcome)
        assert told.status == "rejected"
        assert {answer.status for line in told.lines for answer in line.responses} == {"rejected"}
        assert len(told.lines) == 2
        assert REASON.encode() in content.replace(b"\n", b" ")
        assert await office.open() == (0, 0)
        assert await office.states(message) == {"odoo": "voided", "wms": "voided"}
        assert {one.target for one in outcome.deliveries} == {"odoo", "wms"}
        await office.confirmed(outcome)
        (expected,) = await office.rows("select kind, state from gateway.expectation")
        assert (expected["kind"], expected["state"]) == ("997", "accepted"), "the partner has it"
        (answer,) = await MessageParts(office.gateway.database).business_answers(message)
        assert (answer["type"], answer["name"]) == ("855", "order_response"), "the message's acknowledgements show it"
        assert await office.open() == (0, 0)

    async def test_the_orders_timeline_tells_it_with_the_reason(self, office: Office) -> None:
        orders = Orders(office.gateway)
        message = await office.refused(order("4711", lines=2))
        await orders.process.round()
        await office.sent(await office.reject(message))
        await orders.process.round()
        view = await orders.view()
        assert view["state"] == "rejected"
        assert REASON in str(view)
        assert await orders.failures() == {}

    async def test_the_message_and_the_audit_tell_who_and_why(self, office: Office) -> None:
        message = await office.refused(order())
        outcome = await office.reject(message)
        await office.sent(outcome)
        story = await office.gateway.records.message(str(message))
        assert story is not None
        (step,) = [one for event in story["events"] if event["stage"] == "decide" for one in event["steps"]]
        assert (step["what"], step["detail"]["by"], step["detail"]["reason"]) == ("rejected", "ann", REASON)
        (line,) = await office.audited(message)
        assert line[:2] == ("ann", "rejected")
        assert line[2]["answers"] == [f"855 {outcome.answers[0].number}"]
        assert line[2]["deliveries"] == 2
        odoo = next(one.id for one in outcome.deliveries if one.target == "odoo")
        assert [one[1] for one in await office.audited(odoo)] == ["rejected"]

    async def test_once_however_often_it_is_asked_for(self, office: Office) -> None:
        message = await office.refused(order())
        first = await office.reject(message)
        again = await office.reject(message)
        assert (again.answers, again.deliveries, [one.answered for one in again.before]) == ([], [], [first.answers[0].row.id])
        assert len(await office.rows("select id from gateway.transmission where channel = $1", OUTBOUND)) == 1
        assert len(await office.audited(message)) == 1

    async def test_two_people_at_once_send_one_answer(self, office: Office) -> None:
        message = await office.refused(order())
        outcomes = await asyncio.gather(*(office.reject(message) for _ in range(5)))
        assert sorted(len(one.answers) for one in outcomes) == [0, 0, 0, 0, 1]
        assert len(await office.rows("select id from gateway.transmission where channel = $1", OUTBOUND)) == 1

    async def test_a_later_run_of_it_is_not_answered_again(self, office: Office) -> None:
        message = await office.refused(order())
        await office.reject(message)
        desk = Desk(office.gateway)
        run = UUID((await desk.run_of(await desk.replay(message)))["id"])
        await office.gateway.delivered(run)
        with pytest.raises(ActionRefused, match="processed again"):
            await office.reject(message)
        outcome = await office.reject(run)
        assert (len(outcome.answers), len(outcome.before), len(outcome.deliveries)) == (0, 1, 2)
        assert await office.open() == (0, 0)

    async def test_only_shown_nothing_is_done(self, office: Office) -> None:
        message = await office.refused(order())
        shown = await office.reject(message, only_show=True)
        assert (shown.done, shown.answers[0].type, shown.answers[0].agreement) == (False, "855", "bigbox-855")
        assert await office.open() == (1, 1)
        assert await office.rows("select id from gateway.transmission where channel = $1", OUTBOUND) == []

    async def test_an_edifact_order_is_answered_by_aperak_where_no_response_is_agreed(self, office: Office) -> None:
        message = await office.refused(edifact("4711"), "nordmart")
        ((told, content),) = await office.sent(await office.reject(message))
        assert (told.status, told.documents[0].document.number, told.documents[0].errors[0].text) == ("rejected", "4711", REASON)
        assert b"+RE'" in content
        assert await office.open() == (0, 0)

    @with_settings(ADVICE)
    async def test_an_x12_order_is_answered_by_824_where_that_is_agreed(self, office: Office) -> None:
        message = await office.refused(order())
        ((told, content),) = await office.sent(await office.reject(message))
        assert told.documents[0].status == "rejected"
        assert told.documents[0].document.number == "4711"
        assert b"OTI*TR*PO*4711*" in content

    @with_settings()
    async def test_nothing_is_done_where_nothing_is_agreed_and_the_remedy_can_be_copied(self, office: Office) -> None:
        message = await office.refused(order())
        with pytest.raises(ActionRefused, match="Nothing is agreed with bigbox") as refused:
            await office.reject(message)
        assert 'document = "order_response", format = "x12/004010/855", channel = "bigbox-folder"' in refused.value.remedy
        assert await office.states(message) == {"odoo": "failed", "wms": "blocked"}
        assert await office.open() == (1, 1)

    @with_settings(replace(RESPONSE, version="999999"))
    async def test_an_answer_that_cannot_be_written_is_told_before_anything_is_done(self, office: Office) -> None:
        message = await office.refused(order())
        with pytest.raises(ActionRefused, match="Agreement bigbox-855"):
            await office.reject(message)
        assert await office.open() == (1, 1)

    @with_settings(RESPONSE, routes=None)
    async def test_what_the_application_has_is_cancelled_there(self, office: Office) -> None:
        message = await office.gateway.send(order())
        await office.gateway.delivered(message)
        with pytest.raises(ActionRefused, match=r"odoo has the purchase order 4711 already, as S1") as refused:
            await office.reject(message)
        assert refused.value.remedy.startswith("Cancel it in odoo")

    async def test_of_several_documents_the_one_that_is_named(self, office: Office) -> None:
        office.gateway.targets["odoo"].decide = no
        message = await office.gateway.send(join_sets(order("GOOD"), order("BAD")))
        await office.gateway.delivered(message)
        first = await office.document(message)
        outcome = await office.reject(first)
        assert [one.document for one in outcome.answers] == [first]
        assert sorted(one["state"] for one in await office.rows("select state from gateway.delivery where target = 'odoo'")) == [
            "failed", "voided",
        ]  # fmt: skip
        rest = await office.reject(message)
        assert (len(rest.answers), len(rest.before)) == (1, 1)
        assert await office.open() == (0, 0)

    @with_settings(RESPONSE, routes=())
    async def test_a_document_that_no_route_takes(self, office: Office) -> None:
        message = await office.gateway.send(order())
        assert (await office.open())[0] == 1
        outcome = await office.reject(message)
        assert (len(outcome.deliveries), outcome.failures, len(outcome.answers)) == (0, 1, 1)
        assert await office.open() == (0, 0)

    async def test_what_was_purged_cannot_be_answered(self, office: Office) -> None:
        message = await office.refused(order())
        await office.rows("delete from gateway.canonical_body")
        with pytest.raises(ActionRefused, match="no longer kept"):
            await office.reject(message)

    async def test_an_order_that_was_answered_already_is_not_contradicted(self, office: Office) -> None:
        message = await office.refused(order())
        sql = "select json from gateway.canonical_body where document = $1"
        (body,) = await office.rows(sql, await office.document(message))
        said = Rejection("said by another service", "4711-1", datetime.now(UTC), "x12", "850")
        response, _ = negative_answers(PurchaseOrder.model_validate_json(body["json"]), said)
        await office.gateway.send(response.to_json(), channel=OUTBOUND)
        with pytest.raises(ActionRefused, match="has an answer to the purchase order 4711 already: 855 0001"):
            await office.reject(message)

    async def test_ones_own_answer_is_nobodys_to_reject(self, office: Office) -> None:
        outcome = await office.reject(await office.refused(order()))
        await office.sent(outcome)
        with pytest.raises(ActionRefused, match="one of ours"):
            await office.reject(outcome.answers[0].row.id)


class TestIgnored:
    async def test_nothing_remains_open_and_nobody_is_told(self, office: Office) -> None:
        message = await office.refused(order())
        outcome = await office.ignore(message)
        assert {one.target: one.state for one in outcome.deliveries} == {"odoo": "failed", "wms": "blocked"}
        assert await office.states(message) == {"odoo": "voided", "wms": "voided"}
        assert await office.open() == (0, 0)
        assert await office.rows("select id from gateway.transmission where channel = $1", OUTBOUND) == []
        ((actor, action, detail),) = await office.audited(message)
        assert (actor, action, detail["reason"], detail["deliveries"]) == ("ann", "ignored", REASON, 2)

    async def test_a_second_time_nothing_waits(self, office: Office) -> None:
        message = await office.refused(order())
        await office.ignore(message)
        with pytest.raises(ActionRefused, match="done with"):
            await office.ignore(message)

    async def test_it_can_be_rejected_after_all(self, office: Office) -> None:
        message = await office.refused(order())
        await office.ignore(message)
        outcome = await office.reject(message)
        assert (len(outcome.deliveries), len(outcome.answers)) == (0, 1)

    async def test_what_could_not_be_read(self, office: Office) -> None:
        message = await office.gateway.send(b"nothing that anybody could read")
        assert await office.open() == (1, 1)
        with pytest.raises(ActionRefused, match="Nothing could be read"):
            await office.reject(message)
        outcome = await office.ignore(message)
        assert (outcome.deliveries, outcome.failures) == ([], 1)
        assert await office.open() == (0, 0)

    @with_settings(RESPONSE, routes=None)
    async def test_what_was_delivered_waits_for_nobody(self, office: Office) -> None:
        message = await office.gateway.send(order())
        await office.gateway.delivered(message)
        with pytest.raises(ActionRefused, match="it was delivered to odoo"):
            await office.ignore(message)

    async def test_by_the_id_of_a_delivery(self, office: Office) -> None:
        message = await office.refused(order())
        (delivery,) = [one["id"] for one in (await office.gateway.view(message))["deliveries"] if one["target"] == "odoo"]
        outcome = await office.ignore(UUID(delivery))
        assert (outcome.message, len(outcome.deliveries)) == (message, 2)

    async def test_without_a_reason_or_a_message_nothing_is_done(self, office: Office) -> None:
        message = await office.refused(order())
        with pytest.raises(PlanRefused, match="reason"):
            await office.give_up.ignore(message, by="ann", reason=" ")
        with pytest.raises(Absent):
            await office.ignore(office.gateway.new_id())
