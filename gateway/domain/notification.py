"""What owners are told of failures, and when: grouped, within their hours, no more often than agreed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.domain.calendar import Calendar
from gateway.domain.owner import Owner
from gateway.domain.retry import RetryPolicy

GATHER = timedelta(seconds=20)
"""How long the first news waits for others that belong to it."""
_URGENT_EVERY = timedelta(minutes=1)
"""Urgent news waits for no hours, but comes no more often than this either."""
MOST_GROUPS = 50
"""Groups that one message names; the others are counted."""
PATIENCE = RetryPolicy(timedelta(seconds=15), 3.0, timedelta(hours=1), 0.2, 40, timedelta(hours=36))
"""When a message that could not be sent is sent again."""

_WORDS = {
    "opened": "new",
    "came_back": "regression",
    "assigned": "assigned to you",
    "unmuted": "no longer muted",
    "escalated": "escalated to you",
}


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell an owner: what happened (`action`) to a failure, why, and the failure as it is now.

    `effect` is what it means for the business, in a sentence; empty where nothing waits because of it.
    """

    event: int
    action: str
    reason: str
    id: UUID
    fingerprint: str
    stage: str
    code: str
    partner: str | None
    route: str | None
    owner: str
    state: str
    count: int
    regressions: int
    first_at: datetime
    last_at: datetime
    message: str
    remedy: str
    effect: str = ""

    def is_worth_telling(self, owner: str) -> bool:
        """Whether it is still news for an owner: not what is resolved, muted, somebody else's by now, or taken on by somebody."""
        if self.action == "escalated":
            return self.state in {"open", "acknowledged"}
        return self.state == "open" and self.owner == owner


def tell_at(
    owner: Owner, calendar: Calendar | None, *, oldest: datetime, last: datetime | None, codes: Iterable[str], now: datetime
) -> datetime:
    """When an owner is told of news that waits since `oldest`, who was told of something `last`: `now`, or later."""
    if not owner.urgent.isdisjoint(codes):
        return max(now, last + _URGENT_EVERY) if last else now
    at = max(now, oldest + min(GATHER, owner.every))
    at = max(at, last + owner.every) if last else at
    if calendar is None:
        return at
    return next((start for start, _ in calendar.open_from(at)), at)


def message_of(owner: Owner, gateway: str, news: Sequence[News], *, now: datetime) -> dict[str, object]:
    """The message as a JSON object: `subject` and `text` for people, `groups` for programs, one for each failure."""
    groups: dict[UUID, list[News]] = {}
    for one in news:
        groups.setdefault(one.id, []).append(one)
    told = list(groups.values())
    urgent = any(group[-1].code in owner.urgent for group in told)
    return {
        "type": "failures",
        "gateway": gateway,
        "owner": owner.id,
        "at": now.isoformat(),
        "urgent": urgent,
        "subject": _subject(owner, gateway, told, urgent=urgent),
        "text": _text(owner, told),
        "groups": [_group(group) for group in told[:MOST_GROUPS]],
        "more": max(len(told) - MOST_GROUPS, 0),
    }


def _group(several: Sequence[News]) -> dict[str, object]:
    newest = several[-1]
    return {
        "id": str(newest.id),
        "fingerprint": newest.fingerprint,
        "stage": newest.stage,
        "code": newest.code,
        "partner": newest.partner,
        "route": newest.route,
        "owner": newest.owner,
        "state": newest.state,
        "news": list(dict.fromkeys(one.action for one in several)),
        "count": newest.count,
        "regressions": newest.regressions,
        "first_at": newest.first_at.isoformat(),
        "last_at": newest.last_at.isoformat(),
        "effect": newest.effect,
        "message": newest.message,
        "remedy": newest.remedy,
    }


def _subject(owner: Owner, gateway: str, told: Sequence[Sequence[News]], *, urgent: bool) -> str:
    """`nordic-dc: 3 failures for edi: http-500 of bigbox, no-route of nordmart, …`; of a single one what it means."""
    if len(told) == 1 and told[0][-1].effect:
        return f"{'URGENT ' if urgent else ''}{gateway}: {told[0][-1].effect}"
    names = [group[-1].code + (f" of {group[-1].partner}" if group[-1].partner else "") for group in told[:3]]
    number = f"{len(told)} failure{'s' if len(told) > 1 else ''}"
    rest = ", …" if len(told) > len(names) else ""
    return f"{'URGENT ' if urgent else ''}{gateway}: {number} for {owner.id}: {', '.join(names)}{rest}"


def _text(owner: Owner, told: Sequence[Sequence[News]]) -> str:
    parts = [_paragraph(group) for group in told[:MOST_GROUPS]]
    if len(told) > MOST_GROUPS:
        parts.append(f"{len(told) - MOST_GROUPS} more. All of them: gateway failures list --owner {owner.id}\n")
    parts.append("Take one on: gateway failures acknowledge ID. What is known of it: gateway failures show ID\n")
    return "\n".join(parts)


def _paragraph(several: Sequence[News]) -> str:
    """What it means for the business first, then what happened, what to do, and what names it."""
    failure = several[-1]
    effect = f"  {_one_line(failure.effect)}\n" if failure.effect else ""
    about = [f"stage {failure.stage}"]
    about += [f"{name} {value}" for name, value in (("partner", failure.partner), ("route", failure.route)) if value]
    count = f"{failure.count} time{'s' if failure.count > 1 else ''}"
    came_back = f", came back {failure.regressions} times" if failure.regressions > 1 else ""
    reasons = "".join(f"  {reason}\n" for reason in dict.fromkeys(one.reason for one in several) if reason)
    text = (
        f"{effect}  {_one_line(failure.message)}\n"
        f"{reasons}"
        f"  What to do: {_one_line(failure.remedy)}\n"
        f"  {failure.code} ({', '.join(dict.fromkeys(_WORDS[one.action] for one in several))}): {', '.join(about)}\n"
        f"  {count}{came_back}, since {failure.first_at:%Y-%m-%d %H:%M}, last {failure.last_at:%Y-%m-%d %H:%M} UTC\n"
        f"  ID {failure.fingerprint}\n"
    )
    return text.removeprefix("  ")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
