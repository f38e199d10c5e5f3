"""Who asks, in which context, and what that person may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.simulators.odoo.database import Database
from gateway.simulators.odoo.faults import AccessError
from gateway.simulators.odoo.schema import MODELS

READ = frozenset({"read"})
SALES_RIGHTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("product.product", "uom.uom", "res.partner", "res.company", "res.country", "res.country.state"), READ),
    **dict.fromkeys(("res.currency", "product.pricelist", "res.users"), READ),
    "sale.order": frozenset({"read", "write", "create"}),
    "sale.order.line": frozenset({"read", "write", "create", "unlink"}),
}
"""What Sales and Inventory may do: no external ids, no new partners."""

ADDITIONS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "contacts": {"res.partner": frozenset({"read", "write", "create"})},
    "products": {"product.product": frozenset({"read", "write", "create"})},
}
"""What further groups may do."""

VERBS = {"read": "access", "write": "modify", "create": "create", "unlink": "delete"}


def rights_of(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    """Rights by model of a service user who is in these groups too. Raises KeyError for an unknown group."""
    rights = dict(SALES_RIGHTS)
    for group in groups:
        rights.update(ADDITIONS[group])
    return rights


@dataclass(frozen=True, slots=True)
class Environment:
    """One call's surroundings."""

    database: Database
    major: int
    uid: int
    rights: Mapping[str, frozenset[str]]
    timezone: str = "UTC"
    context: Mapping[str, Any] = field(default_factory=dict)

    def may(self, model: str, operation: str) -> bool:
        """Whether the user has this right."""
        return operation in self.rights.get(model, frozenset())

    def require(self, model: str, operation: str) -> None:
        """Raise the AccessError of that model and operation."""
        if not self.may(model, operation):
            kind = MODELS.get(model, model)
            raise AccessError(
                f"You are not allowed to {VERBS[operation]} '{kind}' ({model}) records.\n\n"
                "This operation is allowed for the following groups:\n\t- Administrator\n\n"
                "Contact your administrator to request access if necessary."
            )

    @property
    def company(self) -> int:
        """The company calls are made in."""
        allowed = self.context.get("allowed_company_ids") or []
        return int(allowed[0]) if allowed else 1
