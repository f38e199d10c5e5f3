"""A CSV file in a partner's folder: the order in Odoo; and one with a bad row: the finding, and whose failure it is."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.partners import SEED
from tests.acceptance.site import ROOT, Site, new_site
from tests.gateway.config.flat_orders import HEADER, LAYOUT
from tests.servers.process import wait_until
from tests.translators.edifact.orders import check_digit

BUYER = check_digit("579000000002")
ROUTES = """
[[partner]]
id = "kiosk"
name = "Kiosk Chain"
owner = "sales"
identities = {}

[[channel]]
id = "kiosk-folder"
partner = "kiosk"
type = "folder"
inbox = "${GATEWAY_DATA:-var}/partners/kiosk/inbox"
settle = "100ms"

[[agreement]]
id = "kiosk-orders"
partner = "kiosk"
direction = "in"
document = "purchase_order"
format = "flat/csv-orders/purchase_order"

[[route]]
id = "kiosk-orders"
document = "purchase_order"
partner = "kiosk"
rules = [{ default = "currency", value = "GBP" }]
deliver = [{ to = "odoo", as = "sale_order", sequence = "number" }]
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with a partner who sends CSV files."""
    folder = tmp_path_factory.mktemp("config")
    for name in ("partners", "tables", "environments"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "layouts").mkdir()
    (folder / "layouts" / "csv-orders.toml").write_text(LAYOUT.replace("identifiers.buyer", "identifiers.seller"))
    (folder / "partners" / "kiosk.toml").write_text(ROUTES)
    shutil.copy(ROOT / "routes.toml", folder)
    return folder / "routes.toml"


@pytest.fixture(scope="module")
def site(config: Path) -> Iterator[Site]:
    with new_site(environment={}, seed=SEED, config=config) as site:
        site.start_gateway()
        yield site


def dropped(site: Site, name: str, text: str) -> None:
    """A file that the partner puts into its folder."""
    (site.box("kiosk", "inbox") / name).write_text(text)


def messages(site: Site, *query: str) -> list[dict[str, Any]]:
    """What support staff see."""
    found: list[dict[str, Any]] = json.loads(site.run("messages", *query, "-o", "json"))
    return found


def test_a_csv_order_becomes_a_purchase_order_in_odoo(site: Site) -> None:
    rows = f"K-1;20.11.2026;{BUYER};1;SKU-00001;12\nK-1;20.11.2026;{BUYER};2;SKU-00002;3\n"
    dropped(site, "orders.csv", HEADER + rows)

    wait_until(lambda: bool(messages(site, "partner:kiosk", "state:delivered")), within=30, what="the order in Odoo")

    (message,) = messages(site, "partner:kiosk", "order:K-1", "direction:in")
    assert (message["name"], message["channel"], message["type"]) == ("purchase_order", "kiosk-folder", "purchase_order")


def test_a_bad_row_becomes_a_finding_and_a_failure_of_the_partners_owner(site: Site) -> None:
    dropped(site, "bad.csv", f"{HEADER}K-2;20.11.2026;{BUYER};1;SKU-00001;twelve\n")

    wait_until(lambda: bool(messages(site, "partner:kiosk", "state:rejected")), within=30, what="the refusal")

    (message,) = messages(site, "partner:kiosk", "state:rejected")
    told = site.run("message", message["id"])
    assert "twelve" in told
    assert "sales" in told
    assert not messages(site, "partner:kiosk", "order:K-2", "state:delivered")
