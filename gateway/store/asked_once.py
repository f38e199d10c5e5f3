"""Requests that are made once, in PostgreSQL."""

from datetime import timedelta
from uuid import UUID

from typing_extensions import override

from gateway.errors import Contention
from gateway.ports.asked_once import Attempt, KnownRequest, OnceOnly
from gateway.store.database import Database

_TRIES = 3
_KNOWN = ("asked", "acted", "lapsed", "status", "media_type", "answer")


class PostgresOnceOnly(OnceOnly):
    """Keys and answers in `gateway.api_call`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def begin(
        self, account: UUID, key: str, *, operation: str, asked: bytes, held: timedelta, kept: timedelta
    ) -> Attempt | KnownRequest:  # fmt: skip
        for _ in range(_TRIES):
            begun = await self._database.fetch("begin_api_call", account, key, operation, asked, held, kept)
            if begun:
                return Attempt(account, key, begun[0]["attempt"])
            row = next(iter(await self._database.fetch("api_call", account, key)), None)
            known = KnownRequest(**{name: row[name] for name in _KNOWN}) if row is not None else None
            if known is not None and not _is_free(known, asked):
                return known
        # Between the two looks it was given up, or its time ran out, each time: others work on it at this moment.
        raise Contention("requests with the same key come and go")

    @override
    async def finish(self, attempt: Attempt, *, status: int, media_type: str, answer: bytes | None) -> None:
        await self._database.fetch("finish_api_call", attempt.account, attempt.key, attempt.number, status, media_type, answer)

    @override
    async def give_up(self, attempt: Attempt) -> None:
        await self._database.fetch("give_up_api_call", attempt.account, attempt.key, attempt.number)


def _is_free(known: KnownRequest, asked: bytes) -> bool:
    """Whether it may be taken up: its time ran out since it was looked at before."""
    return known.status is None and known.lapsed and not known.acted and known.asked == asked
