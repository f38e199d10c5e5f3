"""Documents whose route looks something up: acknowledged at once, routed when it is known, waiting while nobody answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.domain.document_path import parse_path
from gateway.domain.lookup import Answer, Missing, Question
from gateway.domain.lookup_rule import LookupRule
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.errors import GatewayError
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.stages.alarm import Alarm
from gateway.stages.lookups import Asked, Lookups
from gateway.store.database import Database
from tests.integration.harness import Running, configuration, running
from tests.integration.test_flow import order


@dataclass
class Catalogue:
    """Reference data that a test can take away."""

    answer: Answer = field(default_factory=lambda: {"name": "Anvil"})
    away: bool = False
    asked: list[Sequence[Question]] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def answers(self, questions: Sequence[Question]) -> Mapping[Question, Answer]:
        self.asked.append(questions)
        self.tried.set()
        if self.away:
            raise GatewayError("Odoo is away.", remedy="Start it.")
        return dict.fromkeys(questions, self.answer)

    async def close(self) -> None:
        pass


@dataclass
class Troubles:
    """What owners were told, and are told still."""

    now: list[str] = field(default_factory=list)
    ever: list[str] = field(default_factory=list)

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        del side, all_of_them
        self.now = [trouble.code for trouble in troubles]
        self.ever += self.now
        return True


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def troubles() -> Troubles:
    return Troubles()


class Clock:
    """A clock that runs a thousand times as fast, so that pauses are over soon."""

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() * 1000


@pytest.fixture
async def asking(postgres_url: str, database: Database, catalogue: Catalogue, troubles: Troubles) -> AsyncIterator[Running]:
    rule = LookupRule(parse_path("lines[].item.name"), parse_path("lines[].item"), "odoo", "product", "name", owner="catalogue")
    routes = [Route("orders", document="purchase_order", rules=(rule,), targets=(RouteTarget("odoo", "sale_order"),))]
    lookups = Lookups({"odoo": Asked(catalogue, Alarm("odoo", None, troubles, side="lookups"))}, Clock())
    async with running(postgres_url, database, configuration(routes=routes), lookups=lookups) as one:
        yield one


async def routed(gateway: Running, transmission: Any) -> Mapping[str, Any]:
    """Wait until its documents are decided."""
    async with asyncio.timeout(20):
        while True:
            view = await gateway.view(transmission)
            if all(d["state"] != "pending" for i in view["interchanges"] for d in i["documents"]):
                return view
            await gateway.database.fetch("counts")


def document(view: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = view["interchanges"][0]["documents"][0]
    return found


async def test_it_is_enriched_before_it_is_delivered(asking: Running, catalogue: Catalogue) -> None:
    transmission = await asking.send(order())
    await routed(asking, transmission)
    view = await asking.delivered(transmission)
    assert document(view)["state"] == "routed"
    (made,) = asking.targets["odoo"].made
    assert all(line["item"]["name"] == "Anvil" for line in json.loads(made.json or b"{}")["lines"])
    assert len(catalogue.asked) == 1  # all lines at once


async def test_while_nobody_answers_it_waits_acknowledged_and_its_owner_knows(
    asking: Running, catalogue: Catalogue, troubles: Troubles
) -> None:
    catalogue.away = True
    transmission = await asking.send(order())
    view = await asking.view(transmission)
    assert view["interchanges"][0]["acknowledgements"][0]["verdict"] == "accepted"
    async with asyncio.timeout(20):
        while "lookup-unanswered" not in troubles.ever:
            catalogue.tried.clear()
            await catalogue.tried.wait()
    assert document(await asking.view(transmission))["state"] == "pending"
    assert asking.targets["odoo"].made == []
    catalogue.away = False
    await routed(asking, transmission)
    await asking.delivered(transmission)
    assert len(asking.targets["odoo"].made) == 1
    assert troubles.now == []


async def test_others_go_on_meanwhile(asking: Running, catalogue: Catalogue) -> None:
    catalogue.away = True
    first = await asking.send(order("4711", 1))
    await catalogue.tried.wait()
    catalogue.away = False
    second = await asking.send(order("4712", 2))
    await routed(asking, second)
    await routed(asking, first)
    view = await asking.delivered(second)
    assert document(view)["state"] == "routed"


async def test_what_is_not_there_stops_it_with_an_owner(asking: Running, catalogue: Catalogue) -> None:
    catalogue.answer = Missing("product-unknown", "It is not in Odoo.")
    transmission = await asking.send(order())
    view = await routed(asking, transmission)
    assert document(view)["state"] == "stopped"
    async with asking.database.connection() as connection:
        rows = await connection.fetch("select code, owner from gateway.failure")
    assert {(row["code"], row["owner"]) for row in rows} == {("lookup-miss", "catalogue")}


async def test_a_second_order_of_the_same_number_is_a_duplicate_still(asking: Running) -> None:
    first = await asking.send(order("4711", 1))
    await routed(asking, first)
    second = await asking.send(order("4711", 2))
    assert document(await routed(asking, second))["state"] in ("duplicate", "conflict")
