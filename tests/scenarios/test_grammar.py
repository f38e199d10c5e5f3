"""The page lists what can be said, and nothing is said in two ways."""

from pathlib import Path

import pytest

import tests.scenarios.phrases
import tests.scenarios.supplies  # noqa: F401 - both declare what can be said
from tests.scenarios.scenario import PHRASES, goods_of, scenarios, spoken

PAGE = Path(__file__).parent / "README.md"


def test_the_page_lists_every_phrase() -> None:
    told = "".join(f"- `{one.text}` — {one.says}\n" for one in PHRASES)
    assert PAGE.read_text(encoding="utf-8").endswith(f"## What can be said\n\n{told}")


def test_every_scenario_can_be_read() -> None:
    assert len(scenarios()) >= 9


def test_every_order_is_every_order_each_step_twice() -> None:
    (permuted,) = [one for one in scenarios() if one.name == "every-order"]
    assert len({tuple(history) for history in permuted.histories}) == 120
    assert all(len(history) == 2 * len(set(history)) for history in permuted.histories)


@pytest.mark.parametrize("step", ["east ships", "the moon orders A-1: 1 ANVIL", "odoo confirms nothing"])
def test_what_nobody_understands_is_refused(step: str) -> None:
    with pytest.raises(ValueError, match="0 phrases"):
        spoken(step)


def test_goods_are_quantities_and_items() -> None:
    assert goods_of("10 ANVIL, 4 ROCKET") == [(10, "ANVIL"), (4, "ROCKET")]
