"""States in words that say who must act. All functions take JSON views and return a text with its tone."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.cli.times import moment_text

Json = Mapping[str, Any]
Phrase = tuple[str, str]

_DOCUMENT: Mapping[str, Phrase] = {
    "rejected": ("Rejected: the sender must correct it", "error"),
    "refused": ("Refused with its interchange: the sender must send it again", "error"),
    "duplicate": ("Duplicate: nothing to do", "faint"),
    "conflict": ("Stopped: the number was used before for other content", "error"),
    "consumed": ("Read: it answers what we sent", "good"),
    "unmapped": ("Stored: it has no canonical form", "warning"),
    "unrouted": ("Stopped: no route takes it", "error"),
    "stopped": ("Stopped by a rule of its route", "error"),
    "routed": ("Routed", "good"),
    "held": ("Held before its warehouse: gateway holds", "warning"),
    "released": ("Released to its warehouse", "good"),
    "withdrawn": ("Withdrawn: it went to no warehouse", "faint"),
}

_TRANSMISSION: Mapping[str, Phrase] = {
    "received": ("Received, waiting to be read", "info"),
    "replaying": ("Replayed, waiting to be read", "info"),
    "translated": ("Read", "good"),
    "unreadable": ("Stopped: nothing in it could be read", "error"),
    "failed": ("Stopped: reading it failed", "error"),
}

_VERDICTS: Mapping[str, Phrase] = {
    "accepted": ("accepted", "good"),
    "accepted_with_errors": ("accepted with errors", "warning"),
    "partly_accepted": ("partly accepted", "warning"),
    "rejected": ("rejected", "error"),
}

_URGENCY = ("dead", "failed", "in_doubt", "waiting", "blocked", "sending", "voided", "diverted", "delivered")
"""Of several deliveries, the first of these states speaks for the message."""


def verdict_phrase(verdict: object) -> Phrase:
    """A verdict as the acknowledgement says it."""
    return _VERDICTS.get(str(verdict), (_spaced(verdict), ""))


def transmission_phrase(state: object) -> Phrase:
    """What became of a transmission."""
    return _TRANSMISSION.get(str(state), (_spaced(state), ""))


def document_phrase(document: Json) -> Phrase:
    """What became of a document: an open failure first, then its deliveries, then its own state."""
    failure = open_failure(document.get("failures") or ())
    state = str(document.get("state", ""))
    deliveries: Sequence[Json] = document.get("deliveries") or ()
    if state == "routed" and deliveries:
        text, tone = delivery_phrase(min(deliveries, key=_urgency))
    else:
        text, tone = _DOCUMENT.get(state, (_spaced(state).capitalize(), ""))
    if failure is None:
        return text, tone
    if tone != "error":
        text = f"Stopped: {_one_line(failure.get('message') or failure.get('code'))}"
    return f"{text} (owner: {failure.get('owner')})", "error"


def open_failure(failures: Sequence[Json]) -> Json | None:
    """The first failure that somebody has still to look after."""
    return next((failure for failure in failures if failure.get("state", "open") in ("open", "acknowledged")), None)


_ENDED: Mapping[str, Phrase] = {
    "failed": ("Stopped: {} refused it", "error"),
    "dead": ("Dead letter: {}", "error"),
    "voided": ("Voided: not sent to {}", "warning"),
    "diverted": ("Not sent to {}", "warning"),
}


def delivery_phrase(delivery: Json) -> Phrase:
    """What became of a delivery, and what it waits for."""
    target = str(delivery.get("target", "its target"))
    reason = _one_line(delivery.get("message") or delivery.get("code") or "")
    because = f": {reason}" if reason else ""
    match delivery.get("state"):
        case "delivered":
            reference = delivery.get("reference")
            return f"Delivered to {target}" + (f" as {reference}" if reference else ""), "good"
        case "waiting":
            return _held_phrase(delivery, target) if delivery.get("held_by") else _waiting_phrase(delivery, target, because)
        case "blocked":
            return _blocked_phrase(delivery, target)
        case "sending":
            return f"Being sent to {target}", "info"
        case "in_doubt":
            return f"In doubt: look whether {target} has it, then answer{because}", "warning"
        case state:
            text, tone = _ENDED.get(str(state), (f"{_spaced(state).capitalize()}: {{}}", ""))
            return text.format(target) + (because if tone else ""), tone


def _held_phrase(delivery: Json, what: str) -> Phrase:
    return f"Held: {what} is held by {delivery.get('held_by')}: {_one_line(delivery.get('held_because'))}", "warning"


def _blocked_phrase(delivery: Json, target: str) -> Phrase:
    """What a delivery that is put aside waits for, by its id."""
    after = str(delivery.get("after") or "")[-12:]
    match delivery.get("blocked_by"):
        case "hold":
            return _held_phrase(delivery, "the partner")
        case "sequence":
            return f"Waits for delivery {after}, to keep their order, then {target}", "info"
        case "translation":
            return f"Waits for transmission {after}, which came before and is not read yet, then {target}", "info"
    return f"Waiting until the delivery before it is done, then {target}", "info"


def _waiting_phrase(delivery: Json, target: str, because: str) -> Phrase:
    attempt = delivery.get("attempt") or 0
    if not attempt:
        return f"Waiting for {target}", "info"
    when = moment_text(delivery.get("next_attempt_at"))
    most = f" of {delivery['max_attempts']}" if delivery.get("max_attempts") else ""
    return f"Waiting: attempt {attempt + 1}{most} for {target}" + (f" at {when}" if when else "") + because, "warning"


def target_phrase(target: Json) -> Phrase:
    """What keeps deliveries from a target: `Held by ada since 14:05: stocktaking`, `Unavailable`, `Works`."""
    if target.get("held_by"):
        since = moment_text(target.get("held_since"))
        return f"Held by {target['held_by']} since {since}: {_one_line(target.get('held_because'))}", "error"
    if target.get("maintenance_until"):
        return f"In maintenance until {moment_text(target['maintenance_until'])}", "info"
    if target.get("breaker") in ("open", "half_open"):
        return (
            f"Unavailable since {moment_text(target.get('breaker_since'))}: its deliveries wait, one at a time probes it",
            "error",
        )
    return "Works", "good"


def acknowledgement_phrase(acknowledgements: Sequence[Json]) -> Phrase:
    """All acknowledgements of a message on one line: type, verdict, and whether the partner has it."""
    if not acknowledgements:
        return "", "faint"
    parts = [one_acknowledgement(acknowledgement) for acknowledgement in acknowledgements]
    tones = [tone for _, tone in parts]
    return ", ".join(text for text, _ in parts), next((t for t in ("error", "warning", "info") if t in tones), "good")


def one_acknowledgement(acknowledgement: Json) -> Phrase:
    """`997 accepted, sent`."""
    verdict, tone = verdict_phrase(acknowledgement.get("verdict"))
    state = str(acknowledgement.get("state") or "")
    sent = {"delivered": "sent", "waiting": "waiting to be sent", "failed": "not sent", "dead": "not sent"}.get(
        state, _spaced(state)
    )
    tone = "error" if state in ("failed", "dead") else tone
    return f"{acknowledgement.get('type')} {verdict}" + (f", {sent}" if sent else ""), tone


_EXPECTATION: Mapping[str, Phrase] = {
    "expected": ("Waiting", "info"),
    "received": ("Received; nothing is said of the content", "good"),
    "accepted": ("Accepted", "good"),
    "accepted_with_errors": ("Accepted, errors noted", "warning"),
    "partially_accepted": ("Accepted in part", "error"),
    "rejected": ("Rejected by partner", "error"),
    "overdue": ("Overdue", "error"),
    "late": ("Accepted, late", "good"),
    "contradicted": ("Contradicted by partner", "error"),
    "waived": ("Waived", "faint"),
}


def expectation_phrase(expectation: Json) -> Phrase:
    """What a partner owes us or said: `Overdue`, `Rejected by partner`, `Waived by ada: confirmed by telephone`."""
    state = str(expectation.get("state"))
    text, tone = _EXPECTATION.get(state, (_spaced(state), ""))
    if state == "waived":
        text += f" by {expectation.get('person')}: {expectation.get('reason')}"
    return text, tone


def expectation_subject(expectation: Json) -> str:
    """What an expectation is about: `856 0001 (despatch D-1)`, or `997 interchange 42`."""
    document = expectation.get("document")
    if not document:
        return f"{expectation.get('type')} interchange {expectation.get('control_number')}"
    kind, value = next(iter((expectation.get("keys") or {}).items()), ("", ""))
    return f"{document['type']} {document['control_number']}" + (f" ({_spaced(kind)} {value})" if value else "")


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
    rest = ", ".join(f"{_spaced(kind)} {value}" for kind, value in pairs[1:])
    return pairs[0][1] + (f" ({rest})" if rest else "")


def _urgency(delivery: Json) -> int:
    state = delivery.get("state")
    return _URGENCY.index(state) if state in _URGENCY else 0


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _spaced(word: object) -> str:
    return "" if word is None else str(word).replace("_", " ")
