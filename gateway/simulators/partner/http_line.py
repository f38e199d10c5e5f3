"""Posts to a gateway, and a server of the partner's that takes its posts."""

import base64
import hashlib
import hmac
import re
import time
from asyncio import Event
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Self
from uuid import uuid4

import aiohttp
from aiohttp import web
from yarl import URL

from gateway.domain.http_terms import HttpSignature
from gateway.simulators.partner.line import NotTaken, Take

_MOST = 64 * 2**20
_FILE_NAME = re.compile(r'filename="([^"]*)"')


class HttpLine:
    """Posts to `url`, with a token or signed; listens at the port of `listens` for what the gateway posts there.

    The acknowledgement is asked for in the answer (`wait`) where the gateway has no other way back.
    """

    def __init__(
        self,
        url: str,
        *,
        take: Take,
        token: str = "",
        signature: HttpSignature | None = None,
        listens: str = "",
        wait: float = 0.0,
    ) -> None:
        self._url, self._take, self._token, self._signature, self._wait = URL(url), take, token, signature, wait
        self._listens = URL(listens) if listens else None
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    @property
    def listens(self) -> str:
        """Where it takes posts."""
        if self._runner is None or self._listens is None:
            raise RuntimeError("it does not listen")
        return str(self._listens.with_port(self._runner.addresses[0][1]))

    async def send(self, name: str, contents: bytes, *, finish: Event | None = None) -> tuple[str, bytes]:
        """Post; the transmission's id, and the acknowledgement where it came at once. Raises NotTaken."""
        if self._session is None:
            raise RuntimeError("it does not run")
        url = self._url.update_query(wait="ack", timeout=f"{self._wait:g}") if self._wait else self._url
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **self._proof(url, contents)}
        body = contents if finish is None else _halting(contents, finish)
        try:
            async with self._session.post(url, data=body, headers=headers) as answer:
                told, said = await answer.read(), answer.headers.get("Edi-Transmission", "")
        except aiohttp.ClientError as error:
            raise NotTaken(f"no answer: {error}") from error
        if answer.status not in (200, 202):
            raise NotTaken(f"{answer.status}: {told[:300].decode(errors='replace')}")
        acknowledged = answer.status == 200 and bool(self._wait)
        return f"transmission {said}" if said else str(answer.status), told if acknowledged else b""

    def _proof(self, url: URL, contents: bytes) -> Mapping[str, str]:
        if self._signature is None:
            return {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return signed(self._signature, contents, path=url.raw_path_qs, at=int(time.time()), named=str(uuid4()))

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        if self._listens is not None:
            app = web.Application(client_max_size=_MOST)
            app.router.add_route("*", "/{path:.*}", self._receive)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await self._runner.setup()
            await web.TCPSite(self._runner, self._listens.host or "127.0.0.1", self._listens.port or 0).start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        named = _FILE_NAME.search(request.headers.get("Content-Disposition", ""))
        await self._take(await request.read(), named[1] if named else request.path.rpartition("/")[2])
        return web.Response(status=202)


def signed(terms: HttpSignature, contents: bytes, *, path: str, at: int, named: str) -> Mapping[str, str]:
    """The headers of a post that is signed as agreed (HMAC)."""
    places = {"{timestamp}": str(at), "{id}": named, "{method}": "POST", "{path}": path, "{body}": ""}
    text = terms.signed
    for place, value in places.items():
        text = text.replace(place, value)
    digest = hmac.new(terms.secrets[0], text.encode() + contents, getattr(hashlib, terms.algorithm)).digest()
    value = digest.hex() if terms.encoding == "hex" else base64.b64encode(digest).decode()
    return {terms.header: f"{terms.prefix}{value}", terms.timestamp_header: str(at), terms.id_header: named}


async def _halting(contents: bytes, finish: Event) -> AsyncIterator[bytes]:
    """A body whose end comes only when it is told to."""
    half = len(contents) // 2
    yield contents[:half]
    await finish.wait()
    yield contents[half:]
