"""What the service user must be allowed to read for an Odoo database to be watched: for `gateway doctor`."""

from collections.abc import Iterator, Sequence

from gateway.applications.odoo.changes.feeds import READ_BY_WATCH
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooError, OdooFault
from gateway.applications.odoo.speech import learn_dialect
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_changes import ChangeTerms

Found = tuple[str, bool, str, str]
"""What was looked at, whether it is well, what was found, what to do."""


async def check_reading(application: str, connection: OdooConnection, terms: ChangeTerms) -> Sequence[Found]:
    """One result for each model that has to be read. What keeps from asking at all is told by the check of the connection."""
    client = OdooClient(
        url=connection.url,
        database=connection.database,
        login=connection.login,
        api_key=connection.api_key,
        timeout=connection.timeout,
    )
    try:
        access = (await learn_dialect(client)).access_method
        return [await _readable(client, application, model, access, why) for model, why in _needed(terms)]
    except OdooError:
        return ()
    finally:
        await client.close()


def _needed(terms: ChangeTerms) -> Iterator[tuple[str, str]]:
    """Each model once, with what it is needed for first."""
    seen: set[str] = set()
    for watch in (*terms.watch, *(("stock",) if terms.stock else ())):
        for model in READ_BY_WATCH[watch]:
            if model not in seen:
                seen.add(model)
                yield model, watch


async def _readable(client: OdooClient, application: str, model: str, access: str, why: str) -> Found:
    name = f"{application}: may read {model}"
    try:
        if access == "has_access":
            allowed = await client.call(model, access, [[], "read"])
        else:
            allowed = await client.call(model, access, ["read"], raise_exception=False)
    except OdooFault as fault:
        remedy = f"Install the app that brings {model}, or take {why} out of [application.changes] watch."
        return (name, False, f"{model} is not there: {fault}", remedy)
    if allowed:
        return (name, True, "yes", "")
    return (name, False, "no", f"Give the gateway's user the right to read {model} in Odoo: {why} are watched.")
