"""Deliveries in a child process: it has our configuration and nothing else of ours, and whatever it meets is told as it is."""

import asyncio
import contextlib
import os
import pickle
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from gateway.bootstrap import Settings
from gateway.bootstrap.alone import Alone, packed
from gateway.errors import Refused
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.stages.attempt import NoChild, Target
from gateway.stages.child import WorkerDied
from tests.gateway.bootstrap.places import made
from tests.gateway.stages.deliveries import delivery
from tests.gateway.stages.test_child import ended


async def no_targets(_settings: Settings, _stack: AsyncExitStack) -> Mapping[str, Target]:
    raise Refused("No database there.", status=503)  # which cannot be carried over


async def ending(_settings: Settings, _stack: AsyncExitStack) -> Mapping[str, Target]:
    os._exit(3)


async def _answered(some: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    return [Outcome(one.id, OutcomeKind.DELIVERED, reference=str(os.getpid()), response={"seen": [one.name]}) for one in some]


async def _killed(_: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


async def _stood_still(_: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    while True:
        pass


async def _exhausted(_: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    hoard = []
    while True:
        hoard.append(bytes(1 << 30))


async def _refused(_: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    raise Refused("Not today.", status=429)


async def _waited(_: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    await asyncio.Event().wait()
    return []


async def targets(settings: Settings, _stack: AsyncExitStack) -> Mapping[str, Target]:
    """A target for each thing that may happen, and one that tells what the child knows."""
    gateway = settings.snapshot.gateway

    async def _told(some: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        known = {
            "digest": settings.snapshot.digest,
            "database": gateway.database_url,
            "brokers": list(gateway.amqp_urls),
            "secret": getattr(settings.snapshot.applications["odoo"].connection, "api_key", None),
            "metrics": os.environ.get("PROMETHEUS_MULTIPROC_DIR"),
            "process": str(os.getpid()),
        }
        return [Outcome(one.id, OutcomeKind.DELIVERED, response=known) for one in some]

    ways = (_answered, _killed, _stood_still, _exhausted, _refused, _waited, _told)
    patience = timedelta(seconds=2)
    return {way.__name__: Target(id=way.__name__, make=way, idempotent=True, owner="edi", patience=patience) for way in ways}


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Callable[..., Alone]]:
    """Makes what delivers alone, and ends it after the test."""
    begun: list[Alone] = []

    def make(**terms: Any) -> Alone:
        settings = made(tmp_path, AMQP_URL="amqp://rabbit.example", ODOO_API_KEY="s3cret")
        begun.append(Alone(settings, "postgresql://here/edi", **{"targets": targets, **terms}))
        return begun[-1]

    yield make
    for one in begun:
        one.close()


Make = Callable[..., Alone]


async def made_by(alone: Alone, way: str) -> Outcome:
    one = delivery(lost=2)
    (outcome,) = await alone.make(way, one)
    assert outcome.delivery == one.id
    return outcome


async def test_it_makes_one_after_the_other_with_the_configuration_of_its_parent_and_our_database(
    alone: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "figures")
    monkeypatch.setenv("ODOO_API_KEY", "changed since")
    apart = alone()
    outcomes = await asyncio.gather(*(made_by(apart, "_answered") for _ in range(3)))
    assert {(outcome.kind, str(outcome.response)) for outcome in outcomes} == {(OutcomeKind.DELIVERED, "{'seen': ['']}")}
    assert len({outcome.reference for outcome in outcomes} - {str(os.getpid())}) == 1
    refused = await made_by(apart, "_refused")
    assert (refused.kind, refused.code) == (OutcomeKind.RETRY, "connector-crashed")
    assert "Refused: Not today." in refused.message, "though that exception cannot be carried over"
    monkeypatch.setattr("gateway.bootstrap.alone._LINGER", 0.0)
    assert (await made_by(apart, "_told")).response == {
        "digest": apart._settings.snapshot.digest,
        "database": "postgresql://here/edi",
        "brokers": [],
        "secret": "s3cret",
        "metrics": None,
        "process": outcomes[0].reference,
    }
    await ended(int(outcomes[0].reference or ""))  # when no other comes


async def test_what_it_dies_of_is_told_and_the_next_delivery_has_another(alone: Make) -> None:
    apart = alone()
    for way, said in (("_killed", "crashed its process"), ("_exhausted", "ran out of memory")):
        with pytest.raises(WorkerDied, match=f"The delivery {said}"):
            await made_by(apart, way)
    assert (await made_by(apart, "_answered")).kind is OutcomeKind.DELIVERED


async def test_a_call_that_only_waits_is_cut_off_as_here_and_when_we_are_told_to_end(alone: Make) -> None:
    apart = alone()
    outcome = await made_by(apart, "_waited")
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "call-hung", True)
    child = int((await made_by(apart, "_answered")).reference or "")
    task = asyncio.create_task(made_by(apart, "_stood_still"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ended(child)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"targets": no_targets}, "could not be made ready: Refused: No database there."),
        ({"targets": ending}, "ended at its start: The delivery crashed its process"),
        ({"targets": lambda *_: None}, "There was no child process for this delivery: .*pickle"),
    ],
)
async def test_when_there_can_be_none_it_is_not_the_deliverys_fault(alone: Make, terms: dict[str, Any], said: str) -> None:
    with pytest.raises(NoChild, match=said):
        await made_by(alone(**terms), "_answered")


async def test_nor_when_one_that_waited_for_work_was_ended_by_others(alone: Make) -> None:
    apart = alone()
    first = int((await made_by(apart, "_answered")).reference or "")
    os.kill(first, signal.SIGKILL)
    await ended(first)
    with contextlib.suppress(NoChild):
        await made_by(apart, "_answered")
    assert (await made_by(apart, "_answered")).kind is OutcomeKind.DELIVERED


def test_what_it_is_made_of_decides_about_no_documents(tmp_path: Path) -> None:
    settings = made(tmp_path, AMQP_URL="amqp://rabbit.example")
    told, function = pickle.loads(packed(settings, "postgresql://here/edi", targets))
    ours, theirs = settings.snapshot, told.snapshot
    assert function is targets
    assert (told.roles, told.processes, told.worker, told.config) == (frozenset(), 1, False, settings.config)
    assert (theirs.routes, dict(theirs.tables)) == ((), {})
    assert theirs.gateway == replace(ours.gateway, database_url="postgresql://here/edi", amqp_urls=())
    assert isinstance(theirs.channels, MappingProxyType)
    for part in ("digest", "owners", "ownership", "applications", "channels", "agreements", "partnerships", "services"):
        assert getattr(theirs, part) == getattr(ours, part), part
