"""Trace contexts: what is read, what is refused, what is carried on."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.trace_context import TraceContext, continued, parse, start

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
VALID = f"00-{TRACE}-{SPAN}-01"


def counting() -> Callable[[int], bytes]:
    """Ids 1, 2, 3 …, so that a test can tell them apart."""
    numbers = iter(range(1, 1_000))
    return lambda size: next(numbers).to_bytes(size, "big")


def test_a_valid_header_is_read() -> None:
    context = parse(VALID)
    assert context == TraceContext(TRACE, SPAN, 1)
    assert context is not None
    assert context.sampled


def test_blanks_around_a_header_are_no_part_of_it() -> None:
    assert parse(f" \t{VALID} ") == TraceContext(TRACE, SPAN, 1)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-1",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00_{TRACE}_{SPAN}_01",
        f"01-{TRACE}-{SPAN}-01more",
        f"00-{TRACE}-{SPAN}-01\n",
        f"\N{ARABIC-INDIC DIGIT ZERO}0-{TRACE}-{SPAN}-01",
    ],
)
def test_what_is_not_valid_is_no_context(header: str | None) -> None:
    assert parse(header) is None


@pytest.mark.parametrize("header", [f"01-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01-what-the-future-brings"])
def test_a_later_version_is_understood_by_its_first_fields(header: str) -> None:
    assert parse(header) == TraceContext(TRACE, SPAN, 1)


def test_a_later_version_is_carried_on_as_the_version_we_know() -> None:
    context = continued(f"cc-{TRACE}-{SPAN}-ff-more", counting())
    assert str(context) == f"00-{TRACE}-{'0' * 15}1-03"


def test_continuing_keeps_the_trace_and_its_flags_and_changes_the_span() -> None:
    context = continued(VALID, counting())
    assert (context.trace_id, context.flags) == (TRACE, 1)
    assert context.span_id != SPAN


@pytest.mark.parametrize("header", [None, "nonsense"])
def test_without_a_valid_caller_a_new_trace_begins_unsampled(header: str | None) -> None:
    context = continued(header, counting())
    assert context == TraceContext("0" * 31 + "1", "0" * 15 + "2")
    assert not context.sampled


def test_an_id_of_zeros_only_is_never_made() -> None:
    context = start(bytes)
    assert parse(str(context)) == context


@given(
    st.builds(
        TraceContext,
        st.integers(1, 2**128 - 1).map(lambda number: f"{number:032x}"),
        st.integers(1, 2**64 - 1).map(lambda number: f"{number:016x}"),
        st.integers(0, 3),
    )
)
def test_what_is_written_is_read_again(context: TraceContext) -> None:
    assert parse(str(context)) == context


@given(st.text(max_size=80))
def test_no_header_whatever_raises(header: str) -> None:
    context = parse(header)
    assert context is None or parse(str(context)) is not None
