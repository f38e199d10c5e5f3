"""What makes a message the same as another, and headers that come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.transfer import header_block, message_key, read_header_block, receipt_row
from gateway.system import TimeOrderedIds


@pytest.mark.parametrize("written", ["<1@bigbox>", "1@bigbox", " <1@bigbox> ", "< 1@bigbox >"])
def test_an_id_is_the_same_with_and_without_brackets(written: str) -> None:
    assert message_key(written, "mic") == "id:1@bigbox"


@pytest.mark.parametrize("written", ["", "<>", "  "])
def test_without_an_id_the_content_is_the_key(written: str) -> None:
    assert message_key(written, "mic") == "mic:mic"


names = st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1)
values = (
    st.binary(max_size=20).filter(lambda value: not set(value) & {10, 13}).map(lambda v: v.decode("utf-8", "surrogateescape"))
)


@given(st.lists(st.tuples(names, values.map(str.strip))))
def test_any_headers_come_back_as_they_were(headers: list[tuple[str, str]]) -> None:
    assert read_header_block(header_block(headers)) == headers


def test_receipts_with_the_same_bytes_are_the_same() -> None:
    of = TimeOrderedIds()()
    rows = {receipt_row(of, [("A", "1")], body, "processed").sha256 for body in (b"x", b"x", b"y")}
    assert len(rows) == 2
