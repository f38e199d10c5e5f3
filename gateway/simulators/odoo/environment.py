"""Who asks, in which context, and what that person may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.simulators.odoo.database import Database, Values
from gateway.simulators.odoo.faults import AccessError
from gateway.simulators.odoo.schema import MODELS

READ = frozenset({"read"})
WRITE = frozenset({"read", "write", "create"})
ALL = WRITE | {"unlink"}
SALES_RIGHTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("product.product", "product.template", "uom.uom", "res.partner", "res.company", "res.country", "res.country.state"), READ
    ),
    **dict.fromkeys(
        ("res.currency", "product.pricelist", "product.pricelist.item", "product.category", "product.packaging", "product.uom"),
        READ,
    ),
    **dict.fromkeys(("product.supplierinfo", "res.users", "delivery.carrier"), READ),
    **dict.fromkeys(("purchase.order", "purchase.order.line", "account.move", "account.move.line", "account.tax"), READ),
    **dict.fromkeys(("stock.warehouse", "stock.location", "stock.picking.type", "ir.model", "ir.model.fields"), READ),
    **dict.fromkeys(("sale.order", "stock.move", "stock.quant", "stock.return.picking"), WRITE),
    **dict.fromkeys(("sale.order.line", "stock.picking", "stock.move.line", "stock.lot", "stock.return.picking.line"), ALL),
    **dict.fromkeys(("stock.package", "stock.quant.package", "mail.message", "ir.attachment"), ALL),
    "mail.message.subtype": READ,
}
"""What Sales and Inventory may do: no external ids, no new partners; purchases and invoices are only read."""

ADDITIONS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "contacts": {"res.partner": WRITE},
    "products": dict.fromkeys(
        (
            "product.product",
            "product.supplierinfo",
            "product.pricelist",
            "product.pricelist.item",
            "product.category",
            "product.packaging",
            "product.uom",
        ),
        WRITE,
    ),
    "purchase": dict.fromkeys(("purchase.order", "purchase.order.line"), ALL),
    "accounting": {
        **dict.fromkeys(("account.move", "account.move.line", "account.payment"), ALL),
        **dict.fromkeys(("sale.advance.payment.inv", "account.payment.register"), WRITE),
        **dict.fromkeys(("account.journal", "account.tax", "account.payment.term"), READ),
        **dict.fromkeys(("purchase.order", "purchase.order.line"), frozenset({"read", "write"})),
    },
    "automation": dict.fromkeys(("base.automation", "ir.actions.server"), ALL),
}
"""What further groups may do."""

VERBS = {"read": "access", "write": "modify", "create": "create", "unlink": "delete"}


def rights_of(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    """Rights by model of a service user who is in these groups too. Raises KeyError for an unknown group."""
    rights = dict(SALES_RIGHTS)
    for group in groups:
        rights |= {model: rights.get(model, frozenset()) | given for model, given in ADDITIONS[group].items()}
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
    registry: Mapping[str, Any] = field(default_factory=dict)
    superuser: bool = False

    def __getitem__(self, model: str) -> Any:
        """The model by its name: `env["stock.picking"].create({…})`."""
        return self.registry[model](self, model)

    def sudo(self) -> "Environment":
        """The same without a look at rights: what Odoo does by itself."""
        return self if self.superuser else replace(self, superuser=True)

    def rows(self, model: str) -> Mapping[int, Values]:
        """All stored records of a model."""
        return self.database.records[model]

    def below(self, model: str, inverse: str, record: int) -> list[Values]:
        """The records that name this one in their field `inverse`, oldest first."""
        table = self.database.records[model]
        return [table[number] for number in sorted(self.database.equal(model, inverse, [record]))]

    def may(self, model: str, operation: str) -> bool:
        """Whether the user has this right."""
        return self.superuser or operation in self.rights.get(model, frozenset())

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
