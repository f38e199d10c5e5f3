"""Rows of the past, as service levels, silence and figures find them: each with what a test says of it, the rest as usual."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from gateway.bootstrap.channel_troubles import keep_standing
from gateway.ports.channel_trouble import ChannelSide
from gateway.stages.channel_trouble import KeepChannelTroubles
from gateway.store.database import Database
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store.rows import new_id


def late_morning() -> str:
    """A zone in which it is between ten and eleven now: silence is noticed by hours of the day."""
    ahead = (10 - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


def id_at(moment: datetime) -> UUID:
    """An id that was made at a moment."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (new_id().int & ((1 << 80) - 1)))


@dataclass
class Ground:
    """A database and the clock of it. Times are given as how long ago they were."""

    database: Database
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def ago(self, **lengths: float) -> datetime:
        return self.now - timedelta(**lengths)

    async def rows(self, sql: str, *arguments: Any) -> list[Any]:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]

    async def insert(self, table: str, **values: Any) -> None:
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await self.rows(f"insert into gateway.{table} ({', '.join(values)}) values ({places})", *values.values())

    async def received(
        self,
        at: datetime,
        *,
        partner: str | None = "bigbox",
        channel: str = "bigbox-as2",
        document: str | None = "purchase_order",
        state: str = "translated",
    ) -> tuple[UUID, UUID]:
        """A transmission with one document, which tells nobody of orders."""
        transmission, identifier = id_at(at), id_at(at)
        await self.insert(
            "transmission", id=transmission, channel=channel, partner=partner, name="x", sha256=b"", size=0, state=state,
            received_at=at,
        )  # fmt: skip
        if document is not None:
            await self.insert(
                "document", id=identifier, transmission=transmission, interchange=id_at(at), ordinal=1, type="850",
                version="004010", control_number="1", name=document, partner=partner, agreement="bigbox-850", test=False,
                verdict="accepted", state="rejected", keys=[], created_at=at,
            )  # fmt: skip
        return transmission, identifier

    async def delivery(
        self, at: datetime, *, took: timedelta | None = None, target: str = "wms-east", state: str = "", partner: str = "bigbox",
        test: bool = False, document: str = "purchase_order",
    ) -> UUID:  # fmt: skip
        """A document that was received then, and its delivery."""
        transmission, of = await self.received(at, partner=partner, document=document)
        identifier = id_at(at)
        await self.insert(
            "delivery", id=identifier, transmission=transmission, document=of, partner=partner, target=target, action="a",
            idempotency_key=str(identifier), test=test, options="{}", priority=0,
            state=state or ("waiting" if took is None else "delivered"), created_at=at,
            settled_at=None if took is None else at + took,
        )  # fmt: skip
        return identifier

    async def open_failures(self) -> Sequence[tuple[str, str, str, str]]:
        """Code, partner, owner and message of what is not resolved."""
        sql = "select code, coalesce(partner, ''), owner, message from gateway.failure where state <> 'resolved' order by message"
        return await self.rows(sql)

    def troubles(self, stage: str) -> KeepChannelTroubles:
        """Failures as the service keeps them."""
        return keep_standing(
            self.database, stage=stage, owner_of=owner_of, observer=PrometheusObserver(strict=True),
            new_id=new_id, begins_with=lambda _side: "",
        )  # fmt: skip


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Ground]:
    """A migrated database, in which rows are changed as no stage would."""
    database = Database(url)
    await database.open()
    try:
        yield Ground(database)
    finally:
        await database.close()


def owner_of(side: ChannelSide) -> str:
    return f"{side.partner}-desk" if side.partner else "operations"


def in_force(**terms: Any) -> Any:
    """A part of a configuration."""
    return SimpleNamespace(**{"calendars": {}, **terms})
