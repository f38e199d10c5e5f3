"""States as sentences that say who must act. Pure: which sentence, with which values, in which tone; the command line and the
console say it, each in its language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.domain.phrase_words import ENGLISH

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a sentence, as the view has it: a datetime or ISO 8601."""

    at: object


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence by its key in the words of a language. What stands in its places may be a phrase itself, several of them, a
    Moment, a number or a text. `tone`: good, info, warning, error, faint, or nothing.
    """

    key: str
    tone: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def said(phrase: Phrase, *, moment: Callable[[object], str], words: Mapping[str, str] = ENGLISH) -> str:
    """The sentence as plain text."""

    def value(one: object) -> object:
        match one:
            case Phrase():
                return said(one, moment=moment, words=words)
            case tuple():
                return ", ".join(str(value(each)) for each in one)
            case Moment(at):
                return moment(at)
        return one

    return words[phrase.key].format(**{name: value(one) for name, one in phrase.values.items()})


_DOCUMENT: Final[Mapping[str, str]] = {
    "rejected": "error",
    "refused": "error",
    "duplicate": "faint",
    "conflict": "error",
    "consumed": "good",
    "unmapped": "warning",
    "unrouted": "error",
    "stopped": "error",
    "routed": "good",
    "held": "warning",
    "released": "good",
    "withdrawn": "faint",
    "kept": "faint",
}
_TRANSMISSION: Final[Mapping[str, str]] = {
    "received": "info",
    "replaying": "info",
    "translated": "good",
    "forwarded": "good",
    "unreadable": "error",
    "failed": "error",
}
_VERDICTS: Final[Mapping[str, str]] = {
    "accepted": "good",
    "accepted_with_errors": "warning",
    "partly_accepted": "warning",
    "rejected": "error",
}
_EXPECTATION: Final[Mapping[str, str]] = {
    "expected": "info",
    "received": "good",
    "accepted": "good",
    "accepted_with_errors": "warning",
    "partially_accepted": "error",
    "rejected": "error",
    "overdue": "error",
    "late": "good",
    "contradicted": "error",
}
_ENDED: Final[Mapping[str, str]] = {
    "failed": "error",
    "dead": "error",
    "voided": "warning",
    "diverted": "warning",
    "withheld": "faint",
}

_URGENCY: Final = ("dead", "failed", "in_doubt", "waiting", "blocked", "sending", "voided", "diverted", "withheld", "delivered")
"""Of several deliveries, the first of these states speaks for the message."""


def verdict_phrase(verdict: object) -> Phrase:
    """A verdict as the acknowledgement says it."""
    return _of("verdict", verdict, _VERDICTS)


def transmission_phrase(state: object) -> Phrase:
    """What became of a transmission."""
    return _of("transmission", state, _TRANSMISSION)


def document_phrase(document: Json) -> Phrase:
    """What became of a document: an open failure first, then its deliveries, then its own state."""
    failure = open_failure(document.get("failures") or ())
    state = str(document.get("state", ""))
    deliveries: Sequence[Json] = document.get("deliveries") or ()
    if state == "routed" and deliveries:
        phrase = delivery_phrase(min(deliveries, key=_urgency))
    elif state in _DOCUMENT:
        phrase = Phrase(f"document.{state}", _DOCUMENT[state])
    else:
        phrase = _plain(spaced(state).capitalize())
    if failure is None:
        return phrase
    if phrase.tone != "error":
        phrase = Phrase("document.failed", "error", {"reason": one_line(failure.get("message") or failure.get("code"))})
    return Phrase("owned", "error", {"what": phrase, "owner": failure.get("owner")})


def open_failure(failures: Sequence[Json]) -> Json | None:
    """The first failure that somebody has still to look after."""
    return next((failure for failure in failures if failure.get("state", "open") in ("open", "acknowledged")), None)


def delivery_phrase(delivery: Json) -> Phrase:
    """What became of a delivery, and what it waits for."""
    target = str(delivery.get("target", "its target"))
    reason = one_line(delivery.get("message") or delivery.get("code") or "")
    state, about = spaced(delivery.get("state")), {"target": target}
    match delivery.get("state"):
        case "delivered":
            reference = delivery.get("reference")
            with_reference = Phrase("delivery.delivered_as", "good", {**about, "reference": reference})
            return with_reference if reference else Phrase("delivery.delivered", "good", about)
        case "waiting":
            return _held(delivery, target) if delivery.get("held_by") else _waiting(delivery, target, reason)
        case "blocked":
            return _blocked(delivery, target)
        case "sending":
            return Phrase("delivery.sending", "info", about)
        case "in_doubt":
            return _because(Phrase("delivery.in_doubt", "warning", about), reason)
        case str(ended) if ended in _ENDED:
            return _because(Phrase(f"delivery.{ended}", _ENDED[ended], about), reason)
    return Phrase("delivery.other", "", {**about, "state": state.capitalize()})


def _because(phrase: Phrase, reason: str) -> Phrase:
    return Phrase("because", phrase.tone, {"what": phrase, "reason": reason}) if reason else phrase


def _held(delivery: Json, what: str | Phrase) -> Phrase:
    about = {"what": what, "person": delivery.get("held_by"), "reason": one_line(delivery.get("held_because"))}
    return Phrase("delivery.held", "warning", about)


def _blocked(delivery: Json, target: str) -> Phrase:
    """What a delivery that is put aside waits for, by its id."""
    about = {"after": str(delivery.get("after") or "")[-12:], "target": target}
    match delivery.get("blocked_by"):
        case "hold":
            return _held(delivery, Phrase("the_partner"))
        case "sequence":
            return Phrase("delivery.after_delivery", "info", about)
        case "translation":
            return Phrase("delivery.after_transmission", "info", about)
    return Phrase("delivery.after_other", "info", about)


def _waiting(delivery: Json, target: str, reason: str) -> Phrase:
    attempt = delivery.get("attempt") or 0
    if not attempt:
        return Phrase("delivery.waiting", "info", {"target": target})
    most, when = delivery.get("max_attempts"), delivery.get("next_attempt_at")
    about = {"attempt": attempt + 1, "most": most, "target": target, "when": Moment(when)}
    key = "delivery.retry" + ("_of" if most else "") + ("_at" if when else "")
    return _because(Phrase(key, "warning", about), reason)


def target_phrase(target: Json) -> Phrase:
    """What keeps deliveries from a target: `Held by ada since 14:05: stocktaking`, `Unavailable`, `Works`."""
    if target.get("held_by"):
        about = {"person": target["held_by"], "since": Moment(target.get("held_since"))}
        return Phrase("target.held", "error", {**about, "reason": one_line(target.get("held_because"))})
    if target.get("maintenance_until"):
        return Phrase("target.maintenance", "info", {"until": Moment(target["maintenance_until"])})
    if target.get("breaker") in ("open", "half_open"):
        return Phrase("target.unavailable", "error", {"since": Moment(target.get("breaker_since"))})
    return Phrase("target.works", "good")


def acknowledgement_phrase(acknowledgements: Sequence[Json]) -> Phrase:
    """All acknowledgements of a message on one line: type, verdict, and whether the partner has it."""
    if not acknowledgements:
        return _plain("", "faint")
    parts = tuple(one_acknowledgement(acknowledgement) for acknowledgement in acknowledgements)
    tones = [part.tone for part in parts]
    return Phrase("plain", next((t for t in ("error", "warning", "info") if t in tones), "good"), {"text": parts})


_SENT: Final[Mapping[str, str]] = {"delivered": "sent", "waiting": "waiting", "failed": "not_sent", "dead": "not_sent"}


def one_acknowledgement(acknowledgement: Json) -> Phrase:
    """`997 accepted, sent`; `855: sealed` where it says nothing of what was received."""
    verdict = verdict_phrase(acknowledgement.get("verdict"))
    state = str(acknowledgement.get("state") or "")
    about = {"type": acknowledgement.get("type"), "verdict": verdict}
    if not state:
        return Phrase("acknowledgement", verdict.tone, about)
    sent = Phrase(f"acknowledgement.{_SENT[state]}") if state in _SENT else _plain(spaced(state))
    tone = "error" if state in ("failed", "dead") else verdict.tone
    if not acknowledgement.get("verdict"):
        return Phrase("layered", tone, {"layer": acknowledgement.get("type"), "what": sent})
    return Phrase("acknowledgement.with_state", tone, {**about, "sent": sent})


def expectation_phrase(expectation: Json) -> Phrase:
    """What a partner owes us or said: `Overdue`, `Rejected by partner`, `Waived by ada: confirmed by telephone`."""
    if expectation.get("state") == "waived":
        about = {"person": expectation.get("person"), "reason": expectation.get("reason")}
        return Phrase("expectation.waived", "faint", about)
    return _of("expectation", expectation.get("state"), _EXPECTATION)


def expectation_subject(expectation: Json) -> Phrase:
    """What an expectation is about: `856 0001 (despatch D-1)`, or `997 interchange 42`."""
    document = expectation.get("document")
    if not document:
        about = {"type": expectation.get("type"), "number": expectation.get("control_number")}
        return Phrase("expectation.of_interchange", "", about)
    kind, value = next(iter((expectation.get("keys") or {}).items()), ("", ""))
    text = f"{document['type']} {document['control_number']}" + (f" ({spaced(kind)} {value})" if value else "")
    return _plain(text)


_ORDER: Final[Mapping[str, str]] = {
    "cancelled": "faint",
    "rejected": "error",
    "delivery_exception": "error",
    "held": "warning",
    "expected": "warning",
    "back_ordered": "warning",
    **dict.fromkeys(("delivered", "invoiced", "paid", "closed", "shipped", "in_transit"), "good"),
}


def order_tone(state: object) -> str:
    """The tone of the state of an order, or of a line of one."""
    return _ORDER.get(str(state), "info")


def keys_text(keys: object) -> str:
    """Business keys in one line, the order number first: `4711 (contract C-9)`. Takes an object, or `kind:value` texts."""
    pairs: list[tuple[str, str]] = []
    if isinstance(keys, Mapping):
        for kind, value in keys.items():
            pairs += [(str(kind), str(one)) for one in (value if isinstance(value, list | tuple) else [value])]
    elif isinstance(keys, list | tuple):
        for key in keys:
            kind, _, value = str(key).partition(":")
            pairs.append((kind, value))
    if not pairs:
        return ""
    rest = ", ".join(f"{spaced(kind)} {value}" for kind, value in pairs[1:])
    return pairs[0][1] + (f" ({rest})" if rest else "")


def _of(kind: str, state: object, tones: Mapping[str, str]) -> Phrase:
    return Phrase(f"{kind}.{state}", tones[str(state)]) if str(state) in tones else _plain(spaced(state))


def _plain(text: str, tone: str = "") -> Phrase:
    return Phrase("plain", tone, {"text": text})


def _urgency(delivery: Json) -> int:
    state = delivery.get("state")
    return _URGENCY.index(state) if state in _URGENCY else 0


def one_line(text: object) -> str:
    """A text with its line ends as blanks."""
    return " ".join(str(text).split())


def spaced(word: object) -> str:
    """A word of the tables as people write it: `in_doubt` is `in doubt`; nothing for None."""
    return "" if word is None else str(word).replace("_", " ")
