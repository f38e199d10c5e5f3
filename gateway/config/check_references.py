"""Checks that every id is unique, that every reference leads somewhere, and that everything defined is used."""

from collections.abc import Iterator

from gateway.config.applications.http import HttpApplicationTable
from gateway.config.applications.odoo_tables import KINDS
from gateway.config.check import Checked
from gateway.config.model import OdooTable, RouteTable
from gateway.config.positions import KeyPath
from gateway.config.rule_model import LookupRuleTable, MapRuleTable, RequireRuleTable
from gateway.operations.reconcile import ACKNOWLEDGED, NUMBERS, PROCESSED

TABLES = (
    "owner", "application", "profile", "partner", "channel", "agreement", "calendar", "service", "table", "route", "deadline",
    "trigger", "reconciliation", "schedule", "subscriber",
    "warehouse", "hold", "service_level", "expected_traffic", "region",
)  # fmt: skip

_KEYS = (
    ("owner", "next", "owner"),
    ("owner", "hours", "calendar"),
    ("application", "owner", "owner"),
    ("partner", "owner", "owner"),
    ("partner", "acknowledge_by", "channel"),
    ("partner", "region", "region"),
    ("channel", "partner", "partner"),
    ("agreement", "partner", "partner"),
    ("agreement", "channel", "channel"),
    ("service", "calendar", "calendar"),
    ("deadline", "calendar", "calendar"),
    ("deadline", "partners", "partner"),
    ("deadline", "owner", "owner"),
    ("trigger", "to", "application"),
    ("trigger", "calendar", "calendar"),
    ("trigger", "partners", "partner"),
    ("trigger", "owner", "owner"),
    ("reconciliation", "application", "application"),
    ("reconciliation", "against", "application"),
    ("reconciliation", "partner", "partner"),
    ("reconciliation", "owner", "owner"),
    ("schedule", "of", "reconciliation"),
    ("schedule", "owner", "owner"),
    ("subscriber", "partners", "partner"),
    ("subscriber", "owner", "owner"),
    ("warehouse", "partner", "partner"),
    ("warehouse", "application", "application"),
    ("warehouse", "calendar", "calendar"),
    ("hold", "partners", "partner"),
    ("hold", "owner", "owner"),
    ("hold", "calendar", "calendar"),
    ("service_level", "calendar", "calendar"),
    ("service_level", "owner", "owner"),
    ("service_level", "partners", "partner"),
    ("service_level", "agreements", "agreement"),
    ("service_level", "to", "application"),
    ("service_level", "deadline", "deadline"),
    ("expected_traffic", "calendar", "calendar"),
    ("expected_traffic", "owner", "owner"),
)
"""A table, its key that names something (or a list of such), and what kind of table that must be."""

_FOUND_BY_ITSELF = (PROCESSED, ACKNOWLEDGED, NUMBERS)
"""What the gateway compares without being told to."""

Reference = tuple[str, str, KeyPath]
"""A kind of table, the id in it that is meant, and where that is written."""


def check_references(checked: Checked) -> None:
    """Duplicate ids, unknown references, circles of escalation, things nobody uses."""
    references = list(_references(checked))
    _unique(checked)
    for table, wanted, path in references:
        known = checked.ids(table)
        if wanted not in known:
            checked.complaints.add("R021", path, f'there is no {table} "{wanted}"', known=known, wanted=wanted)
    _escalation(checked)
    _unused(checked, {(table, wanted) for table, wanted, _ in references})


def _unique(checked: Checked) -> None:
    for table in TABLES:
        seen: set[str] = set()
        for index, name in enumerate(checked.ids(table)):
            if name in seen:
                checked.complaints.add("R020", (table, index, "id"), f'there is another {table} "{name}"')
            seen.add(name)


def _references(checked: Checked) -> Iterator[Reference]:
    """Everything that names something else."""
    gateway = checked.configuration.gateway
    yield "owner", gateway.owner, ("gateway", "owner")
    release = checked.configuration.release
    if release is not None and release.owner is not None:
        yield "owner", release.owner, ("release", "owner")
    for stage, name in gateway.stage_owners.items():
        yield "owner", name, ("gateway", "stage_owners", stage)
    for table, key, meant in _KEYS:
        for index, entry in enumerate(getattr(checked.configuration, table)):
            named = getattr(entry, key)
            if isinstance(named, str) and named:
                yield meant, named, (table, index, key)
            elif named:
                written = ((one, (table, index, key, place)) for place, one in enumerate(named))
                yield from (
                    (meant, one, path) for one, path in written if meant != "reconciliation" or one not in _FOUND_BY_ITSELF
                )
    yield from _route_references(checked)
    yield from _table_references(checked)


def _table_references(checked: Checked) -> Iterator[Reference]:
    """The [[table]]s that Odoo databases use."""
    for index, application in enumerate(checked.configuration.application):
        if isinstance(application, OdooTable):
            named = ((kind, getattr(application.tables, kind)) for kind in KINDS)
            yield from (("table", one, ("application", index, "tables", kind)) for kind, one in named if isinstance(one, str))


def _route_references(checked: Checked) -> Iterator[Reference]:
    for i, route in enumerate(checked.configuration.route):
        if route.partner:
            yield "partner", route.partner, ("route", i, "partner")
        if route.agreement:
            yield "agreement", route.agreement, ("route", i, "agreement")
        if route.owner:
            yield "owner", route.owner, ("route", i, "owner")
        for n, target in enumerate(route.deliver):
            yield "application", target.to, ("route", i, "deliver", n, "to")
            if target.fallback:
                yield "application", target.fallback, ("route", i, "deliver", n, "fallback")
        yield from _rule_references(route, i)


def _rule_references(route: RouteTable, i: int) -> Iterator[Reference]:
    for n, rule in enumerate(route.rules):
        path: KeyPath = ("route", i, "rules", n)
        if isinstance(rule, MapRuleTable):
            yield "table", rule.table, (*path, "table")
        if isinstance(rule, LookupRuleTable):
            yield "application", rule.application, (*path, "in")
        if isinstance(rule, MapRuleTable | RequireRuleTable | LookupRuleTable) and rule.otherwise and ":" in rule.otherwise:
            yield "owner", rule.otherwise.partition(":")[2], (*path, "otherwise")


def _escalation(checked: Checked) -> None:
    """Each circle of owners is complained of once, at its first owner."""
    following = {owner.id: owner.next for owner in checked.configuration.owner}
    told: set[str] = set()
    for index, owner in enumerate(checked.configuration.owner):
        seen = {owner.id}
        current = owner.next
        while current is not None and current not in seen:
            seen.add(current)
            current = following.get(current)
        if current == owner.id and owner.id not in told:
            told |= seen
            checked.complaints.add("R023", ("owner", index, "next"), f'escalation from "{owner.id}" comes back to it')


def _tells(application: OdooTable | HttpApplicationTable) -> bool:
    """Whether it is of use though nothing is delivered to it."""
    if isinstance(application, OdooTable):
        return application.changes is not None
    return application.webhook is not None or bool(application.poll)


def _unused(checked: Checked, used: set[tuple[str, str]]) -> None:
    config = checked.configuration
    agreed = {agreement.partner for agreement in config.agreement}
    used = used | {("application", one.id) for one in config.application if _tells(one)}
    for table in ("application", "table"):
        for index, name in enumerate(checked.ids(table)):
            if (table, name) not in used:
                checked.complaints.add("R022", (table, index, "id"), f'no route uses {table} "{name}"')
    if config.gateway.centre is None:  # what a site takes in is read at its centre, as agreed there
        _unagreed(checked, agreed)


def _unagreed(checked: Checked, agreed: set[str]) -> None:
    config = checked.configuration
    reached = {warehouse.partner for warehouse in config.warehouse if warehouse.application is not None}
    for index, partner in enumerate(config.partner):
        if partner.id not in agreed | reached:
            checked.complaints.add("R022", ("partner", index, "id"), f'nothing is agreed with partner "{partner.id}"')
    for index, channel in enumerate(config.channel):
        if channel.partner and channel.partner in checked.ids("partner") and channel.partner not in agreed:
            message = f'channel "{channel.id}" has nothing to carry: nothing is agreed with "{channel.partner}"'
            checked.complaints.add("R022", ("channel", index, "id"), message)
