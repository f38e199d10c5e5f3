"""What is not mapped to Odoo: what documents met that means nothing there, and what tables name that is not there."""

from gateway.api.fields import Name
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.odoo_mapping import unmapped
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class UnmappedAsked(Asked):
    """What documents met, of one Odoo database or of all, of one partner or of all."""

    application: Name | None = None
    partner: Name | None = None


class Unmapped(Told):
    """Something that nobody mapped. With `table`: an entry of it that means nothing in Odoo, `word` and what it stands for.
    Without: what documents met, `word` being the code of the failure and `target` its id, of which partner and how often.
    """

    application: str
    table: str
    word: str
    target: str
    partner: str
    times: int
    why: str


async def _list(office: Office, _caller: Caller, asked: UnmappedAsked) -> Page:
    return await _unmapped(office, asked, comparing=False)


async def _compare(office: Office, _caller: Caller, asked: UnmappedAsked) -> Page:
    return await _unmapped(office, asked, comparing=True)


async def _unmapped(office: Office, asked: UnmappedAsked, *, comparing: bool) -> Page:
    found = await unmapped(office, asked.application, comparing=comparing)
    views = [Unmapped(**{name: getattr(one, name) for name in Unmapped.model_fields}) for one in found]
    return Page([one for one in views if asked.partner in (None, one.partner)])


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="unmapped.list", method="GET", path="/unmapped", right=Right.SEE, asked=UnmappedAsked, run=_list, answers=Unmapped,
        pages=True, slow=True,
        summary="List what documents brought that Odoo does not know, how often, and the failures it is in.",
    ),
    Operation(
        name="unmapped.compare", method="POST", path="/unmapped/compare", right=Right.REPAIR, asked=UnmappedAsked, run=_compare,
        answers=Unmapped, pages=True, slow=True, summary="The same, and every entry of the tables is looked for in Odoo.",
    ),
)  # fmt: skip
