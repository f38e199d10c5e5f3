"""Cells of exports: no spreadsheet takes what a partner sent for a formula."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.bootstrap import message_exports
from gateway.bootstrap.message_exports import rows_as_csv
from gateway.store.search import Found


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
async def test_what_would_be_a_formula_is_text(evil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = await exported({"keys": {"order": evil}, "file": evil, "partner": "bigbox"}, monkeypatch)
    assert (row["keys"], row["file"], row["partner"]) == (f"'{evil}", f"'{evil}", "bigbox")


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    assert not message_exports.cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


async def exported(row: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    async def found(*_: object, **__: object) -> Found:
        return Found([row], None)

    monkeypatch.setattr(message_exports, "search_messages", found)
    content, whole = await rows_as_csv("routes.toml", "")
    assert whole
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
