"""What the UBL reports of stock share: a line for each quantity of an item."""

from copy import deepcopy

from translators.canonical.inventory_report import StockStatus
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.codecs import Amount, Day, Quantity
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import ADDRESS, ITEM_ALONE, PARTY, customer, other_references, period, supplier
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Code, Fixed, Leaf

REPORTER = "reporter"
"""The role of who reports where that is none of the parties to the goods."""

_ONE = ("one", "number", "item", "location")


def line(tag: str, value: str, usual: StockStatus) -> Each:
    """The lines; `value` is the tag of what the stock is worth, `usual` what a quantity is that says nothing of itself."""
    statuses = Words({str(status): str(status) for status in StockStatus if status is not usual})
    return Each(
        tag,
        "lines",
        Leaf("cbc:ID", "number"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:Quantity", "one.quantity", Quantity()),
        Leaf(value, "amounts.stock_value", Amount()),
        Leaf("cbc:AvailabilityDate", "one.expected", Day()),
        Code("cbc:AvailabilityStatusCode", "one.status", statuses),
        One("cac:Item", "item", *ITEM_ALONE, required=True),
        *_location(value),
        scope=True,
    )


def _location(value: str) -> tuple[Rule, ...]:
    if value != "cbc:InventoryValueAmount":
        return ()
    inner = (Leaf("cbc:ID", "identifiers.unspecified"), Leaf("cbc:Name", "name"), One("cac:Address", "address", *ADDRESS))
    return (One("cac:InventoryLocation", "location", *inner),)


def _reported(document: Value) -> None:
    """Somebody reports: the warehouse, or else whose goods they are."""
    parties = document.get("other_parties") or []
    if any(party.get("role") == REPORTER for party in parties):
        return
    known = next((document[role] for role in ("warehouse", "seller", "buyer") if document.get(role)), None)
    if known:
        moved = document.pop("warehouse", None) or deepcopy(known)
        document["other_parties"] = [*parties, {"role": REPORTER, **moved}]


def _gathered(document: Value, usual: StockStatus) -> None:
    """Lines that follow each other with the same number and item are one, with several quantities."""
    found: list[Value] = []
    for each in document.get("lines", ()):
        stock = each.pop("one", {})
        stock.setdefault("status", str(usual))
        if found and "number" in each and all(found[-1].get(member) == said for member, said in each.items()):
            found[-1]["stock"].append(stock)
        else:
            found.append({**each, "stock": [stock]})
    if found:
        document["lines"] = found


def _spread(document: Value, usual: StockStatus) -> None:
    """A line for each quantity; somebody reports."""
    found: list[Value] = []
    for each in document.get("lines") or ():
        again = {member: each[member] for member in _ONE if member in each}
        for place, stock in enumerate(each.pop("stock", None) or [{}]):
            if stock.get("status") == usual:
                del stock["status"]
            found.append({**(each if not place else deepcopy(again)), "one": stock})
    document["lines"] = found
    _reported(document)


def report(lines: Each, usual: StockStatus) -> DocumentMapping:
    """A report of such lines."""
    return DocumentMapping(
        Aggregate(
            Fixed("cbc:UBLVersionID", "2.1"),
            Leaf("cbc:ID", "number"),
            Copy("cbc:CopyIndicator"),
            Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
            Notes("cbc:Note", codes.TEXTS),
            Leaf("cbc:DocumentCurrencyCode", "currency"),
            Inside("cac:InventoryPeriod", *period("period")),
            other_references("cac:DocumentReference"),
            customer("cac:RetailerCustomerParty", "buyer"),
            Each("cac:InventoryReportingParty", "other_parties", *PARTY, means={"role": REPORTER}, most=1),
            supplier("cac:SellerSupplierParty", "seller"),
            lines,
        ),
        lambda document: _gathered(document, usual),
        lambda document: _spread(document, usual),
    )
