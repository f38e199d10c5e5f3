"""Checks Odoo databases: tables that can be meant, partners that there are, agreements about what is made."""

from datetime import timedelta

from gateway.config.applications.odoo_changes import ChangesTable
from gateway.config.check import Checked
from gateway.config.check_odoo_tables import check_odoo_tables
from gateway.config.model import OdooTable
from gateway.config.positions import KeyPath
from gateway.domain.odoo_changes import PUBLISHED

_LONGEST_REQUEST = timedelta(seconds=60)
_SHORTEST_PAUSE = timedelta(seconds=1)


def check_odoo(checked: Checked) -> None:
    """All Odoo databases."""
    for index, table in enumerate(checked.configuration.application):
        if not isinstance(table, OdooTable):
            continue
        check_odoo_tables(checked, table.tables, ("application", index, "tables"))
        if table.changes is not None:
            _changes(checked, table.changes, ("application", index, "changes"))


def _changes(checked: Checked, table: ChangesTable, path: KeyPath) -> None:
    if table.every < _SHORTEST_PAUSE:
        checked.complaints.add("R005", (*path, "every"), "Odoo would be asked more than once a second")
    if table.window < _LONGEST_REQUEST:
        message = f"a change by a transaction of more than {table.window.total_seconds():g} s would be missed"
        checked.complaints.add("R110", (*path, "window") if "window" in table.model_fields_set else path, message)
    for partner in table.partners:
        _known(checked, partner, (*path, "partners", partner))
    for name, partner in table.warehouses.items():
        _addressed(checked, partner, "warehouse_order", (*path, "warehouses", name))
    for place, report in enumerate(table.stock):
        at: KeyPath = (*path, "stock", place)
        if not timedelta(minutes=1) <= report.every <= timedelta(hours=24):
            checked.complaints.add("R005", (*at, "every"), "a report is made at least once a day and at most once a minute")
        _addressed(checked, report.partner, "inventory_report", (*at, "partner"))
    _publications(checked, table, path)


def _publications(checked: Checked, table: ChangesTable, path: KeyPath) -> None:
    for place, told in enumerate(table.publish):
        at: KeyPath = (*path, "publish", place)
        if not timedelta(minutes=1) <= told.every <= timedelta(hours=24):
            checked.complaints.add("R005", (*at, "every"), "what changed is told at least once a day and at most once a minute")
        if told.full < told.every:
            checked.complaints.add("R005", (*at, "full"), "all of it would be told more often than what changed")
        for document in sorted({PUBLISHED[what] for what in told.records}):
            _addressed(checked, told.partner, document, (*at, "partner"))


def _known(checked: Checked, partner: str, path: KeyPath) -> bool:
    known = checked.ids("partner")
    if partner not in known:
        checked.complaints.add("R021", path, f'there is no partner "{partner}"', known=known, wanted=partner)
    return partner in known


def _addressed(checked: Checked, partner: str, document: str, path: KeyPath) -> None:
    """Whoever is to get a document has an agreement about it."""
    agreed = any(
        one.partner == partner and one.direction == "out" and one.document == document for one in checked.configuration.agreement
    )
    if _known(checked, partner, path) and not agreed:
        checked.complaints.add("R111", path, f'"{partner}" has no agreement about a {document} that goes out')
