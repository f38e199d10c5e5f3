"""What every test has: private servers, chance that can be repeated, no silent skipping where all servers must be there."""

import os
from collections.abc import Generator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers.fixtures", "tests.world.fixtures"]

# Plain lines: structlog's own default draws tracebacks with all their locals, which takes seconds where a batch is in them.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


CORPUS = "EDI_CORPUS"
"""The variable that names the folder of real documents which must not be copied into the project."""


def servers_required() -> bool:
    """Whether this run may skip nothing."""
    return os.environ.get("REQUIRE_SERVERS") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Where all servers must be there, a skipped test has failed; but for documents whose licence keeps them elsewhere."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and servers_required() and not item.get_closest_marker("optional"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if CORPUS in reason and not os.environ.get(CORPUS):
            return report
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped (REQUIRE_SERVERS=1): {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests measured stands in the last lines."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Likewise for a whole file that skips itself."""
    report = yield
    if report.skipped and servers_required():
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped where nothing may be skipped (REQUIRE_SERVERS=1)"
    return report
