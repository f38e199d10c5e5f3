"""UBL DespatchAdvice to the canonical despatch advice with its packages, and back."""

from translators.mapping.value import Value
from translators.xml.codecs import Amount, Indicator, Known, Number, Quantity, Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.goods_rules import Dimensions
from translators.xml.ubl.parts import (
    ADDRESS,
    ITEM,
    ITEM_ALONE,
    PARTY,
    customer,
    item_of_line,
    line_of_item,
    named,
    number_references,
    order_line_reference,
    order_reference,
    other_references,
    period,
    supplier,
)
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Identifiers, Leaf, Lines

_ORDER_LINE = {"order": "cac:OrderLineReference"}

DIMENSION: Rule = Dimensions("cac:MeasurementDimension", codes.MEASURES)

CONTENT: tuple[Rule, ...] = (
    Leaf("cbc:ID", "line"),
    Leaf("cbc:Quantity", "quantity", Quantity()),
    One("cac:Item", "item", *ITEM_ALONE),
)


def _packages() -> tuple[Rule, ...]:
    return (
        Identifiers("cbc:ID", codes.PACKAGE_SCHEMES, inner="", plain="sscc"),
        Leaf("cbc:Quantity", "count", Number()),
        Leaf("cbc:ReturnableMaterialIndicator", "returnable", Indicator()),
        Leaf("cbc:PackagingTypeCode", "kind"),
        Each("cac:GoodsItem", "contents", *CONTENT),
        DIMENSION,
        Each("cac:ContainedPackage", "packages", again=_packages),
    )


HANDLING_UNIT: tuple[Rule, ...] = (
    Identifiers("cbc:ID", codes.PACKAGE_SCHEMES, inner="", plain="sscc"),
    Leaf("cbc:TransportHandlingUnitTypeCode", "kind"),
    Lines("cbc:ShippingMarks", "marks"),
    Each("cac:GoodsItem", "contents", *CONTENT),
    Each(
        "cac:HandlingUnitDespatchLine",
        "contents",
        Leaf("cbc:ID", "line"),
        Leaf("cbc:DeliveredQuantity", "quantity", Quantity()),
        One("cac:Item", "item", *ITEM_ALONE),
        reading_only=True,
    ),
    DIMENSION,
    Each("cac:ActualPackage", "packages", again=_packages),
)

STAGE: tuple[Rule, ...] = (
    Leaf("cbc:TransportModeCode", "mode", Known(codes.MODES)),
    Inside("cac:TransitPeriod", *period("planned")),
    One("cac:CarrierParty", "carrier", *PARTY),
    Inside("cac:TransportMeans", Inside("cac:RoadTransport", Leaf("cbc:LicensePlateID", "conveyance"))),
    Leaf("cbc:Instructions", "text"),
)

SHIPMENT: tuple[Rule, ...] = (
    Leaf("cbc:ID", "shipment.number", absent="NA"),
    Leaf("cbc:ShippingPriorityLevelCode", "shipment.service"),
    Lines("cbc:HandlingInstructions", "shipment.handling"),
    Leaf("cbc:GrossWeightMeasure", "shipment.measures.gross_weight", Quantity()),
    Leaf("cbc:NetWeightMeasure", "shipment.measures.net_weight", Quantity()),
    Leaf("cbc:GrossVolumeMeasure", "shipment.measures.gross_volume", Quantity()),
    Leaf("cbc:NetVolumeMeasure", "shipment.measures.net_volume", Quantity()),
    Leaf("cbc:TotalTransportHandlingUnitQuantity", "shipment.packages", Number()),
    Leaf("cbc:DeclaredCustomsValueAmount", "amounts.customs_value", Amount()),
    Leaf("cbc:InsuranceValueAmount", "amounts.insurance", Amount()),
    Inside("cac:Consignment", named("cbc:ID", "consignment")),
    Each("cac:ShipmentStage", "transport", *STAGE),
    Inside(
        "cac:Delivery",
        Stamp("cbc:ActualDeliveryDate", "cbc:ActualDeliveryTime", "other_dates.delivered"),
        Stamp("cbc:LatestDeliveryDate", "cbc:LatestDeliveryTime", "other_dates.latest_delivery"),
        Lines("cbc:TrackingID", "shipment.tracking", most=1),
        One("cac:DeliveryAddress", "ship_to.address", *ADDRESS, reading_only=True),
        Inside("cac:DeliveryLocation", One("cac:Address", "ship_to.address", *ADDRESS, reading_only=True)),
        Inside(
            "cac:RequestedDeliveryPeriod",
            Stamp("cbc:StartDate", "cbc:StartTime", "other_dates.requested_delivery"),
            Stamp("cbc:EndDate", "cbc:EndTime", "other_dates.requested_delivery_until"),
        ),
        Inside("cac:PromisedDeliveryPeriod", Stamp("cbc:StartDate", "cbc:StartTime", "other_dates.promised_delivery")),
        Inside("cac:EstimatedDeliveryPeriod", Stamp("cbc:StartDate", "cbc:StartTime", "expected_delivery")),
        One("cac:CarrierParty", "carrier", *PARTY),
        One("cac:DeliveryParty", "final_consignee", *PARTY),
        Inside(
            "cac:Despatch",
            Stamp("cbc:ActualDespatchDate", "cbc:ActualDespatchTime", "despatched"),
            Stamp("cbc:EstimatedDespatchDate", "cbc:EstimatedDespatchTime", "other_dates.estimated_despatch"),
            One("cac:DespatchAddress", "ship_from.address", *ADDRESS, reading_only=True),
        ),
    ),
    Each("cac:TransportHandlingUnit", "packages", *HANDLING_UNIT),
)

LINE: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Notes("cbc:Note", codes.TEXTS),
    Leaf("cbc:LineStatusCode", "status", Known(codes.DESPATCH_STATUSES)),
    Leaf("cbc:DeliveredQuantity", "quantity", Quantity()),
    Leaf("cbc:BackorderQuantity", "other_quantities.back_ordered", Quantity()),
    Leaf("cbc:OutstandingQuantity", "outstanding", Quantity()),
    Leaf("cbc:OversupplyQuantity", "other_quantities.over", Quantity()),
    Leaf("cbc:BackorderReason", "reason", reading_only=True),
    Leaf("cbc:OutstandingReason", "reason"),
    order_line_reference(required=True),
    other_references("cac:DocumentReference"),
    One("cac:Item", "item", *ITEM, required=True),
)


def _after_reading(value: Value) -> None:
    for line in value.get("lines", ()):
        line_of_item(line)
        number_references(line, value, _ORDER_LINE)


def _before_writing(value: Value) -> None:
    """Somebody sends the goods and somebody gets them."""
    for mandatory, other in (("ship_from", "seller"), ("ship_to", "buyer")):
        if not value.get(mandatory) and value.get(other):
            value[mandatory] = value.pop(other)
    for line in value.get("lines") or ():
        item_of_line(line)


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Leaf("cbc:DespatchAdviceTypeCode", "kind"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        order_reference(),
        supplier("cac:DespatchSupplierParty", "ship_from"),
        customer("cac:DeliveryCustomerParty", "ship_to"),
        customer("cac:BuyerCustomerParty", "buyer"),
        supplier("cac:SellerSupplierParty", "seller"),
        Each("cac:OriginatorCustomerParty", "other_parties", Inside("cac:Party", *PARTY), means={"role": "originator"}, most=1),
        Inside("cac:Shipment", *SHIPMENT),
        other_references(),
        Each("cac:DespatchLine", "lines", *LINE, scope=True),
    ),
    _after_reading,
    _before_writing,
)
