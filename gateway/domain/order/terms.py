"""What is configured of the order process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.domain.order.deadline import Deadline
from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.order import Rules
from gateway.domain.order.trigger import Trigger


@dataclass(frozen=True, slots=True)
class ProcessTerms:
    """The rules by which statements are judged, for how long those that came early wait, what is due and what follows when.

    `triggers` are those of the follow-ups of kind `document`, by the id of their rule.
    """

    rules: Rules = field(default_factory=Rules)
    wait: timedelta = timedelta(hours=24)
    deadlines: tuple[Deadline, ...] = ()
    follow_ups: tuple[FollowUpRule, ...] = ()
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
