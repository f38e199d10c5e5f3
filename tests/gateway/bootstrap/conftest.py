"""Folders that the user of the embedded server may enter, and one such server for the module."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.embedded import EmbeddedPostgres
from tests.servers.postgres import binaries
from tests.servers.process import ServerMissing


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may enter, as `/var/lib` is."""
    with tempfile.TemporaryDirectory(prefix="edi-wiring-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def embedded() -> Iterator[Path]:
    """The data folder of an embedded server that runs while the tests of this module do."""
    try:
        binaries()
    except ServerMissing as missing:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    folder = Path(tempfile.mkdtemp(prefix="edi-wiring-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder)
    server.start()
    yield folder
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
