"""Which warehouse ships what: the candidates in their order, what they have, and how it is shared out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gateway.domain.release.facts import Demand, Facts
from gateway.domain.release.terms import Kind, ReleaseTerms, Warehouse

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Portion:
    """What one warehouse is to ship: so much of each demand."""

    warehouse: Warehouse
    goods: tuple[tuple[Demand, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Sourcing:
    """What can be shipped from where, and what cannot be: why, and when it may be. `missing` is so much of each demand."""

    portions: tuple[Portion, ...]
    missing: tuple[tuple[Demand, Decimal], ...] = ()
    kind: Kind | None = None
    text: str = ""
    expected: datetime | None = None


def source(facts: Facts, terms: ReleaseTerms) -> Sourcing:
    """Choose. One warehouse that has everything goes before several, and several before a part of it."""
    candidates, passed_over = _candidates(facts, terms)
    if not candidates and terms.hold_of(Kind.WAREHOUSE) in facts.approved:
        candidates = [one for one in terms.warehouses if one.id == facts.addressed]
    if not candidates:
        return Sourcing((), _whole(facts), Kind.WAREHOUSE, "No warehouse may take it: " + "; ".join(passed_over) + ".")
    asked = terms.rule_of(Kind.MASTER_DATA) is not None and terms.hold_of(Kind.MASTER_DATA) not in facts.approved
    knowing = [one for one in candidates if not asked or not _unknown(one, facts)]
    if not knowing:
        text = "; ".join(f"{one.id} does not know {', '.join(_unknown(one, facts))}" for one in candidates)
        return Sourcing((), _whole(facts), Kind.MASTER_DATA, f"Master data is missing: {text}.")
    if terms.hold_of(Kind.AVAILABILITY) in facts.approved:  # whoever says so knows better than the figures
        return Sourcing((Portion(knowing[0], _whole(facts)),))
    for one in knowing:
        if all(_free(one, demand, facts) >= demand.quantity for demand in facts.demands):
            return Sourcing((Portion(one, _whole(facts)),))
    shared = _shared(knowing if terms.split else _fullest(knowing, facts), facts)
    missing = tuple(_missing(facts.demands, shared))
    if not missing:
        return Sourcing(shared)
    text = _shortage(missing, knowing, facts)
    return Sourcing(() if terms.complete else shared, missing, Kind.AVAILABILITY, text, _expected(missing, knowing, facts))


def _candidates(facts: Facts, terms: ReleaseTerms) -> tuple[list[Warehouse], list[str]]:
    """The warehouses that may ship it, the preferred one first; and why others may not."""
    found: list[Warehouse] = []
    passed_over = []
    for one in terms.warehouses:
        if one.id in facts.refused:
            passed_over.append(f"{one.id} has refused it")
        elif one.condition is not None and (why := one.condition(facts.variables)) is not None:
            passed_over.append(f"{one.id}: {why}")
        else:
            found.append(one)
    if terms.addressed_first:
        found.sort(key=lambda one: one.id != facts.addressed)
    return found, passed_over


def _unknown(warehouse: Warehouse, facts: Facts) -> list[str]:
    """Items that a warehouse does not know."""
    return [_item(demand) for demand in facts.demands if not facts.at(warehouse.id, demand).known]


def _free(warehouse: Warehouse, demand: Demand, facts: Facts) -> Decimal:
    """What it has of a demand; as much as is wanted where nobody can say."""
    free = facts.at(warehouse.id, demand).free
    return demand.quantity if free is None else free


def _fullest(warehouses: Sequence[Warehouse], facts: Facts) -> list[Warehouse]:
    """The one that can ship most lines whole, then most at all; the first of equals."""

    def reach(one: Warehouse) -> tuple[int, Decimal]:
        whole = sum(_free(one, demand, facts) >= demand.quantity for demand in facts.demands)
        return whole, sum((min(_free(one, demand, facts), demand.quantity) for demand in facts.demands), ZERO)

    return [max(warehouses, key=reach)]


def _shared(warehouses: Iterable[Warehouse], facts: Facts) -> tuple[Portion, ...]:
    """Everything from the first that has it; a line is shared only where no one has all of it."""
    taken: dict[str, dict[int, Decimal]] = {}
    by_id = {one.id: one for one in warehouses}
    for demand in facts.demands:
        whole = [one for one in by_id.values() if _free(one, demand, facts) >= demand.quantity]
        left = demand.quantity
        for one in whole[:1] or by_id.values():
            much = min(_free(one, demand, facts), left)
            if much > ZERO:
                taken.setdefault(one.id, {})[demand.place] = much
                left -= much
    return tuple(
        Portion(one, tuple((demand, taken[one.id][demand.place]) for demand in facts.demands if demand.place in taken[one.id]))
        for one in by_id.values()
        if one.id in taken
    )


def _missing(demands: Iterable[Demand], portions: Iterable[Portion]) -> Iterator[tuple[Demand, Decimal]]:
    given: dict[int, Decimal] = {}
    for portion in portions:
        for demand, quantity in portion.goods:
            given[demand.place] = given.get(demand.place, ZERO) + quantity
    for demand in demands:
        left = demand.quantity - given.get(demand.place, ZERO)
        if left > ZERO:
            yield demand, left


def _whole(facts: Facts) -> tuple[tuple[Demand, Decimal], ...]:
    return tuple((demand, demand.quantity) for demand in facts.demands)


def _shortage(missing: Iterable[tuple[Demand, Decimal]], warehouses: Sequence[Warehouse], facts: Facts) -> str:
    said = []
    for demand, quantity in missing:
        there = ", ".join(f"{_figure(_free(one, demand, facts))} at {one.id}" for one in warehouses)
        said.append(f"line {demand.line}: {_figure(quantity)} of {_figure(demand.quantity)} {_item(demand)} missing ({there})")
    return "; ".join(said)[:900] + "."


def _expected(
    missing: Iterable[tuple[Demand, Decimal]], warehouses: Sequence[Warehouse], facts: Facts
) -> datetime | None:  # fmt: skip
    """When all of it will be there at one of them; None where that is not known."""
    latest: datetime | None = None
    for demand, _ in missing:
        times = [at for one in warehouses if (at := facts.at(one.id, demand).expected) is not None]
        if not times:
            return None
        latest = max(min(times), latest or min(times))
    return latest


def _item(demand: Demand) -> str:
    return demand.names[0] if demand.names else f"line {demand.line}"


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"
