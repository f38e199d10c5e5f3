"""Who issued a document, what tells it from its siblings, and how many keys it may have."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from translators.canonical.application_response import Answer, AnsweredDocument, ApplicationResponse
from translators.canonical.delivery_schedule import DeliverySchedule
from translators.canonical.despatch_advice import DespatchAdvice
from translators.canonical.header import MOST_KEYS, capped, digest, party_key
from translators.canonical.inventory_adjustment import AdjustmentLine, AdjustmentReason, InventoryAdjustment
from translators.canonical.inventory_report import InventoryLine, Stock, StockStatus
from translators.canonical.logistics import Milestone, Package, every_package, package_keys
from translators.canonical.order_response import OrderResponse, ResponseStatus
from translators.canonical.parts import Amount, DocumentReference, Identifiers, Item, Party, Quantity, Reference
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange
from translators.canonical.quote import Quote
from translators.canonical.remittance_advice import RemittanceAdvice
from translators.canonical.sales_report import SalesReport
from translators.canonical.stock_transfer import StockTransfer
from translators.canonical.transport_status import StatusLine, TransportStatus
from translators.canonical.warehouse_shipment import WarehouseShipment

MARCH = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def referring(number: str) -> DocumentReference:
    """A document named by its number."""
    return DocumentReference(number=number)


@pytest.mark.parametrize(
    ("identifiers", "key"),
    [
        ({"buyer": "9", "duns": "081466849"}, "duns:081466849"),
        ({"gln": ["4031749000019", "4031749000026"], "duns": "1"}, "gln:4031749000019"),
        ({"scac": "RECD"}, "scac:RECD"),
        ({"gln": [], "vat": "DE811111111"}, "vat:DE811111111"),
        ({}, ""),
    ],
)
def test_a_party_is_known_by_its_best_identifier(identifiers: Identifiers, key: str) -> None:
    assert party_key(Party(identifiers=identifiers)) == key


def test_nobody_is_no_party() -> None:
    assert party_key(None) == ""


def test_the_issuer_is_the_first_role_that_says_who_it_is() -> None:
    nameless, seller = Party(name="Plant 3"), Party(identifiers={"gln": "4038431000005"})
    assert DespatchAdvice(number="1", ship_from=nameless, seller=seller).issuer == "gln:4038431000005"


def test_orders_keep_the_identity_they_had_in_the_first_release() -> None:
    order = PurchaseOrder(number="1", release="7", buyer=Party(identifiers={"buyer": "9", "duns": "081466849"}), lines=[])
    assert order.identity == "duns:081466849|1|7"
    assert PurchaseOrder(number="1", buyer=Party(identifiers={"store": "12"}), lines=[]).identity == "|1|"


def test_keys_are_said_once_in_order_and_empty_ones_never() -> None:
    assert capped([("order", "2"), ("order", None), ("order", "1"), ("order", ""), ("order", "2")]) == (
        ("order", "2"),
        ("order", "1"),
    )


def test_a_document_has_at_most_a_thousand_keys_and_its_own_number_is_the_first() -> None:
    packages = [Package(identifiers={"sscc": f"{number:018}"}) for number in range(MOST_KEYS + 5)]
    keys = DespatchAdvice(number="DN-1", packages=packages).business_keys
    assert len(keys) == MOST_KEYS
    assert keys[0] == ("despatch", "DN-1")


def test_only_references_that_people_search_by_are_keys() -> None:
    references = [Reference(kind="department", number="12"), Reference(kind="contract", number="RV-1")]
    assert DespatchAdvice(number="1", references=references).business_keys == (("despatch", "1"), ("contract", "RV-1"))


def test_packages_are_found_at_any_depth_each_before_those_in_it() -> None:
    inner = Package(number="3", identifiers={"sscc": ["c", "d"], "tracking": "t"})
    packages = [Package(number="1", packages=[Package(number="2", packages=[inner])]), Package(number="4")]
    assert [package.number for package in every_package(packages)] == ["1", "2", "3", "4"]
    assert list(package_keys(packages)) == [("sscc", "c"), ("sscc", "d"), ("tracking", "t")]


def test_deeply_nested_packages_are_no_danger() -> None:
    package = Package()
    for _ in range(3000):
        package = Package.model_construct(packages=[package])
    assert sum(1 for _ in every_package([package])) == 3001


def test_stock_of_one_status_is_added_up() -> None:
    stock = [Stock(status=StockStatus.ON_HAND, quantity=Quantity(value=Decimal(value))) for value in (320, 6)]
    line = InventoryLine(stock=[*stock, Stock(status=StockStatus.DAMAGED)])
    assert line.quantity_of(StockStatus.ON_HAND) == 326
    assert line.quantity_of(StockStatus.DAMAGED) is None
    assert line.quantity_of(StockStatus.RESERVED) is None


def test_changes_without_a_number_differ_by_their_day() -> None:
    first, second = (PurchaseOrderChange(number="1", issued=day) for day in (MARCH, date(2026, 3, 4)))
    assert first.identity == "|1||||2026-03-02|change"
    assert first.identity != second.identity


def test_responses_without_a_number_differ_by_their_day_and_by_what_they_answer() -> None:
    answers = [
        OrderResponse(status=ResponseStatus.ACCEPTED, order=referring("1"), issued=MARCH),
        OrderResponse(status=ResponseStatus.ACCEPTED, order=referring("1"), issued=NOON),
        OrderResponse(status=ResponseStatus.ACCEPTED, order=DocumentReference(number="1", release="2"), issued=MARCH),
        OrderResponse(status=ResponseStatus.ACCEPTED, order=referring("1"), order_change=referring("C"), issued=MARCH),
    ]
    assert len({answer.identity for answer in answers}) == len(answers)


def test_documents_without_a_number_have_something_else_that_is_theirs() -> None:
    assert SalesReport(issued=MARCH).identity == "||||2026-03-02"
    assert Quote(request=referring("RFQ-1"), issued=MARCH).identity == "||RFQ-1|2026-03-02"
    assert DeliverySchedule(order=referring("1"), issued=MARCH).identity == "|||1|2026-03-02"
    assert WarehouseShipment(warehouse_order=referring("W"), issued=MARCH).identity == "||W|2026-03-02"
    assert StockTransfer(transfer_order=referring("T"), despatched=MARCH).identity == "||T||2026-03-02"
    amount = Amount(amount=Decimal("245.15"))
    assert RemittanceAdvice(paid=MARCH, amount=amount).identity == "|||2026-03-02|245.15"


def test_adjustments_without_a_number_differ_by_what_they_say() -> None:
    def adjustment(value: int) -> InventoryAdjustment:
        line = AdjustmentLine(reason=AdjustmentReason.COUNT, item=Item(), quantity=Quantity(value=Decimal(value)))
        return InventoryAdjustment(adjusted=MARCH, lines=[line])

    assert adjustment(-3).identity == adjustment(-3).identity != adjustment(-4).identity


def test_a_status_differs_from_the_next_by_its_events() -> None:
    def status(event: str, occurred: datetime) -> TransportStatus:
        return TransportStatus(number="1", lines=[StatusLine(milestones=[Milestone(event=event, occurred=occurred)])])

    reports = [status("picked_up", NOON), status("delivered", NOON), status("delivered", NOON.replace(hour=13))]
    assert len({report.identity for report in reports}) == 3
    assert status("delivered", NOON).identity == reports[1].identity


def test_a_response_to_many_documents_is_named_by_a_digest_of_their_numbers() -> None:
    answered = [AnsweredDocument(status=Answer.REJECTED, document=referring(number)) for number in ("1", "2")]
    response = ApplicationResponse(number="9", status=Answer.REJECTED, documents=answered)
    assert response.identity == f"|9|{digest(['1', '2'])}|rejected"
