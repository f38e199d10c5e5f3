"""UBL OrderResponse to the canonical response, line by line, and back."""

from copy import deepcopy

from translators.mapping.value import Value
from translators.xml.codecs import Quantity
from translators.xml.rules import Aggregate, DocumentMapping, Inside, One
from translators.xml.ubl import codes
from translators.xml.ubl.order import delivery, line_item, opening, order_lines, parties, terms
from translators.xml.ubl.parts import (
    ITEM_ALONE,
    item_of_line,
    line_of_item,
    number_references,
    order_line_reference,
    order_reference,
    price,
    reference,
)
from translators.xml.ubl.rules import Copy, Stamp
from translators.xml.values import Code, Fixed, Leaf

_ORDER_LINE = {"order": "cac:OrderLineReference"}
_OF_A_LINE = {"accepted": "accepted", "rejected": "rejected", "with_changes": "changed"}

LINE = line_item(
    Code(
        "cbc:LineStatusCode",
        "response.status",
        codes.LINE_RESPONSES,
        other="other",
        taken=("listAgencyID", "listName"),
        coarser=codes.COARSER_RESPONSES,
    ),
    Leaf("cbc:Quantity", "response.quantity", Quantity()),
    Leaf("cbc:MaximumBackorderQuantity", "response.other_quantities.back_ordered", Quantity()),
    Inside(
        "cac:Delivery",
        Inside("cac:PromisedDeliveryPeriod", Stamp("cbc:StartDate", "cbc:StartTime", "response.delivery")),
        Inside("cac:Despatch", Stamp("cbc:EstimatedDespatchDate", "cbc:EstimatedDespatchTime", "response.despatch")),
    ),
    price(path="response.price"),
)


def _after_reading(value: Value) -> None:
    """Lines have responses; several lines about one and the same ordered line are one, with several."""
    status = value.setdefault("status", "with_changes")
    lines: list[Value] = []
    for line in value.get("lines", ()):
        line_of_item(line)
        number_references(line, value, _ORDER_LINE)
        response = line.pop("response", {})
        response.setdefault("status", _OF_A_LINE.get(status, "other"))
        if lines and _continues(line, lines[-1]):
            lines[-1]["responses"].append(response)
        else:
            line["responses"] = [response]
            lines.append(line)
    if lines:
        value["lines"] = lines


def _continues(line: Value, before: Value) -> bool:
    return bool(line.get("number")) and all(before.get(member) == said for member, said in line.items())


def _before_writing(value: Value) -> None:
    """A line for each response, with the item repeated."""
    lines: list[Value] = []
    for line in value.get("lines") or ():
        item_of_line(line)
        responses = line.pop("responses", None) or [{}]
        again = {member: line[member] for member in ("number", "item", "order") if member in line}
        for place, response in enumerate(responses):
            if response.get("status") == "other" and "original_codes" not in response:
                del response["status"]  # there is no code for it
            lines.append({**(line if not place else deepcopy(again)), "response": response})
    value["lines"] = lines


MAPPING = DocumentMapping(
    Aggregate(
        Leaf("cbc:ID", "number"),
        Leaf("cbc:SalesOrderID", "seller_order", reading_only=True),
        Copy("cbc:CopyIndicator"),
        Code("cbc:OrderResponseCode", "status", codes.RESPONSES, other="other"),
        order_reference(Leaf("cbc:SalesOrderID", "seller_order")),
        reference("cac:OrderDocumentReference", "previous_order", most=1_000),
        *opening(),
        *parties(),
        delivery(),
        *terms("cac:LegalMonetaryTotal"),
        order_lines(
            LINE,
            Inside("cac:SellerSubstitutedLineItem", Fixed("cbc:ID", "1"), One("cac:Item", "response.item", *ITEM_ALONE)),
            order_line_reference(),
        ),
    ),
    _after_reading,
    _before_writing,
)
