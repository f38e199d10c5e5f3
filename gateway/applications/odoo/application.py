"""The Odoo connector: deliveries of canonical documents become what Odoo has for them, by action."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from gateway.applications.odoo.actions import make_actions
from gateway.applications.odoo.actions.action import Action, Facilities, Outcomes, Task, failed, troubled
from gateway.applications.odoo.bulk_books import odoo_books
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.dialect import SUPPORTED, Dialect
from gateway.applications.odoo.fault import OdooError
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.resolution import Resolver
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.speech import learn_dialect, own_company
from gateway.domain.application import OdooConnection
from gateway.domain.reconciliation import Scope as BooksScope
from gateway.ports import ApplicationCall, Outcome
from gateway.ports.books import AnyBooks, BooksUnreadable


class OdooApplication:
    """One Odoo database. Its actions (see `actions`) do a document's business once, whatever is repeated, cut or crashes.

    The option `company` of a call names the company that it is for: an external or database id (default: the user's own). What
    else may be asked of a call stands with its action. `used` are the actions that routes ask for: whose rights `check` looks at.
    """

    idempotent = True
    max_batch = 20

    def __init__(
        self,
        id: str,  # noqa: A002 (the port names it so)
        connection: OdooConnection,
        *,
        max_connections: int = 8,
        used: Iterable[str] = ("sale_order",),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.id = id
        self._gln_field, self._tables = connection.gln_field, connection.tables
        self._client = OdooClient.of(connection, max_connections=max_connections)
        self._resolver = Resolver(self._client, tables=self._tables, ttl=connection.remember, clock=clock)
        self._actions = make_actions(Facilities(id, self._client, self._resolver, self._tables), sleep=sleep, jitter=jitter)
        self._used = tuple(dict.fromkeys(used))
        self._dialect: Dialect | None = None
        self._own: int | None = None

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    def books(self, what: str, scope: BooksScope) -> AnyBooks | None:
        """What it holds of something, for reconciliation; None where that cannot be asked."""
        return odoo_books(what, partial(self._reader, scope.company or ""), scope)

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
            return Scope(dialect, self._own)
        if company.isdecimal():
            return Scope(dialect, int(company))
        found = (await self._resolver.external_ids.find([company])).get(company)
        if found is None:
            return Problem("company-unknown", f"The company {company!r} of the agreement is not in Odoo.")
        return Scope(dialect, found)

    async def _reader(self, company: str) -> Reader:
        """What reads for reconciliation. Raises BooksUnreadable for a company that there is not."""
        scope = await self._scope(company)
        if isinstance(scope, Problem):
            raise BooksUnreadable(scope.message, remedy="Correct the company of the reconciliation.")
        return Reader(self._client, scope, self._tables)

    async def _speak(self) -> Dialect:
        """Ask once how the server speaks."""
        dialect = await learn_dialect(self._client, self._gln_field)
        self._own = await own_company(self._client)
        self._dialect = dialect
        return dialect

    async def _allowed(self, dialect: Dialect, model: str, operation: str) -> bool:
        if dialect.access_method == "has_access":
            return bool(await self._client.call(model, "has_access", [[], operation]))
        return bool(await self._client.call(model, "check_access_rights", [operation], raise_exception=False))
