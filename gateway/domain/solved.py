"""What helped before: failures that were resolved, the ones most like a given one first, with what was done and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from gateway.domain.similarity import Collection

LOOKED_AT = 500
"""So many of the newest solutions are compared with: that takes some ten milliseconds."""
_MOST = 3
_LEAST = 0.45
_CODE, _ROUTE, _PARTNER, _STAGE = 3.0, 1.0, 1.0, 1.0
"""How much more than a word of the message it says that two failures have this in common."""


@dataclass(frozen=True, slots=True)
class Solved:
    """That a failure was resolved. `helped` is one of `triage.Helped`, empty where nobody said; `reason` are the words."""

    fingerprint: str
    stage: str
    code: str
    partner: str | None
    route: str | None
    message: str
    at: datetime
    actor: str
    reason: str
    helped: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A solution that may fit: the newest of those that say the same, how often it helped, and whether of the same failure."""

    solved: Solved
    times: int
    same: bool
    score: float


@dataclass(frozen=True, slots=True)
class ByItself:
    """That a failure ended without a person: so many of the times that it was over, usually after so long."""

    times: int
    of: int
    after: timedelta


def alike(
    solutions: Sequence[Solved], *, fingerprint: str, stage: str, code: str, partner: str | None, route: str | None, message: str
) -> Sequence[Alike]:
    """What helped with failures like this one: of the same failure before others, then the most alike."""
    if not solutions:
        return ()
    texts = [(one.message, _marks(one.stage, one.code, one.partner, one.route)) for one in solutions]
    found = Collection(texts).nearest(message, _marks(stage, code, partner, route), most=len(texts), least=_LEAST)
    told: dict[tuple[str, str, str], Alike] = {}
    for one in found:
        solved = solutions[one.place]
        key = (solved.fingerprint, solved.helped, " ".join(solved.reason.casefold().split()))
        before = told.get(key)
        newest = solved if before is None or solved.at > before.solved.at else before.solved
        score = max(one.score, before.score if before else 0.0)
        told[key] = Alike(newest, (before.times if before else 0) + 1, solved.fingerprint == fingerprint, score)
    ordered = sorted(told.values(), key=lambda one: (not one.same, -round(one.score, 2), -one.times, -one.solved.at.timestamp()))
    return ordered[:_MOST]


def by_itself(history: Sequence[Mapping[str, Any]]) -> ByItself | None:
    """How often a failure ended by itself, from its history, oldest first; None where it never did."""
    opened: datetime | None = None
    ended, alone = 0, list[timedelta]()
    for event in history:
        at, action = event["at"], event["action"]
        if action in ("opened", "came_back"):
            opened = at
        elif action == "resolved":
            ended += 1
            if event["actor"] == "gateway" and opened is not None:
                alone.append(at - opened)
    seconds = median(each.total_seconds() for each in alone) if alone else 0.0
    return ByItself(len(alone), ended, timedelta(seconds=seconds)) if alone else None


def _marks(stage: str, code: str, partner: str | None, route: str | None) -> Mapping[str, float]:
    marks = {f"code:{code}": _CODE, f"stage:{stage}": _STAGE}
    if partner:
        marks[f"partner:{partner}"] = _PARTNER
    if route:
        marks[f"route:{route}"] = _ROUTE
    return marks
