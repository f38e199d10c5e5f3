"""`load()`: rows of text become records in one transaction, found again by their external ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import Fault, PythonFault, UserError, ValidationError, invalid
from gateway.simulators.odoo.fields import Field

Message = dict[str, Any]
Path = tuple[str, ...]
MOMENT = "%Y-%m-%d %H:%M:%S"


class Unreadable(Exception):
    """A cell that cannot be converted; the text has a place for the field's label."""


@dataclass(slots=True)
class Incoming:
    """One record of the rows: its external id, values, and the lines below it."""

    ordinal: int
    first_row: int
    last_row: int
    name: str = ""
    values: Values = field(default_factory=dict)
    relation: Field | None = None
    lines: list[tuple[str, Values]] = field(default_factory=list)


def external_names(fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """The external ids of the records that some rows are about."""
    if "id" not in fields:
        return []
    column = fields.index("id")
    return [str(row[column]) for row in rows if row[column]]


def load(env: Environment, model: str, fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """`{ids, messages, nextrow}`; one bad row and ids is False, and nothing of the whole call stays."""
    paths = [tuple(name.split("/")) for name in fields]
    _check(env, model, paths)
    messages: list[Message] = []
    spans = enumerate(_spans(env, model, paths, rows))
    incoming = [_read(env, model, paths, Incoming(ordinal, *place), part, messages) for ordinal, (place, part) in spans]
    ids: list[int] = []
    start = env.database.savepoint()
    for record in incoming if not messages else ():
        try:
            ids.append(_store(env, model, record))
        except UserError as fault:
            messages.append(_message(record, fault.text))
        except (ValidationError, Fault) as fault:
            text = (
                fault.text if not isinstance(fault, PythonFault) else f"Unknown error during import: {fault.name}: {fault.text}"
            )
            messages.append(_message(record, text))
    if messages:
        env.database.rollback(start)
        return {"ids": False, "messages": messages, "nextrow": 0}
    return {"ids": ids, "messages": [], "nextrow": 0}


def race_lost() -> dict[str, Any]:
    """The answer when another transaction came first: an ordinary one, because `load` swallows the error."""
    text = "could not serialize access due to concurrent update\n"
    return {
        "ids": False,
        "messages": [{"rows": {"from": 0, "to": 0}, "record": 0, "type": "error", "message": text}],
        "nextrow": 0,
    }


def _check(env: Environment, model: str, paths: Sequence[Path]) -> None:
    for head, *rest in paths:
        if head in ("id", ".id"):
            continue
        described = env.database.models[model].get(head)
        if described is None:
            raise invalid(f"Invalid field name {head!r}")
        if described.type == "one2many":
            _check(env, described.comodel, [tuple(rest)])


def _spans(
    env: Environment, model: str, paths: Sequence[Path], rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[tuple[int, int], Sequence[Any]]]:
    """First and last row, and the rows between: a row that fills nothing but lines belongs to the record above it."""
    fields = env.database.models[model]
    own = [i for i, path in enumerate(paths) if path[0] not in fields or fields[path[0]].type != "one2many"]
    starts = [i for i, row in enumerate(rows) if i == 0 or any(row[column] for column in own)]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        yield (start, end - 1), rows[start:end]


def _read(
    env: Environment, model: str, paths: Sequence[Path], record: Incoming, rows: Sequence[Any], messages: list[Message]
) -> Incoming:
    fields = env.database.models[model]
    own = [(i, path) for i, path in enumerate(paths) if path[0] == "id" or fields[path[0]].type != "one2many"]
    record.name, record.values = _cells(env, fields, own, rows[0], record, messages, label="")
    below = [(i, path[1:]) for i, path in enumerate(paths) if path[0] != "id" and fields[path[0]].type == "one2many"]
    if below:
        relation = record.relation = fields[paths[below[0][0]][0]]
        for row in rows:
            if any(row[i] for i, _ in below):
                lines = env.database.models[relation.comodel]
                record.lines.append(_cells(env, lines, below, row, record, messages, label=relation.label))
    return record


def _cells(
    env: Environment,
    fields: Mapping[str, Field],
    columns: Sequence[tuple[int, Path]],
    row: Sequence[Any],
    record: Incoming,
    messages: list[Message],
    *,
    label: str,
) -> tuple[str, Values]:
    name, values = "", {}
    for column, path in columns:
        if path[0] == "id":
            name = str(row[column] or "")
            continue
        described = fields[path[0]]
        try:
            values[path[0]] = _convert(env, described, path, row[column])
        except Unreadable as problem:
            shown = f"{label}/{described.label}" if label else described.label
            messages.append(_message(record, str(problem).replace("%(field)s", shown), field=path[0]))
    return name, values


def _convert(env: Environment, described: Field, path: Path, cell: Any) -> Any:
    """A cell's value. An empty one is False, which overrules what would be computed."""
    if cell in ("", None, False):
        return False
    if described.type == "many2many":
        return [[6, 0, [_reference(env, described, path[1:], one.strip()) for one in str(cell).split(",")]]]
    if described.type == "many2one":
        return _reference(env, described, path[1:], str(cell))
    if described.type in ("float", "monetary", "integer"):
        return _number(cell)
    if described.type == "datetime":
        return _moment(env, str(cell))
    if described.type == "boolean":
        return str(cell).lower() in ("1", "true", "yes")
    return cell


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except ValueError:
        raise Unreadable(f"'{cell}' does not seem to be a number for field '%(field)s'") from None


def _moment(env: Environment, cell: str) -> str:
    """Read in the zone of the context, else of the user: a caller who names none gets the user's."""
    try:
        moment = datetime.strptime(cell, MOMENT).replace(tzinfo=ZoneInfo(str(env.context.get("tz") or env.timezone)))
    except ValueError:
        raise Unreadable(f"'{cell}' does not seem to be a valid datetime for field '%(field)s'") from None
    return moment.astimezone(UTC).strftime(MOMENT)


def _reference(env: Environment, described: Field, rest: Path, cell: str) -> int:
    if rest == (".id",):
        if not cell.isdigit():
            raise Unreadable(f"Invalid database id '{cell}' for the field '%(field)s'")
        if env.database.get(described.comodel, int(cell)) is None:
            raise Unreadable(f"No matching record found for database id '{cell}' in field '%(field)s'")
        return int(cell)
    if rest == ("id",):
        model, record, _ = env.database.external.get(cell, ("", 0, False))
        if model != described.comodel or env.database.get(model, record) is None:
            raise Unreadable(f"No matching record found for external id '{cell}' in field '%(field)s'")
        return record
    by_name = env.database.equal(described.comodel, "name", [cell])
    if not by_name:
        raise Unreadable(f"No matching record found for name '{cell}' in field '%(field)s'")
    return min(by_name)


def _store(env: Environment, model: str, record: Incoming) -> int:
    """Create, or write what an external id names; in mode `update` a record marked `noupdate` is left alone."""
    update = env.context.get("mode") == "update"
    bound = env.database.external.get(record.name) if record.name else None
    if bound is not None and bound[0] != model:
        raise ValidationError(f"For external id {record.name} found record of different model {bound[0]} ({bound[1]})")
    if bound is not None and env.database.get(model, bound[1]) is not None:
        if not (update and bound[2]):
            _rewrite(env, model, bound[1], record)
        return bound[1]
    if not record.name and update:
        raise ValidationError("Cannot update a record without specifying its id or xml_id")
    number = int(env[model].create_one(record.values))
    _bind(env, record.name, model, number)
    _store_lines(env, model, number, record)
    return number


def _rewrite(env: Environment, model: str, number: int, record: Incoming) -> None:
    """Write a record that exists already. Lines without an external id of their own come once more."""
    env[model].write([number], record.values)
    _store_lines(env, model, number, record)


def _store_lines(env: Environment, model: str, number: int, record: Incoming) -> None:
    relation = record.relation
    if relation is None:
        return
    for name, values in record.lines:
        bound = env.database.external.get(name)
        if bound is not None and env.database.get(relation.comodel, bound[1]) is not None:
            env[relation.comodel].write([bound[1]], values)
        else:
            _bind(env, name, relation.comodel, env[relation.comodel].create_one({**values, relation.inverse: number}))
    env[model].settle([number])


def _bind(env: Environment, name: str, model: str, record: int) -> None:
    if name:
        full = name if "." in name else f"__import__.{name}"
        env.database.bind(full, model, record, noupdate=bool(env.context.get("noupdate")))


def _message(record: Incoming, text: str, *, field: str = "") -> Message:
    message: Message = {"rows": {"from": record.first_row, "to": record.last_row}, "record": record.ordinal, "type": "error"}
    return message | {"message": text} | ({"field": field} if field else {})
