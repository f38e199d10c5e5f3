"""Milestones of carriers, and proofs of delivery → the history of the transfer, its tracking number, the day of delivery."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.carriage import Consignment, Report, note_rows, proof_rows, read_report
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.transfers import TRACKING, Transfer, TransferDesk
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

UNKNOWN = ("wait", "ignore")
_BETWEEN = re.compile(r"[\s,;]+")
Row = Mapping[str, Any]


class NoteStatus(OneByOne[Report]):
    """Notes at the transfer what its carrier says, each event once, whenever and in whatever order it comes.

    Options: `delivered_field`, a field of the transfer (of your own: Odoo has none) that gets the time of delivery; `unknown`,
    when no transfer is known by the numbers: `wait` for one (default), or `ignore` the report.
    """

    name = "transport_status"
    rights: Sequence[Right] = (
        ("stock.picking", "read"),
        ("stock.picking", "write"),
        ("stock.move", "read"),
        ("stock.move.line", "read"),
        ("sale.order", "read"),
        ("mail.message", "create"),
        ("ir.attachment", "create"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._client = facilities.client
        self._desk = TransferDesk(facilities.client)

    def read(self, call: ApplicationCall) -> Report | tuple[Problem, ...]:
        """The report."""
        if call.options.get("unknown", UNKNOWN[0]) not in UNKNOWN:
            message = f"The option unknown is {call.options['unknown']!r}; it may be {' or '.join(UNKNOWN)}."
            return (Problem("option-invalid", message),)
        return read_report(call.document, partner=call.partner)

    def subject(self, wanted: Report) -> str:
        """Reports of one consignment are noted one after the other."""
        return wanted.subject

    async def make(self, task: Task[Report], scope: Scope) -> Outcome:
        """Note one report. Transfers that are found are noted at, before those that are not make it wait."""
        noted: list[Transfer] = []
        missing: list[str] = []
        for one in task.wanted.consignments:
            found = await self._find(one, scope)
            for transfer in found:
                await self._note(task, one, transfer, scope)
            noted += found
            missing += [] if found else [one.label]
        names = ", ".join(dict.fromkeys(one.name for one in noted))
        if missing and task.call.options.get("unknown") != "ignore":
            text = f"No transfer in Odoo is known by {'; '.join(missing)}. It is looked for again; is the number written there?"
            return Outcome(task.call.delivery, OutcomeKind.RETRY, "transfer-unknown", text, reference=names or None)
        if not noted:
            text = f"No transfer in Odoo is known by {'; '.join(missing)}: the report is none of ours"
            return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "ignored", text)
        response = {"transfers": [{"id": one.id, "name": one.name} for one in noted]}
        text = f"Noted at {names}"
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "noted", text, reference=names[:200], response=response)

    # ------------------------------------------------------------------------------------------------------------- finding

    async def _find(self, one: Consignment, scope: Scope) -> list[Transfer]:
        """The transfers of a consignment: by their own names, by tracking number, by package, by order."""
        found = await self._desk.named(_names(one.transfers), scope)
        found = found or await self._tracked(one.tracking, scope)
        found = found or await self._packed(one.packages, scope)
        if not found and one.orders:
            sold = [each for each in await self._of_order(one.orders, scope) if each.outgoing]
            found = [each for each in sold if each.state == "done"] or sold
        alive = [each for each in found if each.state != "cancel"]
        return sorted({each.id: each for each in alive}.values(), key=lambda each: each.id)

    async def _tracked(self, numbers: Sequence[str], scope: Scope) -> list[Transfer]:
        """A transfer of several parcels has all their numbers in one field."""
        if not numbers or not await self._desk.has_tracking(scope):
            return []
        terms = [[TRACKING, "ilike", number] for number in numbers]
        domain = [*(["|"] * (len(terms) - 1)), *terms]
        rows = await self._client.call("stock.picking", "search_read", [domain], fields=[TRACKING], context=scope.context)
        mine = [row["id"] for row in rows if {*numbers} & {*_BETWEEN.split(str(row[TRACKING] or ""))}]
        return await self._desk.read(mine, scope) if mine else []

    async def _packed(self, packages: Sequence[str], scope: Scope) -> list[Transfer]:
        if not packages:
            return []
        domain = [["result_package_id.name", "in", [*packages, *(f"00{name}" for name in packages)]]]
        rows = await self._client.call("stock.move.line", "search_read", [domain], fields=["move_id"], context=scope.context)
        ids = sorted({row["move_id"][0] for row in rows if row["move_id"]})
        moves = await self._client.call("stock.move", "read", [ids, ["picking_id"]], context=scope.context) if ids else []
        found = sorted({row["picking_id"][0] for row in moves if row["picking_id"]})
        moved = await self._desk.read(found, scope) if found else []
        return [one for one in moved if one.outgoing] or moved

    async def _of_order(self, orders: Sequence[str], scope: Scope) -> list[Transfer]:
        try:
            return await self._desk.of_sale(orders, scope)
        except OdooDeclined as declined:
            if declined.code == "order-not-confirmed":
                return []
            raise

    # -------------------------------------------------------------------------------------------------------------- noting

    async def _note(self, task: Task[Report], one: Consignment, transfer: Transfer, scope: Scope) -> None:
        """Files, then what happened, each under a name of its own; then the fields of the transfer, which never go back."""
        files: list[int] = []
        for columns, rows in proof_rows(transfer.id, task.wanted.proofs):
            files += await self._made("ir.attachment", columns, rows, scope)
        if one.stages:
            for columns, rows in note_rows(transfer.id, one.stages, files, carrier=task.wanted.carrier):
                await self._made("mail.message", columns, rows, scope)
        named = str(task.call.options.get("delivered_field") or "")
        values = await self._tracking(one, transfer, scope)
        if named and one.delivered is not None and one.delivered.moment is not None:
            values |= await self._delivery_time(named, one.delivered.moment, transfer, scope)
        if values:
            await self._client.call("stock.picking", "write", [[transfer.id], values], context=scope.context)

    async def _tracking(self, one: Consignment, transfer: Transfer, scope: Scope) -> dict[str, Any]:
        """The tracking number, where the transfer has none."""
        if not one.tracking or not await self._desk.has_tracking(scope):
            return {}
        (row,) = await self._client.call("stock.picking", "read", [[transfer.id], [TRACKING]], context=scope.context)
        return {} if row[TRACKING] else {TRACKING: ", ".join(one.tracking)}

    async def _delivery_time(self, name: str, moment: datetime, transfer: Transfer, scope: Scope) -> dict[str, Any]:
        """The time of delivery, where the field has none or an earlier one: a report that comes late puts nothing back."""
        known = await self._client.call("stock.picking", "fields_get", [[name]], attributes=["type"], context=scope.context)
        if known.get(name, {}).get("type") not in ("date", "datetime"):
            raise OdooDeclined(
                "field-unknown", f"The transfer has no field {name!r} for days or times: put the option delivered_field right."
            )
        size = len("2026-01-01") if known[name]["type"] == "date" else len("2026-01-01 00:00:00")
        value = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")[:size]
        (row,) = await self._client.call("stock.picking", "read", [[transfer.id], [name]], context=scope.context)
        return {name: value} if not row[name] or row[name] < value else {}

    async def _made(self, model: str, columns: Sequence[str], rows: Sequence[Sequence[str]], scope: Scope) -> list[int]:
        context = scope.load_context
        answer = await self._client.call(model, "load", [list(columns), [list(row) for row in rows]], context=context)
        if not answer["ids"]:
            texts = [message["message"] for message in answer["messages"] if message.get("type") == "error"]
            raise OdooFault("", "\n".join(dict.fromkeys(texts)) or f"Odoo made no {model} and gave no reason.")
        return [int(one) for one in answer["ids"]]


def _names(numbers: Iterable[str]) -> list[str]:
    """Names that a transfer may have: despatch advices that we count have one with a number behind."""
    counted = [number.rpartition("-")[0] for number in numbers if number.rpartition("-")[2].isdecimal()]
    return list(dict.fromkeys([*numbers, *filter(None, counted)]))
