"""UBL InstructionForReturns to the canonical request for a return, and back."""

from translators.mapping.value import Value
from translators.xml.codecs import Quantity
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import ADDRESS, ITEM_ALONE, PARTY, customer, named, other_references, supplier
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf

KIND = "instruction"

LINE: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Notes("cbc:Note", codes.TEXTS),
    Leaf("cbc:Quantity", "quantity", Quantity()),
    Each("cac:ManufacturerParty", "other_parties", *PARTY, means={"role": "manufacturer"}, most=1),
    One("cac:Item", "item", *ITEM_ALONE, required=True),
)


def _after_reading(value: Value) -> None:
    """It tells a customer to send goods back."""
    value["kind"] = KIND


def _before_writing(value: Value) -> None:
    """Nothing else can be said here."""
    if value.get("kind") == KIND:
        del value["kind"]


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        supplier("cac:SellerSupplierParty", "seller"),
        customer("cac:RetailerCustomerParty", "buyer"),
        One("cac:ManufacturerParty", "manufacturer", *PARTY),
        Inside(
            "cac:Shipment",
            Leaf("cbc:ID", "shipment.number", absent="NA"),
            Inside("cac:Consignment", named("cbc:ID", "consignment")),
            Inside(
                "cac:Delivery",
                One("cac:DeliveryAddress", "ship_to.address", *ADDRESS),
                One("cac:CarrierParty", "carrier", *PARTY),
                One("cac:DeliveryParty", "ship_to", *PARTY),
                Inside(
                    "cac:Despatch",
                    Stamp("cbc:ActualDespatchDate", "cbc:ActualDespatchTime", "returned"),
                    One("cac:DespatchAddress", "ship_from.address", *ADDRESS),
                    One("cac:DespatchParty", "ship_from", *PARTY),
                ),
            ),
        ),
        other_references("cac:DocumentReference"),
        Each("cac:InstructionForReturnsLine", "lines", *LINE, scope=True),
    ),
    _after_reading,
    _before_writing,
)
