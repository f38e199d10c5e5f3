"""New partners: the file that is proposed for one. Nothing is written: it is reviewed, and then put into its place."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from gateway.api.fields import Content, Name
from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.office import Office
from gateway.bootstrap.proposing import propose_partner
from gateway.config.partner_wish import read_wish
from gateway.domain.access import Caller, Right
from gateway.domain.onboarding.recognised import Sample
from gateway.domain.onboarding.wish import Transport

MOST_SAMPLES = 20
MOST_BYTES = 8 << 20
"""All samples of a proposal together, in Base64."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class SampleGiven(Asked):
    """A sample document of the partner."""

    name: Name
    content: Annotated[Content, Field(description="The file's bytes, in Base64.")]


class PartnerWished(Asked):
    """A new partner. `partner` is its id. What is left out is recognised from the samples, or left open in the file.

    `formats` come in (`x12/004010/850`), `sends` go out: canonical names, or formats; without it, what usually answers what comes
    in. `address` is the partner's side: a URL, a host, a folder or a mail address.
    """

    partner: Name
    transport: Transport
    samples: Annotated[tuple[SampleGiven, ...], Field(max_length=MOST_SAMPLES)] = ()
    name: Word = ""
    owner: Word = ""
    timezone: Word = ""
    formats: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    sends: Annotated[tuple[Name, ...], Field(max_length=50)] | None = None
    application: Word = ""
    address: Word = ""
    user: Word = ""
    as2_name: Word = ""
    identities: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


class ProposedFile(Told):
    """A file, by its path relative to routes.toml."""

    path: str
    text: str


class ToDecide(Told):
    """What a person has yet to decide: `table` is the one that it is about, `code` names it for programs."""

    table: str
    code: str
    text: str


class Complaint(Told):
    """What `gateway check` will say of it."""

    file: str
    line: int
    code: str
    severity: Literal["error", "warning"]
    message: str
    remedy: str


class FileFinding(Told):
    """What was found in a file, and where: segments and elements are counted from 1."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    remedy: str
    expected: str | None
    actual: str | None
    document: str
    segment: int | None
    tag: str
    element: int | None
    component: int | None
    offset: int


class FileAnswer(Told):
    """An acknowledgement that we would send, under the number 1. `problem`: why it could not be written."""

    type: str
    verdict: str
    explanation: tuple[str, ...]
    text: str
    problem: str


class FileDocument(Told):
    """A document in a file. `agreement` is empty where none covers it, or the whole is refused."""

    type: str
    version: str
    control_number: str
    name: str
    agreement: str
    verdict: str


class FileInterchange(Told):
    """An interchange in a file. `test`: its documents would be test documents."""

    family: str
    version: str
    sender: str
    receiver: str
    control_number: str
    test: bool
    verdict: str
    separators: dict[str, str]
    documents: tuple[FileDocument, ...]
    answers: tuple[FileAnswer, ...]


class FileJudged(Told):
    """What a file would be if it came now. `valid`: all of it would be taken; `omitted` findings are beside those told."""

    name: str
    size: int
    valid: bool
    interchanges: tuple[FileInterchange, ...]
    findings: tuple[FileFinding, ...]
    omitted: int


class PartnerProposed(Told):
    """The file of a new partner with its tables, what a person must decide, what `gateway check` will say of it until then, and
    how its samples fare under it (none are judged where it cannot be used yet).
    """

    path: str
    text: str
    tables: tuple[ProposedFile, ...]
    decisions: tuple[ToDecide, ...]
    complaints: tuple[Complaint, ...]
    samples: tuple[FileJudged, ...]


async def _propose(office: Office, _caller: Caller, asked: PartnerWished) -> Any:
    words = {name: getattr(asked, name) for name in ("name", "owner", "timezone", "application", "address", "user", "as2_name")}
    wish = read_wish(
        asked.partner, asked.transport, formats=asked.formats, sends=asked.sends, identities_named=asked.identities, **words
    )
    samples = [Sample(one.name, one.content) for one in asked.samples]
    return PartnerProposed.model_validate(await propose_partner(office, wish, samples))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="partners.propose", method="POST", path="/partner-proposals", right=Right.PARTNERS, asked=PartnerWished,
        run=_propose, answers=PartnerProposed, most_bytes=MOST_BYTES,
        summary="Propose the file of a new partner from its sample documents. Nothing is written.",
    ),
)  # fmt: skip
