"""What is sent, by whole segments: each on a line, and no sign lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.segment_lines import segment_lines


@pytest.mark.parametrize(
    ("family", "content", "lines"),
    [
        ("edifact", "NAD+BY+++O?'NEIL'UNT+2+1'", ["NAD+BY+++O?'NEIL'", "UNT+2+1'"]),
        ("x12", f"{'I' * 105}|ST*997|SE*2|", [f"{'I' * 105}|", "ST*997|", "SE*2|"]),
        ("x12", f"{'I' * 105}\nST*997\nSE*2\n", ["I" * 105, "ST*997", "SE*2"]),
        ("x12", "", []),
        ("x12", "***", ["***"]),
        ("xml", "<a>\n\n <b/>\n</a>", ["<a>", " <b/>", "</a>"]),
    ],
)
def test_each_stands_on_a_line(family: str, content: str, lines: list[str]) -> None:
    assert segment_lines(family, content) == lines


@given(st.text(st.sampled_from("AB.*^$+\\?'|~"), max_size=140), st.sampled_from(["x12", "edifact", "xml"]))
def test_no_sign_is_lost(content: str, family: str) -> None:
    assert "".join(segment_lines(family, content)) == content
