"""Configurations that were in force: kept with secrets as references, built again, or refused for what has changed."""

import json
from pathlib import Path

import pytest

from gateway.config import archived, load, rebuilt
from gateway.config.archive import _kept, _unpacked
from gateway.config.load import ConfigurationRefused
from gateway.errors import ConfigurationInvalid

ENVIRON = {"ODOO_URL": "http://odoo.example", "ODOO_API_KEY": "a-secret-key", "PLACE": "east"}
MAIN = """
include = ["partners/*.toml"]
[gateway]
id = "hub"
owner = "edi"
identities = { x12 = "ZZ:HUB" }
[[owner]]
id = "edi"
[[application]]
id = "odoo"
type = "odoo"
url = "${ODOO_URL}"
api_key = "${ODOO_API_KEY}"
owner = "edi"
[[table]]
id = "sku"
file = "tables/sku.csv"
[[route]]
id = "orders"
document = "purchase_order"
rules = [
  { map = "lines[].item.identifiers.seller", from = "lines[].item.identifiers.buyer", table = "sku", otherwise = "keep" },
  { default = "warehouse.identifiers.seller", value = "${PLACE}" },
]
deliver = [{ to = "odoo", as = "sale_order" }]
"""
PARTNER = """
[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }
[[channel]]
id = "bigbox-folder"
type = "folder"
partner = "bigbox"
inbox = "in"
[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("partners", "tables", "environments", "certs"):
        (tmp_path / name).mkdir()
    (tmp_path / "routes.toml").write_text(MAIN)
    (tmp_path / "partners" / "bigbox.toml").write_text(PARTNER)
    (tmp_path / "tables" / "sku.csv").write_text("theirs,ours\nA,SKU-1\n")
    (tmp_path / "environments" / "test.toml").write_text('[[application]]\nid = "odoo"\ndatabase = "trial"\n')
    return tmp_path


def kept(folder: Path, **environ: str) -> dict[str, object]:
    """The configuration of a folder, as the database keeps it."""
    known = {**ENVIRON, **environ}
    digest = load(folder / "routes.toml", known).digest
    document: dict[str, object] = json.loads(archived(folder / "routes.toml", known, digest=digest).document())
    return document


class TestKept:
    def test_all_its_files_and_none_of_its_secrets(self, folder: Path) -> None:
        document = kept(folder, GATEWAY_ENVIRONMENT="test")
        assert isinstance(document["files"], dict)
        assert sorted(document["files"]) == ["environments/test.toml", "partners/bigbox.toml", "routes.toml", "tables/sku.csv"]
        assert "a-secret-key" not in json.dumps(document)
        assert "${ODOO_API_KEY}" in document["files"]["routes.toml"]
        assert document["environment"] == "test"

    def test_one_with_errors_is_not_kept(self, folder: Path) -> None:
        (folder / "routes.toml").write_text(MAIN.replace('owner = "edi"\nidentities', 'owner = "nobody"\nidentities'))
        with pytest.raises(ConfigurationRefused):
            archived(folder / "routes.toml", ENVIRON, digest="d")

    def test_bytes_that_are_no_text_come_back_as_they_were(self, folder: Path) -> None:
        for content in (b"\xff\xfe", b"a\x00b", b"base64:x", "ä".encode(), b""):
            assert _unpacked(_kept(content)) == content


class TestBuiltAgain:
    def test_it_decides_as_it_did_although_the_files_have_changed(self, folder: Path) -> None:
        document = kept(folder)
        before = load(folder / "routes.toml", ENVIRON)
        (folder / "routes.toml").write_text(MAIN.replace('id = "orders"', 'id = "others"'))
        (folder / "partners" / "bigbox.toml").unlink()
        (folder / "partners" / "newcomer.toml").write_text(
            PARTNER.replace("bigbox", "newcomer").replace("123456789", "987654321")
        )
        (folder / "tables" / "sku.csv").write_text("theirs,ours\nA,SKU-2\n")
        (folder / "environments" / "development.toml").write_text('[[application]]\nid = "odoo"\ndatabase = "other"\n')
        again = rebuilt(document, folder, ENVIRON)
        assert again.digest == before.digest
        assert [route.id for route in again.routes] == ["orders"]
        assert set(again.partners) == {"bigbox"}
        assert again.tables["sku"] == before.tables["sku"]
        assert again.partnerships.agreements == before.partnerships.agreements

    def test_other_secrets_are_no_other_configuration(self, folder: Path) -> None:
        document = kept(folder)
        assert "odoo" in rebuilt(document, folder, {**ENVIRON, "ODOO_API_KEY": "a-new-key"}).applications

    def test_nor_are_other_addresses_of_servers(self, folder: Path) -> None:
        document = kept(folder)
        assert rebuilt(document, folder, {**ENVIRON, "ODOO_URL": "http://moved.example"}).digest == document["digest"]

    def test_what_came_from_the_environment_must_be_as_it_was(self, folder: Path) -> None:
        document = kept(folder)
        with pytest.raises(ConfigurationInvalid, match="would not decide as it did") as refused:
            rebuilt(document, folder, {**ENVIRON, "PLACE": "west"})
        assert "Replay with the present configuration" in refused.value.remedy

    def test_what_cannot_be_built_says_why(self, folder: Path) -> None:
        document = kept(folder)
        without = {name: value for name, value in ENVIRON.items() if name != "ODOO_API_KEY"}
        with pytest.raises(ConfigurationInvalid, match="ODOO_API_KEY"):
            rebuilt(document, folder, without)

    def test_one_of_which_only_the_digest_is_known_is_refused(self, folder: Path) -> None:
        with pytest.raises(ConfigurationInvalid, match="only its digest is known"):
            rebuilt({"digest": "700f5f23c6d3"}, folder, ENVIRON)

    def test_files_outside_of_the_folder_cannot_be_put_back(self, folder: Path) -> None:
        document = kept(folder)
        assert isinstance(document["files"], dict)
        document["files"]["../shared.csv"] = "theirs,ours\n"
        with pytest.raises(ConfigurationInvalid, match="outside of its folder"):
            rebuilt(document, folder, ENVIRON)
        assert not (folder.parent / "shared.csv").exists()

    def test_certificates_are_found_where_they_are_now(self, folder: Path) -> None:
        document = kept(folder)
        (folder / "certs" / "late.pem").write_text("x")
        assert rebuilt(document, folder, ENVIRON).digest == document["digest"]
        assert (folder / "certs" / "late.pem").read_text() == "x"
