"""Documents made of what is known of an order: its answer, what was shipped of it, what happened to that. Pure."""

from collections.abc import Callable, Mapping

from gateway.domain.order.making.answer import order_response
from gateway.domain.order.making.goods import despatch_advice, transport_status
from gateway.domain.order.making.truth import KnownLine, NotMakeable, Truth
from translators.canonical.base import CanonicalDocument

__all__ = ["MADE", "KnownLine", "NotMakeable", "Truth"]


def _order(truth: Truth) -> CanonicalDocument:
    """The order as the customer wants it by now."""
    return truth.order


MADE: Mapping[str, Callable[[Truth], CanonicalDocument]] = {
    "order_response": order_response,
    "despatch_advice": despatch_advice,
    "transport_status": transport_status,
    "purchase_order": _order,
}
"""What can be made, by the name of the document. Raises NotMakeable."""
