"""The second part of the demo: two orders, one in X12 over AS2, one in EDIFACT, all the way from the order to the money."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from gateway.cli.demo import partners
from gateway.cli.demo.narrator import Narrator, Step
from gateway.cli.demo.partners import NoAnswer
from gateway.cli.demo.performance import PATIENCE
from gateway.cli.demo.site import Site
from gateway.cli.demo.trade import fetch_mail

if TYPE_CHECKING:
    from translators.canonical.purchase_order import PurchaseOrder

X12_ORDER, EDIFACT_ORDER = "LS-1001", "NM-2002"
_LOOK_EVERY = 0.05
_ANSWERS = {"lakeside": ("855", "856", "810"), "nordmart": ("ORDRSP", "DESADV", "INVOIC")}

Json = Mapping[str, Any]


class OrderToCash:
    """Plays it. `orders` are both orders as `gateway order` shows them, `problems` what did not happen as it should have."""

    def __init__(self, site: Site, narrator: Narrator) -> None:
        self._site, self._trade, self._narrator = site, site.trade, narrator
        self.orders: list[Json] = []
        self.problems: list[str] = []

    async def play(self) -> None:
        """Everything, step by step; what fails once ends it."""
        self._narrator.say("")
        self._narrator.say(
            ("From the order to the money: Lakeside in X12 over AS2, NordMart in EDIFACT over HTTP and files", "bold")
        )
        _, outbox = self._site.folders("nordmart")
        mail = asyncio.create_task(fetch_mail(self._trade.nordmart, outbox))
        try:
            async with ClientSession(timeout=ClientTimeout(total=PATIENCE)) as session:
                self._answer()
                for doing, do in self._steps(session):
                    await self._step(doing, do)
                    if self.problems:
                        break
        finally:
            mail.cancel()
        self.orders = [view for number in (X12_ORDER, EDIFACT_ORDER) for view in await self._site.orders_of(number)]

    def _steps(self, session: ClientSession) -> Sequence[tuple[str, Callable[[Step], Awaitable[None]]]]:
        async def order(step: Step) -> None:
            await self._order(session, step)

        return (
            ("both order, and wait for their acknowledgements", order),
            ("Odoo takes the orders; its answers go out", self._accepted),
            ("the goods leave, the despatch advices before them", self._shipped),
            ("the carrier delivers Lakeside's parcel", self._delivered),
            ("Odoo bills, and is paid", self._billed),
            ("their acknowledgements of all that we sent", self._acknowledged),
        )

    async def _step(self, doing: str, do: Callable[[Step], Awaitable[None]]) -> None:
        with self._narrator.step(doing) as step:
            try:
                await do(step)
            except (NoAnswer, ClientError, OSError) as error:
                step.failed(str(error) or type(error).__name__)
        self.problems += [f"{doing}: {problem}" for problem in step.problems]

    def _answer(self) -> None:
        """Let the customers acknowledge what they get, each by its own way."""
        inbox, _ = self._site.folders("nordmart")

        async def by_as2(body: bytes) -> None:
            await self._trade.as2.send(f"{self._site.url}/as2", body, file_name="997.x12")

        async def by_file(body: bytes) -> None:
            name = f"contrl-{self._trade.nordmart.answered}.edi"
            await asyncio.to_thread((inbox / f".{name}").write_bytes, body)
            await asyncio.to_thread((inbox / f".{name}").rename, inbox / name)

        self._trade.lakeside.answer, self._trade.nordmart.answer = _beside(by_as2), by_file
        self._trade.tell(self._site.url)

    # -------------------------------------------------------------------------------------------------------- steps

    async def _order(self, session: ClientSession, step: Step) -> None:
        from gateway.simulators.as2 import NotReceived

        trade, now = self._trade, datetime.now(UTC)
        body = trade.lakeside.side.written(lakeside_order(), "850", "004010", prepared=now)
        await self._keep("6-lakeside.x12", body)
        try:
            await trade.as2.send(f"{self._site.url}/as2", body, file_name="6-lakeside.x12")
        except NotReceived as error:
            raise NoAnswer(str(error)) from None
        contents = trade.nordmart.side.written(nordmart_order(), "ORDERS", "D.96A", prepared=now)
        await self._keep("7-nordmart.edi", contents)
        answer = await partners.post(session, self._site.url, "nordmart", contents, within=PATIENCE)
        trade.nordmart.got += trade.nordmart.side.read(answer.acknowledgement)
        await self._until(lambda: trade.lakeside.documents("997"), "a 997 for Lakeside")
        step.done(f"{X12_ORDER}: 850 sent over AS2, its receipt proves it, a 997 came back; {EDIFACT_ORDER}: ORDERS and CONTRL")

    async def _accepted(self, step: Step) -> None:
        await self._until(lambda: self._booked(X12_ORDER) and self._booked(EDIFACT_ORDER), "both orders in Odoo")
        await self._trade.people.confirm(EDIFACT_ORDER)
        await self._answered(0)
        for customer, kind in ((self._trade.lakeside, "855"), (self._trade.nordmart, "ORDRSP")):
            status = getattr(customer.documents(kind)[0].canonical, "status", None)
            if status != "accepted":
                step.failed(f"expected an {kind} that accepts the order, found {status}")
        names = f"{self._booked(X12_ORDER)} and {self._booked(EDIFACT_ORDER)}"
        step.done("855 and ORDRSP: accepted; ", (f"they are {names} in Odoo", "good"))

    async def _shipped(self, step: Step) -> None:
        people, carrier = self._trade.wms.warehouse, self._trade.carrier.carrier
        await self._until(lambda: [*people.orders], f"{X12_ORDER} in the warehouse")
        (number,) = people.orders
        label = carrier.purchase({"reference": number, "to": {"name": "Lakeside Hardware"}, "parcels": [{"weight": "4"}]})
        await people.start(number)
        await people.pick(number)
        await people.pack(number, "003570000000000017")
        await people.ship(number, carrier="parcels", tracking=label.tracking)
        await self._trade.people.deliver(EDIFACT_ORDER)
        await self._answered(1)
        step.done("856 and DESADV; ", (f"the warehouse shipped its {number} by {label.tracking}", "good"))

    async def _delivered(self, step: Step) -> None:
        (parcel,) = self._trade.carrier.carrier.shipments
        await self._trade.carrier.carrier.scan(parcel, "in_transit", place="Chicago")
        await self._trade.carrier.carrier.deliver(parcel, signed_by="J. Smith", place="Joliet")
        await self._until_state(X12_ORDER, "delivered")
        for problem in await self._trade.problems():
            step.failed(problem)
        step.done("in transit, delivered, signed by J. Smith")

    async def _billed(self, step: Step) -> None:
        for number in (X12_ORDER, EDIFACT_ORDER):
            await self._trade.people.bill(number)
        await self._answered(2)
        await self._until_state(X12_ORDER, "paid")
        step.done("810 and INVOIC; both paid")

    async def _acknowledged(self, step: Step) -> None:
        wanted = sum(len(kinds) for kinds in _ANSWERS.values())
        found: list[Json] = []

        async def all_answered() -> bool:
            found[:] = [one for number in (X12_ORDER, EDIFACT_ORDER) for one in await self._site.expectations(number)]
            return [one["state"] for one in found].count("accepted") >= wanted

        await self._while_not(all_answered, f"{wanted} acknowledgements")
        if len(found) != wanted:
            step.failed(f"expected {wanted} acknowledgements, found {len(found)}")
        step.done("three 997 over AS2, three CONTRL in files: all accepted")

    # ------------------------------------------------------------------------------------------------------ waiting

    async def _answered(self, place: int) -> None:
        """Wait until both customers have the document that comes at this place."""
        for name, customer in (("lakeside", self._trade.lakeside), ("nordmart", self._trade.nordmart)):
            kind = _ANSWERS[name][place]
            await self._until(lambda customer=customer, kind=kind: customer.documents(kind), f"an {kind} for {name}")  # type: ignore[misc]

    async def _until_state(self, number: str, state: str) -> None:
        async def there() -> bool:
            return any(view["state"] == state for view in await self._site.orders_of(number))

        await self._while_not(there, f"{number} {state}")

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        async def there() -> bool:
            return bool(condition())

        await self._while_not(there, what)

    async def _while_not(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not await condition():  # noqa: ASYNC110 - what others hold
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            raise NoAnswer(f"expected {what}, and nothing came within {PATIENCE:g} s") from None

    def _booked(self, number: str) -> str:
        return ", ".join(found.name for found in self._site.odoo.odoo.orders(client_order_ref=number))

    async def _keep(self, name: str, contents: bytes) -> None:
        await asyncio.to_thread((self._site.place.documents / name).write_bytes, contents)


def _beside(send: Callable[[bytes], Awaitable[None]]) -> Callable[[bytes], Awaitable[None]]:
    """Send by a task of its own: a receipt is not kept waiting for what follows from its message."""
    running: set[asyncio.Task[None]] = set()

    async def start(body: bytes) -> None:
        async def run() -> None:
            await send(body)

        task = asyncio.create_task(run())
        running.add(task)
        task.add_done_callback(running.discard)

    return start


def lakeside_order() -> "PurchaseOrder":
    """Anvils and rockets."""
    buyer = {"name": "LAKESIDE HARDWARE", "identifiers": {"duns": "777777777"}}
    return _order(X12_ORDER, buyer, "USD", (("ANVIL", 4, "39.90"), ("ROCKET", 10, "12.50")))


def nordmart_order() -> "PurchaseOrder":
    """Coffee and tea."""
    buyer = {"name": "NORDMART TECHNIK", "identifiers": {"gln": "4015828000008"}}
    return _order(EDIFACT_ORDER, buyer, "DKK", (("ND-COFFEE-500", 24, "7.90"), ("ND-TEA-GREEN", 12, "3.10")))


def _order(number: str, buyer: Json, currency: str, goods: Sequence[tuple[str, int, str]]) -> "PurchaseOrder":
    from translators.canonical.purchase_order import PurchaseOrder

    lines = [
        {
            "number": str(place),
            "item": {"identifiers": {"seller": item}},
            "quantity": {"value": quantity, "unit": "EA"},
            "price": {"amount": price},
        }
        for place, (item, quantity, price) in enumerate(goods, 1)
    ]
    head = {"schema": "purchase_order/1", "number": number, "issued": f"{datetime.now(UTC):%Y-%m-%d}", "currency": currency}
    return PurchaseOrder.model_validate({**head, "buyer": buyer, "lines": lines})
