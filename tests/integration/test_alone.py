"""Deliveries under which two processes ended: the third attempt is made by a child process, and what it does is all that ends."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from gateway.bootstrap import Settings, running
from gateway.bootstrap.alone import Alone
from gateway.bootstrap.service import targets_alone
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.simulators.odoo.seed import read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from gateway.stages.attempt import Target
from gateway.store.database import Database
from gateway.store.records import AcknowledgementBell
from tests.acceptance.partners import SEED, x12_orders
from tests.gateway.bootstrap.places import environment, made
from tests.gateway.channels.as2.site import as2_site, options
from tests.gateway.channels.http_partner import partner_server
from tests.integration.test_as2 import bigbox_site, nordic, order
from tests.integration.test_http_wired import ROUTES, Mailbox
from tests.integration.test_http_wired import service as wired
from tests.integration.test_service import post
from tests.servers.process import free_port, repeat

KILLS, HANGS, INNOCENT, NEIGHBOUR = "PO-1", "PO-2", "PO-3", "PO-4"
PLACE = "TEST_CHILDREN"
TOLD = """
select d.transmission, a.attempt, d.lost, e.steps->0->>'what' as what
from gateway.delivery d join gateway.attempt a on a.delivery = d.id
join gateway.event e on e.subject = d.id and e.stage = 'deliver' and e.steps->0->'detail'->>'code' = a.code
where d.transmission = any($1::uuid[]) and a.code = 'worker-crashed'"""


async def poisonous(settings: Settings, stack: AsyncExitStack) -> Mapping[str, Target]:
    """The real targets, but for two orders that do to their process what no delivery should."""
    targets = await targets_alone(settings, stack)
    odoo = targets["odoo"]

    async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        number = orjson.loads(deliveries[0].json or b"")["number"]
        (Path(os.environ[PLACE]) / number).write_text(str(os.getpid()))
        if number == KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        while number == HANGS:
            pass
        return await odoo.make(deliveries)

    return {**targets, "odoo": replace(odoo, make=make)}


@asynccontextmanager
async def service(folder: Path, environ: Mapping[str, str], *roles: str) -> AsyncIterator[str]:
    listen = f"127.0.0.1:{free_port()}"
    async with running(made(folder, roles=roles, environ={**environ, "GATEWAY_LISTEN": listen})):
        yield f"http://{listen}"


@pytest.fixture
async def odoo(tmp_path: Path) -> AsyncIterator[OdooSimulator]:
    seed = tmp_path / "seed.json"
    seed.write_bytes(orjson.dumps(SEED))
    async with OdooSimulator(seed=read_seed(seed), accounts=[Account(login="gateway", password="demo")]) as odoo:
        yield odoo


class Case:
    """Orders that were sent by number, and what became of them."""

    def __init__(self, database: Database, sent: Mapping[str, UUID]) -> None:
        self.database, self.sent = database, sent

    async def suspect(self, *numbers: str) -> None:
        """Two processes ended under what they became."""
        async with self.database.connection() as connection:
            lost = "update gateway.delivery set lost = 2 where transmission = any($1::uuid[])"
            await connection.execute(lost, [self.sent[number] for number in numbers])

    async def views(self) -> dict[str, Mapping]:
        records = AcknowledgementBell(self.database, "")
        return {number: (await records.transmission(identity) or {}) for number, identity in self.sent.items()}

    async def over(self) -> bool:
        found = await self.views()
        return all(d["state"] not in ("waiting", "sending") for view in found.values() for d in view["deliveries"])

    async def told(self) -> set[tuple[object, ...]]:
        """What the journal and the list of attempts say of crashes."""
        numbers = {identity: number for number, identity in self.sent.items()}
        async with self.database.connection() as connection:
            rows = await connection.fetch(TOLD, list(self.sent.values()))
        return {(numbers[row["transmission"]], row["attempt"], row["what"], row["lost"]) for row in rows}


@pytest.fixture
async def case(
    tmp_path: Path, postgres_url: str, database: Database, odoo: OdooSimulator, monkeypatch: pytest.MonkeyPatch
) -> Case:
    """Four orders, three of them under suspicion, that were delivered as far as they can be."""
    monkeypatch.setattr("gateway.bootstrap.service.targets_alone", poisonous)
    monkeypatch.setattr("gateway.bootstrap.service.Alone", partial(Alone, limit=4.0))
    (tmp_path / "children").mkdir()
    monkeypatch.setenv(PLACE, str(tmp_path / "children"))
    environ = environment(tmp_path, DATABASE_URL=postgres_url, ODOO_URL=odoo.url)
    orders = x12_orders(range(1, 5))
    async with service(tmp_path, environ, "receive", "translate") as url:
        answers = await asyncio.gather(*(post(url, body, wait=True) for body in orders.values()))
    sent = {name: UUID(answer.headers["Edi-Transmission"]) for name, answer in zip(orders, answers, strict=True)}
    case = Case(database, sent)
    await case.suspect(KILLS, HANGS, INNOCENT)
    async with service(tmp_path, environ):
        await repeat(case.over, within=120)
    return case


async def test_what_kills_or_hangs_its_process_ends_alone_and_its_neighbours_are_delivered(case: Case, tmp_path: Path) -> None:
    found = await case.views()
    states = {(name, d["target"]): d["state"] for name, view in found.items() for d in view["deliveries"]}
    assert states == {
        (KILLS, "odoo"): "dead",
        (HANGS, "odoo"): "dead",
        (INNOCENT, "odoo"): "delivered",
        (NEIGHBOUR, "odoo"): "delivered",
        **{(name, "bigbox-folder"): "delivered" for name in found},
    }
    assert {name: [f["message"] for f in view["failures"]] for name, view in found.items()} == {
        KILLS: ["The delivery crashed its process for the third time."],
        HANGS: ["The delivery hung for 4 s, for the third time."],
        INNOCENT: [],
        NEIGHBOUR: [],
    }
    assert {(f["code"], f["owner"]) for view in found.values() for f in view["failures"]} == {("worker-crashed", "edi")}
    assert await case.told() == {(KILLS, 1, "dead", 0), (HANGS, 1, "dead", 0)}
    pids = {file.name: int(file.read_text()) for file in (tmp_path / "children").iterdir()}
    assert pids.keys() == {KILLS, HANGS, INNOCENT}, "only suspects are made by children"
    assert os.getpid() not in pids.values()


@pytest.fixture
async def under_suspicion(database: Database) -> None:
    """Every delivery is one under which two processes ended."""
    async with database.connection() as connection:
        await connection.execute("alter table gateway.delivery alter column lost set default 2")


def made_alone(lines: Sequence[Mapping[str, object]]) -> set[object]:
    return {line["target"] for line in lines if line["event"] == "delivery_made_alone"}


@pytest.mark.usefixtures("under_suspicion")
async def test_a_child_sends_by_as2_and_keeps_the_receipt(tmp_path: Path, postgres_url: str, theirs: Database) -> None:
    async with bigbox_site(theirs) as bigbox, nordic(tmp_path, postgres_url, partner=bigbox.url) as gateway:
        terms = options(ours="BIGBOX", theirs="NORDIC", url=gateway.url)
        with capture_logs() as lines:
            async with as2_site(theirs, {"nordic-as2": terms}) as sender:
                assert (await sender.send("nordic-as2", order(1))).kind is OutcomeKind.DELIVERED
                (sent,) = await gateway.until(
                    "select d.reference, t.message_id from gateway.delivery d join gateway.transfer t on t.delivery = d.id"
                    " where t.receipt_state = 'verified' and d.state = 'delivered' and d.target = 'bigbox-as2'",
                    within=40,
                )
        assert sent["reference"] == sent["message_id"]
        assert "bigbox-as2" in made_alone(lines)
        ((_, content, _),) = await bigbox.held()
        assert b"~AK9*A*1*1*1~" in content


class Answering(Mailbox):
    """A partner that answers a post with an acknowledgement."""

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        answer = await super().__call__(request)
        return web.Response(body=b"its own acknowledgement") if request.path == "/in" else answer


@pytest.mark.usefixtures("under_suspicion")
async def test_what_a_partners_server_answers_a_child_is_taken_in(
    tmp_path: Path, postgres_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = ROUTES.replace("idempotent = true", 'idempotent = true\nanswer = "acknowledgement"')
    monkeypatch.setattr("tests.integration.test_http_wired.ROUTES", routes)
    mailbox, found = Answering(), "select state, channel, size from gateway.transmission where name like 'answer-to-997%'"

    async def taken_in() -> bool:
        async with database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(found)] == [("unreadable", "bigbox-http", 23)]

    with capture_logs() as lines:
        async with partner_server(mailbox) as partner, wired(tmp_path, postgres_url, partner):
            await repeat(taken_in, within=40)
    assert [b"ST*997*" in content for content, _ in mailbox.posted] == [True]
    assert "bigbox-http" in made_alone(lines)
