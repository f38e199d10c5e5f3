"""Make document: what a trigger of routes.toml sends because a milestone holds is made of what is known of the order.

For the customer it goes the way of all that other services publish: agreement, format, numbers and expectations are the same. For
an application it becomes a delivery like any other. The transmission bears the follow-up's id: made again it is recognised.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

import orjson
import structlog
from pydantic import ValidationError

from gateway.domain.order.amended import amended
from gateway.domain.order.authority import GATEWAY
from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.making import MADE, KnownLine, NotMakeable, Truth
from gateway.domain.order.milestone import Event
from gateway.domain.order.record import OrderEventRow, milestone_of
from gateway.domain.order.trigger import CHANNEL, Trigger
from gateway.errors import BodyUnreadable
from gateway.ports import Configuration, Handover, Work
from gateway.ports.follow_ups import DueFollowUp, FollowUpSession, Performed, Performer, ToldDocument
from gateway.stages.lanes import Arrived
from gateway.stages.order_follow_ups import cover_of
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive import pieces, transmission_row
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange

log = structlog.get_logger(__name__)

_ORDER = (Event.RECEIVED.value, Event.CHANGED.value, Event.CANCELLED.value)
_ANSWERS = frozenset({"accepted", "rejected", "back_ordered", "held"})
_NAMES = ("line", "state", "unit", "items")
_REMEDY = "See `gateway order` for what is known of it. If it cannot be made, write it by hand and send it by `gateway publish`."


class MakeDocument(Performer):
    """Makes documents and hands them over. `announce` tells who translates that something has arrived."""

    def __init__(
        self,
        *,
        work: Work,
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        configuration: Callable[[], Configuration],
    ) -> None:
        self._work, self._announce, self._configuration = work, announce, configuration

    async def perform(self, due: DueFollowUp, rule: FollowUpRule, session: FollowUpSession) -> Performed:
        """Make the document of a trigger, and store it as a transmission."""
        trigger = self._configuration().process.triggers[rule.id]
        try:
            documents = await session.documents_of(due.row.trade_order, [*_ORDER, due.row.event])
            order, ours = _order(documents)
        except (BodyUnreadable, ValidationError, NotMakeable) as error:
            return _not_possible(getattr(error, "code", "order-not-read"), str(error))
        if ours and trigger.to is None:
            return Performed("not_wanted", code="own-order", message="it is an order of ours: its supplier is told nothing of it")
        unwanted = self._unwanted(due, rule, trigger, order)
        if unwanted:
            return Performed("not_wanted", code="condition", message=unwanted)
        try:
            truth = _truth(due, order, await session.events_of(due.row.trade_order), documents)
            made = MADE[trigger.document](truth)
        except NotMakeable as error:
            return _not_possible(error.code, str(error))
        except ValidationError as error:
            log.exception("document_not_made", follow_up=str(due.row.id))
            return _not_possible("document-not-made", f"What is known makes no {trigger.document}: {error.errors()[0]['msg']}")
        return await self._hand_over(due, trigger, made)

    def _unwanted(self, due: DueFollowUp, rule: FollowUpRule, trigger: Trigger, order: PurchaseOrder) -> str:
        """Why nothing is to be made; empty when it is."""
        if trigger.production and due.test:
            return "a test order, and the trigger is for a production application"
        if rule.condition is None:
            return ""
        context = self._configuration().context(
            document=PurchaseOrder.NAME, partner=due.partner, agreement=None, test=due.test, message={}
        )
        document = orjson.loads(order.to_json())
        variables = {"document": document, "order": document, "partner": context.partner, "message": context.message}
        return rule.condition(variables) or ""

    async def _hand_over(self, due: DueFollowUp, trigger: Trigger, made: CanonicalDocument) -> Performed:
        channel = OUTBOUND if trigger.to is None else f"{CHANNEL}{trigger.id}"
        handover = Handover(
            id=due.row.id,
            channel=channel,
            partner=due.partner,
            name=f"{trigger.id}:{due.number}:{due.row.ordinal}",
            body=made.to_json(),
            idempotency_key=f"follow-up:{due.row.id}",
        )
        receipts = await self._work.receive([transmission_row(handover)], pieces(handover.id, handover.body))
        receipt = receipts[handover.id]
        if not (receipt.repeated or receipt.conflict):  # else it was handed over before, as it was to be said then
            await self._announce([(channel, handover.id)])
        return Performed("done", reference=str(receipt.transmission), message=f"{trigger.document} {getattr(made, 'number', '')}")


def _order(documents: Sequence[ToldDocument]) -> tuple[PurchaseOrder, bool]:
    """The order as the customer wants it by now, and whether it is one of ours. Raises NotMakeable, or ValidationError."""
    told = [one for one in documents if one.name in ("purchase_order", "purchase_order_change")]
    if not told or told[0].json is None or told[0].name != "purchase_order":
        raise NotMakeable("order-not-kept", "the document of the order is not here: it came another way, or is purged")
    order = PurchaseOrder.model_validate_json(told[0].json)
    later = [_change(one) for one in told[1:] if one.json is not None and one.id != told[0].id]
    return amended(order, later), told[0].source == GATEWAY


def _change(one: ToldDocument) -> PurchaseOrder | PurchaseOrderChange:
    model = PurchaseOrder if one.name == "purchase_order" else PurchaseOrderChange
    return model.model_validate_json(one.json or b"")


def _truth(due: DueFollowUp, order: PurchaseOrder, events: Sequence[OrderEventRow], documents: Sequence[ToldDocument]) -> Truth:
    row = due.row
    said = next((one for one in events if (one.source, one.key) == (row.source, row.statement)), None)
    if said is None:
        raise NotMakeable("statement-gone", f"what {row.source} said of it is not kept any more")
    told = next((one for one in documents if (one.source, one.key) == (row.source, row.statement)), None)
    links = dict.fromkeys(link for one in events if one.state == "applied" for link in milestone_of(one).links)
    return Truth(
        order=order,
        lines=[_known(line) for line in due.lines],
        said=milestone_of(said),
        cover=cover_of(row),
        ordinal=row.ordinal,
        at=due.made_at.astimezone(UTC).replace(microsecond=0),
        first=not any(one.source == GATEWAY and one.event in _ANSWERS for one in events),
        links=tuple(links),
        told=_read(told),
    )


def _read(told: ToldDocument | None) -> CanonicalDocument | None:
    return model_of(told.name).model_validate_json(told.json) if told is not None and told.json is not None else None


def _known(line: Any) -> KnownLine:
    quantities = {name: Decimal(value) for name, value in line.items() if name not in _NAMES}
    return KnownLine(line["line"], line["state"], line.get("unit"), quantities)


def _not_possible(code: str, message: str) -> Performed:
    return Performed("not_possible", code=code, message=message, remedy=_REMEDY)
