"""Four layers, from the wire up: everything that is acknowledged is in one of them, once."""

from typing import Any

import pytest

from gateway.domain.acknowledgement_layers import LAYERS, acknowledgement_layers
from gateway.domain.expectation import KINDS, Layer


def given(kind: str, **changes: Any) -> dict[str, Any]:
    usual = {"id": "a", "type": kind, "verdict": "accepted", "control_number": "7", "created_at": "then", "state": "delivered"}
    return usual | {"explanation": ["fine"]} | changes


def awaited(kind: str, layer: str, **changes: Any) -> dict[str, Any]:
    usual = {"id": "e", "kind": kind, "layer": layer, "state": "overdue", "said": None, "control_number": "42", "due_at": "soon"}
    return usual | {"document": {"control_number": "0001"}, "explanation": [], "answered_here": False} | changes


def transmission(*acknowledgements: Any, expectations: Any = ()) -> dict[str, Any]:
    return {"interchanges": [{"control_number": "42", "acknowledgements": acknowledgements}], "expectations": expectations}


@pytest.mark.parametrize(
    ("kind", "layer"),
    [("TA1", "technical"), ("997", "functional"), ("999", "functional"), ("CONTRL", "functional"), ("824", "business")],
)
def test_what_we_gave_is_in_its_layer(kind: str, layer: str) -> None:
    layers = acknowledgement_layers(transmission(given(kind)))
    assert {name: [one["kind"] for one in found] for name, found in layers.items() if found} == {layer: [kind]}
    (one,) = layers[layer]
    assert (one["way"], one["about"], one["state"], one["explanation"]) == ("given", "42", "delivered", ["fine"])


@pytest.mark.parametrize("layer", [*Layer])
def test_what_is_awaited_is_in_its_layer(layer: Layer) -> None:
    layers = acknowledgement_layers(transmission(expectations=[awaited("x", layer.value)]))
    (found,) = [one for name in LAYERS for one in layers[name]]
    assert (found["way"], found["about"], found["state"], found["due_at"]) == ("awaited", "0001", "overdue", "soon")


def test_every_kind_has_a_layer() -> None:
    layers = acknowledgement_layers(transmission(*(given(kind) for kind in KINDS)))
    assert sum(len(found) for found in layers.values()) == len(KINDS)


def test_what_is_about_the_whole_interchange_says_its_number() -> None:
    layers = acknowledgement_layers(transmission(expectations=[awaited("TA1", "technical", document=None)]))
    assert layers["technical"][0]["about"] == "42"


def test_an_acknowledgement_that_came_is_no_layer_of_itself() -> None:
    layers = acknowledgement_layers(transmission(expectations=[awaited("997", "functional", answered_here=True)]))
    assert not any(layers.values())


def test_a_receipt_is_told_where_one_was_asked_for() -> None:
    transfer = {
        "id": "x",
        "direction": "in",
        "receipt_state": "answered",
        "message_id": "<m>",
        "at": "then",
        "disposition": "processed",
    }
    assert [one["state"] for one in acknowledgement_layers({}, [transfer])["receipt"]] == ["answered"]
    for changes in ({"receipt_state": "none"}, {"direction": "out"}):
        assert not acknowledgement_layers({}, [{**transfer, **changes}])["receipt"]


def test_our_answers_are_business() -> None:
    answer = {"id": "d", "type": "855", "state": "sealed", "control_number": "0001", "created_at": "then"}
    assert [one["kind"] for one in acknowledgement_layers({}, (), [answer])["business"]] == ["855"]
