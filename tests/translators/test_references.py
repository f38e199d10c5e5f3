"""References used so far: exact while they are few, compact when they are many."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.references import _EXACT, _FIRST_SIZE, References


def test_the_first_use_is_new_and_the_second_is_not() -> None:
    references = References()
    assert [references.used(x) for x in ("1", "2", "1", "", "", "2")] == [False, False, True, False, True, True]


@pytest.mark.parametrize("count", [_EXACT - 1, _EXACT, _EXACT + 1, _FIRST_SIZE // 2 + _EXACT + 5])
def test_no_reference_is_forgotten_when_the_representation_changes(count: int) -> None:
    references = References()
    assert not any(references.used(str(n)) for n in range(count))
    assert all(references.used(str(n)) for n in range(count))
    assert not references.used("new")


def test_many_references_take_little_memory() -> None:
    references = References()
    tracemalloc.start()
    for n in range(60_000):
        references.used(f"REF{n:011d}")
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size < 4_000_000


@given(st.lists(st.text(max_size=14), max_size=60))
def test_it_says_what_a_set_would_say(texts: list[str]) -> None:
    references = References()
    seen: set[str] = set()
    for text in texts:
        assert references.used(text) == (text in seen)
        seen.add(text)
