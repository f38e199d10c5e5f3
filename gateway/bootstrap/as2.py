"""The AS2 side of a process: the partners we speak it with, what comes in, the ways out, and the watch over certificates."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from aiohttp import web

from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.channels.as2 import Admission, As2Inbound, As2Outbound, Journal, Receipts, Relationship, Relationships, relationship
from gateway.channels.http.limits import Limits as BodyLimits
from gateway.config import Snapshot
from gateway.domain.as2_terms import As2Options
from gateway.errors import Refused
from gateway.operations.examine_transfer import Means
from gateway.operations.examine_transfer import examine_transfer as look_into
from gateway.ports import Clock, Json, Observer
from gateway.ports.expectation import ReceiptLedger
from gateway.protocols.as2 import Limits
from gateway.security.certificates import CertificateWatch, Holder
from gateway.stages.lanes import Arrived
from gateway.stages.receive_transfers import ReceiveTransfers
from gateway.store.database import Database
from gateway.store.transfers import PostgresTransfers

_BODIES_AT_ONCE = 128 * 1_048_576
"""Bytes of all messages that are read at one time; each is held several times over while it is decrypted."""


def relationships(snapshot: Snapshot) -> list[Relationship]:
    """The partners of all channels of type as2, their keys and certificates loaded. Raises CannotBuild."""
    owner_of = partial(snapshot.owner_of, stage="receive")
    return [
        relationship(channel.id, partner=channel.partner, owner=owner_of(channel.partner), options=channel.options)
        for channel in snapshot.channels.values()
        if isinstance(channel.options, As2Options)
    ]


def served_elsewhere(snapshot: Snapshot) -> Mapping[tuple[str, str], str]:
    """Who serves the partners of other regions, by the names in AS2-From and AS2-To."""
    return {
        (channel.options.theirs, channel.options.ours): str(snapshot.elsewhere.partners[channel.partner or ""])
        for channel in snapshot.elsewhere.channels.values()
        if isinstance(channel.options, As2Options)
    }


def holders(snapshot: Snapshot, known: Sequence[Relationship]) -> list[Holder]:
    """Whose certificates there are: each partner's, and ours under each name."""
    found = [Holder(f"partner {each.partner}", each.channel, each.partner, each.owner, each.certificates) for each in known]
    ours = {tuple(key.certificate for key in each.keys): each.options.ours for each in known if each.keys}
    owner = snapshot.owner_of(None, stage="certificates")
    return [*found, *(Holder(f"ours ({name})", None, None, owner, own) for own, name in ours.items())]


class As2Side:
    """All that speaks AS2 in one process. Without channels of that type it has no routes and nothing to do."""

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        database: Database,
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        wake: Callable[[str], Awaitable[None]],
        admit: Callable[[str], Refused | None],
        ledger: ReceiptLedger | None,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        node: str,
    ) -> None:
        self._snapshot, self._observer, self._clock, self._new_id = snapshot, observer, clock, new_id
        self._admit, self._node = admit, node
        self.transfers = PostgresTransfers(database)
        self.relationships = {each.channel: each for each in relationships(snapshot)}
        self.receipts = Receipts(self.transfers, ledger=ledger, new_id=new_id)
        self.intake = ReceiveTransfers(transfers=self.transfers, announce=announce, wake=wake, observer=observer, clock=clock)
        self._ways: list[As2Outbound] = []

    def outbound(self, channel: str) -> As2Outbound:
        """The way to a partner, also for receipts to one who only sends."""
        way = As2Outbound(
            self.relationships[channel],
            transfers=self.transfers,
            receipts=self.receipts,
            clock=self._clock,
            new_id=self._new_id,
        )
        self._ways.append(way)
        return way

    def routes(self) -> Sequence[web.RouteDef]:
        """What the web server serves; nothing without a partner, here or in another region."""
        elsewhere = served_elsewhere(self._snapshot)
        if not self.relationships and not elsewhere:
            return []
        largest = self._snapshot.gateway.max_transmission
        most = min([largest, max((r.options.max_bytes for r in self.relationships.values()), default=largest)])
        inbound = As2Inbound(
            Relationships(list(self.relationships.values())),
            admission=Admission(body=BodyLimits(most_bytes=most, bytes_in_flight=max(_BODIES_AT_ONCE, most))),
            intake=self.intake,
            transfers=self.transfers,
            receipts=self.receipts,
            journal=Journal(
                new_id=self._new_id,
                owner=self._snapshot.owner_of(None, stage="receive"),
                node=self._node,
                configuration=lambda: self._snapshot.digest,
            ),
            observer=self._observer,
            clock=self._clock,
            admit=self._admit,
            elsewhere=elsewhere,
        )
        return inbound.routes()

    def watch(self) -> CertificateWatch:
        """What looks after the certificates."""
        return CertificateWatch(
            lambda: holders(self._snapshot, list(self.relationships.values())),
            transfers=self.transfers,
            observer=self._observer,
            clock=self._clock,
            new_id=self._new_id,
        )

    def tasks(self) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        """What runs where messages are received."""
        return [("receive:as2", self.intake.run)] if self.relationships else []

    async def close(self) -> None:
        """End the connections to partners."""
        for way in self._ways:
            await way.close()


async def examine_transfer(settings: Settings, named: str) -> list[Json]:
    """What `gateway as2 doctor` finds out about the transfers of a Message-ID or an id of ours."""
    known = {each.channel: each for each in relationships(settings.snapshot)}

    def means_of(channel: str) -> Means:
        agreed = known.get(channel)
        others = tuple(c for name, each in known.items() if name != channel for c in each.certificates)
        if agreed is None:  # a stranger's: all that we have is tried
            keys = tuple(dict.fromkeys(key for each in known.values() for key in each.keys))
            return Means(keys=keys, certificates=(), others=others, limits=Limits())
        return Means(keys=agreed.keys, certificates=agreed.certificates, others=others, limits=agreed.limits)

    async with open_database(settings, size=2) as (database, _):
        await require_schema(database)
        return await look_into(named, transfers=PostgresTransfers(database), means_of=means_of)
