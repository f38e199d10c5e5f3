"""How a configuration comes into force: proposed, approved by somebody else where that is asked for, in force from a time on.

Pure. The table below is the lifecycle of an activation; the database lets one be in force at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

ACTIVATION: Final[Mapping[tuple[str, str], str]] = {
    ("proposed", "approved"): "approved",
    ("proposed", "rejected"): "rejected",
    ("approved", "rejected"): "rejected",  # one that is to begin later is called off
    ("approved", "due"): "in_force",
    ("approved", "overtaken"): "ended",  # another one became due before anybody looked
    ("in_force", "followed"): "ended",
}
"""What is in force ends by what follows it, and by nothing else: there is always one."""

OPEN: Final = ("proposed", "approved")
"""States in which a person may still decide."""

_NAMED: Final = 5
"""So many failed tests are named in a message."""


class Kind(StrEnum):
    """How an activation came to be: by the start of a gateway with its files, by a person, by a person who goes back."""

    START = "start"
    PROPOSAL = "proposal"
    ROLL_BACK = "roll_back"


class Approval(StrEnum):
    """Who must agree before what somebody proposes may begin."""

    NOBODY = "nobody"
    ANOTHER_ROLE = "another-role"


@dataclass(frozen=True, slots=True)
class ActivationTerms:
    """What a configuration says of those that come after it. `managed`: what runs is what was activated in the database; files
    are only what is proposed from.
    """

    managed: bool = False
    approval: Approval = Approval.NOBODY


@dataclass(frozen=True, slots=True)
class Signature:
    """Who proposes or approves, in which roles. Who uses the command line has none but that."""

    name: str
    roles: frozenset[str]


AT_THE_MACHINE: Final = frozenset({"command-line"})
"""The role of somebody who has the database in hand."""


def may_not_approve(proposer: Signature, approver: Signature) -> str:
    """Why somebody may not approve what was proposed; empty when they may.

    Two eyes more are worth something only if they are another person's, who looks from another place.
    """
    if approver.name == proposer.name:
        return f"{approver.name} has proposed it: somebody else must approve"
    if not approver.roles - proposer.roles:
        roles = ", ".join(sorted(proposer.roles)) or "no role"
        return f"{approver.name} has no role that {proposer.name} has not ({roles}): somebody with another role must approve"
    return ""


@dataclass(frozen=True, slots=True)
class RouteTests:
    """What the tests beside the routes came to. `failed` names those that failed."""

    passed: int = 0
    failed: Sequence[str] = ()

    @property
    def problem(self) -> str:
        """What keeps their configuration from being activated without a word; empty when nothing does."""
        if not self.failed:
            return ""
        all_of_them = self.passed + len(self.failed)
        named = ", ".join(self.failed[:_NAMED]) + (", …" if len(self.failed) > _NAMED else "")
        return f"{len(self.failed)} of {all_of_them} test{'' if all_of_them == 1 else 's'} failed: {named}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Why a configuration is to be in force, from when (None: now), and why it may be although tests fail (empty: it may not)."""

    reason: str
    effective_from: datetime | None = None
    override: str = ""
