"""Reference data of applications, by which rules of routes enrich documents."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.domain.lookup import Answer, Question


class Reference(Protocol):
    """What one application knows of customers, products and prices."""

    async def answers(self, questions: Sequence[Question]) -> Mapping[Question, Answer]:
        """An answer to each, asked in as few calls as it takes. Raises GatewayError when it cannot be asked now."""

    async def close(self) -> None:
        """End the connections."""
