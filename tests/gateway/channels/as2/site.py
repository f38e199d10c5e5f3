"""A gateway's AS2 side on a free port of loopback: the real web server, the real store, the real deliver stage.

async with as2_site(database, {"bigbox-as2": options(ours="NORDIC", theirs="BIGBOX", ...)}) as site:
    site.url                                  # where partners post: http://127.0.0.1:PORT/as2
    outcome = await site.send("bigbox-as2", b"ISA*...")   # a message of ours, as the deliver stage would send it
    await site.held()                         # what was received: (name, bytes, state), in order
    await site.transfers.find("<id@bigbox>")  # the evidence
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.channels.as2 import Admission, As2Inbound, As2Outbound, Journal, Receipts, Relationship, Relationships, relationship
from gateway.domain.as2_terms import As2Options
from gateway.domain.retry import RetryPolicy
from gateway.ports import Outcome, Parcel
from gateway.ports.expectation import TransferReceipt
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.lanes import Arrived
from gateway.stages.receive_transfers import ReceiveTransfers
from gateway.stages.targets import channel_target
from gateway.store.database import Database
from gateway.store.transfers import PostgresTransfers
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from gateway.web import Listening, WebServer
from tests.gateway.channels.as2.certificates import pair
from tests.integration.harness import Silent, at_work

HASTY = RetryPolicy(first=timedelta(milliseconds=5), factor=1, attempts=3)


def options(*, ours: str = "NORDIC", theirs: str = "BIGBOX", url: str | None = None, **changes: Any) -> As2Options:
    """Terms between two names, with a key pair for each name; as agreed by default: signed, encrypted, synchronous receipt."""
    usual = {"keys": (pair(ours).own,), "certificates": (pair(theirs).agreed,), "timeout": 10.0}
    return As2Options(ours=ours, theirs=theirs, url=url, **{**usual, **changes})


@dataclass
class Ledger:
    """Remembers the receipts it was told of."""

    told: list[TransferReceipt] = field(default_factory=list)

    async def record_receipt(self, receipt: TransferReceipt) -> bool:
        self.told.append(receipt)
        return True


@dataclass
class Site:
    """A running AS2 side. `outbounds` are the ways out by channel, `announced` the transmissions that were announced."""

    server: WebServer
    database: Database
    transfers: PostgresTransfers
    work: PostgresWork
    intake: ReceiveTransfers
    outbounds: Mapping[str, As2Outbound]
    ledger: Ledger
    observer: Silent
    announced: list[UUID]
    new_id: TimeOrderedIds

    @property
    def url(self) -> str:
        return f"{self.server.url}/as2"

    def parcel(self, content: bytes, **changes: Any) -> Parcel:
        """A parcel with ids of its own."""
        usual = {"name": "orders.edi", "media_type": "application/EDI-X12", "outbound": self.new_id()}
        return Parcel(self.new_id(), content=content, **{**usual, **changes})

    async def send(self, channel: str, content: bytes, **changes: Any) -> Outcome:
        (outcome,) = await self.outbounds[channel].send([self.parcel(content, **changes)])
        return outcome

    async def rows(self, sql: str, *arguments: Any) -> list[dict]:
        async with self.database.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def held(self) -> list[tuple[str, bytes, str]]:
        """The transmissions: name, bytes, state, in the order of their ids."""
        found = await self.rows(
            "select t.name, t.state, string_agg(r.bytes, ''::bytea order by r.ordinal) as bytes from gateway.transmission t "
            "join gateway.raw_body r on r.transmission = t.id group by t.id order by t.id"
        )
        return [(row["name"], row["bytes"], row["state"]) for row in found]

    async def failures(self) -> list[tuple[str, str]]:
        """The failures: code and owner."""
        return [(r["code"], r["owner"]) for r in await self.rows("select code, owner from gateway.failure order by first_at")]

    async def until(self, sql: str, *arguments: Any, within: float = 20.0) -> list[dict]:
        """The rows of a query, once there are some."""
        async with asyncio.timeout(within):
            while not (found := await self.rows(sql, *arguments)):
                pass
        return found


@asynccontextmanager
async def as2_site(
    database: Database,
    channels: Mapping[str, As2Options],
    *,
    admission: Admission | None = None,
    owner: str = "operations",
    listening: Mapping[str, Any] | None = None,
    ledger: Ledger | None = None,
    deliver: bool = True,
) -> AsyncIterator[Site]:
    """Start the AS2 side with these channels, each of a partner of its own (`bigbox-as2` is of `bigbox`, owned by `edi`)."""
    clock, new_id, observer = SystemClock(), TimeOrderedIds(), Silent()
    announced: list[UUID] = []
    transfers, work = PostgresTransfers(database), PostgresWork(database)
    delivers: dict[str, Deliver] = {}

    async def announce(arrived: Sequence[Arrived]) -> None:
        announced.extend(transmission for _, transmission in arrived)

    async def wake(target: str) -> None:
        if target in delivers:
            delivers[target].wake()

    agreed, told = _agreed(channels), ledger or Ledger()
    receipts = Receipts(transfers, ledger=told, new_id=new_id)
    intake = ReceiveTransfers(transfers=transfers, announce=announce, wake=wake, observer=observer, clock=clock)
    inbound = As2Inbound(
        Relationships(agreed), admission=admission or Admission(), intake=intake, transfers=transfers, receipts=receipts,
        journal=Journal(new_id=new_id, owner=owner, node="test", configuration=lambda: "test-digest"),
        observer=observer, clock=clock,
    )  # fmt: skip
    ways = {e.channel: As2Outbound(e, transfers=transfers, receipts=receipts, clock=clock, new_id=new_id) for e in agreed}
    delivers.update({name: _deliver(way, work, observer, new_id) for name, way in ways.items() if deliver})
    await (web := _server(inbound.routes(), **(listening or {}))).start()
    try:
        async with at_work(intake.run(), *(each.run() for each in delivers.values())):
            yield Site(web, database, transfers, work, intake, ways, told, observer, announced, new_id)
    finally:
        await web.stop()
        for way in ways.values():
            await way.close()


def _agreed(channels: Mapping[str, As2Options]) -> list[Relationship]:
    return [
        relationship(channel, partner=channel.partition("-")[0], owner="edi", options=terms)
        for channel, terms in channels.items()
    ]


class _Healthy:
    """A health report that is always good."""

    status = 200

    def as_json(self) -> dict[str, object]:
        return {"ready": True}


def _server(routes: Any, **listening: Any) -> WebServer:
    async def readiness() -> _Healthy:
        return _Healthy()

    return WebServer(
        Listening(**{"port": 0, "lingering": 0.1, **listening}),
        routes=[routes],
        liveness=_Healthy,
        readiness=readiness,
        render_metrics=lambda _accept: ("text/plain", b""),
    )


def _deliver(way: As2Outbound, work: PostgresWork, observer: Silent, new_id: TimeOrderedIds) -> Deliver:
    async def wake(_target: str) -> None: ...

    return Deliver(
        target=channel_target(way, policy=HASTY, owner="edi"), work=work, clock=SystemClock(), observer=observer, new_id=new_id,
        chance=random.Random(1), node="test", configuration=lambda: "test-digest", claims=HeldClaims(work.renew_deliveries),
        wake=wake, poll=0.05,
    )  # fmt: skip
