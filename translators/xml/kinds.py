"""The kinds of documents there are: how each is recognised, who sends it to whom, its table, its mapping."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from translators.xml.grammar import Aggregate as Table
from translators.xml.namespaces import UBL_DOCUMENT
from translators.xml.rules import DocumentMapping

Way = tuple[str, ...]
"""Names down from the root."""

_BUYER = ("cac:BuyerCustomerParty", "cac:Party")
_SELLER = ("cac:SellerSupplierParty", "cac:Party")
_DESPATCHER = ("cac:DespatchSupplierParty", "cac:Party")
_RECEIVER = ("cac:DeliveryCustomerParty", "cac:Party")
_CREDITOR = ("cac:AccountingSupplierParty", "cac:Party")
_DEBTOR = ("cac:AccountingCustomerParty", "cac:Party")


@dataclass(frozen=True, slots=True)
class Kind:
    """A document type. `sender` and `receiver` lead to the parties that the document itself names."""

    type: str
    namespace: str
    name: str
    module: str
    sender: Way
    receiver: Way
    version: str = "UBL-2.1"
    tables: str = field(default="translators.xml.ubl.grammar")

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


@cache
def kinds() -> dict[tuple[str, str], Kind]:
    """All kinds by the namespace and local name of their root."""
    known = (
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
    )
    return {(kind.namespace, kind.type): kind for kind in known}
