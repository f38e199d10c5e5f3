"""Service levels: what was promised, and how far it was kept."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.office import Office
from gateway.bootstrap.service_levels import service_levels
from gateway.domain.access import Caller, Right


class ServiceLevelsAsked(Asked):
    """Of so many days up to now (UTC); of one level, or of all."""

    days: Annotated[int, Field(ge=1, le=1_000, description="So many days up to now.")] = 30
    level: Annotated[str, Field(max_length=63, description="Only this one.")] = ""


class Kept(Told):
    """What was met, missed, and is in time yet; the share of what is decided in percent, and whether it reaches the goal."""

    met: int
    missed: int
    running: int
    percent: float | None
    reached: bool | None


class OfPartner(Kept):
    """The part of a partner and an agreement."""

    partner: str | None
    agreement: str | None


class OfDay(Kept):
    """The part of a day (UTC)."""

    day: date


class ServiceLevel(Kept):
    """A level with its sums. `about` is the document, kind, deadline or stage that it measures. Without `within_seconds` what is
    measured has its own time.
    """

    id: str
    measure: str
    about: str | None
    to: str | None
    within_seconds: float | None
    calendar: str | None
    goal: float
    measured_at: datetime | None
    partners: tuple[OfPartner, ...]
    days: tuple[OfDay, ...]


class ServiceLevels(Told):
    """All of them, in the order of the configuration."""

    levels: tuple[ServiceLevel, ...]


async def _list(office: Office, _caller: Caller, asked: ServiceLevelsAsked) -> ServiceLevels:
    return ServiceLevels.model_validate({"levels": await service_levels(office, days=asked.days, level=asked.level)})


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="service_levels.list", method="GET", path="/service-levels", right=Right.SEE, asked=ServiceLevelsAsked, run=_list,
        answers=ServiceLevels, summary="Show what was promised and how far it was kept, by level, partner, agreement and day.",
    ),
)  # fmt: skip
