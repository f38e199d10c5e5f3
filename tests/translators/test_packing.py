"""Written documents in interchanges: batches, groups, versions, in every family."""

from datetime import UTC, datetime

import pytest

from tests.translators.edifact.test_composing import ORDER
from tests.translators.flatfile.samples import orders
from translators import registry
from translators.canonical import model_of
from translators.contract import EnvelopeTerms, Family, Identity, OutboundInterchange, Separators, WritingTerms
from translators.errors import DefinitionMissing
from translators.packing import packed
from translators.writing_terms import USUAL_ENVELOPE

US, THEM = Identity("ZZ", "US"), Identity("01", "THEM")
FORMATS = {
    Family.X12: ("850", "004010"),
    Family.EDIFACT: ("ORDERS", "D.96A"),
    Family.XML: ("Order", "UBL-2.1"),
    Family.JSON: ("purchase_order", "1"),
    Family.FLAT: ("purchase_order", "nordmart-orders"),
}


def outbound(family: Family, count: int, terms: WritingTerms, **changes: object) -> list[OutboundInterchange]:
    """So many orders as interchanges."""
    kind, version = FORMATS[family]
    documents = [model_of("purchase_order").model_validate({**ORDER, "number": f"N{n}", **changes}) for n in range(count)]
    written = [registry.write(family, document, kind, version, terms) for document in documents]
    return list(packed(family, written, sender=US, receiver=THEM, test=False, terms=terms))


def terms_of(family: Family, **more: object) -> WritingTerms:
    versions = {Family.XML: "SBDH-1.0", Family.JSON: "list"}
    layout = orders() if family is Family.FLAT else None
    envelope = EnvelopeTerms(version=versions.get(family, ""))
    return WritingTerms(layout=layout, envelope=envelope, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("family", FORMATS)
@pytest.mark.parametrize(("count", "batch", "sizes"), [(0, 3, []), (1, 3, [1]), (3, 3, [3]), (7, 3, [3, 3, 1]), (2, 1, [1, 1])])
def test_as_many_documents_share_an_interchange_as_the_terms_say(
    family: Family, count: int, batch: int, sizes: list[int]
) -> None:
    found = outbound(family, count, terms_of(family, batch=batch))
    assert [sum(len(group.documents) for group in one.groups) for one in found] == sizes


@pytest.mark.parametrize("family", FORMATS)
def test_what_was_packed_can_be_sealed_and_read_back(family: Family) -> None:
    terms = terms_of(family, batch=2)
    (one,) = outbound(family, 2, terms, totals=None)
    data = registry.seal(one, control_number=5, group_numbers=[6] * len(one.groups), prepared=datetime(2026, 11, 20, tzinfo=UTC))
    if terms.layout is not None:
        assert data.decode().startswith("OrderNo;")
        return
    (read,) = registry.translate(data).interchanges
    assert [document.name for document in read.documents] == ["purchase_order"] * 2


def test_documents_of_several_kinds_have_a_group_each() -> None:
    order = registry.write(Family.X12, model_of("purchase_order").model_validate(ORDER), "850", "004010")
    later = registry.write(Family.X12, model_of("purchase_order").model_validate(ORDER), "850", "005010")
    found = list(packed(Family.X12, [order, later, order], sender=US, receiver=THEM, test=True, terms=WritingTerms(batch=9)))
    assert [(group.functional_id, group.version, len(group.documents)) for group in found[0].groups] == [
        ("PO", "004010", 2),
        ("PO", "005010", 1),
    ]
    assert (found[0].version, found[0].test) == ("00401", True)


def test_separators_are_the_usual_ones_unless_agreed() -> None:
    assert outbound(Family.X12, 1, WritingTerms())[0].separators == registry.separators(Family.X12, "00401")
    assert registry.separators(Family.X12, "00401") == Separators("*", ">", "~")
    assert registry.separators(Family.X12, "00501") == Separators("*", ">", "~", "^")
    assert registry.separators(Family.EDIFACT, "UNOC:3") == Separators("+", ":", "'", "", "?")
    assert registry.separators(Family.EDIFACT, "UNOY:4") == Separators("+", ":", "'", "*", "?")
    agreed = Separators("|", ":", "^")
    assert outbound(Family.X12, 1, WritingTerms(separators=agreed))[0].separators == agreed


def test_messages_stand_in_groups_where_that_is_agreed() -> None:
    assert [group.functional_id for group in outbound(Family.EDIFACT, 1, WritingTerms())[0].groups] == [""]
    terms = WritingTerms(envelope=EnvelopeTerms(groups=True, sender_application="A:ZZ"))
    (group,) = outbound(Family.EDIFACT, 1, terms)[0].groups
    assert (group.functional_id, group.sender, group.receiver, group.version) == ("ORDERS", "A:ZZ", "THEM", "D.96A")


def test_a_flat_file_needs_its_layout() -> None:
    with pytest.raises(DefinitionMissing, match="written by its layout"):
        outbound(Family.FLAT, 1, WritingTerms(envelope=USUAL_ENVELOPE))
