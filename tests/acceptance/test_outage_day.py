"""A scripted outage day over the wired service: the warehouse is down, a partner is silent, a certificate has expired, a flood of
duplicates and a message that nobody can read. Each is told once, to its owner, before its deadline, in the right words; nothing
else is.
"""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from aiohttp import web

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from tests.acceptance.partners import x12_orders
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.channels.http_partner import Partner, answering, partner_server
from tests.integration.operations_ground import late_morning
from tests.servers.process import free_port, repeat

ORDERS = x12_orders(range(1, 15))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ROUTES = """
[gateway]
id = "nordic-dc"
owner = "operations"
stage_owners = {{ certificates = "security" }}
identities = {{ x12 = "ZZ:NORDICDC", edifact = "5790000000012:14", as2 = "NORDIC" }}
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"

[gateway.as2]
keys = [{{ certificate = "ours.pem", key = "${{file:ours.key}}" }}]
url = "http://127.0.0.1:1/as2"

[[owner]]
id = "operations"
notify = ["webhook:{chat}/operations"]
secret = "${{HOOK_SECRET}}"
every = "1s"

[[owner]]
id = "warehouse"
notify = ["webhook:{chat}/warehouse"]
secret = "${{HOOK_SECRET}}"
every = "1s"

[[owner]]
id = "sales"
notify = ["webhook:{chat}/sales"]
secret = "${{HOOK_SECRET}}"
every = "1s"

[[owner]]
id = "edi"
notify = ["webhook:{chat}/edi"]
secret = "${{HOOK_SECRET}}"
every = "1s"

[[owner]]
id = "security"
notify = ["webhook:{chat}/security"]
secret = "${{HOOK_SECRET}}"
every = "1s"

[[application]]
id = "wms-east"
type = "http"
url = "{wms}"
internal = true
owner = "warehouse"
breaker = {{ failures = 3, first = "500ms", longest = "500ms" }}

[[application.action]]
as = "warehouse_order"
method = "POST"
path = "/orders"
idempotent = true
headers = {{ Idempotency-Key = "{{{{ key }}}}" }}

[application.action.body]
reference = "{{{{ document.number }}}}"

[[partner]]
id = "bigbox"
name = "BigBox"
owner = "edi"
identities = {{ x12 = "01:123456789", as2 = "BIGBOX" }}

[[partner]]
id = "nordmart"
name = "NordMart"
owner = "sales"
identities = {{ edifact = "5798000000025:14" }}

[[partner]]
id = "acme"
name = "Acme"
owner = "security"
identities = {{ as2 = "ACME", x12 = "01:987654321" }}

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
settle = "50ms"

[[channel]]
id = "nordmart-folder"
partner = "nordmart"
type = "folder"
inbox = "nord-in"

[[channel]]
id = "acme-as2"
partner = "acme"
type = "as2"
url = "http://127.0.0.1:9/in"
certificates = ["acme.pem"]
mdn = "sync"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
duplicates = "reject"

[[agreement]]
id = "nordmart-orders"
partner = "nordmart"
direction = "in"
document = "purchase_order"
format = "edifact/D.96A/ORDERS"

[[agreement]]
id = "acme-856"
partner = "acme"
direction = "out"
document = "despatch_advice"
format = "x12/004010/856"
channel = "acme-as2"
expect = {{ receipt = "mdn", within = "1h" }}

[[calendar]]
id = "here"
timezone = "{zone}"
hours = {{ mon-sun = "00:00-24:00" }}

[silence]
calendar = "here"
without = ["wms-east"]

[[service_level]]
id = "orders-to-the-warehouse"
measure = "delivery"
document = "purchase_order"
to = "wms-east"
within = "30m"
warn = "10m"
calendar = "here"
owner = "sales"

[[route]]
id = "orders"
document = "purchase_order"
deliver = [{{ to = "wms-east", as = "warehouse_order" }}]
"""


class Day:
    """The site and what its owners were told."""

    def __init__(self, folder: Path, chat: Partner, url: str, zone: str) -> None:
        self.folder, self.chat, self.url, self.zone = folder, chat, url, ZoneInfo(zone)
        self.wms_works = False

    def drop(self, name: str, content: bytes) -> None:
        (self.folder / "in" / name).write_bytes(content)

    async def rows(self, sql: str, *arguments: Any) -> Sequence[Any]:
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    @property
    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Every group of every message, with its owner."""
        messages = [json.loads(request.body) for request in self.chat.requests]
        return [(message["owner"], group) for message in messages for group in message["groups"]]

    @property
    def codes(self) -> Counter[tuple[str, str, str | None]]:
        return Counter((owner, group["code"], group["partner"]) for owner, group in self.told)

    async def hears(self, owner: str, code: str) -> dict[str, Any]:
        """Wait until an owner is told of something; the group."""

        async def heard() -> bool:
            return any((to, group["code"]) == (owner, code) for to, group in self.told)

        await repeat(heard, within=60)
        return next(group for to, group in self.told if (to, group["code"]) == (owner, code))

    async def waits(self, number: int) -> None:
        """Wait until so many orders wait for the warehouse."""
        await self._until("select count(*) = $1 from gateway.delivery where state in ('waiting', 'blocked', 'sending')", number)

    async def is_read(self, number: int) -> None:
        """Wait until so many transmissions were read."""
        await self._until("select count(*) = $1 from gateway.transmission where state <> 'received'", number)

    async def is_told(self) -> None:
        """Wait until all news were told."""
        await self._until("select count(*) = 0 from gateway.failure_event where tell is not null and told_at is null")

    async def is_over(self, *codes: str) -> None:
        """Wait until these failures ended by themselves."""
        await self._until("select count(*) = 0 from gateway.failure where code = any($1) and state <> 'resolved'", list(codes))

    async def _until(self, sql: str, *arguments: Any) -> None:
        async def so() -> bool:
            return bool((await self.rows(sql, *arguments))[0][0])

        await repeat(so, within=90)

    async def pass_time(self, passed: timedelta) -> None:
        """Move what waits into the past: as if it had been received so much earlier."""
        await self.rows("update gateway.transmission set received_at = received_at - $1::interval", passed)


@pytest.fixture
async def day(tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Day]:
    ours, acme, zone = pair("ours"), pair("acme", days=-1, begun=400), late_morning()
    (tmp_path / "ours.pem").write_bytes(ours.certificate)
    (tmp_path / "ours.key").write_bytes(ours.key)
    (tmp_path / "acme.pem").write_bytes(acme.certificate)
    for name in ("in", "nord-in", "var"):
        (tmp_path / name).mkdir()
    world = {"DATABASE_URL": migrated_url, "HOOK_SECRET": "a secret"}
    for name, value in world.items():
        monkeypatch.setenv(name, value)

    async def wms(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=201 if site.wms_works else 503)

    async with partner_server(answering(204)) as chat, partner_server(wms) as warehouse:
        site = Day(tmp_path, chat, migrated_url, zone)
        (tmp_path / "routes.toml").write_text(ROUTES.format(port=free_port(), wms=warehouse.url, chat=chat.url, zone=zone))
        await weeks_of_orders(site)
        async with run_service(settings(str(tmp_path / "routes.toml"), world)):
            yield site


async def weeks_of_orders(day: Day) -> None:
    """NordMart sent 12 to 20 orders by ten o'clock on this weekday of the last six weeks."""
    morning = datetime.now(day.zone).replace(hour=8, minute=0, second=0, microsecond=0)
    for week, number in enumerate((12, 14, 15, 18, 20, 16), 1):
        at = morning - timedelta(weeks=week)
        await day.rows("insert into gateway.traffic_hour values ('nordmart', 'purchase_order', $1, $2, $1)", at, number)


async def test_each_trouble_is_told_once_to_its_owner_before_its_deadline_and_nothing_else_is(day: Day) -> None:
    for name, order in ORDERS.items():
        day.drop(name, order)
    down = await day.hears("warehouse", "target-unavailable")
    await day.waits(len(ORDERS))
    for copy in range(40):
        day.drop(f"copy-{copy}", ORDERS["PO-1"])
    day.drop("poison", b"\x00\xff no EDI at all " * 50)
    await day.pass_time(timedelta(minutes=22))
    late = await day.hears("sales", "service-level-at-risk")
    silent = await day.hears("sales", "silent")
    expired = await day.hears("security", "certificate-ended")
    flood, poison = await day.hears("edi", "interchange-duplicate"), await day.hears("edi", "no-interchange")
    await day.is_read(len(ORDERS) + 41)
    await day.is_told()

    assert re.match(r"\d+ purchase orders? of BigBox waits? for wms-east, the oldest for \d min$", down["effect"])
    assert re.match(
        r"14 purchase orders of BigBox wait for wms-east, the oldest for 2[2-5] min; the first is due at \d\d:\d\d \S+$",
        late["message"],
    )
    assert re.match(
        r"NordMart normally sends 14-18 purchase orders by \d\d:00 on \w+days; today none; the last one ", silent["message"]
    )
    assert "ended on" in expired["message"]
    assert flood["partner"] == poison["partner"] == "bigbox"
    assert all(group["remedy"] for _, group in day.told)
    assert day.codes == ALL

    day.wms_works = True
    await day.waits(0)
    await day.is_over("target-unavailable", "service-level-at-risk")
    await day.is_told()
    assert day.codes == ALL


ALL = Counter(
    {
        ("warehouse", "target-unavailable", None): 1,
        ("sales", "service-level-at-risk", "bigbox"): 1,
        ("sales", "silent", "nordmart"): 1,
        ("security", "certificate-ended", "acme"): 1,
        ("edi", "interchange-duplicate", "bigbox"): 1,
        ("edi", "no-interchange", "bigbox"): 1,
    }
)
"""What was told all day long: owner, code and partner."""
