"""What documents say of orders: read into milestones, or told to an owner where that is not possible."""

from collections.abc import Callable
from hashlib import blake2b
from uuid import UUID

import structlog
from pydantic import ValidationError

from gateway.domain.failure import fingerprint
from gateway.domain.order.derivation import About, milestones
from gateway.domain.order.record import OrderEventRow, event_row
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.ports.orders import News
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument

log = structlog.get_logger(__name__)

STAGE = "process"
_NUMBERED = frozenset({"purchase_order", "despatch_advice", "warehouse_shipment", "receiving_advice", "invoice", "credit_note"})
"""Documents whose number and issuer are theirs alone. Others are the same only with the same content."""


class NotRead(Exception):
    """Why a document does not say what it says of orders."""


def told(news: News, new_id: Callable[[], UUID]) -> list[OrderEventRow]:
    """The milestones that a document states. Raises NotRead."""
    if news.json is None:
        raise NotRead(str(news.unreadable) if news.unreadable else "its canonical form is gone")
    if news.partner is None or (news.outgoing and news.state != "routed"):
        return []  # what could not be written was not said
    try:
        document = model_of(news.name).model_validate_json(news.json)
        said = milestones(document, _about(news, document))
    except (ValidationError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        log.exception("document_not_read_for_orders", document=str(news.document))
        raise NotRead(f"{type(error).__name__}: {error}") from error
    return [event_row(one, new_id(), heard=news.at, transmission=news.transmission) for one in said]


def _about(news: News, document: CanonicalDocument) -> About:
    digest = "" if news.name in _NUMBERED else blake2b(news.json or b"", digest_size=8).hexdigest()
    return About(
        document=str(news.document),
        name=news.name,
        partner=news.partner or "",
        outgoing=news.outgoing,
        test=news.test,
        at=news.at,
        identity=document.identity,
        digest=digest,
    )


def unread_failure(news: News, reason: str, *, owner: str, new_id: Callable[[], UUID]) -> FailureRow:
    """The failure of a document that the order process cannot read."""
    code = "document-not-read"
    return FailureRow(
        id=new_id(),
        fingerprint=fingerprint(stage=STAGE, code=code, partner=news.partner, route=news.name),
        stage=STAGE,
        code=code,
        partner=news.partner,
        route=None,
        owner=owner,
        message=storable(f"What this {news.name} says of its order could not be read: {reason}")[:2_000],
        remedy="Look at the document, correct what makes it unreadable, then replay it; the order does not know of it.",
        sample=news.document,
        transmission=news.transmission,
    )
