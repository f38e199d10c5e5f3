"""The simulated server: a database with its server-side behaviour, without the HTTP around it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.simulators.odoo.automation import Hint, hints, post
from gateway.simulators.odoo.database import Database, Values
from gateway.simulators.odoo.environment import Environment, rights_of
from gateway.simulators.odoo.faults import AccessDenied, PythonFault
from gateway.simulators.odoo.importing import external_names, race_lost
from gateway.simulators.odoo.journal import Journal
from gateway.simulators.odoo.json2 import bound, unauthorised
from gateway.simulators.odoo.methods import execute, registry_of
from gateway.simulators.odoo.misbehaviour import Misbehaviour
from gateway.simulators.odoo.orm import display_name
from gateway.simulators.odoo.schema import schema, unit_field
from gateway.simulators.odoo.seed import EXAMPLE, Seed, plant

READING = frozenset({"read", "search", "search_read", "search_count", "fields_get", "has_access", "check_access_rights"})
MAKING = ("load", "create")
AFTER_COMMIT = 19
"""From this version on webhooks are posted after the commit."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user who may log in. Sales and Inventory are given; `groups` add `contacts` (create partners), `products`, `purchase`,
    `accounting` and `automation`.
    """

    login: str = "edi"
    password: str = "key"  # noqa: S105 (of a simulator on loopback)
    timezone: str = "Europe/Copenhagen"
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as a test wants to see it."""

    external_id: str
    product: str
    quantity: float
    unit: str
    price: float
    discount: float


@dataclass(frozen=True, slots=True)
class Order:
    """An order as a test wants to see it; `customer` and `delivery` are names."""

    id: int
    external_id: str
    name: str
    client_order_ref: str
    origin: str
    state: str
    customer: str
    delivery: str
    invoice: str
    commitment_date: str
    note: str
    currency: str
    lines: tuple[OrderLine, ...]


class Odoo:
    """A database with its server-side behaviour, without the HTTP around it."""

    def __init__(
        self,
        *,
        version: int = 19,
        seed: Seed = EXAMPLE,
        accounts: Sequence[Account] = (Account(),),
        database: str = "odoo",
        journal: Path | None = None,
        gln_module: bool | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.version = version
        self.name = database
        self._accounts: dict[int, Account] = {}
        self.misbehaviour = Misbehaviour()
        self.calls: Counter[str] = Counter()
        self.creates: Counter[str] = Counter()
        self._journal = Journal(journal) if journal else None
        self.database = Database(schema(version, gln_module=gln_module), now=now, journal=self._journal)
        if self._journal is not None:
            self.database.replay(self._journal)
        if not self.database.records["res.company"]:
            plant(self.database, seed, major=version)
        for account in accounts:
            self.add_account(account)
        self._loaded: Counter[str] = Counter()
        self._in_flight: set[str] = set()
        self._announcing: asyncio.Task[None] | None = None

    def add_account(self, account: Account) -> None:
        """Let another user log in."""
        known = self.database.equal("res.users", "login", [account.login])
        uid = min(known) if known else self.database.insert("res.users", _user(self.database, account))
        self.database.commit()
        self._accounts[uid] = account

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()

    # ------------------------------------------------------------------------------------------------- looking inside

    def orders(self, *, client_order_ref: str | None = None) -> list[Order]:
        """All sale orders, or those with this customer reference."""
        names = {(model, record): name for name, (model, record, _) in self.database.external.items()}
        table = self.database.records["sale.order"]
        wanted = table if client_order_ref is None else self.database.equal("sale.order", "client_order_ref", [client_order_ref])
        return [self._order(table[record], names) for record in sorted(wanted)]

    def order(self, external_id: str) -> Order | None:
        """The order under an external id (`edi_gateway.<key>`)."""
        model, record, _ = self.database.external.get(external_id, ("", 0, False))
        stored = self.database.get("sale.order", record) if model == "sale.order" else None
        names = {(model, record): name for name, (model, record, _) in self.database.external.items()}
        return self._order(stored, names) if stored is not None else None

    def counts(self) -> dict[str, dict[str, int]]:
        """Calls by `model.method`, and records created by model since the start."""
        return {"calls": dict(self.calls), "creates": dict(self.creates)}

    # ---------------------------------------------------------------------------------------------------------- calls

    async def serve(self, service: str, method: str, args: Sequence[Any], *, began: datetime | None = None) -> Any:
        """One call, whose transaction began then (now, unless told). Raises Fault."""
        if service == "common":
            return self._public(method, args)
        if service != "object":
            raise PythonFault("builtins.KeyError", service)
        if method != "execute_kw":
            raise PythonFault("builtins.NameError", f"Method not available {method}")
        _database, uid, password, model, name, *rest = args
        account = self._authorised(uid, password)
        positional = rest[0] if rest else []
        keywords = dict(rest[1] or {}) if len(rest) > 1 else {}
        env = self._environment(uid, account, keywords.pop("context", None))
        return await self._call(env, model, name, positional, keywords, began)

    async def serve_named(
        self, key: str, model: str, name: str, named: Mapping[str, Any], *, began: datetime | None = None
    ) -> Any:
        """One call by JSON-2. Raises Fault."""
        found = next(((uid, one) for uid, one in self._accounts.items() if one.password == key), None)
        if found is None:
            raise unauthorised()
        given = dict(named)
        env = self._environment(*found, given.pop("context", None))
        return await self._call(env, model, name, [], bound(env, model, name, given), began)

    def _environment(self, uid: int, account: Account, context: Mapping[str, Any] | None) -> Environment:
        rights = rights_of(account.groups)
        return Environment(self.database, self.version, uid, rights, account.timezone, context or {}, registry_of(self.version))

    async def _call(
        self, env: Environment, model: str, name: str, positional: Sequence[Any], keywords: dict[str, Any], began: datetime | None
    ) -> Any:
        self.calls[f"{model}.{name}"] += 1
        if name == "load" and len(positional) + len(keywords) == 2:
            return await self._load(env, [*positional, *keywords.values()], model, began)
        return await self._execute(env, model, name, positional, keywords, began)

    def _public(self, method: str, args: Sequence[Any]) -> Any:
        self.calls[f"common.{method}"] += 1
        if method == "version":
            info = [self.version, 0, 0, "final", 0, ""]
            series = f"{self.version}.0"
            return {"server_version": series, "server_version_info": info, "server_serie": series, "protocol_version": 1}
        if method in ("authenticate", "login"):
            database, login, password = args[:3]
            if database != self.name:
                raise PythonFault(
                    "psycopg2.OperationalError", f'connection failed: FATAL:  database "{database}" does not exist\n'
                )
            return next((uid for uid, one in self._accounts.items() if (one.login, one.password) == (login, password)), False)
        raise PythonFault("builtins.Exception", f"Method not found: {method}")

    def _authorised(self, uid: int, password: object) -> Account:
        account = self._accounts.get(uid)
        if account is None or password != account.password:
            raise AccessDenied
        return account

    async def _load(self, env: Environment, given: Sequence[Any], model: str, began: datetime | None) -> Any:
        """Two loads of one external id that overlap in time: the first to commit wins, the other lost a race."""
        names = external_names(*given)
        raced = any(name in self._in_flight for name in names)
        conflicted = [name for name in names if self._loaded[name] < self.misbehaviour.conflicts]
        self._loaded.update(names)
        self._in_flight.update(names)
        try:
            if self.misbehaviour.latency:
                await asyncio.sleep(self.misbehaviour.latency)
            if raced or conflicted:
                return race_lost()
            return await self._execute(env, model, "load", given, {}, began)
        finally:
            self._in_flight.difference_update(names)

    async def _execute(
        self, env: Environment, model: str, name: str, positional: Sequence[Any], keywords: dict[str, Any], began: datetime | None
    ) -> Any:
        if name not in READING:
            while self._announcing is not None:  # records that a webhook is being posted for are locked until its commit
                await asyncio.shield(self._announcing)
        self.database.began = began
        try:
            result = execute(env, model, name, positional, keywords)
        except BaseException:
            if self._rules and self.version < AFTER_COMMIT:
                asyncio.get_running_loop().create_task(post(self._hints(env)))  # a rollback has been announced already
            self.database.rollback()
            raise
        finally:
            self.database.began = None
        if name in MAKING:
            self.creates.update(one for one, _ in self.database.born)
        await self._commit(self._hints(env) if self._rules else [])
        return result

    async def _commit(self, announced: Sequence[Hint]) -> None:
        """Up to 18 webhooks are posted inside the transaction: whoever reads back sees the state before it."""
        if announced and self.version < AFTER_COMMIT:
            changes = self.database.suspend()
            self._announcing = asyncio.get_running_loop().create_task(post(announced))
            try:
                await asyncio.shield(self._announcing)
            finally:
                self._announcing = None
                self.database.resume(changes)
                self.database.commit()
            return
        self.database.commit()
        if announced:
            await post(announced)

    @property
    def _rules(self) -> bool:
        return bool(self.database.records["base.automation"])

    def _hints(self, env: Environment) -> list[Hint]:
        return hints(env.sudo(), self.database.changes, self.database.born)

    def _order(self, stored: Mapping[str, Any], names: Mapping[tuple[str, int], str]) -> Order:
        lines = sorted(self.database.equal("sale.order.line", "order_id", [stored["id"]]))
        partner = self.database.records["res.partner"]
        currency = self.database.get("res.currency", stored["currency_id"]) or {}
        return Order(
            id=stored["id"],
            external_id=names.get(("sale.order", stored["id"]), ""),
            name=stored["name"],
            client_order_ref=stored.get("client_order_ref") or "",
            origin=stored.get("origin") or "",
            state=stored["state"],
            customer=partner[stored["partner_id"]]["name"],
            delivery=partner[stored["partner_shipping_id"]]["name"],
            invoice=partner[stored["partner_invoice_id"]]["name"],
            commitment_date=stored.get("commitment_date") or "",
            note=stored.get("note") or "",
            currency=str(currency.get("name", "")),
            lines=tuple(self._line(self.database.records["sale.order.line"][line], names) for line in lines),
        )

    def _line(self, stored: Mapping[str, Any], names: Mapping[tuple[str, int], str]) -> OrderLine:
        env = Environment(self.database, self.version, 0, {})
        return OrderLine(
            external_id=names.get(("sale.order.line", stored["id"]), ""),
            product=display_name(env, "product.product", stored.get("product_id") or 0),
            quantity=stored["product_uom_qty"],
            unit=display_name(env, "uom.uom", stored.get(unit_field(self.version)) or 0),
            price=stored["price_unit"],
            discount=stored["discount"],
        )


def _user(database: Database, account: Account) -> Values:
    """A user who may act for all companies there are."""
    companies = sorted(database.records["res.company"])
    return {"name": account.login, "login": account.login, "company_id": min(companies), "company_ids": companies}
