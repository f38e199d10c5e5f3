"""What makes failures one group, when further owners are told of one, and when somebody is told at all."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gateway.domain.calendar import Calendar, due_after
from gateway.domain.owner import Owner, escalation

STILL_FAILING = "still-failing"
"""The code of deliveries for which half of their time was not enough."""


def fingerprint(*, stage: str, code: str, partner: str | None, route: str | None) -> str:
    """Sixteen hexadecimal digits that name the group: not the message's wording, nor its owner, who may be another one later."""
    text = "\x1f".join((stage, code, partner or "", route or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class OpenFailure(NamedTuple):
    """A failure that nobody resolved or silenced. `level` owners after its own were told, the last of them `since`.

    `dead`: deliveries of it were given up, and nobody but its owner knows.
    """

    id: UUID
    owner: str
    state: str
    level: int
    since: datetime
    dead: bool
    now: datetime


class Escalation(NamedTuple):
    """A further owner who is to be told. `level` is the failure's level before that."""

    failure: UUID
    level: int
    owner: str
    reason: str


def escalate(
    failure: OpenFailure, owners: Mapping[str, Owner], calendars: Mapping[str, Calendar], *, otherwise: str
) -> Escalation | None:
    """Who else is to be told now, and why; nobody as long as its owner has time, attends to it, or has nobody after it.

    `otherwise` stands after an owner who is no longer in the configuration.
    """
    chain = escalation(failure.owner, owners) or (failure.owner, *escalation(otherwise, owners))
    following = failure.level + 1
    if following >= len(chain):
        return None
    if failure.dead and failure.level == 0:
        return Escalation(failure.id, failure.level, chain[following], "all attempts of a delivery are used up")
    late = owners.get(chain[failure.level]) or owners.get(otherwise)
    if failure.state != "open" or late is None or late.attend is None:
        return None
    if due_after(failure.since, late.attend, calendars.get(late.hours or "")) > failure.now:
        return None
    return Escalation(failure.id, failure.level, chain[following], f"{chain[failure.level]} did not attend to it in time")
