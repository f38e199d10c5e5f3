"""How pages ask for what they show: by the rows of the table of operations, with the caller of the session."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from gateway.api.answering import told
from gateway.api.calling import call, permit
from gateway.api.operation import File, Operation, Page
from gateway.api.reading import checked
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller
from gateway.errors import Denied, PlanRefused
from gateway.http.rejected import Rejected


class Asking:
    """The operations by their names. What is answered is what the API answers: the JSON that its document describes."""

    def __init__(self, operations: Sequence[Operation], office: Office) -> None:
        self._operations, self._office = {operation.name: operation for operation in operations}, office

    def may(self, caller: Caller, name: str) -> bool:
        """Whether it is worth offering: what the caller has no right to is not shown."""
        try:
            permit(self._operations[name], caller)
        except Denied:
            return False
        return True

    def require(self, caller: Caller, name: str) -> None:
        """Raises Denied for who has no right to an operation: for pages that are about more than what they ask for."""
        permit(self._operations[name], caller)

    async def told(self, caller: Caller, name: str, /, **members: object) -> Any:
        """What an operation tells. A page of a list is a mapping of `items` and `after`; nothing is None.

        Raises Denied, PlanRefused for what cannot be asked, and what the operation raises.
        """
        operation, result = await self._called(caller, name, members)
        if operation.answers is None:
            return None
        if isinstance(result, Page):
            return {"items": [told(operation.answers, item) for item in result.items], "after": result.after}
        return told(operation.answers, result)

    async def file(self, caller: Caller, name: str, /, **members: object) -> File:
        """The file that an operation gives. Raises as `told` does."""
        _, result = await self._called(caller, name, members)
        assert isinstance(result, File)
        return result

    async def events(self, caller: Caller, name: str, /, **members: object) -> AsyncGenerator[Mapping[str, object], None]:
        """The events of an operation that streams. Raises as `told` does."""
        _, result = await self._called(caller, name, members)
        events: AsyncGenerator[Mapping[str, object], None] = result
        return events

    async def _called(self, caller: Caller, name: str, members: Mapping[str, object]) -> tuple[Operation, Any]:
        operation = self._operations[name]
        permit(operation, caller)
        given = {key: value for key, value in members.items() if value not in (None, "")}
        try:
            asked = checked(operation, given)
        except Rejected as rejected:
            problem = rejected.problem
            raise PlanRefused(problem.detail, remedy=problem.remedy) from None
        return operation, await call(operation, self._office, caller, asked)
