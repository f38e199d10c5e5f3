"""What a claimed delivery becomes at an application and at a partner's channel."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.retry import RetryPolicy
from gateway.ports import ApplicationCall, Outcome, OutcomeKind, Parcel
from gateway.stages.targets import application_target, channel_target
from tests.gateway.stages.deliveries import delivery, new_id


class Odoo:
    """An application that keeps its calls."""

    id, idempotent, max_batch = "odoo", True, 20

    def __init__(self) -> None:
        self.batches: list[Sequence[ApplicationCall]] = []

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        self.batches.append(calls)
        return [Outcome(call.delivery, OutcomeKind.DELIVERED) for call in calls]

    async def check(self) -> Sequence[tuple[str, bool, str, str]]:
        return []

    async def close(self) -> None: ...


class Outbox:
    """A channel that keeps its parcels."""

    id, idempotent = "bigbox-folder", True

    def __init__(self) -> None:
        self.batches: list[Sequence[Parcel]] = []

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        self.batches.append(parcels)
        return [Outcome(parcel.delivery, OutcomeKind.DELIVERED) for parcel in parcels]


async def test_a_document_becomes_a_call_with_all_that_the_application_needs() -> None:
    odoo = Odoo()
    given = delivery(attempt=3, test=True, options={"create_partners": True})

    (outcome,) = await application_target(odoo, owner="operations").make([given])

    assert outcome == Outcome(given.id, OutcomeKind.DELIVERED)
    assert odoo.batches == [
        [
            ApplicationCall(
                delivery=given.id,
                action="sale_order",
                partner="bigbox",
                document={"number": "4711"},
                idempotency_key=given.idempotency_key,
                attempt=3,
                test=True,
                options={"create_partners": True},
            )
        ]
    ]


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("997-000000001.x12", "application/EDI-X12"),
        ("CONTRL-1.edi", "application/EDIFACT"),
        ("order.v2.edi", "application/EDIFACT"),
        ("catalogue.xml", "application/xml"),
        ("x12", "application/EDI-X12"),
        ("", "application/octet-stream"),
    ],
)
async def test_an_interchange_becomes_a_parcel_under_its_own_name(name: str, media: str) -> None:
    outbox = Outbox()
    sealed = datetime(2026, 3, 1, tzinfo=UTC)
    of_outbound = {"outbound": new_id(), "family": "x12", "type": "997", "control_number": "7", "sealed_at": sealed}
    given = delivery(document=None, json=None, content=b"ISA*", name=name, action="transmit", attempt=2, test=True, **of_outbound)

    await channel_target(outbox, owner="operations").make([given])

    parcel = Parcel(
        given.id, name, b"ISA*", media, given.outbound, "x12", "997", "7", sealed, "transmit", options={}, attempt=2, test=True
    )
    assert outbox.batches == [[parcel]]


async def test_what_was_purged_fails_for_good_and_its_neighbours_are_delivered() -> None:
    odoo, outbox = Odoo(), Outbox()
    gone, kept = delivery(json=None), delivery()
    unsent, sent = delivery(content=None), delivery(content=b"UNB+")

    by_id = {
        o.delivery: o
        for o in [
            *await application_target(odoo, owner="operations").make([gone, kept]),
            *await channel_target(outbox, owner="operations").make([unsent, sent]),
        ]
    }

    assert {by_id[gone.id].kind, by_id[unsent.id].kind} == {OutcomeKind.FAILED}
    assert {by_id[gone.id].code, by_id[unsent.id].code} == {"payload-gone"}
    assert {by_id[kept.id].kind, by_id[sent.id].kind} == {OutcomeKind.DELIVERED}


async def test_nobody_is_called_about_nothing() -> None:
    odoo, outbox = Odoo(), Outbox()
    await application_target(odoo, owner="operations").make([delivery(json=None)])
    await channel_target(outbox, owner="operations").make([delivery(content=None)])
    assert (odoo.batches, outbox.batches) == ([], [])


def test_the_terms_of_the_configuration_go_before_those_of_the_adapter() -> None:
    policy = RetryPolicy(first=timedelta(seconds=1))
    plain = application_target(Odoo(), owner="operations")
    own = application_target(Odoo(), max_batch=5, concurrency=8, policy=policy, owner="sales")
    assert (plain.id, plain.max_batch, plain.idempotent) == ("odoo", 20, True)
    assert (own.max_batch, own.concurrency, own.policy, own.owner) == (5, 8, policy, "sales")
    assert channel_target(Outbox(), owner="operations").max_batch == 50
    assert channel_target(Outbox(), max_batch=1, owner="operations").max_batch == 1
