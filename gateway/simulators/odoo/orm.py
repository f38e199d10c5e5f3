"""What every model can do: search, read, create, write, describe itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.domain import matching
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import MissingError, ValidationError, invalid
from gateway.simulators.odoo.schema import Field

MUTABLE_WHEN_LOCKED = frozenset({"client_order_ref", "note", "locked"})


def known_fields(env: Environment, model: str, names: Sequence[str]) -> None:
    """Raise as Odoo does when a field does not exist."""
    for name in names:
        if name not in env.database.models[model]:
            where = f"on {model!r}" if env.major >= 19 else f"on model {model!r}"
            raise invalid(f"Invalid field {name!r} {where}")


def search(env: Environment, model: str, domain: Sequence[Any], *, offset: int = 0, limit: int | None = None) -> list[int]:
    """Ids a domain means."""
    env.require(model, "read")
    archived = env.context.get("active_test") is False
    found = matching(env.database, model, domain, major=env.major, archived=archived)
    return found[offset : None if limit is None else offset + limit]


def read(env: Environment, model: str, ids: Sequence[int], fields: Sequence[str] = ()) -> list[Values]:
    """Values as the client sees them; ids that do not exist are left out."""
    env.require(model, "read")
    names = [*(fields or env.database.models[model])]
    known_fields(env, model, names)
    rows = []
    for record in ids:
        stored = env.database.get(model, record)
        if stored is not None:
            rows.append({"id": record} | {name: shown(env, model, stored, name) for name in names})
    return rows


def shown(env: Environment, model: str, stored: Values, name: str) -> Any:
    """One value in its outer form: a relation is `[id, name]`, what is empty is False."""
    field = env.database.models[model][name]
    if name == "display_name":
        return display_name(env, model, stored["id"])
    if name == "commercial_partner_id":
        head = commercial(env, stored["id"])
        return [head, display_name(env, "res.partner", head)]
    if field.type == "one2many":
        return sorted(env.database.equal(field.comodel, "order_id", [stored["id"]]))
    value = stored.get(name)
    if field.type == "many2one":
        return [value, display_name(env, field.comodel, value)] if value else False
    if field.type == "boolean":
        return bool(value) if value is not None else name == "active"
    if field.type in ("float", "monetary", "integer"):
        return value or 0
    return False if value is None or value == "" else value


def display_name(env: Environment, model: str, record: int) -> str:
    """The name a record shows."""
    stored = env.database.records.get(model, {}).get(record) or {}
    name = str(stored.get("name") or "")
    code = stored.get("default_code")
    return f"[{code}] {name}" if code else name


def commercial(env: Environment, partner: int) -> int:
    """The company a partner belongs to."""
    stored = env.database.get("res.partner", partner) or {}
    parent = stored.get("parent_id")
    return commercial(env, parent) if parent else partner


def create(env: Environment, model: str, values: Values) -> int:
    """A new record. Raises AccessError, ValueError for unknown fields, ValidationError for missing and doubled values."""
    env.require(model, "create")
    for name in values:
        if name not in env.database.models[model]:
            raise invalid(
                f"Invalid field {name!r} in {model!r}" if env.major >= 19 else f"Invalid field {name!r} on model {model!r}"
            )
    checked(env, model, values)
    for name, field in env.database.models[model].items():
        if field.required and not values.get(name):
            raise required(model, name, field)
    return env.database.insert(model, values)


def write(env: Environment, model: str, ids: Sequence[int], values: Values) -> bool:
    """Change records. A missing one is a fault here, unlike in `read`."""
    env.require(model, "write")
    known_fields(env, model, list(values))
    for record in ids:
        stored = env.database.get(model, record)
        if stored is None:
            raise MissingError(model, record, env.uid)
        order = env.database.get("sale.order", stored["order_id"]) if model == "sale.order.line" else None
        refuse_locked(env, model, order or stored, values)
        checked(env, model, values, record=record)
        env.database.update(model, record, values)
    return True


def refuse_locked(env: Environment, model: str, owner: Mapping[str, Any], values: Values) -> None:
    """A locked order (17 on) refuses to be written, even with what it holds already."""
    names = [name for name in values if name not in MUTABLE_WHEN_LOCKED]
    if model == "sale.order.line" and owner.get("locked") and names:
        labels = [env.database.models[model][name].label for name in names]
        raise ValidationError("It is forbidden to modify the following fields in a locked order:\n" + "\n".join(labels))


def checked(env: Environment, model: str, values: Values, *, record: int = 0) -> None:
    """Constraints: a barcode is unique among products, a parent exists and is not the record itself."""
    barcode = values.get("barcode")
    if model == "product.product" and barcode:
        others = env.database.equal(model, "barcode", [barcode]) - {record}
        if others:
            names = ", ".join(display_name(env, model, other) for other in sorted(others))
            raise ValidationError(
                f'Barcode(s) already assigned:\n\n- Barcode "{barcode}" already assigned to product(s): {names}'
            )
    if model == "res.partner" and record and values.get("parent_id") == record:
        raise ValidationError("You cannot create recursive Partner hierarchies.")


def required(model: str, name: str, field: Field) -> ValidationError:
    """The message for a mandatory field without a value."""
    return ValidationError(
        f"Missing required value for the field '{field.label}' ({name}).\nModel: '{model}'\n"
        "- create/update: a mandatory field is not set\n"
        "- delete: another model requires the record being deleted, you can archive it instead\n"
    )


def describe(env: Environment, model: str, names: Sequence[str], attributes: Sequence[str]) -> dict[str, Values]:
    """`fields_get`: unknown names are left out in silence."""
    result: dict[str, Values] = {}
    for name, field in env.database.models[model].items():
        if names and name not in names:
            continue
        everything = {
            "type": field.type,
            "string": field.label,
            "required": field.required,
            "readonly": field.readonly,
            **({"relation": field.comodel} if field.comodel else {}),
        }
        result[name] = {key: value for key, value in everything.items() if not attributes or key in attributes}
    return result
