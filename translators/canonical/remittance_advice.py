"""The remittance advice: X12 820, EDIFACT REMADV, UBL RemittanceAdvice."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.billing import CurrencyExchange
from translators.canonical.header import Header, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.parts import Amount, DocumentReference, Identifiers, Part, Period, Quantity, Reference, Text


class Account(Part):
    """A bank account. `number` is an IBAN where `kind` says so; the bank is named by scheme (`bic`, `aba`, `swift` …)."""

    number: str
    kind: str | None = None
    name: str | None = None
    bank: Identifiers = Field(default_factory=dict)
    bank_name: str | None = None


class Adjustment(Part):
    """Why less or more was paid than was asked. The amount is signed: negative is a deduction."""

    reason: str | None = None
    amount: Amount | None = None
    quantity: Quantity | None = None
    document: DocumentReference | None = None
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class PaidItem(PricedLine):
    """An item of a paid invoice, where the advice goes that far. `amount` is what was paid for it."""

    amount: Amount | None = None
    adjustments: list[Adjustment] = Field(default_factory=list)


class PaidDocument(Part):
    """An invoice, credit note or other document that is settled: `gross` was asked, `discount` taken, `paid` is what is left.

    A credit note that was set off has a negative `paid`. `action` says what the payment does to it (in full, partial …).
    """

    number: str | None = None
    action: str | None = None
    document: DocumentReference
    gross: Amount | None = None
    discount: Amount | None = None
    paid: Amount | None = None
    outstanding: Amount | None = None
    amounts: dict[str, Amount] = Field(default_factory=dict)
    order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    adjustments: list[Adjustment] = Field(default_factory=list)
    items: list[PaidItem] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class RemittanceAdvice(Header):
    """What a payment is for. Its key is its number and the payer.

    `payment` is the number of the transfer or cheque (its trace number), `method` is how, `paid` when it was paid. `kind` is
    there when the sender calls it something else.
    """

    NAME: ClassVar[str] = "remittance_advice"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("payer", "buyer")
    KEY: ClassVar[str] = "remittance_advice"

    schema_: Literal["remittance_advice/1"] = Field(default="remittance_advice/1", alias="schema")
    kind: str | None = None
    payment: str | None = None
    method: str | None = None
    credit: bool | None = None
    amount: Amount | None = None
    paid: date | datetime | None = None
    period: Period | None = None
    payer_account: Account | None = None
    payee_account: Account | None = None
    exchange_rates: list[CurrencyExchange] = Field(default_factory=list)
    adjustments: list[Adjustment] = Field(default_factory=list)
    lines: list[PaidDocument] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the payment, references, then the documents it settles."""
        yield self.KEY, self.number
        yield "payment", self.payment
        yield from reference_keys(self.references)
        for line in self.lines:
            yield line.document.kind or "invoice", line.document.number
            yield from document_key("order", line.order)

    def distinguishing(self) -> tuple[str, ...]:
        """The payment; without any number the day and the amount."""
        if self.number or self.payment:
            return (self.payment or "",)
        when = self.paid or self.issued
        return ("", when.isoformat() if when is not None else "", str(self.amount.amount) if self.amount else "")
