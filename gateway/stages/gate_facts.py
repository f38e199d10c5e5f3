"""What is known of an order at the gate: gathered under what its transaction holds, for a pure decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import orjson

from gateway.domain.availability import available, expected
from gateway.domain.lifecycle import move
from gateway.domain.order.milestone import Event
from gateway.domain.release.claims import due_lines, unclaimed
from gateway.domain.release.facts import Demand, Facts, Goods
from gateway.domain.release.lifecycle import RELEASE_PART
from gateway.domain.release.opening import Opened, opened, remaining
from gateway.domain.release.parts import EVERYTHING, PartLine, dumped, parsed, refusals, refuse
from gateway.domain.release.record import HoldRow, PartRow
from gateway.domain.release.terms import ReleaseTerms
from gateway.ports import Configuration, Json
from gateway.ports.release import AtGate, Refusal, ReleaseSession, ServedOrder, Stocked

ZERO = Decimal(0)
_NOT_REFUSED = frozenset({"sent", "withdrawn"})


@dataclass(slots=True)
class Known:
    """An order at the gate with all that is known of it. `items` name the stock that a demand is taken from, by warehouse."""

    one: AtGate
    document: Json
    says: Opened
    served: ServedOrder | None
    holds: Sequence[HoldRow]
    parts: list[PartRow]
    refused: list[PartRow]
    """Parts that their warehouse has just refused, or some of it."""
    facts: Facts
    items: Mapping[tuple[str, int], str]
    earlier: Sequence[AtGate] = ()
    """What came before under the same subject, when this one is new."""
    elsewhere: Sequence[str] = ()
    """The numbers of other orders to warehouses that have something of what this one asks for."""

    @property
    def has_nothing_to_do(self) -> bool:
        """Whether it asks for goods, and nothing of them is still to be released, nor was released of it."""
        return (
            not self.facts.demands and not any(part.state == "sent" for part in self.parts) and self.one.row.state != "released"
        )

    def wanting(self, demands: Sequence[Demand], parts: Sequence[PartRow]) -> "Known":
        """The same, when these parts of it are with warehouses, and no more is still to be released."""
        return replace(self, parts=list(parts), facts=replace(self.facts, demands=tuple(demands)))


async def gather(session: ReleaseSession, one: AtGate, configuration: Configuration) -> Known:
    """All that is known. Raises Contention while somebody judges the customer's order."""
    terms, document = configuration.release, orjson.loads(one.json or b"{}")
    says = opened(document)
    served = await session.order_of(says.order_number, says.names, test=one.test)
    earlier = await session.earlier(one, says.subject) if one.row.state == "arrived" else []
    parts, refused = await parts_now(session, one.row.id, terms)
    lines = [line for part in parts if part.state in _NOT_REFUSED for line in parsed(part.lines)]
    demands, elsewhere = remaining(says.demands, lines), tuple[str, ...]()
    if served is not None and demands:
        demands, elsewhere = await _unclaimed(session, one, says, served, demands, lines)
    holds = await session.holds_of(one.row.id)
    goods, items = await _goods(session, [one.row.id, *(before.row.id for before in earlier)], terms, demands)
    customer = served.partner if served is not None else None
    addressed = terms.of_partner(one.partner)
    facts = Facts(
        document=document,
        addressed=addressed.id if addressed is not None else "",
        demands=demands,
        now=one.now,
        order=served.order if served is not None else {},
        answer=served.answer if served is not None else {},
        customer=customer,
        partner=_variables(configuration, customer),
        steps=frozenset(Event(step) for step in served.steps) if served is not None else frozenset(),
        approved=frozenset(hold.hold for hold in holds if hold.state == "approved"),
        goods=goods,
        refused=frozenset(part.warehouse for part in parts if any(line.refused for line in parsed(part.lines))),
        planned=one.row.go_at,
        calendars=configuration.calendars,
    )
    return Known(one, document, says, served, holds, parts, refused, facts, items, earlier, elsewhere)


async def parts_now(session: ReleaseSession, release: UUID, terms: ReleaseTerms) -> tuple[list[PartRow], list[PartRow]]:
    """The parts of an order, and those of them that their warehouse has just refused, or some of it."""
    parts = list(await session.parts_of(release))
    refused = _refused(parts, await session.refusals_of(release, speaking(terms))) if parts else []
    by_id = {part.id: part for part in refused}
    return [by_id.get(part.id, part) for part in parts], refused


async def _unclaimed(
    session: ReleaseSession,
    one: AtGate,
    says: Opened,
    served: ServedOrder,
    demands: Sequence[Demand],
    own: Sequence[PartLine],
) -> tuple[tuple[Demand, ...], tuple[str, ...]]:
    """What no other order has of the customer's, and which others there are: Odoo splits a transfer when a part of it is done,
    and the rest comes as an order of its own.
    """
    claims = await session.claims(one, served.id, says.subject)
    left = unclaimed(demands, own, [line for _, lines in claims for line in lines], due_lines(served.lines))
    return left, tuple(number for number, lines in claims if lines)


def speaking(terms: ReleaseTerms) -> Mapping[str, Sequence[str]]:
    """The ids under which each warehouse speaks."""
    return {one.id: [name for name in (one.partner, one.application) if name] for one in terms.warehouses}


def _variables(configuration: Configuration, customer: str | None) -> Json:
    partner = configuration.partnerships.partners.get(customer or "")
    return {"id": partner.id, "name": partner.name, "owner": partner.owner, "test": partner.test} if partner is not None else {}


def _refused(parts: Sequence[PartRow], said: Sequence[Refusal]) -> list[PartRow]:
    """The parts of which something is refused that was not before."""
    changed: dict[UUID, PartRow] = {}
    by_id = {part.id: part for part in parts}
    for one in said:
        part = changed.get(one.part, by_id[one.part])
        before = parsed(part.lines)
        what = EVERYTHING if one.said == "delivery" else refusals(one.said, one.lines, one.document)
        after = refuse(before, what)
        if after != before:
            event = "stands" if any(line.stands for line in after) else "refused"
            reason = one.reason or f"it was {one.said.replace('_', ' ')} there"
            state = move(RELEASE_PART, part.state, event)
            changed[part.id] = part._replace(lines=dumped(after), state=state, note=f"{one.by}: {reason}"[:500])
    return list(changed.values())


async def _goods(
    session: ReleaseSession, releases: Sequence[UUID], terms: ReleaseTerms, demands: Sequence[Demand]
) -> tuple[Mapping[tuple[str, int], Goods], Mapping[tuple[str, int], str]]:
    """What each warehouse has of each demand, and what its stock of it is called."""
    names = sorted({name for demand in demands for name in demand.names})
    warehouses = [one.id for one in terms.warehouses]
    if not names:
        return {}, {}
    stocked = await session.stocked(releases, warehouses, names)
    reporting = await session.reporting(warehouses)
    known = await session.knowing(warehouses, names)
    goods: dict[tuple[str, int], Goods] = {}
    items: dict[tuple[str, int], str] = {}
    for warehouse in terms.warehouses:
        mine = [one for one in stocked if one.warehouse == warehouse.id]
        taken: dict[str, Decimal] = {}
        for demand in demands:
            place = (warehouse.id, demand.place)
            knows = any((warehouse.id, name) in known for name in demand.names)
            found, item = _have(mine, demand, taken) if warehouse.id in reporting else (Goods(), None)
            goods[place] = Goods(found.free, knows, found.expected)
            if warehouse.id in reporting:
                items[place] = item or (demand.names[0] if demand.names else demand.line)
    return goods, items


def _have(stocked: Sequence[Stocked], demand: Demand, taken: dict[str, Decimal]) -> tuple[Goods, str | None]:
    """What there is of a demand beside what earlier lines of the same order take."""
    found = next((one for one in stocked if one.names & set(demand.names)), None)
    if found is None:
        return Goods(ZERO), None
    level, before = found.level, taken.get(found.item, ZERO)
    if level.unit is not None and demand.unit is not None and level.unit != demand.unit:
        return Goods(ZERO), found.item  # nobody can say how many of these are one of those
    ours = (found.ours, before)
    taken[found.item] = before + demand.quantity
    return Goods(available(level, ours), expected=expected(level, ours, demand.quantity)), found.item
