"""The router: which route takes a document, what its rules do, where it goes, and what is said about it."""

import copy
import timeit
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.document_path import parse_path
from gateway.domain.route import Context, Decision, Route, Rule, Target, decide, most_urgent
from gateway.domain.rule import Applied, CodeTable, DefaultRule, Failed, MapRule, RequireRule, SetRule
from gateway.domain.service import Service
from tests.gateway.domain.test_document_path import json_values

TABLE = CodeTable("sku", {"A1": "X1", "A2": "X2"})
SELLER, BUYER = parse_path("lines[].item.identifiers.seller"), parse_path("lines[].item.identifiers.buyer")
ODOO = Target("odoo", "sale_order")
ROUTE = Route("r", targets=(ODOO,))
CONTEXT = Context("purchase_order", "bigbox", "edi", agreement="bigbox-850", partner={"id": "bigbox"})


def order(*buyers: Any, **more: Any) -> dict[str, Any]:
    return {"number": "1", "lines": [{"item": {"identifiers": {"buyer": buyer}}} for buyer in buyers], **more}


def routed(*rules: Rule, document: Mapping[str, Any], targets: tuple[Target, ...] = (ODOO,)) -> Decision:
    return decide([replace(ROUTE, rules=rules, targets=targets)], document, CONTEXT)


@pytest.mark.parametrize(
    ("criteria", "reason"),
    [
        ({}, None),
        ({"document": "purchase_order"}, None),
        ({"document": "invoice"}, "document is purchase_order, not invoice"),
        ({"partner": "bigbox"}, None),
        ({"partner": "nordmart"}, "partner is bigbox, not nordmart"),
        ({"agreement": "bigbox-850"}, None),
        ({"agreement": "other"}, "agreement is bigbox-850, not other"),
        ({"direction": "in"}, None),
        ({"direction": "out"}, "direction is in, not out"),
        ({"test": False}, None),
        ({"test": True}, "not a test document"),
        ({"condition": lambda _: None}, None),
        ({"condition": lambda _: "when is false"}, "when is false"),
        ({"document": "purchase_order", "partner": "bigbox", "direction": "in", "test": False}, None),
    ],
)
def test_a_route_matches_when_all_its_criteria_hold(criteria: dict[str, Any], reason: str | None) -> None:
    decision = decide([replace(ROUTE, **criteria)], order(), CONTEXT)
    assert decision.tried[0].matched is (reason is None)
    assert decision.tried[0].reason == (reason or "all criteria hold")


@pytest.mark.parametrize(
    ("test", "route_says", "production", "matches"),
    [
        (False, None, True, True),
        (False, None, False, True),
        (False, True, True, False),
        (False, False, True, True),
        (True, None, True, False),
        (True, None, False, True),
        (True, True, True, True),
        (True, True, False, True),
        (True, False, False, False),
    ],
)
def test_test_documents_reach_production_only_when_the_route_says_so(
    test: bool, route_says: bool | None, production: bool, matches: bool
) -> None:
    route = replace(ROUTE, test=route_says, targets=(replace(ODOO, production=production),))
    assert decide([route], order(), replace(CONTEXT, test=test)).tried[0].matched is matches


def test_the_first_route_that_matches_wins_and_the_ones_before_say_why_not() -> None:
    routes = [replace(ROUTE, id="a", partner="x"), replace(ROUTE, id="b"), replace(ROUTE, id="c")]
    decision = decide(routes, order(), CONTEXT)
    assert decision.route == "b"
    assert [(tried.route, tried.matched) for tried in decision.tried] == [("a", False), ("b", True)]


def test_a_document_no_route_takes_is_a_failure_of_its_owner() -> None:
    decision = decide([replace(ROUTE, partner="x")], order(), CONTEXT)
    message = "No route takes this purchase_order of bigbox; 1 were tried."
    assert decision.failures == (Failed("no-route", "edi", message),)
    assert (decision.route, decision.deliveries) == (None, ())


NAMED = replace(CONTEXT, named_route="named")


@pytest.mark.parametrize(
    "criteria",
    [{"partner": "nordmart"}, {"agreement": "other"}, {"condition": lambda _: "never"}, {"document": "purchase_order"}],
)
def test_a_route_that_a_person_names_is_taken_whoever_it_is_for(criteria: dict[str, Any]) -> None:
    rules = (SetRule(parse_path("number"), "2"),)
    decision = decide([ROUTE, replace(ROUTE, id="named", rules=rules, **criteria)], order(), NAMED)
    assert (decision.route, [t.route for t in decision.tried]) == ("named", ["named"]), "no other is tried"
    assert decision.tried[0].reason == "a person named it for this document"
    assert (decision.document["number"], [d.target for d in decision.deliveries]) == ("2", ["odoo"])


@pytest.mark.parametrize(
    ("criteria", "why"),
    [
        ({"document": "invoice"}, "document is purchase_order, not invoice"),
        ({"direction": "out"}, "direction is in, not out"),
        ({"test": True}, "not a test document"),
        ({"id": "other"}, "there is no such route"),
    ],
)
def test_what_a_route_is_made_for_is_not_a_persons_to_say(criteria: dict[str, Any], why: str) -> None:
    decision = decide([ROUTE, replace(ROUTE, **{"id": "named", **criteria})], order(), NAMED)
    assert (decision.route, decision.deliveries) == (None, ())
    assert [f.message for f in decision.failures] == [
        f"Route named, which a person named, does not take this purchase_order of bigbox: {why}."
    ]


def test_a_test_document_does_not_reach_production_by_name() -> None:
    production = replace(ROUTE, id="named", targets=(replace(ODOO, production=True),))
    assert decide([production], order(), replace(NAMED, test=True)).route is None
    assert decide([replace(production, test=True)], order(), replace(NAMED, test=True)).route == "named"


def test_a_condition_sees_document_partner_and_message() -> None:
    seen: dict[str, Any] = {}
    document = order()

    def condition(variables: Mapping[str, Any]) -> None:
        seen.update(variables)

    decide([replace(ROUTE, condition=condition)], document, replace(CONTEXT, message={"channel": "c"}))
    assert seen["order"] is seen["document"] is document
    assert (seen["partner"], seen["message"]) == ({"id": "bigbox"}, {"channel": "c"})


def test_map_translates_each_element_and_tells_before_and_after() -> None:
    decision = routed(MapRule(SELLER, BUYER, TABLE), document=order("A1", "A2"))
    assert [line["item"]["identifiers"]["seller"] for line in decision.document["lines"]] == ["X1", "X2"]
    assert decision.applied[1] == Applied("map", "lines[1].item.identifiers.seller", None, "X2")


def test_map_tries_every_identifier_of_a_scheme() -> None:
    decision = routed(MapRule(SELLER, BUYER, TABLE), document=order(["??", "A2"]))
    assert decision.document["lines"][0]["item"]["identifiers"]["seller"] == "X2"


def test_map_in_place_replaces_the_code() -> None:
    decision = routed(MapRule(BUYER, BUYER, TABLE), document=order("A1"))
    assert decision.applied == (Applied("map", "lines[0].item.identifiers.buyer", "A1", "X1"),)


def test_map_takes_a_value_of_the_header_for_every_line() -> None:
    decision = routed(MapRule(SELLER, parse_path("number"), CodeTable("t", {"1": "one"})), document=order("a", "b"))
    assert [applied.after for applied in decision.applied] == ["one", "one"]


def test_a_code_that_is_not_in_the_table_stops_the_document() -> None:
    decision = routed(MapRule(SELLER, BUYER, TABLE, owner="sales"), document=order("A1", "B9"))
    message = '"B9" at lines[1].item.identifiers.buyer is not in table sku.'
    assert decision.failures == (Failed("table-miss", "sales", message, "lines[1].item.identifiers.buyer"),)
    assert decision.deliveries == ()


def test_a_failure_without_an_owner_belongs_to_the_partners() -> None:
    assert routed(MapRule(SELLER, BUYER, TABLE), document=order("B9")).failures[0].owner == "edi"


def test_an_unknown_code_takes_the_default() -> None:
    decision = routed(MapRule(SELLER, BUYER, TABLE, default="NEW"), document=order("B9"))
    assert decision.applied == (Applied("map", "lines[0].item.identifiers.seller", None, "NEW", "not in table sku: default"),)


def test_an_unknown_code_is_kept_when_the_rule_says_so() -> None:
    document = order("B9")
    decision = routed(MapRule(BUYER, BUYER, TABLE, keep=True), document=document)
    assert decision.document == document
    assert decision.applied[0].note == "not in table sku: kept"
    assert decision.deliveries


def test_where_nothing_is_there_is_nothing_to_map() -> None:
    decision = routed(MapRule(SELLER, BUYER, TABLE), document={"lines": [{"item": {}}]})
    assert decision.applied == (
        Applied("map", "lines[0].item.identifiers.seller", note="nothing at lines[0].item.identifiers.buyer"),
    )


def test_set_writes_whatever_was_there() -> None:
    decision = routed(SetRule(parse_path("number"), "2"), document=order())
    assert decision.applied == (Applied("set", "number", "1", "2"),)


@pytest.mark.parametrize(
    ("before", "after"), [({}, "east"), ({"warehouse": {"name": None}}, "east"), ({"warehouse": {"name": "w"}}, "w")]
)
def test_default_writes_only_where_nothing_is(before: dict[str, Any], after: str) -> None:
    decision = routed(DefaultRule(parse_path("warehouse.name"), "east"), document=order(**before))
    assert decision.document["warehouse"]["name"] == after


@pytest.mark.parametrize(
    ("path", "document", "missing"),
    [
        ("number", {"number": "1"}, []),
        ("number", {}, ["number"]),
        ("number", {"number": None}, ["number"]),
        ("number", {"number": ""}, ["number"]),
        ("number", {"number": 0}, []),
        ("lines", {"lines": []}, ["lines"]),
        ("lines[].price", {"lines": [{"price": {"amount": "1"}}, {}]}, ["lines[1].price"]),
        ("lines[].price", {"lines": []}, ["lines[].price"]),
        ("lines[].price", {}, ["lines[].price"]),
    ],
)
def test_require_names_every_place_without_a_value(path: str, document: dict[str, Any], missing: list[str]) -> None:
    decision = routed(RequireRule(parse_path(path), "sales"), document=document)
    assert [(failed.code, failed.owner, failed.path) for failed in decision.failures] == [
        ("required-missing", "sales", at) for at in missing
    ]


def test_all_failures_of_a_document_are_told_at_once() -> None:
    decision = routed(MapRule(SELLER, BUYER, TABLE), RequireRule(parse_path("currency")), document=order("B1", "B2"))
    assert [failed.code for failed in decision.failures] == ["table-miss", "table-miss", "required-missing"]


def test_rules_see_what_the_ones_before_made() -> None:
    rules = (SetRule(BUYER, "A2"), MapRule(SELLER, BUYER, TABLE), RequireRule(SELLER))
    decision = routed(*rules, document=order("?"))
    assert decision.document["lines"][0]["item"]["identifiers"] == {"buyer": "A2", "seller": "X2"}
    assert decision.failures == ()


def test_a_value_in_the_way_is_left_and_said() -> None:
    decision = routed(SetRule(parse_path("number.x"), "2"), document=order())
    assert decision.document["number"] == "1"
    assert decision.applied[0].note == "not written: something else than an object stands on the path"


def test_rules_say_what_they_are() -> None:
    rules = (MapRule(SELLER, BUYER, TABLE), SetRule(BUYER, ""), DefaultRule(BUYER, ""), RequireRule(BUYER))
    assert [str(rule).split()[0] for rule in rules] == ["map", "set", "default", "require"]


def test_deliveries_carry_everything_that_target_and_service_say() -> None:
    targets = (
        replace(ODOO, sequence=parse_path("number"), options={"confirm": True}),
        Target("wms", "warehouse_order", after="odoo"),
    )
    decision = decide([replace(ROUTE, targets=targets, service=Service.BATCH)], order(), CONTEXT)
    odoo, wms = decision.deliveries
    assert (odoo.target, odoo.action, odoo.after, odoo.sequence_key) == ("odoo", "sale_order", None, "odoo:bigbox:1")
    assert (odoo.options, odoo.priority) == ({"confirm": True}, Service.BATCH.priority)
    assert (wms.after, wms.sequence_key) == ("odoo", None)


def test_sooner_services_have_lower_priorities() -> None:
    assert Service.REALTIME.priority < Service.FREQUENT.priority < Service.BATCH.priority


@pytest.mark.parametrize("partner", [None, "bigbox"])
def test_without_its_value_a_sequence_orders_nothing(partner: str | None) -> None:
    route = replace(ROUTE, targets=(replace(ODOO, sequence=parse_path("release")),))
    assert decide([route], order(), replace(CONTEXT, partner_id=partner)).deliveries[0].sequence_key is None


_RULES: tuple[Rule, ...] = tuple(
    rule
    for text in ("a", "a.b", "lines[].a", "a[].b[].c", "lines[]")
    for rule in (
        MapRule(parse_path(text), parse_path(text), TABLE),
        SetRule(parse_path(text), {"x": "y"}),
        DefaultRule(parse_path(text), "d"),
        RequireRule(parse_path(text)),
    )
)


@given(st.dictionaries(st.sampled_from(["a", "b", "lines"]), json_values), st.lists(st.sampled_from(_RULES), max_size=5))
def test_no_document_makes_the_router_raise_or_is_changed_by_it(document: dict[str, Any], rules: list[Rule]) -> None:
    before = copy.deepcopy(document)
    decision = routed(*rules, document=document)
    assert document == before
    assert bool(decision.deliveries) is not bool(decision.failures)


def test_an_order_of_five_lines_is_routed_in_well_under_a_millisecond() -> None:
    document = order(*["A1"] * 5)
    route = replace(ROUTE, rules=(MapRule(SELLER, BUYER, TABLE), DefaultRule(parse_path("warehouse.name"), "east")))
    best = min(timeit.repeat(lambda: decide([route], document, CONTEXT), number=100, repeat=10)) / 100
    assert best < 0.0005


@pytest.mark.parametrize(
    ("partner", "service"),
    [
        ("bigbox", Service.FREQUENT),  # its own route, and the one for all
        ("nordmart", Service.REALTIME),
        ("greengrocer", Service.FREQUENT),  # only the one for all
        (None, Service.REALTIME),  # may be anybody's
    ],
)
def test_what_a_partner_sends_is_as_urgent_as_its_most_urgent_route(partner: str | None, service: Service) -> None:
    routes = [
        replace(ROUTE, partner="bigbox", service=Service.BATCH),
        replace(ROUTE, partner="nordmart"),
        replace(ROUTE, service=Service.FREQUENT),
        replace(ROUTE, direction="out"),
    ]
    assert most_urgent(routes, partner) is service


def test_what_no_route_takes_is_looked_at_soon() -> None:
    assert most_urgent([replace(ROUTE, partner="nordmart", service=Service.BATCH)], "bigbox") is Service.REALTIME
