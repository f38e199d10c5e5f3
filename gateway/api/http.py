"""The table of operations over HTTP, under `/v1`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache

import orjson
import structlog
from aiohttp import hdrs, web

from gateway.api import answering, problems
from gateway.api.calling import call, permit
from gateway.api.entrance import Admitted, Entrance
from gateway.api.once import LONGEST, Once, key_of
from gateway.api.openapi import openapi
from gateway.api.operation import Operation
from gateway.api.reading import path_members, read
from gateway.api.streaming import stream
from gateway.bootstrap.office import Office
from gateway.errors import GatewayError, StoreUnavailable
from gateway.http.arriving import expect_later
from gateway.http.rejected import Rejected
from gateway.ports import Clock, Observer
from gateway.protocols.problem import MEDIA_TYPE, Problem

_log = structlog.get_logger(__name__)

PREFIX = "/v1"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Machine:
    """Serves operations: who may, what is asked, once, and the answer."""

    operations: Sequence[Operation]
    office: Office
    entrance: Entrance
    once: Once
    observer: Observer
    clock: Clock

    def routes(self) -> Iterable[web.RouteDef]:
        """The route table: paths that say more in words before those that take anything."""
        yield web.get(f"{PREFIX}/openapi.json", _document(lambda: orjson.dumps(openapi(self.operations))))
        for operation in sorted(self.operations, key=lambda one: len(path_members(one.path))):
            yield web.route(operation.method, PREFIX + operation.path, self._served(operation), expect_handler=expect_later)

    def _served(self, operation: Operation) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            began, admitted = self.clock.monotonic(), None
            try:
                admitted = await self.entrance.admit(request)
                permit(operation, admitted.caller)
                response = await self._answered(operation, request, admitted)
            except Rejected as rejected:
                response = _refusal(rejected.problem)
            except GatewayError as error:
                response = _refusal(self._problem(operation, error))
            self._observe(operation, response, admitted, began)
            return self._with_headers(operation, response, admitted)

        return serve

    async def _answered(self, operation: Operation, request: web.Request, admitted: Admitted) -> web.StreamResponse:
        caller, asked = admitted.caller, await read(operation, request)
        if operation.streams:
            return await stream(request, await call(operation, self.office, caller, asked), self._headers(operation, admitted))

        async def make() -> answering.Answer:
            return answering.answer_of(operation, await call(operation, self.office, caller, asked), request)

        key = key_of(operation, request)
        try:
            async with asyncio.timeout(LONGEST):
                once = make() if key is None else self.once.make(operation, caller, asked, key=key, answer=make)
                return answering.response_of(await once, request)
        except TimeoutError:
            raise Rejected(problems.took_too_long()) from None

    def _problem(self, operation: Operation, error: GatewayError) -> Problem:
        if operation.slow and isinstance(error, StoreUnavailable) and isinstance(error.__cause__, TimeoutError):
            return problems.took_too_long()
        if isinstance(error, StoreUnavailable):
            _log.warning("operation_not_done", operation=operation.name, error=str(error))
        return problems.of_error(error)

    def _headers(self, operation: Operation, admitted: Admitted | None) -> dict[str, str]:
        headers = dict(problems.rate_headers(admitted.taken, self.entrance.allowed)) if admitted else {}
        if operation.deprecated is not None:
            headers["Deprecation"] = f"@{int(datetime.combine(operation.deprecated, time(), UTC).timestamp())}"
        if operation.sunset is not None:
            headers["Sunset"] = datetime.combine(operation.sunset, time(), UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return headers

    def _with_headers(
        self, operation: Operation, response: web.StreamResponse, admitted: Admitted | None
    ) -> web.StreamResponse:  # fmt: skip
        if not response.prepared:
            for name, value in self._headers(operation, admitted).items():
                response.headers.add(name, value)
        return response

    def _observe(
        self, operation: Operation, response: web.StreamResponse, admitted: Admitted | None, began: float
    ) -> None:  # fmt: skip
        self.observer.count("edi_api_requests_total", operation=operation.name, status=str(response.status))
        if not operation.streams:
            self.observer.observe("edi_api_seconds", self.clock.monotonic() - began, operation=operation.name)
        if operation.deprecated is not None and admitted is not None:
            self.observer.count("edi_api_deprecated_total", operation=operation.name, client=admitted.caller.name)


def _refusal(problem: Problem) -> web.Response:
    headers = {**answering.SAFE, **problem.headers, hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=headers)


def _document(write: Callable[[], bytes]) -> Handler:
    """A document that anybody may read. It is written when somebody wants it, so that no start waits for it."""
    written = cache(write)

    async def serve(request: web.Request) -> web.StreamResponse:
        content = await asyncio.to_thread(written)
        return answering.response_of(answering.Answer(200, answering.JSON, content, {}), request)

    return serve
