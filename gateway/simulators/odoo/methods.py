"""Which class answers for which model, and calls to them by name with the arguments the real ones take."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from gateway.simulators.odoo import accounting, automation, orm, payments, pickings, purchase, quants, sales
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import AccessError, PythonFault, UserError, invalid
from gateway.simulators.odoo.model import Model
from gateway.simulators.odoo.schema import schema

HIDDEN = ("env", "name", "create_one", "settle", "reschedule")


class Product(Model):
    """`product.product`: each comes with a template of its own."""

    def create_one(self, values: dict[str, Any]) -> int:
        """A product without variants."""
        template = self.env.database.insert("product.template", {"name": values.get("name"), "active": True})
        return super().create_one({"product_tmpl_id": template, "type": "consu", "tracking": "none", "sale_ok": True, **values})


class ExternalIdentifier(Model):
    """`ir.model.data`: closed to service users, but for one door."""

    def check_object_reference(self, module: str, xml_id: str, raise_on_access_error: bool = False) -> list[Any]:  # noqa: FBT001, FBT002
        """Model and id behind an external id."""
        model, record, _ = self.env.database.external.get(f"{module}.{xml_id}", ("", 0, False))
        if not model:
            raise invalid(f"External ID not found in the system: {module}.{xml_id}")
        if self.env.may(model, "read") and orm.search(self.env, model, [["id", "=", record]]):
            return [model, record]
        if raise_on_access_error:
            raise AccessError(f'Not enough access rights on the external ID "{module}.{xml_id}"')
        return [model, False]


class Users(Model):
    """`res.users`."""

    def context_get(self) -> dict[str, Any]:
        """Who asks, and in which language and zone."""
        return {"lang": "en_US", "tz": self.env.timezone, "uid": self.env.uid}


@cache
def registry_of(major: int) -> Mapping[str, type[Model]]:
    """The classes by model, for a version."""
    registry: dict[str, type[Model]] = dict.fromkeys(schema(major), Model)
    registry |= {
        "sale.order": sales.SaleOrder,
        "sale.order.line": sales.SaleOrderLine,
        "purchase.order": purchase.PurchaseOrder,
        "purchase.order.line": purchase.PurchaseOrderLine,
        "account.move": accounting.AccountMove,
        "account.move.line": accounting.AccountMoveLine,
        "sale.advance.payment.inv": accounting.AdvancePayment,
        "base.automation": automation.Automation,
        "ir.model.data": ExternalIdentifier,
        "product.product": Product,
        "res.users": Users,
    }
    payments.register(registry)
    quants.register(registry, major)
    pickings.register(registry)
    return registry


def execute(env: Environment, model: str, method: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """Call a public method by name. Raises the fault Odoo would."""
    if model not in env.database.models:
        raise UserError(f"Object {model} doesn't exist")
    if method.startswith("_"):
        raise AccessError(f"Private methods (such as '{model}.{method}') cannot be called remotely.")
    function: Callable[..., Any] | None = getattr(env[model], method, None)
    if function is None or method in HIDDEN or (method == "has_access" and env.major < 18):
        raise PythonFault("builtins.AttributeError", f"The method '{model}.{method}' does not exist")
    try:
        return function(*args, **keywords)
    except AttributeError as error:  # a method that this version does not have
        raise PythonFault("builtins.AttributeError", str(error)) from error
    except TypeError as error:  # wrong arguments: Python's own words, as Odoo's are
        raise PythonFault("builtins.TypeError", str(error)) from error
