"""What a REST system says it holds becomes entries to be compared; what is not as declared stops it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.applications.http.books import entry_of
from gateway.applications.http.events import NotUnderstood
from gateway.config.queries import compile_query, compile_shape
from gateway.config.templates import compile_path
from gateway.domain.http_application import BookLineTerms, BooksTerms

Q = compile_query
NUMBERS = compile_shape({"properties": {"quantity": {"type": "number"}}})
LINES = BookLineTerms(Q("lines"), (Q("sku"), Q("lot")), (Q("gtin"),), {"ordered": Q("wanted")})
TERMS = BooksTerms(
    "stock", Q("@"), (Q("sku"), Q("lot")), name=Q("id"), since=Q("at"), changed=Q("moved"),
    values={"on_hand": Q("quantity"), "held": Q("held"), "status": Q("status")}, path=compile_path("/stock"),
)  # fmt: skip


def entry(member: Mapping[str, Any], terms: BooksTerms = TERMS) -> Any:
    return entry_of({"sku": "ANVIL", **member}, terms)


@pytest.mark.parametrize(
    ("written", "read"),
    [(3, "3"), (2.5, "2.5"), ("7.00", "7.00"), ("-1e3", "-1E+3"), ("0004", "4")],
)
def test_numbers_are_numbers_however_they_are_written(written: object, read: str) -> None:
    assert entry({"quantity": written}).values["on_hand"] == Decimal(read)


def test_words_truths_and_what_is_not_said() -> None:
    said = entry({"quantity": None, "held": True, "status": "blocked"})
    assert said.values == {"on_hand": None, "held": "yes", "status": "blocked"}
    assert entry({"held": False, "status": "", "quantity": "NaN"}).values == {"on_hand": "NaN", "held": "no", "status": None}


def test_the_parts_of_a_key_that_are_there_are_joined() -> None:
    assert [entry({"lot": lot}).key for lot in ("L-1", 7, "", None)] == ["ANVIL lot L-1", "ANVIL lot 7", "ANVIL", "ANVIL"]


def test_times_are_read_in_the_zone_that_was_declared() -> None:
    terms = replace(TERMS, timezone=ZoneInfo("America/Chicago"), partner="bigbox")
    found = entry({"id": 17, "at": "2026-11-21 06:00:00", "moved": 1_700_000_000}, terms)
    assert (found.partner, found.name, found.since) == ("bigbox", "17", datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert found.changed == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert entry({"at": ""}).since is None


def test_lines_are_there_or_nothing_is_said_of_them() -> None:
    assert entry({}).lines is None
    (line,) = entry({"lines": [{"sku": "ROCKET", "gtin": "036", "wanted": "2"}]}, replace(TERMS, lines=LINES)).lines
    assert (line.key, line.aliases, line.values) == ("ROCKET", ("036",), {"ordered": Decimal(2)})


@pytest.mark.parametrize(
    ("member", "terms", "why"),
    [
        ({"sku": None}, TERMS, "no key"),
        ({"quantity": [1]}, TERMS, "neither a number nor a text"),
        ({"at": "yesterday"}, TERMS, "the time 'yesterday' cannot be read"),
        ({}, replace(TERMS, lines=LINES), "no lines"),
        ({"lines": [{"wanted": 1}]}, replace(TERMS, lines=LINES), "no key"),
        ({"status": "LOST"}, replace(TERMS, words={"status": {"OK": "fine"}}), "'LOST', of which nothing is said"),
        (
            {"quantity": "x"},
            replace(TERMS, shape=NUMBERS),
            "as was declared",
        ),
    ],
)
def test_what_is_not_as_declared_stops_it(member: Mapping[str, Any], terms: BooksTerms, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why):
        entry(member, terms)
