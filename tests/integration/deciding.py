"""Traffic of a few days, two configurations that decide about it, and a gateway that does nothing but decide."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.config import Snapshot, load
from gateway.ports import Handover
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive import pieces, transmission_row
from gateway.store.database import Database
from gateway.store.decisions import Traffic
from gateway.store.work import PostgresWork
from gateway.system import TimeOrderedIds
from tests.integration.harness import running
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange, order_850
from translators import registry

BEFORE = """\
[gateway]
id = "nordic-dc"
owner = "edi"
identities = {{ x12 = "ZZ:NORDICDC", edifact = "5790000000012:14" }}
data = "{data}"
database_url = "${{DATABASE_URL:-}}"

[[owner]]
id = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:1"
database = "odoo"
login = "gateway"
api_key = "${{KEY:-demo}}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789" }}

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "{data}/bigbox/in"
outbox = "{data}/bigbox/out"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]
strictness = {{ code_lists = "warn" }}
duplicates = "ignore"

[[agreement]]
id = "bigbox-850-out"
partner = "bigbox"
direction = "out"
document = "purchase_order"
format = "x12/004010/850"
channel = "bigbox-folder"

[[partner]]
id = "nordmart"
owner = "edi"
identities = {{ edifact = "5798000000025:14" }}

[[channel]]
id = "nordmart-folder"
partner = "nordmart"
type = "folder"
inbox = "{data}/nordmart/in"
outbox = "{data}/nordmart/out"

[[agreement]]
id = "nordmart-orders"
partner = "nordmart"
direction = "in"
document = "purchase_order"
format = "edifact/D.96A/ORDERS"
acknowledge = ["CONTRL"]
strictness = {{ code_lists = "warn", check_digits = "warn" }}

[[table]]
id = "sku"
file = "sku.csv"

[[route]]
id = "large"
document = "purchase_order"
partner = "bigbox"
when = "size(order.lines) > 5"
rules = [{{ set = "warehouse.identifiers.seller", value = "bulk" }}]
deliver = [{{ to = "odoo", as = "sale_order" }}]

[[route]]
id = "bigbox-orders"
document = "purchase_order"
partner = "bigbox"
rules = [
  {{ map = "lines[].item.identifiers.seller", from = "lines[].item.identifiers.seller", table = "sku", otherwise = "keep" }},
  {{ default = "warehouse.identifiers.seller", value = "east" }},
]
deliver = [{{ to = "odoo", as = "sale_order" }}]

[[route]]
id = "nordmart-orders"
document = "purchase_order"
partner = "nordmart"
deliver = [{{ to = "odoo", as = "sale_order" }}]
"""
_NEW = (
    ("size(order.lines) > 5", "size(order.lines) > 3"),
    ('value = "east"', 'value = "west"'),
    ('strictness = {{ code_lists = "warn", check_digits = "warn" }}', 'strictness = {{ code_lists = "error" }}'),
    ('acknowledge = ["CONTRL"]', "acknowledge = []"),
    ('format = "x12/004010/850"\nchannel', 'format = "x12/005010/850"\nchannel'),
    ('duplicates = "ignore"', 'duplicates = "reject"'),
    ('partner = "nordmart"\ndeliver = [', 'partner = "nordmart"\nwhen = "order.currency == \\"GBP\\""\ndeliver = ['),
)
SKU = {"before": "theirs,ours\nWIDGET-0001,W1\nWIDGET-0002,W2\n", "after": "theirs,ours\nWIDGET-0001,W1\nWIDGET-0002,W-TWO\n"}


def configured(folder: Path, name: str) -> Path:
    """The file of the configuration `before` or `after` a change."""
    place = folder / name
    place.mkdir()
    text = BEFORE
    for old, new in _NEW if name == "after" else ():
        assert old in text, old
        text = text.replace(old, new)
    (place / "routes.toml").write_text(text.format(data=folder / "data"), encoding="utf-8")
    (place / "sku.csv").write_text(SKU[name], encoding="utf-8")
    return place / "routes.toml"


@dataclass(frozen=True)
class Arriving:
    """Bytes on their way to the gateway."""

    channel: str
    partner: str
    body: bytes


def traffic(count: int) -> Iterator[Arriving]:
    """So many messages of the kinds that come: good ones, repeated ones, faulty ones, some that nobody can read, our own."""
    for number in range(count):
        yield _KINDS[number % len(_KINDS)](number)


def _bigbox(body: bytes) -> Arriving:
    return Arriving("bigbox-folder", "bigbox", body)


def _x12(number: int, lines: int = 2) -> bytes:
    return order_850(
        control_number=number + 1, order_number=f"PO-{number}", lines=lines, sender="01:123456789", receiver="ZZ:NORDICDC"
    )


def _edifact(number: int) -> bytes:
    control, order = str(number + 1), f"N-{number}"
    return order_edifact(sender="5798000000025", receiver="5790000000012", lines=2, control_number=control, order_number=order)


def our_order(number: int) -> bytes:
    """An order of ours as a service publishes it."""
    canonical = registry.translate(_x12(number)).interchanges[0].documents[0].canonical
    assert canonical is not None
    return canonical.to_json().replace(b'"PO-', b'"OUR-')


def _two(number: int) -> bytes:
    sets = [body_850(order_number=f"T-{number}-{n}", lines=n + 3, reference=f"{n:04}") for n in (1, 2)]
    return interchange(sets, control_number=number + 1)


_KINDS: Sequence[Callable[[int], Arriving]] = (
    lambda n: _bigbox(_x12(n)),
    lambda n: _bigbox(_x12(n, lines=4)),
    lambda n: _bigbox(_x12(n, lines=6)),
    lambda n: _bigbox(_two(n)),
    lambda n: _bigbox(_x12(n - 4)),  # the same file again
    lambda n: _bigbox(_x12(n).replace(b"BEG*00*", b"BEG**")),
    lambda n: _bigbox(_x12(n).replace(b"*EA*", b"*QQ*", 1)),  # a code that no list has
    lambda n: _bigbox(_x12(n).replace(f"PO-{n}*".encode(), f"PO-{n - 7}*".encode())),  # an order that came before
    lambda n: Arriving("nordmart-folder", "nordmart", _edifact(n)),
    lambda n: Arriving("nordmart-folder", "nordmart", _edifact(n).replace(b"GBP", b"EUR")),
    lambda n: Arriving("nordmart-folder", "nordmart", _edifact(n).replace(b":PCE'", b":QQQ'", 1)),
    lambda n: _bigbox(f"this is no document {n}".encode()),
    lambda n: Arriving(OUTBOUND, "bigbox", our_order(n)),
    lambda n: _bigbox(_x12(n).replace(b"01*123456789      ", b"01*999999999      ")),  # a sender that nobody knows
)


async def decide(url: str, database: Database, configuration: Snapshot, arriving: Sequence[Arriving]) -> None:
    """Let a gateway decide about traffic, in its order."""
    new_id, work = TimeOrderedIds(), PostgresWork(database)
    async with running(url, database, configuration) as gateway:  # type: ignore[arg-type]
        for start in range(0, len(arriving), 100):
            page = {new_id(): one for one in arriving[start : start + 100]}
            handed = [Handover(given, one.channel, one.partner, "f", one.body) for given, one in page.items()]
            bodies = [piece for one in handed for piece in pieces(one.id, one.body)]
            await work.receive([transmission_row(one) for one in handed], bodies)
            await gateway.translate.handle(list(page))


def lately() -> Traffic:
    """All that came today."""
    return Traffic(datetime.now(UTC) - timedelta(hours=12), datetime.now(UTC) + timedelta(hours=1))


def snapshot(path: Path) -> Snapshot:
    """A configuration of these."""
    return load(path, {})
