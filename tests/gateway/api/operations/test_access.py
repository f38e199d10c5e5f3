"""Who may come in and what was done: accounts, sessions, tokens, the audit; and who may ask what at all."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.api.table import OPERATIONS
from gateway.bootstrap.accounts import choose_password, sign_in
from gateway.domain.access import Caller, Right, Role
from gateway.errors import Absent, ActionRefused, GatewayError
from gateway.store.audit import PostgresAudit
from tests.world.day import ANN, World, caller

OF_PARTNERS = {
    "acknowledgements.given", "acknowledgements.list", "acknowledgements.show", "orders.list", "orders.timeline", "partners.show",
    "partners.certificate", "partners.checklist", "partners.guide", "partners.try",
    "acknowledgements.read", "acknowledgements.read_beside",
    "sessions.end", "sessions.end_all", "sessions.list",
    "tokens.issue", "tokens.list", "tokens.revoke", "tokens.rotate", "tokens.show",
}  # fmt: skip
"""What accounts of partners may ask of all that is here."""
MINE = (
    "accounts", "acknowledgements", "audit", "batches", "configuration", "dead_letters", "failures", "holds", "numbers", "orders",
    "overview", "partners", "reconciliation", "retention", "routes", "schedules", "sessions", "subscribers", "targets", "tokens",
    "unmapped",
)  # fmt: skip
ROWS = [row for row in OPERATIONS if row.name.partition(".")[0] in MINE]
RIGHTS = {
    "failures": {Right.REPAIR}, "dead_letters": {Right.REPAIR}, "batches": {Right.REPAIR}, "unmapped": {Right.REPAIR},
    "holds": {Right.CONTROL}, "targets": {Right.CONTROL}, "schedules": {Right.CONTROL}, "reconciliation": {Right.CONTROL},
    "subscribers": {Right.CONTROL}, "acknowledgements": {Right.PARTNERS},
    "partners": {Right.CONTROL, Right.PARTNERS, Right.TRY, Right.CONFIGURE},
    "numbers": {Right.PARTNERS}, "accounts": {Right.ADMINISTER}, "retention": {Right.ADMINISTER},
    "configuration": {Right.CONFIGURE},
    "routes": {Right.SEE}, "sessions": {Right.SEE}, "tokens": {Right.SEE},
}  # fmt: skip


class TestRights:
    def test_whoever_only_looks_changes_nothing(self) -> None:
        harmless = {"routes.test", "sessions.end", "sessions.end_all", "tokens.issue", "tokens.revoke", "tokens.rotate"}
        """The first stores nothing; the others are about what is one's own, or ask for more themselves."""
        open_to_all = {row.name for row in ROWS if row.right is Right.SEE and row.method != "GET"}
        assert open_to_all == harmless

    @pytest.mark.parametrize("subject", sorted(RIGHTS))
    def test_each_subject_is_changed_by_those_it_is_for(self, subject: str) -> None:
        changing = {row.right for row in ROWS if row.name.startswith(f"{subject}.") and row.method != "GET"}
        assert changing == RIGHTS[subject]

    def test_partners_may_ask_for_their_own_and_nothing_else(self) -> None:
        assert {row.name for row in ROWS if row.partners} == OF_PARTNERS

    def test_lists_that_grow_go_on_by_cursors(self) -> None:
        bounded = Counter(row.name for row in ROWS if row.pages and "after" not in row.asked.model_fields)
        assert set(bounded) == {
            "accounts.list", "numbers.list", "partners.list", "reconciliation.list", "retention.holds", "retention.plan",
            "retention.status", "schedules.list", "sessions.list", "subscribers.list", "targets.list", "tokens.list",
            "unmapped.compare", "unmapped.list",
        }  # fmt: skip

    def test_what_is_shown_once_is_never_kept(self) -> None:
        assert {row.name for row in ROWS if row.secret} == {
            "accounts.add_person", "accounts.invite", "tokens.issue", "tokens.rotate"
        }  # fmt: skip


async def administrator(world: World) -> Caller:
    """Somebody who may administer, with a password."""
    link = await world.ask("accounts.add_person", ANN, account="ada", roles=["administrator"], display="Ada")
    await choose_password(world.office, link.secret, "correct horse battery staple")
    account = await world.ask("accounts.show", account="ada")
    return Caller(account.id, "ada", account.kind, frozenset(account.rights))


class TestAccounts:
    async def test_added_invited_changed_and_closed(self, world: World) -> None:
        ada = await administrator(world)
        made = await world.ask("accounts.add_person", ada, account="bob", roles=["viewer"], payloads=True)
        assert (made.name, bool(made.secret)) == ("bob", True)
        bob = await world.ask("accounts.show", ada, account="bob")
        assert (bob.state, set(bob.rights), bob.created_by) == ("invited", {Right.SEE, Right.PAYLOADS}, "ada")
        assert (await world.ask("accounts.invite", ada, account="bob")).secret != made.secret
        changed = await world.ask("accounts.change", ada, account="bob", roles=["operator"])
        assert (changed.roles, changed.payloads) == ((Role.OPERATOR,), False)
        service = await world.ask("accounts.add_service", ada, account="bigbox-portal", roles=["viewer"], partner="bigbox")
        assert (service.kind, service.partner) == ("service", "bigbox")
        assert (await world.ask("accounts.close", ada, account="bob")).state == "closed"
        assert [one.name for one in (await world.ask("accounts.list", ada)).items] == ["ada", "bigbox-portal", "bob"]
        with pytest.raises(Absent):
            await world.ask("accounts.show", ada, account="nobody")
        with pytest.raises(ActionRefused):
            await world.ask("accounts.close", ada, account="ada")

    async def test_sessions_of_ones_own_and_of_others(self, world: World) -> None:
        ada = await administrator(world)
        for agent in ("browser", "telephone"):
            await sign_in(world.office, "ada", "correct horse battery staple", address="192.0.2.1", agent=agent)
        listed = (await world.ask("sessions.list", ada)).items
        assert {(one.account, one.agent) for one in listed} == {("ada", "browser"), ("ada", "telephone")}
        stranger = caller(Role.VIEWER, name="eve")
        with pytest.raises(GatewayError):
            await world.ask("sessions.end", stranger, session=listed[0].id)
        await world.ask("sessions.end", ada, session=listed[0].id)
        assert (await world.ask("sessions.end_all", ada, account="ada")).sessions == 1
        assert (await world.ask("sessions.list", ada)).items == []

    async def test_tokens_are_shown_once_replaced_and_ended(self, world: World) -> None:
        ada = await administrator(world)
        await world.ask("accounts.add_service", ada, account="erp", roles=["viewer"])
        made = await world.ask("tokens.issue", ada, account="erp", name="night run", scopes=["see"], days=30)
        assert made.account == "erp"
        (listed,) = (await world.ask("tokens.list", ada, account="erp")).items
        assert (listed.id, listed.name, listed.scopes, listed.state) == (made.id, "night run", (Right.SEE,), "open")
        assert made.token not in listed.model_dump_json()
        assert listed.expires_at < datetime.now(UTC) + timedelta(days=31)
        short = await world.ask("tokens.issue", ada, account="erp", name="short", scopes=["see"], days=10)
        assert (await world.ask("tokens.show", ada, token=short.id)).ends_soon
        await world.ask("tokens.rotate", ada, token=short.id, days=90)
        assert not (await world.ask("tokens.show", ada, token=short.id)).ends_soon, "another has come in its place"
        other = await world.ask("tokens.rotate", ada, token=made.id, overlap_days=1)
        assert other.token != made.token
        await world.ask("tokens.revoke", ada, token=other.id)
        states = {one.id: one.state for one in (await world.ask("tokens.list", ada, account="erp")).items}
        assert (states[made.id], states[other.id]) == ("open", "revoked")
        with pytest.raises(Absent):
            await world.ask("tokens.revoke", ada, token=uuid4())

    @pytest.mark.parametrize("asked", [{"roles": ["king"]}, {"roles": ["viewer"], "secret": "x"}, {}])
    async def test_what_no_account_can_be_is_refused(self, standing: World, asked: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            await standing.ask("accounts.add_person", account="bob", **asked)


class TestAudit:
    async def test_who_did_what_the_newest_first(self, world: World) -> None:
        await world.ask("targets.hold", target="odoo", reason="stocktaking")
        await world.ask("targets.release", target="odoo", reason="it is over")
        lines = await world.everything("audit.list", actor="ann")
        assert [line.action for line in lines] == ["deliveries_released", "deliveries_held"]
        assert lines[1].detail == {"reason": "stocktaking"}
        (one,) = (await world.ask("audit.list", action="deliveries_held", subject="target:odoo")).items
        assert one == lines[1]
        until = lines[0].at.isoformat()
        assert [line.id for line in (await world.ask("audit.list", actor="ann", until=until)).items] == [lines[1].id]
        assert (await world.ask("audit.list", actor="ann", since=(lines[0].at + timedelta(seconds=9)).isoformat())).items == []

    async def test_it_holds_as_long_as_nobody_changes_it(self, world: World) -> None:
        await world.ask("targets.hold", target="odoo", reason="stocktaking")
        waiting = await world.ask("audit.verify")
        assert (waiting.holds, waiting.waiting) == (True, 1)
        await PostgresAudit(world.office.database).seal(limit=100)
        sealed = await world.ask("audit.verify")
        assert (sealed.holds, sealed.lines, sealed.waiting) == (True, 1, 0)
        assert (await world.ask("audit.verify", noted=sealed.head)).holds
        another = sealed.head.partition(":")[0] + ":" + "0" * 64
        assert not (await world.ask("audit.verify", noted=another)).holds

    @pytest.mark.parametrize("noted", ["12", "x:y", "1:" + "g" * 64])
    async def test_what_is_no_seal(self, standing: World, noted: str) -> None:
        with pytest.raises(ValidationError):
            await standing.ask("audit.verify", noted=noted)
