"""Logs: one event per line, named in the past tense, with ids and without payloads.

JSON on machines, readable in a terminal. Standard logging (aiohttp, aio-pika, asyncio …) goes the same way. Ids are bound with
`structlog.contextvars` where work begins, so that every line written while a document is worked on carries them.
"""

import logging
import logging.config
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import Any, TextIO

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

from gateway.domain.tracing_terms import trace_id_of
from gateway.ports.tracing import here

PAYLOAD_KEYS = frozenset({"acknowledgement_bytes", "body", "canonical", "content", "data", "document_json", "payload", "raw"})
"""Keys whose values are partners' data: dropped, and their size kept where it has one."""

SECRET_KEYS = frozenset({"api_key", "authorization", "cookie", "passphrase", "password", "private_key", "secret", "token"})
"""Keys whose values are secrets: masked."""

QUIET = ("aiohttp.access", "asyncio", "imapclient", "paramiko", "watchfiles")
"""Foreign loggers that talk too much below WARNING."""

SILENT = ("aio_pika", "aiormq", "opentelemetry.exporter")
"""Foreign loggers that tell at each try, or with a traceback, what our own line tells already."""

_LONGEST = 2_000


class LogFormat(StrEnum):
    """How log lines are written: one JSON object each, or columns for people."""

    JSON = "json"
    CONSOLE = "console"


def configure(stream: TextIO, *, log_format: LogFormat, level: str = "INFO", colours: bool = False) -> None:
    """Send structlog's and standard logging's events to `stream`. Called once by an entry point, never on import.

    `level` is a standard level name; ValueError for another. Uncaught exceptions keep their traceback without local variables,
    which would hold documents.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"unknown log level {level!r}; use DEBUG, INFO, WARNING or ERROR")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        name_trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        hide_payloads,
    ]
    rendering = _rendering(log_format, colours=colours)
    structlog.configure(
        processors=[*shared, structlog.processors.StackInfoRenderer(), *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _route_standard_logging(stream, level=number, shared=shared, rendering=rendering)


def configure_from(environment: Mapping[str, str], stream: TextIO) -> None:
    """Configure as `GATEWAY_LOG_FORMAT`, `GATEWAY_LOG_LEVEL` and the stream ask for."""
    configure(
        stream,
        log_format=format_for(stream, environment=environment),
        level=environment.get("GATEWAY_LOG_LEVEL", "INFO"),
        colours=colours_for(stream, environment=environment),
    )


def format_for(stream: TextIO, *, environment: Mapping[str, str]) -> LogFormat:
    """The format that suits a stream: what `GATEWAY_LOG_FORMAT` says, else columns in a terminal and JSON elsewhere."""
    asked = environment.get("GATEWAY_LOG_FORMAT", "")
    if asked in set(LogFormat):
        return LogFormat(asked)
    return LogFormat.CONSOLE if stream.isatty() else LogFormat.JSON


def colours_for(stream: TextIO, *, environment: Mapping[str, str]) -> bool:
    """Whether colours suit a stream: a terminal that is not dumb, and nobody said NO_COLOR."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def name_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: the id of the trace that the present work belongs to, unless the line names one."""
    if (trace_id := trace_id_of(here())) is not None:
        event.setdefault("trace_id", trace_id)
    return event


def hide_payloads(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: payloads become their size, secrets a mask, bytes their length, and long texts are cut.

    It is the last guard, not a licence: events should carry ids only. Nested mappings and sequences are guarded as well.
    """
    return {key: _guarded(key, value) for key, value in event.items()}


def _guarded(key: str, value: Any) -> Any:
    if key in SECRET_KEYS:
        return "***"
    if key in PAYLOAD_KEYS:
        return f"<{len(value)} left out>" if hasattr(value, "__len__") else "<left out>"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes left out>"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}… ({len(value)} characters)"
    if isinstance(value, Mapping):
        return {name: _guarded(str(name), inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_guarded("", inner) for inner in value]
    return value


def _rendering(log_format: LogFormat, *, colours: bool) -> list[Processor]:
    if log_format is LogFormat.CONSOLE:
        return [
            structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback, timestamp_key="at")
        ]
    transform = ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [structlog.processors.ExceptionRenderer(transform), _render_json]


def _render_json(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _route_standard_logging(stream: TextIO, *, level: int, shared: list[Processor], rendering: list[Processor]) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
