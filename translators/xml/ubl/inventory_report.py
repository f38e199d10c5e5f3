"""UBL InventoryReport to the canonical inventory report, and back."""

from translators.canonical.inventory_report import StockStatus
from translators.xml.ubl.stock import line, report

MAPPING = report(line("cac:InventoryReportLine", "cbc:InventoryValueAmount", StockStatus.ON_HAND), StockStatus.ON_HAND)
