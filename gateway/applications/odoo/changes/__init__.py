"""What happens in Odoo by itself: orders answered, goods shipped, invoices posted. It is noticed, mapped and told, once."""

from gateway.applications.odoo.changes.source import OdooChanges, Surroundings

__all__ = ["OdooChanges", "Surroundings"]
