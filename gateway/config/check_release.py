"""Checks of [release], [[warehouse]] and [[hold]]: that orders can reach warehouses, and that rules do not exclude each other."""

from gateway.config.applications.http import HttpApplicationTable
from gateway.config.check import Checked
from gateway.config.condition import ConditionInvalid, compile_condition, problems
from gateway.config.positions import KeyPath
from gateway.config.release_model import WarehouseTable
from gateway.domain.release.terms import BY_WAREHOUSE, Kind

DOCUMENT, ORDER = "warehouse_order", "purchase_order"


def check_release(checked: Checked) -> None:
    """Everything about the release to warehouses."""
    config = checked.configuration
    for index, table in enumerate(config.warehouse):
        _warehouse(checked, table, ("warehouse", index))
    _shared(checked)
    if config.release is None:
        for index, hold in enumerate(config.hold):
            message = f'"{hold.id}" holds nothing: there is no [release], so all orders go as addressed'
            checked.complaints.add("R120", ("hold", index, "id"), message)
        return
    if not config.warehouse:
        checked.complaints.add("R120", ("release",), "no order passes the gate: there is no [[warehouse]]")
    for place, text in enumerate(config.release.priorities):
        _condition(checked, text, ("release", "priorities", place))
    for index, hold in enumerate(config.hold):
        if hold.when is not None:
            _condition(checked, hold.when, ("hold", index, "when"))
        _unreachable(checked, index)


def _warehouse(checked: Checked, table: WarehouseTable, path: KeyPath) -> None:
    config = checked.configuration
    if table.when is not None:
        _condition(checked, table.when, (*path, "when"))
    if table.application is None:
        agreed = any(a.partner == table.partner and a.direction == "out" and a.document == DOCUMENT for a in config.agreement)
        if not agreed and table.partner in checked.ids("partner"):
            message = f'"{table.partner}" has no agreement about a {DOCUMENT} that goes out, and the warehouse no application'
            checked.complaints.add("R121", (*path, "partner"), message)
        return
    application = next((one for one in config.application if one.id == table.application), None)
    if isinstance(application, HttpApplicationTable):
        actions = [action.action for action in application.action]
        for key, action in (("as", table.action), ("change", table.change), ("cancel", table.cancel)):
            if action is not None and action not in actions:
                place = (*path, key) if key != "as" or "action" in table.model_fields_set else (*path, "application")
                message = f'application "{table.application}" has no action "{action}"'
                checked.complaints.add("R093", place, message, known=actions, wanted=action)


def _shared(checked: Checked) -> None:
    """Each partner is one warehouse, or nobody knows who ships."""
    seen: dict[str, str] = {}
    for index, table in enumerate(checked.configuration.warehouse):
        if table.partner in seen:
            message = f'"{table.partner}" is the partner of warehouse "{seen[table.partner]}" already'
            checked.complaints.add("R122", ("warehouse", index, "partner"), message)
        seen.setdefault(table.partner, table.id)
        _window(checked, table, index)


def _window(checked: Checked, table: WarehouseTable, index: int) -> None:
    """Waves after the cut-off, or outside of the hours, never leave."""
    if table.cut_off is not None:
        for place, wave in enumerate(table.waves):
            if wave > table.cut_off:
                message = f"nothing goes in the wave at {wave:%H:%M}: the cut-off is at {table.cut_off:%H:%M}"
                checked.complaints.add("R123", ("warehouse", index, "waves", place), message)


def _unreachable(checked: Checked, index: int) -> None:
    """Two tables for the same kind of goods: only the first says who answers."""
    config = checked.configuration
    hold = config.hold[index]
    earlier = [one for one in config.hold[:index] if one.kind == hold.kind]
    if Kind(hold.kind) in BY_WAREHOUSE and earlier:
        message = f'"{earlier[0].id}" is about {hold.kind} already: this one is never reached'
        checked.complaints.add("R123", ("hold", index, "kind"), message)
    sources = config.authority.sources()
    until = hold.until
    if until is not None and not sources.get(until, ["anyone"]):
        checked.complaints.add("R123", ("hold", index, "until"), f"nobody may say {until.value}: it is never over by itself")


def _condition(checked: Checked, text: str, place: KeyPath) -> None:
    try:
        compile_condition(text)
    except ConditionInvalid as error:
        shift = error.column if error.line == 1 else 0
        checked.complaints.add("R050", place, f"the condition does not compile: {error}", shift=shift)
        return
    for problem in problems(text, DOCUMENT, order=ORDER, variables=("partner",)):
        shift = problem.offset + 1 if "\n" not in text[: problem.offset] and problem.offset else 0
        checked.complaints.add_guess(problem.code, place, problem.message, problem.suggestion, shift=shift)
