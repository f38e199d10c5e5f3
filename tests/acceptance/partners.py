"""Partners as they are: they send by HTTP or by folder, repeat what was not taken, and ask what became of it."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import count
from typing import Any

import aiohttp

from tests.acceptance.site import Site
from tests.translators.edifact.orders import check_digit, order_edifact
from tests.translators.x12.orders import _ITEMS, order_850

TOKENS = {"bigbox": "bigbox-demo-token", "nordmart": "nordmart-demo-token"}

PATIENCE = 60.0

_READERS = 8
"""Connections on which a partner asks what became of its transmissions."""

SEED = {
    "pricelists": [{"name": currency, "currency": currency, "external_id": f"p.{currency}"} for currency in ("USD", "GBP")],
    "products": [
        *({"default_code": f"ITEM-{n}", "barcode": code, "name": f"Item {n}"} for n, code in enumerate(_ITEMS)),
        *(
            {"default_code": f"SKU-{n:05}", "barcode": check_digit(f"57012345{n:04d}"), "name": f"Product {n}"}
            for n in range(1, 6)
        ),
    ],
    "partners": [
        {
            "name": "BigBox",
            "ref": "123456789",
            "is_company": True,
            "currency": "USD",
            "children": [{"name": "DC 12", "ref": "0012", "type": "delivery"}],
        },
        {
            "name": "NordMart",
            "ref": check_digit("579000000002"),
            "is_company": True,
            "currency": "GBP",
            "children": [{"name": "DC North", "ref": check_digit("579000000003"), "type": "delivery"}],
        },
    ],
}
"""What stands in Odoo so that the orders below can be booked."""


def x12_orders(numbers: Iterable[int]) -> dict[str, bytes]:
    """BigBox's orders, by order number; control and order number are the same number."""
    return {
        f"PO-{n}": order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=n, order_number=f"PO-{n}")
        for n in numbers
    }


def edifact_orders(numbers: Iterable[int]) -> dict[str, bytes]:
    """NordMart's orders, by order number."""
    return {
        f"NM-{n}": order_edifact(sender="5798000000025", receiver="5790000000012", control_number=str(n), order_number=f"NM-{n}")
        for n in numbers
    }


class PostingPartner:
    """A partner that posts interchanges and repeats each, under its key, until it is told that it is stored."""

    def __init__(self, site: Site, partner: str, *, connections: int = 16) -> None:
        self.site = site
        self.partner = partner
        self.transmissions: dict[str, str] = {}
        self.repeats = 0
        self._limit = asyncio.Semaphore(connections)

    @property
    def path(self) -> str:
        """Where this partner's things are."""
        return f"{self.site.url}/v1/partners/{self.partner}"

    def session(self, seconds: float = 20) -> aiohttp.ClientSession:
        """Connections with this partner's token."""
        headers = {"Authorization": f"Bearer {TOKENS[self.partner]}"}
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds), headers=headers)

    async def post_all(self, bodies: Mapping[str, bytes], *, within: float = PATIENCE) -> None:
        """Post everything, by key; raises TimeoutError when the gateway does not take it all `within` so many seconds."""
        async with asyncio.timeout(within), self.session() as session, asyncio.TaskGroup() as group:
            for key, body in bodies.items():
                group.create_task(self._post(session, key, body))

    async def _post(self, session: aiohttp.ClientSession, key: str, body: bytes) -> None:
        url = f"{self.path}/interchanges"
        async with self._limit:
            for number in count():
                try:
                    async with session.post(url, data=BytesIO(body), headers={"Idempotency-Key": key}) as answer:
                        if answer.status in (200, 202):
                            self.transmissions[key] = (await answer.json())["transmission"]
                            return
                        assert answer.status in (429, 503), await answer.text()
                except (aiohttp.ClientError, TimeoutError, ConnectionError):
                    pass
                self.repeats += 1
                await _pause(min(0.02 * (number + 1), 0.5))

    async def views(self, keys: Iterable[str]) -> dict[str, Any]:
        """What the partner is told about its transmissions."""
        turns = asyncio.Semaphore(_READERS)
        async with self.session() as session, asyncio.TaskGroup() as group:
            asked = {key: group.create_task(self._view(session, self.transmissions[key], turns)) for key in keys}
        return {key: task.result() for key, task in asked.items()}

    async def _view(self, session: aiohttp.ClientSession, transmission: str, turns: asyncio.Semaphore) -> Any:
        async with turns, session.get(f"{self.path}/transmissions/{transmission}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


def put_files(site: Site, partner: str, bodies: Mapping[str, bytes]) -> None:
    """Write files into the partner's inbox as SFTP clients do: under a temporary name, then renamed."""
    inbox = site.box(partner, "inbox")
    inbox.mkdir(parents=True, exist_ok=True)
    for name, body in bodies.items():
        temporary = inbox / f"{name}.tmp"
        temporary.write_bytes(body)
        os.rename(temporary, inbox / f"{name}.edi")  # noqa: PTH104


async def _pause(seconds: float) -> None:
    """A partner's patience before it repeats: nobody tells it when the gateway is back."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()
    except TimeoutError:
        return
