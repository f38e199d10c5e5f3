"""In which company, language and time zone calls are made."""

from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Scope:
    """What all orders of one `load()` share. `company` None is the service user's own company."""

    dialect: Dialect
    company: int | None = None

    @property
    def context(self) -> dict[str, Any]:
        """The context of every call. `load()` would read dates in the user's own zone, and texts come in the user's language."""
        context: dict[str, Any] = {"lang": "en_US", "tz": "UTC"}
        if self.company is not None:
            context["allowed_company_ids"] = [self.company]
        return context

    @property
    def load_context(self) -> dict[str, Any]:
        """`load()` leaves records alone whose external id exists: what people changed in an order survives a repeat,
        and a locked order, which would refuse even an unchanged write, does not turn a repeat into a failure.
        """
        return {**self.context, "mode": "update", "noupdate": True}
