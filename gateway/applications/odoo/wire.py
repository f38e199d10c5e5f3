"""HTTP to one Odoo server: a pool of connections, and what goes wrong on the way turned into OdooError."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from gateway.applications.odoo.fault import OdooError, OdooUnreachable
from gateway.domain.http_terms import ClientTls
from gateway.http.call_failed import CallFailed
from gateway.http.tls import client_context
from gateway.ports.distrust import distrust
from gateway.ports.tracing import calling, carried

CHECK_URL = "Check the application's url."
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Wire:
    """A pooled connection to a server. `posts` counts what was sent."""

    def __init__(self, url: str, *, timeout: float, max_connections: int, tls: ClientTls | None = None) -> None:
        self._url = url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(10.0, timeout))
        self._max_connections = max_connections
        self._tls = tls or ClientTls()
        self._session: aiohttp.ClientSession | None = None
        self._dated: tuple[datetime, float] | None = None
        self.posts = 0

    @property
    def server_time(self) -> datetime | None:
        """What the server's clock shows by now, from the Date of its last answer (RFC 9110, 6.6.1), to about a second. None
        before an answer had one.
        """
        if self._dated is None:
            return None
        date, heard = self._dated
        return date + timedelta(seconds=time.monotonic() - heard)

    async def close(self) -> None:
        """End the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, path: str, body: bytes, headers: Mapping[str, str] = JSON) -> Answer:
        """Post to a path of the server. Raises OdooUnreachable when no whole answer came."""
        self.posts += 1
        return await self._ask("POST", path, body, headers)

    async def get(self, path: str) -> Answer:
        """Get a path of the server. Raises OdooUnreachable when no whole answer came."""
        return await self._ask("GET", path, None, {})

    async def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if self._session is None:
            self._session = self._opened()
        try:
            # A redirected POST would become a GET, so redirects are reported instead of followed.
            with calling(method, urlsplit(self._url).hostname) as told:
                async with self._session.request(
                    method, self._url + path, data=body, headers={**headers, **carried()}, allow_redirects=False
                ) as response:
                    told.answered(response.status)
                    self._note_time(response.headers.get("Date", ""))
                    return Answer(response.status, response.headers, await response.read())
        except TimeoutError as error:
            raise OdooUnreachable("Odoo did not answer in time.", code="timeout") from error
        except aiohttp.InvalidURL as error:
            raise OdooUnreachable("The url of Odoo is not a url.", code="endpoint", remedy=CHECK_URL) from error
        except (aiohttp.ClientError, OSError) as error:
            if (untrusted := distrust(error)) is not None:
                text = f"The server of Odoo is not trusted: {untrusted.why}."
                raise OdooUnreachable(text, code="tls", remedy=untrusted.remedy, unsent=True) from error
            unsent = isinstance(error, aiohttp.ClientConnectorError)  # later faults may cut off the answer alone
            text = f"The connection to Odoo failed: {str(error) or type(error).__name__}"
            raise OdooUnreachable(text, unsent=unsent) from error

    def _opened(self) -> aiohttp.ClientSession:
        try:
            # The library has read the system's authorities once for all; reading them again takes a moment of the loop's.
            context = client_context(self._tls) if self._tls != ClientTls() else True
            connector = aiohttp.TCPConnector(limit=self._max_connections, ssl=context)
        except CallFailed as error:
            raise OdooUnreachable(str(error), code="tls", remedy=error.remedy, unsent=True) from error
        return aiohttp.ClientSession(connector=connector, timeout=self._timeout)

    def _note_time(self, date: str) -> None:
        try:
            told = parsedate_to_datetime(date)
        except ValueError:
            return
        self._dated = (told if told.tzinfo else told.replace(tzinfo=UTC)), time.monotonic()


def refused(answer: Answer, what: str) -> OdooError:
    """What an answer means that comes from the server or a proxy and not from Odoo's models. `what` was looked for there."""
    if 300 <= answer.status < 400:
        where = answer.headers.get("Location", "elsewhere")
        return OdooUnreachable(
            f"The server sends us to {where}.", code="endpoint", remedy="Use that address as the application's url.", unsent=True
        )
    if answer.status in (404, 405):
        text = f"There is no {what} at that address (HTTP {answer.status})."
        return OdooUnreachable(text, code="endpoint", remedy=CHECK_URL, unsent=True)
    wait = answer.headers.get("Retry-After", "")
    after = float(wait) if wait.isdecimal() else None
    turned_away = answer.status in (429, 503)  # 502 and 504 are a proxy's words: what is behind it may have worked
    text = f"The server answered HTTP {answer.status}."
    return OdooUnreachable(text, code=f"http-{answer.status}", retry_after=after, unsent=turned_away)
