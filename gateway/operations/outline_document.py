"""What a document consists of as it was agreed: segments that are needed or read, told from what reads and writes them. Pure."""

from typing import Final

from gateway.domain.agreement import Agreement
from gateway.ports.json import Json
from translators import registry
from translators.contract import Family
from translators.errors import DefinitionMissing
from translators.parsed import OutlineElement, OutlineSegment

_MOST_CODES: Final = 60


def outline_of(agreement: Agreement) -> list[Json]:
    """The segments of an agreement's document; of flat files the fields of each record. Empty where no table describes them."""
    if agreement.family is Family.FLAT:
        return _records(agreement)
    try:
        outline = registry.outline(agreement.family, agreement.type, agreement.version)
    except DefinitionMissing:
        return []
    return [_segment(one) for one in outline if one.read or one.mandatory]


def _segment(one: OutlineSegment) -> Json:
    return {
        "tag": one.tag,
        "name": one.name,
        "depth": one.depth,
        "mandatory": one.mandatory,
        "maximum": one.maximum,
        "loop": one.loop,
        "read": one.read,
        "elements": [_element(element) for element in one.elements],
    }


def _element(one: OutlineElement) -> Json:
    return {
        "place": one.place,
        "id": one.id,
        "name": one.name,
        "mandatory": one.mandatory,
        "form": one.form,
        "codes": [list(pair) for pair in one.codes[:_MOST_CODES]],
        "listed": one.listed,
    }


def _records(agreement: Agreement) -> list[Json]:
    if agreement.layout is None:
        return []
    return [
        {
            "tag": record.name, "name": "", "depth": 0, "mandatory": record.mandatory, "maximum": 0, "loop": -1, "read": True,
            "elements": [
                {
                    "place": field.label, "id": "", "name": "", "mandatory": field.mandatory,
                    "form": f"..{field.max_length}" if field.max_length else "", "codes": [], "listed": 0,
                }
                for field in record.fields
                if field.place is not None
            ],
        }
        for record in agreement.layout.records
    ]  # fmt: skip
