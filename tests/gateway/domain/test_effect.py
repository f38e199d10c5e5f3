"""What a failure means for the business, in a sentence."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.effect import Waiting, counted, effect_of
from gateway.domain.release.window import Window

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
NAMES = {"bigbox": "BigBox", "nordmart": "Nordmart"}
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def waiting(number: int, partner: str | None = "bigbox", document: str | None = "purchase_order", *, minutes: int = 22,
            target: str = "wms-east") -> Waiting:  # fmt: skip
    return Waiting(UUID(int=1), target, partner, document, number, NOW - timedelta(minutes=minutes))


def said(*several: Waiting, cut_offs: dict[str, Window] | None = None) -> str:
    return effect_of(several, NOW, name_of=lambda name: NAMES.get(name, name), cut_offs=cut_offs)


def test_whose_orders_wait_for_what_and_for_how_long_and_until_when_they_may() -> None:
    window = Window(COPENHAGEN, None, time(16, 0))
    effect = said(waiting(14), cut_offs={"wms-east": window})
    assert effect == "14 purchase orders of BigBox wait for wms-east, the oldest for 22 min; cut-off 16:00 CET"


def test_nothing_waits() -> None:
    assert said() == ""


def test_several_partners_the_most_first_and_the_rest_counted() -> None:
    effect = said(
        waiting(2, "nordmart", minutes=300), waiting(9), waiting(1, None, None), waiting(1, "acme", "invoice"), waiting(1, "zeta")
    )
    whose = "9 purchase orders of BigBox, 2 purchase orders of Nordmart, 1 interchange and 2 more"
    assert effect == f"{whose} wait for wms-east, the oldest for 5 h"


def test_a_cut_off_that_is_over_is_not_told() -> None:
    assert "cut-off" not in said(waiting(1), cut_offs={"wms-east": Window(COPENHAGEN, None, time(14, 30))})
    assert "cut-off" not in said(waiting(1), cut_offs={"wms-west": Window(COPENHAGEN, None, time(16, 0))})
    assert "cut-off" not in said(waiting(1), cut_offs={"wms-east": Window(COPENHAGEN)})


def test_of_several_targets_the_first_cut_off_counts() -> None:
    cut_offs = {"east": Window(COPENHAGEN, None, time(18, 0)), "west": Window(ZoneInfo("UTC"), None, time(16, 30))}
    effect = said(waiting(1, target="east"), waiting(1, target="west"), cut_offs=cut_offs)
    assert effect.endswith("wait for east, west, the oldest for 22 min; cut-off 16:30 UTC")


@pytest.mark.parametrize(
    ("number", "document", "words"),
    [
        (1, "invoice", "1 invoice"),
        (2, "despatch_advice", "2 despatch advices"),
        (3, "party", "3 parties"),
        (0, None, "0 interchanges"),
    ],
)
def test_things_are_counted_in_plain_words(number: int, document: str | None, words: str) -> None:
    assert counted(number, document) == words


@given(
    st.lists(
        st.builds(waiting, st.integers(1, 10**6), st.sampled_from(["bigbox", "nordmart", None]), minutes=st.integers(0, 10**6))
    )
)
def test_it_is_one_line_whatever_waits(several: list[Waiting]) -> None:
    effect = said(*several)
    assert "\n" not in effect
    assert bool(effect) is bool(several)
