"""Operations as the API and the console call them: whoever may not is refused, and what was looked at is written down."""

from typing import Any

from gateway.api.operation import Asked, Operation
from gateway.api.reading import path_members
from gateway.bootstrap.audit import write_audit
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller
from gateway.errors import Denied

_ASK_FOR_IT = "Ask an administrator of this gateway for the right, or use an account that has it."


def permit(operation: Operation, caller: Caller) -> None:
    """Raises Denied for who has no right to an operation."""
    if not caller.may(operation.right):
        raise Denied(f"{caller.name} has no right to {operation.right}, which this needs.", remedy=_ASK_FOR_IT)
    if caller.partner is not None and not operation.partners:
        raise Denied(f"{caller.name} is an account of a partner, and this is not for partners.", remedy=_ASK_FOR_IT)


async def call(operation: Operation, office: Office, caller: Caller, asked: Asked) -> Any:
    """Do it; answers what the operation says. Raises Denied, and what the operation raises.

    A look at what documents hold is written down before it is shown: where that cannot be done, nothing is shown.
    """
    permit(operation, caller)
    result = await operation.run(office.for_long_reading() if operation.slow else office, caller, asked)
    if operation.audited:
        await write_audit(
            office, caller, operation.name, _subject(operation, asked), asked.model_dump(mode="json", exclude_defaults=True)
        )
    return result


def _subject(operation: Operation, asked: Asked) -> str:
    """What it is about: what its path names first."""
    names = path_members(operation.path)
    return str(getattr(asked, names[0])) if names else ""
