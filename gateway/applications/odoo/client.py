"""JSON-RPC to one Odoo database: login, calls, and answers turned into values or OdooError."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson

from gateway.applications.odoo.fault import OdooError, OdooLoginRefused, OdooUnreachable, fault_of

LOGIN_RETRY = 60.0
CHECK_URL = "Check the application's url."


class OdooClient:
    """A pooled connection to one database as one user. XML-RPC is not used: it answers a committed None with a fault."""

    def __init__(
        self, *, url: str, database: str, login: str, api_key: str, timeout: float = 60.0, max_connections: int = 8
    ) -> None:
        self._endpoint = url.rstrip("/") + "/jsonrpc"
        self._database = database
        self._login = login
        self._api_key = api_key
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(10.0, timeout))
        self._max_connections = max_connections
        self._session: aiohttp.ClientSession | None = None
        self._uid: int | None = None
        self._logging_in = asyncio.Lock()
        self.calls = 0

    async def close(self) -> None:
        """End the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

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

    async def call(
        self, model: str, method: str, args: Sequence[Any], *, context: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """`execute_kw` of a model's public method. Raises OdooError."""
        uid = await self.authenticate()
        if context is not None:
            kwargs["context"] = dict(context)
        try:
            return await self._request(
                "object", "execute_kw", [self._database, uid, self._api_key, model, method, list(args), kwargs]
            )
        except OdooLoginRefused:
            self._uid = None
            raise

    async def _request(self, service: str, method: str, args: list[Any]) -> Any:
        self.calls += 1
        params = {"service": service, "method": method, "args": args}
        body = orjson.dumps({"jsonrpc": "2.0", "method": "call", "id": self.calls, "params": params})
        try:
            status, headers, content = await self._post(body)
        except TimeoutError as error:
            raise OdooUnreachable("Odoo did not answer in time.", code="timeout") from error
        except aiohttp.InvalidURL as error:
            raise OdooUnreachable("The url of Odoo is not a url.", code="endpoint", remedy=CHECK_URL) from error
        except (aiohttp.ClientError, OSError) as error:
            unsent = isinstance(error, aiohttp.ClientConnectorError)  # later faults may cut off the answer alone
            text = f"The connection to Odoo failed: {str(error) or type(error).__name__}"
            raise OdooUnreachable(text, unsent=unsent) from error
        if status != 200:
            raise _refused(status, headers)
        return _result(content)

    async def _post(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._max_connections)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        # A redirected POST would become a GET, so redirects are reported instead of followed.
        async with self._session.post(
            self._endpoint, data=body, headers={"Content-Type": "application/json"}, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()


def _refused(status: int, headers: Mapping[str, str]) -> OdooError:
    if 300 <= status < 400:
        where = headers.get("Location", "elsewhere")
        return OdooUnreachable(
            f"The server sends us to {where}.", code="endpoint", remedy="Use that address as the application's url.", unsent=True
        )
    if status in (404, 405):
        text = f"There is no JSON-RPC at that address (HTTP {status})."
        return OdooUnreachable(text, code="endpoint", remedy=CHECK_URL, unsent=True)
    wait = headers.get("Retry-After", "")
    after = float(wait) if wait.isdecimal() else None
    turned_away = status in (429, 503)  # 502 and 504 are a proxy's words: what is behind it may have worked
    return OdooUnreachable(f"The server answered HTTP {status}.", code=f"http-{status}", retry_after=after, unsent=turned_away)


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
