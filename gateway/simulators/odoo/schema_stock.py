"""Warehouses, transfers, lots, packages and quants: the models and fields of `stock`."""

from collections.abc import Mapping

from gateway.simulators.odoo.fields import (
    NAMED,
    Field,
    Fields,
    char,
    flag,
    many2many,
    many2one,
    moment,
    number,
    one2many,
    selection,
)

PLACES: Mapping[str, Fields] = {
    "stock.route": {**NAMED},
    "stock.warehouse": {
        **NAMED,
        "code": char("Short Name", required=True),
        "company_id": many2one("Company", "res.company", required=True),
        "lot_stock_id": many2one("Location Stock", "stock.location"),
        "in_type_id": many2one("In Type", "stock.picking.type"),
        "out_type_id": many2one("Out Type", "stock.picking.type"),
        "int_type_id": many2one("Internal Type", "stock.picking.type"),
    },
    "stock.location": {
        **NAMED,
        "complete_name": char("Full Location Name", indexed=True),
        "barcode": char("Barcode", indexed=True),
        "usage": selection("Location Type"),
        "location_id": many2one("Parent Location", "stock.location", indexed=True),
        "company_id": many2one("Company", "res.company"),
        "warehouse_id": many2one("Warehouse", "stock.warehouse"),
    },
    "stock.picking.type": {
        **NAMED,
        "code": selection("Type of Operation"),
        "sequence_code": char("Sequence Prefix"),
        "warehouse_id": many2one("Warehouse", "stock.warehouse"),
        "company_id": many2one("Company", "res.company"),
        "default_location_src_id": many2one("Source Location", "stock.location"),
        "default_location_dest_id": many2one("Destination Location", "stock.location"),
        "return_picking_type_id": many2one("Operation Type for Returns", "stock.picking.type"),
    },
}

PICKING: Fields = {
    "name": char("Reference", indexed=True),
    "state": selection("Status", readonly=True),
    "partner_id": many2one("Contact", "res.partner"),
    "picking_type_id": many2one("Operation Type", "stock.picking.type", required=True),
    "picking_type_code": selection("Type of Operation", readonly=True),
    "location_id": many2one("Source Location", "stock.location"),
    "location_dest_id": many2one("Destination Location", "stock.location"),
    "scheduled_date": moment("Scheduled Date"),
    "date_deadline": moment("Deadline"),
    "date_done": moment("Date of Transfer"),
    "origin": char("Source Document"),
    "note": Field("html", "Notes"),
    "sale_id": many2one("Sales Order", "sale.order", indexed=True),
    "purchase_id": many2one("Purchase Order", "purchase.order", indexed=True),
    "backorder_id": many2one("Back Order of", "stock.picking", indexed=True),
    "backorder_ids": one2many("Back Orders", "stock.picking", "backorder_id"),
    "return_id": many2one("Return of", "stock.picking", indexed=True),
    "return_ids": one2many("Returns", "stock.picking", "return_id"),
    "move_ids": one2many("Stock Moves", "stock.move", "picking_id"),
    "move_line_ids": one2many("Operations", "stock.move.line", "picking_id"),
    "carrier_id": many2one("Carrier", "delivery.carrier"),
    "carrier_tracking_ref": char("Tracking Reference"),
    "company_id": many2one("Company", "res.company"),
}

MOVE: Fields = {
    "picking_id": many2one("Transfer", "stock.picking", indexed=True),
    "product_id": many2one("Product", "product.product", required=True, indexed=True),
    "product_uom_qty": number("Demand"),
    "product_uom": many2one("UoM", "uom.uom"),
    "quantity": number("Quantity"),
    "picked": flag("Picked"),
    "state": selection("Status", readonly=True),
    "date": moment("Date Scheduled"),
    "date_deadline": moment("Deadline"),
    "location_id": many2one("Source Location", "stock.location"),
    "location_dest_id": many2one("Destination Location", "stock.location"),
    "sale_line_id": many2one("Sale Line", "sale.order.line", indexed=True),
    "purchase_line_id": many2one("Purchase Order Line", "purchase.order.line", indexed=True),
    "move_orig_ids": many2many("Original Move", "stock.move"),
    "move_dest_ids": many2many("Destination Moves", "stock.move"),
    "procure_method": selection("Supply Method"),
    "origin_returned_move_id": many2one("Origin return move", "stock.move", indexed=True),
    "orderpoint_id": many2one("Original Reordering Rule", "stock.warehouse.orderpoint"),
    "to_refund": flag("Update quantities on SO/PO"),
    "is_inventory": flag("Inventory"),
    "reference": char("Reference"),
    "origin": char("Source Document"),
    "move_line_ids": one2many("Move Lines", "stock.move.line", "move_id"),
    "company_id": many2one("Company", "res.company"),
}


LOT: Fields = {
    "name": char("Lot/Serial Number", required=True, indexed=True),
    "ref": char("Internal Reference"),
    "product_id": many2one("Product", "product.product", required=True, indexed=True),
    "company_id": many2one("Company", "res.company"),
    "expiration_date": moment("Expiration Date"),
}

RETURNS: Mapping[str, Fields] = {
    "stock.return.picking": {
        "picking_id": many2one("Transfer", "stock.picking", required=True),
        "product_return_moves": one2many("Moves", "stock.return.picking.line", "wizard_id"),
    },
    "stock.return.picking.line": {
        "wizard_id": many2one("Wizard", "stock.return.picking", indexed=True),
        "product_id": many2one("Product", "product.product", required=True),
        "quantity": number("Quantity"),
        "move_id": many2one("Move", "stock.move"),
        "to_refund": flag("Update quantities on SO/PO"),
    },
}


def package_model(major: int) -> str:
    """The model of packages: renamed in 19."""
    return "stock.package" if major >= 19 else "stock.quant.package"


def _line(package: str) -> Fields:
    return {
        "move_id": many2one("Stock Operation", "stock.move", indexed=True),
        "picking_id": many2one("Transfer", "stock.picking", indexed=True),
        "product_id": many2one("Product", "product.product", indexed=True),
        "product_uom_id": many2one("Unit of Measure", "uom.uom"),
        "quantity": number("Quantity"),
        "picked": flag("Picked"),
        "lot_id": many2one("Lot/Serial Number", "stock.lot"),
        "lot_name": char("Lot/Serial Number Name"),
        "package_id": many2one("Source Package", package),
        "result_package_id": many2one("Destination Package", package),
        "location_id": many2one("From", "stock.location"),
        "location_dest_id": many2one("To", "stock.location"),
        "state": selection("Status", readonly=True),
        "date": moment("Date"),
    }


def _quant(package: str) -> Fields:
    return {
        "product_id": many2one("Product", "product.product", required=True, indexed=True),
        "location_id": many2one("Location", "stock.location", required=True, indexed=True),
        "lot_id": many2one("Lot/Serial Number", "stock.lot"),
        "package_id": many2one("Package", package),
        "quantity": number("Quantity", readonly=True),
        "reserved_quantity": number("Reserved Quantity", readonly=True),
        "available_quantity": number("Available Quantity", readonly=True),
        "inventory_quantity": number("Counted Quantity"),
        "inventory_quantity_set": flag("Inventory Quantity Set"),
        "inventory_diff_quantity": number("Difference", readonly=True),
        "inventory_date": Field("date", "Scheduled Date"),
        "company_id": many2one("Company", "res.company"),
        "warehouse_id": many2one("Warehouse", "stock.warehouse"),
    }


def stock_models(major: int) -> dict[str, Fields]:
    """The models of a version."""
    package = package_model(major)
    group = {"group_id": many2one("Procurement Group", "procurement.group")}
    picking = {**PICKING} if major >= 19 else {**PICKING, **group}
    if major < 19:
        picking["move_ids_without_package"] = one2many("Stock Moves", "stock.move", "picking_id")
    return {
        **PLACES,
        **RETURNS,
        "stock.picking": picking,
        "stock.move": MOVE if major >= 19 else {**MOVE, **group, "name": char("Description", required=True)},
        **({} if major >= 19 else {"procurement.group": {**NAMED, "sale_id": many2one("Sale Order", "sale.order")}}),
        "stock.move.line": _line(package),
        "stock.lot": LOT,
        package: {"name": char("Package Reference", indexed=True), "company_id": many2one("Company", "res.company")},
        "stock.quant": _quant(package),
    }
