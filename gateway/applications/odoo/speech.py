"""Finds out how a server speaks: its version, whether its partners have a GLN field, and for which company its user acts."""

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.dialect import Dialect, dialect_of

GLN_FIELD = "global_location_number"
"""A module adds it; with 19 it comes by itself."""


async def learn_dialect(client: OdooClient, gln_field: str | None = None) -> Dialect:
    """The dialect of the server. Raises OdooError."""
    version = await client.version()
    field = gln_field or GLN_FIELD
    known = await client.call("res.partner", "fields_get", [[field]], attributes=["type"])
    return dialect_of(version, gln=field if field in known else None)


async def own_company(client: OdooClient) -> int | None:
    """The company of a user who may act for several, None where there is only one: without a word of ours Odoo would look into
    all of them at once. Raises OdooError.
    """
    uid = await client.authenticate()
    rows = await client.call("res.users", "read", [[uid], ["company_id", "company_ids"]])
    return int(rows[0]["company_id"][0]) if rows and len(rows[0]["company_ids"]) > 1 else None
