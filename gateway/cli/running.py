"""What the commands on a running system ask of `gateway.bootstrap`, the only file that wires. Imported when it is needed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
