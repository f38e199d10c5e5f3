"""The rule `lookup`: what it asks, what it writes, and that nothing goes on before all is known."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.document_path import parse_path
from gateway.domain.lookup import Answer, Known, Missing, Question
from gateway.domain.lookup_rule import LookupRule
from gateway.domain.route import Context, Decision, Route, Target, decide
from gateway.domain.rule import RequireRule, SetRule

ITEM, NAME, BUYER = parse_path("lines[].item"), parse_path("lines[].item.name"), parse_path("buyer")


def order(*codes: str) -> dict[str, Any]:
    lines = [{"item": {"identifiers": {"seller": code}}, "quantity": {"value": "2", "unit": "EA"}} for code in codes]
    return {"schema": "purchase_order/1", "number": "1", "buyer": {"name": "BigBox"}, "lines": lines}


def product(field: str = "name", **changes: Any) -> LookupRule:
    return LookupRule(NAME, ITEM, "odoo", "product", field, **changes)


def decided(document: Mapping[str, Any], *rules: Any, known: Known | None = None) -> Decision:
    route = Route("r", rules=rules, targets=(Target("odoo", "sale_order"),))
    return decide([route], document, Context("purchase_order", "bigbox", "edi", known=known or {}))


def told(decision: Decision, of: Mapping[str, Answer]) -> Known:
    """Answers by the code that a question is about."""
    return {one: of[json.loads(one.about)["of"]["identifiers"]["seller"]] for one in decision.wanted}


def test_what_must_be_known_is_asked_once_and_nothing_is_decided() -> None:
    decision = decided(order("A", "B", "A"), product())
    assert (decision.route, decision.deliveries, decision.failures, decision.applied) == ("r", (), (), ())
    assert [json.loads(one.about)["of"]["identifiers"]["seller"] for one in decision.wanted] == ["A", "B"]
    assert {(one.application, one.record, one.partner) for one in decision.wanted} == {("odoo", "product", "bigbox")}


def test_the_answers_are_written_where_they_belong_and_the_document_is_left_alone() -> None:
    document = order("A", "B")
    known = told(decided(document, product()), {"A": {"name": "Anvil"}, "B": {"name": "Rocket"}})
    decision = decided(document, product(), known=known)
    assert [line["item"]["name"] for line in decision.document["lines"]] == ["Anvil", "Rocket"]
    assert [one.after for one in decision.applied] == ["Anvil", "Rocket"]
    assert len(decision.deliveries) == 1
    assert "name" not in document["lines"][0]["item"]


def test_rules_behind_an_open_question_do_not_judge_yet_but_further_lookups_are_asked_for() -> None:
    customer = LookupRule(parse_path("buyer.tax_registration"), BUYER, "odoo", "customer", "vat")
    require = RequireRule(parse_path("lines[].item.name"))
    decision = decided(order("A"), product(), require, customer)
    assert decision.failures == ()
    assert {one.record for one in decision.wanted} == {"product", "customer"}


def test_a_rule_before_decides_what_is_asked() -> None:
    code = SetRule(parse_path("lines[].item.identifiers.seller"), "OURS")
    decision = decided(order("THEIRS"), code, product())
    assert "OURS" in decision.wanted[0].about


MISSING = Missing("product-unknown", "A is not in Odoo.")


@pytest.mark.parametrize("answer", [MISSING, {"name": None}])
def test_what_is_not_there_is_a_failure_a_default_or_left_alone(answer: Answer) -> None:
    document = order("A")
    known = told(decided(document, product()), {"A": answer})
    (failed,) = decided(document, product(owner="sales"), known=known).failures
    assert (failed.code, failed.owner, failed.path) == ("lookup-miss", "sales", "lines[0].item.name")
    assert decided(document, product(), known=known).failures[0].owner == "edi"
    assert decided(document, product(default="?"), known=known).document["lines"][0]["item"]["name"] == "?"
    kept = decided(document, product(keep=True), known=known)
    assert kept.failures == ()
    assert kept.applied[0].note.startswith("kept: ")


def test_where_nothing_names_a_record_nothing_is_asked() -> None:
    document = {"number": "1", "lines": [{}]}
    decision = decided(document, product())
    assert decision.wanted == ()
    assert decision.applied[0].note == "nothing at lines[].item"


def test_a_price_depends_on_who_buys_and_how_much() -> None:
    path, quantity = parse_path("lines[].price.amount"), parse_path("lines[].quantity")
    rule = LookupRule(path, ITEM, "odoo", "price", "amount", customer=BUYER, quantity=quantity)
    about = json.loads(decided(order("A"), rule).wanted[0].about)
    assert about["of"] == {"identifiers": {"seller": "A"}}
    assert (about["customer"], about["quantity"]) == ({"name": "BigBox"}, {"unit": "EA", "value": "2"})


@given(st.lists(st.sampled_from("ABCDE"), max_size=8), st.sets(st.sampled_from("ABCDE")), st.sets(st.sampled_from("ABCDE")))
def test_answering_what_is_wanted_always_comes_to_an_end(codes: list[str], there: set[str], first: set[str]) -> None:
    """However the answers come in portions: with all of them there is a decision, without one of them there is none."""
    document, known = order(*codes), dict[Question, Answer]()
    every = {code: {"name": code.lower()} if code in there else Missing("product-unknown", "no") for code in "ABCDE"}
    wanted = decided(document, product()).wanted
    some = [one for one in wanted if json.loads(one.about)["of"]["identifiers"]["seller"] in first]
    known |= told(Decision("r", (), {}, wanted=tuple(some)), every)
    partly = decided(document, product(), known=known)
    assert set(partly.wanted) == set(wanted) - set(some)
    known |= told(partly, every)
    decision = decided(document, product(), known=known)
    assert decision.wanted == ()
    assert len(decision.failures) == len([code for code in codes if code not in there])
    assert bool(decision.deliveries) is not bool(decision.failures)
