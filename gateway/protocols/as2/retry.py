"""Whether a message is sent again, with the same Message-ID, after an attempt without a receipt (2026 draft)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum


class Broken(StrEnum):
    """How an attempt ended without an HTTP status."""

    CONNECTION = "connection"
    TIME_OUT = "time-out"


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """`again`: repeat the same bytes under the same Message-ID; `after`: not before so many seconds, if the partner said so."""

    again: bool
    reason: str
    after: float | None = None


def decide_retry(result: int | Broken, *, at: datetime, retry_after: str = "") -> RetryDecision:
    """Decide by what became of an attempt: an HTTP status without a usable receipt, or how it broke.

    Again on connection loss, time-out, 408, 429 and 5xx only. `retry_after` is the header's value, seconds or a date.
    """
    if isinstance(result, Broken):
        return RetryDecision(again=True, reason=f"no answer: {result}")
    after = _seconds(retry_after, at)
    if result in {408, 429} or 500 <= result <= 599:
        return RetryDecision(again=True, reason=f"the partner's server answered {result}", after=after)
    return RetryDecision(again=False, reason=f"the partner's server answered {result}: sending the same again changes nothing")


def _seconds(retry_after: str, at: datetime) -> float | None:
    """Retry-After (RFC 9110 clause 10.2.3): seconds or an HTTP date; None when absent or neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**9))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - at).total_seconds(), 0.0)
