"""All that was, or is to be, acknowledged of a message, in the four layers people think in. Pure: views in, a view out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gateway.domain.expectation import Layer, layer_of

LAYERS: Final = ("receipt", "technical", "functional", "business")
"""From the wire up: the receipt of the transfer (MDN), the envelope (TA1), the syntax (997, 999, CONTRL), and the business."""

_OF: Final[Mapping[Layer, str]] = {
    Layer.RECEIPT: "receipt",
    Layer.TECHNICAL: "technical",
    Layer.FUNCTIONAL: "functional",
    Layer.APPLICATION: "business",
    Layer.ANSWER: "business",
}

Json = Mapping[str, Any]


def acknowledgement_layers(
    transmission: Json, receipts: Sequence[Json] = (), answers: Sequence[Json] = ()
) -> dict[str, list[dict[str, Any]]]:
    """What is acknowledged of a transmission: `given` by us to whoever sent it, `awaited` from whom we sent something.

    `transmission` is its view, `receipts` are its AS2 transfers, `answers` our business answers to what it held.
    """
    found: dict[str, list[dict[str, Any]]] = {layer: [] for layer in LAYERS}
    for transfer in receipts:
        if (receipt := _receipt(transfer)) is not None:
            found["receipt"].append(receipt)
    for interchange in transmission.get("interchanges") or ():
        for given in interchange.get("acknowledgements") or ():
            found[_OF[layer_of(str(given["type"]))]].append(_given(given, interchange))
    for expected in transmission.get("expectations") or ():
        if not expected.get("answered_here"):
            found[_OF[Layer(expected["layer"])]].append(_awaited(expected))
    for answer in answers:
        found["business"].append(_answer(answer))
    return found


def _receipt(transfer: Json) -> dict[str, Any] | None:
    """The MDN of a transfer. That of what we sent is expected as well where one is agreed, and told there."""
    if transfer["direction"] == "out" or transfer["receipt_state"] == "none":
        return None
    return {
        "kind": "MDN",
        "way": "given",
        "id": transfer["id"],
        "state": transfer["receipt_state"],
        "verdict": None,
        "control_number": transfer["message_id"],
        "at": transfer["at"],
        "due_at": None,
        "explanation": [transfer["disposition"]] if transfer["disposition"] else [],
    }


def _given(given: Json, interchange: Json) -> dict[str, Any]:
    return {
        "kind": given["type"],
        "way": "given",
        "id": given["id"],
        "state": given["state"],
        "verdict": given["verdict"],
        "control_number": given["control_number"],
        "at": given["created_at"],
        "due_at": None,
        "explanation": list(given["explanation"]),
        "about": interchange["control_number"],
    }


def _awaited(expected: Json) -> dict[str, Any]:
    document = expected.get("document")
    return {
        "kind": expected["kind"],
        "way": "awaited",
        "id": expected["id"],
        "state": expected["state"],
        "verdict": expected.get("said"),
        "control_number": expected["control_number"],
        "at": expected.get("changed_at"),
        "due_at": expected.get("due_at"),
        "explanation": list(expected.get("explanation") or ()),
        "about": document["control_number"] if document else expected["control_number"],
    }


def _answer(answer: Json) -> dict[str, Any]:
    return {
        "kind": answer["type"],
        "way": "given",
        "id": answer["id"],
        "state": answer["state"],
        "verdict": None,
        "control_number": answer["control_number"],
        "at": answer["created_at"],
        "due_at": None,
        "explanation": [],
        "about": None,
    }
