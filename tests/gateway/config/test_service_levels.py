"""[[service_level]], [silence] and [[expected_traffic]]: what is read, and what is complained of."""

from datetime import time, timedelta

import pytest

from gateway.config import lint, load
from gateway.domain.service_level import Measure, ServiceLevel
from gateway.domain.silence import Expected, SilenceTerms
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

OFFICE = '\n[[calendar]]\nid = "office"\ntimezone = "Europe/Copenhagen"\nhours = { mon-fri = "08:00-17:00" }\n'
DEADLINE = '\n[[deadline]]\nid = "fast"\nmilestone = "released"\nafter = "accepted"\nwithin = "5m"\n'
TRAFFIC = '\n[[expected_traffic]]\nid = "daily"\nsource = "bigbox"\nby = "10:00"\n'


def level(measure: str, *terms: str) -> str:
    return "\n".join(["", "[[service_level]]", 'id = "promise"', f'measure = "{measure}"', *terms, ""])


def complaints(project: Project, text: str) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in lint(project(ROUTES + text), ENVIRON).items]


def read(project: Project, text: str) -> ServiceLevel:
    (found,) = load(project(ROUTES + text), ENVIRON).service_levels
    return found


class TestReading:
    def test_everything_that_can_be_said_of_a_delivery(self, project: Project) -> None:
        terms = [
            'within = "30m"',
            'warn = "5m"',
            "goal = 99.5",
            'calendar = "office"',
            'owner = "sales"',
            'partners = ["bigbox"]',
        ]
        terms += ['agreements = ["bigbox-850"]', 'document = "purchase_order"', 'to = "odoo"']
        assert read(project, OFFICE + level("delivery", *terms)) == ServiceLevel(
            "promise", Measure.DELIVERY, timedelta(minutes=30), timedelta(minutes=5), 99.5, calendar="office", owner="sales",
            partners=frozenset({"bigbox"}), agreements=frozenset({"bigbox-850"}), document="purchase_order", to="odoo",
        )  # fmt: skip

    def test_a_quarter_of_its_time_before_it_is_up(self, project: Project) -> None:
        found = read(project, level("answer", 'within = "1h"'))
        assert (found.warn, found.goal) == (timedelta(minutes=15), 99.0)

    def test_a_deadline_has_its_own_time(self, project: Project) -> None:
        found = read(project, DEADLINE + level("milestone", 'deadline = "fast"'))
        assert (found.within, found.warn, found.deadline) == (None, timedelta(minutes=15), "fast")

    def test_silence_is_learned_unless_it_is_switched_off(self, project: Project) -> None:
        assert load(project(), ENVIRON).silence == SilenceTerms()
        text = (
            OFFICE
            + '\n[silence]\nlearn = false\nweeks = 4\ncalendar = "office"\ncalendars = { odoo = "office" }\nwithout = ["odoo"]\n'
        )
        assert load(project(ROUTES + text), ENVIRON).silence == SilenceTerms(
            learn=False, weeks=4, calendar="office", calendars={"odoo": "office"}, without=frozenset({"odoo"})
        )

    def test_what_somebody_expects(self, project: Project) -> None:
        text = (
            TRAFFIC + 'document = "purchase_order"\ndays = "sat-mon"\nat_least = 3\ntimezone = "Europe/Paris"\nowner = "sales"\n'
        )
        assert load(project(ROUTES + text), ENVIRON).silence.expected == (
            Expected("daily", "bigbox", "purchase_order", time(10), frozenset({5, 6, 0}), 3, "Europe/Paris", owner="sales"),
        )


class TestComplaints:
    @pytest.mark.parametrize(
        ("text", "code", "message"),
        [
            (level("delivery"), "R005", "say how long it may take"),
            (level("exception"), "R005", "say how long it may take"),
            (level("milestone", 'within = "5m"'), "R005", "a milestone has a time of its own"),
            (level("milestone"), "R005", "name the [[deadline]]"),
            (level("milestone", 'deadline = "slow"'), "R021", 'there is no deadline "slow"'),
            (level("answer", 'within = "5m"', 'to = "odoo"'), "R005", "leave `to` out: it fits only delivery"),
            (level("delivery", 'within = "0s"'), "R005", "longer than nothing"),
            (level("delivery", 'within = "5m"', 'warn = "5m"'), "R190", "let `warn` be shorter"),
            (level("delivery", 'within = "5m"', 'document = "purchase_ordr"'), "R190", "is no canonical document"),
            (level("delivery", 'within = "5m"', 'to = "wms"'), "R021", 'there is no application "wms"'),
            (level("delivery", 'within = "5m"', 'partners = ["x"]'), "R021", 'there is no partner "x"'),
            (level("delivery", 'within = "5m"', 'agreements = ["x"]'), "R021", 'there is no agreement "x"'),
            (level("delivery", 'within = "5m"', 'calendar = "x"'), "R021", 'there is no calendar "x"'),
            (level("answer", 'within = "5m"', 'kind = "9977"'), "R190", "is no acknowledgement"),
            (level("exception", 'within = "5m"', 'stage = "delivery"'), "R190", 'there is no stage "delivery"'),
            (level("acknowledgement", 'kind = "997"'), "R191", "no agreement that it is about expects a 997"),
            (level("delivery", 'within = "5m"', "goal = 101"), "R005", "goal"),
            (level("answer", 'within = "5m"') * 2, "R020", 'there is another service_level "promise"'),
            (TRAFFIC.replace("bigbox", "wms"), "R021", 'there is no partner or application "wms"'),
            (TRAFFIC + 'document = "order"\n', "R190", "is no canonical document"),
            (TRAFFIC + 'days = "monday"\n', "R005", "is no day"),
            (TRAFFIC.replace("10:00", "10 o'clock"), "R005", ""),
            (TRAFFIC + 'calendar = "x"\n', "R021", 'there is no calendar "x"'),
            ('\n[silence]\nwithout = ["wms"]\n', "R021", 'there is no partner or application "wms"'),
            ('\n[silence]\ncalendar = "x"\n', "R021", 'there is no calendar "x"'),
            ('\n[silence]\ncalendars = { bigbox = "x" }\n', "R021", 'there is no calendar "x"'),
            ("\n[silence]\nweeks = 2\n", "R005", ""),
        ],
    )
    def test_what_cannot_be_meant(self, project: Project, text: str, code: str, message: str) -> None:
        found = complaints(project, text)
        assert [one for one in found if one[0] == code and message in one[1]], found

    def test_a_calendar_that_only_they_use_is_used(self, project: Project) -> None:
        for text in (
            level("answer", 'within = "5m"', 'calendar = "office"'), TRAFFIC + 'calendar = "office"\n',
            '\n[silence]\ncalendar = "office"\n', '\n[silence]\ncalendars = { bigbox = "office" }\n',
        ):  # fmt: skip
            assert complaints(project, OFFICE + text) == complaints(project, "")
