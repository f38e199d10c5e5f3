"""Checks of routes: conditions, rules against the canonical model, targets, and routes that nothing can reach."""

from typing import Any

from gateway.config.check import Checked
from gateway.config.condition import ConditionInvalid, compile_condition, problems
from gateway.config.model import DeliverTable, RouteTable
from gateway.config.positions import KeyPath
from gateway.config.release_model import BufferRuleTable
from gateway.config.rule_model import DefaultRuleTable, LookupRuleTable, MapRuleTable, RequireRuleTable, SetRuleTable
from gateway.config.shape import DOCUMENTS, Misstep, Shape, follow, shape_of
from gateway.config.values import json_value
from gateway.domain.document_path import DocumentPath, PathInvalid, parse_path
from gateway.domain.lookup import FIELDS


def check_routes(checked: Checked) -> None:
    """Everything about routes, and agreements without one."""
    for index, route in enumerate(checked.configuration.route):
        path: KeyPath = ("route", index)
        document = _document(checked, route, path)
        _condition(checked, route, document, path)
        shape = shape_of(document) if document else None
        for n, rule in enumerate(route.rules):
            _rule(checked, rule, shape, (*path, "rules", n))
        _targets(checked, route, shape, path)
        _usage(checked, route, path)
    _shadowed(checked)
    _unrouted(checked)


def _document(checked: Checked, route: RouteTable, path: KeyPath) -> str | None:
    """The document a route is about, also when only its agreement says so."""
    if route.document is not None and route.document not in DOCUMENTS:
        message = f'there is no canonical document "{route.document}"'
        checked.complaints.add("R021", (*path, "document"), message, known=DOCUMENTS, wanted=route.document)
        return None
    agreed = next((a.document for a in checked.configuration.agreement if a.id == route.agreement), None)
    if route.document and agreed and agreed != route.document:
        message = f'agreement "{route.agreement}" is about "{agreed}", not "{route.document}"'
        checked.complaints.add("R032", (*path, "document"), message)
    return route.document or agreed


def _condition(checked: Checked, route: RouteTable, document: str | None, path: KeyPath) -> None:
    if route.when is None:
        return
    place = (*path, "when")
    try:
        compile_condition(route.when)
    except ConditionInvalid as error:
        shift = error.column if error.line == 1 else 0
        checked.complaints.add("R050", place, f"the condition does not compile: {error}", shift=shift)
        return
    for problem in problems(route.when, document):
        shift = problem.offset + 1 if "\n" not in route.when[: problem.offset] and problem.offset else 0
        checked.complaints.add_guess(problem.code, place, problem.message, problem.suggestion, shift=shift)


def _rule(checked: Checked, rule: Any, shape: Shape | None, path: KeyPath) -> None:
    match rule:
        case MapRuleTable():
            written = _path(checked, rule.map, shape, (*path, "map"))
            if rule.source is not None:
                source = _path(checked, rule.source, shape, (*path, "from"))
                if written and source and source.lists != written.lists[: len(source.lists)]:
                    message = f'"{rule.source}" walks other lists than "{rule.map}"'
                    checked.complaints.add("R055", (*path, "from"), message)
            if rule.default is not None and rule.otherwise is not None:
                message = "a code that is not in the table takes the default: otherwise is never reached"
                checked.complaints.add("R005", (*path, "otherwise"), message)
        case LookupRuleTable():
            check_lookup(checked, rule, shape, path)
        case SetRuleTable():
            _value(checked, _path(checked, rule.set, shape, (*path, "set")), rule.value, shape, path)
        case DefaultRuleTable():
            _value(checked, _path(checked, rule.default, shape, (*path, "default")), rule.value, shape, path)
        case RequireRuleTable():
            _path(checked, rule.require, shape, (*path, "require"))
        case BufferRuleTable():
            _buffer(checked, shape, (*path, "buffer"))


def _buffer(checked: Checked, shape: Shape | None, path: KeyPath) -> None:
    if shape is not None and shape is not shape_of("inventory_report"):
        checked.complaints.add("R054", path, "only an inventory_report has stock to take a buffer off")


def check_lookup(checked: Checked, rule: LookupRuleTable, shape: Shape | None, path: KeyPath) -> None:
    """A lookup asks an Odoo database for something it knows, of what walks the same lists, for documents that come in."""
    written = _path(checked, rule.lookup, shape, (*path, "lookup"))
    default = "buyer" if rule.record == "customer" else "lines[].item"
    source = _path(checked, rule.source or default, shape, (*path, "from") if rule.source else (*path, "lookup"))
    if written and source and source.lists != written.lists[: len(source.lists)]:
        message = f'"{rule.source or default}" walks other lists than "{rule.lookup}"'
        checked.complaints.add("R055", (*path, "from") if rule.source else (*path, "lookup"), message)
    if rule.customer is not None:
        _path(checked, rule.customer, shape, (*path, "customer"))
    if rule.field not in FIELDS[rule.record]:
        message = f'nothing is known of a {rule.record} by the name "{rule.field}"'
        checked.complaints.add("R114", (*path, "field"), message, known=FIELDS[rule.record], wanted=rule.field)
    known = {application.id: application.type for application in checked.configuration.application}
    if known.get(rule.application, "odoo") != "odoo":
        checked.complaints.add("R114", (*path, "in"), f'"{rule.application}" is no Odoo database')
    if checked.configuration.route[int(path[1])].direction != "in":
        message = "lookups are for documents that come in: those that go out are not kept waiting"
        checked.complaints.add("R114", (*path, "lookup"), message)
    if rule.default is not None and rule.otherwise is not None:
        message = "a record that is not there takes the default: otherwise is never reached"
        checked.complaints.add("R005", (*path, "otherwise"), message)


def _path(checked: Checked, text: str, shape: Shape | None, place: KeyPath) -> DocumentPath | None:
    try:
        path = parse_path(text)
    except PathInvalid as error:
        checked.complaints.add("R053", place, str(error))
        return None
    end = follow(shape, path) if shape is not None else None
    if isinstance(end, Misstep):
        checked.complaints.add_guess("R054", place, end.message, end.suggestion)
        return None
    return path


def _value(checked: Checked, path: DocumentPath | None, value: Any, shape: Shape | None, place: KeyPath) -> None:
    end = follow(shape, path) if path and shape else None
    if isinstance(end, Shape) and not end.accepts(json_value(value)):
        checked.complaints.add("R056", (*place, "value"), f'{value!r} is no value for "{path}"')


def _targets(checked: Checked, route: RouteTable, shape: Shape | None, path: KeyPath) -> None:
    after = {target.to: target.after for target in route.deliver}
    seen: set[str] = set()
    for n, target in enumerate(route.deliver):
        place = (*path, "deliver", n)
        if target.to in seen:
            checked.complaints.add("R020", (*place, "to"), f'the route delivers to "{target.to}" already')
        seen.add(target.to)
        _sequence(checked, target, shape, place)
        if target.fallback in after:
            message = f'the route delivers to "{target.fallback}" already: it would get the document twice'
            checked.complaints.add("R079", (*place, "fallback"), message)
        if target.after is None:
            continue
        if target.after not in after:
            message = f'"{target.after}" is no target of this route'
            checked.complaints.add("R058", (*place, "after"), message, known=after, wanted=target.after)
        elif _comes_back(target.to, after):
            checked.complaints.add("R059", (*place, "after"), f'"{target.to}" waits for itself')


def _sequence(checked: Checked, target: DeliverTable, shape: Shape | None, place: KeyPath) -> None:
    if target.sequence is not None:
        path = _path(checked, target.sequence, shape, (*place, "sequence"))
        if path is not None and path.lists:
            checked.complaints.add(
                "R055", (*place, "sequence"), f'"{target.sequence}" has many values: name one of the whole document'
            )


def _comes_back(start: str, after: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    current = after.get(start)
    while current is not None and current not in seen:
        if current == start:
            return True
        seen.add(current)
        current = after.get(current)
    return False


def _usage(checked: Checked, route: RouteTable, path: KeyPath) -> None:
    """A partner on trial must not reach a production application, nor a productive one a test application."""
    config = checked.configuration
    owner = next((a.partner for a in config.agreement if a.id == route.agreement), route.partner)
    partner = next((p for p in config.partner if p.id == owner), None)
    if partner is None:
        return
    applications = {application.id: application for application in config.application}
    reached = [(n, key, name) for n, t in enumerate(route.deliver) for key, name in (("to", t.to), ("fallback", t.fallback))]
    for n, key, name in reached:
        application = applications.get(name or "")
        if application is None or checked.is_production(partner.usage) == checked.is_production(application.usage):
            continue
        kinds = ("productive", "test") if checked.is_production(partner.usage) else ("test", "production")
        message = f'{kinds[0]} partner "{partner.id}" would reach {kinds[1]} application "{application.id}"'
        checked.complaints.add("R060", (*path, "deliver", n, key), message)


def _shadowed(checked: Checked) -> None:
    routes = checked.configuration.route
    for index, route in enumerate(routes):
        earlier = next((other for other in routes[:index] if _covers(checked, other, route)), None)
        if earlier is not None:
            message = f'route "{earlier.id}" takes everything before "{route.id}" sees it'
            checked.complaints.add("R057", ("route", index, "id"), message)


def _covers(checked: Checked, earlier: RouteTable, later: RouteTable) -> bool:
    agreements = {agreement.id: agreement for agreement in checked.configuration.agreement}
    agreed = agreements.get(later.agreement or "")
    partner = later.partner or (agreed.partner if agreed else None)
    document = later.document or (agreed.document if agreed else None)
    return (
        earlier.when in (None, later.when)
        and earlier.document in (None, document)
        and earlier.partner in (None, partner)
        and earlier.agreement in (None, later.agreement)
        and earlier.direction == later.direction
        and _takes(checked, later) <= _takes(checked, earlier)
    )


def _takes(checked: Checked, route: RouteTable) -> set[bool]:
    """Whether a route takes test documents, others, or both."""
    if route.test is not None:
        return {route.test}
    usages = {application.id: application.usage for application in checked.configuration.application}
    production = any(checked.is_production(usages.get(target.to)) for target in route.deliver)
    return {False} if production else {False, True}


def _unrouted(checked: Checked) -> None:
    for index, agreement in enumerate(checked.configuration.agreement):
        if agreement.direction == "in" and not any(_may_take(route, agreement) for route in checked.configuration.route):
            message = f'no route takes what agreement "{agreement.id}" brings in'
            checked.complaints.add("R061", ("agreement", index, "id"), message)


def _may_take(route: RouteTable, agreement: Any) -> bool:
    return (
        route.direction == agreement.direction
        and route.agreement in (None, agreement.id)
        and route.partner in (None, agreement.partner)
        and route.document in (None, agreement.document)
    )
