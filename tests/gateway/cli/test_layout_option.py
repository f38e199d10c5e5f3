"""`--layout`: flat files tried by a layout before a gateway knows of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.translators.flatfile.samples import DESPATCH_LINES, PAGE, csv, fixed, order_row


@pytest.fixture
def layouts(tmp_path: Path) -> Path:
    """The two layouts of the how-to page as files."""
    for name, block in zip(("orders", "despatch"), PAGE.read_text(encoding="utf-8").split("```toml\n")[1:], strict=True):
        (tmp_path / f"{name}.toml").write_text(block.partition("```")[0], encoding="utf-8")
    return tmp_path


def test_a_flat_file_is_translated_by_its_layout(invoke: Callable, layouts: Path) -> None:
    result = invoke("translate", "--layout", str(layouts / "orders.toml"), "-", stdin=csv(order_row(), order_row(OrderNo="4712")))
    assert result.status == 0, result.err
    first, second = map(json.loads, result.out.splitlines())
    assert (first["document"], first["version"], first["control_number"]) == ("purchase_order", "nordmart-orders", "4711")
    assert second["canonical"]["lines"][0]["quantity"] == {"value": "100", "unit": "EA"}


def test_what_is_wrong_in_a_flat_file_is_listed(invoke: Callable, layouts: Path) -> None:
    data = csv(order_row(), order_row(OrderNo="4712", Quantity="x"))
    result = invoke("validate", "--layout", str(layouts / "orders.toml"), "-", "-o", "json", stdin=data)
    assert result.status == 5
    (record,) = json.loads(result.out)
    assert (record["family"], [each["valid"] for each in record["documents"]]) == ("flat", [True, False])
    (finding,) = record["findings"]
    assert (finding["code"], finding["position"], finding["element"]) == ("element-not-numeric", 3, 15)


def test_a_valid_flat_file_says_so(invoke: Callable, layouts: Path) -> None:
    result = invoke("validate", "--layout", str(layouts / "despatch.toml"), "-", stdin=fixed(*DESPATCH_LINES))
    assert result.status == 0, result.out + result.err
    assert "despatch_advice wms-despatch D-1: valid" in result.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("document = ", "no TOML"),
        ('document = "purchase_ordr"', 'did you mean "purchase_order"?'),
        ('document = "purchase_order"\nform = "delimited"', "describes no record"),
        (None, "cannot read it"),
    ],
)
def test_a_layout_that_cannot_be_used_is_explained(text: str | None, says: str, invoke: Callable, tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    for command in ("translate", "validate"):
        result = invoke(command, "--layout", str(path), "-", stdin=b"x")
        assert result.status == 78
        assert says in result.err
        assert "layout.toml" in result.err


def test_canonical_json_is_a_format_like_any_other(invoke: Callable) -> None:
    order = {"schema": "purchase_order/1", "number": "1", "lines": [{"item": {"name": "x"}, "quantity": {"value": "5"}}]}
    result = invoke("translate", "-", stdin=json.dumps([order, order]).encode())
    assert result.status == 0, result.err
    assert [json.loads(line)["canonical"] for line in result.out.splitlines()] == [order, order]
