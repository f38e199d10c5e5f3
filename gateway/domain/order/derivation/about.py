"""What is known of a document beside its content, and the words that all derivations share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b

from gateway.domain.order.authority import GATEWAY
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.storable import storable_key
from translators.canonical.parts import DocumentReference, Identifiers, Item, Quantity

MOST_LINKS = 200
"""How many names of one shipment are kept: a truck of parcels has its own numbers."""


@dataclass(frozen=True, slots=True)
class About:
    """A document: its id and canonical `name` here, the partner that it came from or goes to, and when it was stored."""

    document: str
    name: str
    partner: str
    outgoing: bool
    test: bool
    at: datetime
    identity: str
    digest: str = ""

    @property
    def source(self) -> str:
        """Who says so: the partner, or this gateway where the document is ours."""
        return GATEWAY if self.outgoing else self.partner

    def milestone(
        self,
        event: Event,
        *,
        part: str = "",
        order: str | None = None,
        anyones: bool = False,
        lines: Iterable[LineQuantity] = (),
        links: Iterable[Link] = (),
        occurred: date | datetime | None = None,
        version: int | None = None,
        reason: str | None = None,
    ) -> Milestone:
        """A milestone that the document states. `part` tells several of one event apart.

        `anyones`: the partner is no customer or supplier but a warehouse or carrier: the order is anybody's.
        """
        said = (self.identity, self.digest, order or "", part)
        name = blake2b("\x1f".join(said).encode(errors="replace"), digest_size=12).hexdigest()
        return Milestone(
            source=self.source,
            key=f"{self.name}:{name}:{event.value}",
            event=event,
            partner=None if anyones else self.partner,
            number=order,
            occurred=self.instant(occurred),
            version=version,
            lines=tuple(lines),
            links=tuple(dict.fromkeys(links))[:MOST_LINKS],
            document=self.document,
            reason=reason,
            test=self.test,
        )

    def instant(self, value: date | datetime | None) -> datetime | None:
        """When it happened. Of a day that is over it was over by its end; of any other nothing better is known than now."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        end = datetime.combine(value, time(), UTC) + timedelta(days=1)
        return end if end <= self.at else None

    def link(self, kind: str, value: str | None) -> Iterator[Link]:
        """The name that the document's author has for something."""
        if value:
            yield Link(self.source, kind, storable_key(value))

    def links(self, kind: str, values: Iterable[str | None]) -> Iterator[Link]:
        """The names of several."""
        for value in values:
            yield from self.link(kind, value)


def order_number(reference: DocumentReference | None, release: str | None = None) -> str | None:
    """The number that an order is known by; releases of a blanket order are orders of their own."""
    if reference is None or not reference.number:
        return None
    return named(reference.number, reference.release or release)


def named(number: str, release: str | None) -> str:
    """An order's number with its release."""
    return storable_key(f"{number}/{release}" if release else number)


def line_quantity(
    number: str | None, quantity: Quantity | None, item: Item | None, *others: Item | None, packages: Sequence[str] = ()
) -> LineQuantity | None:
    """So much of a line; None where the document does not say how much. Other identifiers are those of substitutes."""
    if quantity is None or not quantity.value.is_finite():
        return None
    names = [name for one in (item, *others) if one is not None for name in item_names(one.identifiers)]
    return LineQuantity(number, quantity.value, quantity.unit, names[0] if names else None, tuple(names[1:]), tuple(packages))


def item_names(identifiers: Identifiers) -> Iterator[str]:
    """Identifiers of an item as `scheme:value`."""
    for scheme, values in identifiers.items():
        yield from (f"{scheme}:{value}" for value in ([values] if isinstance(values, str) else values))


def counted(version: str | None) -> int | None:
    """A number that counts, out of what a partner wrote."""
    return int(version) if version and version.isascii() and version.isdigit() and len(version) < 10 else None


def total_of(parts: Iterable[Quantity | None]) -> Quantity | None:
    """The sum of quantities of one unit; None where there are none."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Quantity(value=sum((part.value for part in known), Decimal(0)), unit=known[0].unit)
