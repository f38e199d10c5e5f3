"""An SFTP inbox of our own: partners push to OpenSSH, each shut into its home, and the folder channel takes the files there."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.channels.folder import FolderInbound, FolderOutbound, InboundFolder, Pace
from gateway.ports import Parcel
from tests.gateway.channels.fakes import Counts, FakeIntake, Told
from tests.integration.sftp_sites import RealTime
from tests.servers.sshd import SshServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """A partner's home as the documentation describes it: nobody but root may write to it, only to what is in it."""
    if os.geteuid() != 0:
        pytest.skip("only root may shut a login into a folder. Remedy: run this test as root, as in a container")
    folder = Path(tempfile.mkdtemp(prefix="edi-home-", dir="/run"))  # each folder above must be root's alone
    folder.chmod(0o755)
    for box in ("inbox", "outbox"):
        (folder / box).mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shut_in(home: Path) -> Iterator[SshServer]:
    # The configuration that docker-compose.yml mounts, but for the login being that of whoever runs the tests.
    server = SshServer(f"ChrootDirectory {home}", "PermitRootLogin prohibit-password", configuration=ROOT / "sshd_config")
    try:
        server.start()
        yield server
    finally:
        server.remove()


def sftp(server: SshServer, *commands: str) -> subprocess.CompletedProcess[str]:
    words = server.client("sftp", "-q", "-b", "-")
    return subprocess.run(words, input="\n".join(commands), capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.optional
async def test_what_a_partner_puts_is_taken_and_what_we_leave_it_gets(shut_in: SshServer, home: Path, tmp_path: Path) -> None:
    (tmp_path / "order.edi").write_bytes(b"ISA*00*")
    intake = FakeIntake()
    inbound = FolderInbound(
        "bigbox-folder",
        folder=InboundFolder(home / "inbox"),
        partner="bigbox",
        most_bytes=1_000,
        intake=intake,
        troubles=Told(),
        observer=Counts(),
        clock=RealTime(),
        new_id=uuid4,
        pace=Pace(settle=0.1, poll=0.2),
    )
    polling = asyncio.create_task(inbound.run())
    try:
        put = await asyncio.to_thread(
            sftp, shut_in, f"put {tmp_path}/order.edi inbox/order.edi.part", "rename inbox/order.edi.part inbox/order.edi"
        )
        assert put.returncode == 0, put.stderr
        async with asyncio.timeout(20):
            await intake.commits.reach(1)
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    assert intake.bodies == [b"ISA*00*"]
    outbound = FolderOutbound("bigbox-folder", path=home / "outbox", clock=RealTime(), new_id=uuid4)
    await outbound.send([Parcel(uuid4(), "997.edi", b"ISA*97*")])
    got = await asyncio.to_thread(sftp, shut_in, f"get outbox/997.edi {tmp_path}/997.edi", "rm outbox/997.edi")
    assert got.returncode == 0, got.stderr
    assert (tmp_path / "997.edi").read_bytes() == b"ISA*97*"


@pytest.mark.optional
def test_a_partner_sees_nothing_but_its_folders_and_gets_no_shell(shut_in: SshServer) -> None:
    assert sorted(sftp(shut_in, "ls -1 /").stdout.split()[-2:]) == ["/inbox", "/outbox"]
    assert sftp(shut_in, "get ../../etc/passwd -").returncode != 0
    shell = subprocess.run(
        shut_in.client("ssh", "id"), capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL, check=False
    )
    assert "uid=" not in shell.stdout
