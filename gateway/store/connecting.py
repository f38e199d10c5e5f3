"""One connection to PostgreSQL: the first of several addresses that takes writes, on a line whose silence is noticed."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from gateway.ports.distrust import distrust
from gateway.ports.line import notice_silence

_PATIENCE = 4.0
"""Seconds for one address, so that a dead one does not use up the time of the next."""

_SESSION: Final[Mapping[str, str]] = {
    "application_name": "edi-gateway",
    "jit": "off",
    # What a process that was stopped or cut off in the middle holds is free again after these (milliseconds). Who waits for it
    # gives up well before: several sessions that were cut off would inherit each other's locks, one after the other.
    "lock_timeout": "4000",
    "idle_in_transaction_session_timeout": "10000",
    # The server's side of the line: a client that is gone without a word is forgotten.
    "client_connection_check_interval": "5000",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def addresses(url: str) -> list[str]:
    """One URL for each of the hosts that a URL names, in their order: `postgresql://edi@one:5432,two:5432/edi`."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    return [urlunsplit(parts._replace(netloc=f"{login}{at}{host}")) for host in hosts.split(",")]


class Line:
    """Makes connections. The address that worked last is tried first, so that a failover costs one search.

    The server ends a statement after `longest` seconds, when nobody waits for it any more. With `reading`, any of them will do
    that answers, also a replica, and nothing is written.
    """

    def __init__(self, url: str, *, longest: float = 60.0, reading: bool = False) -> None:
        self._addresses = addresses(url)
        self._settings = {**_SESSION, "statement_timeout": f"{longest * 1000:.0f}"}
        self._wanted = SessionAttribute.any if reading else SessionAttribute.read_write
        if reading:
            self._settings["default_transaction_read_only"] = "on"

    async def connect(self, *_arguments: object, **terms: Any) -> "asyncpg.Connection[Any]":
        """Connect to the first address that takes writes. Raises ConnectionError, naming each address and why it did not."""
        refusals, untrusted = [], None
        for address in list(self._addresses):
            try:
                connection = await self._try(address, terms)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                refusals.append(f"{_place(address)}: {_reason(error)}")
                untrusted = error if distrust(error) else untrusted
                if len(self._addresses) == 1 and isinstance(error, asyncpg.PostgresError):
                    raise
            else:
                self._addresses.sort(key=lambda known: known != address)
                return connection
        raise ConnectionError("; ".join(refusals)) from untrusted

    async def _try(self, address: str, terms: Mapping[str, Any]) -> "asyncpg.Connection[Any]":
        connection: asyncpg.Connection[Any] = await asyncpg.connect(
            address,
            **{**terms, "timeout": _PATIENCE if len(self._addresses) > 1 else 2 * _PATIENCE},
            server_settings=self._settings,
            target_session_attrs=self._wanted,
        )
        notice_silence(connection._transport.get_extra_info("socket"))  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
        return connection


def _place(address: str) -> str:
    """Host and port, without the password; a socket's folder for a private server."""
    return urlsplit(address).netloc.rpartition("@")[2] or "the private server"


def _reason(error: BaseException) -> str:
    if isinstance(error, asyncpg.TargetServerAttributeNotMatched):
        return "takes no writes: a replica, or read-only"
    if (why := distrust(error)) is not None:
        return why.why
    return str(error) or ("no answer in time" if isinstance(error, TimeoutError) else type(error).__name__)
