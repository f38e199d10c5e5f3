"""Remittance advices of customers → a payment for each invoice they name, matched with it; what is short stays open."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.remittance import (
    CENT,
    Claim,
    PaidInvoice,
    Remittance,
    difference,
    payment_rows,
    read_remittance,
    troubles,
)
from gateway.applications.odoo.scope import Scope
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

INVOICE_FIELDS = (
    "name",
    "move_type",
    "state",
    "partner_id",
    "commercial_partner_id",
    "currency_id",
    "amount_residual",
)
PAYMENT_FIELDS = ("name", "state", "amount", "move_id", "is_reconciled")
DEAD = ("canceled", "cancelled", "cancel", "rejected")
CHOICES = {"unknown": ("refuse", "leave"), "differences": ("say", "fail")}
Row = Mapping[str, Any]


class EnterPayments(OneByOne[Remittance]):
    """Registers what was paid: per invoice as much as the advice says, never more than is open of it.

    Options: `journal`, the bank: an external id or short code (default: the company's first); `unknown`, what becomes of lines
    that cannot be entered: `refuse` all of it (default) or `leave` them out and say so; `differences`, when an invoice stays
    open in part: `say` so (default) or `fail`, until a person has credited it; `any_payer`, invoices to others are paid too.
    """

    name = "remittance"
    rights: Sequence[Right] = (
        ("account.payment", "read"),
        ("account.payment", "write"),
        ("account.payment", "create"),
        ("account.move", "read"),
        ("account.move", "write"),
        ("account.move.line", "read"),
        ("account.journal", "read"),
        ("res.partner", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._client = facilities.client

    def read(self, call: ApplicationCall) -> Remittance | tuple[Problem, ...]:
        """What was paid."""
        problems = tuple(
            Problem("option-invalid", f"The option {name} is {call.options[name]!r}; it may be {' or '.join(allowed)}.")
            for name, allowed in CHOICES.items()
            if call.options.get(name, allowed[0]) not in allowed
        )
        tables = self._facilities.tables
        return problems or read_remittance(call.document, key=call.idempotency_key, partner=call.partner, tables=tables)

    def subject(self, wanted: Remittance) -> str:
        """Two advices may name one invoice: one after the other."""
        del wanted
        return "payments"

    async def make(self, task: Task[Remittance], scope: Scope) -> Outcome:
        """Enter one advice."""
        wanted = task.wanted
        claims = await self._claims(wanted, scope)
        names = [wanted.external_id(place) for place in range(len(wanted.invoices))]
        known = await self._facilities.resolver.external_ids.find(names)
        entered = {place: known[name] for place, name in enumerate(names) if name in known}
        left_out: list[str] = []
        if not entered:
            entered, left_out = await self._enter(task, claims, scope)
        payments = await self._posted(entered, scope)
        unmatched = [
            said
            for place, payment in payments.items()
            for claim in claims[wanted.invoices[place].number]
            if (said := await self._match(payment, claim, scope))
        ]
        return await self._told(task, payments, [*left_out, *unmatched], scope)

    # ------------------------------------------------------------------------------------------------------------ entering

    async def _enter(
        self, task: Task[Remittance], claims: Mapping[str, Sequence[Claim]], scope: Scope
    ) -> tuple[dict[int, int], list[str]]:
        """The payments of one advice, made in one transaction, by the place of their invoice; and what was left out."""
        wanted = task.wanted
        payer = await self._payer(task, claims, scope)
        problems = {
            place: found for place, one in enumerate(wanted.invoices) if (found := list(troubles(one, claims[one.number], payer)))
        }
        said = [problem.message for found in problems.values() for problem in found]
        leave = task.call.options.get("unknown") == "leave"
        entered = {
            place: claims[one.number][0] for place, one in enumerate(wanted.invoices) if place not in problems and one.paid
        }
        if problems and (not leave or not entered):
            first = next(iter(problems.values()))[0].code
            advice = "Put it right, or let the option unknown leave such lines out."
            raise OdooDeclined(first, "\n".join([*said, advice]))
        if not entered:
            raise OdooDeclined("nothing-paid", f"Advice {wanted.number} says that nothing is paid.")
        newer = scope.dialect.major >= 18
        journal = await self._journal(task, scope)
        memo = "memo" if newer else "ref"
        columns, rows = payment_rows(wanted, entered, journal=journal, linked=newer, memo=memo)
        answer = await self._client.call("account.payment", "load", [columns, rows], context=scope.load_context)
        if not answer["ids"]:
            texts = [message["message"] for message in answer["messages"] if message.get("type") == "error"]
            raise OdooFault("", "\n".join(dict.fromkeys(texts)) or "Odoo made no payment and gave no reason.")
        return dict(zip(entered, map(int, answer["ids"]), strict=True)), said

    async def _claims(self, wanted: Remittance, scope: Scope) -> dict[str, list[Claim]]:
        """The invoices and credit notes that the advice names, by number."""
        numbers = [one.number for one in wanted.invoices]
        newer = scope.dialect.major >= 18
        fields = [*INVOICE_FIELDS, *(["matched_payment_ids"] if newer else [])]
        domain = [["name", "in", numbers], ["move_type", "in", ["out_invoice", "out_refund"]]]
        rows = await self._client.call("account.move", "search_read", [domain], fields=fields, context=scope.context)
        under_way = await self._under_way(rows, scope) if newer else {}
        found: dict[str, list[Claim]] = {number: [] for number in numbers}
        for row in rows:
            left = Decimal(str(row["amount_residual"])) - under_way.get(row["id"], Decimal(0))
            claim = Claim(
                id=row["id"],
                number=row["name"],
                kind=row["move_type"],
                state=row["state"],
                partner=row["partner_id"][0],
                commercial=row["commercial_partner_id"][0],
                currency=(row["currency_id"][0], row["currency_id"][1]),
                open=left.quantize(CENT),
            )
            found[row["name"]].append(claim)
        return found

    async def _under_way(self, invoices: Sequence[Row], scope: Scope) -> dict[int, Decimal]:
        """What was registered for invoices and is not in their open amounts yet: payments without entry, or not matched yet."""
        by_payment = {payment: row["id"] for row in invoices for payment in row["matched_payment_ids"]}
        if not by_payment:
            return {}
        rows = await self._client.call(
            "account.payment", "read", [sorted(by_payment), list(PAYMENT_FIELDS)], context=scope.context
        )
        sums: dict[int, Decimal] = {}
        for row in rows:
            if row["state"] not in DEAD and not (row["move_id"] and row["is_reconciled"]):
                invoice = by_payment[row["id"]]
                sums[invoice] = sums.get(invoice, Decimal(0)) + Decimal(str(row["amount"]))
        return sums

    async def _payer(self, task: Task[Remittance], claims: Mapping[str, Sequence[Claim]], scope: Scope) -> int | None:
        """The company that pays: the one that the advice names, else the one most of whose invoices it names."""
        if task.call.options.get("any_payer"):
            return None
        payer, directory = task.wanted.payer, self._facilities.resolver.partners
        found = (await directory.fetch([payer], scope)).choose(payer) if payer is not None and payer.keys else None
        if isinstance(found, Problem):
            raise OdooDeclined(found.code, found.message)
        if found is not None:
            return found.commercial
        owners = [one.commercial for several in claims.values() for one in several]
        return max(owners, key=owners.count) if owners else None

    async def _journal(self, task: Task[Remittance], scope: Scope) -> int:
        named = str(task.call.options.get("journal") or "")
        by_id = await self._facilities.resolver.external_ids.find([named]) if named else {}
        if named in by_id:
            return by_id[named]
        domain: list[Any] = [["type", "=", "bank"], *([["code", "=", named]] if named else [])]
        domain += [["company_id", "=", scope.company]] if scope.company else []
        found = await self._client.call("account.journal", "search", [domain], limit=1, order="id", context=scope.context)
        if not found:
            which = named or "at all"
            raise OdooDeclined("journal-unknown", f"There is no bank journal {which} in Odoo: name one by the option journal.")
        return int(found[0])

    # ------------------------------------------------------------------------------------------------------------ matching

    async def _posted(self, entered: Mapping[int, int], scope: Scope) -> dict[int, Row]:
        """The payments by place, posted, without those that a person has cancelled."""
        rows = await self._payments(list(entered.values()), scope)
        drafts = [row["id"] for row in rows.values() if row["state"] == "draft"]
        if drafts:
            await self._client.call("account.payment", "action_post", [drafts], context=scope.context)
            rows = await self._payments(list(entered.values()), scope)
        alive = {number: row for number, row in rows.items() if row["state"] not in DEAD}
        return {place: alive[number] for place, number in entered.items() if number in alive}

    async def _payments(self, ids: Sequence[int], scope: Scope) -> dict[int, Row]:
        rows = await self._client.call("account.payment", "read", [list(ids), list(PAYMENT_FIELDS)], context=scope.context)
        return {row["id"]: row for row in rows}

    async def _match(self, payment: Row, claim: Claim, scope: Scope) -> str | None:
        """Set a payment off against its invoice, once. Says so when it could not be. Without an entry they are linked already."""
        for attempt in (1, 2):
            line = await self._outstanding(payment, scope)
            if line is None:
                return None
            if attempt == 1:
                try:
                    method = "js_assign_outstanding_line"
                    await self._client.call("account.move", method, [[claim.id]], context=scope.context, line_id=line)
                except OdooFault as fault:  # somebody was faster, perhaps we ourselves: the second look tells
                    if fault.kind is not OutcomeKind.FAILED:
                        raise
        paid = f"{payment['name']} could not be set off against {claim.number} whole: it was paid meanwhile."
        return f"{paid} Look at the customer's account."

    async def _outstanding(self, payment: Row, scope: Scope) -> int | None:
        """The entry of a payment that still has something to be set off."""
        if not payment["move_id"]:
            return None
        domain = [
            ["move_id", "=", payment["move_id"][0]],
            ["account_type", "in", ["asset_receivable", "liability_payable"]],
            ["reconciled", "=", False],
        ]
        found = await self._client.call("account.move.line", "search", [domain], limit=1, context=scope.context)
        return int(found[0]) if found else None

    # ------------------------------------------------------------------------------------------------------------- telling

    async def _told(self, task: Task[Remittance], payments: Mapping[int, Row], said: Sequence[str], scope: Scope) -> Outcome:
        wanted = task.wanted
        open_now = {number: claims[0].open for number, claims in (await self._claims(wanted, scope)).items() if claims}
        short = {one: text for one in wanted.invoices if (text := difference(one, open_now.get(one.number, Decimal(0))))}
        remarks = [*said, *short.values(), *filter(None, [wanted.mismatch])]
        names = ", ".join(str(row["name"]) for row in payments.values())
        response: dict[str, Any] = {"payments": [{"id": row["id"], "name": row["name"]} for row in payments.values()]}
        if remarks:
            response["remarks"] = remarks
        unexpected: list[PaidInvoice] = [one for one in short if not one.partial]
        failing = unexpected and task.call.options.get("differences") == "fail"
        if failing:
            advice = "All of it is entered. Credit what is justified, claim the rest, then repeat: it ends when nothing is open."
            text = "\n".join([*(short[one] for one in unexpected), advice])
            return Outcome(task.call.delivery, OutcomeKind.FAILED, "difference-open", text, reference=names, response=response)
        text = f"{len(payments)} invoices are paid by {wanted.payment or wanted.number}" + (
            f"; {len(remarks)} things to look at" if remarks else ""
        )
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "paid", text, reference=names[:200], response=response)
