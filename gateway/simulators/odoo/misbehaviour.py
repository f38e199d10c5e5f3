"""How the simulator is made to fail."""

from dataclasses import dataclass, field, fields
from random import Random
from typing import Any


@dataclass(slots=True)
class Misbehaviour:
    """Faults on demand; all off by default. Counted ones wear off.

    `latency`: seconds every call takes (two loads of one external id meet in it, as on a real server).
    `status`: answer everything with this HTTP status (500, 502, 503).
    `lose_answers`: so many calls of `lose_method` are carried out and committed, and their connection cut without an answer.
    `lose_share`: the same for this share of all calls of that method, chosen by `chance`.
    `cut_requests`: so many connections are cut before anything is done.
    `garble`: so many answers are a proxy's HTML page with status 200.
    `conflicts`: the first so many loads of each external id lose a race against another transaction.
    """

    latency: float = 0.0
    status: int = 0
    lose_answers: int = 0
    lose_share: float = 0.0
    lose_method: str = "load"
    cut_requests: int = 0
    garble: int = 0
    conflicts: int = 0
    chance: Random = field(default_factory=lambda: Random(4711))

    def change(self, values: dict[str, Any]) -> None:
        """Set by name what a control request asks for. Raises ValueError for an unknown name."""
        known = {one.name for one in fields(self)} - {"chance"}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no misbehaviour {name!r}; known are {', '.join(sorted(known))}")
            setattr(self, name, type(getattr(self, name))(value))

    def take(self, name: str) -> bool:
        """Use up one of a counted fault."""
        left = int(getattr(self, name))
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0

    def loses_answer(self, method: str) -> bool:
        """Whether the answer to this call, carried out by now, is to be lost."""
        if method != self.lose_method:
            return False
        return self.take("lose_answers") or (self.lose_share > 0 and self.chance.random() < self.lose_share)
