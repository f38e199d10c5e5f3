"""What a simulated partner says: orders of its own, and its answers to the orders, invoices and despatch advices it is sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from translators.canonical.application_response import Answer, ApplicationResponse
from translators.canonical.base import CanonicalDocument
from translators.canonical.order_response import LineStatus, OrderResponse, ResponseStatus
from translators.canonical.purchase_order import OrderLine, PurchaseOrder
from translators.contract import Family, Identity

USUAL_LINES: Sequence[tuple[str, int]] = (("ANVIL", 10), ("ROCKET", 2))


def order_of(
    number: str,
    *,
    family: Family,
    buyer: Identity,
    seller: Identity,
    issued: date,
    lines: Sequence[tuple[str, int]] = USUAL_LINES,
    more: Mapping[str, Any] | None = None,
) -> PurchaseOrder:
    """An order of items with their quantities, by the names on the envelope. `more` are further members of its head."""
    return PurchaseOrder.model_validate(
        {
            "schema": "purchase_order/1",
            "number": number,
            "issued": issued,
            "buyer": _party(family, buyer),
            "seller": _party(family, seller),
            "lines": [
                {
                    "number": str(place),
                    "item": {"identifiers": {"seller": item}, "name": item.title()},
                    "quantity": {"value": quantity, "unit": "EA"},
                }
                for place, (item, quantity) in enumerate(lines, 1)
            ],
            **(more or {}),
        }
    )


def order_response_to(
    order: PurchaseOrder, *, number: str, issued: date, refused: bool, family: Family = Family.X12
) -> OrderResponse:
    """The answer to an order, as it can be said in a family of formats: all of it, or nothing."""
    said = ResponseStatus.REJECTED if refused else ResponseStatus.ACCEPTED
    return OrderResponse.model_validate(
        {
            "number": number,
            "issued": issued,
            "status": said,
            "order": {"number": order.number, "issued": order.issued},
            "currency": order.currency,
            "buyer": order.buyer,
            "seller": order.seller,
            "lines": [_answered(line, family, refused=refused) for line in order.lines],
        }
    )


def _answered(line: OrderLine, family: Family, *, refused: bool) -> dict[str, Any]:
    """The answer to a line. UBL has but the quantity that is answered, EDIFACT but the one that was ordered."""
    answer: dict[str, Any] = {"status": LineStatus.REJECTED if refused else LineStatus.ACCEPTED}
    told: dict[str, Any] = {"number": line.number, "item": line.item, "responses": [answer]}
    if family is not Family.XML:
        told["quantity"] = line.quantity
    if family is not Family.EDIFACT:
        answer["quantity"] = line.quantity
    return told


def verdict_on(document: CanonicalDocument, *, number: str, issued: date, refused: bool) -> ApplicationResponse:
    """What its application says of a document: 824, APERAK, ApplicationResponse."""
    said = Answer.REJECTED if refused else Answer.ACCEPTED
    wrong = [{"code": "ZZZ", "text": "refused by a simulated partner", "severity": "error"}] if refused else []
    named = str(getattr(document, "number", "") or next((value for _, value in document.business_keys), ""))
    answered = {"status": said, "document": {"number": named}, "errors": wrong}
    parties = {role: party for role in ("buyer", "seller") if (party := getattr(document, role, None)) is not None}
    return ApplicationResponse.model_validate(
        {"number": number, "issued": issued, "status": said, "documents": [answered], **parties}
    )


def _party(family: Family, identity: Identity) -> dict[str, Any]:
    """Somebody by the address on the envelope, as documents of the family name parties."""
    if family is Family.XML:
        address = f"{identity.qualifier}:{identity.id}" if identity.qualifier else identity.id
        return {"name": identity.id, "identifiers": {"endpoint": address, **_number(identity)}}
    return {"name": identity.id, "identifiers": _number(identity) or {"buyer": identity.id}}


def _number(identity: Identity) -> dict[str, str]:
    """The number that somebody has by its scheme, where its qualifier tells: a GLN or a D-U-N-S."""
    scheme = {"14": "gln", "0088": "gln", "01": "duns", "0060": "duns"}.get(identity.qualifier)
    return {scheme: identity.id} if scheme else {}
