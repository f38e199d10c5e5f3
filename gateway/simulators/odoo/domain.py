"""Search domains in prefix notation: `["|", ["ref", "in", ["A"]], ["vat", "=", "DK1"]]`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gateway.simulators.odoo.database import Database
from gateway.simulators.odoo.faults import invalid

Compare = Callable[[Any, Any], bool]

PARENTS = {"res.partner": "parent_id", "stock.location": "location_id"}
STAMPS = ("create_date", "write_date")

COMPARISONS: Mapping[str, Compare] = {
    "!=": lambda stored, value: bool(stored != value),
    "not in": lambda stored, value: stored not in value,
    ">": lambda stored, value: stored is not False and bool(stored > value),
    ">=": lambda stored, value: stored is not False and bool(stored >= value),
    "<": lambda stored, value: stored is not False and bool(stored < value),
    "<=": lambda stored, value: stored is not False and bool(stored <= value),
    "like": lambda stored, value: str(value) in str(stored or ""),
    "ilike": lambda stored, value: str(value).lower() in str(stored or "").lower(),
    "=ilike": lambda stored, value: str(value).lower() == str(stored or "").lower(),
}


def matching(database: Database, model: str, domain: Sequence[Any], *, major: int, archived: bool = False) -> list[int]:
    """Ids of the records a domain means, ascending; archived ones only when asked for."""
    pending = [*reversed(_explicit(domain))]
    found = _evaluate(database, model, pending, major) if pending else set(database.records[model])
    if not archived and "active" in database.models[model] and not any(_names(term, "active") for term in domain):
        found = {record for record in found if database.records[model][record].get("active", True)}
    return sorted(found)


def _explicit(domain: Sequence[Any]) -> list[Any]:
    """The domain with its implied ANDs written out in front."""
    expected = 1
    operators = 0
    for term in domain:
        if expected == 0:
            operators += 1
            expected = 1
        if term in ("&", "|"):
            expected += 1
        elif term != "!":
            expected -= 1
    return ["&"] * operators + [*domain] if domain else []


def _evaluate(database: Database, model: str, pending: list[Any], major: int) -> set[int]:
    term = pending.pop()
    if term == "!":
        return set(database.records[model]) - _evaluate(database, model, pending, major)
    if term in ("&", "|"):
        left = _evaluate(database, model, pending, major)
        right = _evaluate(database, model, pending, major)
        return left & right if term == "&" else left | right
    return _leaf(database, model, term, major)


def _leaf(database: Database, model: str, term: Sequence[Any], major: int) -> set[int]:
    name, operator, value = term
    head, _, rest = str(name).partition(".")
    field = database.models[model].get(head)
    if field is None:
        place = "condition" if major >= 19 else "leaf"
        raise invalid(f"Invalid field {model}.{head} in {place} {(name, operator, value)!r}")
    if rest:
        related = matching(database, field.comodel, [[rest, operator, value]], major=major, archived=True)
        return _through(database, model, head, related)
    if operator == "child_of":
        family = _family(database, field.comodel or model, [value] if isinstance(value, int) else value)
        return database.equal(model, head, family) if field.comodel else family
    return _plain(database, model, head, operator, value, major)


def _through(database: Database, model: str, head: str, related: Sequence[int]) -> set[int]:
    """The records that a relation leads from to these."""
    field = database.models[model][head]
    if field.type == "one2many":
        return {int(database.records[field.comodel][one].get(field.inverse) or 0) for one in related} - {0}
    return database.equal(model, head, related)


def _plain(database: Database, model: str, head: str, operator: str, value: Any, major: int) -> set[int]:
    """The records whose own field compares so."""
    table = database.records[model]
    if head in STAMPS and isinstance(value, str):
        return {record for record, stored in table.items() if _earlier_later(stored[head], operator, value, major)}
    if head == "id" and operator in ("=", "in"):
        return {record for record in ([value] if operator == "=" else value) if record in table}
    if operator in ("=", "in"):
        wanted = [value] if operator == "=" else value
        if database.models[model][head].type == "many2many":
            return {record for record, stored in table.items() if {*wanted} & {*(stored.get(head) or ())}}
        return database.equal(model, head, wanted)
    compare = COMPARISONS.get(operator)
    if compare is None:
        raise invalid(f"Invalid operator in {(head, operator, value)!r}")
    return {record for record, stored in table.items() if compare(stored.get(head, False), value)}


def _family(database: Database, model: str, heads: Iterable[int]) -> set[int]:
    """Records and all that are below them."""
    parent = PARENTS.get(model)
    found = {*heads}
    waiting = [*found]
    while waiting and parent:
        below = database.equal(model, parent, [waiting.pop()]) - found
        found |= below
        waiting += below
    return found


def _earlier_later(stored: str, operator: str, value: str, major: int) -> bool:
    """Stamps are kept to the microsecond. Up to 18 a second means its beginning; from 19 on `>` and `<=` mean its end."""
    if operator not in ("<", "<=", ">", ">=", "=", "!="):
        raise invalid(f"Invalid operator {operator!r} for a datetime")
    if operator in ("=", "!="):
        return (stored == f"{value}.000000") == (operator == "=")
    end = major >= 19 and operator in (">", "<=") and "." not in value
    limit = value if "." in value else value + (".999999" if end else ".000000")
    return COMPARISONS[operator](stored, limit)


def _names(term: object, field: str) -> bool:
    return isinstance(term, Sequence) and not isinstance(term, str) and len(term) == 3 and term[0] == field
