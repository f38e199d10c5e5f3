"""Who asks: what an account may do, as it is now."""

from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.office import Office
from gateway.domain.access import AccountKind, Caller, Right


class Me(Told):
    """Whoever asks, with what it may do now."""

    name: str
    kind: AccountKind
    rights: tuple[Right, ...]
    """By the token that was shown, which may be made for less than the account may."""
    partner: str | None
    """The only partner that it sees; null sees all."""


async def _me(_office: Office, caller: Caller, _asked: Asked) -> Me:
    return Me(name=caller.name, kind=caller.kind, rights=tuple(sorted(caller.rights)), partner=caller.partner)


OPERATIONS = (
    Operation(
        name="me",
        method="GET",
        path="/me",
        right=Right.SEE,
        summary="Who asks, and what it may do.",
        asked=Asked,
        run=_me,
        answers=Me,
        partners=True,
    ),
)
