"""A gateway beside another one: BigBox is in its shadow, but for the invoices; its responses were compared. NordMart is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.bootstrap.in_force import begun, in_force, note_start
from gateway.bootstrap.office import Office
from gateway.bootstrap.settings import read_settings
from gateway.domain.shadow import Compared, Difference, Likeness
from gateway.store.database import Database
from gateway.store.shadow import PostgresShadow
from gateway.store.work import PostgresWork
from tests.gateway.bootstrap.places import SMALL
from tests.gateway.store.test_shadow import a_withheld
from tests.world.day import World

MANAGED = SMALL.replace("[gateway]\n", "[gateway]\nactivation = { managed = true }\n")
AGREED = """\
shadow = true

[[partner]]
id = "nordmart"
name = "NordMart"
owner = "edi"
identities = { x12 = "01:555555555" }

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
outbox = "out"

[[agreement]]
id = "bigbox-850"  # what they order
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[agreement]]
id = "bigbox-855"
partner = "bigbox"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "bigbox-folder"

[[agreement]]
id = "bigbox-810"
partner = "bigbox"
direction = "out"
document = "invoice"
format = "x12/004010/810"
channel = "bigbox-folder"
shadow = false

[[agreement]]
id = "nordmart-850"
partner = "nordmart"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
"""
SECRET_NAME, INJECTED = "Jane Doe", "<script>alert(1)</script>"
QUANTITY = Difference("lines[].quantity.value", "lines[1].quantity.value", "10", "9")
NAME = Difference("buyer.contacts[].name", "buyer.contacts[order].name", SECRET_NAME, None)
STRANGE = Difference("currency", "currency", INJECTED, "EUR")


async def compared(office: Office) -> None:
    """One response is the same, two are not, of one the other gateway knows nothing, and of one this one does not."""
    settlement = await a_withheld(PostgresWork(office.database), partner="bigbox")
    ours = settlement.deliveries[0].id
    kept = [
        Compared("order_response", "order:1", Likeness.SAME, ours, "855-1.edi"),
        Compared("order_response", "order:2", Likeness.DIFFERENT, ours, "855-2.edi", (QUANTITY, NAME)),
        Compared("order_response", f"order:{INJECTED}", Likeness.DIFFERENT, None, INJECTED, (STRANGE, QUANTITY)),
        Compared("order_response", "order:4", Likeness.ONLY_OURS, ours, ""),
        Compared("functional_acknowledgement", "group:7", Likeness.SAME, None, "997.edi"),
    ]
    await PostgresShadow(office.database).keep("bigbox", kept)


@asynccontextmanager
async def beside_another(folder: Path, url: str, routes: str = MANAGED + AGREED) -> AsyncIterator[World]:
    """A gateway that has begun with this configuration, or with what was proposed to an earlier one over its database."""
    database = Database(url)
    await database.open()
    (folder / "routes.toml").write_text(routes)
    environ = {"DATABASE_URL": url, "GATEWAY_DATA": str(folder / "var")}
    settings = await begun(read_settings(str(folder / "routes.toml"), environ), database)
    await note_start(settings, database)
    try:
        yield World(Office(await in_force(settings, database), database, url, "test"))
    finally:
        await database.close()
