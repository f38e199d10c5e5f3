"""Connections to PostgreSQL: a small pool, queries by name, foreign errors translated at the border."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg

from gateway.errors import CommitUnknown, Contention, DataRefused, GatewayError, LeaseLost, StoreUnavailable
from gateway.ports.asked_once import attempt
from gateway.ports.distrust import distrust
from gateway.ports.encryption import BodyCipher
from gateway.ports.fence import fence
from gateway.ports.tracing import Span, SpanKind, step
from gateway.store.bodies import Bodies
from gateway.store.connecting import Line
from gateway.store.queries import queries

_CONTENTION = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
_DATA = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    asyncpg.StatementTooComplexError,
)
_GONE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver raises on a connection that was lost in the middle of an operation
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
_FULL = asyncpg.InsufficientResourcesError
"""The server said no and did nothing: its disk is full, or it has too many connections."""
_LEASE_LOST = "ZL002"
"""What `gateway.require_lease_v1` raises."""
_LATER = 5.0
"""So many seconds after we gave up a statement the server ends it, whatever became of us: until then it holds its locks."""
_REMEDY = "Check that PostgreSQL runs and that DATABASE_URL names it; nothing is lost, work goes on when it is back."
_ROOM = "Make room on the disk of PostgreSQL, or allow more connections; nothing was stored, work goes on by itself then."
_READ_ONLY = "Name all servers in DATABASE_URL (postgresql://edi@one,two/edi) so that the one that takes writes is found."

Connection = asyncpg.pool.PoolConnectionProxy
Row = asyncpg.Record


@contextmanager
def translated(*, committing: bool = False) -> Iterator[None]:
    """Turn the driver's exceptions into ours. While committing, a lost connection means that nobody knows."""
    try:
        yield
    except _CONTENTION as error:
        raise Contention(str(error)) from error
    except asyncpg.DataError as error:
        raise DataRefused(str(error)) from error
    except _GONE as error:
        untrusted = distrust(error)
        what = "PostgreSQL is not trusted" if untrusted else "PostgreSQL does not answer"
        text = f"{what}: {str(error) or type(error).__name__}"
        remedy = untrusted.remedy if untrusted else _REMEDY
        raise (CommitUnknown if committing else StoreUnavailable)(text, remedy=remedy) from error
    except _DATA as error:
        raise DataRefused(str(error)) from error
    except _FULL as error:
        raise StoreUnavailable(f"PostgreSQL has no room: {error}", remedy=_ROOM) from error
    except asyncpg.ReadOnlySQLTransactionError as error:
        raise StoreUnavailable(f"PostgreSQL takes no writes: {error}", remedy=_READ_ONLY) from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == _LEASE_LOST:
            raise LeaseLost(str(error), remedy="Nothing: another process goes on with this work.") from error
        # A fault of ours or of the server's set-up: work waits and is tried again, and the log says what it was.
        text = f"PostgreSQL refused a statement: {type(error).__name__}: {error}"
        raise StoreUnavailable(text, remedy="Run `gateway doctor`; report it if the schema is up to date.") from error


def _throw_away(connection: Connection) -> None:
    """End a broken connection; the pool may have taken it back by itself."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


def _left_open(connection: Connection) -> bool:
    """Whether a transaction was cancelled where nobody rolls back."""
    try:
        return connection.is_in_transaction()
    except asyncpg.InterfaceError:  # the pool has taken it back by itself
        return False


def _told(query: str) -> Span:
    """A statement by its name, in the span of the work that it is for; nothing of what is in it."""
    return step(query, SpanKind.CLIENT, {"db.system.name": "postgresql", "db.query.summary": query})


async def _keep(_connection: object) -> None:
    """Nothing to reset: no query of ours leaves a setting, a cursor or a lock behind; a reset is a round trip a release."""


class Database:
    """A pool of a few connections. One process needs no more than four.

    A statement may take `timeout` seconds: after them the line is taken for dead, and the connection is thrown away.
    `bodies` seals and opens what is stored of documents; `cipher` is None where nothing is encrypted. With `reading` nothing can
    be written, and a replica will do.
    """

    def __init__(
        self, url: str, *, size: int = 4, timeout: float = 15.0, cipher: BodyCipher | None = None, reading: bool = False
    ) -> None:
        self.bodies = Bodies(cipher)
        self._line = Line(url, longest=timeout + _LATER, reading=reading)
        self._size = size
        self._timeout = timeout
        self._pool: asyncpg.Pool | None = None
        self._sql = queries()

    def seal_with(self, cipher: BodyCipher | None) -> None:
        """Seal and open bodies by other keys from now on."""
        self.bodies = Bodies(cipher)

    async def open(self, *, at_once: bool = True) -> None:
        """Connect; or only when a connection is needed. Raises StoreUnavailable."""
        with translated():
            self._pool = await asyncpg.create_pool(
                connect=self._line.connect,
                min_size=1 if at_once else 0,
                max_size=self._size,
                command_timeout=self._timeout,
                statement_cache_size=200,
                max_cached_statement_lifetime=0,
                reset=_keep,
            )

    async def close(self) -> None:
        """End all connections; those in use get a moment."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncpg.compat.timeout(5):
                    await pool.close()
            except (TimeoutError, *_GONE):
                pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool."""
        if self._pool is None:
            raise StoreUnavailable("The database is not open.", remedy=_REMEDY)
        with translated():
            connection = await self._pool.acquire(timeout=15)
        try:
            yield connection
        except StoreUnavailable as error:
            await self._doubt(connection, error)
            raise
        finally:
            if _left_open(connection):
                _throw_away(connection)
            # A broken connection is thrown away by the pool; its error was already told.
            try:
                await self._pool.release(connection, timeout=5)
            except (TimeoutError, *_GONE):
                _throw_away(connection)

    async def _doubt(self, connection: Connection, error: StoreUnavailable) -> None:
        """Throw away a connection that does not answer; and all of them, when they lead to a server that takes no writes."""
        if isinstance(error.__cause__, asyncpg.ReadOnlySQLTransactionError):
            await self._leave()
        elif isinstance(error.__cause__, TimeoutError):
            _throw_away(connection)

    async def _leave(self) -> None:
        """Let all connections be made anew, to a server that takes writes."""
        if self._pool is not None:
            await self._pool.expire_connections()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction on a connection of the pool, under the fence of the present task, for the request that it works on.

        Raises CommitUnknown when the commit's answer is lost, LeaseLost when the fence's lease is no longer held, or somebody
        else works on the request.
        """
        async with self.connection() as connection:
            transaction = connection.transaction()
            with translated():
                await transaction.start()
            try:
                if (held := fence()) is not None:
                    await self.within(connection, "require_lease", held.lease, held.token)
                with translated():
                    yield connection
                if (request := attempt()) is not None:
                    await self.within(connection, "note_api_call", request.account, request.key, request.number)
            except BaseException:
                try:
                    await transaction.rollback()
                except _GONE:
                    _throw_away(connection)
                raise
            with translated(committing=True), _told("commit"):
                await transaction.commit()

    async def fetch(self, query: str, *arguments: Any, patience: float | None = None) -> Sequence[Row]:
        """The rows of a named query, in a transaction of its own, under the fence of the present task.

        `patience` in seconds is for what may take longer than other statements, up to a minute.
        """
        if fence() is not None or attempt() is not None or patience is not None:
            async with self.transaction() as connection:
                return await self.within(connection, query, *arguments, patience=patience)
        async with self.connection() as connection:
            with translated(committing=True), _told(query):
                rows: Sequence[Row] = await connection.fetch(self._sql[query], *arguments)
        return rows

    async def within(
        self, connection: Connection, query: str, *arguments: Any, patience: float | None = None
    ) -> Sequence[Row]:  # fmt: skip
        """The rows of a named query, in the transaction of `connection`."""
        with translated(), _told(query):
            if patience is not None:
                await connection.execute(f"set local statement_timeout = {patience * 1000:.0f}")
            rows: Sequence[Row] = await connection.fetch(self._sql[query], *arguments, timeout=patience)
        return rows

    async def rows(self, connection: Connection, query: str, *arguments: Any, prefetch: int) -> AsyncIterator[Row]:
        """The rows of a named query one after the other, in the transaction of `connection`, so many fetched at a time: for what
        may be more than one wants to hold.
        """
        with translated():
            async for row in connection.cursor(self._sql[query], *arguments, prefetch=prefetch):
                yield row

    async def problem(self, *, within: float = 2.0) -> str:
        """What keeps the database from taking work, found out now; empty when it answers and takes writes."""
        try:
            async with asyncio.timeout(within), self.connection() as connection:
                with translated():
                    read_only = await connection.fetchval("select current_setting('transaction_read_only')", timeout=within)
        except TimeoutError:
            return f"PostgreSQL did not answer within {within:g} s."
        except GatewayError as error:
            return str(error)
        if read_only == "off":
            return ""
        await self._leave()
        return "PostgreSQL takes no writes: it is a replica, or read-only."

    async def ready(self) -> bool:
        """Whether the database answers and takes writes."""
        return not await self.problem()
