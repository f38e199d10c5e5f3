"""REQOTE: the buyer asks for an offer."""

from translators.edifact.messages import lines, purchase_order, shared
from translators.edifact.messages.quote import LINE, beginning, in_segments, whole
from translators.mapping.mapping import DocumentMapping

_REQUEST = "311"
_RESPOND_BY = dict.fromkeys(("36", "262"), "respond_by")

MAPPING = DocumentMapping(
    "request_for_quote",
    [
        beginning(_REQUEST),
        *shared.dates({"137": "issued", **_RESPOND_BY}),
        *purchase_order.HEADER[2:],
        lines.lines(LINE),
        *purchase_order.SUMMARY,
    ],
    unfold=whole,
    fold=in_segments,
)
