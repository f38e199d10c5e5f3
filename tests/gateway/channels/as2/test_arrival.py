"""What a document is called that came with a path, or with none."""

from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.as2.arrival import file_name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("orders.edi", "orders.edi"),
        ("C:\\out\\orders.edi", "orders.edi"),
        ("../../etc/passwd", "passwd"),
        ("folder/", "folder"),
        ("C:orders.edi", "orders.edi"),
        (".hidden", ".hidden"),
        (".", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_folders_and_drives_are_left_out(sent: str | None, name: str) -> None:
    assert file_name(sent) == name


@given(st.text(alphabet="ab. \\/:\n", max_size=12))
def test_plain_names_are_known_at_sight_and_mean_the_same(sent: str) -> None:
    assert file_name(sent) == PureWindowsPath(sent).name
