"""Odoo 17, 18 and 19 over JSON-RPC: canonical purchase orders become sale orders, exactly once."""

from gateway.applications.odoo.application import OdooApplication
from gateway.applications.odoo.tables import Tables

__all__ = ["OdooApplication", "Tables"]
