"""What a partner reads: its transmissions and their parts. Those of others do not exist for it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import orjson
from aiohttp import web

from gateway.channels.http import partner_view
from gateway.channels.http.access import Door, Visitor
from gateway.channels.http.submission import transmission_path
from gateway.errors import StoreUnavailable
from gateway.http import problems
from gateway.http.rejected import Rejected
from gateway.ports import Json, Records

_Answer = TypeVar("_Answer")

_TRANSMISSION = "/v1/partners/{partner}/transmissions/{transmission}"


class Reading:
    """Handlers of the GET requests. `retry_after` in seconds is told when the store does not answer."""

    def __init__(self, records: Records, *, retry_after: int) -> None:
        self._records, self._retry_after = records, retry_after

    def routes(self, door: Door) -> Sequence[web.RouteDef]:
        """The route table."""
        parts = {
            "": partner_view.transmission,
            "/interchanges": partner_view.interchanges,
            "/documents": partner_view.documents,
            "/findings": partner_view.findings,
        }
        content = "/acknowledgements/{acknowledgement}/content"
        return [
            *(web.get(_TRANSMISSION + path, door.guarded(self._part(shown))) for path, shown in parts.items()),
            web.get(_TRANSMISSION + "/acknowledgements", door.guarded(self._acknowledgements)),
            web.get(_TRANSMISSION + content, door.guarded(self._acknowledgement_content)),
        ]

    def _part(self, shown: Callable[[Json], object]) -> Callable[[web.Request, Visitor], Awaitable[web.Response]]:
        async def read(request: web.Request, visitor: Visitor) -> web.Response:
            view, _ = await self._own(request, visitor.partner)
            return _json(shown(view))

        return read

    async def _acknowledgements(self, request: web.Request, visitor: Visitor) -> web.Response:
        view, path = await self._own(request, visitor.partner)
        return _json(partner_view.acknowledgements(view, path))

    async def _acknowledgement_content(self, request: web.Request, visitor: Visitor) -> web.Response:
        view, path = await self._own(request, visitor.partner)
        wanted = _uuid(request.match_info["acknowledgement"])
        if str(wanted) not in {str(item["id"]) for item in partner_view.acknowledgements(view, path)}:
            raise Rejected(problems.absent())
        found = await self._asked(self._records.acknowledgement(wanted))
        if found is None:
            raise Rejected(problems.absent())
        description, content = found
        return web.Response(body=content, content_type=partner_view.media_type(description))

    async def _own(self, request: web.Request, partner: str) -> tuple[Json, str]:
        """The view and the path of a transmission, if it is the partner's."""
        transmission = _uuid(request.match_info["transmission"])
        view = await self._asked(self._records.transmission(transmission))
        if view is None or view.get("partner") != partner:
            raise Rejected(problems.absent())
        return view, transmission_path(partner, transmission)

    async def _asked(self, answer: Awaitable[_Answer]) -> _Answer:
        """What the records answer; 503 when they cannot be asked."""
        try:
            return await answer
        except StoreUnavailable as error:
            raise Rejected(problems.unreadable(self._retry_after)) from error


def _json(value: object) -> web.Response:
    return web.Response(body=orjson.dumps(value, default=str), content_type="application/json")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Rejected(problems.absent()) from None
