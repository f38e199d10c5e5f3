"""One Odoo database as one user: calls by whichever protocol is configured, answers turned into values or OdooError."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.applications.odoo.json2 import Json2
from gateway.applications.odoo.jsonrpc import JsonRpc
from gateway.applications.odoo.wire import Wire
from gateway.domain.application import OdooConnection, Protocol
from gateway.domain.http_terms import ClientTls


class OdooClient:
    """A pooled connection to one database. `protocol` is `json-rpc`, which all versions speak, or `json-2`, from 19 on."""

    def __init__(
        self,
        *,
        url: str,
        database: str,
        login: str,
        api_key: str,
        timeout: float = 60.0,
        max_connections: int = 8,
        protocol: Protocol = "json-rpc",
        tls: ClientTls | None = None,
    ) -> None:
        self._wire = Wire(url, timeout=timeout, max_connections=max_connections, tls=tls)
        self._spoken: JsonRpc | Json2 = (
            Json2(self._wire, database=database, api_key=api_key)
            if protocol == "json-2"
            else JsonRpc(self._wire, database=database, login=login, api_key=api_key)
        )

    @classmethod
    def of(cls, connection: OdooConnection, *, max_connections: int = 8) -> "OdooClient":
        """The client of a configured connection."""
        return cls(
            url=connection.url,
            database=connection.database,
            login=connection.login,
            api_key=connection.api_key,
            timeout=connection.timeout,
            max_connections=max_connections,
            protocol=connection.protocol,
            tls=connection.tls,
        )

    @property
    def calls(self) -> int:
        """How many were sent, logins included."""
        return self._wire.posts

    @property
    def server_time(self) -> datetime | None:
        """What the server's clock shows by now, to about a second. None before it has told."""
        return self._wire.server_time

    async def close(self) -> None:
        """End the connections; a later call opens new ones."""
        await self._wire.close()

    async def version(self) -> Sequence[object]:
        """`server_version_info` of the server; needs no login. Raises OdooError."""
        return await self._spoken.version()

    async def authenticate(self) -> int:
        """The user's database id. Raises OdooLoginRefused."""
        return await self._spoken.authenticate()

    async def call(
        self, model: str, method: str, args: Sequence[Any], *, context: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """A model's public method; the first argument of a method of records are their ids. Raises OdooError."""
        if context is not None:
            kwargs["context"] = dict(context)
        return await self._spoken.call(model, method, args, kwargs)
