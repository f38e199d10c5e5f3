"""The audit: who did what, and whether its lines are what was sealed."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, page_of, place_of
from gateway.bootstrap.audit import audit_lines, verify_audit
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.ports.access import Head

Word = Annotated[str, Field(max_length=300)]


class LinesAsked(Listed):
    """Which lines are listed, the newest first: of an actor, an action, a subject, from `since` until before `until`."""

    actor: Word = ""
    action: Word = ""
    subject: Word = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class Line(Told):
    """A line: who did what to what. `sealed` is its place in the chain; None: it waits for it."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    sealed: int | None


class Verify(Asked):
    """A look at all of the audit. `noted` is a seal that was written down elsewhere, as `12:9f3c…`."""

    noted: Annotated[str, Field(pattern=r"^([0-9]{1,18}:[0-9a-f]{64})?$")] = ""


class BrokenLine(Told):
    """Where the audit is not what was sealed."""

    line: int
    what: str


class Verified(Told):
    """How many lines hold, how many wait for their seal and since when, the last seal, and where the chain does not hold."""

    holds: bool
    lines: int
    waiting: int
    waiting_since: datetime | None
    head: str | None
    broken: tuple[BrokenLine, ...]


async def _list(office: Office, _caller: Caller, asked: LinesAsked) -> Page:
    wanted = {"actor": asked.actor, "action": asked.action, "subject": asked.subject}
    wanted |= {"after": asked.since.isoformat()} if asked.since else {}
    wanted |= {"until": asked.until.isoformat()} if asked.until else {}
    (before,) = place_of(asked.after, int) or (None,)
    found = await audit_lines(office, wanted, before=before, limit=asked.limit + 1)
    return page_of([Line.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _verify(office: Office, _caller: Caller, asked: Verify) -> Verified:
    ordinal, _, link = asked.noted.partition(":")
    found = await verify_audit(office, Head(int(ordinal), link) if link else None)
    return Verified(
        holds=not found.broken,
        lines=found.lines,
        waiting=found.waiting,
        waiting_since=found.waiting_since,
        head=str(found.head) if found.head else None,
        broken=tuple(BrokenLine(line=one.line, what=one.what) for one in found.broken),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="audit.list", method="GET", path="/audit", right=Right.AUDIT, asked=LinesAsked, run=_list, answers=Line, pages=True,
        summary="List who did what, the newest first.",
    ),
    Operation(
        name="audit.verify", method="GET", path="/audit/verify", right=Right.AUDIT, asked=Verify, run=_verify, answers=Verified,
        slow=True, summary="Look whether the audit is what was sealed: every line, and the chain between them.",
    ),
)  # fmt: skip
