"""Figures over time: what charts are drawn from."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.charts import RANGES, Chart, Span, chart
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class FiguresAsked(Asked):
    """Of which time up to now: `24h` by hours, `7d` by quarters of days, `30d` by days (UTC)."""

    range: Annotated[Span, Field(description="How far back.")] = "24h"


class Step(Told):
    """What began at `begins` and lasts as the answer says."""

    begins: datetime


class Volume(Step):
    """Transmissions by partners' channels, interchanges sent to partners, and how many of both had failures."""

    received: int
    sent: int
    failed: int


class Delay(Step):
    """Of `measured` cases: half took no longer than `p50` seconds, 95 of a hundred no longer than `p95`, 99 than `p99`."""

    measured: int
    p50: float | None
    p95: float | None
    p99: float | None


class PartnerFailures(Told):
    """Messages that had failures, and how many of them have some that are not over. Without a partner: nobody knows whose."""

    partner: str | None
    failed: int
    open: int


class Volumes(Told):
    """How much came and went, the oldest step first."""

    step_seconds: int
    steps: tuple[Volume, ...]


class Delays(Told):
    """How long something took, the oldest step first."""

    step_seconds: int
    steps: tuple[Delay, ...]


class Failures(Told):
    """Whose failures there were, the most first: the first twenty."""

    partners: tuple[PartnerFailures, ...]


def _stepped(name: Chart, answers: type[Told]) -> Callable[[Office, Caller, Any], Awaitable[Told]]:
    async def run(office: Office, _caller: Caller, asked: FiguresAsked) -> Told:
        step = RANGES[asked.range].step.total_seconds()
        return answers.model_validate({"step_seconds": step, "steps": await chart(office, name, asked.range)})

    return run


async def _failures(office: Office, _caller: Caller, asked: FiguresAsked) -> Failures:
    return Failures.model_validate({"partners": await chart(office, "failures", asked.range)})


def _figures(name: str, summary: str, run: Callable[[Office, Caller, Any], Awaitable[Told]], answers: type[Told]) -> Operation:
    return Operation(
        name=f"figures.{name}", method="GET", path=f"/figures/{name.replace('_', '-')}", right=Right.SEE, summary=summary,
        asked=FiguresAsked, run=run, answers=answers, slow=True,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    _figures("volumes", "Show how much came in, was sent, and failed, over time.", _stepped("volumes", Volumes), Volumes),
    _figures("latencies", "Show how long it took from receipt to delivery, over time.", _stepped("latencies", Delays), Delays),
    _figures(
        "acknowledgement_delays", "Show how long partners took to acknowledge what was sent, over time.",
        _stepped("acknowledgement_delays", Delays), Delays,
    ),
    _figures("failures", "Show whose messages had failures, the most first.", _failures, Failures),
)  # fmt: skip
