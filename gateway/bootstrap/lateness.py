"""Which orders will likely be late, for people: read from what is stored, told with the reason, summed up for customers."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from gateway.bootstrap.office import Office, Where, opened
from gateway.domain.order.lateness import Due, History, Outlook, Underway, outlook, requested_of, summary
from gateway.ports import Json
from gateway.store.order_durations import Found, documents_of, durations, underway

_LOOKED_AT = 500
"""So many orders underway are looked at, the oldest first."""
_LEARNED_FROM = 2_000
"""So many of the newest orders that were shipped tell what is usual."""
_BACK = timedelta(days=90)
_UTC = ZoneInfo("UTC")
_DELIVERED, _SHIPPED = "delivered", "shipped"


async def likely_late(where: Where, *, partners: Sequence[str] = ()) -> Json:
    """Orders that will likely be late, by partner and by what is due first; and a text for each customer."""
    async with opened(where) as opened_office:
        office = opened_office.for_long_reading()
        found = await underway(office.database, orders=None, partners=partners or None, back=_BACK, limit=_LOOKED_AT)
        told = await _outlooks(office, found)
    by_partner = sorted(told, key=lambda one: (one[0].partner, one[1].due.at))
    summaries = [_summary(office, partner, list(some)) for partner, some in groupby(by_partner, key=lambda one: one[0].partner)]
    return {"orders": [outlook_view(*one) for one in by_partner], "summaries": summaries, "looked_at": len(found)}


async def outlook_of(office: Office, order: UUID) -> Json | None:
    """Whether one order will likely be late, and why; None where it will not, or nobody knows."""
    found = await underway(office.database, orders=[order], partners=None, back=_BACK, limit=1)
    told = await _outlooks(office, found)
    return outlook_view(*told[0]) if told else None


async def _outlooks(office: Office, found: Sequence[Found]) -> list[tuple[Found, Outlook]]:
    if not found:
        return []
    documents = await documents_of(office.database, [document for one in found for document in one.documents])
    past = await durations(office.database, limit=_LEARNED_FROM)

    def judged() -> list[tuple[Found, Outlook]]:
        history, told = History(past), []
        for one in found:
            ordered = [documents[document] for document in one.documents if document in documents]
            order = Underway(one.id, one.partner, one.place, one.steps, _dues(office, one, ordered, history))
            if (seen := outlook(order, history, now=one.now)) is not None:
                told.append((one, seen))
        return told

    return await asyncio.to_thread(judged)  # nobody waits for it meanwhile


def _dues(office: Office, one: Found, ordered: Sequence[Json], history: History) -> Sequence[Due]:
    """What must happen to an order by when: its open deadlines, and what the customer asked for."""
    known = {deadline.id: deadline.milestone.value for deadline in office.snapshot.process.deadlines}
    dues = [Due(known[name], at, name) for name, at in one.deadlines if name in known]
    wanted = requested_of(ordered, _zone(office, one.partner))
    if wanted is not None:
        heard = history.usual(_SHIPPED, _DELIVERED, partner=one.partner, place=one.place) is not None
        # Where nobody tells of deliveries, goods have to leave at the latest on the day that they are wanted.
        dues.append(Due(_DELIVERED if heard else _SHIPPED, wanted, "requested"))
    return dues


def outlook_view(order: Found, told: Outlook) -> Json:
    """An outlook for people and programs."""
    return {
        "id": str(order.id),
        "partner": order.partner,
        "number": order.number,
        "state": order.state,
        "place": told.place,
        "goal": told.due.goal,
        "due_at": told.due.at,
        "wanted_by": told.due.wanted_by,
        "since": told.since,
        "begun_at": told.begun,
        "usual_seconds": round(told.usually.total_seconds()),
        "most_seconds": round(told.mostly.total_seconds()),
        "left_seconds": round(told.left.total_seconds()),
        "chance": round(told.chance, 2),
        "learned_from": told.orders,
        "because": told.because,
    }


def _summary(office: Office, partner: str, some: Sequence[tuple[Found, Outlook]]) -> Json:
    known = office.snapshot.partners.get(partner)
    name = known.name if known else partner
    text = summary(name, [(order.number, told) for order, told in some], _zone(office, partner))
    return {"partner": partner, "name": name, "orders": len(some), "text": text}


def _zone(office: Office, partner: str) -> ZoneInfo:
    known = office.snapshot.partners.get(partner)
    return known.timezone if known is not None and isinstance(known.timezone, ZoneInfo) else _UTC
