"""Relay: public messages whose writer died between commit and confirm are published by whoever holds the lease."""

from datetime import timedelta

from gateway.ports import Broker, Observer, Work

_GRACE = timedelta(seconds=2)


class RelayOutbox:
    """One round publishes what is older than the grace time; the writer publishes the rest itself."""

    def __init__(self, *, work: Work, broker: Broker, observer: Observer, batch: int = 200) -> None:
        self._work = work
        self._broker = broker
        self._observer = observer
        self._batch = batch

    async def round(self, *, older: timedelta = _GRACE) -> int:
        """Publish until nothing old is left or the broker does not take it; answers how many were confirmed."""
        total = 0
        while self._broker.connected:
            relayed = await self._work.relay_outbox(self._broker.publish, older=older, limit=self._batch)
            answered = await self._work.relay_replies(self._broker.publish, older=older, limit=self._batch)
            total += relayed + answered
            if max(relayed, answered) < self._batch:
                break
        if total:
            self._observer.count("edi_outbox_relayed_total", total)
        return total
