"""A simulated Odoo with orders that were booked in it, and a watch over it that tells a notebook."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from gateway.applications.odoo import OdooApplication
from gateway.applications.odoo.changes.source import OdooChanges, Surroundings
from gateway.applications.odoo.client import OdooClient
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_changes import ChangeTerms
from gateway.domain.order.milestone import Event, Milestone
from gateway.ports import ApplicationCall, OutcomeKind
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.ports.hearing import Notice
from gateway.ports.originals import Change, Named, Ordered, Original
from gateway.simulators.odoo import Account, OdooSimulator
from gateway.stages.alarm import Alarm
from gateway.system import SystemClock
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange

Document = dict[str, Any]

BILLED = {"invoice_policy": "delivery"}
SEED: dict[str, Any] = {
    "products": [
        {"default_code": "ANVIL", "barcode": "5790000000012", "name": "Acme anvil", "list_price": 100.0, "on_hand": 50, **BILLED},
        {"default_code": "ROCKET", "barcode": "036000291452", "name": "Acme rocket", "list_price": 25.5, "on_hand": 3, **BILLED},
        {"default_code": "GLUE", "name": "Glue", "tracking": "lot", "list_price": 4.0, "lots": {"L-1": 10, "L-2": 10}},
    ],
    "partners": [
        {"name": "BigBox", "ref": "5790000000029", "is_company": True},
        {"name": "Foundry", "ref": "foundry", "is_company": True},
    ],
    "suppliers": [{"partner": "foundry", "product": "ANVIL", "product_code": "FO-77"}],
}


class Notebook:
    """What was told, as the hearing keeps it: each key once, and how far was read. It can lose its database."""

    def __init__(self) -> None:
        self.notices: dict[str, Notice] = {}
        self.at: str | None = None
        self.takes = 0
        self.last: dict[str, str] = {}
        self.fail: Exception | None = None
        self.fail_keeping: Exception | None = None
        self.fail_after = False

    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        del source
        self.takes += 1
        failure, self.fail = self.fail, None
        if failure is not None and not self.fail_after:
            raise failure
        for notice in notices:
            self.notices.setdefault(notice.key, notice)
        self.at = position
        if failure is not None:
            raise failure

    async def position(self, source: str) -> str | None:
        del source
        return self.at

    async def last_keys(self, source: str, subjects: Sequence[str]) -> Mapping[str, str]:
        del source
        return {subject: self.last[subject] for subject in subjects if subject in self.last}

    async def keep_keys(self, source: str, keys: Mapping[str, str]) -> None:
        del source
        failure, self.fail_keeping = self.fail_keeping, None
        if failure is not None:
            raise failure
        self.last |= keys

    @property
    def keys(self) -> list[str]:
        return [key.rsplit(":", 1)[0] for key in self.notices]

    def documents(self, schema: str) -> list[Document]:
        read = [orjson.loads(one.body) for notice in self.notices.values() for one in notice.documents]
        return [one for one in read if one["schema"].partition("/")[0] == schema]

    def milestones(self, event: Event) -> list[Milestone]:
        return [one for notice in self.notices.values() for one in notice.milestones if one.event is event]

    def unread(self) -> list[str]:
        return [notice.unread.code for notice in self.notices.values() if notice.unread]


class Loudspeaker:
    """Failures of the watch, by what they are about."""

    def __init__(self) -> None:
        self.wrong: dict[str, ChannelTrouble] = {}

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        assert (side.channel, side.partner) == ("odoo", None)
        kept = {} if all_of_them else self.wrong
        self.wrong = {**kept, **{trouble.about: trouble for trouble in troubles}}
        return True


class Counting:
    """An observer that keeps counts by name and outcome."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], float] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        key = (name, labels.get("outcome", ""))
        self.counts[key] = self.counts.get(key, 0) + value

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


class Books:
    """The documents behind orders, as the gateway's database knows them."""

    def __init__(self) -> None:
        self.known: dict[str, Original] = {}
        self.changed: dict[str, list[Change]] = {}

    async def changes(self, application: str, orders: Sequence[Ordered]) -> Mapping[str, Sequence[Change]]:
        assert application == "odoo"
        return {one.key: self.changed[one.key] for one in orders if one.key in self.changed}

    async def originals(self, application: str, named: Sequence[Named]) -> Mapping[str, Original]:
        assert application == "odoo"
        return {one.key: self.known[one.key] for one in named if one.key in self.known}


class Ground:
    """Books orders, lets Odoo's people act, and looks."""

    def __init__(self, simulator: OdooSimulator, terms: ChangeTerms) -> None:
        self.simulator, self.terms = simulator, terms
        self.connection = OdooConnection(simulator.url, "odoo", "edi", "key")
        self.notebook, self.alarm, self.observer, self.books = Notebook(), Loudspeaker(), Counting(), Books()
        self.agreed: set[tuple[str, str]] = {
            ("bigbox", name) for name in ("order_response", "despatch_advice", "invoice", "credit_note", "return_request")
        }
        self.suppliers = ["foundry"]
        self.application = OdooApplication("odoo", self.connection)
        self.people = OdooClient(url=simulator.url, database="odoo", login="admin", api_key="key")
        self.watches: list[OdooChanges] = []
        self.changes = self.watch()

    def restart(self) -> None:
        """Another process goes on."""
        self.changes = self.watch()

    def watch(self, clock: SystemClock | None = None) -> OdooChanges:
        """Another process that watches."""
        around = Surroundings(
            hearing=self.notebook,
            statements=self.notebook,
            originals=self.books,
            agreed=lambda partner, document: (partner, document) in self.agreed,
            suppliers=lambda: self.suppliers,
            alarm=Alarm("odoo", None, self.alarm, side="changes"),
            observer=self.observer,
            clock=clock or SystemClock(),
        )
        self.watches.append(OdooChanges("odoo", self.connection, self.terms, around=around))
        return self.watches[-1]

    async def book(self, document: Document, *, key: str | None = None, partner: str = "bigbox", test: bool = False) -> int:
        """An order that came through the gateway; its database id in Odoo."""
        key = key or f"purchase_order_{document['number']}"
        body = orjson.loads(PurchaseOrder.model_validate(document).to_json())
        call = ApplicationCall(uuid4(), "sale_order", partner, body, key, 1, test, {})
        (outcome,) = await self.application.deliver([call])
        assert outcome.kind is OutcomeKind.DELIVERED, outcome.message
        self.books.known[key] = Original(UUID(int=1), partner, test, body, body, {})
        return int(outcome.response["id"])

    async def change(self, order: str, lines: list[Document], **parts: Any) -> None:
        """The partner changes an order, and the change is carried out in Odoo."""
        key = f"purchase_order_change_{order}_{len(self.books.changed.get(f'purchase_order_{order}', ())) + 1}"
        model = PurchaseOrderChange.model_validate({"number": order, "lines": lines, **parts})
        body = orjson.loads(model.to_json())
        self.books.changed.setdefault(f"purchase_order_{order}", []).append(Change(key, body, body))
        call = ApplicationCall(uuid4(), "sale_order_change", "bigbox", body, key, 1, False, {})
        (outcome,) = await self.application.deliver([call])
        assert outcome.kind is OutcomeKind.DELIVERED, outcome.message

    async def do(self, model: str, method: str, *args: Any, context: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """What a person does in Odoo."""
        return await self.people.call(model, method, list(args), context=context, **more)

    async def lines(self, order: int) -> list[int]:
        rows = await self.do("sale.order.line", "search_read", [["order_id", "=", order]], fields=["product_id"])
        return [int(row["id"]) for row in rows]

    async def pickings(self, order: int, kind: str = "outgoing") -> list[Document]:
        fields = ["name", "state", "backorder_id", "move_ids", "picking_type_code"]
        rows = await self.do("stock.picking", "search_read", [["sale_id", "=", order]], fields=fields)
        return [row for row in rows if row["picking_type_code"] == kind]

    async def ship(self, picking: int, *, backorder: bool = True) -> None:
        context = {"skip_backorder": True, **({} if backorder else {"picking_ids_not_to_backorder": [picking]})}
        done = await self.do("stock.picking", "button_validate", [picking], context=context)
        assert done is True, done

    async def bill(self, order: int) -> int:
        """A posted invoice of what is due."""
        context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
        wizard = await self.do("sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context)
        await self.do("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        rows = await self.do("account.move", "search_read", [["state", "=", "draft"]], fields=["name"])
        bill = max(int(row["id"]) for row in rows)
        await self.do("account.move", "action_post", [bill])
        return bill

    async def look(self, times: int = 1) -> None:
        for _ in range(times):
            await self.changes.look()


@pytest.fixture(params=[17, 18, 19])
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def terms() -> ChangeTerms:
    return ChangeTerms(page=3)


@pytest.fixture
async def ground(version: int, terms: ChangeTerms) -> AsyncIterator[Ground]:
    accounts = (
        Account(groups=("purchase",)),
        Account("admin", "key", groups=("contacts", "products", "purchase", "accounting", "automation")),
    )
    async with OdooSimulator(version=version, seed=SEED, accounts=accounts) as simulator:
        ground = Ground(simulator, terms)
        yield ground
        await ground.application.close()
        await ground.people.close()
        for watch in ground.watches:
            await watch.close()


@pytest.fixture
def order() -> Document:
    """Ten anvils and five rockets, under numbers of the partner's own."""
    return {
        "number": "4711",
        "buyer": {"identifiers": {"gln": "5790000000029", "buyer": "BB"}, "name": "BigBox"},
        "currency": "USD",
        "requested_delivery": "2026-12-01",
        "lines": [
            {
                "number": "10",
                "item": {"identifiers": {"buyer": "BB-1", "gtin": "5790000000012"}, "name": "Anvil"},
                "quantity": {"value": "10", "unit": "EA"},
                "price": {"amount": "99.00"},
            },
            {
                "number": "20",
                "item": {"identifiers": {"buyer": "BB-2", "seller": "ROCKET"}},
                "quantity": {"value": "5", "unit": "EA"},
                "price": {"amount": "25.50"},
            },
        ],
    }
