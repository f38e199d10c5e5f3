"""Logs: the two formats, ids on every line, foreign loggers, and nothing of a document or a secret."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.logging import QUIET, SILENT, LogFormat, colours_for, configure, format_for, hide_payloads

ORDER = "BEG*00*SA*PO4711**20261121~"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is global to the process: put everything back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*QUIET, *SILENT)}
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(capture=False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def in_json(**options: Any) -> io.StringIO:
    stream = io.StringIO()
    configure(stream, log_format=LogFormat.JSON, **options)
    return stream


def test_an_event_is_one_json_object_with_level_and_time_in_utc() -> None:
    stream = in_json()
    structlog.get_logger().info("interchange_translated", documents=3)
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["documents"]) == ("interchange_translated", "info", 3)
    assert line["at"].endswith("Z")


def test_bound_ids_are_on_every_line_until_unbound() -> None:
    stream = in_json()
    with structlog.contextvars.bound_contextvars(transmission="t-1", correlation="c-1"):
        structlog.get_logger().info("received")
        logging.getLogger("aiohttp.server").warning("foreign")
    structlog.get_logger().info("after")
    first, foreign, after = lines(stream)
    assert (first["transmission"], first["correlation"]) == ("t-1", "c-1")
    assert (foreign["transmission"], foreign["event"], foreign["logger"]) == ("t-1", "foreign", "aiohttp.server")
    assert "transmission" not in after


def test_events_below_the_level_are_left_out() -> None:
    stream = in_json(level="warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("x").info("quiet")
    structlog.get_logger().warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_talkative_libraries_are_heard_from_warning_on() -> None:
    stream = in_json(level="DEBUG")
    logging.getLogger("watchfiles.main").info("1 change detected")
    logging.getLogger("watchfiles.main").warning("lost")
    logging.getLogger("aiohttp.server").debug("heard")
    assert [line["event"] for line in lines(stream)] == ["lost", "heard"]


@pytest.mark.parametrize("name", ["aiormq.connection", "aio_pika.robust_connection"])
def test_what_a_library_tells_of_a_lost_broker_is_left_to_our_own_line(name: str) -> None:
    stream = in_json(level="DEBUG")
    logging.getLogger(name).error("Unexpected connection close from remote", exc_info=ConnectionResetError())
    assert lines(stream) == []


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown log level 'LOUD'; use DEBUG"):
        configure(io.StringIO(), log_format=LogFormat.JSON, level="LOUD")


def test_configuring_again_replaces_and_never_doubles() -> None:
    first = in_json()
    second = in_json()
    logging.getLogger("x").warning("once")
    structlog.get_logger().warning("twice")
    assert first.getvalue() == ""
    assert [line["event"] for line in lines(second)] == ["once", "twice"]


def test_a_loggers_name_taken_before_configuring_works_after() -> None:
    early = structlog.get_logger("early")
    stream = in_json()
    early.info("spoke")
    assert [line["event"] for line in lines(stream)] == ["spoke"]


@pytest.mark.parametrize("key", ["body", "raw", "canonical", "payload", "content"])
def test_payloads_are_left_out(key: str) -> None:
    stream = in_json()
    structlog.get_logger().info("received", **{key: ORDER})
    assert "PO4711" not in stream.getvalue()
    assert lines(stream)[0][key] == f"<{len(ORDER)} left out>"


@pytest.mark.parametrize("key", ["password", "token", "api_key", "authorization", "secret"])
def test_secrets_are_masked(key: str) -> None:
    stream = in_json()
    structlog.get_logger().info("signed_in", **{key: "s3cret"})
    assert "s3cret" not in stream.getvalue()


def test_payloads_and_secrets_within_other_values_are_hidden_as_well() -> None:
    stream = in_json()
    request = {"headers": {"token": "s3cret"}, "parts": [{"body": ORDER}, ORDER.encode()]}
    structlog.get_logger().info("refused", request=request)
    assert "s3cret" not in stream.getvalue()
    assert "PO4711" not in stream.getvalue()


def test_extra_fields_of_foreign_loggers_that_hold_bytes_are_left_out() -> None:
    assert hide_payloads(None, "", {"event": "x", "frame": ORDER.encode()})["frame"] == f"<{len(ORDER)} bytes left out>"


def test_long_texts_are_cut() -> None:
    value = hide_payloads(None, "", {"event": "x", "answer": "a" * 5_000})["answer"]
    assert value.endswith("… (5000 characters)")
    assert len(value) < 2_100


def test_a_traceback_tells_frames_and_no_variables() -> None:
    stream = in_json()
    secret_order = ORDER
    try:
        int(f"{len(secret_order)}x")
    except ValueError:
        structlog.get_logger().exception("translation_failed")
    (line,) = lines(stream)
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["frames"]
    assert "PO4711" not in stream.getvalue()


def test_a_foreign_traceback_tells_no_variables_either() -> None:
    stream = in_json()
    secret_order = ORDER
    try:
        int(f"{len(secret_order)}x")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request")
    assert lines(stream)[0]["exception"][0]["exc_type"] == "ValueError"
    assert "PO4711" not in stream.getvalue()


def test_values_that_json_does_not_know_are_written_as_text() -> None:
    stream = in_json()
    structlog.get_logger().info("odd", what=object, numbered={1: "one"})
    assert lines(stream)[0]["numbered"] == {"1": "one"}


def test_warnings_of_python_become_events() -> None:
    stream = in_json()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert lines(stream)[0]["logger"] == "py.warnings"


def test_a_terminal_gets_columns_without_colour_codes_unless_asked() -> None:
    stream = io.StringIO()
    configure(stream, log_format=LogFormat.CONSOLE)
    structlog.get_logger().info("interchange_translated", documents=3)
    logging.getLogger("aiohttp.server").warning("foreign")
    text = stream.getvalue()
    assert "interchange_translated" in text
    assert "documents=3" in text
    assert "foreign" in text
    assert "\x1b" not in text


def test_a_terminal_may_have_colours() -> None:
    stream = io.StringIO()
    configure(stream, log_format=LogFormat.CONSOLE, colours=True)
    structlog.get_logger().info("seen")
    assert "\x1b[" in stream.getvalue()


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (io.StringIO(), {}, LogFormat.JSON),
        (Terminal(), {}, LogFormat.CONSOLE),
        (Terminal(), {"GATEWAY_LOG_FORMAT": "json"}, LogFormat.JSON),
        (io.StringIO(), {"GATEWAY_LOG_FORMAT": "console"}, LogFormat.CONSOLE),
        (io.StringIO(), {"GATEWAY_LOG_FORMAT": "nonsense"}, LogFormat.JSON),
    ],
)
def test_the_format_suits_the_stream_unless_the_environment_says(
    stream: io.StringIO, environment: dict[str, str], expected: LogFormat
) -> None:
    assert format_for(stream, environment=environment) is expected


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(stream: io.StringIO, environment: dict[str, str], expected: bool) -> None:
    assert colours_for(stream, environment=environment) is expected


nested = st.recursive(
    st.none() | st.integers(-(2**53), 2**53) | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "body", "token", "lines"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(nested)
def test_nothing_that_is_hidden_comes_through_and_nothing_raises(value: Any) -> None:
    def bare(seen: Any, key: str) -> None:
        if key in {"body", "token"}:
            assert isinstance(seen, str)
            assert seen == "***" or "left out" in seen
        elif isinstance(seen, dict):
            for name, inner in seen.items():
                bare(inner, name)
        elif isinstance(seen, list):
            for inner in seen:
                bare(inner, "")
        else:
            assert not isinstance(seen, bytes)

    bare(hide_payloads(None, "", {"event": "x", "value": value}), "")
