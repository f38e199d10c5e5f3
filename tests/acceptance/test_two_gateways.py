"""Two gateways that trade over AS2: orders one way, receipts and 997 the other, each of them killed in between.

What the sender's ledger says at the end is compared with what the receiver holds: every order there once, acknowledged once.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.acceptance.site import Site
from tests.servers.process import wait_until
from tests.translators.x12.orders import order_850
from translators import registry

ORDERS = 40


@dataclass(frozen=True)
class Trader:
    """One side: its names, and what it does with orders."""

    id: str
    as2: str
    x12: str
    other: str
    agreement: str


BUYER = Trader(
    "buyer", "BUYER-AS2", "ZZ:BUYER", "seller",
    'direction = "out"\nchannel = "seller-as2"\nexpect = [{ ack = "997", within = "1h" }, { receipt = "mdn", within = "10m" }]',
)  # fmt: skip
SELLER = Trader("seller", "SELLER-AS2", "ZZ:SELLER", "buyer", 'direction = "in"\nacknowledge = ["997"]')

CONFIGURATION = """
[gateway]
id = "{me.id}"
owner = "edi"
identities = {{ x12 = "{me.x12}", as2 = "{me.as2}" }}
data = "${{GATEWAY_DATA}}"
listen = "${{GATEWAY_LISTEN}}"

[gateway.as2]
url = "http://127.0.0.1:{port}/as2"
keys = [{{ certificate = "{me.id}.pem", key = "${{file:{folder}/{me.id}.key}}" }}]

[[owner]]
id = "edi"
notify = ["mail:edi@example.com"]

[[partner]]
id = "{them.id}"
owner = "edi"
identities = {{ x12 = "{them.x12}", as2 = "{them.as2}" }}

[[channel]]
id = "{them.id}-as2"
partner = "{them.id}"
type = "as2"
url = "http://127.0.0.1:{other_port}/as2"
certificates = ["{them.id}.pem"]
mdn = "{mdn}"
receipt_hosts = ["127.0.0.1"]

[[agreement]]
id = "orders"
partner = "{them.id}"
document = "purchase_order"
format = "x12/004010/850"
{me.agreement}
"""


def make_key(folder: Path, name: str) -> None:
    """A key and its self-signed certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    certificate = made.not_valid_after(now + timedelta(days=300)).sign(key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    (folder / f"{name}.key").chmod(0o600)


@contextmanager
def traders(mdn: str) -> Iterator[tuple[Site, Site]]:
    """Buyer and seller, configured and not started."""
    with TemporaryDirectory(prefix="edi-traders-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        sites = []
        for trader in (BUYER, SELLER):
            (folder / trader.id).mkdir(mode=0o755)
            sites.append(Site(folder / trader.id, environment={}, seed={}, config=folder / f"{trader.id}.toml"))
            make_key(folder, trader.id)
        buyer, seller = sites
        for me, them, here, there in ((BUYER, SELLER, buyer, seller), (SELLER, BUYER, seller, buyer)):
            text = CONFIGURATION.format(me=me, them=them, port=here.port, other_port=there.port, folder=folder, mdn=mdn)
            here.config.write_text(text)
        try:
            yield buyer, seller
        finally:
            buyer.stop()
            seller.stop()


def orders() -> bytes:
    """Canonical orders, one a line."""
    lines = []
    for number in range(1, ORDERS + 1):
        data = order_850(sender="ZZ:A", receiver="ZZ:B", control_number=1, order_number=f"PO-{number}")
        canonical = registry.translate(data).interchanges[0].documents[0].canonical
        assert canonical is not None
        lines.append(canonical.to_json())
    return b"\n".join(lines)


def records(site: Site, *words: str) -> list[dict[str, Any]]:
    """What a command lists."""
    return list(json.loads(site.run(*words, "-o", "json")))


def held(seller: Site) -> list[str]:
    """The order numbers that the seller has accepted."""
    listed = records(seller, "messages", "type:850", "--limit", "1000")
    return sorted(str(message["keys"]["order"]) for message in listed)


def states(buyer: Site) -> list[tuple[str, str]]:
    """Kind and state of every expectation."""
    return sorted((row["kind"], row["state"]) for row in records(buyer, "acks", "list", "--limit", "1000"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mdn", ["sync", "async"])
def test_every_order_arrives_once_and_is_acknowledged_once_whoever_is_killed(mdn: str) -> None:
    with traders(mdn) as (buyer, seller):
        buyer.start_gateway()
        seller.start_gateway()
        file = buyer.folder / "orders.jsonl"
        file.write_bytes(orders())
        buyer.run("publish", str(file), "--to", "seller")

        wait_until(lambda: len(held(seller)) > ORDERS // 6, within=60, what="the first orders at the seller")
        assert buyer.gateway is not None
        buyer.gateway.kill()
        buyer.start_gateway()
        wait_until(lambda: len(held(seller)) > ORDERS // 3, within=60, what="more orders at the seller")
        assert seller.gateway is not None
        seller.gateway.kill()
        seller.start_gateway()

        wait_until(lambda: len(held(seller)) >= ORDERS, within=90, what="all orders at the seller")
        done = [("997", "accepted")] * ORDERS + [("MDN", "accepted")] * ORDERS
        wait_until(lambda: states(buyer) == done, within=120, what="all receipts and acknowledgements")
        assert held(seller) == sorted(f"PO-{number}" for number in range(1, ORDERS + 1))
