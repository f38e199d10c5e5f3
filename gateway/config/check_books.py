"""Checks of books and reconciliations: templates and queries that compile, and two sides that can be asked."""

from collections.abc import Mapping

from gateway.config.applications.http import BooksTable, HttpApplicationTable
from gateway.config.applications.http_terms import asks_by_entry
from gateway.config.check import Checked
from gateway.config.check_applications import check_case, check_query, check_schema, check_template
from gateway.config.model import OdooTable
from gateway.config.positions import KeyPath
from gateway.config.schedule_model import ReconciliationTable
from gateway.config.templates import TemplateInvalid, compile_path, compile_text

_IN_BOOKS = frozenset({"since", "page", "key", "name"})

_OWN = frozenset({"orders", "shipments", "parcels", "invoices", "invoice_acknowledgements", "postings"})
"""What this gateway has books of."""
_ALONE = frozenset({"invoices", "invoice_acknowledgements"})
"""What it compares with books of its own."""
_IN_DOCUMENTS = frozenset({"parcels", "pickings", "stock", "postings"})
"""What partners tell by documents."""
_ODOO_LISTS = frozenset({"pickings", "stock", "postings"})
_ODOO_ASKED = frozenset({"orders", "shipments"})


def check_books(checked: Checked, files: Mapping[str, str]) -> None:
    """`files` are those that applications name."""
    for index, table in enumerate(checked.configuration.application):
        if isinstance(table, HttpApplicationTable):
            _books(checked, table, ("application", index), files)
    for index, reconciliation in enumerate(checked.configuration.reconciliation):
        if complaint := _unfit(checked, reconciliation):
            checked.complaints.add("R150", ("reconciliation", index, "what"), complaint)


def _books(checked: Checked, table: HttpApplicationTable, path: KeyPath, files: Mapping[str, str]) -> None:
    compared = {
        (name, one.what) for one in checked.configuration.reconciliation for name in (one.application, one.against) if name
    }
    seen: set[str] = set()
    for n, books in enumerate(table.books):
        place: KeyPath = (*path, "books", n)
        if books.of in seen:
            checked.complaints.add("R020", (*place, "of"), f'there are other books of "{books.of}"')
        seen.add(books.of)
        if (table.id, books.of) not in compared:
            checked.complaints.add("R151", (*place, "of"), f'nothing is compared with the {books.of} of "{table.id}"')
        _one(checked, books, place, files)


def _one(checked: Checked, books: BooksTable, path: KeyPath, files: Mapping[str, str]) -> None:
    names = check_template(checked, compile_path, books.path, (*path, "path"), _IN_BOOKS)
    for name, text in books.query.items():
        names |= check_template(checked, compile_text, text, (*path, "query", name), _IN_BOOKS)
    if books.numbered != ("page" in names):
        checked.complaints.add("R097", (*path, "numbered"), "numbered and {{ page }} belong together: one counts, the other asks")
    for name in ("entries", "when", "name", "since", "changed", "next"):
        check_query(checked, getattr(books, name), (*path, name))
    _key(checked, books.key, (*path, "key"))
    for name, query in books.values.items():
        check_query(checked, query, (*path, "values", name))
    if books.lines is not None:
        check_query(checked, books.lines.each, (*path, "lines", "each"))
        _key(checked, books.lines.key, (*path, "lines", "key"))
        for n, query in enumerate(books.lines.aliases):
            check_query(checked, query, (*path, "lines", "aliases", n))
        for name, query in books.lines.values.items():
            check_query(checked, query, (*path, "lines", "values", name))
    check_case(checked, books.failed, (*path, "failed"))
    check_schema(checked, books.schema_, files, (*path, "schema"))
    if books.partner is not None and books.partner not in checked.ids("partner"):
        known = checked.ids("partner")
        text = f'there is no partner "{books.partner}"'
        checked.complaints.add("R021", (*path, "partner"), text, known=known, wanted=books.partner)


def _key(checked: Checked, key: str | list[str], path: KeyPath) -> None:
    for n, query in enumerate([key] if isinstance(key, str) else key):
        check_query(checked, query, path if isinstance(key, str) else (*path, n))


def _unfit(checked: Checked, table: ReconciliationTable) -> str:
    """Why two sides cannot be compared; nothing when they can."""
    if table.against and table.partner:
        return "it is compared with an application or with what a partner said, not with both"
    if table.what in _ALONE:
        named = table.application or table.against or table.partner
        return f"{table.what} are compared with what the gateway knows itself: name no other side" if named else ""
    left, right = table.agreed().sides
    if right.application is None and right.partner is None:
        return f"nobody is named whose {table.what} these are: application, against or partner"
    if right.partner is not None and table.what not in _IN_DOCUMENTS:
        return f"no document of a partner tells of {table.what}"
    if right.application is not None and (why := _not_kept(checked, right.application, table.what, asked=True)):
        return why
    if left.application is not None:
        return _not_kept(checked, left.application, table.what, asked=False)
    return "" if table.what in _OWN else f"the gateway itself keeps no {table.what}: name application and against"


def _not_kept(checked: Checked, application: str, what: str, *, asked: bool) -> str:
    """Why an application has no such books; `asked`: it may be asked entry by entry."""
    found = next((one for one in checked.configuration.application if one.id == application), None)
    if isinstance(found, OdooTable):
        kept, listed = what in _ODOO_LISTS | _ODOO_ASKED, what in _ODOO_LISTS
    elif isinstance(found, HttpApplicationTable):
        books = next((books for books in found.books if books.of == what), None)
        kept, listed = books is not None, books is not None and not _asks(books)
    else:
        return ""  # that there is none is told elsewhere
    if not kept:
        return f'application "{application}" has no books of {what}'
    return "" if asked or listed else f'application "{application}" has no list of {what}: it answers about what others have'


def _asks(books: BooksTable) -> bool:
    try:
        return asks_by_entry(books)
    except TemplateInvalid:  # told where it is written
        return False
