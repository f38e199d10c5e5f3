"""The catalogue of flows: what a configuration makes of agreements, routes, triggers and subscribers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config import load
from gateway.config.flows import Flow, flows
from gateway.config.quantities import duration, duration_text
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

ANSWERED = """
[[agreement]]
id = "bigbox-855"
partner = "bigbox"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "bigbox-folder"
expect = { ack = "997", within = "24h" }

[[trigger]]
id = "answer"
milestone = "accepted"
document = "order_response"
by = "odoo"
"""
INVOICED = """
[[agreement]]
id = "bigbox-810"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/005010/850"
acknowledge = ["997"]
"""
SHOP = """
[[subscriber]]
id = "shop"
url = "https://shop.example/milestones"
secrets = ["${NEWS}"]
events = ["shipped", "delivered"]
"""


def catalogue(project: Project, text: str = ROUTES) -> list[Flow]:
    return flows(load(project(text), {**ENVIRON, "NEWS": "a secret that is long enough to sign"}))


def test_what_comes_in_is_told_with_its_route_and_targets(project: Project) -> None:
    (flow,) = catalogue(project)
    assert (flow.id, flow.direction, flow.partner, flow.document) == ("bigbox-850 orders", "in", "bigbox", "purchase_order")
    assert (flow.format, flow.schema) == ("x12/004010/850", "purchase_order/1")
    assert (flow.source, flow.targets, flow.record) == ("bigbox-folder", ("odoo",), "odoo")
    assert (flow.latency, flow.acknowledgement, flow.retry) == ("at once", "997", "12 times in 1d")


def test_a_document_that_no_route_takes_is_told_as_such(project: Project) -> None:
    (flow,) = catalogue(project, ROUTES.replace("when = ", 'agreement = "bigbox-810"\nwhen = ', 1) + INVOICED)[:1]
    assert (flow.id, flow.targets, flow.latency) == ("bigbox-850", (), "no route takes it")
    assert flow.owner == "edi"


def test_a_route_of_another_agreement_takes_nothing_of_it(project: Project) -> None:
    elsewhere = ROUTES.replace('partner = "bigbox"\nwhen', 'partner = "bigbox"\ndirection = "out"\nwhen')
    assert catalogue(project, elsewhere)[0].targets == ()


def test_the_owner_of_a_route_goes_before_the_partners(project: Project) -> None:
    (flow,) = catalogue(project, ROUTES.replace('id = "orders"\n', 'id = "orders"\nowner = "sales"\n'))
    assert flow.owner == "sales"


def test_what_goes_out_is_told_with_what_makes_it_and_what_is_owed(project: Project) -> None:
    flow = catalogue(project, ROUTES + ANSWERED)[-1]
    assert (flow.direction, flow.source, flow.record) == ("out", "trigger answer", "odoo")
    assert (flow.targets, flow.acknowledgement) == (("bigbox-folder",), "997 within 1d")


def test_what_no_trigger_makes_is_published_by_services(project: Project) -> None:
    flow = catalogue(project, ROUTES + ANSWERED.partition("[[trigger]]")[0])[-1]
    assert (flow.source, flow.record) == ("edi.outbound", "")


def test_subscribers_are_flows_of_milestones(project: Project) -> None:
    flow = catalogue(project, ROUTES + SHOP)[-1]
    assert (flow.direction, flow.document, flow.targets, flow.owner) == ("event", "delivered, shipped", ("shop",), "edi")


@given(st.integers(min_value=0, max_value=10**9).map(lambda milliseconds: timedelta(milliseconds=milliseconds)))
def test_a_written_duration_is_read_as_the_same(length: timedelta) -> None:
    assert duration(duration_text(length)) == length


@pytest.mark.parametrize(
    ("length", "text"), [(timedelta(), "0s"), (timedelta(hours=36), "1d12h"), (timedelta(seconds=1.5), "1s500ms")]
)
def test_durations_are_written_in_their_largest_units(length: timedelta, text: str) -> None:
    assert duration_text(length) == text
