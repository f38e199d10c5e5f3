"""A whole gateway and a partner over AS2 on loopback: an order in, its 997 out, each with a receipt that proves it."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gateway.bootstrap import Settings, examine_transfer, probe_partner, running, settings
from gateway.bootstrap.office import Office
from gateway.channels.as2.relationship import load_agreed
from gateway.ports import OutcomeKind
from gateway.protocols.as2 import Encryption
from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.channels.as2.partner import Partner
from tests.gateway.channels.as2.site import Site, as2_site, options
from tests.servers.certificate import make_certificate
from tests.servers.process import free_port
from tests.translators.x12.orders import order_850

ROUTES = """
[gateway]
id = "nordic"
owner = "edi"
data = "data"
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"
identities = {{ x12 = "ZZ:NORDICDC", as2 = "NORDIC" }}

[gateway.as2]
keys = [{{ certificate = "ours.pem", key = "${{file:ours.key}}" }}]
url = "http://127.0.0.1:{port}/as2"

[[owner]]
id = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:9"
api_key = "${{ODOO_KEY}}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789", as2 = "BIGBOX" }}

[[channel]]
id = "bigbox-as2"
partner = "bigbox"
type = "as2"
url = "{url}"
certificates = ["bigbox.pem"]
mdn = "{mdn}"
{more}

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[route]]
id = "orders"
document = "purchase_order"
deliver = [{{ to = "odoo", as = "sale_order" }}]
"""


def order(number: int) -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=number, order_number=f"PO-{number}")


@dataclass
class Nordic:
    """The gateway under test, and its database for looking into."""

    url: str
    settings: Settings
    database: Database

    @property
    def office(self) -> Office:
        return Office(self.settings, self.database, "", "test")

    async def until(self, sql: str, within: float = 20.0) -> list[dict]:
        async with asyncio.timeout(within):
            while True:
                async with self.database.connection() as connection:
                    if found := await connection.fetch(sql):
                        return [dict(row) for row in found]


def configured(folder: Path, *, port: int, database: str, url: str, mdn: str = "sync", more: str = "") -> Settings:
    for name, who in (("ours", "NORDIC"), ("bigbox", "BIGBOX")):
        (folder / f"{name}.pem").write_bytes(pair(who).certificate)
        (folder / f"{name}.key").write_bytes(pair(who).key)
    (folder / "routes.toml").write_text(ROUTES.format(port=port, url=url, mdn=mdn, more=more))
    return settings(str(folder / "routes.toml"), {"DATABASE_URL": database, "ODOO_KEY": "key"})


@asynccontextmanager
async def nordic(folder: Path, postgres_url: str, *, partner: str, **changes: Any) -> AsyncIterator[Nordic]:
    port = free_port()
    made = configured(folder, port=port, database=postgres_url, url=partner, **changes)
    async with running(made):
        database = Database(postgres_url)
        await database.open()
        yield Nordic(f"http://127.0.0.1:{port}/as2", made, database)
        await database.close()


@asynccontextmanager
async def bigbox_site(database: Database, url: str = "http://127.0.0.1:9/as2", **changes: Any) -> AsyncIterator[Site]:
    usual = {"receipt_hosts": ("127.0.0.1",)}
    terms = options(ours="BIGBOX", theirs="NORDIC", url=url, **{**usual, **changes})
    async with as2_site(database, {"nordic-as2": terms}) as site:
        yield site


@pytest.mark.parametrize("mdn", ["sync", "async"])
async def test_an_order_comes_in_and_its_acknowledgement_goes_out_each_with_its_receipt(
    tmp_path: Path, postgres_url: str, theirs: Database, mdn: str
) -> None:
    port = free_port()
    asks = {"mdn": mdn, "receipt_url": f"http://127.0.0.1:{port}/as2"}
    async with (
        bigbox_site(theirs, **asks) as bigbox,
        nordic(tmp_path, postgres_url, partner=bigbox.url, mdn=mdn, more='receipt_hosts = ["127.0.0.1"]') as gateway,
    ):
        terms = options(ours="BIGBOX", theirs="NORDIC", url=gateway.url, **{**asks, "receipt_url": bigbox.url})
        async with as2_site(theirs, {"nordic-as2": terms}) as sender:
            outcome = await sender.send("nordic-as2", order(1))
            assert outcome.kind is OutcomeKind.DELIVERED
            await gateway.until("select 1 from gateway.transfer where direction = 'out' and receipt_state = 'verified'")
            await sender.until("select 1 from gateway.transfer where direction = 'out' and receipt_state = 'verified'")
        ((name, content, _),) = await bigbox.held()
        assert b"~AK9*A*1*1*1~" in content
        assert name.startswith("997_")
        (out,) = await gateway.until("select outbound, transmissions from gateway.transfer where direction = 'out'")
        (sent,) = await gateway.until("select id, transmission from gateway.outbound")
        assert (out["outbound"], list(out["transmissions"])) == (sent["id"], [sent["transmission"]])
        kinds = await gateway.until("select target, action, state from gateway.delivery where target = 'bigbox-as2' order by id")
        assert ("transmit" in {each["action"] for each in kinds}) or len(kinds) >= 1


async def test_a_hundred_copies_are_one_order(tmp_path: Path, postgres_url: str) -> None:
    async with nordic(tmp_path, postgres_url, partner="http://127.0.0.1:9/in") as gateway, Partner("BIGBOX", "NORDIC") as bigbox:
        built = bigbox.build(order(7))
        answers = await asyncio.gather(*(bigbox.post(gateway.url, built) for _ in range(100)))
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
        await gateway.until("select 1 from gateway.transmission where state = 'translated'")
        (counts,) = await gateway.until(
            "select (select count(*) from gateway.transmission) as t, (select count(*) from gateway.document) as d"
        )
        assert counts == {"t": 1, "d": 1}


async def test_the_doctor_says_for_whom_a_message_was_encrypted(tmp_path: Path, postgres_url: str) -> None:
    async with nordic(tmp_path, postgres_url, partner="http://127.0.0.1:9/in") as gateway, Partner("BIGBOX", "NORDIC") as bigbox:
        stranger = Encryption((load_agreed(pair("SOMEBODY").agreed),))
        built = bigbox.build(order(8), encryption=stranger)
        await bigbox.post(gateway.url, built)
    (found,) = await examine_transfer(gateway.settings, built.message_id.strip("<>"))
    assert (found["state"], found["partner"]) == ("quarantined", "bigbox")
    (examination,) = found["examinations"]
    assert examination["subject"] == "encryption"
    ours = load_agreed(pair("NORDIC").agreed).fingerprint
    assert any(ours[:16] in str(fact) for fact in examination["facts"])
    assert "none of our certificates" in examination["advice"]
    json.dumps(found, default=str)


async def test_the_doctor_explains_a_receipt_and_knows_nothing_of_others(
    tmp_path: Path, postgres_url: str, theirs: Database
) -> None:
    async with bigbox_site(theirs) as bigbox, nordic(tmp_path, postgres_url, partner=bigbox.url) as gateway:
        steps = [step async for step in probe_partner(gateway.office, "bigbox", send=True)]
        assert [(name.partition(": ")[2], state) for name, state, _, _ in steps] == [
            ("our key", "ok"), ("certificate", "ok"), ("dns", "ok"), ("tcp", "ok"), ("http", "ok"), ("message", "ok"),
        ]  # fmt: skip
        assert "proves that it arrived" in steps[-1][2]
        (sent,) = await gateway.until("select id, message_id from gateway.transfer where direction = 'out'")
        (found,) = await examine_transfer(gateway.settings, str(sent["id"]))
        assert {each["subject"] for each in found["examinations"]} == {"signature", "MIC"}
        assert "The MIC is right" in found["examinations"][-1]["advice"]
        assert await examine_transfer(gateway.settings, "unknown@nowhere") == []
        assert (await bigbox.held())[0][0] == "test.txt"


async def test_a_partner_that_is_not_there_is_told_step_by_step(tmp_path: Path, postgres_url: str) -> None:
    made = configured(tmp_path, port=free_port(), database=postgres_url, url="http://127.0.0.1:9/in")
    database = Database(postgres_url)
    await database.open()
    await migrate(database)
    steps = [step async for step in probe_partner(Office(made, database, postgres_url, "test"), "bigbox", send=True)]
    await database.close()
    assert steps[-1][0] == "bigbox-as2: tcp"
    assert steps[-1][1] == "fail"
    assert steps[-1][3]


async def test_mutual_tls_to_the_partner(tmp_path: Path, postgres_url: str, theirs: Database) -> None:
    """The partner's server takes only those who show the certificate it knows."""
    for name in ("server", "client"):
        (tmp_path / name).mkdir()
    server, client = (make_certificate(folder) for folder in (tmp_path / "server", tmp_path / "client"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(client.certificate))
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED
    async with Partner("BIGBOX", "NORDIC") as bigbox:

        async def receipt(request: web.Request) -> web.Response:
            return bigbox.receipt(request, await request.read())

        application = web.Application()
        application.router.add_post("/in", receipt)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        url = f"https://127.0.0.1:{runner.addresses[0][1]}/in"
        own = options(url=url)
        trusted = replace(own.tls, authorities=str(server.certificate))
        shown = replace(trusted, certificate=str(client.certificate), key=str(client.key))
        outcomes = []
        for tls in (own.tls, trusted, shown):
            async with as2_site(theirs, {"bigbox-as2": replace(own, tls=tls)}) as site:
                outcomes.append(await site.send("bigbox-as2", b"ISA"))
        await runner.cleanup()
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.RETRY, OutcomeKind.RETRY, OutcomeKind.DELIVERED]
    assert "not trusted" in outcomes[0].message
