"""Finds out how a server speaks: its version, and whether its partners have a GLN field."""

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
