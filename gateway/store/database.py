"""Connections to PostgreSQL: a small pool, queries by name, foreign errors translated at the border."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg

from gateway.errors import CommitUnknown, Contention, DataRefused, StoreUnavailable
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
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
_REMEDY = "Check that PostgreSQL runs and that DATABASE_URL names it; nothing is lost, work goes on when it is back."

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
        text = f"PostgreSQL does not answer: {str(error) or type(error).__name__}"
        raise (CommitUnknown if committing else StoreUnavailable)(text, remedy=_REMEDY) from error
    except _DATA as error:
        raise DataRefused(str(error)) from error
    except asyncpg.PostgresError as error:
        # A fault of ours or of the server's set-up: work waits and is tried again, and the log says what it was.
        text = f"PostgreSQL refused a statement: {type(error).__name__}: {error}"
        raise StoreUnavailable(text, remedy="Run `gateway doctor`; report it if the schema is up to date.") from error


def _throw_away(connection: Connection) -> None:
    """End a broken connection; the pool may have taken it back by itself."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _keep(_connection: object) -> None:
    """Nothing to reset: no query of ours leaves a setting, a cursor or a lock behind; a reset is a round trip a release."""


class Database:
    """A pool of a few connections. One process needs no more than four; a statement may take `timeout` seconds."""

    def __init__(self, url: str, *, size: int = 4, timeout: float = 60.0) -> None:
        self._url = url
        self._size = size
        self._timeout = timeout
        self._pool: asyncpg.Pool | None = None
        self._sql = queries()

    async def open(self) -> None:
        """Connect. Raises StoreUnavailable."""
        with translated():
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=self._size,
                command_timeout=self._timeout,
                timeout=10,
                statement_cache_size=200,
                max_cached_statement_lifetime=0,
                reset=_keep,
                server_settings={"application_name": "edi-gateway", "jit": "off"},
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
        finally:
            # A broken connection is thrown away by the pool; its error was already told.
            try:
                await self._pool.release(connection, timeout=5)
            except (TimeoutError, *_GONE):
                _throw_away(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction on a connection of the pool. Raises CommitUnknown when the commit's answer is lost."""
        async with self.connection() as connection:
            transaction = connection.transaction()
            with translated():
                await transaction.start()
            try:
                with translated():
                    yield connection
            except BaseException:
                try:
                    await transaction.rollback()
                except _GONE:
                    _throw_away(connection)
                raise
            with translated(committing=True):
                await transaction.commit()

    async def fetch(self, query: str, *arguments: Any) -> Sequence[Row]:
        """The rows of a named query, in a transaction of its own."""
        async with self.connection() as connection:
            with translated(committing=True):
                rows: Sequence[Row] = await connection.fetch(self._sql[query], *arguments)
        return rows

    async def within(self, connection: Connection, query: str, *arguments: Any) -> Sequence[Row]:
        """The rows of a named query, in the transaction of `connection`."""
        with translated():
            rows: Sequence[Row] = await connection.fetch(self._sql[query], *arguments)
        return rows

    async def ready(self) -> bool:
        """Whether the database answers and takes writes: the truth for readiness."""
        try:
            async with self.connection() as connection:
                with translated():
                    return not await connection.fetchval("select pg_is_in_recovery()", timeout=2)
        except (StoreUnavailable, DataRefused, Contention):
            return False
