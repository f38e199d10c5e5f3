"""Wires the side of applications that speaks unasked: what watches Odoo databases, where these give hints of changes, and what
REST systems are asked for and tell.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from aiohttp import web

from gateway.applications.http import HttpPoll, WebhookReceiver, heard_again
from gateway.applications.odoo.changes import OdooChanges, Surroundings
from gateway.applications.odoo.changes.hint import Hinted, HintReceiver
from gateway.bootstrap.channel_troubles import keep_troubles
from gateway.config.snapshot import Snapshot
from gateway.domain.agreement import Direction
from gateway.domain.application import Application, OdooConnection
from gateway.domain.http_application import HttpConnection
from gateway.domain.odoo_changes import ChangeTerms
from gateway.errors import Refused
from gateway.http.caller import Callers
from gateway.ports import Clock, Observer
from gateway.ports.channel_trouble import ChannelTroubles
from gateway.ports.hearing import ApplicationSource, Hearing, Notice
from gateway.stages.alarm import Alarm
from gateway.stages.hear_again import HearAgain
from gateway.stages.keep_unread import KeepUnread
from gateway.store.database import Database
from gateway.store.originals import PostgresOriginals, PostgresStatements
from gateway.store.unread import PostgresUnread

_SIDE = "changes"
"""The side of an application whose troubles these are."""


class Watching:
    """What watches applications in one process. Each source is run by one process at a time, under a lease."""

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        database: Database,
        hearing: Hearing,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        node: str,
        admit: Callable[[str], Refused | None],
    ) -> None:
        self._snapshot, self._database = snapshot, database
        self._observer, self._clock, self._new_id = observer, clock, new_id
        self._hearing = KeepUnread(
            hearing,
            store=PostgresUnread(database),
            owner_of=self._owner_of,
            configuration=lambda: snapshot,
            observer=observer,
            new_id=new_id,
            node=node,
        )
        self._admit = admit
        self._rest = {
            name: connection
            for name, configured in snapshot.applications.items()
            if isinstance(connection := configured.connection, HttpConnection)
        }
        self._odoo: Mapping[str, OdooChanges] = {
            name: self._watch(configured, connection, connection.changes)
            for name, configured in snapshot.applications.items()
            if isinstance(connection := configured.connection, OdooConnection) and connection.changes is not None
        }

    def hear_again(self, body: Callable[[UUID], Awaitable[bytes]]) -> HearAgain:
        """What hears again what REST systems said and nobody understood; `body` gets the bytes of a transmission."""
        return HearAgain(read=self._read_again, hearing=self._hearing, body=body)

    def _read_again(self, source: str, body: bytes) -> Sequence[Notice] | None:
        """By each way in which the system tells us things: the first that is understood, else why the first is not."""
        connection = self._rest.get(source)
        if connection is None:
            return None
        ways = [connection.webhook.reading] if connection.webhook is not None else []
        ways += [poll.reading for poll in connection.polls]
        read = [heard_again(body, way, source=source) for way in ways]
        return next((notices for notices in read if all(n.unread is None for n in notices)), read[0] if read else None)

    @property
    def sources(self) -> Sequence[ApplicationSource]:
        """What is to be run."""
        return [*self._odoo.values(), *self._polls()]

    def routes(self) -> Sequence[web.RouteDef]:
        """Where applications say that something has changed; nothing where none may."""
        hinted = {name: Hinted(watch.hint_hashes, watch.hint) for name, watch in self._odoo.items() if watch.hint_hashes}
        hints = HintReceiver(hinted, observer=self._observer).routes() if hinted else ()
        return [*hints, *self._webhooks()]

    def _webhooks(self) -> Sequence[web.RouteDef]:
        """Where REST systems tell us something; nothing where none may."""
        webhooks = {name: one.webhook for name, one in self._rest.items() if one.webhook is not None}
        if not webhooks:
            return ()
        gateway = self._snapshot.gateway
        receiver = WebhookReceiver(
            webhooks,
            hearing=self._hearing,
            callers=Callers(trusted=gateway.trusted_proxies, certificate_header=gateway.certificate_header),
            admit=self._admit,
            observer=self._observer,
            clock=self._clock,
        )
        return receiver.routes()

    def _polls(self) -> Sequence[HttpPoll]:
        """What is asked of REST systems every so often."""
        return [
            HttpPoll(
                name,
                connection,
                terms,
                hearing=self._hearing,
                troubles=self._troubles(self._snapshot.applications[name]),
                observer=self._observer,
                clock=self._clock,
            )
            for name, connection in self._rest.items()
            for terms in connection.polls
        ]

    def _watch(self, configured: Application, connection: OdooConnection, terms: ChangeTerms) -> OdooChanges:
        around = Surroundings(
            hearing=self._hearing,
            statements=PostgresStatements(self._database),
            originals=PostgresOriginals(self._database),
            agreed=partial(self._agreed, terms),
            gated=self._snapshot.release.holds_back,
            suppliers=self._suppliers,
            alarm=Alarm(configured.id, None, self._troubles(configured), side=_SIDE),
            observer=self._observer,
            clock=self._clock,
        )
        return OdooChanges(
            configured.id, connection, terms, around=around, rate=configured.rate, maintenance=configured.maintenance
        )

    def _agreed(self, terms: ChangeTerms, partner: str, document: str) -> bool:
        """Whether a document is written of what is noticed: it is agreed on, or a warehouse gets it otherwise; and nothing else
        writes it.
        """
        warehouse = self._snapshot.release.of_partner(partner) if document == "warehouse_order" else None
        reached = warehouse is not None and warehouse.application is not None
        return document not in terms.without and (reached or bool(self._snapshot.partnerships.outgoing(partner, document)))

    def _troubles(self, configured: Application) -> ChannelTroubles:
        """Where its owner is told what is wrong with it."""
        return keep_troubles(self._database, self._snapshot, observer=self._observer, new_id=self._new_id, owner=configured.owner)

    def _owner_of(self, source: str) -> str:
        configured = self._snapshot.applications[source]
        return configured.owner or self._snapshot.owner_of(None, stage="process")

    def _suppliers(self) -> Sequence[str]:
        """Partners that we send purchase orders to."""
        agreements = self._snapshot.partnerships.agreements.values()
        ours = (one for one in agreements if one.direction is Direction.OUT and one.document == "purchase_order")
        return sorted({one.partner for one in ours})
