"""Odoo 17, 18 and 19: what documents ask for is done there exactly once, and what happens there becomes documents."""

from gateway.applications.odoo.application import OdooApplication
from gateway.applications.odoo.tables import Tables

__all__ = ["OdooApplication", "Tables"]
