"""Mistakes in a layout: each is said with its place and what to write instead, all at once."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.translators.flatfile.samples import PAGE, despatch, despatch_table, orders, orders_table
from translators.canonical import NAMES, model_of
from translators.errors import LayoutInvalid, TranslatorError
from translators.flatfile import layout
from translators.flatfile.shape import Shape

Change = Callable[[dict[str, Any]], object]


def mistakes(table: Any) -> tuple[tuple[str, str, str], ...]:
    with pytest.raises(LayoutInvalid) as caught:
        layout(table)
    return caught.value.mistakes


def field(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda table: next(f for record in table["record"] for f in record["fields"] if f.get("to") == name)


def record(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda table: next(each for each in table["record"] if each["name"] == name)


def put(place: Callable[[dict[str, Any]], dict[str, Any]], **said: Any) -> Change:
    return lambda table: place(table).update(said)


def top(**said: Any) -> Change:
    return put(lambda table: table, **said)


def test_the_layouts_of_the_page_are_right() -> None:
    assert orders().document == "purchase_order"
    assert despatch().document == "despatch_advice"
    assert orders().columns[0] == "OrderNo"


@pytest.mark.parametrize(
    ("change", "where", "problem", "remedy"),
    [
        (top(document="purchase_ordr"), "at the top", "purchase_ordr", 'did you mean "purchase_order"?'),
        (top(document="generic_document"), "at the top", "is not said in flat files", "purchase_order"),
        (top(form="delimted"), "at the top", "delimted", 'did you mean "delimited"?'),
        (top(delimitr=";"), "at the top", '"delimitr" is not known here', 'did you mean "delimiter"?'),
        (top(delimiter=";;"), "at the top", "has 2 characters", "one character"),
        (top(delimiter='"'), "at the top", "cannot be the delimiter", ";"),
        (top(encoding="utf-9"), "at the top", "utf-9", "utf-8"),
        (top(encoding="base64"), "at the top", "base64", "utf-8"),
        (top(encoding="utf-7"), "at the top", "utf-7", "utf-8"),
        (top(line_end="crfl"), "at the top", "crfl", 'did you mean "crlf"?'),
        (top(line_end="none"), "at the top", "records of one length", "fixed"),
        (top(header="yes"), "at the top", "neither true nor false", "header = true"),
        (top(record=[]), "at the top", "describes no record", "[[record]]"),
        (top(record=7), "record 1", "is no table", "{"),
        (top(tables=7), "tables", "under a name", "[tables.units]"),
        (top(tables={"units": {}, "kinds": {"N": "stand_alone"}}), "tables.units", "nothing in it", "code"),
        (top(tables={"units": {"PC": 7}, "kinds": {"N": "stand_alone"}}), "tables.units", "no text", "PC"),
        (put(field("number"), to="numbr"), 'record "order", field 1', 'no member "numbr"', 'did you mean "number"?'),
        (put(field("number"), to="buyer"), 'record "order", field 1', "is no single value", "name"),
        (put(field("number"), to="lines.number"), 'record "order", field 1', "is a list", "lines[]"),
        (put(field("number"), to="buyer[].name"), 'record "order", field 1', "is no list", "without brackets"),
        (put(field("number"), to="a..b"), 'record "order", field 1', "cannot be understood", "lines[].item.name"),
        (
            put(field("number"), to="references[kind].number"),
            'record "order", field 1',
            "cannot be understood",
            "[kind=contract]",
        ),
        (put(field("number"), to="references[kynd=a].number"), 'record "order", field 1', 'no member "kynd"', '"kind"'),
        (put(field("number"), to="references[].number"), 'record "order"', "no record begins items", 'into = "references"'),
        (put(field("number"), to="references[100].number"), 'record "order", field 1', "names item 100", "99"),
        (put(field("number"), to="envelope.sender"), 'record "order", field 1', "header of the file", 'begins = "file"'),
        (put(field("number"), to="allowances_charges[charge=maybe].reason"), 'record "order", field 1', "maybe", "true, false"),
        (put(field("number"), column="Nr", name="x", colour=3), 'record "order", field 1', '"colour"', "column"),
        (put(field("number"), start=3), 'record "order", field 1', "start and length", "column"),
        (put(field("number"), column=0), 'record "order", field 1', "is no column", "from 1"),
        (put(field("number"), type="nummer"), 'record "order", field 1', "nummer", 'did you mean "number"?'),
        (put(field("number"), type="number"), 'record "order", field 1', "does not suit number", "text or code"),
        (put(field("issued"), format="YYYY-mm-DD"), 'record "order", field 3', "no whole date", "YYYY-MM-DD"),
        (put(field("issued"), format="TT.MM.JJJJ"), 'record "order", field 3', "J", "YYYY-MM-DD"),
        (put(field("issued"), format="x"), 'record "order", field 3', "says nothing", "YYYY-MM-DD"),
        (put(field("issued"), format="hh:mm"), 'record "order", field 3', "is no format of a date", "YYYY-MM-DD"),
        (put(field("issued"), format=""), 'record "order", field 3', "has no format", "YYYY-MM-DD"),
        (put(field("kind"), table="kindz"), 'record "order", field 2', 'no table "kindz"', 'did you mean "kinds"?'),
        (put(field("kind"), default="Q"), 'record "order", field 2', "Q", "N"),
        (put(field("kind"), table="units"), 'record "order", field 2', 'cannot be "CT"', "stand_alone"),
        (lambda table: field("kind")(table).pop("table"), 'record "order", field 2', "says one of", "table of codes"),
        (put(field("lines[].price.amount"), implied_decimals=2), 'record "order", field 17', "exclude each other", "one of them"),
        (put(field("lines[].price.amount"), thousands=","), 'record "order", field 17', "both decimal mark", "different"),
        (put(field("lines[].price.amount"), default="x"), 'record "order", field 17', "is no number", "decimal mark"),
        (put(field("lines[].price.amount"), counts="x"), 'record "order"', 'no record "x"', "order"),
        (put(field("lines[].price.amount"), sums="x", counts="order"), 'record "order", field 17', "exclude", "one"),
        (put(field("lines[].price.amount"), sums="lines[].quantity.valu"), 'record "order"', "no number goes", "quantity.value"),
        (put(field("currency"), column="Kind"), 'record "order"', "taken twice", "once"),
        (put(record("order"), into="linez"), 'record "order"', 'no member "linez"', 'did you mean "lines"?'),
        (put(record("order"), into="lines[].item"), 'record "order"', "is no list", "without brackets"),
        (put(record("order"), into="lines[0].schedule"), 'record "order"', "picks one item", "lines[].schedule"),
        (put(record("order"), group_by=["OrderNr"]), 'record "order"', 'no field "OrderNr"', 'did you mean "OrderNo"?'),
        (put(record("order"), group_by={"taxes": ["OrderNo"]}), 'record "order"', "does not add to", 'into = "taxes"'),
        (put(record("order"), group_by={"linez": ["OrderNo"]}), 'record "order"', "linez", "lines"),
        (put(record("order"), begins="docment"), 'record "order"', "docment", 'did you mean "document"?'),
        (put(record("order"), ends="document"), 'record "order"', "both begin and end", "begins or ends"),
        (
            lambda table: record("order")(table).pop("begins"),
            'record "order"',
            "group_by begins documents",
            'begins = "document"',
        ),
        (put(record("order"), into="lines[].schedule"), 'record "order"', "none of lines[]", "group_by"),
        (put(record("order"), when={"column": "Kind"}), 'record "order", when 1', "what stands there", "value"),
        (put(record("order"), when={"value": "x"}), 'record "order", when 1', "where", "column"),
        (put(record("order"), fields=[{"to": "number"}]), 'record "order", field 1', "has no place", "column"),
        (put(record("order"), fields=[{"constant": "x"}]), 'record "order", field 1', "goes nowhere", "to"),
        (put(record("order"), fields=7), 'record "order", field 1', "is no table", "{"),
    ],
)
def test_a_mistake_in_a_delimited_layout_is_said(change: Change, where: str, problem: str, remedy: str) -> None:
    table = orders_table()
    change(table)
    found = mistakes(table)
    assert any(where in w and problem in p and remedy in r for w, p, r in found), found


@pytest.mark.parametrize(
    ("change", "where", "problem", "remedy"),
    [
        (top(delimiter=";"), "at the top", "are for delimited files", "leave them out"),
        (top(record_length=0), "at the top", "record_length = 0", "1"),
        (top(record_length=True), "at the top", "record_length = true", "1"),
        (put(field("order.number"), column=3), 'record "head", field 4', "column is for delimited", "start"),
        (put(field("order.number"), length=0), 'record "head", field 4', "length = 0", "length"),
        (put(field("order.number"), start=30), 'record "head"', "overlaps", "correct start"),
        (put(field("order.number"), max_length=3), 'record "head", field 4', "max_length", "the length says it"),
        (put(field("complete"), true="X", false="X"), 'record "head", field 5', "means both", "one of them"),
        (put(field("envelope.test"), to="envelope.tset"), 'record "file_header", field 5', "envelope.tset", '"test"'),
        (put(field("envelope.test"), to="number"), 'record "file_header", field 5', "record of the file", "envelope."),
        (put(record("file_header"), into="lines"), 'record "file_header"', "adds no items", "leave `into` out"),
        (put(record("file_header"), group_by=["3+15"]), 'record "file_header"', "is not grouped", "leave group_by out"),
        (put(record("file_trailer"), begins="file", ends=""), "at the top", "begins with several", "one record"),
        (put(record("note"), name="head"), "at the top", 'two records are called "head"', "name of its own"),
        (put(record("lot"), when=[]), 'record "lot"', "takes every line", "last"),
        (
            put(record("lot"), when={"start": 1, "length": 2, "value": "LOT"}),
            'record "lot", when 1',
            "longer than 2",
            "length = 3",
        ),
        (put(record("line"), into=""), 'record "lot"', "no record begins items of lines[]", 'into = "lines"'),
        (put(record("line"), begins="document"), "at the top", "begin with several", "one record"),
    ],
)
def test_a_mistake_in_a_fixed_layout_is_said(change: Change, where: str, problem: str, remedy: str) -> None:
    table = despatch_table()
    change(table)
    found = mistakes(table)
    assert any(where in w and problem in p and remedy in r for w, p, r in found), found


def test_all_mistakes_are_said_at_once() -> None:
    table = orders_table()
    field("number")(table)["to"] = "numbr"
    field("kind")(table)["table"] = "kindz"
    table["delimitr"] = ";"
    assert len(mistakes(table)) == 3
    with pytest.raises(TranslatorError, match=r'nordmart-orders: .*numbr.*did you mean "number"'):
        layout(table)


@pytest.mark.parametrize("table", [{}, {"document": 7}, {"document": "purchase_order"}, {"document": "invoice", "form": "fixed"}])
def test_a_layout_that_says_little_is_told_what_is_missing(table: dict[str, Any]) -> None:
    assert all(where and problem and remedy for where, problem, remedy in mistakes(table))


def test_every_document_of_the_model_can_be_described() -> None:
    for name in NAMES:
        shape = Shape("part", model=model_of(name))
        assert shape.names()
        assert all(shape.member(member) is not None for member in shape.names())


junk = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 200), st.floats(), st.text(max_size=8), st.sampled_from(["lines[]", "number"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), fixed=st.booleans())
def test_no_layout_ends_in_another_exception(data: st.DataObject, *, fixed: bool) -> None:
    table = despatch_table() if fixed else orders_table()
    places: list[Any] = [table, *table["record"], *(f for each in table["record"] for f in each["fields"])]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places))
        known = ["to", "into", "group_by", "when", "column", "start", "type", "format", "counts", "sums", "constant", "encoding"]
        key = data.draw(st.sampled_from([*place, *known]))
        place[key] = data.draw(junk)
    with suppress(LayoutInvalid):
        layout(table)


def test_the_page_names_every_key_of_the_language() -> None:
    page = PAGE.read_text(encoding="utf-8").partition("## The language")[2]
    keys = "name document form delimiter quote header encoding line_end record_length decimal_mark thousands empty"
    keys += " sender receiver test"
    keys += (
        " tables when begins ends into group_by mandatory column start length to type format decimals implied_decimals table true"
    )
    keys += " false constant default max_length pad justify counts sums"
    assert [key for key in keys.split() if f"`{key}" not in page and f"[{key}" not in page] == []
