"""What owners are told of failures: when, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar
from gateway.domain.notification import GATHER, MOST_GROUPS, News, message_of, tell_at
from gateway.domain.owner import Owner

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OFFICE = Calendar("office", ZoneInfo("UTC"), {day: ((time(8), time(16)),) for day in range(5)})
EDI = Owner("edi", every=timedelta(minutes=15), urgent=frozenset({"target-unavailable"}))
NEWS = News(
    1, "opened", "", UUID(int=1), "3f2a9c51d0e87b46", "deliver", "http-500", "bigbox", "orders", "edi", "open", 3, 0,
    NOW - timedelta(hours=1), NOW, "Odoo said\nno.", "See that it works.",
)  # fmt: skip


def at(*, waited: timedelta = timedelta(), last: timedelta | None = None, codes: tuple[str, ...] = ("x",), now: datetime = NOW,
       calendar: Calendar | None = None) -> datetime:  # fmt: skip
    return tell_at(EDI, calendar, oldest=now - waited, last=None if last is None else now - last, codes=codes, now=now)


class TestWhen:
    def test_the_first_news_waits_for_its_likes(self) -> None:
        assert at() == NOW + GATHER
        assert at(waited=GATHER) == NOW
        assert at(waited=timedelta(hours=9)) == NOW

    def test_one_message_a_period(self) -> None:
        assert at(waited=GATHER, last=timedelta(minutes=5)) == NOW + timedelta(minutes=10)
        assert at(waited=GATHER, last=timedelta(minutes=15)) == NOW

    def test_outside_of_its_hours_it_waits_for_the_morning(self) -> None:
        saturday = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
        assert at(waited=GATHER, now=saturday, calendar=OFFICE) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        assert at(waited=GATHER, calendar=OFFICE) == NOW

    def test_what_came_in_its_hours_and_was_not_told_then_waits_as_well(self) -> None:
        night = NOW + timedelta(hours=8)
        assert at(waited=timedelta(hours=8), now=night, calendar=OFFICE) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def test_urgent_news_waits_for_nothing_but_a_minute(self) -> None:
        saturday = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
        assert at(codes=("x", "target-unavailable"), now=saturday, calendar=OFFICE) == saturday
        assert at(codes=("target-unavailable",), last=timedelta(seconds=20)) == NOW + timedelta(seconds=40)

    @given(st.integers(0, 10**7), st.none() | st.integers(0, 10**7), st.booleans(), st.booleans())
    def test_never_before_now_and_always_some_day(self, waited: int, last: int | None, urgent: bool, office: bool) -> None:
        moment = at(
            waited=timedelta(seconds=waited), last=None if last is None else timedelta(seconds=last),
            codes=("target-unavailable",) if urgent else ("x",), calendar=OFFICE if office else None,
        )  # fmt: skip
        assert NOW <= moment <= NOW + timedelta(days=4)
        again = at(
            waited=timedelta(seconds=waited) + (moment - NOW), codes=("x",), now=moment, calendar=OFFICE if office else None
        )
        assert urgent or again == moment


class TestWhat:
    @pytest.mark.parametrize(
        ("state", "action", "worth"),
        [
            ("open", "opened", True),
            ("open", "escalated", True),
            ("acknowledged", "opened", False),
            ("acknowledged", "escalated", True),
            ("muted", "came_back", False),
            ("resolved", "escalated", False),
        ],
    )
    def test_what_is_over_or_silenced_is_no_news(self, state: str, action: str, worth: bool) -> None:
        assert replace(NEWS, state=state, action=action).is_worth_telling("edi") is worth

    def test_what_is_somebody_elses_by_now_is_news_only_for_whom_it_was_escalated_to(self) -> None:
        assert not NEWS.is_worth_telling("sales")
        assert replace(NEWS, action="escalated").is_worth_telling("sales")

    def test_one_failure_is_one_group(self) -> None:
        twice = [NEWS, replace(NEWS, event=2, action="escalated", reason="sales did not attend to it in time", count=4)]
        message = message_of(EDI, "nordic-dc", twice, now=NOW)
        groups: Any = message["groups"]
        (group,) = groups
        assert (group["news"], group["count"]) == (["opened", "escalated"], 4)
        assert message["subject"] == "nordic-dc: 1 failure for edi: http-500 of bigbox"
        assert message["text"] == (
            "Odoo said no.\n"
            "  sales did not attend to it in time\n"
            "  What to do: See that it works.\n"
            "  http-500 (new, escalated to you): stage deliver, partner bigbox, route orders\n"
            "  4 times, since 2026-11-20 14:00, last 2026-11-20 15:00 UTC\n"
            "  ID 3f2a9c51d0e87b46\n"
            "\n"
            "Take one on: gateway failures acknowledge ID. What is known of it: gateway failures show ID\n"
        )

    def test_what_it_means_for_the_business_comes_first(self) -> None:
        effect = "14 purchase orders of BigBox wait for wms-east, the oldest for 22 min; cut-off 16:00 CET"
        message = message_of(EDI, "nordic-dc", [replace(NEWS, effect=effect)], now=NOW)
        assert message["subject"] == f"nordic-dc: {effect}"
        assert str(message["text"]).startswith(f"{effect}\n  Odoo said no.\n  What to do: See that it works.\n  http-500 (new)")
        groups: Any = message["groups"]
        assert groups[0]["effect"] == effect

    def test_several_are_named_by_their_codes(self) -> None:
        several = [replace(NEWS, effect="2 orders wait"), replace(NEWS, id=UUID(int=2), effect="3 invoices wait")]
        message = message_of(EDI, "gw", several, now=NOW)
        assert message["subject"] == "gw: 2 failures for edi: http-500 of bigbox, http-500 of bigbox"
        assert "2 orders wait\n" in str(message["text"])
        assert "\n\n3 invoices wait\n" in str(message["text"])

    def test_a_regression_and_urgency_are_said(self) -> None:
        back = replace(NEWS, action="came_back", regressions=2, code="target-unavailable", partner=None, count=1)
        message = message_of(EDI, "gw", [back, replace(NEWS, id=UUID(int=2))], now=NOW)
        assert message["urgent"] is True
        assert message["subject"] == "URGENT gw: 2 failures for edi: target-unavailable, http-500 of bigbox"
        assert "target-unavailable (regression): stage deliver, route orders" in str(message["text"])
        assert "1 time, came back 2 times, since" in str(message["text"])

    def test_a_thousand_are_counted(self) -> None:
        many = [replace(NEWS, id=UUID(int=n), event=n) for n in range(1000)]
        message = message_of(EDI, "gw", many, now=NOW)
        assert len(message["groups"]) == MOST_GROUPS  # type: ignore[arg-type]
        assert message["more"] == 950
        assert "950 more. All of them: gateway failures list --owner edi" in str(message["text"])
        assert str(message["subject"]).endswith("http-500 of bigbox, …")
        assert len(orjson.dumps(message)) < 64_000
