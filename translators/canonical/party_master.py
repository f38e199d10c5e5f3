"""Master data of parties: EDIFACT PARTIN, X12 816."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.master_data import MasterData, RecordAction
from translators.canonical.parts import (
    Amount,
    DeliveryTerms,
    Part,
    Party,
    PaymentTerms,
    Period,
    Reference,
    Text,
)


class PartyRecord(Part):
    """A party with the roles it has (buyer, seller, ship_to …), its terms, and the party it belongs to."""

    number: str | None = None
    action: RecordAction = RecordAction.UPSERT
    status: str | None = None
    party: Party
    roles: list[str] = Field(default_factory=list)
    parent: Party | None = None
    valid: Period | None = None
    language: str | None = None
    currency: str | None = None
    payment_terms: list[PaymentTerms] = Field(default_factory=list)
    delivery_terms: DeliveryTerms | None = None
    credit_limit: Amount | None = None
    discount_percent: Decimal | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class PartyMaster(MasterData):
    """Parties as their owner keeps them. Its key is its number and the owner."""

    NAME: ClassVar[str] = "party_master"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "party_master"

    schema_: Literal["party_master/1"] = Field(default="party_master/1", alias="schema")
    lines: list[PartyRecord] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number."""
        yield self.KEY, self.number
