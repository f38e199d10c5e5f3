"""What is proved of a new partner, what people say about it, and files that a partner tries before it sends them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gateway.api.fields import Content, Name, Reason
from gateway.api.operation import Operation, Told
from gateway.api.operations.onboarding import FileJudged
from gateway.api.operations.partners import PartnerAsked
from gateway.bootstrap.office import Office
from gateway.bootstrap.onboarding import checklist_of, say_of_item, try_file
from gateway.domain.access import Caller, Right
from gateway.domain.onboarding.checklist import Item, Standing, Whose
from gateway.domain.onboarding.recognised import Sample
from gateway.errors import Absent, PlanRefused

MOST_TRIED = 1 << 20
"""So large may a file be that is tried."""
_BODY = 2 * MOST_TRIED


class ChecklistItem(Told):
    """An item, judged from what configuration and database say. `proof` and `next` are codes, with the values of their texts.

    `whose` turn it is. A `note` is what a person said last: an item that is `waived` goes without.
    """

    item: Item
    standing: Standing
    proof: str
    proof_values: dict[str, str | int]
    next: str
    next_values: dict[str, str | int]
    whose: Whose
    note: str
    noted_by: str | None
    noted_at: datetime | None


class Checklist(Told):
    """What is proved of a partner. `done` counts the items that are settled; `test`: the partner is on trial."""

    partner: str
    name: str
    test: bool
    items: tuple[ChecklistItem, ...]
    done: int


class ItemNoted(PartnerAsked):
    """What somebody says about an item. With `waived` it may go without, and counts as settled until that is ended."""

    item: Item
    note: Reason
    waived: bool = False


class FileTried(PartnerAsked):
    """A file that is judged as if the partner had sent it."""

    name: Name = "file"
    content: Annotated[Content, Field(description="The file's bytes, in Base64; at most 1 MiB.")]


async def _checklist(office: Office, caller: Caller, asked: PartnerAsked) -> Any:
    _own(caller, asked.partner)
    return Checklist.model_validate(await checklist_of(office, asked.partner, as_partner=caller.partner is not None))


async def _note(office: Office, caller: Caller, asked: ItemNoted) -> Any:
    await say_of_item(
        office, asked.partner, asked.item.value, waived=asked.waived, note=asked.note, actor=caller.name
    )  # fmt: skip
    return await _checklist(office, caller, asked)


async def _try(office: Office, caller: Caller, asked: FileTried) -> Any:
    _own(caller, asked.partner)
    if len(asked.content) > MOST_TRIED:
        raise PlanRefused(f"The file has {len(asked.content)} bytes; at most {MOST_TRIED} are tried.", remedy="Try a part of it.")
    file = Sample(asked.name, asked.content)
    judged = await try_file(office, asked.partner, file, actor=caller.name, as_partner=caller.partner is not None)
    return FileJudged.model_validate(judged)


def _own(caller: Caller, partner: str) -> None:
    if not caller.sees(partner):
        raise Absent(f'There is no partner "{partner}".', remedy=f"Yours is {caller.partner}.")


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="partners.checklist", method="GET", path="/partners/{partner}/checklist", right=Right.SEE, asked=PartnerAsked,
        run=_checklist, answers=Checklist, partners=True, slow=True,
        summary="Show what is proved of a partner: connection, identities, acknowledgements, first documents, go-live.",
    ),
    Operation(
        name="partners.note", method="POST", path="/partners/{partner}/checklist/{item}", right=Right.PARTNERS, asked=ItemNoted,
        run=_note, answers=Checklist, summary="Note something about an item of a partner's checklist, or waive it with a reason.",
    ),
    Operation(
        name="partners.try", method="POST", path="/partners/{partner}/trials", right=Right.TRY, asked=FileTried, run=_try,
        answers=FileJudged, partners=True, most_bytes=_BODY,
        summary="Judge a file as if the partner had sent it: findings, and what would be answered. Nothing of it is kept.",
    ),
)  # fmt: skip
