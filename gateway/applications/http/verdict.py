"""What an answer, or none, says of a delivery: done, there already, to be tried again, refused, or in doubt. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.domain.http_application import AnswerCase, AnswerTerms, HttpAction, Meaning, Query, QueryFailed
from gateway.domain.order.milestone import Event
from gateway.http.call_failed import CallFailed
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

_LATER = frozenset({408, 425, 429, 503})
"""The server says that it did nothing, and to come again (RFC 9110, RFC 6585, RFC 8470)."""
_OURS = frozenset({401, 403, 405, 407, 421})
"""Not this delivery is wrong, but our login or the address: every one meets the same, so they wait for it to be corrected."""
_LONGEST = 500

_CORRECT = "correct the application's url or login"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `body` is JSON, None where it holds none; `opening` its first words for people; `retry_after` in seconds."""

    status: int
    body: Any = None
    opening: str = ""
    location: str = ""
    retry_after: float | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome, and what the answer says happened to the order, if anything."""

    outcome: Outcome
    event: Event | None = None


def judge(call: ApplicationCall, action: HttpAction, answered: Answered) -> Judged:
    """The outcome by the answer: what the configuration says of it, else what its status says."""
    try:
        judged = _by_terms(call, action, answered)
    except QueryFailed as error:
        judged = Judged(_unexpected(call, answered, str(error)))
    if judged is None:
        judged = Judged(_by_status(call, action, answered))
    return replace(judged, outcome=replace(judged.outcome, response=dict(answered.kept)))


def _by_terms(call: ApplicationCall, action: HttpAction, answered: Answered) -> Judged | None:
    """None when the configuration says nothing of such an answer."""
    terms = action.answer
    if fits(terms.refused, answered):
        return Judged(_failed(call, terms, answered, "refused", "it was refused"))
    if fits(terms.already, answered):
        reference = reference_in(terms.reference, answered.body)
        text = f"it was there already (HTTP {answered.status})"
        return Judged(Outcome(call.delivery, OutcomeKind.DELIVERED, "already", text, reference=reference), terms.milestone)
    if fits(terms.later, answered):
        text = f"the system asks to come later{_said(terms, answered)}"
        later = Outcome(call.delivery, OutcomeKind.RETRY, "later", text, retry_after=answered.retry_after, untouched=True)
        return Judged(later)
    return _done(call, terms, answered) if fits(terms.delivered, answered) else None


def _done(call: ApplicationCall, terms: AnswerTerms, answered: Answered) -> Judged:
    """An answer that says done, if it is one as was declared."""
    unlike = terms.shape(answered.body) if terms.shape is not None else ""
    if unlike:
        return Judged(_unexpected(call, answered, unlike))
    reference = reference_in(terms.reference, answered.body)
    if terms.reference is not None and reference is None:
        return Judged(_unexpected(call, answered, "it does not name what it made"))
    event = terms.milestone
    if terms.state is not None:
        state = terms.state(answered.body)
        meaning = terms.states.get(state) if isinstance(state, str) else terms.states.get(str(state))
        if meaning is None:
            return Judged(_unexpected(call, answered, f"the state {state!r} is not known", code="state-unknown"))
        if meaning is Meaning.REFUSED:
            return Judged(_failed(call, terms, answered, "refused", f"the system says {state!r}"))
        if meaning is Meaning.LATER:
            text = f"the system says {state!r}{_said(terms, answered)}"
            return Judged(Outcome(call.delivery, OutcomeKind.RETRY, "later", text, retry_after=answered.retry_after))
        event = meaning if isinstance(meaning, Event) else event
    done = Outcome(call.delivery, OutcomeKind.DELIVERED, "done", reference or f"HTTP {answered.status}", reference=reference)
    return Judged(done, event)


def _by_status(call: ApplicationCall, action: HttpAction, answered: Answered) -> Outcome:
    """What an answer means of which the configuration says nothing."""
    status, code, said = answered.status, f"http-{answered.status}", _said(action.answer, answered)
    if status < 300:
        return _failed(
            call, action.answer, answered, "answer-refused", f"the answer (HTTP {status}) does not say that it is done"
        )
    if status < 400:
        text = f"the server sends us elsewhere (HTTP {status}, {answered.location or 'without an address'}): use that as url"
        return _away(call, "redirected", text)
    if status in _OURS or (status == 404 and not action.addressed):
        return _away(call, code, f"the server refuses every request (HTTP {status}{said}): {_CORRECT}")
    if status in _LATER:
        text = f"the server asks to come later (HTTP {status}{said})"
        return _away(call, code, text, after=answered.retry_after)
    if status < 500:
        return _failed(call, action.answer, answered, code, f"the system refused it (HTTP {status})")
    text = f"the server failed (HTTP {status}{said})"
    if action.repeatable:
        return _away(call, code, text, after=answered.retry_after, untouched=False)
    return _in_doubt(call, code, text)


def of_silence(call: ApplicationCall, action: HttpAction, failed: CallFailed) -> Outcome:
    """The outcome where no answer was had."""
    text = str(failed) + (f"; {failed.remedy}" if failed.remedy else "")
    if failed.sent and not action.repeatable:
        return _in_doubt(call, failed.code, text)
    return _away(call, failed.code, text, untouched=not failed.sent)


def of_look_up(call: ApplicationCall, action: HttpAction, answered: Answered) -> Judged | None:
    """What is there already by the answer to our question; None when there is nothing, and it may be done."""
    look_up = action.look_up
    assert look_up is not None
    try:
        if fits(look_up.none, answered):
            return None
        if not 200 <= answered.status < 300:
            return Judged(_not_told(call, action, answered))
        found = look_up.found(answered.body)
        one = found[0] if isinstance(found, list) and found else found
        reference = reference_in(look_up.reference, one)
    except QueryFailed as error:
        return Judged(_unexpected(call, answered, f"what is there could not be read: {error}"))
    if found is None or found == []:
        return None
    if isinstance(found, list) and len(found) > 1:
        text = f"there are {len(found)} of it already: look which is right, then mark this as delivered"
        return Judged(Outcome(call.delivery, OutcomeKind.IN_DOUBT, "look-up-ambiguous", text))
    there = Outcome(call.delivery, OutcomeKind.DELIVERED, "already", "it was there already", reference=reference)
    return Judged(replace(there, response=dict(answered.kept)), action.answer.milestone)


def _not_told(call: ApplicationCall, action: HttpAction, answered: Answered) -> Outcome:
    """Whether it is there could not be found out. Of a question that is refused for good a person has to know."""
    outcome = _by_status(call, replace(action, addressed=False, idempotent=True), answered)
    text = f"whether it is there already could not be found out: {outcome.message}"
    kind = OutcomeKind.IN_DOUBT if outcome.kind is OutcomeKind.FAILED and call.attempt > 1 else outcome.kind
    return replace(outcome, kind=kind, message=text, untouched=call.attempt == 1)


def fits(case: AnswerCase | None, answered: Answered) -> bool:
    """Whether an answer is of this kind. Raises QueryFailed."""
    if case is None or (case.statuses and answered.status not in case.statuses):
        return False
    return case.when is None or is_true(case.when(answered.body))


def is_true(value: Any) -> bool:
    """Truth as JMESPath has it: a number is true whatever it is."""
    return value is not None and value is not False and value not in ("", [], {})


def reference_in(query: Query | None, body: Any) -> str | None:
    """The name that a query finds; None when there is none."""
    found = query(body) if query is not None else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else None


def _said(terms: AnswerTerms, answered: Answered) -> str:
    """What the system says of it, in its own words."""
    try:
        told = terms.message(answered.body) if terms.message is not None else None
    except QueryFailed:
        told = None
    if isinstance(told, list):
        told = "; ".join(map(str, told))
    text = str(told) if told is not None else answered.opening
    return f": {text[:_LONGEST]}" if text else ""


def _failed(call: ApplicationCall, terms: AnswerTerms, answered: Answered, code: str, text: str) -> Outcome:
    return Outcome(call.delivery, OutcomeKind.FAILED, code, text + _said(terms, answered))


def _unexpected(call: ApplicationCall, answered: Answered, why: str, *, code: str = "answer-unexpected") -> Outcome:
    """The answer says done and is not as was declared: it may be done, and somebody has to see what has changed there."""
    text = f"the answer (HTTP {answered.status}) is not as was declared: {why}; it may be done: see what has changed there"
    return Outcome(call.delivery, OutcomeKind.IN_DOUBT, code, text)


def _away(call: ApplicationCall, code: str, text: str, *, after: float | None = None, untouched: bool = True) -> Outcome:
    return Outcome(call.delivery, OutcomeKind.RETRY, code, text, retry_after=after, unavailable=True, untouched=untouched)


def _in_doubt(call: ApplicationCall, code: str, text: str) -> Outcome:
    doubt = "it may or may not be done, and is not asked for again by itself because the action is not idempotent"
    return Outcome(call.delivery, OutcomeKind.IN_DOUBT, code, f"{text}: {doubt}", unavailable=True)
