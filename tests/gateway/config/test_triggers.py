"""[[trigger]]: what is read, and what is complained of, with its line."""

from datetime import timedelta

import pytest

from gateway.config import lint, load
from gateway.domain.application import OdooConnection
from gateway.domain.order.milestone import Event
from gateway.domain.order.trigger import Trigger
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

ANSWER = """
[[trigger]]
id = "answer"
milestone = ["accepted", "back_ordered"]
document = "order_response"
"""
AGREED = """
[[agreement]]
id = "bigbox-855"
partner = "bigbox"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "bigbox-folder"
expect = []
"""
REQUEST = """
[[trigger]]
id = "bill"
milestone = "shipped"
document = "despatch_advice"
to = "odoo"
as = "invoice_request"
options = { post = true }
"""
WATCHED = "\n[application.changes]\n"


def complaints(project: Project, text: str, routes: str = ROUTES) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in lint(project(routes + text), ENVIRON).items]


def watched(more: str = "") -> str:
    """The configuration with its Odoo watched."""
    return ROUTES.replace('api_key = "${ODOO_KEY}"\n', f'api_key = "${{ODOO_KEY}}"\n{WATCHED}{more}\n', 1)


class TestReading:
    def test_a_rule_and_what_it_makes(self, project: Project) -> None:
        text = ANSWER + 'after = "15m"\nby = "odoo"\npartners = ["bigbox"]\nowner = "sales"\n' + AGREED
        terms = load(project(ROUTES + text), ENVIRON).process
        (rule,) = terms.follow_ups
        assert rule.milestones == {Event.ACCEPTED, Event.BACK_ORDERED}
        assert (rule.id, rule.kind, rule.after, rule.by) == ("answer", "document", timedelta(minutes=15), {"odoo"})
        assert (rule.partners, rule.owner, rule.condition) == ({"bigbox"}, "sales", None)
        assert terms.triggers == {"answer": Trigger("answer", "order_response")}

    def test_one_for_an_application(self, project: Project) -> None:
        (trigger,) = load(project(ROUTES + REQUEST), ENVIRON).process.triggers.values()
        assert trigger == Trigger("bill", "despatch_advice", "odoo", "invoice_request", {"post": True})

    def test_a_condition_is_compiled(self, project: Project) -> None:
        text = REQUEST + "when = 'order.number == \"4711\"'\n"
        (rule,) = load(project(ROUTES + text), ENVIRON).process.follow_ups
        assert rule.condition is not None
        assert rule.condition({"order": {"number": "4711"}, "document": {}, "partner": {}, "message": {}}) is None
        assert rule.condition({"order": {"number": "1"}, "document": {}, "partner": {}, "message": {}}) == "when is false"

    def test_a_production_application_gets_no_tests_unless_it_is_said(self, project: Project) -> None:
        production = ROUTES.replace('id = "odoo"\n', 'id = "odoo"\nusage = "production"\n', 1)
        production = production.replace('id = "bigbox"\n', 'id = "bigbox"\nusage = "production"\n', 1)
        for more, expected in (("", True), ("test = true\n", False)):
            (trigger,) = load(project(production + REQUEST + more), ENVIRON).process.triggers.values()
            assert trigger.production is expected

    def test_an_out_route_may_have_rules_alone(self, project: Project) -> None:
        text = (
            '\n[[route]]\nid = "out"\ndocument = "order_response"\ndirection = "out"\n'
            'rules = [{ set = "seller.name", value = "Nordic" }]\n'
        )
        route = load(project(ROUTES + AGREED + text), ENVIRON).routes[-1]
        assert (route.direction, route.targets, len(route.rules)) == ("out", (), 1)

    def test_odoo_may_be_told_to_leave_a_document_out(self, project: Project) -> None:
        connection = load(project(watched('without = ["order_response"]')), ENVIRON).applications["odoo"].connection
        assert isinstance(connection, OdooConnection)
        assert connection.changes is not None
        assert connection.changes.without == {"order_response"}


class TestComplaints:
    @pytest.mark.parametrize(
        ("text", "code", "message"),
        [
            (ANSWER.replace('"back_ordered"', '"shipped"'), "R130", "order_response says nothing of what was shipped"),
            (ANSWER, "R131", "no customer has an agreement about order_response"),
            (ANSWER + 'partners = ["bigbox"]\n', "R131", '"bigbox" has no agreement about order_response'),
            (ANSWER + 'by = "wms"\n', "R021", 'there is no application or partner "wms"'),
            (ANSWER + 'by = "odoo"\n[authority]\naccepted = "bigbox"\nback_ordered = "bigbox"\n', "R101", "has no authority"),
            (ANSWER + 'calendar = "x"\n', "R021", 'there is no calendar "x"'),
            (ANSWER + 'owner = "x"\n', "R021", 'there is no owner "x"'),
            (ANSWER + 'partners = ["x"]\n', "R021", 'there is no partner "x"'),
            (ANSWER + ANSWER, "R020", 'there is another trigger "answer"'),
            (ANSWER + 'to = "odoo"\n', "R005", "go together"),
            (REQUEST.replace('to = "odoo"', 'to = "odo"'), "R021", 'there is no application "odo"'),
            (REQUEST + "when = 'order.nummer == \"1\"'\n", "R051", "nummer"),
            (REQUEST + "when = 'order.number =='\n", "R050", "does not compile"),
            (REQUEST.replace('"despatch_advice"', '"invoice"'), "R005", "invoice"),
            ('\n[[route]]\nid = "out"\ndirection = "out"\n', "R005", "a route delivers somewhere"),
            ('\n[[route]]\nid = "in"\n', "R005", "a route delivers somewhere"),
        ],
    )
    def test_what_cannot_be_meant(self, project: Project, text: str, code: str, message: str) -> None:
        found = complaints(project, text)
        assert [one for one in found if message in one[1] and (one[0] == code or code == "R005")], found

    def test_a_customer_is_not_told_twice(self, project: Project) -> None:
        found = complaints(project, ANSWER + AGREED, watched())
        assert [message for code, message in found if code == "R132"] == [
            "odoo is watched and writes order_response itself: the customer would get two"
        ]

    def test_what_others_say_beside_it_is_warned_of(self, project: Project) -> None:
        report = lint(project(watched() + ANSWER + 'by = "bigbox"\n' + AGREED), ENVIRON)
        assert "R133" in [item.code for item in report.warnings]

    @pytest.mark.parametrize("more", ['without = ["order_response"]', 'watch = ["invoices"]'])
    def test_where_odoo_leaves_it_out_the_trigger_tells_it(self, project: Project, more: str) -> None:
        assert not {"R132", "R133"} & {code for code, _ in complaints(project, ANSWER + AGREED, watched(more))}
