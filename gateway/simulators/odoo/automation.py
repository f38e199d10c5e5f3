"""Automation rules: a webhook is posted when records change, before or after the commit as the version has it, and only once."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from gateway.simulators.odoo import orm
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.model import Model

PATIENCE = 1.0
"""Seconds that Odoo waits for the receiver, whose answer it does not look at. It never tries again."""

TRIGGERS = {"on_create": (True,), "on_write": (False,), "on_create_or_write": (True, False)}


@dataclass(frozen=True, slots=True)
class Hint:
    """A webhook to be posted: plain JSON without a signature."""

    url: str
    payload: Values


class Automation(Model):
    """`base.automation`."""

    def create_one(self, values: Values) -> int:
        """A rule; one with the trigger `on_webhook` gets an address of its own."""
        key = str(uuid.uuid4())
        return orm.create(self.env, self.name, {"webhook_uuid": key, "url": f"/web/hook/{key}", **values})


def hints(env: Environment, changes: Sequence[Any], born: set[tuple[str, int]]) -> list[Hint]:
    """What rules have to say about a transaction's changes. A record tells of the write that gave it its state, so that on a
    transfer just done `date_done` is still empty.
    """
    rules = [rule for rule in env.rows("base.automation").values() if rule.get("active") and rule.get("trigger") in TRIGGERS]
    found: list[Hint] = []
    for rule in rules:
        model = env.rows("ir.model")[rule["model_id"]]["model"]
        for record, stored in _first_states(model, changes).items():
            if ((model, record) in born) in TRIGGERS[rule["trigger"]]:
                actions = env.below("ir.actions.server", "base_automation_id", rule["id"])
                found += [_hint(env, model, stored, action) for action in actions if action.get("state") == "webhook"]
    return found


async def post(messages: Sequence[Hint]) -> None:
    """Send and forget."""
    if not messages:
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        await asyncio.gather(*(_send(session, one) for one in messages))


async def _send(session: aiohttp.ClientSession, hint: Hint) -> None:
    try:
        async with session.post(hint.url, data=orjson.dumps(hint.payload), headers={"Content-Type": "application/json"}):
            pass
    except (aiohttp.ClientError, TimeoutError, OSError):
        return  # Odoo logs it and goes on


def _first_states(model: str, changes: Sequence[Any]) -> dict[int, Values]:
    first: dict[tuple[int, Any], Values] = {}
    last: dict[int, Values] = {}
    for kind, *rest in changes:
        if kind == "put" and rest[0] == model and rest[2] is not None:
            _, record, stored = rest
            first.setdefault((record, stored.get("state")), stored)
            last[record] = stored
    return {record: first[record, stored.get("state")] for record, stored in last.items()}


def _hint(env: Environment, model: str, stored: Values, action: Values) -> Hint:
    names = [env.rows("ir.model.fields")[one]["name"] for one in action.get("webhook_field_ids") or ()]
    payload: Values = {"_model": model, "_id": stored["id"], "_action": f"{action['name']}(#{action['id']})", "id": stored["id"]}
    for name in names:
        value = orm.shown(env, model, stored, name)
        payload[name] = value[0] if env.database.models[model][name].type == "many2one" and value else value
    return Hint(str(action.get("webhook_url") or ""), payload)
