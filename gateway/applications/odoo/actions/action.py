"""The one shape of everything that Odoo is asked to do: read a document without Odoo, then carry it out."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooError
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.resolution import Resolver
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.tables import Tables
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

W = TypeVar("W")
W_contra = TypeVar("W_contra", contravariant=True)
W_co = TypeVar("W_co", covariant=True)

AT_ONCE = 4
"""Calls of one batch that are carried out side by side, where the API takes them one at a time."""

Outcomes = dict[int, Outcome]
"""By position of the call."""

Right = tuple[str, str]
"""A model, and what the service user must be allowed to do with it: `read`, `write`, `create`, `unlink`."""


@dataclass(frozen=True, slots=True)
class Facilities:
    """What actions share: the connection, the look-ups with what they remember, the site's tables, the application's id."""

    id: str
    client: OdooClient
    resolver: Resolver
    tables: Tables


@dataclass(frozen=True, slots=True)
class Task(Generic[W_co]):
    """A call, and what it asks for once read."""

    call: ApplicationCall
    wanted: W_co


class Action(Protocol[W]):
    """An action of `deliver = {to = "odoo", as = name}`. Done again under the same key it changes nothing."""

    name: str
    rights: Sequence[Right]

    def read(self, call: ApplicationCall) -> W | tuple[Problem, ...]:
        """What the document asks for, or every reason why it cannot be. Pure."""

    async def carry_out(self, tasks: Mapping[int, Task[W]], scope: Scope) -> Outcomes:
        """Do it, for the calls of one company. Raises OdooError when nothing is known of those it gives no outcome for."""


class OneByOne(ABC, Generic[W]):
    """Carries tasks out one at a time where they are about the same thing, side by side where not."""

    @abstractmethod
    def subject(self, wanted: W) -> str:
        """What a task is about: an order, a transfer."""

    @abstractmethod
    async def make(self, task: Task[W], scope: Scope) -> Outcome:
        """Carry one out. Raises OdooError; OdooDeclined when a person has to decide."""

    async def carry_out(self, tasks: Mapping[int, Task[W]], scope: Scope) -> Outcomes:
        """All of them; what one ends in does not touch the others."""
        room = asyncio.Semaphore(AT_ONCE)
        outcomes: Outcomes = {}

        async def of_one_subject(mine: Sequence[tuple[int, Task[W]]]) -> None:
            for position, task in mine:
                async with room:
                    outcomes[position] = await self._one(task, scope)

        subjects: dict[str, list[tuple[int, Task[W]]]] = {}
        for position, task in tasks.items():
            subjects.setdefault(self.subject(task.wanted), []).append((position, task))
        async with asyncio.TaskGroup() as group:
            for mine in subjects.values():
                group.create_task(of_one_subject(mine))
        return outcomes

    async def _one(self, task: Task[W], scope: Scope) -> Outcome:
        try:
            return await self.make(task, scope)
        except OdooError as error:
            return troubled(task.call, error)


def failed(call: ApplicationCall, problems: Sequence[Problem]) -> Outcome:
    """The outcome of a call that cannot be carried out."""
    return Outcome(call.delivery, OutcomeKind.FAILED, problems[0].code, "\n".join(problem.message for problem in problems))


def troubled(call: ApplicationCall, error: OdooError, *, untouched: bool = False) -> Outcome:
    """The outcome of a call that something came between."""
    return Outcome(
        call.delivery,
        error.kind,
        error.code,
        f"{error} {error.remedy}".strip(),
        retry_after=error.retry_after,
        unavailable=error.unavailable,
        untouched=untouched,
    )
