"""What goes wrong at the site, in ways that happen: each has a screen where somebody finds it, and a job to be done about it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from aiohttp import ClientSession

from gateway.bootstrap.channel_troubles import keep_standing
from gateway.bootstrap.messages import open_intake
from gateway.bootstrap.office import Office
from gateway.bootstrap.reconciliation import ask_for_run, make_reconciliations
from gateway.cli.demo import partners
from gateway.cli.demo.site import Site
from gateway.domain.shadow import Compared, Difference, Likeness
from gateway.ports import Handover
from gateway.ports.service_levels import STAGE as LEVELS
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive import Receive
from gateway.stages.service_levels import WatchServiceLevels
from gateway.store.service_levels import PostgresServiceLevels
from gateway.store.shadow import PostgresShadow
from gateway.system import TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver
from tests.browser.numbers import (
    CASES,
    HELD,
    INJECTING,
    MISSING_SKU,
    OVERDUE_INVOICE,
    REJECTED_DESPATCH,
)
from tests.integration.ledger import x12
from tests.servers.process import repeat
from tests.translators.x12.orders import body_850, interchange

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Troubles:
    """Makes them, by the doors that partners and services use."""

    site: Site
    office: Office
    session: ClientSession
    intake: Receive

    @classmethod
    @asynccontextmanager
    async def of(cls, site: Site, office: Office) -> AsyncIterator[Self]:
        """Ready to happen."""
        async with ClientSession() as session, open_intake(office) as intake:
            yield cls(site, office, session, intake)

    async def happen(self) -> None:
        """All of them."""
        await self._post("unreadable", b"nobody can read this")
        await self._post("injecting", self._order(INJECTING, 9001, name="<script>alert(1)</script>"))
        await self._many()
        await self._despatch_rejected()
        await self._publish("invoice", "bigbox", self._again("810", "LS-1001", OVERDUE_INVOICE))
        await self._publish("warehouse_order", "east", warehouse_order(HELD))
        await self._drop("997-of-nothing.x12", acknowledgement(group=987654, number=991, code="A"))
        await self._compared()
        await make_reconciliations(self.office, (), back=None)
        await ask_for_run(self.office, "nightly", actor="ada", within=20)
        await self._all_seen()
        await self._counted()

    # ------------------------------------------------------------------------------------------------- what they are

    async def _many(self) -> None:
        """As many orders as one failure can have, all of an item that Odoo does not know."""
        sets = [order_set(f"MANY-{n:03}", reference=f"{n:04}", sku=MISSING_SKU) for n in range(1, CASES + 1)]
        await self._post("many", interchange(sets, control_number=9100))

    async def _counted(self) -> None:
        """How far what was promised was kept until now: the gateway looks later."""
        observer, ids = PrometheusObserver(strict=True), TimeOrderedIds()
        troubles = keep_standing(self.office.database, stage=LEVELS, owner_of=lambda _side: "edi", observer=observer, new_id=ids)
        await WatchServiceLevels(
            store=PostgresServiceLevels(self.office.database), configuration=lambda: self.office.snapshot, name_of=str,
            troubles=troubles, observer=observer,
        ).round()  # fmt: skip

    async def _despatch_rejected(self) -> None:
        """A despatch advice of an order that BigBox does not have: its 997 says so."""
        await self._publish("despatch_advice", "bigbox", self._again("856", "LS-1001", REJECTED_DESPATCH))
        number = await self._sent("SH")
        details = ["AK2*856*0001", "AK3*PRF*8**8", f"AK4*1*324*7*{REJECTED_DESPATCH}", "AK5*R*5", "AK9*R*1*1*0"]
        await self._drop("997-rejects.x12", acknowledgement(group=number, number=992, lines=details))

    async def _compared(self) -> None:
        """Harbour is in shadow beside another gateway, which says some things otherwise."""
        quantity = Difference("lines[].quantity.value", "lines[1].quantity.value", "10", "9")
        strange = Difference("currency", "currency", "<script>alert(1)</script>", None)
        answers = [Compared("functional_acknowledgement", f"group:{n}", Likeness.SAME, None, "997.edi") for n in range(1, 13)]
        responses = [
            Compared("order_response", f"order:HB-{n}", state, None, "sent/2026-11-20/855.edi" if legacy else "", differences)
            for n, (state, legacy, differences) in enumerate(
                [
                    *[(Likeness.SAME, True, ())] * 9,
                    (Likeness.DIFFERENT, True, (quantity, strange)),
                    (Likeness.DIFFERENT, True, (quantity,)),
                    (Likeness.ONLY_OURS, False, ()),
                ]
            )
        ]
        await PostgresShadow(self.office.database).keep("harbour", [*answers, *responses])

    async def _all_seen(self) -> None:
        """Everything has been looked at: what is to fail has failed, what is overdue is known to be."""
        wanted = {
            "the cases of one failure": f"select count(*) >= {CASES} from gateway.failure_case where closed_at is null",
            "the rejected despatch": "select count(*) > 0 from gateway.expectation where state = 'rejected'",
            "the overdue invoice": "select count(*) > 0 from gateway.expectation where state = 'overdue'",
            "the order that is held": "select count(*) > 0 from gateway.warehouse_release where state = 'held'",
        }
        for what, query in wanted.items():
            await self._until(lambda query=query: self._holds(query), what)  # type: ignore[misc]

    # --------------------------------------------------------------------------------------------------- how they come

    async def _post(self, what: str, body: bytes) -> None:
        headers = {"Authorization": f"Bearer {partners.token_of('bigbox')}", "Idempotency-Key": what}
        async with self.session.post(f"{self.site.url}/v1/partners/bigbox/interchanges", data=body, headers=headers) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"{what}: {answer.status} {await answer.text()}")

    async def _publish(self, kind: str, partner: str, document: Mapping[str, Any]) -> None:
        body = json.dumps(document).encode()
        await self.intake.receive(Handover(uuid4(), OUTBOUND, partner, f"{kind}.json", body, idempotency_key=str(uuid4())))

    async def _drop(self, name: str, body: bytes) -> None:
        inbox, _ = self.site.folders("bigbox")
        await asyncio.to_thread(dropped, inbox, name, body)

    async def _sent(self, functional_id: str) -> int:
        """The number of a group that lies in BigBox's outbox."""
        _, outbox = self.site.folders("bigbox")
        found: list[int] = []

        async def there() -> bool:
            found[:] = await asyncio.to_thread(group_numbers, outbox, functional_id)
            return bool(found)

        await self._until(there, f"a group {functional_id} in the outbox")
        return found[-1]

    def _again(self, kind: str, theirs: str, ours: str) -> Mapping[str, Any]:
        """What Lakeside got in the demo, for BigBox."""
        (document,) = self.site.trade.lakeside.documents(kind)
        assert document.canonical is not None
        text = bytes(document.canonical.to_json()).decode()
        for old, new in ((theirs, ours), ("777777777", "123456789"), ("LAKESIDE HARDWARE", "BIGBOX STORES")):
            text = text.replace(old, new)
        read: Mapping[str, Any] = json.loads(re.sub(r'"S0(\d+)"', r'"S9\1"', text))
        return {**read, "number": f"{read['number']}-{ours}"}

    def _order(self, number: str, control_number: int, *, name: str) -> bytes:
        return interchange([order_set(number, name=name)], control_number=control_number).replace(b"*P*>", b"*P*:")

    async def _holds(self, query: str) -> bool:
        async with self.office.database.connection() as connection:
            return bool(await connection.fetchval(query))

    async def _until(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        try:
            await repeat(condition, within=_PATIENCE)
        except TimeoutError:
            raise RuntimeError(f"{what}: not within {_PATIENCE:g} s") from None


def order_set(number: str, *, reference: str = "0001", sku: str = "AB3542", name: str = "BIGBOX STORES") -> list[str]:
    """An order of one line, ST to SE."""
    body = body_850(order_number=number, lines=1, reference=reference)
    return [re.sub(r"\*VN\*[^*]+", f"*VN*{sku}", line).replace("BIGBOX STORES", name) for line in body]


def acknowledgement(*, group: int, number: int, lines: list[str] | None = None, code: str = "R") -> bytes:
    """A 997 of BigBox about a group of ours."""
    told = lines or [f"AK9*{code}*1*1*1"]
    body = ["ST*997*0001", f"AK1*SH*{group}", *told, f"SE*{len(told) + 3}*0001"]
    return x12("FA", [body], number=number, ours=False, group=number)


def dropped(inbox: Path, name: str, body: bytes) -> None:
    """A file as a careful partner puts it."""
    (inbox / f".{name}").write_bytes(body)
    (inbox / f".{name}").rename(inbox / name)


def group_numbers(outbox: Path, functional_id: str) -> list[int]:
    """The groups of this kind in a partner's outbox, in their order."""
    pattern = re.compile(rb"GS\*%s\*[^*]*\*[^*]*\*[^*]*\*[^*]*\*(\d+)\*" % functional_id.encode())
    return sorted(int(found) for path in outbox.glob("[!.]*") for found in pattern.findall(path.read_bytes()))


def warehouse_order(number: str) -> Mapping[str, Any]:
    """What a service wants to be shipped."""
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": 2, "unit": "EA"}}
    address = {"name": "BigBox DC 12", "address": {"city": "Joliet", "country": "US"}}
    return {"schema": "warehouse_order/1", "number": number, "ship_to": address, "lines": [line]}
