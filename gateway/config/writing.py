"""What a table `writing` means for the translators: separators and envelope complete, ready to write with."""

from dataclasses import fields, replace

from gateway.config.agreed_format import AgreedFormat
from gateway.config.writing_model import EnvelopeTable, SeparatorsTable, WritingTable
from translators import registry
from translators.contract import EnvelopeTerms, Family, Separators, WritingTerms

LINE_ENDS = {"none": "", "lf": "\n", "crlf": "\r\n", "cr": "\r"}
_REFERENCE, _PASSWORD = "AA", "BB"
"""0025."""
_USUAL_CHARSET, _USUAL_SYNTAX = "UNOC", 3


def writing_terms(table: WritingTable, agreed: AgreedFormat) -> WritingTerms:
    """The terms of a table under an agreement of a format. Without character set and syntax version the syntax stays open."""
    syntax = f"{table.charset or _USUAL_CHARSET}:{table.syntax or _USUAL_SYNTAX}" if table.charset or table.syntax else ""
    return WritingTerms(
        separators=separators_of(table, agreed),
        syntax=syntax if agreed.family is Family.EDIFACT else "",
        association=table.association or "",
        envelope=_envelope(table),
        batch=table.batch or 1,
    )


def separators_of(table: WritingTable, agreed: AgreedFormat) -> Separators | None:
    """The separators in force, those that the table names among the usual ones; None where it names none and no line end."""
    if table.separators == SeparatorsTable() and LINE_ENDS[table.newline or "none"] == "":
        return None
    stated = table.separators
    usual = registry.separators(agreed.family, interchange_version(table, agreed))
    return Separators(
        element=stated.element or usual.element,
        component=stated.component or usual.component,
        segment=stated.segment or usual.segment,
        repetition=stated.repetition or usual.repetition,
        release=usual.release if stated.release is None else stated.release,
        decimal=stated.decimal or usual.decimal,
        line_end=LINE_ENDS[table.newline or "none"],
    )


def interchange_version(table: WritingTable, agreed: AgreedFormat) -> str:
    """ISA12, or the syntax of UNB, that separators depend on."""
    if agreed.family is Family.EDIFACT:
        return f"{table.charset or _USUAL_CHARSET}:{table.syntax or _USUAL_SYNTAX}"
    return table.envelope.version or agreed.version[:5]


def _envelope(table: WritingTable) -> EnvelopeTerms:
    stated = table.envelope
    direct = {each.name for each in fields(EnvelopeTerms)} & set(EnvelopeTable.model_fields)
    own = {"authorisation", "security", "reference"}
    said = {name: value for name in direct - own if (value := getattr(stated, name)) is not None}
    return replace(
        EnvelopeTerms(**said),
        authorisation=(stated.authorisation_qualifier or "00", stated.authorisation or ""),
        security=(stated.security_qualifier or "00", stated.security.get_secret_value()),
        reference=_reference(stated),
        service_string=bool(table.una),
    )


def _reference(stated: EnvelopeTable) -> str:
    if password := stated.password.get_secret_value():
        return f"{password}:{_PASSWORD}"
    return f"{stated.reference}:{_REFERENCE}" if stated.reference else ""
