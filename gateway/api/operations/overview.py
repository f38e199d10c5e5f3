"""The overview: what needs somebody, what is on its way, and what came and went in a day."""

from datetime import datetime

from gateway.api.operation import Asked, Operation, Told
from gateway.api.operations.figures import Volume
from gateway.api.operations.partners import Certificate
from gateway.bootstrap.office import Office
from gateway.bootstrap.overview import overview
from gateway.domain.access import Caller, Right


class OverviewAsked(Asked):
    """Everything at one look."""


class EndingCertificate(Certificate):
    """A certificate that ends in 30 days, or has ended, and the partner that it is about."""

    partner: str | None


class Affected(Told):
    """A partner that failures are open about, or whose answers are overdue or refused something."""

    partner: str
    failures: int
    overdue: int
    rejected: int


class Overview(Told):
    """Failures that are not over (`unattended` of them by nobody, `regressions` came back), answers that are overdue or were
    rejected, acknowledgements that match nothing, targets that do not answer (`breakers`) or are held (`target:odoo`,
    `partner:bigbox`), orders that are held or late, dead letters; what is to be read, delivered and published (counted up to
    100,000), with the oldest; certificates that end; partners that are affected, the most first (twenty of them); volumes by the
    hour; and since when the configuration in force has been known.
    """

    now: datetime
    configuration: str
    configuration_since: datetime | None
    failures: int
    unattended: int
    unattended_since: datetime | None
    regressions: int
    overdue: int
    rejected: int
    unmatched: int
    breakers: tuple[str, ...]
    held: tuple[str, ...]
    orders_held: int
    orders_late: int
    dead_letters: int
    to_read: int
    to_read_since: datetime | None
    to_deliver: int
    to_deliver_since: datetime | None
    to_publish: int
    to_publish_since: datetime | None
    certificates: tuple[EndingCertificate, ...]
    affected: tuple[Affected, ...]
    volumes: tuple[Volume, ...]


async def _overview(office: Office, _caller: Caller, _asked: OverviewAsked) -> Overview:
    return Overview.model_validate(await overview(office))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="overview", method="GET", path="/overview", right=Right.SEE, asked=OverviewAsked, run=_overview, answers=Overview,
        slow=True, summary="Show what needs somebody now, what is on its way, and what came and went in a day.",
    ),
)  # fmt: skip
