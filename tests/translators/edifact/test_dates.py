# ruff: noqa: E501 - tables are read in rows
"""Formats of 2379."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.edifact.dates import fits, instant, span

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("value", "form"),
    [("20261120", "102"), ("261120", "101"), ("201126", "2"), ("112026", "3"), ("20112026", "4")],
)
def test_days(value: str, form: str) -> None:
    assert instant(value, form, UTC) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "form", "hour", "minute", "second"),
    [
        ("202611201530", "203", 21, 30, 0), ("2611201530", "201", 21, 30, 0), ("20261120153045", "204", 21, 30, 45),
        ("202611201530+0100", "205", 14, 30, 0), ("202611201530+00", "303", 15, 30, 0), ("202611201530CET", "303", 14, 30, 0),
        ("20261120153045UTC", "304", 15, 30, 45), ("202611201530-05:30", "303", 21, 0, 0), ("202611201530", "303", 21, 30, 0),
    ],
)  # fmt: skip
def test_instants_are_utc_and_the_partner_s_zone_stands_in(value: str, form: str, hour: int, minute: int, second: int) -> None:
    assert instant(value, form, CHICAGO) == datetime(2026, 11, 20, hour, minute, second, tzinfo=UTC)


def test_midnight_may_be_the_end_of_the_day() -> None:
    assert instant("202611202400", "203", UTC) == datetime(2026, 11, 21, tzinfo=UTC)


def test_years_of_two_digits() -> None:
    assert instant("690101", "101", UTC) == date(2069, 1, 1)
    assert instant("700101", "101", UTC) == date(1970, 1, 1)


@pytest.mark.parametrize("value", ["20261120-20261122", "2026112020261122"])
def test_spans_with_and_without_hyphen(value: str) -> None:
    assert span(value, "718", UTC) == (date(2026, 11, 20), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("20260230", "102"), ("2026112", "102"), ("202611201", "102"), ("2026112A", "102"), ("202611202560", "203"), ("202611202430", "203"),
        ("202611201530XYZ", "303"), ("202611201530+9900", "303"), ("2026112020261322", "718"), ("٢٠٢٦١١٢٠", "102"), ("00000000", "102"), ("", "102"),
    ],
)  # fmt: skip
def test_what_does_not_exist_does_not_fit(value: str, form: str) -> None:
    assert not fits(value, form)
    assert instant(value, form, UTC) is None


@pytest.mark.parametrize("form", ["616", "602", "801", "805", "", "XYZ"])
def test_formats_that_name_no_day_are_not_judged(form: str) -> None:
    assert fits("anything", form)
    assert instant("202648", form, UTC) is None
    assert span("202648", form, UTC) is None


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert instant(day.strftime("%Y%m%d").zfill(8), "102", UTC) == day
    assert instant(day.strftime("%y%m%d"), "101", UTC) == day


@given(st.text(max_size=20), st.sampled_from(["101", "102", "203", "303", "718", "719"]))
def test_no_text_raises(value: str, form: str) -> None:
    assert fits(value, form) in (True, False)


def test_an_instant_after_the_last_one_is_none() -> None:
    assert instant("999912312359", "203", CHICAGO) is None
