"""The public methods the simulator answers, by model, with the arguments the real ones take."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.simulators.odoo import importing, orm, sales
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import AccessError, PythonFault, UserError, invalid


class Model:
    """What every model offers; one instance per call."""

    def __init__(self, env: Environment, name: str) -> None:
        self.env = env
        self.name = name

    def search(self, domain: Sequence[Any], offset: int = 0, limit: int | None = None, order: str | None = None) -> list[int]:
        """Ids of matching records; `order` is accepted and by id."""
        del order
        return orm.search(self.env, self.name, domain, offset=offset, limit=limit)

    def search_count(self, domain: Sequence[Any], limit: int | None = None) -> int:
        """How many records match."""
        return len(orm.search(self.env, self.name, domain, limit=limit))

    def search_read(
        self,
        domain: Sequence[Any] | None = None,
        fields: Sequence[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        """Values of matching records."""
        return orm.read(self.env, self.name, self.search(domain or [], offset, limit, order), fields or ())

    def read(self, ids: Sequence[int], fields: Sequence[str] | None = None, load: str = "_classic_read") -> list[dict[str, Any]]:
        """Values of these records."""
        del load
        return orm.read(self.env, self.name, ids, fields or ())

    def create(self, values: Any) -> Any:
        """One record from a mapping, several from a list of them."""
        if isinstance(values, Mapping):
            return self.create_one(dict(values))
        return [self.create_one(dict(one)) for one in values]

    def create_one(self, values: dict[str, Any]) -> int:
        """One record."""
        return orm.create(self.env, self.name, values)

    def write(self, ids: Sequence[int], values: dict[str, Any]) -> bool:
        """Change records."""
        return orm.write(self.env, self.name, ids, values)

    def load(self, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """Import rows."""
        return importing.load(self.env, self.name, fields, data)

    def fields_get(self, allfields: Sequence[str] | None = None, attributes: Sequence[str] | None = None) -> dict[str, Any]:
        """Describe fields."""
        return orm.describe(self.env, self.name, allfields or (), attributes or ())

    def check_access_rights(self, operation: str, raise_exception: bool = True) -> bool:  # noqa: FBT001, FBT002 (Odoo's own)
        """Whether the user may do this (deprecated from 18)."""
        if raise_exception:
            self.env.require(self.name, operation)
        return self.env.may(self.name, operation)


class ModernModel(Model):
    """What came with 18."""

    def has_access(self, ids: Sequence[int], operation: str) -> bool:
        """Whether the user may do this."""
        del ids
        return self.env.may(self.name, operation)


class SaleOrder(ModernModel):
    """`sale.order`."""

    def create_one(self, values: dict[str, Any]) -> int:
        """A quotation, its lines given as commands `[0, 0, values]`."""
        lines = [command[2] for command in values.pop("order_line", [])]
        orm.known_fields(self.env, self.name, list(values))
        order = sales.create_order(self.env, values)
        for line in lines:
            orm.known_fields(self.env, "sale.order.line", list(line))
            sales.create_line(self.env, order, dict(line))
        sales.total(self.env, order)
        return order

    def action_confirm(self, ids: Sequence[int]) -> bool:
        """Quotation → order."""
        return sales.confirm(self.env, ids)

    def action_cancel(self, ids: Sequence[int]) -> Any:
        """→ cancelled."""
        return sales.cancel(self.env, ids)

    def action_lock(self, ids: Sequence[int]) -> None:
        """Lock orders."""
        sales.lock(self.env, ids, locked=True)

    def action_unlock(self, ids: Sequence[int]) -> None:
        """Unlock orders."""
        sales.lock(self.env, ids, locked=False)


class ExternalIdentifier(ModernModel):
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


SPECIAL: Mapping[str, type[Model]] = {"sale.order": SaleOrder, "ir.model.data": ExternalIdentifier}


def execute(env: Environment, model: str, method: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """Call a public method by name. Raises the fault Odoo would."""
    if model not in env.database.models:
        raise UserError(f"Object {model} doesn't exist")
    if method.startswith("_"):
        raise AccessError(f"Private methods (such as '{model}.{method}') cannot be called remotely.")
    kind = SPECIAL.get(model, ModernModel if env.major >= 18 else Model)
    function: Callable[..., Any] | None = getattr(kind(env, model), method, None)
    if function is None or method in ("env", "name", "create_one") or (method == "has_access" and env.major < 18):
        raise PythonFault("builtins.AttributeError", f"The method '{model}.{method}' does not exist")
    try:
        return function(*args, **keywords)
    except TypeError as error:  # wrong arguments: Python's own words, as Odoo's are
        raise PythonFault("builtins.TypeError", str(error)) from error
