"""How the business stands, over PostgreSQL. Each method is one named query."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from gateway.ports import Json
from gateway.store.database import Database

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


class BusinessFigures:
    """What is not done, and how it went lately."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, *, books: Sequence[str], applications: Sequence[str], stock: Sequence[str], stage: str) -> Json:
        """What waits now, each with since when. `books` are applications that keep orders, `stock` reconciliations of stock, and
        `stage` is that of their failures.
        """
        row = (await self._database.fetch("business_standing", list(books), list(stock), stage, list(applications)))[0]
        return dict[str, Any](row)

    async def course(self) -> Json:
        """How it went in the last day and week."""
        return dict[str, Any]((await self._database.fetch("business_course", _DAY, _WEEK))[0])

    async def failure_ages(self) -> Mapping[str, float]:
        """Since how many seconds the oldest failure of each stage is open."""
        return {row["stage"]: row["oldest"] for row in await self._database.fetch("failure_ages")}
