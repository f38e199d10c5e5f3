"""What is configured of the release to warehouses: the warehouses, the holds, and how goods are shared out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from gateway.domain.order.milestone import Event
from gateway.domain.release.window import ANY_TIME, Window
from gateway.domain.route import Condition


class Kind(StrEnum):
    """Why an order is held."""

    CREDIT = "credit"
    PRICE = "price"
    CUSTOMER = "customer"
    PAYMENT = "payment"
    APPROVAL = "approval"
    AVAILABILITY = "availability"
    MASTER_DATA = "master_data"
    WAREHOUSE = "warehouse"
    """No warehouse may take it."""


BY_WAREHOUSE = frozenset({Kind.AVAILABILITY, Kind.MASTER_DATA, Kind.WAREHOUSE})
"""Holds that follow from the choice of the warehouse; the others from rules about the order."""


@dataclass(frozen=True, slots=True)
class HoldRule:
    """A rule by which orders are held. Empty `partners` are all customers; without a condition it holds every order.

    `until` is the milestone that ends it by itself. `tolerance` is the share by which confirmed prices may differ from ordered
    ones. `owner` answers for what it holds, and is told when that takes longer than `within`.
    """

    id: str
    kind: Kind
    condition: Condition | None = None
    partners: frozenset[str] = frozenset()
    until: Event | None = None
    tolerance: Decimal = Decimal(0)
    owner: str | None = None
    within: timedelta | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Who ships for us. Orders to it are addressed to `partner`, by EDI as agreed, or by the `application` that it has: by its
    `action`, changes of them by `change`, cancellations by `cancel`.

    `identifiers` are those that documents name it by. `settles` is the time after which its stock reports know of an order that
    was released to it; `whole_reports`: there is nothing of what they do not name.
    """

    id: str
    partner: str
    application: str | None = None
    action: str = "warehouse_order"
    change: str | None = None
    cancel: str | None = None
    condition: Condition | None = None
    window: Window = ANY_TIME
    identifiers: Mapping[str, str] = field(default_factory=dict)
    settles: timedelta = timedelta(minutes=30)
    whole_reports: bool = True


@dataclass(frozen=True, slots=True)
class ReleaseTerms:
    """How orders are released. Warehouses in the order of preference. Not `gated`: nothing is held, all goes as addressed.

    `addressed_first`: the warehouse that an order is addressed to is preferred. `complete`: nothing is released before all of it
    can be. `split`: it may be shared between warehouses. `priorities` are conditions: the first that holds is the rank of an
    order among those that wait for the same goods. `owner` and `within` are for holds that say nothing else.
    """

    gated: bool = False
    warehouses: tuple[Warehouse, ...] = ()
    holds: tuple[HoldRule, ...] = ()
    addressed_first: bool = True
    complete: bool = True
    split: bool = False
    priorities: tuple[Condition, ...] = ()
    owner: str | None = None
    within: timedelta = timedelta(hours=24)

    def of_partner(self, partner: str) -> Warehouse | None:
        """The warehouse that a partner is."""
        return next((one for one in self.warehouses if one.partner == partner), None)

    def named(self, warehouse: str) -> Warehouse | None:
        """A warehouse by its id."""
        return next((one for one in self.warehouses if one.id == warehouse), None)

    def holds_back(self, partner: str) -> bool:
        """Whether orders to this partner pass the gate."""
        return self.gated and self.of_partner(partner) is not None

    def ships(self, source: str) -> bool:
        """Whether who speaks under this id is a warehouse behind the gate."""
        return self.gated and any(source in (one.partner, one.application) for one in self.warehouses)

    def rule_of(self, kind: Kind) -> HoldRule | None:
        """The first rule of a kind."""
        return next((rule for rule in self.holds if rule.kind is kind), None)

    def hold_of(self, kind: Kind) -> str:
        """What holds of a kind are called that no rule about the order is behind."""
        rule = self.rule_of(kind)
        return rule.id if rule is not None else kind.value
