"""Sale orders → sale orders with Odoo's database ids, a whole batch at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.catalogue import Catalogue, Products
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.directory import Partner, PartnerDirectory, Partners
from gateway.applications.odoo.enrolment import Enrolment
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.order import (
    KeyKind,
    Problem,
    Reference,
    ResolvedLine,
    ResolvedOrder,
    SaleLine,
    SaleOrder,
    WantedPartner,
)
from gateway.applications.odoo.pricelists import Pricelists, PricelistTable
from gateway.applications.odoo.references import ReferenceDesk
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.together import together
from gateway.applications.odoo.units import Units, UnitTable

Resolution = ResolvedOrder | tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sale order to resolve, and whether its agreement allows records of its parties to be created."""

    order: SaleOrder
    create_partner: bool


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What Odoo says about everything a batch names."""

    partners: Partners
    products: Products
    units: Units
    pricelists: Pricelists | None
    named: Mapping[Reference, int | Problem]

    @property
    def complete(self) -> bool:
        """Whether nothing of it was remembered from earlier."""
        return self.partners.complete and self.products.complete


class Resolver:
    """Looks up what a batch of orders names: one call for all its products, one for all its partners, none when known."""

    def __init__(self, client: OdooClient, *, tables: Tables, ttl: float, clock: Callable[[], float]) -> None:
        self.external_ids = ExternalIds(client, cache=TimedCache(ttl=ttl, clock=clock))
        self.partners = PartnerDirectory(client, self.external_ids, cache=TimedCache(ttl=ttl, clock=clock))
        self.products = Catalogue(client, cache=TimedCache(ttl=ttl, clock=clock))
        self.references = ReferenceDesk(client, self.external_ids, cache=TimedCache(ttl=ttl, clock=clock))
        self.units = UnitTable(
            client,
            self.external_ids,
            tables=tables,
            cache=TimedCache(ttl=ttl, clock=clock),
            packagings=TimedCache(ttl=ttl, clock=clock),
        )
        self._pricelists = PricelistTable(
            client, self.external_ids, configured=tables.pricelists, cache=TimedCache(ttl=ttl, clock=clock)
        )
        self._enrolment = Enrolment(client, cache=TimedCache(ttl=ttl, clock=clock))

    def forget(self) -> None:
        """Something kept turned out to be wrong: look everything up again."""
        for part in (self.external_ids, self.partners, self.products, self.units, self.references, self._pricelists):
            part.forget()

    async def resolve(self, candidates: Sequence[Candidate], scope: Scope) -> list[Resolution]:
        """One resolution per candidate, in order. Raises OdooError. No order is refused for what was only remembered."""
        knowledge = await self._know(candidates, scope, fresh=False)
        resolutions = [await self._resolve(candidate, knowledge, scope) for candidate in candidates]
        doubtful = [index for index, one in enumerate(resolutions) if isinstance(one, tuple)]
        if doubtful and not knowledge.complete:
            again = [candidates[index] for index in doubtful]
            knowledge = await self._know(again, scope, fresh=True)
            for index, candidate in zip(doubtful, again, strict=True):
                resolutions[index] = await self._resolve(candidate, knowledge, scope)
        return resolutions

    async def _know(self, candidates: Sequence[Candidate], scope: Scope, *, fresh: bool) -> Knowledge:
        orders = [candidate.order for candidate in candidates]
        parties = [party for order in orders for party in _parties(order)]
        lines = [line for order in orders for line in order.lines]
        if fresh:
            for part in (self.units, self.references, self._pricelists, self.external_ids):
                part.forget()
        async with together() as tasks:
            partners = tasks.create_task(self.partners.fetch(parties, scope, fresh=fresh))
            products = tasks.create_task(self.products.fetch([line.product for line in lines], scope, fresh=fresh))
            pricelists = tasks.create_task(self._pricelists_for(orders, scope))
            named = tasks.create_task(self.references.find((one for order in orders for one in order.named.values()), scope))
        units = await self.units.fetch((line.unit for line in lines if line.unit), scope, of=products.result().all)
        return Knowledge(partners.result(), products.result(), units, pricelists.result(), named.result())

    async def _pricelists_for(self, orders: Sequence[SaleOrder], scope: Scope) -> Pricelists | None:
        return await self._pricelists.fetch(scope) if any(order.priced and order.currency for order in orders) else None

    async def _resolve(self, candidate: Candidate, knowledge: Knowledge, scope: Scope) -> Resolution:
        order = candidate.order
        lines = [_line(line, knowledge.products, knowledge.units) for line in order.lines]
        named = {field: knowledge.named[one] for field, one in order.named.items()}
        problems = (*_product_problems(order.lines, lines), *(one for one in named.values() if isinstance(one, Problem)))
        if problems:  # before anything is created for an order that cannot be made
            return problems
        customer = await self._partner(order.customer, candidate, knowledge, scope, customer=None)
        if isinstance(customer, Problem):
            return (customer,)
        pricelist: int | Problem | None = None
        if knowledge.pricelists is not None and order.priced:
            pricelist = knowledge.pricelists.choose(order.currency, customer.pricelist)
        addresses: dict[str, int] = {}
        for party in filter(None, (order.delivery, order.invoice)):
            same = party.creation_key == order.customer.creation_key
            found = customer if same else await self._partner(party, candidate, knowledge, scope, customer=customer)
            if isinstance(found, Problem):
                return (found,)
            addresses[party.role] = found.id
        if isinstance(pricelist, Problem):
            return (pricelist,)
        return ResolvedOrder(
            order=order,
            customer=customer.id,
            delivery=addresses.get("delivery address"),
            invoice=addresses.get("invoice address"),
            pricelist=pricelist,
            company=scope.company,
            lines=tuple(line for line in lines if isinstance(line, ResolvedLine)),
            named={field: one for field, one in named.items() if isinstance(one, int)},
        )

    async def _partner(
        self, wanted: WantedPartner, candidate: Candidate, knowledge: Knowledge, scope: Scope, *, customer: Partner | None
    ) -> Partner | Problem:
        found = knowledge.partners.choose(wanted, customer=customer)
        if found is not None:
            return found
        creatable = candidate.create_partner and wanted.creation_key and wanted.name
        if not creatable or not knowledge.complete:  # "not there" may be old news: the second look decides
            return _unknown(wanted, candidate)
        created = await self._enrolment.create(wanted, scope, customer=customer)
        if isinstance(created, Partner):
            for key in wanted.keys:
                if key.kind is not KeyKind.FAMILY_REF:
                    self.partners.remember(key, created, scope)
        return created


def _parties(order: SaleOrder) -> list[WantedPartner]:
    return [party for party in (order.customer, order.delivery, order.invoice) if party is not None]


def _line(line: SaleLine, products: Products, units: Units) -> ResolvedLine | Problem:
    product = products.choose(line.product)
    if isinstance(product, Problem):
        return product
    booked = units.booked(line.unit, product.unit, product=product.id)
    if isinstance(booked, Problem) or booked.factor == 1:
        return _about(line, booked) if isinstance(booked, Problem) else ResolvedLine(product.id, booked.unit)
    quantity = units.rounded(line.quantity * booked.factor, line.unit, booked.unit)
    if isinstance(quantity, Problem):
        return _about(line, quantity)
    return ResolvedLine(product.id, booked.unit, booked.factor, quantity)


def _about(line: SaleLine, problem: Problem) -> Problem:
    return Problem(problem.code, f"{line.product.label}: {problem.message}")


def _product_problems(lines: Sequence[SaleLine], resolved: Sequence[ResolvedLine | Problem]) -> tuple[Problem, ...]:
    """One problem per code, naming every line it concerns: a person then acts once."""
    by_code: dict[str, list[str]] = {}
    for line, one in zip(lines, resolved, strict=True):
        if isinstance(one, Problem):
            by_code.setdefault(one.code, []).append(f"line {line.label}: {one.message}")
    return tuple(Problem(code, _sentence(texts)) for code, texts in by_code.items())


def _sentence(texts: Sequence[str]) -> str:
    joined = "; ".join(texts)
    return joined[0].upper() + joined[1:] + "."


REMEDIES: Mapping[bool, str] = {
    True: "It has no name to create it by: create it in Odoo, then send the order again.",
    False: "Create it in Odoo with that identifier, or allow create_partner in the agreement; then send the order again.",
}


def _unknown(wanted: WantedPartner, candidate: Candidate) -> Problem:
    return Problem("partner-unknown", f"The {wanted.role} {wanted.label} is not in Odoo. {REMEDIES[candidate.create_partner]}")
