"""Search domains in prefix notation: `["|", ["ref", "in", ["A"]], ["vat", "=", "DK1"]]`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.simulators.odoo.database import Database
from gateway.simulators.odoo.faults import invalid

Compare = Callable[[Any, Any], bool]

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
        return database.equal(model, head, related)
    if head == "id" and operator in ("=", "in"):
        return {record for record in ([value] if operator == "=" else value) if record in database.records[model]}
    if operator == "=":
        return database.equal(model, head, [value])
    if operator == "in":
        return database.equal(model, head, value)
    compare = COMPARISONS.get(operator)
    if compare is None:
        raise invalid(f"Invalid operator in {(name, operator, value)!r}")
    return {record for record, stored in database.records[model].items() if compare(stored.get(head, False), value)}


def _names(term: object, field: str) -> bool:
    return isinstance(term, Sequence) and not isinstance(term, str) and len(term) == 3 and term[0] == field
