"""The Odoo connector: deliveries of canonical documents become what Odoo has for them, by action."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from gateway.applications.odoo.actions import make_actions
from gateway.applications.odoo.actions.action import Action, Facilities, Outcomes, Task, failed, troubled
from gateway.applications.odoo.books import OdooOrders
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.dialect import SUPPORTED, Dialect
from gateway.applications.odoo.fault import OdooError
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.resolution import Resolver
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.speech import learn_dialect
from gateway.applications.odoo.tables import Tables
from gateway.ports import ApplicationCall, Outcome
from gateway.ports.books import Books

CACHE_SECONDS = 300.0


class OdooApplication:
    """One Odoo database. Its actions (see `actions`) do a document's business once, whatever is repeated, cut or crashes.

    The option `company` of a call, an external or database id, names the company that it is for; what else may be asked of a
    call stands with its action. `used` are the actions that routes ask for: whose rights `check` looks at.
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
        used: Iterable[str] = ("sale_order",),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.id = id
        self._gln_field = gln_field
        self._client = OdooClient(
            url=url, database=database, login=login, api_key=api_key, timeout=timeout, max_connections=max_connections
        )
        tables = tables or Tables()
        self._resolver = Resolver(self._client, tables=tables, ttl=cache_seconds, clock=clock)
        self._actions = make_actions(Facilities(id, self._client, self._resolver, tables), sleep=sleep, jitter=jitter)
        self._used = tuple(dict.fromkeys(used))
        self._dialect: Dialect | None = None

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    def books(self, what: str) -> Books | None:
        """What it holds of something, for reconciliation; None where that cannot be asked."""
        return OdooOrders(self._client) if what == "orders" else None

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        """Carry out up to `max_batch` calls; outcomes in the order of the calls."""
        if len(calls) > self.max_batch:
            raise ValueError(f"{len(calls)} calls at once; at most {self.max_batch} are taken")
        outcomes: Outcomes = {}
        batches: dict[tuple[str, str], dict[int, Task[Any]]] = {}
        for position, call in enumerate(calls):
            action = self._actions.get(call.action)
            wanted = action.read(call) if action is not None else (self._unsupported(call),)
            if isinstance(wanted, tuple):
                outcomes[position] = failed(call, wanted)
            else:
                company = str(call.options.get("company") or "")
                batches.setdefault((call.action, company), {})[position] = Task(call, wanted)
        for (name, company), tasks in batches.items():
            outcomes |= await self._carry_out(self._actions[name], tasks, company)
        return [outcomes[position] for position in range(len(calls))]

    async def check(self) -> Sequence[tuple[str, bool, str, str]]:
        """Server reachable and of a known version, login accepted, rights sufficient for the actions in use."""
        results: list[tuple[str, bool, str, str]] = []
        try:
            self._dialect = None
            dialect = await self._speak()
            known = f"This connector knows Odoo {', '.join(map(str, SUPPORTED))}; this is {dialect.major}."
            found = ("works", "") if dialect.supported else ("unknown version", known)
            results.append((f"{self.id}: version {dialect.major}", dialect.supported, *found))
            await self._client.authenticate()
            results.append((f"{self.id}: login", True, "accepted", ""))
            for (model, operation), names in self._rights(dialect).items():
                results.append(await self._right(dialect, model, operation, names))
        except OdooError as error:
            remedy = error.remedy or f"See that Odoo runs and that url, database and login of application {self.id} are right."
            results.append((f"{self.id}: {error.code}", False, str(error), remedy))
        return results

    async def _carry_out(self, action: Action[Any], tasks: Mapping[int, Task[Any]], company: str) -> Outcomes:
        try:
            scope = await self._scope(company)
        except OdooError as error:  # nothing was written yet
            return {position: troubled(task.call, error, untouched=True) for position, task in tasks.items()}
        if isinstance(scope, Problem):
            return {position: failed(task.call, (scope,)) for position, task in tasks.items()}
        return await action.carry_out(tasks, scope)

    def _unsupported(self, call: ApplicationCall) -> Problem:
        known = ", ".join(repr(name) for name in self._actions)
        return Problem("action-unsupported", f"Odoo is asked for {call.action!r}; this connector makes {known}.")

    def _rights(self, dialect: Dialect) -> dict[tuple[str, str], list[str]]:
        """The rights that the actions in use need, each with their names."""
        needed: dict[tuple[str, str], list[str]] = {}
        for name in self._used:
            action = self._actions.get(name)
            for model, operation in action.rights if action is not None else ():
                needed.setdefault((dialect.model(model), operation), []).append(name)
        return needed

    async def _right(self, dialect: Dialect, model: str, operation: str, names: Sequence[str]) -> tuple[str, bool, str, str]:
        allowed = await self._allowed(dialect, model, operation)
        remedy = f"Give the gateway's user the right to {operation} {model} in Odoo: {', '.join(names)} needs it."
        found = (True, "yes", "") if allowed else (False, "no", remedy)
        return (f"{self.id}: may {operation} {model}", *found)

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
        """Ask once how the server speaks."""
        self._dialect = await learn_dialect(self._client, self._gln_field)
        return self._dialect

    async def _allowed(self, dialect: Dialect, model: str, operation: str) -> bool:
        if dialect.access_method == "has_access":
            return bool(await self._client.call(model, "has_access", [[], operation]))
        return bool(await self._client.call(model, "check_access_rights", [operation], raise_exception=False))
