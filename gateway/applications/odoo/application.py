"""The Odoo connector: deliveries of purchase orders become sale orders."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.confirmation import Booked, Desk
from gateway.applications.odoo.dialect import SUPPORTED, Dialect, dialect_of
from gateway.applications.odoo.fault import OdooError, OdooFault
from gateway.applications.odoo.loading import Loaded, OrderLoader
from gateway.applications.odoo.mapping import ACTION, read_order
from gateway.applications.odoo.order import LoadRows, Problem, ResolvedOrder, SaleOrder
from gateway.applications.odoo.resolution import Candidate, Resolver
from gateway.applications.odoo.rows import load_rows
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.tables import Tables
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

CACHE_SECONDS = 300.0
GLN_FIELD = "global_location_number"
RIGHTS = (("sale.order", "create"), ("sale.order", "write"), ("product.product", "read"), ("res.partner", "read"))

Outcomes = dict[int, Outcome]
"""By position of the call."""


class OdooApplication:
    """One Odoo database. Action `sale_order` books a canonical purchase order once, whatever is repeated, cut or crashes.

    Options of a call, all optional: `customer`, `prices` (`order`, `odoo`), `notes`, `purposes` (see `mapping.read_order`);
    `create_partner` (create unknown parties), `confirm` (confirm the quotation), `company` (external or database id).
    """

    idempotent = True
    max_batch = 20

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 (the port names it so)
        url: str,
        database: str,
        login: str,
        api_key: str,
        timeout: float = 60.0,
        max_connections: int = 8,
        tables: Tables | None = None,
        gln_field: str | None = None,
        cache_seconds: float = CACHE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.id = id
        self._tables = tables or Tables()
        self._gln_field = gln_field
        self._client = OdooClient(
            url=url, database=database, login=login, api_key=api_key, timeout=timeout, max_connections=max_connections
        )
        self._resolver = Resolver(self._client, tables=self._tables, ttl=cache_seconds, clock=clock)
        self._loader = OrderLoader(self._client, sleep=sleep, random=jitter)
        self._desk = Desk(self._client)
        self._dialect: Dialect | None = None

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        """Book up to `max_batch` orders; outcomes in the order of the calls."""
        if len(calls) > self.max_batch:
            raise ValueError(f"{len(calls)} calls at once; at most {self.max_batch} are taken")
        outcomes: Outcomes = {}
        orders: dict[int, SaleOrder] = {}
        for position, call in enumerate(calls):
            read = self._read(call)
            if isinstance(read, SaleOrder):
                orders[position] = read
            else:
                outcomes[position] = _failed(call, read)
        for company, positions in _by_company(calls, orders).items():
            batch = {position: orders[position] for position in positions}
            try:
                outcomes |= await self._book(calls, batch, company)
            except OdooError as error:  # nothing is known of these: the external ids make the repeat safe
                outcomes |= {position: _troubled(calls[position], error) for position in positions if position not in outcomes}
        return [outcomes[position] for position in range(len(calls))]

    async def check(self) -> Sequence[tuple[str, bool, str, str]]:
        """Server reachable and of a known version, login accepted, rights sufficient."""
        results: list[tuple[str, bool, str, str]] = []
        try:
            self._dialect = None
            dialect = await self._speak()
            known = f"This connector knows Odoo {', '.join(map(str, SUPPORTED))}; this is {dialect.major}."
            found = ("works", "") if dialect.supported else ("unknown version", known)
            results.append((f"{self.id}: version {dialect.major}", dialect.supported, *found))
            await self._client.authenticate()
            results.append((f"{self.id}: login", True, "accepted", ""))
            for model, operation in RIGHTS:
                allowed = await self._allowed(dialect, model, operation)
                remedy = "" if allowed else f"Give the gateway's user the right to {operation} {model} in Odoo."
                results.append((f"{self.id}: may {operation} {model}", allowed, "yes" if allowed else "no", remedy))
        except OdooError as error:
            remedy = error.remedy or f"See that Odoo runs and that url, database and login of application {self.id} are right."
            results.append((f"{self.id}: {error.code}", False, str(error), remedy))
        return results

    def _read(self, call: ApplicationCall) -> SaleOrder | tuple[Problem, ...]:
        if call.action != ACTION:
            return (Problem("action-unsupported", f"Odoo is asked for {call.action!r}; this connector makes {ACTION!r}."),)
        return read_order(
            call.document,
            key=call.idempotency_key,
            partner=call.partner,
            test=call.test,
            options=call.options,
            tables=self._tables,
        )

    async def _book(self, calls: Sequence[ApplicationCall], orders: Mapping[int, SaleOrder], company: str) -> Outcomes:
        """Resolve, load, read back, confirm: the orders of one company."""
        try:
            scope = await self._scope(company)
            if isinstance(scope, Problem):
                return {position: _failed(calls[position], (scope,)) for position in orders}
            candidates = [Candidate(order, bool(calls[p].options.get("create_partner"))) for p, order in orders.items()]
            resolutions = dict(zip(orders, await self._resolver.resolve(candidates, scope), strict=True))
        except OdooError as error:  # no order was written yet
            return {position: _troubled(calls[position], error, untouched=True) for position in orders}
        outcomes = {p: _failed(calls[p], one) for p, one in resolutions.items() if isinstance(one, tuple)}
        resolved = {p: one for p, one in resolutions.items() if isinstance(one, ResolvedOrder)}
        before = self._client.calls
        try:
            ids, refused = await self._load(resolved, scope)
        except OdooError as error:
            untouched = error.unsent and self._client.calls == before + 1  # it was the first call that might have written
            return outcomes | {position: _troubled(calls[position], error, untouched=untouched) for position in resolved}
        outcomes |= {position: _refused(calls[position], fault) for position, fault in refused.items()}
        booked = await self._settle(calls, ids, scope)
        for position, one in booked.items():
            outcomes[position] = _settled(calls[position], one, orders[position])
        return outcomes

    async def _load(self, resolved: Mapping[int, ResolvedOrder], scope: Scope) -> tuple[dict[int, int], dict[int, OdooFault]]:
        """Database ids of what exists now, and why the rest does not; one call per set of columns, which is one as a rule."""
        groups: dict[tuple[str, ...], dict[int, LoadRows]] = {}
        for position, one in resolved.items():
            rows = load_rows(one, dialect=scope.dialect)
            groups.setdefault(rows.columns, {})[position] = rows
        ids: dict[int, int] = {}
        refused: dict[int, OdooFault] = {}
        for group in groups.values():
            for position, result in zip(group, await self._loader.load(list(group.values()), scope), strict=True):
                if isinstance(result, Loaded):
                    ids[position] = result.id
                else:
                    refused[position] = result
        if any(fault.code == "stale-reference" for fault in refused.values()):
            self._resolver.forget()
        return ids, refused

    async def _settle(
        self, calls: Sequence[ApplicationCall], ids: Mapping[int, int], scope: Scope
    ) -> dict[int, Booked | OdooFault]:
        if not ids:
            return {}
        read = await self._desk.read(list(ids.values()), scope)
        wanted = {order: read[order] for p, order in ids.items() if calls[p].options.get("confirm") and order in read}
        confirmed = await self._desk.confirm(wanted, scope) if wanted else {}
        gone = OdooFault("odoo.exceptions.MissingError", "Record does not exist or has been deleted.")
        return {position: confirmed.get(order) or read.get(order) or gone for position, order in ids.items()}

    async def _scope(self, company: str) -> Scope | Problem:
        dialect = self._dialect or await self._speak()
        if not company:
            return Scope(dialect)
        if company.isdecimal():
            return Scope(dialect, int(company))
        found = (await self._resolver.external_ids.find([company])).get(company)
        if found is None:
            return Problem("company-unknown", f"The company {company!r} of the agreement is not in Odoo.")
        return Scope(dialect, found)

    async def _speak(self) -> Dialect:
        """Ask once for the version, and whether partners have a GLN field (a module adds it; with 19 it comes by itself)."""
        version = await self._client.version()
        field = self._gln_field or GLN_FIELD
        known = await self._client.call("res.partner", "fields_get", [[field]], attributes=["type"])
        self._dialect = dialect_of(version, gln=field if field in known else None)
        return self._dialect

    async def _allowed(self, dialect: Dialect, model: str, operation: str) -> bool:
        if dialect.access_method == "has_access":
            return bool(await self._client.call(model, "has_access", [[], operation]))
        return bool(await self._client.call(model, "check_access_rights", [operation], raise_exception=False))


def _by_company(calls: Sequence[ApplicationCall], orders: Mapping[int, SaleOrder]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for position in orders:
        groups.setdefault(str(calls[position].options.get("company") or ""), []).append(position)
    return groups


def _failed(call: ApplicationCall, problems: Sequence[Problem]) -> Outcome:
    text = "\n".join(problem.message for problem in problems)
    return Outcome(call.delivery, OutcomeKind.FAILED, problems[0].code, text)


def _troubled(call: ApplicationCall, error: OdooError, *, untouched: bool = False) -> Outcome:
    text = f"{error} {error.remedy}".strip()
    return Outcome(
        call.delivery,
        error.kind,
        error.code,
        text,
        retry_after=error.retry_after,
        unavailable=error.unavailable,
        untouched=untouched,
    )


def _refused(call: ApplicationCall, fault: OdooFault) -> Outcome:
    return _troubled(call, fault)


def _settled(call: ApplicationCall, booked: Booked | OdooFault, order: SaleOrder) -> Outcome:
    if isinstance(booked, OdooFault):
        return _refused(call, booked)
    response = {"id": booked.id, "name": booked.name, "state": booked.state, "amount_untaxed": booked.amount}
    if order.remarks:
        response["remarks"] = list(order.remarks)
    return Outcome(
        call.delivery, OutcomeKind.DELIVERED, "booked", f"Sale order {booked.name}", reference=booked.name, response=response
    )
