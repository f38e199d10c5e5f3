"""Parties, and peers that are not ours: `openssl cms` with curl, and npm's libas2. Keys and processes last for the session."""

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from tests.interop.as2 import client, openssl
from tests.interop.as2.node_peer import NodePeer
from tests.interop.as2.parties import Parties, make_parties
from tests.interop.as2.server import PartnerServer
from tests.servers.process import ServerMissing

Program = TypeVar("Program")


def provide(start: Callable[[], Program]) -> Program:
    """What it makes; the test is skipped with the remedy when a program is missing, and fails where nothing may be skipped."""
    try:
        return start()
    except ServerMissing as missing:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Parties:
    folder = tmp_path_factory.mktemp("identities")
    provide(openssl.program)
    provide(client.program)
    return make_parties(folder)


@pytest.fixture(scope="session")
def libas2() -> Iterator[NodePeer]:
    with provide(NodePeer) as peer:
        yield peer


@pytest.fixture(scope="session")
def shared_server(parties: Parties) -> Iterator[PartnerServer]:
    with PartnerServer(parties.them, parties.us) as server:
        yield server


@pytest.fixture
def partner(shared_server: PartnerServer) -> PartnerServer:
    """The partner's server, with nothing left of the test before."""
    shared_server.reset()
    return shared_server
