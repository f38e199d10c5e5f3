"""Reconciliation: what two systems hold of the same thing, compared now, and what was found to differ and is not over."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Name, Names
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, moment, page_of, place_of
from gateway.bootstrap.office import Office
from gateway.bootstrap.reconciliation import listed_reconciliations, make_reconciliations, open_differences
from gateway.domain.access import Caller, Right
from gateway.errors import GatewayError
from gateway.operations.reconcile import Found


class ReconciliationsAsked(Asked):
    """All reconciliations: as configured, and what the gateway finds by itself."""


class Reconciliation(Told):
    """A reconciliation: what is compared, between whom (None: the gateway's own books), how far back it looks.

    What the gateway finds by itself (processed, acknowledged, numbers) is not `configured`, and not counted: it is told as
    failures where it happens.
    """

    id: str
    configured: bool
    what: str
    left: str | None
    right: str | None
    back_seconds: float | None
    differences: int | None


class ReconciliationRun(Asked):
    """A reconciliation to make now. `back_days`: only look back so far; failures are left as they are then."""

    reconciliation: Name
    back_days: Annotated[int | None, Field(ge=1, le=3660)] = None


class Difference(Told):
    """One difference: of what, what either side says, since when, and what to do."""

    kind: str
    partner: str | None
    key: str
    line: str | None
    what: str
    left: str | None
    right: str | None
    since: datetime | None
    message: str
    suggestion: str


class Compared(Told):
    """What a reconciliation found."""

    reconciliation: str
    differences: tuple[Difference, ...]


class DifferencesAsked(Listed):
    """Which differences are listed, the newest first. `recurring`: only those that came back again and again."""

    reconciliation: Names = ()
    recurring: bool = False


class OpenDifference(Told):
    """A difference that was found and is not over: a case of a failure. It came back `recurred` times after it had ended;
    `recurring` says what that means, and is empty where it may be chance.
    """

    id: UUID
    failure: UUID
    reconciliation: str
    code: str
    partner: str | None
    owner: str
    state: str
    message: str
    remedy: str
    since: datetime
    recurred: int
    recurring: str


async def _list(office: Office, _caller: Caller, _asked: ReconciliationsAsked) -> Page:
    return Page([Reconciliation.model_validate(one) for one in await listed_reconciliations(office)])


async def _run(office: Office, _caller: Caller, asked: ReconciliationRun) -> Compared:
    back = timedelta(days=asked.back_days) if asked.back_days is not None else None
    ((name, found),) = await make_reconciliations(office, [asked.reconciliation], back=back)
    if isinstance(found, GatewayError):
        raise found
    return Compared(reconciliation=name, differences=tuple(_difference(one) for one in found))


def _difference(found: Found) -> Difference:
    one = found.difference
    return Difference(
        kind=one.kind.value, partner=one.partner, key=one.key, line=one.line, what=one.what, left=one.left, right=one.right,
        since=one.since, message=found.message, suggestion=found.suggestion,
    )  # fmt: skip


async def _differences(office: Office, _caller: Caller, asked: DifferencesAsked) -> Page:
    before = place_of(asked.after, moment, UUID)
    found = await open_differences(office, asked.reconciliation, before=before, limit=asked.limit + 1, recurring=asked.recurring)
    return page_of([OpenDifference.model_validate(one) for one in found], asked.limit, lambda one: (one.since, one.id))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="reconciliation.list", method="GET", path="/reconciliations", right=Right.SEE, asked=ReconciliationsAsked, run=_list,
        answers=Reconciliation, pages=True, summary="List what is compared, between whom, and how much differs.",
    ),
    Operation(
        name="reconciliation.differences", method="GET", path="/reconciliations/differences", right=Right.SEE,
        asked=DifferencesAsked, run=_differences, answers=OpenDifference, pages=True,
        summary="List what was found to differ and is not over, the newest first.",
    ),
    Operation(
        name="reconciliation.run", method="POST", path="/reconciliations/{reconciliation}/run", right=Right.CONTROL,
        asked=ReconciliationRun, run=_run, answers=Compared, slow=True,
        summary="Compare now. What differs becomes a failure with an owner, and what differs no more is over.",
    ),
)  # fmt: skip
