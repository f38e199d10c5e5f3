"""A private RabbitMQ node, or a cluster of several, with its own epmd, cookie and data, on loopback only.

Needs no service and no particular user.
"""

import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.servers.authority import Issued
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


_TLS = """\
listeners.ssl.1 = 127.0.0.1:{port}
ssl_options.cacertfile = {folder}/server.pem
ssl_options.certfile = {folder}/server.pem
ssl_options.keyfile = {folder}/server.key
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
"""

_MEMBER = """\
cluster_formation.peer_discovery_backend = classic_config
cluster_partition_handling = pause_minority
"""
"""Further lines of a node that forms a cluster with others; their names follow, one a line."""


def binaries() -> Path:
    """The folder with `rabbitmq-server`, which must run under an Erlang of the machine."""
    if not (_SCRIPTS / "rabbitmq-server").exists() or shutil.which("epmd") is None:
        raise ServerMissing("RabbitMQ is missing: install the Debian package `rabbitmq-server` (3.10 or newer)")
    return _SCRIPTS


class NameServer:
    """Erlang's name server (epmd) of one node or one cluster. It would outlive the nodes."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, if it does not run."""
        if self._process is not None:
            return
        program = shutil.which("epmd") or "epmd"
        arguments = ["-port", str(self.port), "-address", "127.0.0.1"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([program, *arguments], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        wait_until(lambda: _connects(self.port), within=10, what="the start of epmd")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class RabbitServer(ServerProcess):
    """One node with the management interface, through which virtual hosts are made and looked into in milliseconds.

    Nodes of one cluster share `names` and `cookie`, and know each other by `join`, before their first start.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, *, names: NameServer | None = None, cookie: str = "", tls: Issued | None = None) -> None:
        self._bin = binaries()
        super().__init__("rabbitmq")
        self._management, self._distribution = free_port(), free_port()
        self._names = names or NameServer()
        self._hosts = 0
        self._tls = free_port()
        self._prepare(cookie or secrets.token_hex(20))
        if tls is not None:
            self._listen_with(tls)

    @property
    def name(self) -> str:
        """What Erlang calls it."""
        return f"edi{self.port}@localhost"

    def join(self, members: Sequence["RabbitServer"]) -> None:
        """Form a cluster with these, itself among them, at the first start."""
        lines = [f"cluster_formation.classic_config.nodes.{n} = {member.name}\n" for n, member in enumerate(members, 1)]
        with (self.folder / "rabbitmq.conf").open("a") as file:
            file.write(_MEMBER + "".join(lines))

    def _prepare(self, secret: str) -> None:
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(secret)
        cookie.chmod(0o400)
        (self.folder / "log").mkdir()
        (self.folder / "mnesia").mkdir()
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].")
        (self.folder / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=self.port, management=self._management))

    def _listen_with(self, issued: Issued) -> None:
        """A listener with TLS beside the other one."""
        files = {"server.pem": issued.certificate, "server.key": issued.key}
        for name, source in files.items():
            shutil.copyfile(source, self.folder / name)
        text = _TLS.format(port=self._tls, folder=self.folder)
        with (self.folder / "rabbitmq.conf").open("a") as file:
            file.write(text)

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
            "ERL_EPMD_PORT": str(self._names.port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
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
        """Start the node, and before its first start its name server."""
        self._names.start()
        super().start()

    def remove(self) -> None:
        """End node and name server, delete the data."""
        super().remove()
        self._names.stop()

    def answers(self) -> bool:
        """Up when it greets on the AMQP port and the management interface answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.settimeout(2)
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                if probe.recv(1) != b"\x01":
                    return False
            self.manage("GET", "overview")
        except OSError:
            return False
        return True

    def url(self, host: str = "/") -> str:
        """The `AMQP_URL` of one of its virtual hosts."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{quote(host, safe='')}"

    def tls_url(self, authority: Path, host: str = "/") -> str:
        """The address of its listener with TLS, for those who trust this authority."""
        return f"amqps://guest:guest@localhost:{self._tls}/{quote(host, safe='')}?cafile={quote(str(authority))}"

    def control(self, *words: str) -> None:
        """Run `rabbitmqctl` on this node; takes about two seconds."""
        arguments = [str(self._bin / "rabbitmqctl"), "-q", *words]
        environment = dict(self.environment()) | {"RABBITMQ_CTL_DIST_PORT_MIN": "1024", "RABBITMQ_CTL_DIST_PORT_MAX": "65535"}
        subprocess.run(arguments, env=environment, cwd=self.folder, check=True, capture_output=True, timeout=60)

    def create_host(self, *, members: int = 1) -> str:
        """A new, empty virtual host that runs on so many nodes; returns its name."""
        self._hosts += 1
        name = f"test-{self._hosts}"
        wait_until(lambda: self._members_of(name) == members, within=120, what=f"the virtual host {name} on {members} nodes")
        return name

    def _members_of(self, host: str) -> int:
        """Make a virtual host, or ask how far it is: on how many nodes it runs.

        Of a cluster that has just come together a node may hang over its first virtual host (3.10) until it is told to start it.
        """
        with suppress(OSError):  # after a time-out it is known, and runs where nothing hangs
            self.manage("PUT", f"vhosts/{host}", {}, within=5)
        try:
            states = self.manage("GET", f"vhosts/{host}")["cluster_state"]
            for node in (node for node, state in states.items() if state == "stopped"):
                self.manage("POST", f"vhosts/{host}/start/{node}")
        except OSError:
            return 0
        return sum(state == "running" for state in states.values())

    def delete_host(self, host: str) -> None:
        """Delete a virtual host with all that is in it; connections to it end."""
        self.manage("DELETE", f"vhosts/{quote(host, safe='')}")

    def queues(self, host: str) -> Mapping[str, Mapping[str, Any]]:
        """The queues of a virtual host by name, as the management interface describes them."""
        return {queue["name"]: queue for queue in self.manage("GET", f"queues/{quote(host, safe='')}")}

    def delete_queue(self, host: str, name: str) -> None:
        """Delete a queue with its messages, whoever consumes it."""
        self.manage("DELETE", f"queues/{quote(host, safe='')}/{quote(name, safe='')}")

    def manage(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, within: float = 30) -> Any:
        """A call of the management interface, below `/api/`; returns the JSON it answers, or None."""
        credentials = base64.b64encode(b"guest:guest").decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._management}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=within) as response:
            content = response.read()
        return json.loads(content) if content else None


class RabbitCluster:
    """Several nodes whose quorum queues have a member on each. What is done to it is done to one node: to each in its turn.

    With one node gone the others go on; with most of them gone the rest waits (`pause_minority`).
    """

    def __init__(self, size: int = 3) -> None:
        names, cookie = NameServer(), secrets.token_hex(20)
        self.nodes = [RabbitServer(names=names, cookie=cookie) for _ in range(size)]
        self._turn = -1
        for node in self.nodes:
            node.join(self.nodes)

    @property
    def running(self) -> bool:
        """Whether all nodes live."""
        return all(node.running for node in self.nodes)

    def start(self) -> None:
        """Start what does not run, all at once at first, and return when every queue has all its members again."""
        with ThreadPoolExecutor(len(self.nodes)) as threads:
            list(threads.map(RabbitServer.start, [node for node in self.nodes if not node.running]))
        wait_until(self.whole, within=60, what="a whole cluster")

    def remove(self) -> None:
        """End all, delete the data."""
        for node in self.nodes:
            node.remove()

    def kill(self) -> None:
        """End the next node as a crash does."""
        self._next().kill()

    def restart(self) -> None:
        """Clean end and start of the next node."""
        self._next().stop()
        self.start()

    def pause(self) -> None:
        """Freeze the next node."""
        self._next().pause()

    def resume(self) -> None:
        """Let every node go on."""
        for node in self.nodes:
            node.resume()

    def _next(self) -> RabbitServer:
        self._turn = (self._turn + 1) % len(self.nodes)
        return self.nodes[self._turn]

    def whole(self) -> bool:
        """Whether all nodes are members and every quorum queue has all its members on line."""
        try:
            members = self._first.manage("GET", "nodes")
            queues = self._first.manage("GET", "queues")
        except OSError:
            return False
        together = [member for member in members if member["running"]]
        return len(together) == len(self.nodes) and all(len(queue.get("online", ())) == len(self.nodes) for queue in queues)

    @property
    def _first(self) -> RabbitServer:
        return next(node for node in self.nodes if node.running)

    def url(self, host: str = "/") -> str:
        """The addresses of all nodes, joined by commas, as `amqp_urls` takes them."""
        return ",".join(node.url(host) for node in self.nodes)

    def create_host(self) -> str:
        """A new, empty virtual host that runs on all nodes; returns its name."""
        return self._first.create_host(members=len(self.nodes))

    def delete_host(self, host: str) -> None:
        """Delete a virtual host with all that is in it."""
        self._first.delete_host(host)

    def queues(self, host: str) -> Mapping[str, Mapping[str, Any]]:
        """The queues of a virtual host by name."""
        return self._first.queues(host)

    def delete_queue(self, host: str, name: str) -> None:
        """Delete a queue with its messages."""
        self._first.delete_queue(host, name)


def _connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
