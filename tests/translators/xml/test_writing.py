"""What is written: extras go back to their place, leftovers are named, bytes are final."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.translators.xml.samples import ORDER_HEAD, ORDER_LINE, ORDER_PARTIES, order
from translators import registry
from translators.canonical.base import CanonicalDocument
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Family, Identity, OutboundGroup, OutboundInterchange, WrittenDocument
from translators.errors import DefinitionMissing, NotWritable
from translators.finding import Code
from translators.xml.envelope import NO_SEPARATORS

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"


def read(data: bytes) -> CanonicalDocument:
    canonical = registry.translate(data).interchanges[0].documents[0].canonical
    assert canonical is not None
    return canonical


def written(document: CanonicalDocument, kind: str = "Order") -> WrittenDocument:
    return registry.write(Family.XML, document, kind, "UBL-2.1")


def outbound(result: WrittenDocument, *, version: str = "UBL-2.1", test: bool = False) -> OutboundInterchange:
    group = OutboundGroup("", "", "", "", (result.document,))
    sides = Identity("0088", "1"), Identity("0088", "2")
    return OutboundInterchange(Family.XML, *sides, version, test=test, separators=NO_SEPARATORS, groups=(group,))


def sealed(interchange: OutboundInterchange) -> bytes:
    prepared = datetime(2026, 11, 20, 10, tzinfo=UTC)
    return registry.seal(interchange, control_number=42, group_numbers=[1] * len(interchange.groups), prepared=prepared)


@pytest.mark.parametrize(
    "name",
    [
        "CreditNote__invopop-gobl.ubl__custom-namespace-prefixes.xml",
        "OrderResponseSimple__phax-ph-ubl__CENBII-AcceptOrder-maximal.xml",
    ],
)
def test_a_real_document_comes_back_whole(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    document = read(data)
    kind = name.partition("_")[0]
    again = read(sealed(outbound(written(document, kind))))
    assert again == document


def test_what_has_no_member_goes_back_to_its_place() -> None:
    line = ORDER_LINE.replace("<cac:Price>", "<cbc:PartialDeliveryIndicator>false</cbc:PartialDeliveryIndicator><cac:Price>")
    head = "<cbc:ProfileID schemeID='Profile'>P</cbc:ProfileID>" + ORDER_HEAD
    document = read(order(head, ORDER_PARTIES, line))
    assert isinstance(document, PurchaseOrder)
    assert [(extra.path, extra.value) for extra in document.extras] == [
        ("cbc:ProfileID", "P"),
        ("cbc:ProfileID/@schemeID", "Profile"),
    ]
    assert [extra.path for extra in document.lines[0].extras] == ["cac:LineItem/cbc:PartialDeliveryIndicator"]
    body = written(document).document.body
    assert '<cbc:ProfileID schemeID="Profile">P</cbc:ProfileID>' in body
    assert body.index("cbc:Quantity") < body.index("cbc:PartialDeliveryIndicator") < body.index("cac:Price")


def test_extras_of_another_family_are_named_as_unwritten() -> None:
    value = read(order()).model_dump(by_alias=True)
    value["extras"] = [{"path": "SG2/NAD/01", "value": "X"}, {"path": "REF/02", "value": "Y"}]
    result = written(PurchaseOrder.model_validate(value))
    assert [(finding.code, finding.actual) for finding in result.findings] == [
        (Code.NOT_WRITTEN, "extras[SG2/NAD/01]"),
        (Code.NOT_WRITTEN, "extras[REF/02]"),
    ]


def test_members_without_a_place_are_named() -> None:
    value = read(order()).model_dump(by_alias=True, exclude_none=True)
    value["release"] = "7"
    value["lines"][0]["schedule"] = [{"quantity": {"value": "1"}, "kind": "firm"}, {"quantity": {"value": "2"}}]
    paths = {finding.actual for finding in written(PurchaseOrder.model_validate(value)).findings}
    assert paths == {"release", "schedule[].kind"}


def test_what_the_standard_cannot_do_without_is_named() -> None:
    result = written(PurchaseOrder.model_validate({"number": "1", "lines": []}))
    missing = {finding.expected for finding in result.findings if finding.code is Code.SEGMENT_MISSING}
    assert missing == {"cbc:IssueDate", "cac:BuyerCustomerParty", "cac:SellerSupplierParty", "cac:OrderLine"}


def test_characters_that_xml_forbids_are_replaced_and_said() -> None:
    value = read(order()).model_dump(by_alias=True, exclude_none=True)
    value["lines"][0]["item"]["name"] = "Bolt\x00\x1f <&>"
    result = written(PurchaseOrder.model_validate(value))
    assert [finding.code for finding in result.findings] == [Code.CHARACTER_REPLACED]
    assert "Bolt\ufffd\ufffd &lt;&amp;&gt;" in result.document.body


def test_other_documents_are_not_written_as_an_order() -> None:
    document = read(order())
    for kind, version in (("Invoice", "UBL-2.1"), ("Nothing", "UBL-2.1"), ("Order", "cXML-1.2")):
        with pytest.raises(DefinitionMissing):
            registry.write(Family.XML, document, kind, version)


def test_a_document_stands_alone_under_its_declaration() -> None:
    data = sealed(outbound(written(read(order()))))
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Order xmlns="urn:oasis')
    assert registry.translate(data).interchanges[0].verdict == "accepted"


def test_several_documents_need_a_header() -> None:
    result = written(read(order()))
    group = OutboundGroup("", "", "", "", (result.document, result.document))
    sides = Identity("0088", "1"), Identity("0088", "2")
    alone = OutboundInterchange(Family.XML, *sides, "UBL-2.1", test=False, separators=NO_SEPARATORS, groups=(group,))
    with pytest.raises(NotWritable):
        sealed(alone)
    headed = OutboundInterchange(Family.XML, *sides, "SBDH-1.0", test=True, separators=NO_SEPARATORS, groups=(group,))
    (interchange,) = registry.translate(sealed(headed)).interchanges
    envelope = interchange.envelope
    assert (str(envelope.sender), str(envelope.receiver), envelope.control_number) == ("0088:1", "0088:2", "42")
    assert envelope.test
    assert [document.control_number for document in interchange.documents] == ["34", "34"]
