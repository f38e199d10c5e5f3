"""Follow up: what is to be done because milestones of orders hold is done, by whoever can do things of its kind.

A follow-up and what its performer writes in this transaction are one; what goes elsewhere is recognised by the follow-up's id,
when it comes again because a commit was lost. What cannot be done is its owner's, and is tried again by itself, less and less
often.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from typing_extensions import override

from gateway.domain.lifecycle import FOLLOW_UP, move
from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.record import FollowUpRow, OrderEventRow
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.errors import DataRefused, GatewayError
from gateway.ports import Configuration, Observer
from gateway.ports.follow_ups import DueFollowUp, FollowUpSession, FollowUpStore, Performed, Performer
from gateway.stages.order_follow_ups import follow_up_failure, follow_up_mark, owner_of_rule
from gateway.stages.woken import Woken

log = structlog.get_logger(__name__)

_BATCH = 20
_SOONEST, _LATEST = timedelta(minutes=1), timedelta(hours=6)
"""What cannot be done is tried again after so long at first, twice as long each time, and never less often than this."""
_FAULT = "Report this with the follow-up's id: it is a fault of the gateway. It is tried again by itself."


@dataclass(slots=True)
class _Done:
    """What one transaction writes."""

    rows: list[FollowUpRow] = field(default_factory=list)
    says: list[OrderEventRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    closed: list[tuple[UUID, str, str]] = field(default_factory=list)


class CarryOut(Woken):
    """Carries out what is due. `performers` are by kind; `judge` is called when something was said that is to be judged."""

    FAILED = "follow_ups_not_carried_out"

    def __init__(
        self,
        *,
        store: FollowUpStore,
        performers: Mapping[str, Performer],
        configuration: Callable[[], Configuration],
        owner_of: Callable[[str, str | None], str],
        judge: Callable[[], None],
        observer: Observer,
        new_id: Callable[[], UUID],
        poll: float = 1.0,
    ) -> None:
        super().__init__(poll=poll)
        self._store, self._performers, self._configuration = store, performers, configuration
        self._owner_of, self._judge = owner_of, judge
        self._observer, self._new_id = observer, new_id

    @override
    async def round(self) -> int:
        """Carry out until nothing is due; answers how many."""
        total = 0
        while done := await self._batch():
            total += done
        return total

    async def measure(self) -> int:
        """Report what is not done, by rule; answers how many."""
        waiting = await self._store.waiting()
        for rule in self._configuration().process.follow_ups:
            for state in ("waiting", "failed"):
                self._observer.gauge("edi_follow_ups_open", waiting.get((rule.id, state), 0), rule=rule.id, state=state)
        return sum(waiting.values())

    async def _batch(self) -> int:
        """Some at once; where one of them is in the way of the others, one by one, and that one is told to its owner."""
        try:
            return await self._carry_out(_BATCH)
        except DataRefused:
            pass
        except GatewayError:
            raise
        except Exception:
            log.exception("follow_up_failed_unexpectedly")
        try:
            return await self._carry_out(1)
        except DataRefused as error:
            return await self._carry_out(1, fault=f"The database refused what was made of it: {error}")
        except GatewayError:
            raise
        except Exception as error:  # a bug met by one of them must not keep the others
            log.exception("follow_up_failed_unexpectedly")
            return await self._carry_out(1, fault=f"It failed unexpectedly: {type(error).__name__}: {error}")

    async def _carry_out(self, limit: int, *, fault: str = "") -> int:
        done = _Done()
        async with self._store.following() as session:
            due = await session.due(limit)
            for one in due:
                rule = self._rule(one.row.rule)
                performed = _refused(fault) if fault else await self._perform(one, rule, session)
                self._settle(one, rule, performed, done)
            if due:
                await session.settle(done.rows, done.says, done.failures, done.closed)
        for row in done.rows:
            self._observer.count("edi_follow_ups_total", rule=row.rule, kind=row.kind, outcome=row.state)
        for failure in done.failures:
            self._observer.count("edi_failures_total", stage=failure.stage, code=failure.code)
        if done.says:
            self._judge()
        return len(due)

    def _rule(self, identifier: str) -> FollowUpRule | None:
        rules: Sequence[FollowUpRule] = self._configuration().process.follow_ups
        return next((rule for rule in rules if rule.id == identifier), None)

    async def _perform(self, one: DueFollowUp, rule: FollowUpRule | None, session: FollowUpSession) -> Performed:
        if rule is None or rule.kind not in self._performers:
            return Performed("not_wanted", code="rule-gone", message="its rule is no longer in routes.toml")
        return await self._performers[rule.kind].perform(one, rule, session)

    def _settle(self, one: DueFollowUp, rule: FollowUpRule | None, performed: Performed, done: _Done) -> None:
        before, attempts = one.row, one.row.attempts + 1
        wait = {"later": performed.wait, "not_possible": _patience(attempts)}.get(performed.event, timedelta())
        after = before._replace(
            state=move(FOLLOW_UP, before.state, performed.event),
            due_at=one.now + wait,
            attempts=attempts,
            code=performed.code,
            message=storable(performed.message)[:2_000],
            reference=performed.reference or before.reference,
        )
        done.rows.append(after)
        done.says += performed.says
        if before.state == "failed" and (after.state != "failed" or after.code != before.code):
            mark = follow_up_mark(before, before.code, one.partner)
            done.closed.append((before.id, mark, f"the follow-up is {after.state} by now"))
        if after.state == "failed" and (before.state != "failed" or after.code != before.code):
            done.failures.append(
                follow_up_failure(
                    after,
                    code=performed.code,
                    message=f"{before.rule} cannot be carried out for order {one.number} of {one.partner}: {performed.message}",
                    remedy=performed.remedy,
                    partner=one.partner,
                    owner=owner_of_rule(rule, one.partner, self._owner_of),
                    new_id=self._new_id,
                )
            )


def _refused(fault: str) -> Performed:
    return Performed("not_possible", code="follow-up-fault", message=fault, remedy=_FAULT)


def _patience(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return min(_SOONEST * (1 << min(attempts - 1, 20)), _LATEST)
