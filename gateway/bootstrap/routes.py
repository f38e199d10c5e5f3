"""Routes for people: those in force, readable, and what they would make of a document that nobody sends."""

import asyncio
from dataclasses import replace
from uuid import UUID

from gateway.bootstrap.contents import hidden_in
from gateway.bootstrap.foreseen_view import foreseen_view
from gateway.bootstrap.office import Where, opened, settings_at
from gateway.bootstrap.veil import Veil
from gateway.config import Snapshot
from gateway.domain.masks import MASK
from gateway.domain.route import Route, Target
from gateway.errors import Absent, PlanRefused
from gateway.operations.correct import bytes_of
from gateway.operations.replay import route_named
from gateway.ports import Json, ReplayTerms
from gateway.stages.foresee import claimed, foresee, senders
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.triggered import is_triggered
from gateway.store.batch_records import BatchRecords
from gateway.store.records import PostgresRecords
from gateway.system import TimeOrderedIds

MOST_BYTES = 1_048_576
"""Larger documents are for the flow itself, which works on them in slices."""


async def routes_in_force(where: Where) -> Json:
    """The digest of the configuration, since when it is known, and its routes in the order in which they are tried."""
    async with opened(where) as office:
        snapshot = office.snapshot
        rows = await office.database.fetch("configuration", snapshot.digest)
    return {
        "configuration": snapshot.digest,
        "since": rows[0]["activated_at"] if rows else None,
        "gateway": snapshot.gateway_id,
        "environment": snapshot.gateway.environment,
        "sources": [
            {"channel": channel.id, "partner": channel.partner, "type": channel.type}
            for channel in snapshot.channels.values()
            if channel.receives
        ],
        "routes": [_route(number, route, snapshot) for number, route in enumerate(snapshot.routes, 1)],
    }


def _route(number: int, route: Route, snapshot: Snapshot) -> Json:
    matches = ("document", "partner", "agreement", "direction", "test")
    return {
        "number": number,
        "id": route.id,
        **{name: getattr(route, name) for name in matches},
        "when": route.when,
        "rules": [str(rule) for rule in route.rules],
        "deliver": [_target(target) for target in route.targets],
        "service": route.service.value,
        "owner": route.owner or snapshot.owner_of(route.partner, stage="route", route=route.id),
    }


def _target(target: Target) -> Json:
    return {
        "to": target.to,
        "as": target.action,
        "after": target.after,
        "sequence": str(target.sequence) if target.sequence is not None else None,
        "production": target.production,
        "fallback": target.fallback,
        "fallback_after_seconds": target.fallback_after.total_seconds() if target.fallback else None,
    }


async def try_routes(
    where: Where, content: bytes, *, channel: str, name: str = "", partner: str | None = None, route: str = ""
) -> Json:
    """What would become of bytes that came by a channel now: read, judged, routed and answered, and nothing of it stored or sent.

    Duplicates are not looked for, and lookups not made: what waits for one says for which. `partner` is for whom a document is
    that a service of ours publishes; `route` names the one that documents are to take. Raises Absent for a channel that there is
    none of, PlanRefused for nothing or too much, and for a route that there is none of.
    """
    snapshot = settings_at(where).snapshot
    if channel not in snapshot.channels and channel != OUTBOUND and not is_triggered(channel):
        raise Absent(f"There is no channel {channel}.", remedy=f"There are: {', '.join(sorted(snapshot.channels))}")
    if not 0 < len(content) <= MOST_BYTES:
        what = f"{len(content)} bytes are not tested: 1 to {MOST_BYTES} are."
        raise PlanRefused(what, remedy="Test with a few documents of it.")
    new_id = TimeOrderedIds()
    transmission = claimed(content, snapshot, channel=channel, partner=partner, name=name, new_id=new_id)
    if route:
        named = route_named(route, snapshot.routes).id
        transmission = replace(transmission, replay=ReplayTerms(transmission.id, acknowledge=False, route=named))
    return foreseen_view(await asyncio.to_thread(foresee, transmission, snapshot, new_id), snapshot)


async def try_message(where: Where, message: str, *, route: str = "") -> Json:
    """The same for a message that came, as if it came again now; by its id, or the id or a number of something in it. One whose
    route a person named takes that one again, unless another is given.

    What the configuration hides is not shown. Raises Absent, BodyPurged, and what `try_routes` raises.
    """
    async with opened(where) as office:
        records = PostgresRecords(office.database)
        found = await records.find(message, limit=1)
        view = await records.message(str(found[0])) if found else None
        if view is None:
            raise Absent(f"There is no message {message}.", remedy="Look for it by a number of it.")
        number = UUID(str(view["id"]))
        if int(view["size"]) > MOST_BYTES:
            what = f"It has {view['size']} bytes; at most {MOST_BYTES} are tested."
            raise PlanRefused(what, remedy="Test with a few documents of it.")
        content = await bytes_of(BatchRecords(office.database), number)
        tried = await try_routes(
            office, content, channel=str(view["channel"]), name=str(view["name"]), partner=view["partner"],
            route=route or (view["replay_of"] or {}).get("route") or "",
        )  # fmt: skip
        veil = await hidden_in(office, number)
    return tried if veil is None else without_values(veil.story(tried), veil)


def without_values(view: Json, veil: Veil) -> Json:
    """What was tried without values that nobody is shown: those of members that rules changed, and bytes that hold them."""
    interchanges = []
    for one in view["interchanges"]:
        documents = [{**document, "rules": [_veiled(rule, veil) for rule in document["rules"]]} for document in one["documents"]]
        written = [{**sealed, "content": MASK} for sealed in one["written"]]
        interchanges.append({**one, "documents": documents, "written": written})
    return {**view, "interchanges": interchanges}


def _veiled(rule: Json, veil: Veil) -> Json:
    if not veil.masks.hides(rule["path"]):
        return rule
    return {**rule, **{name: MASK for name in ("before", "after") if rule[name] is not None}}


def channel_of(where: Where, content: bytes, *, partner: str = "") -> str:
    """The channel by which bytes would come: that of our own services for what is for a `partner`, else one of their sender's.

    Where the sender has none, or is not known, it is the first that nobody has for himself. Raises Absent when that leaves none.
    """
    return OUTBOUND if partner else channel_for(settings_at(where).snapshot, content)


def channel_for(snapshot: Snapshot, content: bytes) -> str:
    """The same of what a partner sends."""
    known = next((sender.id for sender in senders(content, snapshot)), None)
    receiving = [channel for channel in snapshot.channels.values() if channel.receives]
    mine = [channel for channel in receiving if channel.partner == known and known is not None]
    shared = [channel for channel in receiving if channel.partner is None]
    if found := (*mine, *shared, *receiving):
        return found[0].id
    raise Absent(
        "There is no channel by which documents come.", remedy="Add one to routes.toml, see docs/how-to/add-a-partner.md."
    )
