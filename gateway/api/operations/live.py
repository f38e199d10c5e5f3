"""What is new, as it comes: for lists that are looked at."""

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from gateway.api.fields import Name
from gateway.api.operation import Asked, Operation
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.errors import DependencyUnavailable

Kind = Literal["messages", "failures", "deliveries"]


class WhatIsNew(Asked):
    """Which news are wanted: of these kinds, of this partner; all where nothing is said."""

    kind: Annotated[tuple[Kind, ...], Field(max_length=3, description="Any of these; none given means all.")] = ()
    partner: Name | None = None


async def _live(office: Office, caller: Caller, asked: WhatIsNew) -> AsyncGenerator[Mapping[str, object], None]:
    if office.live is None:
        raise DependencyUnavailable("Nothing is told here.", remedy="Ask a gateway that runs.")
    return office.live.listen(caller, asked.kind, partner=asked.partner)


OPERATIONS = (
    Operation(
        name="live",
        method="GET",
        path="/live",
        right=Right.SEE,
        summary="How much is new, as it comes (server-sent events).",
        asked=WhatIsNew,
        run=_live,
        streams=True,
        partners=True,
    ),
)
