"""The invoice: X12 810 and 880, EDIFACT INVOIC, UBL Invoice, UN/CEFACT CII."""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.billing import Billing, BillingLine, CurrencyExchange, Payment

__all__ = ["BillingLine", "CurrencyExchange", "Invoice", "InvoiceKind", "Payment"]


class InvoiceKind(StrEnum):
    """What sort of invoice it is (UNCL 1001, X12 640)."""

    COMMERCIAL = "commercial"
    DEBIT_NOTE = "debit_note"
    CORRECTED = "corrected"
    CONSOLIDATED = "consolidated"
    PREPAYMENT = "prepayment"
    PARTIAL = "partial"
    SELF_BILLED = "self_billed"
    FACTORED = "factored"
    CONSIGNMENT = "consignment"
    PRO_FORMA = "pro_forma"
    OTHER = "other"


class Invoice(Billing):
    """A seller's claim for payment, or a debit note. Its key is its number and who issued it."""

    NAME: ClassVar[str] = "invoice"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("seller", "payee")
    KEY: ClassVar[str] = "invoice"

    schema_: Literal["invoice/1"] = Field(default="invoice/1", alias="schema")
    number: str
    kind: InvoiceKind = InvoiceKind.COMMERCIAL
