"""cXML OrderRequest of type update or delete to the canonical change of a purchase order, and back."""

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.cxml.order_request import after_reading, before_writing, order
from translators.xml.rules import DocumentMapping
from translators.xml.values import Code, Leaf

_PURPOSES = Words({"update": "change", "delete": "cancel"})
_ACTIONS = Words({"delete": "delete"})


def _before_writing(value: Value) -> None:
    """What is not withdrawn is changed; of a line only its withdrawal can be said."""
    if value.get("purpose") not in _PURPOSES.listed:
        value["purpose"] = "change"
    before_writing(value)
    for line in value.get("lines") or ():
        if line.get("action") not in _ACTIONS.listed:
            line.pop("action", None)


MAPPING = DocumentMapping(
    order(
        Code("@type", "purpose", _PURPOSES),
        Leaf("@orderVersion", "sequence"),
        (Code("@operation", "action", _ACTIONS),),
    ),
    after_reading,
    _before_writing,
)
