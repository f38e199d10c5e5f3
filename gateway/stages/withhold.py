"""Withhold: a gateway beside another one writes everything and hands over nothing, agreement by agreement. Pure."""

from collections.abc import Sequence

from gateway.domain.history import is_history
from gateway.domain.record import DeliveryRow
from gateway.ports import Settlement
from gateway.stages.compose import Draft
from gateway.stages.judgement import Judged, JudgedInterchange

WITHHELD = "withheld"


def in_shadow(judged: Judged, interchange: JudgedInterchange) -> bool:
    """Whether another gateway still answers an interchange, and does what follows from it."""
    if interchange.partner is None:
        return False
    agreements = [document.agreement for document in interchange.documents]
    return judged.configuration.partnerships.in_shadow(interchange.partner.id, agreements)


def is_quiet(judged: Judged, interchange: JudgedInterchange) -> bool:
    """Whether what an interchange answers was not sent by this gateway: it is in shadow, or history."""
    return is_history(judged.transmission.channel) or in_shadow(judged, interchange)


def withheld(delivery: DeliveryRow) -> DeliveryRow:
    """The delivery, which is never made."""
    return delivery._replace(state=WITHHELD)


def handed_over(drafts: Sequence[Draft], settlement: Settlement) -> list[Draft]:
    """Of what is sealed, what goes out: only for that are answers expected."""
    kept = {row.outbound for row in settlement.deliveries if row.state == WITHHELD}
    return [draft for draft in drafts if draft.id not in kept]
