"""What a layout can say is written and read back the same; what it cannot say is told; nothing that is read breaks anything."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.translators.flatfile.samples import (
    DESPATCH_LINES,
    csv,
    despatch,
    despatch_table,
    fixed,
    order_row,
    orders,
    orders_table,
    read,
    sealed,
    write,
)
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Verdict
from translators.finding import Code
from translators.flatfile import Layout, layout

LETTERS = "ABCXYZabcäöüß0123456789.,;:'\"/-&+"


def texts(most: int = 20, letters: str = LETTERS) -> st.SearchStrategy[str]:
    return st.text(letters + " ", min_size=1, max_size=most).map(str.strip).filter(bool)


def numbers(places: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda units: Decimal(units).scaleb(-places))


days = st.dates(date(1971, 1, 1), date(2069, 12, 31))
minutes = st.datetimes(datetime(1971, 1, 1), datetime(2069, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC))  # noqa: DTZ001
numerals = st.integers(1, 999_999).map(str)


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A part with any of these members."""
    return st.fixed_dictionaries({}, optional=members)


items = some(name=texts(), identifiers=some(gtin=numerals, buyer=numerals).filter(bool)).filter(bool)
order_lines = st.fixed_dictionaries(
    {
        "number": numerals,
        "item": items,
        "quantity": st.fixed_dictionaries({"value": numbers(3, 10**9)}, optional={"unit": st.sampled_from(["EA", "CT", "KGM"])}),
    },
    optional={"price": st.fixed_dictionaries({"amount": numbers(2, 10**7)})},
)
purchase_orders = st.fixed_dictionaries(
    {
        "number": texts(),
        "issued": days,
        "currency": st.sampled_from(["EUR", "USD"]),
        "kind": st.sampled_from(["stand_alone", "rush"]),
        "buyer": st.fixed_dictionaries({"identifiers": st.fixed_dictionaries({"gln": numerals})}),
        "lines": st.lists(order_lines, min_size=1, max_size=4),
    },
    optional={
        "requested_delivery": days | minutes,
        "references": st.lists(st.fixed_dictionaries({"kind": st.just("contract"), "number": texts()}), min_size=1, max_size=1),
        "ship_to": st.fixed_dictionaries({"name": texts(40)}),
    },
)
contents = some(line=numerals, quantity=st.fixed_dictionaries({"value": numbers(2, 10**8)}))
packages = st.fixed_dictionaries(
    {"identifiers": st.fixed_dictionaries({"sscc": st.integers(10**17, 10**18 - 1).map(str)})},
    optional={"kind": st.sampled_from(["pallet", "carton"]), "contents": st.lists(contents.filter(bool), max_size=3)},
)
despatch_lines = st.fixed_dictionaries(
    {
        "number": numerals,
        "quantity": st.fixed_dictionaries({"value": numbers(2, 10**8), "unit": st.sampled_from(["EA", "KGM"])}),
    },
    optional={
        "item": st.fixed_dictionaries({"identifiers": st.fixed_dictionaries({"gtin": st.integers(1, 10**14 - 1).map(str)})}),
        "lots": st.lists(st.fixed_dictionaries({"number": texts()}, optional={"best_before": days}), min_size=1, max_size=2),
    },
)
advices = st.fixed_dictionaries(
    {"number": texts(12), "order": st.fixed_dictionaries({"number": texts(12)})},
    optional={
        "issued": days,
        "despatched": minutes,
        "complete": st.booleans(),
        "shipment": st.fixed_dictionaries(
            {
                "measures": st.fixed_dictionaries(
                    {"gross_weight": st.fixed_dictionaries({"value": numbers(3, 10**8), "unit": st.just("KGM")})}
                )
            }
        ),
        "ship_to": some(name=texts(35), address=some(city=texts(20), country=st.sampled_from(["DE", "US"])).filter(bool)).filter(
            bool
        ),
        "texts": st.lists(
            st.fixed_dictionaries({"purpose": st.just("delivery"), "lines": st.lists(texts(70), min_size=1, max_size=3)}),
            min_size=1,
            max_size=1,
        ),
        "packages": st.lists(packages, min_size=1, max_size=3),
        "lines": st.lists(despatch_lines, min_size=1, max_size=3),
    },
)


def said(document: CanonicalDocument) -> Any:
    return document.model_dump(exclude_unset=True, exclude_none=True, by_alias=True)


def back(document: CanonicalDocument, by: Layout) -> CanonicalDocument:
    written = write(document, by)
    assert written.findings == ()
    outcome = read(sealed(written, by=by), by)
    assert [f for f in outcome.findings if f.code is not Code.IDENTIFIER_CHECK_DIGIT] == []
    (found,) = outcome.documents
    assert found.canonical is not None
    return found.canonical


@settings(max_examples=150, deadline=None)
@given(value=purchase_orders)
def test_an_order_comes_back_as_it_was(value: dict[str, Any]) -> None:
    order = model_of("purchase_order").model_validate(value)
    assert said(back(order, orders())) == said(order)


@settings(max_examples=150, deadline=None)
@given(value=advices)
def test_a_despatch_advice_comes_back_as_it_was(value: dict[str, Any]) -> None:
    advice = model_of("despatch_advice").model_validate({key: inner for key, inner in value.items() if inner})
    read_back, sent = said(back(advice, despatch())), said(advice)
    for package in sent.get("packages", ()):
        if not package.get("contents", True):
            del package["contents"]  # an empty list and none are one in a file
    assert read_back == sent


@settings(max_examples=60, deadline=None)
@given(values=st.lists(purchase_orders, min_size=2, max_size=5, unique_by=lambda value: value["number"]))
def test_documents_of_a_file_stay_apart(values: list[dict[str, Any]]) -> None:
    documents = [model_of("purchase_order").model_validate(value) for value in values]
    data = sealed(*(write(document, orders()) for document in documents), by=orders())
    outcome = read(data, orders())
    assert [said(each.canonical) for each in outcome.documents if each.canonical] == [said(document) for document in documents]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso8859-15", "cp850", "shift_jis", "gb18030", "cp037"]
)
@pytest.mark.parametrize("line_end", ["lf", "crlf", "cr"])
def test_every_encoding_and_line_end_comes_back(encoding: str, line_end: str) -> None:
    by = layout(orders_table() | {"encoding": encoding, "line_end": line_end})
    data = sealed(
        *(
            write(each.canonical, by)
            for each in read(csv(order_row(), order_row(LineNo="2")), orders()).documents
            if each.canonical
        ),
        by=by,
    )
    outcome = read(data, by)
    assert outcome.findings == []
    assert outcome.values == read(csv(order_row(), order_row(LineNo="2")), orders()).values


def test_records_without_line_ends_come_back() -> None:
    by = layout(despatch_table() | {"line_end": "none"})
    data = fixed(*DESPATCH_LINES).replace(b"\r\n", b"")
    outcome = read(data, by)
    assert outcome.findings == []
    (document,) = outcome.documents
    assert document.canonical is not None
    assert sealed(write(document.canonical, by), by=by) == data


BASES = {"orders": csv(order_row(), order_row(LineNo="2"), order_row(OrderNo="4712")), "despatch": fixed(*DESPATCH_LINES)}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with a few bytes changed, taken out, doubled or cut."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(found) + 1)
        match chance.randrange(5):
            case 0:
                found[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[place : place + chance.randint(1, 30)]
            case 2:
                found[place:place] = found[place : place + chance.randint(1, 60)]
            case 3:
                found[place:place] = chance.choice(
                    [b'"', b";", b"\r", b"\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4", b"9" * 50]
                )
            case _:
                del found[max(place, 20) :]
        found = found or bytearray(b"x")
    return bytes(found)


@pytest.mark.parametrize("name", BASES)
def test_no_file_breaks_the_reader(name: str) -> None:
    by = {"orders": orders(), "despatch": despatch()}[name]
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(600):
        data = mutated(BASES[name], chance)
        outcome = read(data, by)
        assert outcome.closed.documents == len(outcome.documents)
        for document in outcome.documents:
            assert (document.canonical is None) == (document.verdict is Verdict.REJECTED)
            assert 0 <= document.start <= document.end <= len(data)
            if document.canonical is not None:
                write(document.canonical, by)
        assert all(0 <= finding.position.offset <= len(data) for finding in outcome.findings), data


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200), fixed_width=st.booleans())
def test_random_bytes_do_not_break_the_reader(data: bytes, *, fixed_width: bool) -> None:
    outcome = read(data, despatch() if fixed_width else orders())
    assert outcome.closed.verdict is not None


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), encoding=st.sampled_from(["utf-8", "windows-1252", "utf-16", "cp037", "shift_jis", "ascii"]))
def test_other_encodings_do_not_break_the_reader(seed: int, encoding: str) -> None:
    by = layout(orders_table() | {"encoding": encoding})
    read(mutated(BASES["orders"], random.Random(seed)), by)


def test_a_moment_with_seconds_is_told_where_the_format_has_none() -> None:
    order = read(csv(order_row()), orders()).documents[0].canonical
    assert order is not None
    late = order.model_copy(update={"requested_delivery": datetime(2026, 11, 24, 8, 30, 5, tzinfo=UTC)})
    (finding,) = write(late, orders()).findings
    assert (finding.code, finding.position.element) == (Code.NOT_WRITTEN, None)
    instant = order.model_copy(
        update={"issued": datetime.combine(date(2026, 11, 21), time(9), tzinfo=UTC) + timedelta(seconds=1)}
    )
    assert [f.code for f in write(instant, orders()).findings] == [Code.NOT_WRITTEN]
