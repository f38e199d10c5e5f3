"""Calls by JSON-RPC, which Odoo 17, 18 and 19 speak. XML-RPC is not used: it answers a committed None with a fault."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.applications.odoo.fault import LOGIN_RETRY, OdooLoginRefused, OdooUnreachable, fault_of
from gateway.applications.odoo.wire import CHECK_URL, Wire, refused

_PATH = "/jsonrpc"


class JsonRpc:
    """`/jsonrpc`: each call brings database, user and key; positional and named arguments."""

    def __init__(self, wire: Wire, *, database: str, login: str, api_key: str) -> None:
        self._wire, self._database, self._login, self._api_key = wire, database, login, api_key
        self._uid: int | None = None
        self._logging_in = asyncio.Lock()

    async def version(self) -> Sequence[object]:
        """`server_version_info` of the server; needs no login."""
        answer = await self._request("common", "version", [])
        if not isinstance(answer, dict) or not isinstance(answer.get("server_version_info"), list):
            raise OdooUnreachable("The server does not answer as Odoo does.", code="endpoint", remedy=CHECK_URL)
        return list(answer["server_version_info"])

    async def authenticate(self) -> int:
        """The user's database id. Raises OdooLoginRefused (Odoo answers False, without a fault)."""
        async with self._logging_in:
            if self._uid is None:
                answer = await self._request("common", "authenticate", [self._database, self._login, self._api_key, {}])
                if not answer:
                    raise OdooLoginRefused(
                        f"Odoo refused the login of {self._login!r} to database {self._database!r}.",
                        remedy="Check login, api_key and database of this application; orders wait and are repeated.",
                        retry_after=LOGIN_RETRY,
                    )
                self._uid = int(answer)
            return self._uid

    async def call(self, model: str, method: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """`execute_kw`."""
        uid = await self.authenticate()
        try:
            return await self._request(
                "object", "execute_kw", [self._database, uid, self._api_key, model, method, list(args), dict(keywords)]
            )
        except OdooLoginRefused:
            self._uid = None
            raise

    async def _request(self, service: str, method: str, args: list[Any]) -> Any:
        params = {"service": service, "method": method, "args": args}
        body = orjson.dumps({"jsonrpc": "2.0", "method": "call", "id": self._wire.posts + 1, "params": params})
        answer = await self._wire.post(_PATH, body)
        if answer.status != 200:
            raise refused(answer, "JSON-RPC")
        return _result(answer.content)


def _result(content: bytes) -> Any:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise OdooUnreachable("The answer is not JSON; a proxy may stand in between.", code="bad-answer") from error
    if not isinstance(answer, dict):
        raise OdooUnreachable("The answer is not JSON-RPC.", code="bad-answer")
    if isinstance(answer.get("error"), dict):
        raise fault_of(answer["error"])
    return answer.get("result")  # absent when the method returned None
