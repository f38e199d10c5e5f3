"""Checks `[application.tables]`: targets that can be records, factors that are numbers, and what stands in both places."""

from gateway.config.applications.odoo_tables import KINDS, OdooTablesTable, entries_of, factor
from gateway.config.check import Checked
from gateway.config.positions import KeyPath
from gateway.domain.odoo_tables import ANY, PACKAGING

_OWN_WORDS = {
    "customers": "module.name, ref:<reference> or id:<number>",
    "pricelists": "module.name",
    "units": f'module.name, "{ANY}" or {PACKAGING}<name>',
    "taxes": "module.name or id:<number>",
    "warehouses": "its code, module.name or id:<number>",
    "carriers": "module.name or id:<number>",
    "payment_terms": "module.name or id:<number>",
}
"""How records are named in each table; the others name no records."""


def check_odoo_tables(checked: Checked, table: OdooTablesTable, path: KeyPath) -> None:
    """All tables of one application."""
    for kind in KINDS:
        for word, target in entries_of(table, kind, checked.codes).items():
            place: KeyPath = (*path, kind) if isinstance(getattr(table, kind), str) else (*path, kind, word)
            if kind == "factors":
                _factor(checked, word, target, place)
            elif kind in _OWN_WORDS and not _named(kind, target):
                message = f'"{target}" for "{word}" names no record: write {_OWN_WORDS[kind]}'
                checked.complaints.add("R112", place, message)


def _factor(checked: Checked, word: str, number: str, place: KeyPath) -> None:
    if factor(number) is None:
        checked.complaints.add("R113", place, f'"{number}" for "{word}" is no number above zero')
    if not all(word.rpartition("/")[::2]):
        checked.complaints.add(
            "R113", place, f'"{word}" names no product and unit: write "<our code>/<unit code>", as "ANVIL/CS"'
        )


def _named(kind: str, target: str) -> bool:
    head, colon, rest = target.partition(":")
    external = not colon and all(target.partition(".")[::2])
    numbered = head == "id" and rest.isdecimal()
    if kind == "customers":
        return external or numbered or (head == "ref" and bool(rest))
    if kind == "units":
        return external or target == ANY or (target.startswith(PACKAGING) and bool(rest))
    if kind == "pricelists":
        return external
    return external or numbered or (kind == "warehouses" and (not colon or (head == "code" and bool(rest))))
