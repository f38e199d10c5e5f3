"""The way of an order, from bytes to the target and back to the acknowledgement, over a real database."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.domain.agreement import DuplicatePolicy, Unroutable
from gateway.domain.document_path import parse_path
from gateway.domain.retry import RetryPolicy
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.domain.rule import RequireRule
from gateway.ports import ClaimedDelivery, Handover, Outcome, OutcomeKind
from gateway.store.database import Database
from tests.acceptance.malformed import ANSWERS, small_cases, told
from tests.integration.harness import Running, configuration, running
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850
from translators.contract import When


def order(number: str = "4711", control: int = 1, **changes: object) -> bytes:
    values = {"sender": "01:123456789", "receiver": "ZZ:NORDICDC", "control_number": control, "order_number": number}
    return order_850(**{**values, **changes})  # type: ignore[arg-type]


def edifact(number: str = "4711", control: int = 1, **changes: object) -> bytes:
    values = {"sender": "5798000000025", "receiver": "5790000000012", "control_number": control}
    return order_edifact(**{**values, "order_number": number, **changes})  # type: ignore[arg-type]


class TestOneOrder:
    @pytest.mark.parametrize(("body", "partner", "answer"), [(order(), "bigbox", "997"), (edifact(), "nordmart", "CONTRL")])
    async def test_reaches_the_target_and_is_acknowledged(self, gateway: Running, body: bytes, partner: str, answer: str) -> None:
        transmission = await gateway.send(body, partner=partner, channel=f"{partner}-folder")
        view = await gateway.delivered(transmission)
        interchange = view["interchanges"][0]
        assert interchange["documents"][0]["state"] == "routed"
        assert [a["type"] for a in interchange["acknowledgements"]] == [answer]
        assert interchange["acknowledgements"][0]["verdict"] == "accepted"
        assert [d["state"] for d in view["deliveries"]] == ["delivered", "delivered"]
        assert len(gateway.targets["odoo"].made) == 1
        assert answer.encode() in gateway.targets[f"{partner}-folder"].made[0].content  # type: ignore[operator]

    async def test_can_be_told_from_its_number(self, gateway: Running) -> None:
        await gateway.delivered(await gateway.send(order("PO-99")))
        story = await gateway.records.trace("PO-99")
        assert story is not None
        assert {event["stage"] for event in story["events"]} == {"translate", "deliver"}
        assert story["deliveries"][0]["attempts"][0]["outcome"] == "delivered"

    async def test_is_published_under_its_partner_with_its_headers(self, gateway: Running) -> None:
        heard: asyncio.Queue = asyncio.Queue()
        async with gateway.broker.subscribe("edi.canonical", "purchase_order.in.*", heard.put, queue="listener"):
            await gateway.send(order("4711"))
            (message,) = await asyncio.wait_for(heard.get(), 10)
        assert message.routing_key == "purchase_order.in.bigbox"
        assert message.headers["type"] == "document.purchase_order.received"
        assert message.headers["subject"] == "4711"
        assert b'"number":"4711"' in message.body
        assert (await gateway.records.counts())["outbox"] == 0


class TestMixture:
    async def test_one_good_and_one_bad_give_one_order_one_rejection_and_p(self, gateway: Running) -> None:
        good, bad = order("GOOD"), order("BAD", control=1)
        body = join_sets(good, bad.replace(b"BEG*00*", b"BEG**"))
        view = await gateway.delivered(await gateway.send(body))
        documents = view["interchanges"][0]["documents"]
        assert sorted(d["state"] for d in documents) == ["rejected", "routed"]
        acknowledgement = gateway.targets["bigbox-folder"].made[0].content
        assert acknowledgement is not None
        assert b"AK9*P*2*2*1" in acknowledgement
        assert [d.document is not None for d in gateway.targets["odoo"].made] == [True]
        assert [f["code"] for f in view["failures"]] == ["document-rejected"]
        assert view["failures"][0]["owner"] == "sales"

    @pytest.mark.timeout(120)
    async def test_each_malformed_case_in_the_middle_of_a_hundred_harms_nobody_and_is_answered(
        self, postgres_url: str, database: Database
    ) -> None:
        cases = [(partner, body, ANSWERS.get(key, "")) for key, (partner, body) in small_cases().items()]
        cases += [("bigbox", body, answer) for body, answer in MALFORMED]
        places = random.Random(7).sample(range(len(cases) + 100), len(cases))
        bad = dict(zip(places, cases, strict=True))
        sent = [bad.get(n) or ("bigbox", order(f"N{n}", control=20_000 + n), "997 AK9*A*1*1*1") for n in range(len(cases) + 100)]
        async with running(postgres_url, database, configuration(technical=When.ERROR)) as gateway:
            sending = (gateway.send(body, partner=partner, channel=f"{partner}-folder") for partner, body, _ in sent)
            views = [await gateway.delivered(transmission) for transmission in await asyncio.gather(*sending)]
            delivered = {delivery.transmission for delivery in gateway.targets["odoo"].made}
            answers = answers_of(gateway)
        healthy = [view for n, view in enumerate(views) if n not in bad]
        assert [view["interchanges"][0]["documents"][0]["state"] for view in healthy] == ["routed"] * 100
        assert {UUID(view["id"]) for view in healthy} <= delivered
        for (_, body, answer), view in zip(sent, views, strict=True):
            assert answers.get(UUID(view["id"]), []) == ([answer] if answer else []), body[:120]
            assert UUID(view["id"]) in delivered or view["failures"], body[:120]
            assert all(f["owner"] and f["remedy"] for f in view["failures"])

    @pytest.mark.parametrize("body", [b"", b"   \r\n", b"hello", b"\x00" * 50, b"ISA", b"UNB+UNOA:3+A+B+1:2+3'", b"\xff" * 300])
    async def test_what_cannot_be_read_is_kept_and_owned(self, gateway: Running, body: bytes) -> None:
        transmission = await gateway.send(body)
        view = await gateway.view(transmission)
        assert view["state"] in ("unreadable", "translated")
        assert view["failures"]
        assert b"".join([piece async for piece in gateway.records.raw(transmission)]) == body


class TestDuplicates:
    async def test_the_same_interchange_is_refused_and_answered(self, gateway: Running) -> None:
        body = order().replace(b"*U*00401*000000001*0*", b"*U*00401*000000001*1*")
        first = await gateway.delivered(await gateway.send(body))
        second = await gateway.delivered(await gateway.send(body))
        assert second["interchanges"][0]["state"] == "duplicate"
        assert second["interchanges"][0]["duplicate_of"] == first["interchanges"][0]["id"]
        assert [(a["type"], a["verdict"]) for a in second["interchanges"][0]["acknowledgements"]] == [("TA1", "rejected")]
        assert len(gateway.targets["odoo"].made) == 1

    async def test_agreed_to_be_ignored_it_gets_the_first_answer_again(self, postgres_url: str, database: Database) -> None:
        async with running(postgres_url, database, configuration(duplicates=DuplicatePolicy.IGNORE)) as gateway:
            await gateway.delivered(await gateway.send(order()))
            view = await gateway.delivered(await gateway.send(order()))
            sent = [delivery.content for delivery in gateway.targets["bigbox-folder"].made]
            assert len(sent) == 2
            assert sent[0] == sent[1]
            assert [a["type"] for a in view["interchanges"][0]["acknowledgements"]] == ["997"]
            assert len(gateway.targets["odoo"].made) == 1

    async def test_ignored_copies_that_are_settled_with_the_first_get_its_answer(
        self, postgres_url: str, database: Database
    ) -> None:
        async with running(postgres_url, database, configuration(duplicates=DuplicatePolicy.IGNORE)) as gateway:
            ids = await asyncio.gather(*(gateway.send(order()) for _ in range(12)))
            for transmission in ids:
                await gateway.delivered(transmission)
            sent = [delivery.content for delivery in gateway.targets["bigbox-folder"].made]
            assert len(sent) == 12
            assert len(set(sent)) == 1

    async def test_ignored_where_nothing_answers_it_is_told_to_its_owner(self, postgres_url: str, database: Database) -> None:
        settings = configuration(duplicates=DuplicatePolicy.IGNORE, functional="")
        async with running(postgres_url, database, settings) as gateway:
            await gateway.delivered(await gateway.send(order()))
            view = await gateway.delivered(await gateway.send(order()))
            assert [i["state"] for i in view["interchanges"]] == ["duplicate"]
            assert [f["code"] for f in view["failures"]] == ["interchange-duplicate"]

    async def test_the_same_number_with_other_content_is_a_conflict_with_an_owner(self, gateway: Running) -> None:
        await gateway.delivered(await gateway.send(order("ONE", control=5)))
        view = await gateway.delivered(await gateway.send(order("TWO", control=5)))
        assert view["interchanges"][0]["state"] == "conflict"
        assert [f["code"] for f in view["failures"]] == ["interchange-conflict"]

    async def test_the_same_order_under_another_control_number_is_skipped(self, gateway: Running) -> None:
        await gateway.delivered(await gateway.send(order("4711", control=1)))
        view = await gateway.delivered(await gateway.send(order("4711", control=2)))
        document = view["interchanges"][0]["documents"][0]
        assert (document["state"], document["verdict"]) == ("duplicate", "accepted")
        assert view["failures"] == []
        assert len(gateway.targets["odoo"].made) == 1

    async def test_the_same_order_number_with_other_content_is_never_overwritten(self, gateway: Running) -> None:
        await gateway.delivered(await gateway.send(order("4711", control=1, lines=5)))
        view = await gateway.delivered(await gateway.send(order("4711", control=2, lines=6)))
        assert view["interchanges"][0]["documents"][0]["state"] == "conflict"
        assert view["failures"][0]["code"] == "document-conflict"
        assert len(gateway.targets["odoo"].made) == 1

    async def test_copies_that_arrive_together_give_one_order(self, gateway: Running) -> None:
        ids = await asyncio.gather(*(gateway.send(order("4711", control=n // 2 + 1)) for n in range(12)))
        views = [await gateway.delivered(i) for i in ids]
        assert len(gateway.targets["odoo"].made) == 1
        states = [view["interchanges"][0]["state"] for view in views]
        assert (states.count("accepted"), states.count("duplicate")) == (6, 6)

    async def test_a_refused_first_does_not_block_the_second(self, gateway: Running) -> None:
        broken = order().replace(b"IEA*1*", b"IEA*9*")
        first = await gateway.delivered(await gateway.send(broken))
        second = await gateway.delivered(await gateway.send(order()))
        assert first["interchanges"][0]["state"] == "refused"
        assert second["interchanges"][0]["state"] == "accepted"
        assert len(gateway.targets["odoo"].made) == 1


class TestStrangers:
    async def test_an_unknown_sender_is_kept_owned_and_not_delivered(self, gateway: Running) -> None:
        view = await gateway.delivered(await gateway.send(order(sender="01:999999999"), partner=None, channel="shared"))
        assert view["interchanges"][0]["state"] == "refused"
        assert [f["code"] for f in view["failures"]] == ["sender-unknown"]
        assert view["failures"][0]["owner"] == "operations"
        assert gateway.targets["odoo"].made == []

    async def test_nobody_sends_in_another_partners_name(self, gateway: Running) -> None:
        view = await gateway.delivered(await gateway.send(order(), partner="nordmart", channel="nordmart-folder"))
        assert view["interchanges"][0]["state"] == "refused"
        assert gateway.targets["odoo"].made == []


class TestRouting:
    async def test_a_document_without_a_route_has_a_reason_and_an_owner(self, postgres_url: str, database: Database) -> None:
        async with running(postgres_url, database, configuration(routes=[])) as gateway:
            view = await gateway.delivered(await gateway.send(order()))
            assert view["interchanges"][0]["documents"][0]["state"] == "unrouted"
            assert [f["code"] for f in view["failures"]] == ["no-route"]
            assert view["interchanges"][0]["acknowledgements"][0]["verdict"] == "accepted"

    async def test_a_rule_that_stops_a_document_names_its_owner(self, postgres_url: str, database: Database) -> None:
        rules = (RequireRule(parse_path("warehouse.identifiers.seller"), "logistics"),)
        route = Route("strict", targets=(RouteTarget("odoo", "sale_order"),), rules=rules)
        async with running(postgres_url, database, configuration(routes=[route])) as gateway:
            view = await gateway.delivered(await gateway.send(order()))
            assert view["interchanges"][0]["documents"][0]["state"] == "stopped"
            assert view["failures"][0]["owner"] == "logistics"
            assert gateway.targets["odoo"].made == []


class TestDelivery:
    async def test_a_retry_is_repeated_under_the_same_key_until_it_works(self, gateway: Running) -> None:
        odoo, tries = gateway.targets["odoo"], iter([False, False, True])
        odoo.decide = lambda d: Outcome(d.id, OutcomeKind.DELIVERED if next(tries) else OutcomeKind.RETRY, "connection", "Down.")
        view = await gateway.delivered(await gateway.send(order()))
        assert len({d.idempotency_key for d in odoo.made}) == 1
        assert [d.attempt for d in odoo.made] == [1, 2, 3]
        assert {d["target"]: d["state"] for d in view["deliveries"]}["odoo"] == "delivered"
        assert view["failures"] == []

    async def test_after_the_last_attempt_it_is_dead_and_owned_and_told(self, gateway: Running) -> None:
        dead: asyncio.Queue = asyncio.Queue()
        gateway.targets["odoo"].decide = lambda d: Outcome(d.id, OutcomeKind.RETRY, "connection", "Down.")
        async with gateway.broker.subscribe("edi.dead", "#", dead.put, queue="dead-listener"):
            view = await gateway.delivered(await gateway.send(order()))
            assert {d["target"]: d["state"] for d in view["deliveries"]}["odoo"] == "dead"
            assert [f["code"] for f in view["failures"]] == ["connection"]
            await gateway.work.relay_outbox(gateway.broker.publish, older=timedelta(0), limit=10)
            assert (await asyncio.wait_for(dead.get(), 10))[0].headers["reason"] == "connection"

    async def test_a_business_failure_is_not_repeated(self, gateway: Running) -> None:
        gateway.targets["odoo"].decide = lambda d: Outcome(d.id, OutcomeKind.FAILED, "product-unknown", "Line 3: no product 99.")
        view = await gateway.delivered(await gateway.send(order()))
        assert len(gateway.targets["odoo"].made) == 1
        assert view["failures"][0]["message"] == "Line 3: no product 99."
        assert view["interchanges"][0]["acknowledgements"][0]["verdict"] == "accepted"

    async def test_a_connector_that_crashes_is_a_retry(self, postgres_url: str, database: Database) -> None:
        policy = RetryPolicy(first=timedelta(milliseconds=1), attempts=2)
        async with running(postgres_url, database, configuration(), policy=policy) as gateway:
            gateway.targets["odoo"].decide = crash
            view = await gateway.delivered(await gateway.send(order()))
            assert {d["target"]: d["state"] for d in view["deliveries"]}["odoo"] == "dead"
            assert [f["code"] for f in view["failures"]] == ["connector-crashed"]


def crash(_delivery: ClaimedDelivery) -> Outcome:
    raise ZeroDivisionError


class TestLostWakeUps:
    async def test_the_sweep_finds_what_nobody_announced(self, gateway: Running) -> None:
        receive = gateway.receive
        announced, receive._announce = receive._announce, forget
        handover = Handover(gateway.new_id(), "bigbox-folder", "bigbox", "x", order(), wait=True)
        await receive.receive(handover)
        receive._announce = announced
        assert (await gateway.view(handover.id))["state"] == "received"
        await gateway.sweep.round()
        view = await gateway.records.wait_for_acknowledgement(handover.id, within=10)
        assert view is not None
        assert view["state"] == "translated"

    async def test_a_repeated_wake_up_does_nothing_twice(self, gateway: Running) -> None:
        transmission = await gateway.send(order())
        await gateway.delivered(transmission)
        await gateway.translate.handle([transmission, transmission])
        view = await gateway.view(transmission)
        assert len(view["interchanges"]) == 1
        assert len(view["deliveries"]) == 2


async def forget(_ids: object) -> None:
    """A broker that lost the wake-up."""


def join_sets(one: bytes, other: bytes) -> bytes:
    """The sets of two interchanges in the envelope of the first."""
    head, rest = one.split(b"ST*", 1)
    first, tail = rest.split(b"GE*", 1)
    second = other.split(b"ST*", 1)[1].split(b"GE*", 1)[0]
    reference = second.split(b"*", 2)[1].split(b"~", 1)[0]
    second = second.replace(b"*" + reference + b"~", b"*9999~", 1)
    start, end = second.rsplit(b"SE*", 1)
    second = start + b"SE*" + end.replace(b"*" + reference, b"*9999")
    return head + b"ST*" + first + b"ST*" + second + b"GE*2" + tail[tail.index(b"*") :]


def answers_of(gateway: Running) -> dict[UUID, list[str]]:
    """What the partners were told, by transmission."""
    told_of: dict[UUID, list[str]] = {}
    for partner in ("bigbox", "nordmart"):
        for delivery in gateway.targets[f"{partner}-folder"].made:
            told_of.setdefault(delivery.transmission, []).append(told(delivery.content or b""))
    return told_of


MALFORMED = [
    (b"", ""),
    (b"  \r\n ", ""),
    (order("M1", control=900)[:120], "TA1 R 023"),
    (order("M2", control=901).split(b"GE*")[0], "TA1 R 023"),
    (order("M3", control=902).replace(b"IEA*1*000000902", b"IEA*1*000000777"), "TA1 R 001"),
    (order("M4", control=903).replace(b"BEG*00*", b"BEG\x00*00*"), "997 AK3*BEG*2**1 AK3*BEG*3**3 AK5*R*5 AK9*R*1*1*0"),
    (order("M5", control=904).replace(b"PO1*", b"XYZ*", 1), "997 AK3*XYZ*16**1 AK3*PID*17**7 AK5*R*5 AK9*R*1*1*0"),
    (order("M6", control=905).replace(b"SE*", b"SE*9"), "997 AK5*R*4 AK9*R*1*1*0"),
    (b"\xef\xbb\xbf garbage ISA GARBAGE" * 20, ""),
    (order("M7", control=906).replace(b"GS*PO", b"GS*ZZ"), "997 AK5*R*1 AK9*R*1*1*0"),
    (b"UNA:+.? 'UNB+UNOC:3+X'", ""),
    (edifact("M8", control=77)[:-40], "CONTRL UCI 4 23"),
]
"""Bodies that BigBox sends, and what it must be told; nothing where nobody can be answered."""


class TestUnroutable:
    """What the acknowledgement says of a valid document that no route takes is agreed, and decided before it goes out."""

    @pytest.mark.parametrize(
        ("unroutable", "answer", "state", "code"),
        [
            (Unroutable.ACCEPT, b"AK9*A*1*1*1", "unrouted", "no-route"),
            (Unroutable.REJECT, b"AK5*R*1~AK9*R*1*1*0", "rejected", "document-rejected"),
        ],
    )
    @pytest.mark.parametrize("lines", [1, 20_000])  # the second is held until its trailer
    async def test_is_accepted_or_refused_as_agreed(
        self, postgres_url: str, database: Database, unroutable: Unroutable, answer: bytes, state: str, code: str, lines: int
    ) -> None:
        settings = configuration(routes=[], unroutable=unroutable)
        async with running(postgres_url, database, settings) as gateway:
            body = order(lines=lines)
            view = await gateway.delivered(await gateway.send(body))
            (made,) = gateway.targets["bigbox-folder"].made
            assert answer in (made.content or b"")
            assert (lines == 1) is (len(body) < 1_048_576)
            async with asyncio.timeout(20):
                while view["interchanges"][0]["documents"][0]["state"] == "pending":
                    view = await gateway.view(made.transmission)
            assert [d["state"] for d in view["interchanges"][0]["documents"]] == [state]
            assert [f["code"] for f in view["failures"]] == [code]
