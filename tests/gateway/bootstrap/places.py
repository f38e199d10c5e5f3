"""Configurations on loopback for the wiring: a folder of their own, servers where a test says."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.bootstrap import Settings, settings
from tests.servers.process import free_port

ROUTES = Path(__file__).parents[3] / "routes.toml"


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """What `routes.toml` asks of the environment."""
    return {
        "GATEWAY_DATA": str(folder),
        "GATEWAY_LISTEN": f"127.0.0.1:{free_port()}",
        "ODOO_URL": f"http://127.0.0.1:{free_port()}",
        "ODOO_LOGIN": "gateway",
        "ODOO_API_KEY": "demo",
        "DATABASE_URL": "",
        "AMQP_URL": "",
        **changes,
    }


def made(folder: Path, *, roles: tuple[str, ...] = (), environ: Mapping[str, str] | None = None, **changes: str) -> Settings:
    """The settings of a gateway in this folder."""
    return settings(str(ROUTES), environ or environment(folder, **changes), roles=roles)


SMALL = """\
[gateway]
id = "us"
owner = "edi"
identities = { x12 = "ZZ:US" }
data = "${GATEWAY_DATA}"
database_url = "${DATABASE_URL}"

[[owner]]
id = "edi"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }
"""


def small(folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a configuration with one partner and nothing else, over this database: it is read in a moment."""
    monkeypatch.setenv("GATEWAY_DATA", str(folder / "data"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    path = folder / "routes.toml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says anything, as a server that hangs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        yield listening.getsockname()[1]
