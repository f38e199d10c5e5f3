"""Checks of REST systems: templates and queries that compile, schemas, actions that routes name, repeats that are safe."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.config.application_files import readings
from gateway.config.applications import http as tables
from gateway.config.applications.http_terms import document_name, document_template
from gateway.config.check import Checked
from gateway.config.check_http import check_client
from gateway.config.positions import KeyPath
from gateway.config.queries import QueryInvalid, SchemaInvalid, compile_query, parse_schema
from gateway.config.templates import TemplateInvalid, compile_json, compile_path, compile_text, names_in
from gateway.domain.odoo_actions import ACTIONS
from translators.canonical import NAMES

_IN_ACTIONS = frozenset({"document", "order", "key", "partner", "options", "test", "action", "delivery"})
_IN_LISTS = frozenset({"position", "since", "page"})
_IN_DOCUMENTS = frozenset({"event", "source", "partner"})

Named = Iterator[tuple[KeyPath, Any]]


def check_applications(checked: Checked, files: Mapping[str, str], folder: Path) -> None:
    """`files` are those that applications name, `folder` is what paths of certificates start from."""
    for index, table in enumerate(checked.configuration.application):
        if isinstance(table, tables.HttpApplicationTable):
            _application(checked, table, ("application", index), files, folder)
    _routed(checked)


def _application(
    checked: Checked, table: tables.HttpApplicationTable, path: KeyPath, files: Mapping[str, str], folder: Path
) -> None:
    check_client(checked, table, path, folder)
    seen: set[str] = set()
    for n, action in enumerate(table.action):
        place: KeyPath = (*path, "action", n)
        if action.action in seen:
            checked.complaints.add("R020", (*place, "as"), f'there is another action "{action.action}"')
        seen.add(action.action)
        _action(checked, action, place, files)
    polls: set[str] = set()
    for place, reading in readings(table, path):
        _reading(checked, reading, place, files)
        if isinstance(reading, tables.HttpListTable):
            _list(checked, reading, place)
            if reading.id in polls:
                checked.complaints.add("R020", (*place, "id"), f'there is another poll "{reading.id}"')
            polls.add(reading.id)
    if table.webhook is not None:
        _webhook(checked, table, path)


def _action(checked: Checked, action: tables.HttpActionTable, path: KeyPath, files: Mapping[str, str]) -> None:
    names = frozenset[str]()
    for place, text in _action_texts(action, path):
        names |= check_template(checked, compile_path if place[-1] == "path" else compile_text, text, place, _IN_ACTIONS)
    if action.body is not None:
        names |= check_template(checked, compile_json, action.body, (*path, "body"), _IN_ACTIONS)
    if action.template_file is not None and action.template_file in files:
        names |= check_template(checked, compile_text, files[action.template_file], (*path, "template_file"), _IN_ACTIONS)
    for name in ("reference", "message", "state", "number"):
        check_query(checked, getattr(action, name), (*path, name))
    for name in ("delivered", "already", "later", "refused"):
        check_case(checked, getattr(action, name), (*path, name))
    _links(checked, action.links, (*path, "links"))
    check_schema(checked, action.schema_, files, (*path, "schema"))
    if action.look_up is not None:
        for name in ("found", "reference"):
            check_query(checked, getattr(action.look_up, name), (*path, "look_up", name))
        check_case(checked, action.look_up.none, (*path, "look_up", "none"))
    if action.idempotent and action.key_header is None and "key" not in names:
        message = "nothing in the call carries the key by which the system would recognise a repeat"
        checked.complaints.add("R094", (*path, "idempotent"), message)
    if not action.idempotent and action.look_up is None and action.method not in {"GET", "PUT", "DELETE"}:
        checked.complaints.add("R095", (*path, "as"), f'"{action.action}" is neither idempotent nor looked up')


def _action_texts(action: tables.HttpActionTable, path: KeyPath) -> Named:
    yield (*path, "path"), action.path
    yield from (((*path, "query", name), text) for name, text in action.query.items())
    yield from (((*path, "headers", name), text) for name, text in action.headers.items())
    if action.template is not None:
        yield (*path, "template"), action.template
    if action.look_up is not None:
        yield (*path, "look_up", "path"), action.look_up.path
        yield from (((*path, "look_up", "query", name), text) for name, text in action.look_up.query.items())


def _reading(checked: Checked, reading: tables.ReadingTable, path: KeyPath, files: Mapping[str, str]) -> None:
    for name in ("events", "key", "kind", "occurred", "version", "test", "number", "customer"):
        check_query(checked, getattr(reading, name), (*path, name))
    _links(checked, reading.links, (*path, "links"))
    check_schema(checked, reading.schema_, files, (*path, "schema"))
    if reading.partner is not None and reading.partner not in checked.ids("partner"):
        known = checked.ids("partner")
        message = f'there is no partner "{reading.partner}"'
        checked.complaints.add("R021", (*path, "partner"), message, known=known, wanted=reading.partner)
    meant = {kind for event in reading.event for kind in event.kinds}
    for n, kind in enumerate(reading.ignore):
        if kind in meant:
            checked.complaints.add("R096", (*path, "ignore", n), f'"{kind}" is ignored here, and means something in an event')
    for n, event in enumerate(reading.event):
        _event(checked, event, reading.partner or "", (*path, "event", n))


def _event(checked: Checked, event: tables.EventTable, partner: str, path: KeyPath) -> None:
    for name in ("when", "number", "customer", "reason"):
        check_query(checked, getattr(event, name), (*path, name))
    _links(checked, event.links, (*path, "links"))
    if event.lines is not None:
        for name in ("each", "quantity", "line", "unit", "item"):
            check_query(checked, getattr(event.lines, name), (*path, "lines", name))
    if event.document is None:
        return
    if not document_name(event.document):
        wanted = str(event.document.get("schema", "")).partition("/")[0]
        message = f'there is no canonical document "{wanted}"' if wanted else '"schema" is missing: "warehouse_shipment/1"'
        checked.complaints.add("R021", (*path, "document"), message, known=NAMES, wanted=wanted)
        return
    _agreed(checked, event, partner, path)
    check_template(checked, document_template, event.document, (*path, "document"), _IN_DOCUMENTS)


def _agreed(checked: Checked, event: tables.EventTable, partner: str, path: KeyPath) -> None:
    """A document that an event becomes is one that was agreed with who stands behind the application."""
    assert event.document is not None
    name, direction = document_name(event.document), "out" if event.outgoing else "in"
    agreed = [
        one for one in checked.configuration.agreement if (one.partner, one.direction, one.document) == (partner, direction, name)
    ]
    if not event.outgoing:
        agreed = [one for one in agreed if one.format == f"json/{name}"]
    if not agreed:
        form = "" if event.outgoing else f', format "json/{name}"'
        message = f'nothing is agreed with partner "{partner}" about {name} (direction "{direction}"{form})'
        checked.complaints.add("R099", (*path, "document"), message)


def _list(checked: Checked, poll: tables.HttpListTable, path: KeyPath) -> None:
    names = check_template(checked, compile_path, poll.path, (*path, "path"), _IN_LISTS)
    for name, text in poll.query.items():
        names |= check_template(checked, compile_text, text, (*path, "query", name), _IN_LISTS)
    for name in ("position", "next"):
        check_query(checked, getattr(poll, name), (*path, name))
    check_case(checked, poll.failed, (*path, "failed"))
    if poll.numbered != ("page" in names):
        checked.complaints.add("R097", (*path, "numbered"), "numbered and {{ page }} belong together: one counts, the other asks")
    if (poll.position is None) != (not names & {"position", "since"}):
        message = "position and {{ since }} belong together: one is read from events, the other asks from there"
        checked.complaints.add("R097", (*path, "position"), message)


def _webhook(checked: Checked, table: tables.HttpApplicationTable, path: KeyPath) -> None:
    assert table.webhook is not None
    gateway = checked.configuration.gateway
    if table.webhook.client_certificate is not None and gateway.tls is None and gateway.certificate_header is None:
        message = f'nobody can show application "{table.id}" a certificate: our server speaks no TLS, and no proxy hands them on'
        checked.complaints.add("R067", (*path, "webhook", "client_certificate"), message)


def _routed(checked: Checked) -> None:
    """What routes ask of an application is among its actions: those that are configured, or those that the connector has."""
    actions = {
        table.id: [action.action for action in table.action] if isinstance(table, tables.HttpApplicationTable) else ACTIONS
        for table in checked.configuration.application
    }
    for i, route in enumerate(checked.configuration.route):
        for n, target in enumerate(route.deliver):
            for key, name in (("to", target.to), ("fallback", target.fallback)):
                if name in actions and target.action not in actions[name]:
                    message = f'application "{name}" has no action "{target.action}"'
                    place: KeyPath = ("route", i, "deliver", n, "as" if key == "to" else key)
                    checked.complaints.add("R093", place, message, known=actions[name], wanted=target.action)


# ------------------------------------------------------------------------------------------------------------- one value


def check_template(
    checked: Checked, make: Callable[[Any], object], source: Any, path: KeyPath, known: frozenset[str]
) -> frozenset[str]:
    """Complain of a template that does not compile, or reads what there is not. Answers the variables that it reads."""
    try:
        make(source)
        names = names_in(source)
    except TemplateInvalid as error:
        where = f" in line {error.line}" if error.line > 1 else ""
        checked.complaints.add("R091", path, f"the template does not compile{where}: {error}")
        return frozenset()
    for name in sorted(names - known):
        checked.complaints.add("R091", path, f'templates have no "{name}" here', known=known, wanted=name)
    return names


def check_query(checked: Checked, expression: str | None, path: KeyPath) -> None:
    """Complain of a query that does not compile."""
    if expression is None:
        return
    try:
        compile_query(expression)
    except QueryInvalid as error:
        checked.complaints.add("R092", path, f"the query does not compile: {error}")


def _links(checked: Checked, written: Mapping[str, str], path: KeyPath) -> None:
    """Queries that compile; names of other systems are those of systems that there are."""
    known = [*checked.ids("application"), *checked.ids("partner")]
    for name, expression in written.items():
        check_query(checked, expression, (*path, name))
        system = name.rpartition(":")[0]
        if system and system not in known:
            message = f'there is no application and no partner "{system}"'
            checked.complaints.add("R021", (*path, name), message, known=known, wanted=system)


def check_case(checked: Checked, case: tables.AnswerCaseTable | None, path: KeyPath) -> None:
    """Complain of what says which answers are meant."""
    if case is not None:
        check_query(checked, case.when, (*path, "when"))


def check_schema(checked: Checked, name: str | None, files: Mapping[str, str], path: KeyPath) -> None:
    """Complain of a file that is no JSON Schema."""
    if name is None or name not in files:
        return
    try:
        parse_schema(files[name])
    except SchemaInvalid as error:
        checked.complaints.add("R098", path, f"{name} is no JSON Schema: {error}")
