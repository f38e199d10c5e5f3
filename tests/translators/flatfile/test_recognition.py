"""Several layouts by one way: which one a file is written by is told by its name, or by its first line."""

from typing import Any

import pytest

from tests.translators.flatfile.samples import (
    DESPATCH_LINES,
    csv,
    despatch,
    despatch_table,
    fixed,
    order_row,
    orders,
    orders_table,
)
from translators import registry
from translators.contract import Verdict
from translators.flatfile import Layout, layout
from translators.flatfile.recognition import recognised, told_apart
from translators.provenance import Choice, Provenance


def renamed(table: dict[str, Any], name: str, **columns: str) -> Layout:
    """The layout of a table under another name, with other names of columns."""
    table["name"] = name
    for record in table["record"]:
        for field in record["fields"]:
            if field.get("column") in columns:
                field["column"] = columns[field["column"]]
    return layout(table)


STOCK = renamed(orders_table(), "stock", GTIN="EAN", ArticleNo="Sku")
ORDER = csv(order_row())
OTHER = ORDER.replace(b"GTIN", b"EAN").replace(b"ArticleNo", b"Sku")
ADVICE = fixed(*DESPATCH_LINES)


def of_fixed(kind: str) -> Layout:
    """The layout of fixed width whose first records begin with this."""
    table = despatch_table()
    table["name"] = f"fixed-{kind}"
    first = table["record"][0]
    first["when"] = [{**one, "is": kind} for one in first["when"]] if isinstance(first["when"], list) else first["when"]
    return layout(table)


@pytest.mark.parametrize(("data", "name"), [(ORDER, orders().name), (OTHER, "stock"), (ADVICE, despatch().name)])
def test_the_first_line_tells_the_layout(data: bytes, name: str) -> None:
    for every in ([orders(), STOCK, despatch()], [despatch(), STOCK, orders()]):
        assert recognised(every, data).name == name


@pytest.mark.parametrize("data", [b"", b"\n\n", b"nothing of this", b"\xff\xfe\x00", b'"'])
def test_what_fits_none_is_read_by_the_first(data: bytes) -> None:
    assert recognised([STOCK, orders(), despatch()], data) is STOCK


def test_a_file_with_few_of_many_columns_is_that_of_the_layout_with_few() -> None:
    table = orders_table()
    for record in table["record"]:
        record["fields"] = [field for field in record["fields"] if field.get("column") not in ("Contract", "Promotion", "Kind")]
    few = renamed(table, "few")
    assert recognised([orders(), few], ORDER).name == orders().name
    head = ORDER.split(b"\r\n")[0].decode().split(";")
    short = ";".join(name for name in head if name not in ("Contract", "Promotion", "Kind")).encode()
    assert recognised([orders(), few], short + b"\r\n").name == "few"


def test_whether_layouts_can_be_told_apart() -> None:
    assert told_apart(orders(), STOCK)
    assert told_apart(orders(), despatch())
    assert not told_apart(orders(), renamed(orders_table(), "again"))
    assert not told_apart(despatch(), despatch())


def test_the_registry_reads_by_the_layout_that_fits() -> None:
    provenance = Provenance(orders(), {}, (Choice(orders()), Choice(STOCK), Choice(despatch())))
    for data, name in ((ORDER, orders().name), (OTHER, "stock"), (ADVICE, despatch().name)):
        (interchange,) = registry.translate(data, provenance=provenance).interchanges
        assert {document.version for document in interchange.documents} == {name}
        assert all(document.verdict is Verdict.ACCEPTED for document in interchange.documents)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("ORDERS_1.csv", ["orders"]),
        ("stock.csv", ["stock"]),
        ("stock_old.csv", ["old", "stock"]),  # what says more goes first
        ("other.txt", ["any"]),
        ("", ["any"]),
    ],
)
def test_a_pattern_of_names_goes_before_any_name(name: str, chosen: list[str]) -> None:
    named = [("orders", "orders_*"), ("stock", "stock*"), ("old", "stock_old*"), ("any", "")]
    choices = tuple(Choice(renamed(orders_table(), layout_name), files) for layout_name, files in named)
    found = Provenance(choices[0].layout, {}, choices).of_file(name)
    assert [choice.layout.name for choice in found.choices] == chosen
    assert found.layout is found.choices[0].layout


def test_where_every_layout_has_a_pattern_a_strange_name_may_be_any() -> None:
    choices = (Choice(orders(), "a*"), Choice(STOCK, "b*"))
    assert Provenance(orders(), {}, choices).of_file("c").choices == choices
    single = Provenance(orders(), {}, choices[:1])
    assert single.of_file("zzz") is single
