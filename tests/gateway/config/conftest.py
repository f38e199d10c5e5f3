"""A small configuration without a fault, and a way to put one into it."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROUTES = """\
[gateway]
id = "gw"
owner = "edi"
identities = { x12 = "ZZ:US", edifact = "5790000000012:14" }

[[owner]]
id = "edi"

[[owner]]
id = "sales"
next = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "http://odoo"
api_key = "${ODOO_KEY}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
outbox = "out"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]
strictness = { code_lists = "warn" }

[[table]]
id = "sku"
file = "sku.csv"

[[route]]
id = "orders"
document = "purchase_order"
partner = "bigbox"
when = 'order.number != ""'
rules = [
  { map = "lines[].item.identifiers.seller", from = "lines[].item.identifiers.buyer", table = "sku" },
  { default = "warehouse.name", value = "east" },
  { require = "requested_delivery", otherwise = "failure:sales" },
]
deliver = [{ to = "odoo", as = "sale_order", sequence = "number" }]
"""

ENVIRON = {"ODOO_KEY": "secret-key"}

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a configuration with its files, by default one without a fault, and gives its path."""

    def write(routes: str = ROUTES, **files: str) -> Path:
        contents = {"routes.toml": routes, "sku.csv": "theirs,ours\nA1,X1\n"} | {
            name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()
        }
        for name, text in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "routes.toml"

    return write
