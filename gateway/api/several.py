"""Several things done at once, each for itself: what was done of them, and what stood in the way of the others."""

from collections.abc import Sequence

from gateway.api.operation import Told
from gateway.errors import GatewayError


class Done(Told):
    """What became of one of several."""

    id: str
    done: bool
    problem: str = ""
    remedy: str = ""


class AllDone(Told):
    """What became of each, in the order in which they were named."""

    items: tuple[Done, ...]


def all_done(ids: Sequence[object], results: Sequence[GatewayError | None]) -> AllDone:
    """What came of each. Raises the error of one that was alone."""
    if len(results) == 1 and (only := results[0]) is not None:
        raise only
    return AllDone(items=tuple(_done(str(one), error) for one, error in zip(ids, results, strict=True)))


def _done(one: str, error: GatewayError | None) -> Done:
    return Done(id=one, done=error is None, problem=str(error or ""), remedy=error.remedy if error else "")
