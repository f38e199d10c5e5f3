"""The receiving advice: X12 861, EDIFACT RECADV, UBL ReceiptAdvice."""

from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.receipt import Condition, Discrepancy, Receipt, ReceiptLine

__all__ = ["Condition", "Discrepancy", "ReceiptLine", "ReceivingAdvice"]


class ReceivingAdvice(Receipt):
    """What the receiver of goods found. Its key is its number and the receiver."""

    NAME: ClassVar[str] = "receiving_advice"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer", "ship_to")
    KEY: ClassVar[str] = "receipt"

    schema_: Literal["receiving_advice/1"] = Field(default="receiving_advice/1", alias="schema")
    number: str
