"""`expect` and [[calendar]]: what is read, and what is complained of, with its line and remedy."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from gateway.config import lint, load
from gateway.domain.agreement import Agreement
from gateway.domain.calendar import due_after
from gateway.domain.expectation import Expected
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

OUT = """
[[agreement]]
id = "bigbox-856"
partner = "bigbox"
direction = "out"
document = "despatch_advice"
format = "x12/004010/856"
channel = "bigbox-folder"
expect = {expect}
"""

CALENDAR = """
[[calendar]]
id = "office"
timezone = "America/Chicago"
hours = {hours}
holidays = [2026-11-26]
"""
USUAL_HOURS = '{ mon-thu = ["08:00-12:00", "13:00-17:00"], fri = "08:00-15:00" }'


def routes(expect: str, hours: str | None = None) -> str:
    return ROUTES + OUT.replace("{expect}", expect) + (CALENDAR.replace("{hours}", hours) if hours else "")


def agreed(project: Project, expect: str, hours: str | None = None) -> Agreement:
    snapshot = load(project(routes(expect, hours)), ENVIRON)
    return next(agreement for agreement in snapshot.agreements if agreement.id == "bigbox-856")


def complaints(project: Project, text: str) -> list[tuple[str, int, str]]:
    report = lint(project(text), ENVIRON)
    return [(item.code, item.line, item.message) for item in report.items]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


class TestReading:
    def test_one_thing_is_written_as_a_table(self, project: Project) -> None:
        assert agreed(project, '{ ack = "997", within = "24h" }').expect == (Expected("997", timedelta(hours=24)),)

    def test_several_are_a_list(self, project: Project) -> None:
        expect = '[{ ack = "TA1", within = "1h" }, { ack = "997", within = "8h", calendar = "office" }, '
        expect += '{ ack = "824", within = "2d" }, { answer = "receiving_advice", within = "7d" }]'
        found = agreed(project, expect, USUAL_HOURS).expect
        assert [(one.kind, one.calendar) for one in found] == [
            ("TA1", None), ("997", "office"), ("824", None), ("receiving_advice", None)
        ]  # fmt: skip

    def test_nothing_agreed_is_nothing_expected(self, project: Project) -> None:
        snapshot = load(project(), ENVIRON)
        assert [agreement.expect for agreement in snapshot.agreements] == [()]
        assert snapshot.calendars == {}

    def test_our_acknowledgements_may_be_acknowledged_too(self, project: Project) -> None:
        text = ROUTES.replace('acknowledge = ["997"]', 'acknowledge = ["997"]\nexpect = { ack = "TA1", within = "1h" }')
        (agreement,) = load(project(text), ENVIRON).agreements
        assert agreement.expect == (Expected("TA1", timedelta(hours=1)),)

    def test_a_calendar_has_hours_by_day_in_its_zone_and_holidays(self, project: Project) -> None:
        text = routes('{ ack = "997", within = "8h", calendar = "office" }', USUAL_HOURS)
        calendar = load(project(text), ENVIRON).calendars["office"]
        assert calendar.zone.key == "America/Chicago"
        assert calendar.hours[0] == ((time(8), time(12)), (time(13), time(17)))
        assert calendar.hours[4] == ((time(8), time(15)),)
        assert 5 not in calendar.hours
        assert calendar.holidays == {date(2026, 11, 26)}
        sent = datetime(2026, 11, 25, 22, tzinfo=UTC)  # Wednesday, 16:00 in Chicago
        assert due_after(sent, timedelta(hours=2), calendar) == datetime(2026, 11, 27, 15, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("hours", "days"),
        [
            ('{ mon = "00:00-24:00" }', {0}),
            ('{ sat-mon = "10:00-14:00" }', {5, 6, 0}),
            ('{ mon-sun = "22:00-24:00" }', {*range(7)}),
        ],
    )
    def test_days_may_go_over_the_end_of_the_week_and_hours_to_that_of_the_day(
        self, project: Project, hours: str, days: set[int]
    ) -> None:
        snapshot = load(project(routes('{ ack = "997", within = "8h", calendar = "office" }', hours)), ENVIRON)
        assert set(snapshot.calendars["office"].hours) == days

    def test_the_digest_tells_other_terms_apart(self, project: Project) -> None:
        one = load(project(routes('{ ack = "997", within = "24h" }')), ENVIRON).digest
        other = load(project(routes('{ ack = "997", within = "25h" }')), ENVIRON).digest
        assert one != other


class TestComplaints:
    @pytest.mark.parametrize(
        ("expect", "code", "said"),
        [
            ('{ within = "1h" }', "R005", "one of ack, receipt and answer"),
            ('{ ack = "997", answer = "invoice", within = "1h" }', "R005", "one of ack, receipt and answer"),
            ('{ ack = "997" }', "R004", '"within" is missing'),
            ('{ ack = "997", within = "0s" }', "R005", "longer than nothing"),
            ('{ ack = "997", within = "soon" }', "R005", "write a duration"),
            ('{ ack = "996", within = "1h" }', "R005", 'is "996"'),
            ('{ akc = "997", within = "1h" }', "R003", 'there is no key "akc"'),
            ('{ ack = "CONTRL", within = "1h" }', "R062", "no CONTRL answers x12"),
            ('{ answer = "order_respnse", within = "1h" }', "R062", '"order_respnse" is no canonical document'),
            ('{ receipt = "mdn", within = "1h" }', "R062", "have no receipts"),
            ('[{ ack = "997", within = "1h" }, { ack = "999", within = "1h" }]', "R062", "999 is expected beside 997"),
            ('[{ ack = "997", within = "1h" }, { ack = "997", within = "2h" }]', "R062", "997 is expected beside 997"),
            ('{ ack = "997", within = "1h", calendar = "offices" }', "R021", 'there is no calendar "offices"'),
        ],
    )
    def test_what_cannot_be_expected_is_told_at_its_line(self, project: Project, expect: str, code: str, said: str) -> None:
        text = routes(expect)
        found = [one for one in complaints(project, text) if said in one[2]]
        assert [(one[0], one[1]) for one in found] == [(code, line_of(text, "expect = "))], complaints(project, text)

    def test_a_misspelled_key_is_guessed(self, project: Project) -> None:
        report = lint(project(routes('{ akc = "997", within = "1h" }')), ENVIRON)
        assert any('mean "ack"' in item.message for item in report.items)

    def test_a_misspelled_document_is_guessed(self, project: Project) -> None:
        report = lint(project(routes('{ answer = "order_respnse", within = "1h" }')), ENVIRON)
        assert ['mean "order_response"' in item.message for item in report.items if item.code == "R062"] == [True]

    @pytest.mark.parametrize("expect", ['{ ack = "997", within = "1h" }', '{ answer = "invoice", within = "1h" }'])
    def test_acknowledgements_of_ours_are_answered_by_no_more_than_a_ta1(self, project: Project, expect: str) -> None:
        text = ROUTES.replace('acknowledge = ["997"]', f'acknowledge = ["997"]\nexpect = {expect}')
        assert [one[0] for one in complaints(project, text)] == ["R062"]

    @pytest.mark.parametrize(
        ("hours", "said"),
        [
            ('{ monday = "08:00-17:00" }', '"monday" is no day'),
            ('{ mon-fri = "08:00-17:00", wed = "08:00-12:00" }', "hours of wed are there twice"),
            ('{ mon = "8-17" }', "has not the form"),
            ('{ mon = "08:00-25:00" }', '"08:00-25:00" are no hours'),
            ('{ mon = "17:00-08:00" }', "in order"),
            ('{ mon = ["08:00-12:00", "11:00-17:00"] }', "in order"),
            ('{ mon = ["13:00-24:00", "14:00-15:00"] }', "in order"),
            ("{}", "at least 1"),
        ],
    )
    def test_hours_that_are_none_are_told(self, project: Project, hours: str, said: str) -> None:
        text = routes('{ ack = "997", within = "1h", calendar = "office" }', hours)
        found = complaints(project, text)
        assert any(said in message for _, _, message in found), found
        assert all(code == "R005" for code, _, _ in found)

    def test_a_zone_that_is_none_is_told(self, project: Project) -> None:
        text = routes('{ ack = "997", within = "1h", calendar = "office" }', USUAL_HOURS).replace(
            "America/Chicago", "America/Chikago"
        )
        ((code, line, message),) = complaints(project, text)
        assert (code, line) == ("R005", line_of(text, "timezone = "))
        assert '"America/Chikago" is no time zone' in message

    def test_a_calendar_that_nobody_uses_is_told(self, project: Project) -> None:
        text = routes('{ ack = "997", within = "1h" }', USUAL_HOURS)
        assert [(code, line) for code, line, _ in complaints(project, text)] == [("R022", line_of(text, 'id = "office"'))]

    def test_two_calendars_of_one_name_are_told(self, project: Project) -> None:
        text = routes('{ ack = "997", within = "1h", calendar = "office" }', USUAL_HOURS)
        assert "R020" in [code for code, _, _ in complaints(project, text + CALENDAR.replace("{hours}", USUAL_HOURS))]


@pytest.mark.parametrize(
    ("changes", "could"),
    [
        ({}, 'it could be ack = "824" or ack = "997" or ack = "999" or ack = "TA1"'),
        ({'"x12/004010/856"': '"edifact/D.96A/DESADV"'}, 'it could be ack = "APERAK" or ack = "CONTRL"'),
    ],
    ids=["x12", "edifact"],
)
def test_a_document_that_goes_out_and_is_never_asked_after_is_warned_of(
    project: Project, changes: dict[str, str], could: str
) -> None:
    text = routes("[]").replace("expect = []\n", "")
    for old, new in changes.items():
        text = text.replace(old, new)
    (line, message) = next((line, message) for code, line, message in complaints(project, text) if code == "R065")
    assert line == line_of(text, 'id = "bigbox-856"')
    assert could in message


@pytest.mark.parametrize("expect", ["[]", '{ ack = "997", within = "24h" }', '[{ answer = "receiving_advice", within = "2d" }]'])
def test_what_is_said_about_it_is_enough_be_it_nothing(project: Project, expect: str) -> None:
    assert "R065" not in {code for code, _, _ in complaints(project, routes(expect))}
    assert agreed(project, "[]").expect == ()


def test_documents_that_come_in_and_formats_without_answers_are_not_warned_of(project: Project) -> None:
    assert "R065" not in {code for code, _, _ in complaints(project, ROUTES)}
