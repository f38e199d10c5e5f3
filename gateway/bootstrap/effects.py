"""What a failure means for the business, in the words of a configuration: names of partners, cut-offs of warehouses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from gateway.config.snapshot import Snapshot
from gateway.domain.effect import Waiting, effect_of
from gateway.domain.release.window import Window
from gateway.stages.notify import Effect


def effect_in(configuration: Callable[[], Snapshot]) -> Effect:
    """What says it, in the words of the configuration that is in force then."""

    def effect(waiting: Sequence[Waiting], now: datetime) -> str:
        snapshot = configuration()
        return effect_of(waiting, now, name_of=partial(name_in, snapshot), cut_offs=_cut_offs(snapshot))

    return effect


def name_in(snapshot: Snapshot, partner: str) -> str:
    """What people call a partner."""
    known = snapshot.partners.get(partner)
    return (known.name if known else None) or partner


def _cut_offs(snapshot: Snapshot) -> Mapping[str, Window]:
    """The windows of warehouses by what is delivered to them: their application, or the channels of their partner."""
    found: dict[str, Window] = {}
    for warehouse in snapshot.release.warehouses:
        channels = [channel.id for channel in snapshot.channels.values() if channel.partner == warehouse.partner]
        for target in [warehouse.application] if warehouse.application else channels:
            found[target] = warehouse.window
    return found
