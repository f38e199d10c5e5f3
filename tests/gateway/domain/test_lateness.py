"""Which orders will likely be late: quantiles of those before, conditioned on what has passed, and told in one sentence."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.order.lateness import Due, History, Past, Underway, Usual, outlook, requested_of, summary

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ORDER = UUID(int=1)


def shipped(hours: Sequence[float], *, partner: str = "bigbox", place: str | None = "wms-east") -> list[Past]:
    """Orders that took so many hours from release to shipment."""
    begun = NOW - timedelta(days=30)
    return [Past(partner, place, {"released": begun, "shipped": begun + timedelta(hours=one)}) for one in hours]


def underway(*, ago: float, left: float, goal: str = "shipped", **changes: Any) -> Underway:
    given: dict[str, Any] = {"partner": "bigbox", "place": "wms-east", "steps": {"released": NOW - timedelta(hours=ago)}}
    return Underway(ORDER, dues=[Due(goal, NOW + timedelta(hours=left), "requested")], **(given | changes))


HISTORY = History(shipped([24, 25, 25, 26, 26, 26, 27, 28, 31, 40]))


class TestAnOutlook:
    def test_says_how_long_it_usually_takes_and_what_is_left(self) -> None:
        told = outlook(underway(ago=4, left=12), HISTORY, now=NOW)
        assert told is not None
        assert (told.chance, told.orders, told.place) == (1.0, 10, "wms-east")
        assert told.because == "usually 26 h from released to shipped at wms-east, 90 %: 40 h; 12 h are left of 16 h"

    def test_is_none_where_there_is_time_enough(self) -> None:
        assert outlook(underway(ago=4, left=30), HISTORY, now=NOW) is None

    def test_what_is_slow_so_far_is_compared_with_what_was_slow(self) -> None:
        """Of ten, two took more than 29 hours; one of them more than 32."""
        quick, slow = underway(ago=1, left=31), underway(ago=29, left=3)
        assert outlook(quick, HISTORY, now=NOW) is None
        assert outlook(slow, HISTORY, now=NOW) is None, "half is not more than half"
        late = outlook(underway(ago=32, left=3), HISTORY, now=NOW)
        assert late is not None
        assert late.chance == 1.0

    def test_what_takes_longer_than_ever_is_likely_late(self) -> None:
        told = outlook(underway(ago=100, left=5), HISTORY, now=NOW)
        assert told is not None
        assert told.chance == 1.0

    def test_what_is_late_already_is_told_elsewhere(self) -> None:
        assert outlook(underway(ago=4, left=-1), HISTORY, now=NOW) is None

    def test_what_is_done_is_not_due(self) -> None:
        done = underway(ago=4, left=1, steps={"released": NOW - timedelta(hours=4), "shipped": NOW})
        assert outlook(done, HISTORY, now=NOW) is None

    def test_few_orders_before_say_nothing(self) -> None:
        assert outlook(underway(ago=4, left=1), History(shipped([26] * 9)), now=NOW) is None

    def test_of_several_dues_the_likeliest_is_told(self) -> None:
        soon, later = Due("shipped", NOW + timedelta(hours=22), "advice"), Due("shipped", NOW + timedelta(hours=2), "requested")
        order = Underway(ORDER, "bigbox", "wms-east", {"released": NOW - timedelta(hours=4)}, [soon, later])
        told = outlook(order, HISTORY, now=NOW)
        assert told is not None
        assert told.due.wanted_by == "requested"

    def test_unknown_goals_are_passed_over(self) -> None:
        assert outlook(underway(ago=4, left=1, goal="invoiced"), HISTORY, now=NOW) is None


class TestHistory:
    def test_prefers_the_same_partner_and_place_and_falls_back_where_they_are_few(self) -> None:
        past = [*shipped([10] * 10), *shipped([20] * 9, partner="other"), *shipped([90] * 10, place="wms-west")]
        history = History(past)

        def found(partner: str, place: str | None) -> tuple[float, str | None, str | None]:
            usual = history.usual("released", "shipped", partner=partner, place=place)
            assert usual is not None
            return usual.quantile(0.5) / timedelta(hours=1), usual.place, usual.partner

        assert found("bigbox", "wms-east") == (10, "wms-east", "bigbox")
        assert found("other", "wms-east") == (10, "wms-east", None)
        assert found("new", "nowhere")[1:] == (None, None)
        assert found("bigbox", None)[2] == "bigbox"

    def test_clocks_that_go_back_are_left_out(self) -> None:
        assert History(shipped([-1] * 20)).usual("released", "shipped", partner="bigbox", place=None) is None

    @given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.floats(0, 1e6), st.floats(0, 1e6))
    def test_a_chance_is_one_and_less_time_is_more_of_it(self, seconds: list[float], than: float, already: float) -> None:
        usual = Usual(tuple(sorted(seconds)), None, None)
        passed = timedelta(seconds=already)
        chances = [usual.longer(than=timedelta(seconds=than * share), already=passed) for share in (0.5, 1.0)]
        assert 0 <= chances[1] <= chances[0] <= 1


class TestWhatIsRequested:
    BERLIN = ZoneInfo("Europe/Berlin")

    @pytest.mark.parametrize(
        ("documents", "wanted"),
        [
            ([], None),
            ([{"requested_delivery": "2026-12-01"}], "2026-12-01T23:59:59.999999+01:00"),
            ([{"requested_delivery": "2026-12-01T10:00:00"}], "2026-12-01T10:00:00+01:00"),
            ([{"requested_delivery": "2026-12-01T10:00:00Z"}], "2026-12-01T10:00:00+00:00"),
            (
                [{"lines": [{"requested_delivery": "2026-12-02"}, {"requested_delivery": "2026-12-01"}]}],
                "2026-12-01T23:59:59.999999+01:00",
            ),
            ([{"lines": [{"schedule": [{"requested": "2026-12-03"}]}]}], "2026-12-03T23:59:59.999999+01:00"),
            ([{"requested_delivery": "2026-12-01"}, {"requested_delivery": "2026-12-05"}], "2026-12-05T23:59:59.999999+01:00"),
            ([{"requested_delivery": "2026-12-01"}, {"lines": []}], "2026-12-01T23:59:59.999999+01:00"),
            ([{"requested_delivery": "soon"}], None),
        ],
    )  # fmt: skip
    def test_is_the_last_word_and_a_day_ends_with_its_last_moment(self, documents: list[Any], wanted: str | None) -> None:
        assert requested_of(documents, self.BERLIN) == (datetime.fromisoformat(wanted) if wanted else None)


def test_customers_are_told_without_what_is_ours() -> None:
    told = outlook(underway(ago=4, left=12), HISTORY, now=NOW)
    assert told is not None
    assert summary("BigBox", [("4711", told)], UTC) == (
        "BigBox: 1 order will likely be late.\n"
        "- Order 4711: requested for 2026-11-22 21:00, likely shipped after 2026-11-23 07:00."
    )
