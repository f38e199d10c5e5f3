"""The canonical data model: what a document says, free of the syntax it came in. One file per document, versioned."""

from importlib import import_module

from translators.canonical.base import CanonicalDocument

_MODELS = {
    "application_response": ("translators.canonical.application_response", "ApplicationResponse"),
    "credit_note": ("translators.canonical.credit_note", "CreditNote"),
    "delivery_schedule": ("translators.canonical.delivery_schedule", "DeliverySchedule"),
    "despatch_advice": ("translators.canonical.despatch_advice", "DespatchAdvice"),
    "freight_invoice": ("translators.canonical.freight_invoice", "FreightInvoice"),
    "functional_acknowledgement": ("translators.canonical.functional_acknowledgement", "FunctionalAcknowledgement"),
    "generic_document": ("translators.canonical.generic_document", "GenericDocument"),
    "inventory_adjustment": ("translators.canonical.inventory_adjustment", "InventoryAdjustment"),
    "inventory_report": ("translators.canonical.inventory_report", "InventoryReport"),
    "invoice": ("translators.canonical.invoice", "Invoice"),
    "item_master": ("translators.canonical.item_master", "ItemMaster"),
    "location_master": ("translators.canonical.location_master", "LocationMaster"),
    "lot_master": ("translators.canonical.lot_master", "LotMaster"),
    "order_response": ("translators.canonical.order_response", "OrderResponse"),
    "party_master": ("translators.canonical.party_master", "PartyMaster"),
    "price_catalogue": ("translators.canonical.price_catalogue", "PriceCatalogue"),
    "purchase_order": ("translators.canonical.purchase_order", "PurchaseOrder"),
    "purchase_order_change": ("translators.canonical.purchase_order_change", "PurchaseOrderChange"),
    "quote": ("translators.canonical.quote", "Quote"),
    "receiving_advice": ("translators.canonical.receiving_advice", "ReceivingAdvice"),
    "remittance_advice": ("translators.canonical.remittance_advice", "RemittanceAdvice"),
    "request_for_quote": ("translators.canonical.request_for_quote", "RequestForQuote"),
    "return_request": ("translators.canonical.return_request", "ReturnRequest"),
    "sales_report": ("translators.canonical.sales_report", "SalesReport"),
    "stock_transfer": ("translators.canonical.stock_transfer", "StockTransfer"),
    "transport_order": ("translators.canonical.transport_order", "TransportOrder"),
    "transport_response": ("translators.canonical.transport_response", "TransportResponse"),
    "transport_status": ("translators.canonical.transport_status", "TransportStatus"),
    "unit_master": ("translators.canonical.unit_master", "UnitMaster"),
    "warehouse_order": ("translators.canonical.warehouse_order", "WarehouseOrder"),
    "warehouse_receipt": ("translators.canonical.warehouse_receipt", "WarehouseReceipt"),
    "warehouse_shipment": ("translators.canonical.warehouse_shipment", "WarehouseShipment"),
}

ALSO = {"invoice": ("credit_note",)}
"""Documents that the same sets and messages may stand for, told apart by a code in them."""
NAMES = tuple(_MODELS)
"""The canonical documents there are."""


def model_of(name: str) -> type[CanonicalDocument]:
    """The model of a canonical document by its name, imported on first use. Raises KeyError for a name that is none."""
    module, model = _MODELS[name]
    found: type[CanonicalDocument] = getattr(import_module(module), model)
    return found
