"""A configuration with two regions, and partners with and without one."""

from collections.abc import Mapping

ROUTES = """\
[gateway]
id = "gw"
owner = "edi"
identities = { x12 = "ZZ:US", as2 = "US" }
data = "data"
database_url = "${OWN_URL:-}"
database_read_url = "${OWN_READ_URL:-}"
amqp_urls = "${OWN_AMQP:-}"

[[owner]]
id = "edi"

[[region]]
id = "eu"
database_url = "${EU_URL:-}"
url = "https://eu.edi.nordic.example/"
backup = "backups/eu"

[[region]]
id = "ca"
database_url = "${CA_URL:-}"
amqp_urls = "${CA_AMQP:-}"
virtual_host = "ca"
data = "elsewhere"
listen = "127.0.0.1:8099"

[[application]]
id = "odoo"
type = "odoo"
url = "http://odoo"
api_key = "${ODOO_KEY}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[partner]]
id = "nordmart"
owner = "edi"
region = "eu"
identities = { x12 = "ZZ:NORDMART" }

[[partner]]
id = "maple"
owner = "edi"
region = "ca"
identities = { x12 = "ZZ:MAPLE" }

[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${TOKEN}"]

[[channel]]
id = "nordmart-http"
partner = "nordmart"
type = "http"
token_hashes = ["${TOKEN}"]

[[channel]]
id = "maple-folder"
partner = "maple"
type = "folder"
inbox = "maple/in"
outbox = "maple/out"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"

[[agreement]]
id = "nordmart-850"
partner = "nordmart"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"

[[agreement]]
id = "maple-850"
partner = "maple"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"

[[route]]
id = "nordmart-orders"
partner = "nordmart"
agreement = "nordmart-850"
deliver = [{ to = "odoo", as = "sale_order" }]

[[route]]
id = "orders"
document = "purchase_order"
deliver = [{ to = "odoo", as = "sale_order" }]
"""

ENVIRON: Mapping[str, str] = {
    "ODOO_KEY": "key",
    "TOKEN": "sha256:" + 64 * "a",
    "OWN_URL": "postgresql://edi@own/edi",
    "EU_URL": "postgresql://edi@eu/edi",
    "CA_URL": "postgresql://edi@ca/edi",
}


def with_more(*tables: str) -> str:
    """The configuration with more tables."""
    return "\n".join((ROUTES, *tables))
