"""Health: whether the process lives, and whether it can do its work now. Both answers are found out when asked.

Liveness fails only for what a restart would heal: a task the process cannot be without has ended, or the event loop stands
still (then nobody answers at all). Readiness asks every dependency, with a time limit, and fails while the process is stopping.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

CheckFunction = Callable[[], Awaitable[str]]
"""Asks a dependency. Returns an empty string when it works, else what is wrong and what to do; may raise."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What one check found. `problem` is empty when `ok`."""

    name: str
    ok: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The conditions of all checks at one moment."""

    conditions: tuple[Condition, ...]

    @property
    def ready(self) -> bool:
        """Whether work can be taken: every condition holds."""
        return all(condition.ok for condition in self.conditions)

    @property
    def status(self) -> int:
        """The HTTP status that says so: 200 or 503."""
        return 200 if self.ready else 503

    def as_json(self) -> dict[str, object]:
        """The body of `/health/ready`: no address, no credential, only names and problems."""
        checks = [{"name": item.name, "ok": item.ok, "problem": item.problem} for item in self.conditions]
        return {"ready": self.ready, "checks": checks}


class Health:
    """The state that `/health/live` and `/health/ready` answer from. `checks` are asked at each request, all at once."""

    def __init__(self, checks: Mapping[str, CheckFunction], *, within: float = 2.0) -> None:
        self._checks = dict(checks)
        self._within = within
        self._dead: dict[str, str] = {}
        self._stopping = ""
        self._starting = True

    def started(self) -> None:
        """The process has finished starting: until then it is alive and not ready."""
        self._starting = False

    def stop(self, reason: str) -> None:
        """The process takes no new work from now on; it stays alive while it finishes what it has."""
        self._stopping = reason

    def died(self, task: str, problem: str) -> None:
        """A task that the process cannot be without has ended; a restart is wanted."""
        self._dead[task] = problem

    def liveness(self) -> Readiness:
        """Whether the process should go on living, as conditions."""
        dead = tuple(Condition(name, ok=False, problem=problem) for name, problem in sorted(self._dead.items()))
        return Readiness(dead or (Condition("process", ok=True),))

    async def readiness(self) -> Readiness:
        """Ask everything. Takes at most the time limit, whatever a dependency does."""
        own = self._own_condition()
        asked = await asyncio.gather(*(self._ask(name, check) for name, check in self._checks.items()))
        return Readiness((own, *asked, *(item for item in self.liveness().conditions if not item.ok)))

    def _own_condition(self) -> Condition:
        problem = self._stopping or ("still starting" if self._starting else "")
        return Condition("process", ok=not problem, problem=problem)

    async def _ask(self, name: str, check: CheckFunction) -> Condition:
        try:
            async with asyncio.timeout(self._within):
                problem = await check()
        except TimeoutError:
            problem = f"no answer within {self._within:g} s"
        except Exception as error:  # noqa: BLE001 - whatever a check raises is its answer: not ready
            problem = f"{type(error).__name__}: {error}"
        return Condition(name, ok=not problem, problem=problem)
