"""What the commands on a running system ask of `gateway.bootstrap`, the only file that wires. Imported when it is needed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from importlib import import_module
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from gateway.domain.access import Caller, Right
from gateway.domain.activation import Proposal
from gateway.errors import GatewayError
from gateway.operations.accounts import Invitation, Terms
from gateway.operations.failures import By, FailureDesk
from gateway.operations.tokens import IssuedToken
from gateway.ports import Intake
from gateway.ports.access import Head, Verified
from gateway.ports.failures import FailureFilter
from gateway.system import uncollected

Json = Mapping[str, Any]
T = TypeVar("T")


class Records(Protocol):
    """What is stored, as `bootstrap.open_records` gives it. Views are JSON objects."""

    async def messages(self, query: Mapping[str, Any], limit: int, before: str | None) -> list[Json]:
        """The newest messages first; `before` continues a list after its last id."""

    async def message(self, number: str) -> Json | None:
        """One transmission by its id, or by the id of something in it."""

    async def trace(self, number: str) -> Json | None:
        """Everything about an order number, a control number or an id."""

    async def wait_for_acknowledgement(self, transmission: UUID, *, within: float) -> Json | None:
        """The transmission once its acknowledgements are decided; None when that took longer than `within` seconds."""


class Bootstrap(Protocol):
    """The functions of `gateway.bootstrap` that commands call. They raise GatewayError for what a person can remedy."""

    def settings(
        self, config: str, environ: Mapping[str, str], *, roles: Sequence[str] = (), processes: int = 1, region: str = ""
    ) -> Any:
        """Configuration and environment, checked and joined. Raises ConfigurationInvalid."""

    def open_records(self, config: str) -> AbstractAsyncContextManager[Records]:
        """A connection to what is stored."""

    def open_intake(self, config: str) -> AbstractAsyncContextManager[Intake]:
        """Hand transmissions to the store without a gateway in between."""

    def counter_of(self, config: str, partner: str, family: str, *, group: str = "", test: bool = False) -> str:
        """The counter of a partner's interchanges or groups. Raises ConfigurationInvalid."""

    async def control_numbers(self, config: str, partner: str = "") -> Sequence[tuple[str, int]]:
        """Counters with the last number taken."""

    async def seed_control_number(
        self, config: str, scope: str, last: int, *, actor: str, reason: str, back: bool = False
    ) -> Any:
        """Let the next number be the one after `last`: `before` and `after`, which is None when that was refused."""

    async def skip_control_numbers(self, config: str, count: int, *, actor: str) -> int:
        """Move all counters on; answers how many there are."""

    async def void_outbound(self, config: str, outbound: UUID, *, actor: str, reason: str) -> Any:
        """Give up a sealed interchange: `control_number`, `voided`, `before`, `hindered`; None when there is none."""

    async def expectations(self, config: str, **wanted: Any) -> list[Json]:
        """The ledger of what partners owe us, by `states`, `partners`, `kinds`, `about`, `before` and `limit`."""

    async def unmatched_acknowledgements(self, config: str, *, partners: Sequence[str] = (), limit: int = 50) -> list[Json]:
        """Acknowledgements that match nothing."""

    async def waive_expectation(self, config: str, expectation: UUID, *, actor: str, reason: str) -> Any:
        """No longer wait for an answer; what it was, with `kind` and `state`, None when there is none. Raises GatewayError."""

    async def dismiss_acknowledgement(self, config: str, acknowledgement: UUID, *, actor: str, reason: str) -> bool:
        """Take an acknowledgement out of the queue; False when it does not wait there."""

    async def match_acknowledgements(self, config: str, acknowledgements: Sequence[UUID] = ()) -> list[UUID]:
        """Match acknowledgements that wait; answers those that were matched."""

    async def orders_of(self, config: str, number: str, *, partner: str | None = None) -> list[Json]:
        """The orders that a number may mean, with all that is known of them."""

    async def likely_late(self, config: str, *, partners: Sequence[str] = ()) -> Json:
        """Orders that will likely be late (`orders`), and a text for each customer (`summaries`)."""

    async def list_orders(self, config: str, **wanted: Any) -> list[Json]:
        """Orders by `states`, `partners`, `late`, `before` and `limit`."""

    async def list_holds(self, config: str, **wanted: Any) -> list[Json]:
        """What holds orders to warehouses, by `standing`, `kinds`, `owners`, `customers`, `numbers` and `limit`."""

    async def decide_holds(
        self, config: str, holds: Sequence[str], decision: str, *, actor: str, reason: str
    ) -> list[GatewayError | None]:
        """`release`, `approve` or `refuse` holds; what stood in the way of each."""

    async def failures(self, config: str, wanted: FailureFilter) -> Sequence[Json]:
        """Groups of failures."""

    async def failure(self, config: str, text: str) -> Json | None:
        """One failure with its history, by what people call it. Raises GatewayError when it is none, or several."""

    async def attend_to_failures(
        self, config: str, ids: Sequence[str], act: Callable[[FailureDesk, UUID, By], Awaitable[object]], *, actor: str
    ) -> Sequence[GatewayError | None]:
        """Do something about failures; what stood in the way of each."""

    async def plan_replay_of(self, config: str, selection: Json, **terms: Any) -> Json:
        """Plan a replay of what `selection` names (`words`; `ids`, `failure` or `query`): a batch that waits to be confirmed.

        `terms`: `by`, `reason`, `rate`, `try_first`, `keep_it`, `acknowledge`, `configuration`. Raises GatewayError.
        """

    async def plan_redelivery_of(self, config: str, selection: Json, **terms: Any) -> Json:
        """The same for a redelivery; `terms` have `in_doubt` and `delivered` instead of the last two."""

    async def plan_event_replay_of(self, config: str, queue: str, wanted: Json, **terms: Any) -> Json:
        """The same for what was published, to one queue; `wanted`: `types`, `since`, `until`, `partners`, `orders`."""

    async def subscribers(self, config: str) -> list[Json]:
        """Each subscriber with how it stands with it."""

    async def subscriber_log(self, config: str, subscriber: str, wanted: Json, *, limit: int) -> list[Json]:
        """What one was given; `wanted`: `states`, `orders`, `since`, `until`, `before`."""

    async def plan_resend_of(self, config: str, subscriber: str, wanted: Json, **terms: Any) -> Json:
        """A batch that posts that again; `terms`: `by`, `reason`, `rate`, `delivered`, `keep_it`."""

    async def probe_subscriber(self, config: str, subscriber: str) -> Json:
        """Post an event that means nothing, and say what came of it."""

    async def plan_correction_of(self, config: str, original: UUID, body: bytes, **terms: Any) -> Json:
        """The same for a corrected copy; `terms`: `by`, `reason`, `acknowledge`, `keep_it`."""

    async def message_bytes(self, config: str, number: str) -> tuple[UUID, bytes]:
        """A message by an id of something in it, with its bytes as received."""

    async def confirm_batch(self, config: str, batch: UUID, *, expect: int, by: str) -> int:
        """Let a batch run; answers how many items may begin by this."""

    async def cancel_batch(self, config: str, batch: UUID, *, by: str) -> int:
        """Do nothing more of a batch; answers how many items are not done."""

    async def batches(self, config: str, *, states: Sequence[str] = (), limit: int = 50) -> list[Json]:
        """The newest batches."""

    async def batch(self, config: str, named: str) -> Json:
        """One batch by its id or the end of it."""

    async def batch_items(
        self, config: str, batch: UUID, *, states: Sequence[str] = (), after: int = 0, limit: int = 1000
    ) -> list[Json]:
        """The items of a batch, with what became of each."""

    def watching_batch(self, config: str, batch: UUID) -> AbstractAsyncContextManager[Callable[[], Awaitable[Json]]]:
        """Answers, as often as it is called, how far a batch is."""

    async def dead_letters(self, config: str, **wanted: Any) -> list[Json]:
        """What somebody must look after, by `partners`, `targets`, `states`, `codes` and `limit`."""

    async def discard_dead_letter(self, config: str, letter: UUID, *, by: str, reason: str) -> str:
        """Give something up; answers the state that it was in."""

    async def approve_delivery(self, config: str, delivery: UUID, *, by: str, reason: str) -> None:
        """Do what waits for a person's approval."""

    async def found_delivered(self, config: str, delivery: UUID, *, by: str, reason: str, reference: str | None = None) -> None:
        """The target has what is in doubt."""

    async def ignore_message(self, config: str, message: UUID, *, by: str, reason: str, only_show: bool = False) -> Json:
        """Do nothing more with a message: `deliveries`, `failures`, `answers`, `before`. Raises GatewayError."""

    async def reject_message(self, config: str, message: UUID, *, by: str, reason: str, only_show: bool = False) -> Json:
        """The same, and its sender is told. Raises GatewayError."""

    async def retention_status(self, config: str) -> list[Json]:
        """Each class of what is kept: for how long, since when, how much went lately."""

    async def retention_plan(self, config: str) -> list[Json]:
        """What would go now, and why some of it stays."""

    async def unmapped(self, config: str, application: str | None, *, comparing: bool) -> Sequence[Any]:
        """What is not mapped to Odoo: met in documents, and in the tables when they are compared."""

    async def compare_shadow(
        self, config: str, partner: str, files: Any, *, since: Any = None, set_aside: Sequence[str] = ()
    ) -> Any:
        """Files of the other gateway (name, bytes) compared with what was withheld: `compared` and `unread`. Raises Absent."""

    async def shadow_status(self, config: str, partner: str) -> Json:
        """How far a partner is on its way to the cut-over. Raises Absent."""

    async def make_reconciliations(self, config: str, names: Sequence[str], *, back: Any) -> Sequence[tuple[str, Any]]:
        """Each reconciliation with what differs, or with the error for which it could not be made."""

    async def service_levels(self, config: str, *, days: int, level: str = "") -> Sequence[Json]:
        """What was promised with its sums of so many days. Raises GatewayError for the name of one that there is not."""

    async def listed_schedules(self, config: str) -> Sequence[Json]:
        """Schedules with their next and last times."""

    async def schedule_history(self, config: str, schedule: str | None, *, limit: int) -> Sequence[Json]:
        """The last runs."""

    async def ask_for_run(self, config: str, schedule: str, *, actor: str, within: float) -> Json:
        """Have a schedule run now; the run when it has ended, or when `within` seconds are over."""

    async def place_hold(self, config: str, **wanted: Any) -> tuple[UUID, int]:
        """Hold what is a `partner`'s (`after`, `before`), what a `query` finds, or `ids`; the hold, and how many it chose."""

    async def release_hold(self, config: str, hold: UUID, *, actor: str, reason: str) -> bool:
        """End a hold; False when none of that id is in force."""

    async def legal_holds(self, config: str, *, released: bool = False) -> list[Json]:
        """What is held."""

    async def examine_backup(self, config: str, *, url: str, dump: str, sample: int) -> Any:
        """A restored database or a dump, examined: `found`, a line a look, and `steps` to take. Raises GatewayError."""

    async def delivery_targets(self, config: str) -> Sequence[Json]:
        """Every target with what waits at it and what keeps it."""

    async def hold_deliveries(self, config: str, kind: str, name: str, *, actor: str, reason: str) -> bool:
        """Deliver nothing more of a `target` or a `partner`; False when it is held already. Raises ConfigurationInvalid."""

    async def release_deliveries(self, config: str, kind: str, name: str, *, actor: str, reason: str) -> Any:
        """End a hold: what it was, with `actor`, `reason` and `since`; None when there was none."""

    async def retry_now(
        self,
        config: str,
        *,
        actor: str,
        target: str | None = None,
        partner: str | None = None,
        deliveries: Sequence[UUID] | None = None,
    ) -> Mapping[str, int]:
        """Bring forward what waits for its next attempt; how many deliveries, by target."""

    async def examine_transfer(self, settings: Any, named: str) -> list[Json]:
        """What can be found out about the AS2 messages of a Message-ID or an id of ours."""

    def probe_partner(self, config: str, partner: str, *, send: bool) -> AsyncIterator[tuple[str, str, str, str]]:
        """Try the channels of a partner: a diagnosis for each step. Raises Absent or ConfigurationInvalid."""

    async def list_accounts(self, config: str, name: str | None = None) -> Sequence[Json]:
        """Accounts, or the one of this name."""

    async def add_person(self, config: str, name: str, terms: Terms, *, by: Caller) -> Invitation:
        """Add somebody, who chooses a password by a link. Raises GatewayError."""

    async def add_service(self, config: str, name: str, terms: Terms, *, by: Caller) -> None:
        """Add a program. Raises GatewayError."""

    async def invite(self, config: str, name: str, *, by: Caller) -> Invitation:
        """A new link for somebody. Raises GatewayError."""

    async def change_account(self, config: str, name: str, terms: Terms, *, by: Caller) -> None:
        """What an account may do from now on. Raises GatewayError."""

    async def close_account(self, config: str, name: str, *, by: Caller) -> None:
        """Let nobody in by it any more. Raises GatewayError."""

    async def list_sessions(self, config: str, name: str | None = None, *, by: Caller) -> Sequence[Json]:
        """Who is signed in."""

    async def sign_out_everywhere(self, config: str, name: str, *, by: Caller) -> int:
        """End all sessions of somebody; answers how many there were."""

    async def list_tokens(self, config: str, name: str | None = None, *, by: Caller) -> Sequence[Json]:
        """Tokens of an account, or all."""

    async def issue_token(
        self, config: str, account: str, name: str, *, scopes: Collection[Right], lasting: timedelta, by: Caller
    ) -> IssuedToken:
        """A token of a service. Raises GatewayError."""

    async def rotate_token(
        self, config: str, token: UUID, *, overlap: timedelta, lasting: timedelta, by: Caller
    ) -> IssuedToken:  # fmt: skip
        """A new token in the place of another. Raises GatewayError."""

    async def revoke_token(self, config: str, token: UUID, *, by: Caller) -> None:
        """End a token. Raises GatewayError."""

    async def audit_lines(
        self, config: str, wanted: Mapping[str, str], *, before: int | None = None, limit: int = 50
    ) -> Sequence[Json]:
        """Lines of the audit, the newest first, by `actor`, `action`, `subject`, `after` and `until`."""

    async def verify_audit(self, config: str, noted: Head | None = None) -> Verified:
        """Whether the audit is what was sealed."""

    async def propose_configuration(self, config: str, file: str, proposal: Proposal, *, by: Caller) -> Json:
        """Bring the configuration of a file into force; the activation, with `state`. Raises GatewayError."""

    async def try_configuration(self, config: str, file: str) -> Json:
        """What stands against it: `digest`, `same` as in force, `problem`, `lint` and `tests`. Raises ConfigurationInvalid."""

    async def decide_configuration(self, config: str, number: int, *, approve: bool, by: Caller, reason: str) -> Json:
        """Approve or reject one. Raises GatewayError."""

    async def roll_back_configuration(self, config: str, named: str = "", *, by: Caller, reason: str) -> Json:
        """Go back to what was in force before, or to what a number or a digest names. Raises GatewayError."""

    async def configurations(self, config: str, *, before: int | None = None, limit: int = 50) -> Sequence[Json]:
        """Activations, the newest first."""

    async def configuration(self, config: str, number: int | None = None) -> Json:
        """One activation, or the one in force, with the names of its `files`. Raises Absent."""

    async def configuration_file(self, config: str, number: int, name: str) -> str:
        """A file of an activation's configuration. Raises Absent."""

    async def run(self, settings: Any, *, fronts: Sequence[Any] = ()) -> None:
        """Run until stopped by SIGTERM or SIGINT; `fronts` are served beside what partners post to."""

    async def migrate(self, settings: Any, *, dry_run: bool) -> list[str]:
        """Apply migrations; returns the names of those applied, or with `dry_run` their SQL."""

    async def database_status(self, settings: Any) -> Json:
        """Schema version, pending migrations, sizes."""

    async def diagnose(self, settings: Any) -> list[tuple[str, str, str, str]]:
        """(name, `ok`, `warn` or `fail`, what was found, remedy) for each thing that was looked at."""


def bootstrap() -> Bootstrap:
    """The wiring, imported now."""
    with uncollected():
        return cast(Bootstrap, import_module("gateway.bootstrap"))


def ask(config: str, question: Callable[[Records], Awaitable[T]]) -> T:
    """Open the records, ask one question, close them. `config` is the configuration file."""

    async def asked() -> T:
        async with bootstrap().open_records(config) as records:
            return await question(records)

    return asyncio.run(asked())
