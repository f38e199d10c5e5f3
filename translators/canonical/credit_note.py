"""The credit note: X12 810 of type CR, EDIFACT INVOIC 381, UBL CreditNote."""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.billing import Billing


class CreditKind(StrEnum):
    """What sort of credit it is (UNCL 1001)."""

    CREDIT_NOTE = "credit_note"
    GOODS = "goods"
    FINANCIAL = "financial"
    SELF_BILLED = "self_billed"
    FACTORED = "factored"
    OTHER = "other"


class CreditNote(Billing):
    """Money given back. Amounts are positive: what is credited. `preceding` names the invoices it is about.

    Its key is its number and who issued it.
    """

    NAME: ClassVar[str] = "credit_note"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("seller", "payee")
    KEY: ClassVar[str] = "credit_note"

    schema_: Literal["credit_note/1"] = Field(default="credit_note/1", alias="schema")
    number: str
    kind: CreditKind = CreditKind.CREDIT_NOTE
    reason: str | None = None
