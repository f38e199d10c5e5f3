"""How a simulated REST system says no."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A request ends with this status; `code` is the system's word for it, `members` stand beside the error."""

    def __init__(self, status: int, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.members: Mapping[str, Any] = members
