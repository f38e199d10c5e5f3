"""Resolved orders → sale orders in one transaction per call; a bad order costs the others nothing but time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooFault
from gateway.applications.odoo.order import LoadRows
from gateway.applications.odoo.scope import Scope
from gateway.ports import OutcomeKind

IMMEDIATE_RETRIES = 4
JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Loaded:
    """The database id of an order that exists in Odoo now, made by this call or an earlier one."""

    id: int


class OrderLoader:
    """`sale.order.load` with external ids on order and lines: a repeat finds what the first call made and changes nothing.

    `load()` is all or nothing and answers a bad row with `ids: False`, naming a row that need not be the bad one; so a refused
    batch is halved until the bad order stands alone. Lost races between transactions come as ordinary messages as well:
    they are repeated at once a few times, then halved, then left to the delivery's delayed retry.
    """

    def __init__(self, client: OdooClient, *, sleep: Callable[[float], Awaitable[None]], random: Callable[[], float]) -> None:
        self._client = client
        self._sleep = sleep
        self._random = random

    async def load(self, orders: Sequence[LoadRows], scope: Scope) -> list[Loaded | OdooFault]:
        """One result per order, in order; all must have the same columns. Raises OdooError when the answer is lost."""
        results: dict[int, Loaded | OdooFault] = {}
        retries = IMMEDIATE_RETRIES
        waiting = [list(range(len(orders)))] if orders else []
        while waiting:
            batch = waiting.pop(0)
            answer = await self._attempt([orders[i] for i in batch], scope)
            if isinstance(answer, OdooFault) and answer.code == "serialization" and retries > 0:
                retries -= 1
                await self._sleep(JITTER * (0.5 + self._random()))
                waiting.insert(0, batch)
            elif isinstance(answer, list):
                results.update(zip(batch, map(Loaded, answer), strict=True))
            elif len(batch) == 1 or answer.code == "access-denied":
                results.update(dict.fromkeys(batch, answer))
            else:
                middle = len(batch) // 2
                waiting[:0] = [batch[:middle], batch[middle:]]
        return [results[index] for index in range(len(orders))]

    async def _attempt(self, orders: Sequence[LoadRows], scope: Scope) -> list[int] | OdooFault:
        rows = [list(row) for order in orders for row in order.rows]
        try:
            answer = await self._client.call("sale.order", "load", [list(orders[0].columns), rows], context=scope.load_context)
        except OdooFault as fault:
            if fault.kind is OutcomeKind.RETRY and fault.code != "serialization":
                raise
            return fault
        return _read(answer, len(orders))


def _read(answer: dict[str, Any], expected: int) -> list[int] | OdooFault:
    ids = answer.get("ids")
    if isinstance(ids, list) and len(ids) == expected:
        return [int(i) for i in ids]
    texts = [str(m.get("message")) for m in answer.get("messages") or [] if m.get("type") == "error"]
    return OdooFault("", "\n".join(dict.fromkeys(texts)) or "Odoo made no order and gave no reason.")
