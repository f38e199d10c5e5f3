"""What rules leave behind is canonical, or the document stops with the reason."""

from typing import Any

import orjson
import pytest

from gateway.domain.document_path import parse_path
from gateway.domain.route import Route, Target
from gateway.domain.rule import SetRule
from gateway.stages.route import Routing, route_document
from tests.integration.harness import configuration
from tests.translators.x12.orders import order_850
from translators import registry


def routed(*rules: SetRule) -> Routing:
    route = Route("orders", targets=(Target("odoo", "sale_order"),), rules=rules)
    settings = configuration(routes=[route])
    body = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=1, order_number="4711")
    interchange = registry.translate(body, settings.partnerships.terms_for).interchanges[0]
    document = interchange.documents[0]
    assert document.canonical is not None
    return route_document(
        document, document.canonical.to_json(), partner=settings.partnerships.partners["bigbox"], agreement=None, test=False,
        envelope=interchange.envelope, channel="bigbox-http", configuration=settings,
    )  # fmt: skip


def set_rule(path: str, value: Any) -> SetRule:
    return SetRule(parse_path(path), value)


def test_a_document_no_rule_touches_is_not_written_again() -> None:
    assert routed().json is None


def test_what_rules_change_is_in_the_routed_document() -> None:
    routing = routed(set_rule("warehouse.identifiers.seller", "east"))
    assert routing.state == "routed"
    assert routing.json is not None
    assert orjson.loads(routing.json)["warehouse"] == {"identifiers": {"seller": "east"}}


@pytest.mark.parametrize(
    ("path", "value"),
    [("requested_delivery", "soon"), ("lines[].quantity.value", "many"), ("warehouse.colour", "red"), ("colour", "red")],
)
def test_rules_that_break_a_document_stop_it_with_the_place(path: str, value: str) -> None:
    routing = routed(set_rule(path, value))
    assert routing.state == "stopped"
    assert routing.deliveries == ()
    assert [failure.code for failure in routing.failures] == ["rules-broke-document"]
    assert routing.failures[0].path.startswith(path.replace("[", ".").split(".")[0])
