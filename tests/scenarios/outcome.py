"""What has become of an order, in the words in which scenarios expect it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.store import order_records
from tests.scenarios.scenario import Expectation
from tests.scenarios.site import Site, got_about

_MEASURES = ("ordered", "accepted", "rejected", "cancelled", "shipped", "delivered", "invoiced", "returned")
"""What is allocated or back-ordered is so for a moment."""
_HOLDS = (": applied", ": repeated")
_OF_ORDER = "(d.keys && array['order:' || $1])"
_CALLS = f"""
select v.target, v.action, v.state, coalesce(v.code, '') as code
from gateway.delivery v join gateway.document d on d.id = v.document
where {_OF_ORDER} and v.outbound is null and v.action <> 'transmit' order by v.id"""
_ACKNOWLEDGED = f"""
select d.type, a.type as by, a.verdict from gateway.document d join gateway.acknowledgement a on a.interchange = d.interchange
where {_OF_ORDER} order by a.outbound"""
_ANSWERED = f"""
select d.type, e.kind, e.state from gateway.outbound_document d join gateway.expectation e on e.outbound = d.outbound
where {_OF_ORDER} order by d.created_at, d.type, e.id"""
FAILURES = f"""
select distinct on (c.at, f.code) f.stage, f.code, f.owner, c.at, c.closed_at
from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
where c.subject in (
    select e.id from gateway.order_event e where e.trade_order in (select id from gateway.trade_order where number = $1)
    union select id from gateway.trade_order where number = $1)
  or c.transmission in (select d.transmission from gateway.document d where {_OF_ORDER})
order by c.at, f.code"""


async def outcome(site: Site, expected: Expectation) -> Mapping[str, Any]:
    """What is there of what is expected, in the same shape. The order in which it came says nothing, and is not kept.

    Of what was said, all that does not hold is told, and of what holds only what is expected.
    """
    views = await order_records.orders_of(site.database, expected.order, partner=None, terms=site.settings.snapshot.process)
    found = [view for view in views if view["number"] == expected.order]
    told: dict[str, Any] = {"order": expected.order, "state": found[0]["state"] if found else "unknown"}
    for aspect, wished in expected.aspects.items():
        there = await _LOOKS[aspect](site, expected.order, found[0] if found else {})
        told[aspect] = sorted(one for one in there if one in wished or aspect != "said" or not one.endswith(_HOLDS))
    return told


def wanted(expected: Expectation) -> Mapping[str, Any]:
    """What is expected, in the shape of an outcome."""
    return {"order": expected.order, "state": expected.state, **{name: sorted(value) for name, value in expected.aspects.items()}}


async def _lines(_site: Site, _number: str, view: Mapping[str, Any]) -> Sequence[str]:
    return [_line(line) for line in view.get("lines", ())]


def _line(line: Mapping[str, Any]) -> str:
    measured = line.get("quantities", line)
    quantities = {name: Decimal(measured.get(name) or 0) for name in _MEASURES}
    counted = ", ".join(f"{name.replace('_', '-')} {quantity:f}" for name, quantity in quantities.items() if quantity)
    return f"{line.get('number') or line.get('line')}: {counted}: {line['state']}"


async def _said(_site: Site, _number: str, view: Mapping[str, Any]) -> Sequence[str]:
    """Each statement once, by what it says, who says it and what became of it."""
    told = (f"{event['event']} by {event['source']}: {event['code'] or event['state']}" for event in view.get("events", ()))
    return list(dict.fromkeys(told))


async def _calls(site: Site, number: str, _view: Mapping[str, Any]) -> Sequence[str]:
    rows = await _rows(site, _CALLS, number)
    return [f"{row['target']} {row['action']}: {row['code'] or row['state']}" for row in rows]


async def _books(site: Site, number: str, _view: Mapping[str, Any]) -> Sequence[str]:
    """What stands in Odoo about an order, and in the books of which company."""
    found = await site.do("sale.order", "search", [["client_order_ref", "=", number]])
    booked = [("sale", one) for one in await site.do("sale.order", "read", found, fields=["company_id", "state"])]
    fields = ["company_id", "state"]
    booked += [
        ("delivery", one) for one in await site.do("stock.picking", "search_read", [["sale_id", "in", found]], fields=fields)
    ]
    booked += [("purchase", one) for one in await purchases(site, number)]
    return [f"{one['company_id'][1]}: {what} {one['state']}" for what, one in booked]


async def purchases(site: Site, number: str) -> Sequence[Mapping[str, Any]]:
    """What was or is to be bought for an order, in Odoo."""
    sales = await site.do("sale.order", "search_read", [["client_order_ref", "=", number]], fields=["name"])
    wanted = [["origin", "=", sale["name"]] for sale in sales]
    found = [await site.do("purchase.order", "search_read", [one], fields=["name", "company_id", "state"]) for one in wanted]
    return [one for several in found for one in several]


async def _documents(site: Site, number: str, _view: Mapping[str, Any]) -> Sequence[str]:
    everybody = [*site.customers.values()]
    bought = [one["name"] for one in await purchases(site, number)]
    to_supplier = [f"{_document(one.type, one.canonical)}, bought" for name in bought for one in got_about(everybody, name)]
    return [_document(one.type, one.canonical) for one in got_about(everybody, number)] + to_supplier


def _document(kind: str, canonical: Any) -> str:
    """`855 accepted: 1 accepted 10` and the like."""
    lines = [_document_line(line) for line in canonical.lines]
    status = f" {canonical.status}" if canonical.NAME == "order_response" else ""
    return f"{kind}{status}: {', '.join(lines)}"


def _document_line(line: Any) -> str:
    number = (line.order.line if getattr(line, "order", None) is not None and line.order.line else None) or line.number
    answers = [_answer(one) for one in getattr(line, "responses", ())]
    if answers:
        return f"{number} {' and '.join(answers)}"
    quantity = line.quantity.value if line.quantity is not None else "?"
    return f"{quantity} of {number}"


def _answer(answer: Any) -> str:
    quantity = f" {answer.quantity.value}" if answer.quantity is not None else ""
    item = f" by {answer.item.identifiers.get('seller')}" if answer.item is not None else ""
    day = f" on {answer.delivery}" if answer.status == "date_changed" else ""
    return f"{answer.status}{quantity}{item}{day}"


async def _acknowledgements(site: Site, number: str, _view: Mapping[str, Any]) -> Sequence[str]:
    given = [f"{row['type']}: {row['by']} {row['verdict']}" for row in await _rows(site, _ACKNOWLEDGED, number)]
    return given + [f"{row['type']}: {row['kind']} {row['state']}" for row in await _rows(site, _ANSWERED, number)]


async def _failures(site: Site, number: str, _view: Mapping[str, Any]) -> Sequence[str]:
    """What is or was wrong: where, why, whose it is, and whether it is over."""
    rows = await _rows(site, FAILURES, number)
    told = (f"{row['stage']} {row['code']} ({row['owner']}){', over' if row['closed_at'] else ''}" for row in rows)
    return list(dict.fromkeys(told))


async def _rows(site: Site, query: str, number: str) -> Sequence[Mapping[str, Any]]:
    async with site.database.connection() as connection:
        return [dict(row) for row in await connection.fetch(query, number)]


_LOOKS = {
    "lines": _lines,
    "said": _said,
    "calls": _calls,
    "books": _books,
    "documents": _documents,
    "acknowledgements": _acknowledgements,
    "failures": _failures,
}
