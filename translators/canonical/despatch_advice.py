"""The despatch advice (ASN): X12 856 and 857, EDIFACT DESADV, UBL DespatchAdvice."""

from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.despatch import Despatch, DespatchedOrder, DespatchLine

__all__ = ["DespatchAdvice", "DespatchLine", "DespatchedOrder"]


class DespatchAdvice(Despatch):
    """What a shipper says is on its way. Its key is its number and the shipper."""

    NAME: ClassVar[str] = "despatch_advice"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("ship_from", "seller")
    KEY: ClassVar[str] = "despatch"

    schema_: Literal["despatch_advice/1"] = Field(default="despatch_advice/1", alias="schema")
    number: str
