"""Wires what routes look up: which applications are asked, and whom it concerns when they do not answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.applications.odoo.reference import OdooReference
from gateway.bootstrap.channel_troubles import keep_troubles
from gateway.config.snapshot import Snapshot
from gateway.domain.application import OdooConnection
from gateway.domain.lookup_rule import LookupRule
from gateway.ports import Clock, Observer
from gateway.stages.alarm import Alarm
from gateway.stages.lookups import Asked, Lookups
from gateway.stages.release import Release
from gateway.store.database import Database

if TYPE_CHECKING:
    from gateway.bootstrap.service import Service

_SIDE = "lookups"
"""The side of an application whose troubles these are."""


def lookups_of(
    snapshot: Snapshot, database: Database, *, observer: Observer, clock: Clock, new_id: Callable[[], UUID]
) -> Lookups:
    """Applications that routes ask."""
    asked: dict[str, Asked] = {}
    rules = (rule for route in snapshot.routes for rule in route.rules)
    for name in sorted({rule.application for rule in rules if isinstance(rule, LookupRule)}):
        configured = snapshot.applications[name]
        if isinstance(configured.connection, OdooConnection):
            troubles = keep_troubles(database, snapshot, observer=observer, new_id=new_id, owner=configured.owner)
            reference = OdooReference(configured.connection, clock=clock.monotonic)
            asked[name] = Asked(reference, Alarm(name, None, troubles, side=_SIDE))
    return Lookups(asked, clock.monotonic)


def release_side(service: "Service") -> Release:
    """What routes the documents of a service that wait: for a trailer, or for answers."""
    observer, clock, new_id = service.observer, service.clock, service.new_id
    return Release(
        work=service.work,
        publish=service.publish,
        configuration=lambda: service.snapshot,
        clock=clock,
        observer=observer,
        new_id=new_id,
        node=service.node,
        lookups=lookups_of(service.snapshot, service.database, observer=observer, clock=clock, new_id=new_id),
    )
