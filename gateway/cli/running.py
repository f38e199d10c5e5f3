"""What the commands on a running system ask of `gateway.bootstrap`, the only file that wires. Imported when it is needed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from gateway.ports import Intake

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

    def settings(self, config: str, environ: Mapping[str, str], *, roles: Sequence[str] = (), processes: int = 1) -> Any:
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

    async def examine_transfer(self, settings: Any, named: str) -> list[Json]:
        """What can be found out about the AS2 messages of a Message-ID or an id of ours."""

    def probe_partner(self, settings: Any, partner: str, *, send: bool) -> AsyncIterator[tuple[str, str, str, str]]:
        """Try the channels of a partner: a diagnosis for each step. Raises ConfigurationInvalid."""

    async def run(self, settings: Any) -> None:
        """Run until stopped by SIGTERM or SIGINT."""

    async def migrate(self, settings: Any, *, dry_run: bool) -> list[str]:
        """Apply migrations; returns the names of those applied, or with `dry_run` their SQL."""

    async def database_status(self, settings: Any) -> Json:
        """Schema version, pending migrations, sizes."""

    async def diagnose(self, settings: Any) -> list[tuple[str, str, str, str]]:
        """(name, `ok`, `warn` or `fail`, what was found, remedy) for each thing that was looked at."""


def bootstrap() -> Bootstrap:
    """The wiring, imported now."""
    return cast(Bootstrap, import_module("gateway.bootstrap"))


def ask(config: str, question: Callable[[Records], Awaitable[T]]) -> T:
    """Open the records, ask one question, close them. `config` is the configuration file."""

    async def asked() -> T:
        async with bootstrap().open_records(config) as records:
            return await question(records)

    return asyncio.run(asked())
