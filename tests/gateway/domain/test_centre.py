"""What a centre's answers mean to a site, and how long it waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.centre import LONGEST_PAUSE, Fate, fate_of, name_at_centre, pause_after


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.TAKEN), (202, Fate.TAKEN),
        (400, Fate.REFUSED), (413, Fate.REFUSED), (415, Fate.REFUSED), (422, Fate.REFUSED),
        (301, Fate.CLOSED), (401, Fate.CLOSED), (403, Fate.CLOSED), (404, Fate.CLOSED),
        (408, Fate.LATER), (429, Fate.LATER), (500, Fate.LATER), (502, Fate.LATER), (503, Fate.LATER),
    ],
)  # fmt: skip
def test_answers(status: int, fate: Fate) -> None:
    assert fate_of(status) is fate


def test_names_say_where_it_came_in_and_are_cut() -> None:
    assert name_at_centre("oslo", "bigbox-folder", "orders.edi") == "oslo/bigbox-folder/orders.edi"
    assert len(name_at_centre("oslo", "folder", "x" * 500)) == 255


@given(st.integers(1, 500), st.one_of(st.none(), st.floats(0, 1e6)))
def test_pauses_grow_and_end(failures: int, asked: float | None) -> None:
    pause = pause_after(failures, asked)
    assert 1.0 <= pause <= 3600.0
    assert asked is not None or pause <= LONGEST_PAUSE
    assert pause_after(failures + 1, asked) >= pause
