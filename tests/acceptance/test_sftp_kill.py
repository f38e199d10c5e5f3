"""10,000 files on a partner's SFTP server, while the server is killed and started again and the gateway is killed with -9:
each file becomes one transmission, byte for byte, no order is booked twice, and the partner's folder is empty in the end.

The moments come from a seed that is printed; `KILL_SEED=<n>` draws them again. `SFTP_FILES` changes how many files there are.
"""

import asyncio
import hashlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from gateway.store.embedded import EmbeddedPostgres
from tests.acceptance.parcels import ask
from tests.acceptance.partners import SEED, x12_orders
from tests.acceptance.site import Site, fetch, new_site
from tests.servers.fixtures import provide
from tests.servers.process import wait_until
from tests.servers.sshd import SshServer

FILES = int(os.environ.get("SFTP_FILES", "10000"))
KILLS = 4
"""In turn of the server and of the gateway."""

CONFIGURATION = """
[gateway]
id = "nordic-dc"
owner = "edi"
data = "${{GATEWAY_DATA}}"
listen = "${{GATEWAY_LISTEN}}"
identities = {{ x12 = "ZZ:NORDICDC" }}

[[owner]]
id = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "${{ODOO_URL}}"
api_key = "${{ODOO_API_KEY}}"
retry = {{ first = "1s" }}

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789" }}

[[channel]]
id = "bigbox-sftp"
partner = "bigbox"
type = "sftp"
host = "127.0.0.1"
port = {port}
user = "{user}"
key = "${{file:{key}}}"
host_keys = ["{fingerprint}"]
connections = 2

[channel.inbox]
folder = "{inbox}"
complete = "renamed"
poll = "1s"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
strictness = {{ code_lists = "warn" }}
duplicates = "reject"

[[route]]
id = "orders"
document = "purchase_order"
rules = [{{ default = "warehouse.identifiers.seller", value = "east" }}]
deliver = [{{ to = "odoo", as = "sale_order" }}]
"""


@pytest.fixture
def sshd() -> Iterator[SshServer]:
    """A server of this test's own: it dies more than once."""
    yield from provide(SshServer)


@dataclass(frozen=True, slots=True)
class Remote:
    """The partner's side: its server and the folder there."""

    sshd: SshServer

    @property
    def inbox(self) -> Path:
        return self.sshd.folder / "inbox"

    def fill(self, contents: Mapping[str, bytes]) -> None:
        """Put files there, as they are when they are whole."""
        self.inbox.mkdir()
        for name, content in contents.items():
            (self.inbox / name).write_bytes(content)

    def left(self) -> int:
        """How many files lie there, claimed ones included."""
        return sum(1 for _ in os.scandir(self.inbox))

    def has_no_more_than(self, number: int) -> bool:
        """Whether so few lie there by now."""
        return self.left() <= number

    def configuration(self, file: Path) -> Path:
        """A configuration of a gateway that fetches from there."""
        terms = {"port": self.sshd.port, "user": self.sshd.user, "inbox": self.inbox, "fingerprint": self.sshd.fingerprint()}
        file.write_text(CONFIGURATION.format(**terms, key=self.sshd.folder / "client"))
        return file


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_every_file_is_picked_up_once_while_server_and_gateway_are_killed(sshd: SshServer, tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"KILL_SEED={seed}")
    remote, orders = Remote(sshd), x12_orders(range(1, FILES + 1))
    contents = {f"{number}.edi": body for number, body in orders.items()}
    remote.fill(contents)
    with new_site(environment={}, seed=SEED, config=remote.configuration(tmp_path / "routes.toml")) as site:
        began = time.monotonic()
        site.start_gateway()
        kill_in_turn(site, remote, random.Random(seed))
        wait_until(lambda: remote.left() == 0, within=90, what="an empty folder")
        print(f"all {FILES} files fetched after {time.monotonic() - began:.1f} s")
        print(f"files that came again and were recognised: {site.logged('file_recognised')}")
        audit(site, contents, set(orders))
        assert site.gateway is not None
        assert site.gateway.stop(within=15) == 0


def kill_in_turn(site: Site, remote: Remote, chance: random.Random) -> None:
    """Kill at drawn counts of files that are left, the server first, then the gateway, and so on."""
    moments = sorted(chance.sample(range(FILES // 20, FILES - FILES // 20), KILLS), reverse=True)
    print(f"kills at {moments} files left")
    for number, moment in enumerate(moments):
        wait_until(partial(remote.has_no_more_than, moment), within=90, what=f"{moment} files left")
        if number % 2:
            assert site.gateway is not None
            site.gateway.kill()
            site.start_gateway()
        else:
            remote.sshd.kill()
            remote.sshd.start()


def audit(site: Site, contents: Mapping[str, bytes], orders: set[str]) -> None:
    """Every file one transmission with its bytes, no order twice in Odoo, where they are still being booked."""
    url = EmbeddedPostgres(site.data).url
    rows = asyncio.run(ask(url, "select name, sha256 from gateway.transmission where channel = 'bigbox-sftp'"))
    times = Counter(row["name"] for row in rows)
    assert {name: count for name, count in times.items() if count != 1} == {}
    assert {row["name"]: row["sha256"] for row in rows} == {n: hashlib.sha256(body).digest() for n, body in contents.items()}
    booked = Counter(order["client_order_ref"] for order in fetch(f"{site.odoo_url}/simulator/orders"))
    assert set(booked) <= orders
    assert set(booked.values()) == {1}
