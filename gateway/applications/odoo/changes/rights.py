"""What the service user must be allowed to read for an Odoo database to be watched: for `gateway doctor`."""

from collections.abc import Iterator, Sequence

from gateway.applications.odoo.changes.feeds import READ_BY_WATCH
from gateway.applications.odoo.changes.publishing import READ_BY_RECORDS
from gateway.applications.odoo.reading import Found, Needed, check_models
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_changes import ChangeTerms


async def check_reading(application: str, connection: OdooConnection, terms: ChangeTerms) -> Sequence[Found]:
    """One result for each model that has to be read."""
    return await check_models(application, connection, for_changes(terms))


def for_changes(terms: ChangeTerms) -> Iterator[Needed]:
    """What is read of a database that is watched."""
    for watch in (*terms.watch, *(("stock",) if terms.stock else ())):
        yield from ((model, f"[application.changes] {watch}") for model in READ_BY_WATCH[watch])
    for what in dict.fromkeys(one.what for one in terms.publications):
        yield from ((model, f"[[application.changes.publish]] {what}") for model in READ_BY_RECORDS[what])
