"""Which configuration is in force, since when, by whom and why; what would differ by another one; and bringing one into force."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, StringConstraints

from gateway.api.fields import Name, Reason, Remark
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, page_of, place_of
from gateway.bootstrap.activations import (
    configuration,
    configuration_file,
    configurations,
    decide_configuration,
    propose_files,
    roll_back_configuration,
)
from gateway.bootstrap.config_diff import compare_configurations
from gateway.bootstrap.config_replay import replay_decisions
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.domain.activation import Proposal

Number = Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807, description="The number of an activation.")]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ActivationsAsked(Listed):
    """Activations, the newest first."""


class PresentAsked(Asked):
    """The activation in force."""


class ActivationAsked(Asked):
    """One of them."""

    activation: Number


class Complaint(Told):
    """What `gateway check` said of it when it was proposed."""

    file: str
    line: int
    code: str
    severity: str
    message: str


class OutcomeOfTests(Told):
    """What its tests came to; those that failed by their names."""

    passed: int
    failed: tuple[str, ...]


class Activation(Told):
    """A configuration that was, is or is to be in force: who wanted it (None: a gateway has begun with its files) and why, what
    was found then, who approved or rejected it, from when to when it was in force. `override` is why failed tests did not matter.
    `managed` and `approval` are what it says of those that come after it.
    """

    id: int
    digest: str
    kind: str
    state: str
    managed: bool
    approval: str
    proposed_by: str | None
    proposer_roles: tuple[str, ...]
    proposed_at: datetime
    reason: str
    lint: tuple[Complaint, ...]
    tests: OutcomeOfTests | None
    override: str | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None
    effective_from: datetime
    activated_at: datetime | None
    ended_at: datetime | None


class ActivationWhole(Activation):
    """The same with the names of its files."""

    files: tuple[str, ...]


class FileAsked(ActivationAsked):
    """A file of it."""

    name: FileName


class ConfigurationFile(Told):
    """A file; what is no text stands in base 64, after `base64:`."""

    name: str
    text: str


class ChangedMember(Told):
    """What a member of it was and would be."""

    path: str
    before: Any
    after: Any


class Change(Told):
    """Something that differs, and whom it touches."""

    section: str
    id: str
    what: str
    members: tuple[ChangedMember, ...]
    partners: tuple[str, ...]


class TouchedPartner(Told):
    """A partner, and how many changes touch it."""

    partner: str
    changes: int


class MovedPartner(Told):
    """A partner that another region serves from then on; null: the gateway without a region. What becomes of its history."""

    partner: str
    before: str | None
    after: str | None
    text: str
    remedy: str


class ConfigurationDifference(Told):
    """What differs from the configuration in force, and every partner that it touches; those whose region changes are `moved`."""

    same: bool
    changes: tuple[Change, ...]
    partners: tuple[TouchedPartner, ...]
    moved: tuple[MovedPartner, ...]


class ReplayAsked(ActivationAsked):
    """What came in the last `days`, no more than so many messages, the newest."""

    days: Annotated[int, Field(ge=1, le=90)] = 7
    messages: Annotated[int, Field(ge=1, le=2_000)] = 500


class ConfigurationReplay(Told):
    """What would have been decided otherwise: `groups` with their counts and examples, the most frequent first."""

    messages: int
    documents: int
    changed_messages: int
    not_compared: tuple[dict[str, Any], ...]
    groups: tuple[dict[str, Any], ...]
    more_changes: int


class Proposed(Asked):
    """Files that are laid over those in force, by their names beside routes.toml; null for one that goes. Why, from when (now),
    and why it may be in force although tests fail.
    """

    files: Annotated[dict[FileName, str | None], Field(min_length=1, max_length=2_000)]
    reason: Reason
    effective_from: AwareDatetime | None = None
    override: Remark = ""


class Decision(ActivationAsked):
    """A decision, and why."""

    reason: Reason


class BackTo(Asked):
    """What to go back to, by its number or digest; nothing: what was in force before. And why."""

    to: Name | None = None
    reason: Reason


async def _list(office: Office, _caller: Caller, asked: ActivationsAsked) -> Page:
    place = place_of(asked.after, int)
    found = await configurations(office, before=place[0] if place else None, limit=asked.limit + 1)
    return page_of([Activation.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _present(office: Office, _caller: Caller, _asked: PresentAsked) -> ActivationWhole:
    return ActivationWhole.model_validate(await configuration(office))


async def _show(office: Office, _caller: Caller, asked: ActivationAsked) -> ActivationWhole:
    return ActivationWhole.model_validate(await configuration(office, asked.activation))


async def _file(office: Office, _caller: Caller, asked: FileAsked) -> ConfigurationFile:
    return ConfigurationFile(name=asked.name, text=await configuration_file(office, asked.activation, asked.name))


async def _difference(office: Office, _caller: Caller, asked: ActivationAsked) -> ConfigurationDifference:
    digest = (await configuration(office, asked.activation))["digest"]
    return ConfigurationDifference.model_validate(await compare_configurations(office, "", digest))


async def _replay(office: Office, _caller: Caller, asked: ReplayAsked) -> ConfigurationReplay:
    digest = (await configuration(office, asked.activation))["digest"]
    since = datetime.now(UTC) - timedelta(days=asked.days)
    found = await replay_decisions(office, digest, since=since, limit=asked.messages, processes=0)
    return ConfigurationReplay.model_validate(found)


async def _propose(office: Office, caller: Caller, asked: Proposed) -> ActivationWhole:
    proposal = Proposal(reason=asked.reason, effective_from=asked.effective_from, override=asked.override)
    return ActivationWhole.model_validate(await propose_files(office, asked.files, proposal, by=caller))


async def _approve(office: Office, caller: Caller, asked: Decision) -> ActivationWhole:
    told = await decide_configuration(office, asked.activation, approve=True, by=caller, reason=asked.reason)
    return ActivationWhole.model_validate(told)


async def _reject(office: Office, caller: Caller, asked: Decision) -> ActivationWhole:
    told = await decide_configuration(office, asked.activation, approve=False, by=caller, reason=asked.reason)
    return ActivationWhole.model_validate(told)


async def _roll_back(office: Office, caller: Caller, asked: BackTo) -> ActivationWhole:
    return ActivationWhole.model_validate(await roll_back_configuration(office, asked.to or "", by=caller, reason=asked.reason))


_ONE = "/configurations/{activation}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="configuration.list", method="GET", path="/configurations", right=Right.SEE, asked=ActivationsAsked, run=_list,
        answers=Activation, pages=True,
        summary="List what was, is and is to be in force, the newest first: who wanted it and why, what its tests said.",
    ),
    Operation(
        name="configuration.present", method="GET", path="/configuration", right=Right.SEE, asked=PresentAsked, run=_present,
        answers=ActivationWhole, summary="Show the activation in force, with its files.",
    ),
    Operation(
        name="configuration.show", method="GET", path=_ONE, right=Right.SEE, asked=ActivationAsked, run=_show,
        answers=ActivationWhole, summary="Show an activation, with its files.",
    ),
    Operation(
        name="configuration.file", method="GET", path=f"{_ONE}/file", right=Right.SEE, asked=FileAsked, run=_file,
        answers=ConfigurationFile, summary="Show a file of it. Secrets stand in it as references only.",
    ),
    Operation(
        name="configuration.difference", method="GET", path=f"{_ONE}/difference", right=Right.SEE, asked=ActivationAsked,
        run=_difference, answers=ConfigurationDifference,
        summary="Say what differs from the configuration in force, and every partner that it touches.",
    ),
    Operation(
        name="configuration.replay", method="GET", path=f"{_ONE}/replay", right=Right.PAYLOADS, asked=ReplayAsked, run=_replay,
        answers=ConfigurationReplay, audited=True,
        summary="Say what it would have decided otherwise about what came lately; nothing is stored or sent.",
    ),
    Operation(
        name="configuration.propose", method="POST", path="/configurations", right=Right.CONFIGURE, asked=Proposed, run=_propose,
        answers=ActivationWhole, most_bytes=16 * 1_048_576,
        summary="Bring files into force: at once, at their time, or when somebody else has approved them.",
    ),
    Operation(
        name="configuration.approve", method="POST", path=f"{_ONE}/approve", right=Right.CONFIGURE, asked=Decision, run=_approve,
        answers=ActivationWhole, summary="Approve what somebody else with another role has proposed.",
    ),
    Operation(
        name="configuration.reject", method="POST", path=f"{_ONE}/reject", right=Right.CONFIGURE, asked=Decision, run=_reject,
        answers=ActivationWhole, summary="Reject what was proposed, or call off what is to begin later.",
    ),
    Operation(
        name="configuration.roll_back", method="POST", path="/configuration/roll-back", right=Right.CONFIGURE, asked=BackTo,
        run=_roll_back, answers=ActivationWhole, summary="Go back to what was in force before, at once.",
    ),
)  # fmt: skip
