"""Checks of partners and agreements: identities, documents, acknowledgements, strictness, channels."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.config.agreed_format import AgreedFormat, agreed_format
from gateway.config.application_files import all_readings
from gateway.config.check import Checked
from gateway.config.check_layouts import receives
from gateway.config.model import AgreementTable, Identities
from gateway.config.positions import KeyPath
from gateway.config.shape import Misstep, follow, shape_of
from gateway.domain.agreement import syntax_of
from gateway.domain.document_path import PathInvalid, parse_path
from gateway.domain.identity import IdentityInvalid, parse_identity
from gateway.domain.provenance import UNNAMED
from gateway.domain.strictness import GROUPS, NEGOTIABLE, codes_named
from translators import registry
from translators.contract import Family, Identity
from translators.errors import LocationInvalid
from translators.xml.kinds import known_kinds

GENERIC = "generic_document"
PASSED_ON = frozenset((Family.X12, Family.EDIFACT, Family.XML))
"""Families in which a document without a mapping is passed on as it is, when its type is agreed."""

OBJECT = "UNO"
"""What EDIFACT sends beside messages: a file of any kind, passed on as it is."""

_XML_LIMITS, _SEGMENT_LIMITS = {"elements", "depth", "text"}, {"segment", "segments", "documents"}
_ACKNOWLEDGEMENTS: Mapping[str, frozenset[str]] = {
    "x12": frozenset({"997", "999", "TA1"}),
    "edifact": frozenset({"CONTRL"}),
    "xml": frozenset({"ApplicationResponse"}),
    "cXML": frozenset({"cXML"}),
}
"""What acknowledges a family, or cXML inside of XML."""


def identities(written: Identities) -> Iterator[tuple[Family, int | None, str]]:
    """Each identity as written, with its family and its index (None when it is not in a list)."""
    every = (
        (Family.X12, written.x12),
        (Family.EDIFACT, written.edifact),
        (Family.XML, written.xml),
        (Family.JSON, written.json_),
    )
    for family, value in every:
        if isinstance(value, str):
            yield family, None, value
        else:
            yield from ((family, index, text) for index, text in enumerate(value))


def check_agreements(checked: Checked) -> None:
    """Everything about partners and what was agreed with them."""
    own = _parsed(checked, checked.configuration.gateway.identities, ("gateway", "identities"))
    own[Family.JSON, UNNAMED] = ("gateway", "identities")
    theirs = _partners(checked, own)
    seen: dict[tuple[str, ...], str] = {}
    for index, agreement in enumerate(checked.configuration.agreement):
        path: KeyPath = ("agreement", index)
        family = agreement.format.partition("/")[0]
        _overlap(checked, agreement, path, seen)
        _document(checked, agreement, path)
        _acknowledgements(checked, agreement, family, path)
        _strictness(checked, agreement, path)
        _guide(checked, agreement, path)
        _only_xml(checked, agreement, path)
        if agreement.files is not None and not (family == Family.FLAT and agreement.direction == "in"):
            checked.complaints.add("R047", (*path, "files"), "only flat files that come in are told by their names", key=True)
        _channel(checked, agreement.channel, agreement.partner, (*path, "channel"), out=agreement.direction == "out")
        if agreement.partner in theirs and not _known_by_channel(checked, agreement):
            for whose, known in ((f'partner "{agreement.partner}"', theirs[agreement.partner]), ("the gateway", own)):
                if Family(family) not in {f for f, _ in known}:
                    checked.complaints.add("R037", (*path, "format"), f"{whose} has no {family} identity")
    _same_acknowledgements(checked)
    _out_without_channel(checked)


def _known_by_channel(checked: Checked, agreement: AgreementTable) -> bool:
    """Whether no envelope needs to say whose documents these are: of flat files none does, of JSON none must."""
    family = agreed_format(agreement.format).family
    own = any(channel.partner == agreement.partner and receives(channel) for channel in checked.configuration.channel)
    told = any(reading.partner == agreement.partner for _, reading in all_readings(checked.configuration))
    return family is Family.FLAT or (family is Family.JSON and (own or told or agreement.direction == "out"))


def _parsed(checked: Checked, written: Identities, path: KeyPath) -> dict[tuple[Family, Identity], KeyPath]:
    """The identities of a table with the places they stand at; those that are none are complained of."""
    result = {}
    for family, index, text in identities(written):
        place: KeyPath = (*path, family.value) if index is None else (*path, family.value, index)
        try:
            result[family, parse_identity(family, text)] = place
        except IdentityInvalid as error:
            checked.complaints.add("R005", place, str(error))
    return result


def _partners(checked: Checked, own: Mapping[tuple[Family, Identity], KeyPath]) -> dict[str, set[tuple[Family, Identity]]]:
    """The identities of each partner; complaints about shared ones and about receivers that are not ours."""
    claimed: dict[tuple[Family, Identity, Identity], str] = {}
    result = {}
    for index, partner in enumerate(checked.configuration.partner):
        theirs = _parsed(checked, partner.identities, ("partner", index, "identities"))
        result[partner.id] = set(theirs)
        addressed = set(own)
        if partner.addressed_as is not None:
            named = _parsed(checked, partner.addressed_as, ("partner", index, "addressed_as"))
            for (family, identity), place in named.items():
                if (family, identity) not in own:
                    checked.complaints.add("R021", place, f"{identity} is not one of the gateway's identities")
            addressed = {key for key in own if key[0] not in {f for f, _ in named} or key in named}
        for (family, identity), place in theirs.items():
            for _, receiver in (key for key in addressed if key[0] is family):
                other = claimed.setdefault((family, receiver, identity), partner.id)
                if other != partner.id:
                    checked.complaints.add("R030", place, f'{identity} is the identity of partner "{other}", too')
                    break
    return result


def _overlap(checked: Checked, agreement: AgreementTable, path: KeyPath, seen: dict[tuple[str, ...], str]) -> None:
    sent = agreement.document if agreement.direction == "out" else ""  # an INVOIC is made of an invoice, and of a credit note
    key = (agreement.partner, agreement.direction, agreement.format, sent)
    other = seen.setdefault(key, agreement.id)
    if other != agreement.id:
        message = f'agreement "{other}" covers {agreement.format} of "{agreement.partner}" already'
        checked.complaints.add("R031", (*path, "format"), message)


def _document(checked: Checked, agreement: AgreementTable, path: KeyPath) -> None:
    agreed = agreed_format(agreement.format)
    formats = registry.documents(agreed.family)
    documents = formats.get(agreed.type)
    if documents is None and agreement.document == GENERIC and agreed.family in PASSED_ON:
        return
    if documents is None:
        message = f'{agreed.type} is not read here: agree it as "{GENERIC}" to have it passed on as it is'
        message = message if agreed.family in PASSED_ON else f"{agreed.type} is not read here"
        checked.complaints.add("R005", (*path, "format"), message, known=list(formats), wanted=agreed.type)
    elif agreed.family is Family.XML and not _is_xml_version(agreed):
        known = sorted({kind.version for kind in known_kinds() if kind.type == agreed.type})
        checked.complaints.add("R005", (*path, "format"), f"{agreed.type} is read in {' or '.join(known)}")
    elif agreement.document not in documents:
        message = f'{agreement.format} is read to "{documents[0]}", not "{agreement.document}"'
        checked.complaints.add("R032", (*path, "document"), message)


def _is_xml_version(agreed: AgreedFormat) -> bool:
    """Whether a type is of that standard; of its versions all are read, by the nearest table."""
    standards = {kind.version.partition("-")[0] for kind in known_kinds() if kind.type == agreed.type}
    return agreed.version.partition("-")[0] in standards


def _acknowledgements(checked: Checked, agreement: AgreementTable, family: str, path: KeyPath) -> None:
    agreed = agreed_format(agreement.format)
    named = syntax_of(agreed.family, agreed.version)[1] or family
    fitting = _ACKNOWLEDGEMENTS.get(named, frozenset())
    for index, name in enumerate(agreement.acknowledge):
        if name not in fitting:
            message = f"{name} does not acknowledge {named}: use {' or '.join(sorted(fitting)) or 'none'}"
            checked.complaints.add("R033", (*path, "acknowledge", index), message)
    if {"997", "999"} <= set(agreement.acknowledge):
        checked.complaints.add("R033", (*path, "acknowledge"), "a group is acknowledged by a 997 or by a 999, not by both")
    if "TA1" in agreement.acknowledge and agreement.technical not in (None, "always"):
        message = f'TA1 in acknowledge means always, but technical is "{agreement.technical}"'
        checked.complaints.add("R033", (*path, "technical"), message)


def _strictness(checked: Checked, agreement: AgreementTable, path: KeyPath) -> None:
    for name in agreement.strictness:
        codes = codes_named(name)
        place = (*path, "strictness", name)
        if not codes:
            known = [*GROUPS, *(code.value.replace("-", "_") for code in NEGOTIABLE)]
            message = f'"{name}" is no group of checks and no code'
            checked.complaints.add("R036", place, message, known=known, wanted=name.replace("-", "_"), key=True)
        elif not codes <= NEGOTIABLE:
            checked.complaints.add(
                "R036", place, f'"{name}" proves that a document is whole and ours: it cannot be agreed away', key=True
            )


def _guide(checked: Checked, agreement: AgreementTable, path: KeyPath) -> None:
    """Every place of a partner's guide must be one that the format has, every member one of the document."""
    if agreement.guide is None:
        return
    agreed = agreed_format(agreement.format)
    family, version = agreed.family, agreed.version
    if agreed.type == OBJECT:
        checked.complaints.add("R038", (*path, "guide"), "an object has no segments that a guide could name", key=True)
        return
    shape = shape_of(agreement.document)
    for member, place in agreement.guide.map.items():
        where = (*path, "guide", "map", member)
        _place(checked, family, version, place, where)
        step = follow(shape, parse_path(member)) if shape is not None and _is_path(member) else Misstep(f'"{member}" is no path')
        if isinstance(step, Misstep):
            checked.complaints.add_guess("R054", where, step.message, step.suggestion)
    for index, place in enumerate(agreement.guide.mandatory):
        _place(checked, family, version, place, (*path, "guide", "mandatory", index))
    for place in agreement.guide.codes:
        _place(checked, family, version, place, (*path, "guide", "codes", place))


def _only_xml(checked: Checked, agreement: AgreementTable, path: KeyPath) -> None:
    """What XML documents alone have, and what they have not."""
    xml = agreed_format(agreement.format).family is Family.XML
    if agreement.schema_ is not None and not xml:
        checked.complaints.add("R047", (*path, "schema"), f"{agreement.format} has no schema", key=True)
    stated = agreement.limits.model_fields_set if agreement.limits is not None else set()
    for name in sorted(stated & (_SEGMENT_LIMITS if xml else _XML_LIMITS)):
        checked.complaints.add("R047", (*path, "limits", name), f"{agreement.format} has no {name}", key=True)


def _is_path(member: str) -> bool:
    try:
        parse_path(member)
    except PathInvalid:
        return False
    return True


def _place(checked: Checked, family: Family, version: str, place: str, where: KeyPath) -> None:
    try:
        registry.check_place(family, version, place)
    except LocationInvalid as error:
        checked.complaints.add("R038", where, str(error))


def _channel(checked: Checked, channel_id: str | None, partner: str, path: KeyPath, *, out: bool = True) -> None:
    channel = next((c for c in checked.configuration.channel if c.id == channel_id), None)
    if channel is None:
        return
    if channel.partner not in (None, partner):
        checked.complaints.add("R035", path, f'channel "{channel.id}" belongs to "{channel.partner}", not to "{partner}"')
    elif not out and not receives(channel):
        checked.complaints.add("R035", path, f'nothing comes by channel "{channel.id}"')
    elif out and not channel.options(Path()).sends:
        checked.complaints.add("R035", path, f'channel "{channel.id}" cannot send')


def _same_acknowledgements(checked: Checked) -> None:
    """An interchange has one acknowledgement, so agreements about what may come in one must not differ."""
    agreed: dict[tuple[str, Family, str], AgreementTable] = {}
    for index, agreement in enumerate(checked.configuration.agreement):
        if agreement.direction == "in":
            said = agreed_format(agreement.format)
            first = agreed.setdefault((agreement.partner, *syntax_of(said.family, said.version)), agreement)
            if _owed(first) != _owed(agreement):
                message = f'agreement "{first.id}" with "{agreement.partner}" owes other acknowledgements'
                checked.complaints.add("R034", ("agreement", index, "acknowledge"), message)
    for index, partner in enumerate(checked.configuration.partner):
        _channel(checked, partner.acknowledge_by, partner.id, ("partner", index, "acknowledge_by"))


def _owed(agreement: AgreementTable) -> tuple[object, ...]:
    return (
        sorted(agreement.acknowledge), agreement.technical, agreement.list_accepted, agreement.note_errors,
        agreement.acknowledgement_version, agreement.writing.model_dump_json() if agreement.writing is not None else None,
    )  # fmt: skip


def _out_without_channel(checked: Checked) -> None:
    for index, agreement in enumerate(checked.configuration.agreement):
        if agreement.direction == "out" and agreement.channel is None:
            message = f'agreement "{agreement.id}" sends documents and names no channel'
            checked.complaints.add("R004", ("agreement", index), message)
