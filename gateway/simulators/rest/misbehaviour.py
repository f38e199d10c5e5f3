"""How a simulated REST system is made to fail."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(slots=True)
class Misbehaviour:
    """Faults on demand; all off by default. Counted ones wear off.

    `latency`: seconds every call takes. `status`: answer everything with this HTTP status, with `retry_after` seconds if set.
    `cut_requests`: so many connections are cut before anything is done. `lose_answers`: so many calls that change something are
    carried out, and their connection cut without an answer. `garble`: so many answers are a proxy's HTML page with status 200.
    `errors_as_200`: errors are answered with status 200 and their status in the body. `duplicates`: what becomes of a second
    request with a name that there is: "refuse" (409), "double" (it is done again), "recognise" (the first answer once more).
    `rename`: so many answers have their members under other names, as after an update that nobody announced.

    `webhooks_twice`: so many webhooks are sent two times. `webhooks_hold`: webhooks are kept until they are let go;
    `webhooks_backwards`: those that wait together are sent last first. `webhooks_lost`: so many are never sent.
    """

    latency: float = 0.0
    status: int = 0
    retry_after: int = 0
    cut_requests: int = 0
    lose_answers: int = 0
    garble: int = 0
    errors_as_200: bool = False
    duplicates: str = "refuse"
    rename: int = 0
    webhooks_twice: int = 0
    webhooks_hold: bool = False
    webhooks_backwards: bool = False
    webhooks_lost: int = 0

    def change(self, values: dict[str, Any]) -> None:
        """Set by name what a control request asks for. Raises ValueError for an unknown name."""
        known = {one.name for one in fields(self)}
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
