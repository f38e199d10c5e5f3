"""A private RabbitMQ node with its own epmd, cookie and data, on loopback only. Needs no service and no particular user."""

import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.servers.process import ServerMissing, ServerProcess, free_port, wait_until

_SCRIPTS = Path("/usr/lib/rabbitmq/bin")
"""Not /usr/sbin: those are wrappers that refuse every user but root and rabbitmq."""

_CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
log.file.level = warning
log.console = false
disk_free_limit.absolute = 64MB
vm_memory_high_watermark.relative = 0.2
"""


def binaries() -> Path:
    """The folder with `rabbitmq-server`, which must run under an Erlang of the machine."""
    if not (_SCRIPTS / "rabbitmq-server").exists() or shutil.which("epmd") is None:
        raise ServerMissing("RabbitMQ is missing: install the Debian package `rabbitmq-server` (3.10 or newer)")
    return _SCRIPTS


class RabbitServer(ServerProcess):
    """One node with the management interface, through which virtual hosts are made and looked into in milliseconds."""

    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self._bin = binaries()
        super().__init__("rabbitmq")
        self._management, self._distribution, self._epmd_port = free_port(), free_port(), free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._hosts = 0
        self._prepare()

    def _prepare(self) -> None:
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(20))
        cookie.chmod(0o400)
        (self.folder / "log").mkdir()
        (self.folder / "mnesia").mkdir()
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].")
        (self.folder / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=self.port, management=self._management))

    def command(self) -> Sequence[str]:
        """The server in the foreground; the script replaces itself by the Erlang machine or waits for it."""
        return [str(self._bin / "rabbitmq-server")]

    def environment(self) -> Mapping[str, str]:
        """Paths, ports and names of this node, and nothing of the machine's own configuration."""
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"edi{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none-env.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "conf.d"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def start(self) -> None:
        """Start the node, and before its first start its name server (epmd), which would outlive it otherwise."""
        if self._epmd is None:
            program = shutil.which("epmd") or "epmd"
            arguments = ["-port", str(self._epmd_port), "-address", "127.0.0.1"]
            quiet = subprocess.DEVNULL
            self._epmd = subprocess.Popen([program, *arguments], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
            wait_until(lambda: _connects(self._epmd_port), within=10, what="the start of epmd")
        super().start()

    def remove(self) -> None:
        """End node and name server, delete the data."""
        super().remove()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(10)
            self._epmd = None

    def answers(self) -> bool:
        """Up when it greets on the AMQP port and the management interface answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.settimeout(2)
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                if probe.recv(1) != b"\x01":
                    return False
            self.manage("GET", "overview")
        except (OSError, urllib.error.URLError):
            return False
        return True

    def url(self, host: str = "/") -> str:
        """The `AMQP_URL` of one of its virtual hosts."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{quote(host, safe='')}"

    def create_host(self) -> str:
        """A new, empty virtual host; returns its name."""
        self._hosts += 1
        name = f"test-{self._hosts}"
        self.manage("PUT", f"vhosts/{name}", {})
        return name

    def delete_host(self, host: str) -> None:
        """Delete a virtual host with all that is in it; connections to it end."""
        self.manage("DELETE", f"vhosts/{quote(host, safe='')}")

    def queues(self, host: str) -> Mapping[str, Mapping[str, Any]]:
        """The queues of a virtual host by name, as the management interface describes them."""
        return {queue["name"]: queue for queue in self.manage("GET", f"queues/{quote(host, safe='')}")}

    def delete_queue(self, host: str, name: str) -> None:
        """Delete a queue with its messages, whoever consumes it."""
        self.manage("DELETE", f"queues/{quote(host, safe='')}/{quote(name, safe='')}")

    def manage(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A call of the management interface, below `/api/`; returns the JSON it answers, or None."""
        credentials = base64.b64encode(b"guest:guest").decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._management}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            content = response.read()
        return json.loads(content) if content else None


def _connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
