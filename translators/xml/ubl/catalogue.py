"""UBL Catalogue to the canonical price catalogue, and back."""

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.codecs import Number, Quantity, Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import ITEM, PARTY, customer, item_of_line, line_of_item, other_references, period, price, supplier
from translators.xml.ubl.rules import Notes, Stamp
from translators.xml.values import Code, Fixed, Identifier, Leaf

_SIDES = (("provider", "seller"), ("receiver", "buyer"))
"""Who sends and gets a catalogue, and who that is unless others are named as such."""

ACTIONS = Words({"Add": "add", "Update": "change", "Delete": "delete", "1": "add", "2": "delete", "3": "change", "4": "none"})

RELATED = {
    "component": "cac:ComponentRelatedItem",
    "accessory": "cac:AccessoryRelatedItem",
    "contained": "cac:RequiredRelatedItem",
    "substitute": "cac:ReplacementRelatedItem",
    "predecessor": "cac:ReplacedRelatedItem",
}
"""Relations of items, each with its tag."""


def _related(relation: str, tag: str) -> Each:
    return Each(
        tag,
        "related",
        Identifier("cbc:ID", "unspecified", "item.identifiers"),
        Leaf("cbc:Quantity", "quantity", Quantity()),
        Leaf("cbc:Description", "item.description"),
        means={"relation": relation},
        needs=("item",),
    )


LINE: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Code("cbc:ActionCode", "action", ACTIONS, other="other"),
    Leaf("cbc:LifeCycleStatusCode", "status"),
    Notes("cbc:Note", codes.TEXTS),
    Leaf("cbc:ContentUnitQuantity", "other_quantities.content", Quantity()),
    Leaf("cbc:OrderQuantityIncrementNumeric", "order_multiple.value", Number()),
    Leaf("cbc:OrderableUnit", "order_multiple.unit"),
    Leaf("cbc:MinimumOrderQuantity", "minimum_order", Quantity()),
    Leaf("cbc:MaximumOrderQuantity", "maximum_order", Quantity()),
    Inside("cac:LineValidityPeriod", *period("valid")),
    *(_related(relation, tag) for relation, tag in RELATED.items()),
    Inside(
        "cac:RequiredItemLocationQuantity",
        Leaf("cbc:LeadTimeMeasure", "other_quantities.lead_time", Quantity()),
        price(),
    ),
    One("cac:Item", "item", *ITEM, required=True),
)


def _after_reading(value: Value) -> None:
    """Provider and receiver are seller and buyer, unless others are named as such."""
    for role, usual in _SIDES:
        party = value.pop(role, None)
        if party is not None and usual in value:
            value.setdefault("other_parties", []).append({"role": role, **party})
        elif party is not None:
            value[usual] = party
    for line in value.get("lines", ()):
        line_of_item(line)
        multiple = line.get("order_multiple", {})
        if multiple and "value" not in multiple:
            line.setdefault("attributes", {})["orderable_unit"] = line.pop("order_multiple")["unit"]
        line["related"] = [{"item": {}, **each} for each in line.get("related", ())]
        if not line["related"]:
            del line["related"]


def _before_writing(value: Value) -> None:
    """Somebody provides the catalogue, somebody gets it."""
    for role, usual in _SIDES:
        found = next((party for party in value.get("other_parties") or () if party.get("role") == role), None)
        if found is not None:
            value["other_parties"].remove(found)
            value[role] = {key: said for key, said in found.items() if key != "role"}
        elif value.get(usual):
            value[role] = value.pop(usual)
    for line in value.get("lines") or ():
        item_of_line(line)
        unit = (line.get("attributes") or {}).pop("orderable_unit", None)
        if unit:
            line["order_multiple"] = {"unit": unit}


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Leaf("cbc:Name", "name"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:VersionID", "version"),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        Inside("cac:ValidityPeriod", *period("valid")),
        Inside("cac:ReferencedContract", Leaf("cbc:ID", "contract")),
        other_references("cac:DocumentReference"),
        One("cac:ProviderParty", "provider", *PARTY),
        One("cac:ReceiverParty", "receiver", *PARTY),
        supplier("cac:SellerSupplierParty", "seller"),
        customer("cac:ContractorCustomerParty", "buyer"),
        Each("cac:CatalogueLine", "lines", *LINE, scope=True),
    ),
    _after_reading,
    _before_writing,
)
