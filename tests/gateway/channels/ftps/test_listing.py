"""What servers say of files is read as the standard has it, and whatever else they say is no file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.ftps.listing import read_facts, read_time


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("type=file;size=12;modify=19700101000100; a b.edi", ("a b.edi", "file", 12, 60)),
        ("Type=File;Size=12;Modify=19700101000100.123;Perm=r; a.edi", ("a.edi", "file", 12, 60)),
        ("size=3; a.edi", ("a.edi", "file", 3, None)),
        ("type=dir;modify=19700101000100; in", ("in", "folder", None, 60)),
        ("type=cdir;; .", (".", "folder", None, None)),
        ("type=OS.unix=slink:/etc/passwd;size=1; a.edi", ("a.edi", "link", 1, None)),
        ("type=OS.unix=symlink;size=1; a.edi", ("a.edi", "link", 1, None)),
        ("type=OS.unix=socket;size=1; a.edi", ("a.edi", "other", 1, None)),
        ("type=file;size=many;modify=soon; a.edi", ("a.edi", "file", None, None)),
    ],
)
def test_the_facts_of_a_file_are_read(line: str, expected: tuple[str, str, int | None, int | None]) -> None:
    entry = read_facts(line)
    assert entry is not None
    assert (entry.name, entry.kind, entry.seen.size, entry.seen.modified) == expected


@pytest.mark.parametrize("line", ["", "a.edi", "-rw-r--r-- 1 ftp ftp 12 Jan 1 a.edi", "type=file;size=1;", "type=file; "])
def test_a_line_without_facts_or_name_is_none(line: str) -> None:
    assert read_facts(line) is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    read_facts(text)
    read_time(text)
