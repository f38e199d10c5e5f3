"""What the service user must be allowed to read, beside what its actions need: for `gateway doctor`."""

from collections.abc import Iterable, Sequence

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooError, OdooFault
from gateway.applications.odoo.order import Kind
from gateway.applications.odoo.reference import READ
from gateway.applications.odoo.speech import learn_dialect
from gateway.domain.application import OdooConnection
from gateway.domain.lookup import Record
from gateway.domain.odoo_tables import PACKAGING, Tables

Found = tuple[str, bool, str, str]
"""What was looked at, whether it is well, what was found, what to do."""

PACKAGINGS = "product.packaging"
"""Up to Odoo 18; from 19 on they are units of measure."""

Needed = tuple[str, str]
"""A model, and what it is read for: `the table of carriers`."""


async def check_models(application: str, connection: OdooConnection, needed: Iterable[Needed]) -> Sequence[Found]:
    """One result for each model that has to be read, with what it is read for first. What keeps from asking at all is told by
    the check of the connection.
    """
    first: dict[str, str] = {}
    for model, why in needed:
        first.setdefault(model, why)
    client = OdooClient.of(connection)
    try:
        dialect = await learn_dialect(client, connection.gln_field)
        if dialect.packagings_are_units:
            first.pop(PACKAGINGS, None)
        return [
            await _readable(client, application, dialect.model(one), dialect.access_method, why) for one, why in first.items()
        ]
    except OdooError:
        return ()
    finally:
        await client.close()


def for_lookups(records: Iterable[Record]) -> list[Needed]:
    """What lookups of these kinds read."""
    return [(model, f"looking up a {record}") for record in sorted(set(records)) for model in READ[record]]


def for_tables(tables: Tables) -> list[Needed]:
    """What the tables name: records that may not be read cannot be found by their external ids either."""
    needed = [(kind.value, f"the table of {kind.table}") for kind in Kind if getattr(tables, kind.table)]
    needed += [("product.pricelist", "the table of pricelists")] if tables.pricelists else []
    if any(target.startswith(PACKAGING) for target in tables.units.values()):
        needed.append((PACKAGINGS, "the table of units"))
    return needed


async def _readable(client: OdooClient, application: str, model: str, access: str, why: str) -> Found:
    name = f"{application}: may read {model}"
    try:
        if access == "has_access":
            allowed = await client.call(model, access, [[], "read"])
        else:
            allowed = await client.call(model, access, ["read"], raise_exception=False)
    except OdooFault as fault:
        return (
            name,
            False,
            f"{model} is not there: {fault}",
            f"Install the app that brings {model}, or do without: {why} needs it.",
        )
    if allowed:
        return (name, True, "yes", "")
    return (name, False, "no", f"Give the gateway's user the right to read {model} in Odoo: {why} needs it.")
