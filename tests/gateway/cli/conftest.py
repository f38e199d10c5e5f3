"""Fixtures of the command line's tests."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.gateway.cli.invented import InventedFamily, Result, Wiring, run_command
from translators import registry


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """Run a command: `invoke("detect", "-", stdin=b"…")`."""
    return run_command


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the families by invented ones."""
    monkeypatch.setattr(registry, "family", InventedFamily)


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Wiring]:
    """Put a wiring in the place of `gateway.bootstrap`: `wired(trace={…})`."""

    def put(**answers: Any) -> Wiring:
        wiring = Wiring(**answers)
        monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
        return wiring

    return put
