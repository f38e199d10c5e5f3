"""The page about mapping: an example that can be loaded, the tables that there are, the rights that doctor asks for."""

import re
from pathlib import Path

import pytest

from gateway.applications.odoo import OdooApplication
from gateway.applications.odoo.reading import PACKAGINGS, for_lookups, for_tables
from gateway.applications.odoo.reference import READ
from gateway.config import load
from gateway.config.applications.odoo_tables import KINDS
from gateway.domain.application import OdooConnection
from gateway.domain.lookup import FIELDS
from gateway.domain.odoo_actions import ACTIONS
from gateway.domain.odoo_tables import Tables

PAGE = (Path(__file__).parents[3] / "docs/how-to/odoo-mapping.md").read_text(encoding="utf-8")
FRAME = """
[gateway]
id = "gw"
owner = "edi"
identities = { x12 = "ZZ:US" }

[[owner]]
id = "edi"

[[owner]]
id = "sales"
"""
WMS = '{ to = "wms-east", as = "order" }'


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of a table by what stands in their first column, in backticks or not."""
    part = PAGE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")]
    return {cells[0].strip("`"): cells[1:] for cells in found}


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    text = FRAME + "".join(blocks).replace(f", {WMS}", "")
    for name in ("bigbox-sku", "packs"):
        text += f'\n[[table]]\nid = "{name}"\nfile = "{name}.csv"\n'
    (tmp_path / "bigbox-sku.csv").write_text("theirs,ours\nbigbox/A,B\n", encoding="utf-8")
    (tmp_path / "packs.csv").write_text("what,pieces\nANVIL/CS,12\n", encoding="utf-8")
    path = tmp_path / "routes.toml"
    path.write_text(text, encoding="utf-8")
    snapshot = load(path, {"ODOO_KEY": "k"})
    assert len(snapshot.routes[0].rules) == 3


def test_what_check_accepts_is_what_the_connector_makes() -> None:
    assert set(ACTIONS) == set(OdooApplication("odoo", OdooConnection("http://127.0.0.1:9", "odoo", "edi", "key"))._actions)


def test_every_table_is_on_the_page() -> None:
    assert set(KINDS) <= set(rows("Tables"))


@pytest.mark.parametrize("record", list(FIELDS))
def test_every_field_of_a_lookup_is_on_the_page(record: str) -> None:
    said = rows("Lookups: what Odoo knows, in the document")[record][1]
    assert set(re.findall(r"`(\w+)`", said)) == set(FIELDS[record])  # type: ignore[index]


@pytest.mark.parametrize("record", list(READ))
def test_the_rights_of_lookups_are_those_that_are_asked_for(record: str) -> None:
    said = rows("Rights")[f'record = "{record}"'][0]
    assert {model for model, _ in for_lookups([record])} == set(said.split(", "))  # type: ignore[list-item]


def test_the_rights_of_tables_are_those_that_are_asked_for() -> None:
    said = rows("Rights")
    for kind in ("carriers", "payment_terms", "taxes", "warehouses", "pricelists"):
        tables = Tables(**{kind: {"x": "a.b"}})  # type: ignore[arg-type]
        assert [model for model, _ in for_tables(tables)] == said[kind]
    assert for_tables(Tables(units={"CS": "packaging:Case"})) == [(PACKAGINGS, "the table of units")]
    assert PACKAGINGS in str(said["packaging:…`, up to Odoo 18"])
    assert for_tables(Tables()) == []
