"""An acknowledgement read out: what it says line by line, and a text about it that is ready to be sent to the partner. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["given", "received"]
"""`given` by us to a partner, or `received` from one."""

_MOST: Final = 30
"""So many points are written to a partner; what is behind them is the same once more as a rule."""

_BAD: Final = frozenset(
    {"rejected", "partly_accepted", "partially_accepted", "accepted_with_errors", "with_errors", "unknown", "warned"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One thing it says. `verdict` is set where it is a verdict, not an error. `quote` is the line of what is answered, `offset`
    its place in those bytes; both only for who may see what documents hold.
    """

    level: str
    subject: str
    sentence: str
    remedy: str = ""
    verdict: str | None = None
    code: str = ""
    quote: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an acknowledgement says. `about` is what it answers, in words; `subject` and `text` are a mail about it."""

    kind: str
    way: Way
    partner: str | None
    about: str
    verdict: str
    lines: tuple[ReadLine, ...]
    subject: str
    text: str


def reading(kind: str, way: Way, lines: Sequence[ReadLine], *, partner: str | None, about: str, verdict: str) -> Reading:
    """The lines with a text for the partner. `about` is what is answered: `interchange 42`."""
    subject, text = _letter(kind, way, lines, about=about, verdict=verdict)
    return Reading(
        kind=kind, way=way, partner=partner, about=about, verdict=verdict, lines=tuple(lines), subject=subject, text=text
    )


def _letter(kind: str, way: Way, lines: Sequence[ReadLine], *, about: str, verdict: str) -> tuple[str, str]:
    whose, words = ("Your" if way == "given" else "Our"), verdict.replace("_", " ")
    subject = _one_line(f"{whose} {about}: {words} ({kind})")
    errors = [line for line in lines if line.verdict is None]
    if verdict not in _BAD and not errors:
        opening = "We have received" if way == "given" else "You have confirmed"
        return subject, f"Hello,\n\n{opening} {whose.lower()} {about}: {words}. Nothing has to be done.\n"
    opening = (
        f"we have answered your {about} with a {kind}: {words}."
        if way == "given"
        else f"you have answered our {about} with a {kind}: {words}."
    )
    points = [_point(number, line, way) for number, line in enumerate(errors[:_MOST], 1)]
    if len(errors) > _MOST:
        points.append(f"… and {len(errors) - _MOST} more of the like.")
    told = points or [line.sentence for line in lines if line.verdict is not None]
    return subject, "\n".join(("Hello,", "", opening, "", *told, "", _closing(way, verdict), ""))


def _point(number: int, line: ReadLine, way: Way) -> str:
    sent = "You sent" if way == "given" else "We sent"
    parts = [f"{number}. {_one_line(line.sentence)}"]
    if line.quote:
        parts.append(f"   {sent}: {_one_line(line.quote)}")
    if line.remedy and way == "given":
        parts.append(f"   What helps: {_one_line(line.remedy)}")
    return "\n".join(parts)


def _closing(way: Way, verdict: str) -> str:
    if way == "given":
        if verdict in ("accepted_with_errors", "warned"):
            return "It was processed. Please correct this for what you send from now on."
        return "Please correct this and send it again, under a new control number."
    return "Please tell us what you expect there, as far as your guide does not say so; we will then send it again."


def _one_line(text: str) -> str:
    return " ".join(text.split())
