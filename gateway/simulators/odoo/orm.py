"""What every model can do: search, read, create, write, delete, describe itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.simulators.odoo.database import Database, Values
from gateway.simulators.odoo.domain import matching
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import MissingError, ValidationError, invalid
from gateway.simulators.odoo.fields import Field

MUTABLE_WHEN_LOCKED = frozenset({"client_order_ref", "note", "locked"})
STAMPS = ("create_date", "write_date")
SECONDS = len("2026-01-01 00:00:00")

Computed = Callable[[Environment, Values], Any]
COMPUTED: dict[tuple[str, str], Computed] = {}
"""Fields that are not stored, by model and name; each area of the simulator adds its own."""


def known_fields(env: Environment, model: str, names: Sequence[str]) -> None:
    """Raise as Odoo does when a field does not exist."""
    for name in names:
        if name not in env.database.models[model]:
            where = f"on {model!r}" if env.major >= 19 else f"on model {model!r}"
            raise invalid(f"Invalid field {name!r} {where}")


def search(
    env: Environment, model: str, domain: Sequence[Any], *, offset: int = 0, limit: int | None = None, order: str | None = None
) -> list[int]:
    """Ids a domain means; by id unless `order` names fields."""
    env.require(model, "read")
    archived = env.context.get("active_test") is False
    found = [one for one in matching(env.database, model, domain, major=env.major, archived=archived) if _shared(env, model, one)]
    for term in reversed((order or "").split(",")):
        name, _, direction = term.strip().partition(" ")
        if name:
            known_fields(env, model, [name])
            table = env.database.records[model]
            found.sort(key=lambda one, name=name: _sortable(table[one].get(name)), reverse=direction.strip().lower() == "desc")  # type: ignore[misc]
    return found[offset : None if limit is None else offset + limit]


_ITS_OWN = frozenset({"res.users"})


def _shared(env: Environment, model: str, record: int) -> bool:
    """Whether the record rules of Odoo show it: what is of no company, or of one that the call is for."""
    allowed = env.context.get("allowed_company_ids") or ()
    if env.superuser or not allowed or model in _ITS_OWN or "company_id" not in env.database.models[model]:
        return True
    return env.database.records[model][record].get("company_id") in (None, False, *allowed)


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
    if name in STAMPS:
        return stored[name][:SECONDS]
    if field.type == "one2many":
        return sorted(env.database.equal(field.comodel, field.inverse, [stored["id"]]))
    compute = COMPUTED.get((model, name))
    value = compute(env, stored) if compute is not None else stored.get(name)
    if field.type == "many2one":
        return [value, display_name(env, field.comodel, value)] if value else False
    if field.type == "many2many":
        return [*(value or ())]
    if field.type == "boolean":
        return bool(value) if value is not None else name == "active"
    if field.type in ("float", "monetary", "integer"):
        return value or 0
    return False if value is None or value == "" else value


def display_name(env: Environment, model: str, record: int) -> str:
    """The name a record shows."""
    stored = env.database.records.get(model, {}).get(record) or {}
    name = str(stored.get("complete_name") or stored.get("name") or "")
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
    own, below = split(env.database, model, values)
    for name, field in env.database.models[model].items():
        if field.required and not own.get(name):
            raise required(model, name, field)
    record = env.database.insert(model, own)
    apply(env, model, record, below)
    return record


def write(env: Environment, model: str, ids: Sequence[int], values: Values) -> bool:
    """Change records. A missing one is a fault here, unlike in `read`."""
    env.require(model, "write")
    known_fields(env, model, list(values))
    own, below = split(env.database, model, values)
    for record in ids:
        existing(env, model, record)
        checked(env, model, values, record=record)
        env.database.update(model, record, {name: value for name, value in own.items() if name not in STAMPS})
        apply(env, model, record, below)
    return True


def unlink(env: Environment, model: str, ids: Sequence[int]) -> bool:
    """Delete records."""
    env.require(model, "unlink")
    for record in ids:
        existing(env, model, record)
        env.database.delete(model, record)
    return True


def existing(env: Environment, model: str, record: int) -> Values:
    """The stored values of a record that must be there. Raises MissingError."""
    stored = env.database.get(model, record)
    if stored is None:
        raise MissingError(model, record, env.uid)
    return stored


def split(database: Database, model: str, values: Values) -> tuple[Values, dict[str, list[Any]]]:
    """Plain values, and the commands for lists of other records."""
    fields = database.models[model]
    below = {name: [*(value or ())] for name, value in values.items() if fields[name].type in ("one2many", "many2many")}
    return {name: value for name, value in values.items() if name not in below}, below


def apply(env: Environment, model: str, record: int, below: Mapping[str, Sequence[Any]]) -> None:
    """Carry out commands: `[0, 0, values]` creates, `[1, id, values]` writes, `[2, id]` deletes, `[5]` empties;
    `[4, id]` and `[6, 0, ids]` link.
    """
    for name, commands in below.items():
        field = env.database.models[model][name]
        for command in commands:
            if field.type == "many2many":
                _link(env, model, record, name, command)
            else:
                _below(env, field, record, command)


def _below(env: Environment, field: Field, record: int, command: Sequence[Any]) -> None:
    other = env[field.comodel]
    kind = command[0]
    if kind == 0:
        other.create_one({**command[2], field.inverse: record})
    elif kind == 1:
        other.write([command[1]], dict(command[2]))
    elif kind in (2, 3):
        other.unlink([command[1]])
    elif kind == 4:
        other.write([command[1]], {field.inverse: record})
    elif kind == 5:
        other.unlink(sorted(env.database.equal(field.comodel, field.inverse, [record])))
    else:
        raise invalid(f"Invalid command {command!r}")


def _link(env: Environment, model: str, record: int, name: str, command: Any) -> None:
    before = [*(existing(env, model, record).get(name) or ())]
    if isinstance(command, int):
        after = [*before, command]
    elif command[0] == 4:
        after = [*before, command[1]]
    elif command[0] in (2, 3):
        after = [one for one in before if one != command[1]]
    elif command[0] == 5:
        after = []
    elif command[0] == 6:
        after = [*command[2]]
    else:
        raise invalid(f"Invalid command {command!r}")
    env.database.update(model, record, {name: [*dict.fromkeys(after)]})


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None and value is not False, value if value not in (None, False) else 0)


def refuse_locked(env: Environment, model: str, owner: Mapping[str, Any], values: Values) -> None:
    """A locked order (17 on) refuses to be written, even with what it holds already."""
    names = [name for name in values if name not in MUTABLE_WHEN_LOCKED]
    if owner.get("locked") and names:
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


COMPUTED["res.partner", "commercial_partner_id"] = lambda env, stored: commercial(env, stored["id"])
