"""A text about an acknowledgement that is ready to be sent to the partner, in the words of a language. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.domain.acknowledgement_reading import About, ReadLine, Way

ENGLISH: Final[Mapping[str, str]] = {
    "about.interchange": "interchange {number}",
    "about.typed": "{type} interchange {number}",
    "about.unknown": "interchange that is not known here",
    "about.as2": "AS2 message {number}",
    "verdict.accepted": "accepted",
    "verdict.accepted_with_errors": "accepted with errors",
    "verdict.partly_accepted": "partly accepted",
    "verdict.rejected": "rejected",
    "verdict.received": "received",
    "verdict.warned": "accepted with a warning",
    "verdict.with_changes": "accepted with changes",
    "verdict.with_errors": "answered with errors",
    "verdict.unknown": "without a verdict that we know",
    "given.subject": "Your {about}: {verdict} ({kind})",
    "given.good": "We have received your {about}: {verdict}. Nothing has to be done.",
    "given.opening": "we have answered your {about} with a {kind}: {verdict}.",
    "given.quoted": "You sent: {quote}",
    "given.closing": "Please correct this and send it again, under a new control number.",
    "given.partly": "Please correct this and send only what was rejected again, under a new control number.",
    "given.noted": "It was processed. Please correct this for what you send from now on.",
    "received.subject": "Our {about}: {verdict} ({kind})",
    "received.good": "You have confirmed our {about}: {verdict}. Nothing has to be done.",
    "received.opening": "you have answered our {about} with a {kind}: {verdict}.",
    "received.quoted": "We sent: {quote}",
    "received.closing": "Please tell us what you expect there, as far as your guide does not say so; we will then send it again.",
    "received.partly": "Please tell us what you expect there; we will then send only what was rejected again.",
    "received.noted": "Please tell us what you expect there, as far as your guide does not say so; we will correct it then.",
    "unknown.subject": "Your {kind} answers nothing that we know",
    "unknown.opening": "you have sent us a {kind} that answers nothing that we have sent you. It says:",
    "unknown.closing": "Please tell us which interchange it is about, or whether it was sent by mistake.",
    "hello": "Hello,",
    "remedy": "What helps: {remedy}",
    "more": "… and {count} more of the like.",
}
"""The English words. Other languages have the same keys."""

_MOST: Final = 30
"""So many points are written to a partner; what is behind them is the same once more as a rule."""
_BAD: Final = frozenset({"rejected", "partly_accepted", "accepted_with_errors", "with_errors", "unknown", "warned"})
_CLOSINGS: Final[Mapping[str, str]] = {
    "accepted": "noted",
    "accepted_with_errors": "noted",
    "warned": "noted",
    "with_changes": "noted",
    "partly_accepted": "partly",
}
"""What is asked for at the end, where it is not to send it all again."""


def letter(
    kind: str, way: Way, lines: Sequence[ReadLine], *, about: About, verdict: str, words: Mapping[str, str] = ENGLISH
) -> tuple[str, str]:
    """Its subject and its text. What the lines say stands in it as they say it."""
    told = {"kind": kind, "about": about_text(about, words), "verdict": verdict_text(verdict, words)}
    subject = _one_line(words[f"{way}.subject"].format(**told))
    if about.kind == "unknown":
        says = [_one_line(line.sentence) for line in lines[:_MOST]]
        opening, closing = words["unknown.opening"].format(**told), words["unknown.closing"]
        return words["unknown.subject"].format(**told), "\n".join((words["hello"], "", opening, "", *says, "", closing, ""))
    errors = [line for line in lines if line.verdict is None]
    if verdict not in _BAD and not errors:
        return subject, "\n".join((words["hello"], "", words[f"{way}.good"].format(**told), ""))
    points = [_point(number, line, way, words) for number, line in enumerate(errors[:_MOST], 1)]
    if len(errors) > _MOST:
        points.append(words["more"].format(count=len(errors) - _MOST))
    said = points or [_one_line(line.sentence) for line in lines if line.verdict is not None]
    closing = words[f"{way}.{_CLOSINGS.get(verdict, 'closing')}"]
    return subject, "\n".join((words["hello"], "", words[f"{way}.opening"].format(**told), "", *said, "", closing, ""))


def about_text(about: About, words: Mapping[str, str] = ENGLISH) -> str:
    """What is answered, in words: `856 interchange 42`."""
    return words[f"about.{about.kind}"].format(type=about.type, number=about.number)


def verdict_text(verdict: str, words: Mapping[str, str] = ENGLISH) -> str:
    """A verdict in words; one of tomorrow as it is."""
    return words.get(f"verdict.{verdict}", verdict.replace("_", " "))


def _point(number: int, line: ReadLine, way: Way, words: Mapping[str, str]) -> str:
    parts = [f"{number}. {_one_line(line.sentence)}"]
    if line.quote:
        parts.append("   " + words[f"{way}.quoted"].format(quote=_one_line(line.quote)))
    if line.remedy and way == "given":
        parts.append("   " + words["remedy"].format(remedy=_one_line(line.remedy)))
    return "\n".join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())
