"""Shadow beside another gateway: which agreements are in it, what both would send, what differs; cut-over, and the way back.

The other gateway's files are compared by the command line, where they lie: `gateway shadow compare PARTNER FOLDER`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from gateway.api.fields import Name, Names, Reason, Remark
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.operations.configuration import ActivationWhole
from gateway.api.operations.partners import PartnerAsked
from gateway.api.paging import Listed, page_of, place_of
from gateway.bootstrap.cut_over import cut_over_lines, propose_cut_over
from gateway.bootstrap.office import Office
from gateway.bootstrap.shadow_views import shadow_agreements, shadow_differences, shadow_of
from gateway.domain.access import Caller, Right
from gateway.domain.activation import Proposal
from gateway.domain.shadow import Likeness
from gateway.ports.shadow import ShadowFilter


class ShadowAsked(Asked):
    """Agreements of these partners; of all, if none is named."""

    partner: Names = ()


class ShadowAgreement(Told):
    """An agreement of a partner with something in shadow. Not in `shadow`, it is served by this gateway.

    Documents are counted by how they compare with the other gateway's; acknowledgements count with each agreement that owes some.
    `ready`: something was compared, and all of it is the same. Since `withheld_since` something of the partner is withheld.
    """

    partner: str
    partner_name: str
    agreement: str
    direction: Literal["in", "out"]
    document: str
    format: str
    shadow: bool
    same: int
    different: int
    only_ours: int
    only_legacy: int
    ready: bool
    withheld_since: datetime | None
    compared_at: datetime | None


class ComparedCount(Told):
    """So many documents compare so."""

    document: str
    state: Likeness
    count: int


class ElementThatDiffers(Told):
    """An element that differs, as a path without places in lists, and in how many documents."""

    document: str
    element: str
    documents: int


class ShadowOfPartner(Told):
    """How far a partner is on its way to the cut-over. `differences` are the most frequent elements, at most 500.

    `managed`: a cut-over can be proposed; else it is written into routes.toml by whoever may.
    """

    partner: str
    name: str
    managed: bool
    agreements: tuple[ShadowAgreement, ...]
    documents: tuple[ComparedCount, ...]
    differences: tuple[ElementThatDiffers, ...]
    ready: bool
    withheld_since: datetime | None
    withheld_until: datetime | None
    compared_at: datetime | None


class ShadowDifferencesAsked(Listed):
    """Documents of a partner that are not the same: of a canonical name, in a state, with a difference in an element."""

    partner: Name
    document: Annotated[str, Field(max_length=100)] = ""
    state: Literal[Likeness.DIFFERENT, Likeness.ONLY_OURS, Likeness.ONLY_LEGACY] | None = None
    element: Annotated[str, Field(max_length=500)] = ""


class DifferenceInDocument(Told):
    """A place where they differ; null: it is not there. `path` has the places in lists, which `element` leaves out."""

    element: str
    path: str
    ours: str | None
    legacy: str | None


class DocumentThatDiffers(Told):
    """A document that is not the same: `message` is what ours belongs to, `legacy` the file of the other gateway's."""

    document: str
    identity: str
    state: Likeness
    message: UUID | None
    legacy: str | None
    compared_at: datetime
    differences: tuple[DifferenceInDocument, ...]
    more_differences: int


class CutOverAsked(PartnerAsked):
    """An agreement of a partner, by its id."""

    agreement: Name


class CutOverLines(Told):
    """What is to be written into `file` at a `line`, so that the agreement is not in `shadow` any more, or is again.

    `managed`: it can be proposed.
    """

    partner: str
    agreement: str
    shadow: bool
    file: str
    line: int
    lines: str
    managed: bool


class CutOver(CutOverAsked):
    """The agreement is this gateway's own from then on; or, with `shadow`, the other gateway's again. Why, from when (now), and
    why it may be in force although tests fail.
    """

    shadow: bool
    reason: Reason
    effective_from: AwareDatetime | None = None
    override: Remark = ""


async def _list(office: Office, _caller: Caller, asked: ShadowAsked) -> Page:
    return Page([ShadowAgreement.model_validate(one) for one in await shadow_agreements(office, asked.partner)])


async def _show(office: Office, _caller: Caller, asked: PartnerAsked) -> ShadowOfPartner:
    return ShadowOfPartner.model_validate(await shadow_of(office, asked.partner))


async def _differences(office: Office, _caller: Caller, asked: ShadowDifferencesAsked) -> Page:
    wanted = ShadowFilter(asked.document or None, asked.state, asked.element or None)
    after: Any = place_of(asked.after, str, str)
    found = await shadow_differences(office, asked.partner, wanted, after=after, limit=asked.limit + 1)
    rows = [DocumentThatDiffers.model_validate(one) for one in found]
    return page_of(rows, asked.limit, lambda one: (one.document, one.identity))


async def _lines(office: Office, _caller: Caller, asked: CutOverAsked) -> CutOverLines:
    return CutOverLines.model_validate(await cut_over_lines(office, asked.partner, asked.agreement))


async def _cut_over(office: Office, caller: Caller, asked: CutOver) -> ActivationWhole:
    proposal = Proposal(reason=asked.reason, effective_from=asked.effective_from, override=asked.override)
    told = await propose_cut_over(office, asked.partner, asked.agreement, proposal, shadow=asked.shadow, by=caller)
    return ActivationWhole.model_validate(told)


_OF_PARTNER = "/partners/{partner}/shadow"
_OF_AGREEMENT = f"{_OF_PARTNER}/agreements/{{agreement}}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="shadow.list", method="GET", path="/shadow", right=Right.SEE, asked=ShadowAsked, run=_list, answers=ShadowAgreement,
        pages=True, slow=True,
        summary="List agreements in shadow beside another gateway, and those cut over: how many documents of both are the same.",
    ),
    Operation(
        name="shadow.show", method="GET", path=_OF_PARTNER, right=Right.SEE, asked=PartnerAsked, run=_show,
        answers=ShadowOfPartner, slow=True,
        summary="Show how far a partner is on its way to the cut-over: its agreements, and which elements differ how often.",
    ),
    Operation(
        name="shadow.differences", method="GET", path=f"{_OF_PARTNER}/differences", right=Right.PAYLOADS,
        asked=ShadowDifferencesAsked, run=_differences, answers=DocumentThatDiffers, pages=True, audited=True,
        summary="List documents that are not the same on both sides, with what each gateway says.",
    ),
    Operation(
        name="shadow.lines", method="GET", path=_OF_AGREEMENT, right=Right.SEE, asked=CutOverAsked, run=_lines,
        answers=CutOverLines,
        summary="Say what to write into routes.toml so that an agreement is cut over to this gateway, or goes back.",
    ),
    Operation(
        name="shadow.cut_over", method="POST", path=_OF_AGREEMENT, right=Right.CONFIGURE, asked=CutOver, run=_cut_over,
        answers=ActivationWhole,
        summary="Propose the configuration by which an agreement is cut over to this gateway, or goes back to the other one.",
    ),
)  # fmt: skip
