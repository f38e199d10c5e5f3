"""What an answer, or none, says of a parcel: handed over, to be tried again, refused, or in doubt. Pure."""

from dataclasses import dataclass

from gateway.domain.http_terms import HttpSendOptions
from gateway.http.call_failed import CallFailed
from gateway.ports import Outcome, OutcomeKind, Parcel

_LATER = frozenset({408, 425, 429, 503})
"""The server says that it did nothing, and to come again (RFC 9110, RFC 6585, RFC 8470)."""
_OURS = frozenset({401, 403, 404, 405, 407, 421})
"""Not this parcel is wrong, but our login or the address: every parcel meets the same, so they wait for it to be corrected."""

_CORRECT = "correct the channel's url or login, and talk to the partner"


@dataclass(frozen=True, slots=True)
class Answered:
    """The head of an answer, with its first words for people. `retry_after` in seconds."""

    status: int
    opening: str = ""
    location: str = ""
    retry_after: float | None = None


def of_answer(parcel: Parcel, answered: Answered, options: HttpSendOptions) -> Outcome:
    """The outcome by the status."""
    status, code = answered.status, f"http-{answered.status}"
    said = f": {answered.opening}" if answered.opening else ""
    if 200 <= status < 300:
        return Outcome(parcel.delivery, OutcomeKind.DELIVERED, reference=parcel.name, response={"status": status})
    if status in options.already:
        text = f"the server has it already (HTTP {status})"
        return Outcome(parcel.delivery, OutcomeKind.DELIVERED, code, text, reference=parcel.name, response={"status": status})
    if status < 400:
        text = f"the server sends us elsewhere (HTTP {status}, {answered.location or 'without an address'}): use that as url"
        return _retry(parcel, "redirected", text)
    if status in _OURS:
        return _retry(parcel, code, f"the server refuses every request (HTTP {status}{said}): {_CORRECT}")
    if status in _LATER:
        return _retry(parcel, code, f"the server asks to come later (HTTP {status}{said})", answered.retry_after)
    if status >= 500:
        text = f"the server failed (HTTP {status}{said})"
        return _retry(parcel, code, text, answered.retry_after) if options.idempotent else _in_doubt(parcel, code, text)
    return Outcome(parcel.delivery, OutcomeKind.FAILED, code, f"the server refused it (HTTP {status}{said})")


def of_silence(parcel: Parcel, failed: CallFailed, options: HttpSendOptions) -> Outcome:
    """The outcome where no answer was had."""
    text = str(failed) + (f"; {failed.remedy}" if failed.remedy else "")
    if failed.sent and not options.idempotent:
        return _in_doubt(parcel, failed.code, text)
    return _retry(parcel, failed.code, text)


def of_answer_not_stored(parcel: Parcel, problem: str, options: HttpSendOptions) -> Outcome:
    """The outcome where the parcel was taken, but the acknowledgement in the answer could not be stored."""
    text = f"the server took it, but its acknowledgement could not be stored: {problem}"
    if options.idempotent:  # it is asked for again with the same key
        return Outcome(parcel.delivery, OutcomeKind.RETRY, "answer-not-stored", text)
    return _in_doubt(parcel, "answer-not-stored", text)


def _retry(parcel: Parcel, code: str, text: str, after: float | None = None) -> Outcome:
    return Outcome(parcel.delivery, OutcomeKind.RETRY, code, text, retry_after=after, unavailable=True)


def _in_doubt(parcel: Parcel, code: str, text: str) -> Outcome:
    doubt = "it may or may not have been taken, and it is not sent again by itself because the channel is not idempotent"
    return Outcome(parcel.delivery, OutcomeKind.IN_DOUBT, code, f"{text}: {doubt}", unavailable=True)
