"""A partner who sends orders as CSV files: its layout, its agreement, and a file."""

from tests.gateway.config.conftest import ROUTES

LAYOUT = """\
name = "csv-orders"
document = "purchase_order"
form = "delimited"
delimiter = ";"
header = true

[[record]]
name = "order"
begins = "document"
group_by = ["Order"]
into = "lines"
fields = [
  { column = "Order", to = "number", mandatory = true },
  { column = "Date", to = "issued", format = "DD.MM.YYYY", mandatory = true },
  { column = "Buyer", to = "buyer.identifiers.gln" },
  { column = "Line", to = "lines[].number", mandatory = true },
  { column = "Article", to = "lines[].item.identifiers.buyer" },
  { column = "Quantity", to = "lines[].quantity.value", mandatory = true },
]
"""
HEADER = "Order;Date;Buyer;Line;Article;Quantity\n"
ORDERS = (
    f"{HEADER}4711;20.11.2026;5790000000029;1;A1;12\n4711;20.11.2026;5790000000029;2;A2;3\n4712;21.11.2026;5790000000029;1;A1;7\n"
)
AGREEMENT = """
[[agreement]]
id = "csv"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "flat/csv-orders/purchase_order"
"""
JSON_AGREEMENT = """
[[agreement]]
id = "json"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "json/purchase_order"
"""
LAYOUTS = {"layouts__csv-orders_dot_toml": LAYOUT}
FLAT = ROUTES + AGREEMENT
