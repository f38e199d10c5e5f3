"""What is configured of the order process."""

from dataclasses import dataclass, field
from datetime import timedelta

from gateway.domain.order.deadline import Deadline
from gateway.domain.order.order import Rules


@dataclass(frozen=True, slots=True)
class ProcessTerms:
    """The rules by which statements are judged, for how long those that came early wait, and what is due when."""

    rules: Rules = field(default_factory=Rules)
    wait: timedelta = timedelta(hours=24)
    deadlines: tuple[Deadline, ...] = ()
