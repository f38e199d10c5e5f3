"""Turns what pydantic says about a configuration into complaints with places, in the words of routes.toml."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.config import delivery_model, expectation_model, model, owner_model, rule_model, writing_model, xml_model
from gateway.config.applications import http as applications
from gateway.config.applications.odoo_changes import ChangesTable, PublicationTable, StockReportTable
from gateway.config.applications.odoo_tables import OdooTablesTable
from gateway.config.channels import CHANNEL_PARTS, CHANNEL_TABLES
from gateway.config.channels.as2 import As2OwnTable
from gateway.config.channels.mail import MailServerTable
from gateway.config.check import Complaints
from gateway.config.positions import KeyPath

_MEMBERS: dict[str, type[BaseModel]] = {
    "gateway": model.GatewayTable,
    "identities": model.Identities,
    "addressed_as": model.Identities,
    "owner": owner_model.OwnerTable,
    "mail_server": MailServerTable,
    "application": model.OdooTable,
    "changes": ChangesTable,
    "publish": PublicationTable,
    "stock": StockReportTable,
    "retry": delivery_model.Retry,
    "breaker": delivery_model.Breaker,
    "maintenance": delivery_model.MaintenanceTable,
    "service": delivery_model.ServiceTable,
    "partner": model.PartnerTable,
    **CHANNEL_TABLES,
    **CHANNEL_PARTS,
    "agreement": model.AgreementTable,
    "expect": expectation_model.ExpectTable,
    "calendar": expectation_model.CalendarTable,
    "guide": model.GuideTable,
    "schema": xml_model.SchemaTable,
    "limits": xml_model.LimitsTable,
    "writing": writing_model.WritingTable,
    "separators": writing_model.SeparatorsTable,
    "envelope": writing_model.EnvelopeTable,
    "table": model.CodeTableTable,
    "route": model.RouteTable,
    "deliver": model.DeliverTable,
    "map": rule_model.MapRuleTable,
    "set": rule_model.SetRuleTable,
    "default": rule_model.DefaultRuleTable,
    "require": rule_model.RequireRuleTable,
    "lookup": rule_model.LookupRuleTable,
    "tables": OdooTablesTable,
}
"""Which table a name or a union's tag leads to."""

_IN_APPLICATIONS: dict[str, type[BaseModel]] = {
    "odoo": model.OdooTable,
    "http": applications.HttpApplicationTable,
    "action": applications.HttpActionTable,
    "look_up": applications.LookUpTable,
    **dict.fromkeys(("none", "delivered", "already", "later", "refused", "failed"), applications.AnswerCaseTable),
    "webhook": applications.WebhookTable,
    "poll": applications.HttpListTable,
    "event": applications.EventTable,
    "lines": applications.LinesTable,
}
"""The same inside of applications, where some names mean another table."""


TableOf = Callable[[tuple[int | str, ...]], type[BaseModel]]
"""The table that the last part of a location belongs to."""


def explain(error: ValidationError, data: dict[str, Any], complaints: Complaints, *, table: TableOf | None = None) -> None:
    """One complaint for each thing that is wrong; what was complained of before is not repeated. `table` is for other files."""
    already = set(complaints.paths)
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"], data)
        if path in already:
            continue
        already.add(path)
        _explain_one(detail, path, data, complaints, table or _table)


def _explain_one(detail: ErrorDetails, path: KeyPath, data: dict[str, Any], complaints: Complaints, table: TableOf) -> None:
    subject = _subject(path, data)
    name = str(path[-1]) if path else ""
    match detail["type"]:
        case "extra_forbidden":
            message = f'{subject}there is no key "{name}" here'
            complaints.add("R003", path, message, known=_keys(table(detail["loc"])), wanted=name, key=True)
        case "missing":
            complaints.add("R004", path, f'{subject}"{name}" is missing')
        case "union_tag_not_found":
            complaints.add("R004", path, f'{subject}"type" is missing')
        case "rule_kind":
            complaints.add("R004", path, f"{subject}{detail['msg']}")
        case "union_tag_invalid":
            context = detail.get("ctx", {})
            tags = [tag.strip("' ") for tag in str(context.get("expected_tags", "")).split(",")]
            wanted = str(context.get("tag", ""))
            message = f'{subject}there is no type "{wanted}": use {" or ".join(tags)}'
            complaints.add("R005", (*path, "type"), message, known=tags, wanted=wanted)
        case "literal_error":
            context = detail.get("ctx", {})
            wanted = str(detail.get("input", ""))
            known = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
            message = f'{subject}{_named(path)} is "{wanted}": use {", ".join(known)}'
            complaints.add("R005", path, message, known=known, wanted=wanted)
        case _:
            reason = detail["msg"].removeprefix("Value error, ")
            if detail["type"] == "string_pattern_mismatch":
                reason = "has not the form that is expected" + _example(table(detail["loc"]), detail["loc"][-1])
            named = "" if detail["type"] == "value_error" else f"{_named(path)}: "
            complaints.add("R005", path, f"{subject}{named}{reason}")


def _named(path: KeyPath) -> str:
    names = [part for part in path if isinstance(part, str)]
    return names[-1] if names else "value"


def _subject(path: KeyPath, data: dict[str, Any]) -> str:
    """`partner "bigbox": ` for what stands in that table."""
    if len(path) < 2:
        return ""
    table, index = path[0], path[1]
    rows = data.get(str(table))
    if not isinstance(index, int) or not isinstance(rows, list):
        return f"[{table}]: "
    name = rows[index].get("id") if isinstance(rows[index], dict) else None
    return f'{table} "{name}": ' if isinstance(name, str) else f"{table}: "


def _path(loc: tuple[int | str, ...], data: Any) -> KeyPath:
    """The place in the data: a location without the tags of unions in it."""
    path: KeyPath = ()
    node: Any = data
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        known = _child(node, part)
        if known is not None and (last or not isinstance(node, dict) or isinstance(known, dict | list)):
            node = known
        elif not (isinstance(node, dict) and last and part not in _TAGS):
            continue
        path = (*path, part)
    return path


def _child(node: Any, part: int | str) -> Any:
    """What stands under a part of a location, or None. TOML has no null."""
    if isinstance(node, list):
        return node[part] if isinstance(part, int) and part < len(node) else None
    return node.get(part) if isinstance(node, dict) else None


_TAGS = frozenset({"folder", "http", "str", "list[str]", "int", "float", "bool"})


def _table(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The table that the last part of a location belongs to."""
    if loc[:2] == ("gateway", "as2") and "keys" not in loc:
        return As2OwnTable
    members = {**_MEMBERS, **_IN_APPLICATIONS} if loc[:1] == ("application",) else _MEMBERS
    for part in reversed(loc[:-1]):
        if isinstance(part, str) and part in members:
            return members[part]
    return model.Configuration


def _keys(table: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in table.model_fields.items()]


def _example(table: type[BaseModel], key: int | str) -> str:
    """What the field's description says, for a value that does not match its pattern."""
    for name, info in table.model_fields.items():
        if (info.alias or name) == key and info.description:
            return f": {info.description}"
    return ""
