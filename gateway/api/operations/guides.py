"""Guides for partners: what was agreed with one, as a page that can be sent to it."""

from typing import Literal

from gateway.api.fields import Name
from gateway.api.operation import File, Operation
from gateway.api.operations.partners import PartnerAsked
from gateway.bootstrap.guides import partner_guide
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.errors import Absent


class GuideAsked(PartnerAsked):
    """A guide about all that was agreed with a partner, or about one agreement."""

    agreement: Name | None = None
    language: Literal["en", "de"] = "en"


async def _guide(office: Office, caller: Caller, asked: GuideAsked) -> File:
    if not caller.sees(asked.partner):
        raise Absent(f'There is no partner "{asked.partner}".', remedy=f"Yours is {caller.partner}.")
    page = await partner_guide(office, asked.partner, agreement=asked.agreement or "", language=asked.language)
    return File(page.html.encode(), "text/html; charset=utf-8", page.name)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="partners.guide", method="GET", path="/partners/{partner}/guide", right=Right.SEE, asked=GuideAsked, run=_guide,
        file=True, partners=True,
        summary="Get a partner's guide as one HTML page: how to connect, segments, codes, examples, errors with their answers.",
    ),
)  # fmt: skip
