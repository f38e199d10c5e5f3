"""The audit: written, read, sealed and verified."""

from collections.abc import Mapping, Sequence

from gateway.bootstrap.keeping import Round
from gateway.bootstrap.office import Where, opened
from gateway.domain.access import Caller
from gateway.domain.sign_in import SessionTerms
from gateway.ports import Json
from gateway.ports.access import Head, Verified
from gateway.store.access import PostgresAccounts
from gateway.store.audit import PostgresAudit
from gateway.store.database import Database

_AT_ONCE = 1_000


def rounds(database: Database, terms: SessionTerms) -> list[Round]:
    """What one process does for all, under a lease each."""

    async def seal() -> int:
        return await PostgresAudit(database).seal(limit=_AT_ONCE)

    async def forget() -> int:
        return await PostgresAccounts(database).forget(terms)

    return [("audit-seals", seal, 5.0), ("sign-ins", forget, 600.0)]


async def audit_lines(
    where: Where, wanted: Mapping[str, str] | None = None, *, before: int | None = None, limit: int = 50
) -> Sequence[Json]:
    """Lines of the audit, the newest first; `before` continues a list after its last id.

    `wanted`: `actor`, `action`, `subject`, `after`, `until` (ISO 8601). Each line: `id`, `at`, `actor`, `action`, `subject`,
    `detail`, `sealed` (its place in the chain; None: it waits for it).
    """
    async with opened(where) as office:
        return await PostgresAudit(office.database).lines(wanted or {}, before=before, limit=limit)


async def verify_audit(where: Where, noted: Head | None = None) -> Verified:
    """Whether the audit is what was sealed; `noted` is a seal that was written down elsewhere."""
    async with opened(where) as office:
        return await PostgresAudit(office.database).verify(noted)


async def write_audit(where: Where, caller: Caller, action: str, subject: str, detail: Json) -> None:
    """Write down what a caller did or looked at."""
    async with opened(where) as office:
        await PostgresAudit(office.database).write(caller, action, subject, detail)
