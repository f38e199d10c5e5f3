"""Wires a site gateway: what it takes in is forwarded to the centre instead of being read here."""

from typing import TYPE_CHECKING

from gateway.applications.centre import HttpCentre
from gateway.bootstrap.channel_troubles import keep_standing
from gateway.domain.centre import CentreTerms
from gateway.stages.forward import STAGE, Forward
from gateway.store.forwarding import PostgresForwarding

if TYPE_CHECKING:
    from gateway.bootstrap.service import Service


def forwarding_side(service: "Service") -> "ForwardingSide | None":
    """The forwarder, where this gateway has a centre."""
    centre = service.snapshot.gateway.centre
    return ForwardingSide(service, centre) if centre is not None else None


class ForwardingSide:
    """The forwarder of one process, with its connections."""

    def __init__(self, service: "Service", terms: CentreTerms) -> None:
        self._centre = HttpCentre(terms, clock=service.clock)
        self.forward = Forward(
            waiting=PostgresForwarding(service.database),
            work=service.work,
            centre=self._centre,
            body=service.records.raw,
            claims=service.transmission_claims,
            troubles=keep_standing(
                service.database,
                stage=STAGE,
                owner_of=lambda _side: service.snapshot.owner_of(None, stage=STAGE),
                observer=service.observer,
                new_id=service.new_id,
            ),
            configuration=lambda: service.snapshot,
            observer=service.observer,
            clock=service.clock,
            new_id=service.new_id,
            node=service.node,
        )

    async def close(self) -> None:
        """End the connections."""
        await self._centre.close()
