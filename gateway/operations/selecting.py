"""Selecting: what a person names by ids, by a failure or by a query becomes the things themselves, once and for all.

An empty or lost filter is refused: it must never come to mean everything.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gateway.domain.replay import is_selective
from gateway.errors import PlanRefused
from gateway.ports.batches import Choices

_PAGE = 1_000
MOST = 100_000
"""So many items a batch has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a person chose, in one of three ways, and in `words` as written: they are kept with the batch."""

    words: str
    ids: Sequence[UUID] = ()
    failure: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)

    def require(self) -> None:
        """Raises PlanRefused unless something was chosen, in one way."""
        ways = [bool(self.ids), bool(self.failure.strip()), bool(self.query)]
        if ways.count(True) != 1 or (self.query and not is_selective(self.query)):
            raise PlanRefused(
                "Nothing was chosen: an empty filter never means everything.",
                remedy="Give ids, a failure (--group), or a query that chooses something: partner:bigbox after:2026-11-20.",
            )


async def chosen_transmissions(choices: Choices, selection: Selection) -> list[UUID]:
    """The transmissions of what was chosen, in the order they came. Raises PlanRefused."""
    selection.require()
    if selection.ids:
        found = [*await choices.transmissions_of(selection.ids)]
        _require_all(selection.ids, found)
        return found
    if selection.failure:
        return sorted({case["transmission"] for case in await _cases(choices, selection.failure)})
    return sorted({UUID(str(view["transmission"])) async for view in _messages(choices, selection.query)})


async def chosen_deliveries(choices: Choices, selection: Selection) -> list[tuple[UUID, UUID]]:
    """(delivery, transmission) of what was chosen, in the order they were made. Raises PlanRefused."""
    selection.require()
    if selection.ids:
        found = [*await choices.deliveries_of(selection.ids)]
        _require_all(selection.ids, found)
        return found
    if selection.failure:
        cases = await _cases(choices, selection.failure)
        return sorted((case["subject"], case["transmission"]) for case in cases if case["is_delivery"])
    ids = [UUID(str(view["id"])) async for view in _messages(choices, selection.query)]
    return [*await choices.deliveries_of(ids, selection.query.get("target") or ())]


async def _cases(choices: Choices, failure: str) -> Sequence[Mapping[str, Any]]:
    cases = await choices.group(failure.strip())
    if not cases:
        raise PlanRefused(f"No failure {failure} is open about anything.", remedy="Look for it: gateway failures")
    if len({case["failure"] for case in cases}) > 1:
        raise PlanRefused(f"Several failures end in {failure}.", remedy="Give the whole id: gateway failures --wide")
    return cases


async def _messages(choices: Choices, query: Mapping[str, Any]) -> AsyncIterator[Mapping[str, Any]]:
    """All messages that match, page by page."""
    before, number = None, 0
    while True:
        page = await choices.messages(query, _PAGE, before)
        for view in page:
            yield view
        number += len(page)
        if number > MOST:
            raise PlanRefused(f"More than {MOST} messages match.", remedy="Narrow the filter: by partner, by after: and before:.")
        if len(page) < _PAGE:
            return
        before = str(page[-1]["id"])


def _require_all(wanted: Sequence[UUID], found: Sequence[object]) -> None:
    if not found:
        named = ", ".join(map(str, wanted[:3]))
        raise PlanRefused(f"Nothing is stored under {named}.", remedy="Look for it: gateway messages --wide")
