"""A gateway's database after a day's work, with a configuration of its own: what operations are asked about.

The day: two orders of BigBox (one delivered, one that Odoo refused) and one of NordMart; something nobody can read; a 997 that
answers nothing; despatch advices that we sent to both, whose answers are awaited or overdue; an order held before its warehouse.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from gateway.api.operation import Operation
from gateway.api.table import BY_NAME
from gateway.bootstrap import Settings, settings
from gateway.bootstrap.office import Office
from gateway.domain.access import AccountKind, Caller, Role, rights_of
from gateway.domain.expectation import Expected
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.stages.process import ProcessOrders
from gateway.store.database import Database
from gateway.store.orders import PostgresOrders
from gateway.system import SystemClock
from tests.gateway.channels.as2.certificates import pair
from tests.integration.harness import Running, running
from tests.integration.ledger import despatches, x12
from tests.integration.test_flow import edifact, order

ROUTES = """
[gateway]
id = "nordic"
owner = "edi"
data = "data"
listen = "127.0.0.1:1"
database_url = "${DATABASE_URL}"
identities = { x12 = "ZZ:NORDICDC", edifact = "5790000000012:14", as2 = "NORDIC" }

[gateway.as2]
keys = [{ certificate = "ours.pem", key = "${file:ours.key}" }]
url = "http://127.0.0.1:1/as2"

[[owner]]
id = "edi"

[[owner]]
id = "warehouse"

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:9"
api_key = "${ODOO_KEY}"

[[partner]]
id = "bigbox"
name = "BigBox"
owner = "edi"
identities = { x12 = "01:123456789", as2 = "BIGBOX" }

[[partner]]
id = "nordmart"
name = "NordMart"
owner = "warehouse"
identities = { edifact = "5798000000025:14" }

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "data/in"
outbox = "data/out"

[[channel]]
id = "bigbox-as2"
partner = "bigbox"
type = "as2"
url = "http://user-secret@127.0.0.1:9/in/path-secret?token=query-secret"
certificates = ["bigbox.pem"]
mdn = "sync"

[[channel]]
id = "nordmart-folder"
partner = "nordmart"
type = "folder"
inbox = "data/nord-in"
outbox = "data/nord-out"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[agreement]]
id = "bigbox-856"
partner = "bigbox"
direction = "out"
document = "despatch_advice"
format = "x12/004010/856"
channel = "bigbox-folder"
expect = { ack = "997", within = "24h" }

[[agreement]]
id = "nordmart-orders"
partner = "nordmart"
direction = "in"
document = "purchase_order"
format = "edifact/D.96A/ORDERS"
acknowledge = ["CONTRL"]
strictness = { code_lists = "warn", check_digits = "warn" }

[[route]]
id = "express"
document = "purchase_order"
partner = "bigbox"
when = 'order.kind == "rush"'
deliver = [{ to = "odoo", as = "sale_order" }]

[[route]]
id = "orders"
document = "purchase_order"
rules = [{ default = "warehouse.identifiers.seller", value = "east" }]
deliver = [{ to = "odoo", as = "sale_order", sequence = "number" }]

[[subscriber]]
id = "news"
url = "http://127.0.0.1:9/hook"
internal = true
secrets = ["${NEWS_SECRET}"]

[[reconciliation]]
id = "odoo-orders"
what = "orders"
application = "odoo"

[[service_level]]
id = "orders-in-odoo"
measure = "delivery"
document = "purchase_order"
to = "odoo"
within = "30m"
goal = 95

[[schedule]]
id = "nightly"
cron = "30 2 * * *"
timezone = "Europe/Copenhagen"
run = "reconcile"
"""

REFUSED = "4712"
"""The order that Odoo refuses."""
AS2_SECRETS = ("user-secret", "path-secret", "query-secret")


def configured(folder: Path, more: str = "") -> Settings:
    """The configuration, with more lines of routes.toml. Where the database is says the office."""
    for name, who in (("ours", "NORDIC"), ("bigbox", "BIGBOX")):
        (folder / f"{name}.pem").write_bytes(pair(who).certificate)
        (folder / f"{name}.key").write_bytes(pair(who).key)
    (folder / "routes.toml").write_text(ROUTES + more)
    secret = "whsec_" + "YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyAxMjM="
    return settings(str(folder / "routes.toml"), {"DATABASE_URL": "", "ODOO_KEY": "key", "NEWS_SECRET": secret})


@asynccontextmanager
async def opened_at(made: Settings, url: str) -> AsyncIterator[Office]:
    """An office over a database."""
    database = Database(url)
    await database.open()
    try:
        yield Office(made, database, url, "api")
    finally:
        await database.close()


async def a_days_work(office: Office) -> None:
    """Everything that the tests ask about."""
    async with running(office.url, office.database, office.snapshot) as gateway:  # type: ignore[arg-type]
        gateway.targets["odoo"].decide = _refuses
        gateway.targets["bigbox-as2"] = gateway.targets["bigbox-folder"]
        for body in (order("4711", 1), order(REFUSED, 2)):
            await gateway.delivered(await gateway.send(body))
        await gateway.delivered(await gateway.send(edifact("4711"), partner="nordmart", channel="nordmart-folder"))
        await gateway.send(b"nobody can read this")
        await gateway.send(
            x12("FA", [["ST*997*0001", "AK1*SH*99", "AK9*A*1*1*1", "SE*4*0001"]], number=900, ours=False, group=900)
        )
        await _sent(gateway)
        await _judged(gateway)
    await _held(office.database)


def _refuses(asked: ClaimedDelivery) -> Outcome:
    if asked.json is not None and f'"number":"{REFUSED}"'.encode() in asked.json:
        return Outcome(asked.id, OutcomeKind.FAILED, "product-unknown", "Odoo knows no product ABC.")
    return Outcome(asked.id, OutcomeKind.DELIVERED, "taken", reference="S1")


async def _sent(gateway: Running) -> None:
    await despatches(gateway, 2)
    await despatches(gateway, 1, number="43", group=("SH", "78"), expected=(Expected("997", timedelta()),))
    await despatches(gateway, 1, number="44", group=("SH", "79"), partner="nordmart", family="edifact")
    async with gateway.database.connection() as connection:
        overdue = "select id from gateway.outbound where control_number = '43'"
        await connection.execute(f"update gateway.expectation set state = 'overdue' where outbound in ({overdue})")


async def _judged(gateway: Running) -> None:
    """What documents say of orders is read."""
    process = ProcessOrders(
        store=PostgresOrders(gateway.database), configuration=lambda: gateway.settings, source_owner=lambda _source: None,
        broker=gateway.broker, forget=gateway.work.delete_outbox, observer=gateway.observer, clock=SystemClock(),
        new_id=gateway.new_id,
    )  # fmt: skip
    await process.round()


async def _held(database: Database) -> None:
    """Two reasons why an order waits before a warehouse."""
    async with database.connection() as connection:
        document = await connection.fetchval(
            "select id from gateway.document where 'order:4711' = any(keys) and partner = 'bigbox'"
        )
        columns = "id, transmission, partner, test, keys, state, number, order_number, customer, trade_order"
        values = (
            "$1, (select transmission from gateway.document where id = $1), 'east', false, '{}', 'held', 'W1', '4711', 'bigbox',"
            " (select id from gateway.trade_order where number = '4711' and partner = 'bigbox')"
        )
        await connection.execute(f"insert into gateway.warehouse_release ({columns}) values ({values})", document)
        columns = "id, release, hold, kind, reason, owner, state, due_at"
        values = "$1, $2, $3, $3, 'too much', $4, 'open', gateway.now() + interval '1 day'"
        for hold, owner in (("credit", "edi"), ("price", "warehouse")):
            query = f"insert into gateway.release_hold ({columns}) values ({values})"
            await connection.execute(query, uuid4(), document, hold, owner)


def caller(*roles: Role, name: str = "ann", payloads: bool = False, partner: str | None = None) -> Caller:
    """Somebody with these roles."""
    return Caller(uuid4(), name, AccountKind.PERSON, rights_of(roles, payloads=payloads, partner=partner), partner)


ANN = caller(Role.OPERATOR, Role.PARTNER_MANAGER, Role.ADMINISTRATOR)
BIGBOX = caller(Role.VIEWER, name="bob at bigbox", partner="bigbox")
NORDMART = caller(Role.VIEWER, name="nora at nordmart", partner="nordmart")


@dataclass
class World:
    """An office, and somebody who asks in it."""

    office: Office

    async def ask(self, name: str, by: Caller = ANN, /, **asked: Any) -> Any:
        """Ask for an operation as its row says; what is answered must be what the row says, and go into JSON."""
        row = BY_NAME[name]
        result = await row.run(self.office, by, row.asked.model_validate(asked))
        if row.answers is None:
            assert result is None, name
            return None
        for one in result.items if row.pages else [result]:
            assert isinstance(one, row.answers), name
            one.model_dump(mode="json", by_alias=True)
        return result

    async def everything(self, name: str, by: Caller = ANN, /, **asked: Any) -> list[Any]:
        """All pages of a list, each of one row."""
        found: list[Any] = []
        after = ""
        while True:
            page = await self.ask(name, by, **asked, limit=1, after=after)
            found += page.items
            if page.after is None:
                return found
            after = page.after

    async def rows(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        async with self.office.database.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: Any) -> Any:
        ((value,),) = [tuple(row.values()) for row in await self.rows(sql, *arguments)]
        return value

    async def audited(self, action: str) -> list[str]:
        """Who did such a thing."""
        return [row["actor"] for row in await self.rows("select actor from gateway.audit where action = $1 order by id", action)]

    async def document(self, number: str, partner: str = "bigbox") -> dict[str, Any]:
        (row,) = await self.rows(
            "select * from gateway.document where $1 = any(keys) and partner = $2", f"order:{number}", partner
        )
        return row

    async def moved(self, delivery: UUID, *states: str) -> None:
        """Lead a delivery along its lifecycle."""
        for state in states:
            await self.rows("update gateway.delivery set state = $2 where id = $1", delivery, state)

    async def delivery(self, number: str) -> UUID:
        """The delivery to Odoo of an order."""
        sql = "select x.id from gateway.delivery x where x.document = $1 and x.target = 'odoo'"
        return UUID(str(await self.value(sql, (await self.document(number))["id"])))


def rows_of(subject: str) -> list[Operation]:
    """The operations of a subject."""
    return [row for name, row in BY_NAME.items() if name.partition(".")[0] == subject]
