"""Orders as people see them: what happened, what is missing or late, what waits and what was refused, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from gateway.domain.order.lifecycle import awaits, missing_steps
from gateway.domain.order.milestone import Event
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.storable import storable
from gateway.ports import Json
from gateway.store.database import Database, Row
from gateway.store.gate_records import releases_of


async def orders_of(database: Database, number: str, *, partner: str | None, terms: ProcessTerms) -> list[Json]:
    """The orders that a number may mean, each with its history."""
    return await whole_orders(database, await _by_number(database, number, partner), terms=terms)


async def _by_number(database: Database, number: str, partner: str | None) -> list[UUID]:
    return [row["id"] for row in await database.fetch("orders_by_number", storable(number.strip()), partner)]


async def whole_orders(database: Database, ids: Sequence[UUID], *, terms: ProcessTerms) -> list[Json]:
    """Orders by their ids, each with its history; those that are not there are left out."""
    releases = await releases_of(database, ids)
    views = [await _whole(database, row, terms) for row in await database.fetch("order_view", ids)]
    return [{**view, "releases": releases.get(view["id"], [])} for view in views]


async def _whole(database: Database, row: Row, terms: ProcessTerms) -> Json:
    identifier = row["id"]
    history = await database.fetch("order_history", identifier)
    deadlines = await database.fetch("order_deadlines", [identifier])
    links = await database.fetch("order_links", [identifier])
    follow_ups = await database.fetch("order_follow_up_view", identifier)
    steps = dict(sorted(orjson.loads(row["steps"]).items(), key=_when))
    by_id = {deadline.id: deadline for deadline in terms.deadlines}
    return {
        **_order(row),
        "lines": orjson.loads(row["lines"]),
        "steps": steps,
        "missing": missing_steps(row["state"], steps),
        "events": [_event(event) for event in history],
        "deadlines": [
            {
                "deadline": one["deadline"],
                "milestone": by_id[one["deadline"]].milestone.value if one["deadline"] in by_id else None,
                "due_at": one["due_at"],
                "state": one["state"],
                "met_at": one["met_at"],
            }
            for one in deadlines
        ],
        "follow_ups": [_follow_up(one) for one in follow_ups],
        "links": sorted(({name: link[name] for name in ("system", "kind", "value")} for link in links), key=_by_kind),
    }


def _when(step: tuple[str, str]) -> tuple[datetime, int]:
    """A step's place among others: by its second (Odoo knows no finer times), then by the usual course of things."""
    return datetime.fromisoformat(step[1]).replace(microsecond=0), [*Event].index(Event(step[0]))


def _order(row: Row) -> dict[str, Any]:
    names = ("partner", "number", "test", "state", "version", "created_at", "changed_at")
    return {"id": str(row["id"]), **{name: row[name] for name in names}}


def _event(row: Row) -> dict[str, Any]:
    names = (
        "source", "key", "event", "occurred", "version", "total", "reason", "heard_at", "state", "code", "message", "needs",
        "due_at",
    )  # fmt: skip
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in names},
        "flags": list(row["flags"]),
        "document": str(row["document"]) if row["document"] else None,
        "transmission": str(row["transmission"]) if row["transmission"] else None,
        "lines": orjson.loads(row["lines"]),
        "links": [dict(zip(("system", "kind", "value"), link, strict=True)) for link in orjson.loads(row["links"])],
    }


def _follow_up(row: Row) -> dict[str, Any]:
    names = (
        "rule", "kind", "source", "event", "ordinal", "state", "due_at", "attempts", "code", "message", "reference", "made_at",
        "changed_at",
    )  # fmt: skip
    return {**{name: row[name] for name in names}, "cover": orjson.loads(row["cover"])}


def _by_kind(link: dict[str, Any]) -> tuple[str, str, str]:
    return link["kind"], link["system"], link["value"]


async def list_orders(
    database: Database, *, states: Sequence[str], partners: Sequence[str], late: bool, limit: int, before: UUID | None,
    number: str = "", held: bool = False, next_step: str | None = None,
) -> list[Json]:  # fmt: skip
    """Orders, the newest first: all, or those that a `number` may mean; `next_step` is the first that is missing of them."""
    only = await _by_number(database, number, None) if number.strip() else None
    wanted = awaits(next_step) if next_step else None
    of_step = (wanted.done, wanted.undone, wanted.ended) if wanted else (None, [], [])
    rows = await database.fetch(
        "list_orders", list(states) or None, list(partners) or None, late, limit, before, only, held, *of_step
    )
    return [_listed(row) for row in rows]


def _listed(row: Row) -> Json:
    counts = {name: row[name] for name in ("waiting", "refused", "held")}
    missing = missing_steps(row["state"], orjson.loads(row["steps"]))
    return {**_order(row), **counts, "late": list(row["late"]), "missing": missing}
