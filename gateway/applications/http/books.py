"""What a REST system holds, for reconciliation: a list, page by page, or one thing after the other, as it was described."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from aiohttp import hdrs
from typing_extensions import override
from yarl import URL

from gateway.applications.http.events import NotUnderstood, moment_of
from gateway.applications.http.pages import ListRefused, Pages
from gateway.applications.http.request import address
from gateway.applications.http.verdict import is_true
from gateway.domain.http_application import BookLineTerms, BooksTerms, HttpConnection, Query, QueryFailed, TemplateFailed
from gateway.domain.reconciliation import Entry, Value
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock
from gateway.ports.books import AnyBooks, AsksByEntry, Books, BooksUnreadable

_AT_ONCE = 4
_NOT_THERE = frozenset({404, 410})
_LOOK = "see what has changed in the system, or correct the application's books"


def http_books(id: str, connection: HttpConnection, terms: BooksTerms, *, client: HttpClient, clock: Clock) -> AnyBooks:  # noqa: A002
    """The books that were described; `id` is the application's."""
    return (_HttpAsked if terms.asks else _HttpList)(id, connection, terms, client, clock)


class _Described:
    def __init__(self, id: str, connection: HttpConnection, terms: BooksTerms, client: HttpClient, clock: Clock) -> None:  # noqa: A002
        self._id, self._connection, self._terms = id, connection, terms
        self._client, self._clock = client, clock

    def _members(self, body: bytes) -> Sequence[Any]:
        """The members in an answer. Raises NotUnderstood."""
        try:
            found = self._terms.members(orjson.loads(body))
        except (orjson.JSONDecodeError, QueryFailed) as error:
            raise NotUnderstood("body-unexpected", f"its entries cannot be read: {error}", _LOOK) from error
        if isinstance(found, dict):
            return [found]
        if not isinstance(found, list):
            raise NotUnderstood("body-unexpected", "there are no entries where they were declared to be", _LOOK)
        return found

    def _entries(self, members: Sequence[Any]) -> list[Entry]:
        """What counts among members. Raises BooksUnreadable."""
        try:
            wanted = [one for one in members if self._terms.when is None or is_true(self._terms.when(one))]
            return [entry_of(member, self._terms) for member in wanted]
        except (NotUnderstood, QueryFailed) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> BooksUnreadable:
        remedy = getattr(error, "remedy", "") or _LOOK
        return BooksUnreadable(f"{self._id} cannot be asked for its {self._terms.of}: {error}", remedy=remedy)


class _HttpList(_Described, Books):
    """A list of all."""

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        pages = Pages(self._connection, self._terms, client=self._client, clock=self._clock, members=self._members)
        values = {"since": since.isoformat(timespec="seconds").replace("+00:00", "Z")}
        try:
            async with aclosing(pages.read(values)) as read:
                async for page in read:
                    yield self._entries(page.members)
        except (ListRefused, TemplateFailed) as error:
            raise self._unreadable(error) from error


class _HttpAsked(_Described, AsksByEntry):
    """One question for each entry."""

    @override
    async def of(self, asked: Sequence[Entry]) -> Sequence[Entry]:
        limit = asyncio.Semaphore(_AT_ONCE)

        async def one(entry: Entry) -> Sequence[Entry]:
            async with limit:
                return await self._one(entry)

        return [found for some in await asyncio.gather(*map(one, asked)) for found in some]

    async def _one(self, asked: Entry) -> Sequence[Entry]:
        """What is there under the key of an entry, as of its partner."""
        terms = self._terms
        try:
            url = address(self._connection.url, terms.path, terms.query, {"key": asked.key, "name": asked.name, "since": ""})
            body = await self._answer(url)
            found = self._entries(self._members(body)) if body is not None else []
        except (NotUnderstood, TemplateFailed) as error:
            raise self._unreadable(error) from error
        return [_as_asked(one, asked) for one in found if one.key == asked.key]

    async def _answer(self, url: URL) -> bytes | None:
        """What it answers; None when it has no such thing. Raises NotUnderstood and CallFailed."""
        async with self._client.call(Call("GET", url, {hdrs.ACCEPT: "application/json"})) as answer:
            if answer.status in _NOT_THERE:
                return None
            if not answer.taken:
                raise NotUnderstood("refused", f"it answers HTTP {answer.status}: {await answer.opening()}", _LOOK)
            return await answer.body(self._terms.most_bytes)


def _as_asked(found: Entry, asked: Entry) -> Entry:
    return Entry(
        asked.key, asked.partner, found.values, found.name, found.since, found.lines, found.aliases, found.changed, found.as_of
    )


def entry_of(member: Any, terms: BooksTerms) -> Entry:
    """A member of a list as an entry. Raises NotUnderstood and QueryFailed."""
    unlike = terms.shape(member) if terms.shape is not None else ""
    if unlike:
        raise NotUnderstood("entry-unexpected", f"an entry is not as was declared: {unlike}", _LOOK)
    return Entry(
        _key(terms.key, member),
        terms.partner,
        {name: _value(name, query(member), terms.words.get(name)) for name, query in terms.values.items()},
        _text(terms.name, member),
        _moment(terms.since, member, terms),
        None if terms.lines is None else _lines(terms.lines, member),
        changed=_moment(terms.changed, member, terms),
    )


def _lines(terms: BookLineTerms, member: Any) -> list[Entry]:
    found = terms.each(member)
    if not isinstance(found, list):
        raise NotUnderstood("entry-unexpected", "an entry has no lines where they were declared to be", _LOOK)
    return [
        Entry(
            _key(terms.key, line),
            values={name: _value(name, query(line), None) for name, query in terms.values.items()},
            aliases=tuple(text for query in terms.aliases if (text := _text(query, line))),
        )
        for line in found
    ]


def _key(parts: Sequence[Query], member: Any) -> str:
    """The parts of a key that are there. Lots stand behind their item as they do in other books."""
    found = [text for part in parts if (text := _text(part, member))]
    if not found:
        raise NotUnderstood("entry-unexpected", "an entry has no key where it was declared to be", _LOOK)
    return " lot ".join(found)


def _text(query: Query | None, member: Any) -> str:
    found = query(member) if query is not None else None
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _moment(query: Query | None, member: Any, terms: BooksTerms) -> datetime | None:
    found = query(member) if query is not None else None
    if found is None or found == "":
        return None
    at = moment_of(found, terms.timezone)
    if at is None:
        raise NotUnderstood("value-unreadable", f"the time {found!r} cannot be read", _LOOK)
    return at


def _value(name: str, found: Any, words: Mapping[str, str] | None) -> Value:
    """A value to be compared: a number, also where it is written as a text; a word; yes or no."""
    if found is None or found == "":
        return None
    if words is not None:
        if str(found) not in words:
            raise NotUnderstood("word-unknown", f"{name} is {found!r}, of which nothing is said: add it to words", _LOOK)
        return words[str(found)]
    if isinstance(found, bool):
        return "yes" if found else "no"
    if not isinstance(found, str | int | float):
        raise NotUnderstood("value-unreadable", f"{name} is {found!r:.100}, neither a number nor a text", _LOOK)
    try:
        number = Decimal(str(found))
    except InvalidOperation:
        return str(found)
    return number if number.is_finite() else str(found)
