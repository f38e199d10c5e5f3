"""HANMOV: goods to be handled or moved in a warehouse."""

from translators.edifact.messages.warehouse_order import mapping

MAPPING = mapping("650")
