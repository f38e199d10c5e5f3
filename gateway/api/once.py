"""Requests with an Idempotency-Key: made once, however often they come, and answered each time as the first time.

What is guaranteed: every transaction of such a request that writes says so in the key's row, in the same transaction. So a
request that was broken off (the process killed, the database lost) has either written nothing, and is made anew when it comes
again, or it has, and is answered with 409 `outcome-unknown` instead of being made a second time. What is done outside of the
database (the test of a partner's connection) may be repeated when it was broken off.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import Final

import orjson
import structlog
from aiohttp import web

from gateway.api import problems
from gateway.api.answering import Answer
from gateway.api.operation import Asked, Operation
from gateway.domain.access import Caller
from gateway.errors import GatewayError
from gateway.http.rejected import Rejected
from gateway.ports.asked_once import Attempt, KnownRequest, OnceOnly, attempted

_log = structlog.get_logger(__name__)

HEADER: Final = "Idempotency-Key"
REPEATED: Final = "Idempotency-Replayed"
KEPT: Final = timedelta(hours=24)
LONGEST: Final = 100.0
"""Seconds that an operation may take."""
_HELD: Final = timedelta(seconds=LONGEST + 20)
"""After so long whoever worked on it does not any more."""
_LARGEST: Final = 262_144
_LONGEST_KEY: Final = 200


def key_of(operation: Operation, request: web.Request) -> str | None:
    """The key of a request that changes something, with or without the quotes that the IETF's draft gives it. Raises Rejected."""
    header = request.headers.get(HEADER)
    if header is None or operation.method == "GET":
        return None
    key = header[1:-1] if len(header) >= 2 and header[0] == header[-1] == '"' else header
    if not key or len(key) > _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Rejected(problems.key_unusable(_LONGEST_KEY))
    return key


class Once:
    """Makes requests once."""

    def __init__(self, store: OnceOnly, *, held: timedelta = _HELD) -> None:
        self._store, self._held = store, held

    async def make(
        self, operation: Operation, caller: Caller, asked: Asked, *, key: str, answer: Callable[[], Awaitable[Answer]]
    ) -> Answer:  # fmt: skip
        """The answer to a request under its key. Raises Rejected (409, 422), and what `answer` raises."""
        mark = sha256(orjson.dumps([operation.name, asked.model_dump(mode="json")], option=orjson.OPT_SORT_KEYS)).digest()
        begun = await self._store.begin(caller.account, key, operation=operation.name, asked=mark, held=self._held, kept=KEPT)
        if isinstance(begun, KnownRequest):
            return _known(begun, mark)
        try:
            with attempted(begun):
                made = await answer()
        except BaseException:
            # Also when the process ends: otherwise the key would be in use until its time is over.
            await asyncio.shield(self._give_up(begun))
            raise
        await self._keep(begun, operation, made)
        return made

    async def _keep(self, attempt: Attempt, operation: Operation, made: Answer) -> None:
        kept = None if operation.secret or len(made.content) > _LARGEST else made.content
        try:
            await self._store.finish(attempt, status=made.status, media_type=made.media_type, answer=kept)
        except GatewayError as error:  # it is done, and told; a repetition is told that its outcome is not known
            _log.warning("answer_not_kept", operation=operation.name, error=str(error))

    async def _give_up(self, attempt: Attempt) -> None:
        try:
            await self._store.give_up(attempt)
        except GatewayError as error:
            _log.warning("key_not_given_up", error=str(error), consequence=f"it is free after {self._held}")


def _known(known: KnownRequest, mark: bytes) -> Answer:
    if known.asked != mark:
        raise Rejected(problems.key_reused())
    if known.status is not None and known.answer is not None:
        return Answer(known.status, known.media_type or "", known.answer, {REPEATED: "true"})
    if known.status is not None:
        raise Rejected(problems.answer_not_kept())
    if known.acted and known.lapsed:
        raise Rejected(problems.outcome_unknown())
    raise Rejected(problems.key_in_use())
