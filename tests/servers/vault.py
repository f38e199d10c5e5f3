"""A Vault that behaves like the real one towards those who read: engines, versions, policies, namespaces, logins, seals.

Written after the API's documentation (HTTP API, KV version 2, AppRole, Kubernetes); nothing of the gateway's is used for it.
"""

import json
import ssl
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from types import TracebackType
from typing import Any, Self

from tests.servers.authority import Issued


@dataclass
class Version:
    """One version of a secret of the KV engine."""

    data: dict[str, Any]
    deleted: str = ""
    destroyed: bool = False


@dataclass
class SimulatedVault:
    """Listens on loopback while it is entered. `calls` counts requests by path, `tokens` are those that count now."""

    issued: Issued | None = None
    sealed: bool = False
    standby_of: str = ""
    secrets: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    """By namespace and path, without `data/`; the mount is `secret`."""
    forbidden: set[str] = field(default_factory=set)
    lent: dict[str, dict[str, Any]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=lambda: {"role-1": "secret-1"})
    service_accounts: dict[str, str] = field(default_factory=lambda: {"edi-gateway": "jwt-1"})
    tokens: set[str] = field(default_factory=lambda: {"root"})
    calls: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        vault = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(*vault._get(self.path, dict(self.headers)))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                self._answer(*vault._post(self.path, dict(self.headers), body))

            def _answer(self, status: int, content: dict[str, Any] | str) -> None:
                text = b"" if isinstance(content, str) else json.dumps(content).encode()
                self.send_response(status)
                if isinstance(content, str) and content:
                    self.send_header("Location", content)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.issued is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self.issued.certificate, self.issued.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def address(self) -> str:
        """What VAULT_ADDR names."""
        return f"{'https' if self.issued else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def put(self, path: str, *, namespace: str = "", **data: Any) -> None:
        """`vault kv put secret/PATH`: a new version."""
        self.secrets.setdefault((namespace, path), []).append(Version(data))

    def _get(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        self.calls[path] += 1
        if (early := self._early(path)) is not None:
            return early
        if headers.get("X-Vault-Token") not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        name, _, query = path.removeprefix("/v1/").partition("?")
        if name in self.forbidden:
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        if name in self.lent:
            return 200, {"lease_id": f"{name}/1", "lease_duration": 3600, "renewable": True, "data": self.lent[name]}
        mount, _, rest = name.partition("/")
        if mount == "cubbyhole":
            return 200, {"lease_id": "", "data": {"old": "engine of version 1"}}
        if mount != "secret":
            return 404, {"errors": [f"no handler for route '{name}'"]}
        if not rest.startswith("data/"):
            return 404, {"errors": [], "warnings": ["Invalid path for a versioned K/V secrets engine."]}
        return self._versioned(headers.get("X-Vault-Namespace", ""), rest.removeprefix("data/"), query)

    def _versioned(self, namespace: str, path: str, query: str) -> tuple[int, dict[str, Any]]:
        versions = self.secrets.get((namespace, path), [])
        number = int(query.removeprefix("version=")) if query else len(versions)
        if not 1 <= number <= len(versions):
            return 404, {"errors": []}
        found = versions[number - 1]
        gone = bool(found.deleted or found.destroyed)
        metadata = {"version": number, "deletion_time": found.deleted, "destroyed": found.destroyed}
        return (404 if gone else 200), {"lease_id": "", "data": {"data": None if gone else found.data, "metadata": metadata}}

    def _post(self, path: str, headers: dict[str, str], body: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        self.calls[path] += 1
        if (early := self._early(path)) is not None:
            return early
        match path:
            case "/v1/auth/approle/login" if self.roles.get(body.get("role_id", "")) == body.get("secret_id"):
                return self._lend()
            case "/v1/auth/approle/login":
                return 400, {"errors": ["invalid role or secret ID"]}
            case "/v1/auth/kubernetes/login" | "/v1/auth/cluster-7/login":
                fits = self.service_accounts.get(body.get("role", "")) == body.get("jwt")
                return self._lend() if fits else (403, {"errors": ["permission denied"]})
            case "/v1/auth/token/revoke-self":
                self.tokens.discard(headers.get("X-Vault-Token", ""))
                return 204, ""
        return 404, {"errors": [f"no handler for route '{path}'"]}

    def _early(self, path: str) -> tuple[int, dict[str, Any] | str] | None:
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        return (307, self.standby_of + path) if self.standby_of else None

    def _lend(self) -> tuple[int, dict[str, Any]]:
        token = f"hvs.{token_urlsafe(12)}"
        self.tokens.add(token)
        return 200, {"auth": {"client_token": token, "lease_duration": 1200, "renewable": True}}
