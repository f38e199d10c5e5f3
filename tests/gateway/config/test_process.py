"""[process], [authority] and [[deadline]]: what is read, and what is complained of, with its line."""

from datetime import timedelta

import pytest

from gateway.config import lint, load
from gateway.config.process_model import AuthorityTable
from gateway.domain.order.deadline import Deadline
from gateway.domain.order.milestone import Event
from gateway.domain.order.quantities import Basis
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

DEADLINE = """
[[deadline]]
id = "release"
milestone = "released"
after = "accepted"
within = "5m"
"""


def complaints(project: Project, text: str) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in lint(project(ROUTES + text), ENVIRON).items]


class TestReading:
    def test_without_a_word_anyone_known_may_say_anything(self, project: Project) -> None:
        terms = load(project(ROUTES), ENVIRON).process
        assert (terms.wait, terms.rules.basis, terms.deadlines) == (timedelta(hours=24), Basis.SHIPPED, ())
        authority = terms.rules.authority
        assert authority.known == {"gateway", "odoo", "bigbox"}
        assert authority.may_say("bigbox", Event.DELIVERED)
        assert not authority.knows("stranger")

    def test_authority_is_given_by_event_to_one_or_several(self, project: Project) -> None:
        text = '\n[authority]\naccepted = "odoo"\nshipped = ["odoo", "bigbox"]\n[process]\ninvoice = "ordered"\nwait = "2h"\n'
        terms = load(project(ROUTES + text), ENVIRON).process
        assert terms.rules.authority.sources == {Event.ACCEPTED: {"odoo"}, Event.SHIPPED: {"odoo", "bigbox"}}
        assert (terms.rules.basis, terms.wait) == (Basis.ORDERED, timedelta(hours=2))

    def test_deadlines_have_an_owner_a_calendar_and_partners(self, project: Project) -> None:
        text = DEADLINE + 'owner = "sales"\ncalendar = "office"\nby = "odoo"\npartners = ["bigbox"]\n'
        text += '\n[[calendar]]\nid = "office"\ntimezone = "UTC"\nhours = { mon-fri = "08:00-17:00" }\n'
        (deadline,) = load(project(ROUTES + text), ENVIRON).process.deadlines
        assert deadline == Deadline(
            "release",
            Event.RELEASED,
            Event.ACCEPTED,
            timedelta(minutes=5),
            by="odoo",
            calendar="office",
            owner="sales",
            partners=frozenset({"bigbox"}),
        )

    def test_every_milestone_may_be_given_to_somebody(self) -> None:
        assert list(AuthorityTable.model_fields) == [event.value for event in Event]


class TestComplaints:
    @pytest.mark.parametrize(
        ("text", "code", "message"),
        [
            ('\n[authority]\nshipped = ["odo"]\n', "R021", 'there is no application or partner "odo"'),
            ('\n[authority]\nshiped = "odoo"\n', "R003", "shiped"),
            ("\n[authority]\nshipped = []\n", "R100", "nobody may say that an order was shipped"),
            (DEADLINE + 'owner = "nobody"\n', "R021", 'there is no owner "nobody"'),
            (DEADLINE + 'by = "wms"\n', "R021", 'there is no application or partner "wms"'),
            (DEADLINE + 'calendar = "x"\n', "R021", 'there is no calendar "x"'),
            (DEADLINE + 'partners = ["x"]\n', "R021", 'there is no partner "x"'),
            (DEADLINE + DEADLINE, "R020", 'there is another deadline "release"'),
            (DEADLINE.replace("accepted", "released"), "R005", "cannot be due after itself"),
            (DEADLINE + 'by = "bigbox"\n[authority]\nreleased = "odoo"\n', "R101", "bigbox has no authority to say released"),
            ('\n[process]\nwait = "0s"\n', "R005", ""),
        ],
    )
    def test_what_cannot_be_meant(self, project: Project, text: str, code: str, message: str) -> None:
        found = complaints(project, text)
        assert [one for one in found if one[0] == code and message in one[1]], found

    def test_what_is_right_is_not_complained_of(self, project: Project) -> None:
        assert complaints(project, DEADLINE + 'by = "gateway"\n[authority]\nreleased = ["gateway"]\n') == complaints(project, "")
