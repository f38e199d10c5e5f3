"""The kinds of documents there are: how each is recognised, who sends it to whom, its table, its mapping."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module

from translators.xml.grammar import Aggregate as Table
from translators.xml.namespaces import NAMESPACES, UBL_DOCUMENT
from translators.xml.node import Node
from translators.xml.rules import DocumentMapping

Way = tuple[str, ...]
"""Names down from the root."""

CXML = "cXML"
"""Stands for the namespace of cXML documents, which have none."""

_BUYER = ("cac:BuyerCustomerParty", "cac:Party")
_SELLER = ("cac:SellerSupplierParty", "cac:Party")
_REPORTER = ("cac:InventoryReportingParty",)
_RETAILER = ("cac:RetailerCustomerParty", "cac:Party")
_DESPATCHER = ("cac:DespatchSupplierParty", "cac:Party")
_RECEIVER = ("cac:DeliveryCustomerParty", "cac:Party")
_CREDITOR = ("cac:AccountingSupplierParty", "cac:Party")
_SHIPPER = ("cac:TransportUserParty",)
_CARRIER = ("cac:TransportServiceProviderParty",)
_DEBTOR = ("cac:AccountingCustomerParty", "cac:Party")


def _always(_root: Node) -> bool:
    """There is but one document of this root."""
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """A document type. `sender` and `receiver` lead to the parties that the document itself names, `number` to its number.

    Where one root is several documents, `fits` tells whether it is this one. Of cXML, whose header names the parties, `roles`
    are those of sender and receiver, and `dtd` is the module that defines it.
    """

    type: str
    namespace: str
    name: str
    module: str
    sender: Way
    receiver: Way
    version: str = "UBL-2.1"
    tables: str = field(default="translators.xml.ubl.grammar")
    number: Way = ("cbc:ID",)
    fits: Callable[[Node], bool] = _always
    roles: tuple[str, str] = ("", "")
    dtd: str = ""

    @property
    def root(self) -> str:
        """The name of its root, with the prefix it has in our tables."""
        return f"rsm:{self.type}" if self.namespace == NAMESPACES["rsm"] else self.type

    @property
    def is_cxml(self) -> bool:
        """Whether its attributes are children to its rules, and its parties stand in a header around it."""
        return self.namespace == CXML

    @property
    def table(self) -> Table:
        """What the document is judged by."""
        document: Callable[[str], Table] = import_module(self.tables).document
        return document(self.type)

    @property
    def mapping(self) -> DocumentMapping:
        """What its elements mean."""
        mapping: DocumentMapping = import_module(self.module).MAPPING
        return mapping


def _ubl(kind: str, name: str, module: str, sender: Way, receiver: Way) -> Kind:
    return Kind(kind, UBL_DOCUMENT.format(name=kind), name, f"translators.xml.ubl.{module}", sender, receiver)


def _plan(name: str, module: str, sender: Way, receiver: Way, *, answer: bool) -> Kind:
    """A transport execution plan: one with a status answers a request, one without says what is to be done."""

    def fits(root: Node) -> bool:
        return (root.value("cbc:DocumentStatusCode").strip() not in ("", "NoStatus")) is answer

    return replace(_ubl("TransportExecutionPlan", name, module, sender, receiver), fits=fits)


def _cxml(
    kind: str,
    name: str,
    module: str,
    number: Way,
    roles: tuple[str, str],
    *,
    dtd: str = "cXML",
    fits: Callable[[Node], bool] = _always,
) -> Kind:
    return Kind(
        kind,
        CXML,
        name,
        f"translators.xml.cxml.{module}",
        (),
        (),
        version="cXML-1.2",
        tables="translators.xml.cxml.grammar",
        number=number,
        fits=fits,
        roles=roles,
        dtd=dtd,
    )


def _says(*way: str, values: tuple[str, ...]) -> Callable[[Node], bool]:
    """Whether an attribute, the last of the way, has one of the values; an absent one is the first."""
    *steps, attribute = way

    def fits(root: Node) -> bool:
        found = root.find(*steps)
        said = (found.attribute(attribute) if found is not None else "").strip()
        return (said or _USUAL[attribute]) in values

    return fits


def _cii(name: str, credit: bool) -> Kind:  # noqa: FBT001 - which of the two it is
    def fits(root: Node) -> bool:
        return (root.value("rsm:ExchangedDocument", "ram:TypeCode") in _CREDIT_CODES) is credit

    return Kind(
        "CrossIndustryInvoice",
        NAMESPACES["rsm"],
        name,
        f"translators.xml.cii.{name}",
        (*_TRADE, "ram:SellerTradeParty"),
        (*_TRADE, "ram:BuyerTradeParty"),
        version="CII-D16B",
        tables="translators.xml.cii.grammar",
        number=("rsm:ExchangedDocument", "ram:ID"),
        fits=fits,
    )


_TRADE = ("rsm:SupplyChainTradeTransaction", "ram:ApplicableHeaderTradeAgreement")
_CREDIT_CODES = frozenset(("81", "83", "261", "381", "396"))
"""Type codes of credit notes (UNTDID 1001)."""

_USUAL = {"type": "new", "purpose": "standard"}
_ORDER = ("OrderRequestHeader", "@orderID")
_FROM_BUYER, _FROM_SELLER = ("buyer", "seller"), ("seller", "buyer")
_INVOICE = ("InvoiceDetailRequestHeader", "@invoiceID")
_CREDITS = ("creditMemo", "lineLevelCreditMemo")
_CHARGES = ("standard", "debitMemo", "lineLevelDebitMemo")


def _all_ubl() -> tuple[Kind, ...]:
    return (
        _ubl("Order", "purchase_order", "order", _BUYER, _SELLER),
        _ubl("OrderResponse", "order_response", "order_response", _SELLER, _BUYER),
        _ubl("OrderResponseSimple", "order_response", "order_response_simple", _SELLER, _BUYER),
        _ubl("OrderChange", "purchase_order_change", "order_change", _BUYER, _SELLER),
        _ubl("OrderCancellation", "purchase_order_change", "order_cancellation", _BUYER, _SELLER),
        _ubl("DespatchAdvice", "despatch_advice", "despatch_advice", _DESPATCHER, _RECEIVER),
        _ubl("ReceiptAdvice", "receiving_advice", "receipt_advice", _RECEIVER, _DESPATCHER),
        _ubl("ApplicationResponse", "application_response", "application_response", ("cac:SenderParty",), ("cac:ReceiverParty",)),
        _ubl("Invoice", "invoice", "invoice", _CREDITOR, _DEBTOR),
        _ubl("CreditNote", "credit_note", "credit_note", _CREDITOR, _DEBTOR),
        _ubl("InventoryReport", "inventory_report", "inventory_report", _REPORTER, _RETAILER),
        _ubl("StockAvailabilityReport", "inventory_report", "stock_availability_report", _REPORTER, _RETAILER),
        _ubl("RemittanceAdvice", "remittance_advice", "remittance_advice", _DEBTOR, _CREDITOR),
        _ubl("Catalogue", "price_catalogue", "catalogue", ("cac:ProviderParty",), ("cac:ReceiverParty",)),
        _ubl("RequestForQuotation", "request_for_quote", "request_for_quotation", _BUYER, _SELLER),
        _ubl("Quotation", "quote", "quotation", _SELLER, _BUYER),
        _ubl("TransportExecutionPlanRequest", "transport_order", "transport_execution_plan_request", _SHIPPER, _CARRIER),
        _plan("transport_order", "transport_execution_plan", _SHIPPER, _CARRIER, answer=False),
        _plan("transport_response", "transport_execution_plan_answer", _CARRIER, _SHIPPER, answer=True),
        _ubl("TransportationStatus", "transport_status", "transportation_status", ("cac:SenderParty",), ("cac:ReceiverParty",)),
        _ubl("InstructionForReturns", "return_request", "instruction_for_returns", _SELLER, _RETAILER),
    )


def _all_cxml() -> tuple[Kind, ...]:
    new = _says("OrderRequestHeader", "type", values=("new",))
    changed = _says("OrderRequestHeader", "type", values=("update", "delete"))
    charged = _says("InvoiceDetailRequestHeader", "purpose", values=_CHARGES)
    credited = _says("InvoiceDetailRequestHeader", "purpose", values=_CREDITS)
    confirmation, notice = ("ConfirmationHeader", "@confirmID"), ("ShipNoticeHeader", "@shipmentID")
    answer, goods = ("ConfirmationRequest", "confirmation_request"), ("ShipNoticeRequest", "ship_notice_request")
    bill = "InvoiceDetailRequest"
    return (
        _cxml("OrderRequest", "purchase_order", "order_request", _ORDER, _FROM_BUYER, fits=new),
        _cxml("OrderRequest", "purchase_order_change", "order_change", _ORDER, _FROM_BUYER, fits=changed),
        _cxml(answer[0], "order_response", answer[1], confirmation, _FROM_SELLER, dtd="Fulfill"),
        _cxml(goods[0], "despatch_advice", goods[1], notice, _FROM_SELLER, dtd="Fulfill"),
        _cxml(bill, "invoice", "invoice_request", _INVOICE, _FROM_SELLER, dtd="InvoiceDetail", fits=charged),
        _cxml(bill, "credit_note", "credit_request", _INVOICE, _FROM_SELLER, dtd="InvoiceDetail", fits=credited),
        _cxml("Response", "functional_acknowledgement", "response", ("@Id",), ("", "")),
    )


@cache
def known_kinds() -> tuple[Kind, ...]:
    """All kinds."""
    return (*_all_ubl(), *_all_cxml(), _cii("invoice", credit=False), _cii("credit_note", credit=True))


@cache
def kinds() -> dict[tuple[str, str, str], Kind]:
    """All kinds by the namespace and local name of their root, and the canonical document."""
    return {(kind.namespace, kind.type, kind.name): kind for kind in known_kinds()}


def kind_for(root: Node, namespace: str, name: str) -> Kind | None:
    """The kind of a document by the namespace and local name of its root, and by what stands in it."""
    same = (kind for kind in known_kinds() if kind.type == name and kind.namespace == namespace)
    return next((kind for kind in same if kind.fits(root)), None)
