"""What is hidden of bytes, segments, findings and sentences; and put back into what was corrected."""

import orjson
import pytest

from gateway.bootstrap.veil import Veil, masked_bytes, masked_json, unmasked, veil_of
from gateway.domain.masks import MASK, parse_masks
from gateway.errors import ActionRefused
from tests.integration.test_flow import edifact, order
from tests.translators.flatfile import samples
from translators.annotation import AnnotatedSegment, annotate
from translators.contract import Family, Identity
from translators.provenance import Provenance

PLAIN = order("4711", 1)
FLAT = Provenance(samples.orders(), {Family.FLAT: (Identity("", "them"), Identity("", "us"))})
UBL = (
    b'<?xml version="1.0"?>\n<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" '
    b'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    b'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">'
    b"<cbc:ID>4711</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate><cac:BuyerCustomerParty><cac:Party><cac:PartyName>"
    b"<cbc:Name>Big &amp; Box</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty></Order>"
)


def masked(content: bytes, *masks: str) -> str:
    wanted = parse_masks(masks)
    return masked_bytes(content, veil_of(content, wanted)).decode()


@pytest.mark.parametrize(
    ("content", "masks", "gone"),
    [
        (PLAIN, ["N1-02"], [b"BIGBOX STORES", b"BIGBOX DC 12"]),
        (PLAIN, ["buyer.name", "contacts"], [b"BIGBOX STORES", b"SMITH", b"3125550100", b"orders@bigbox.example"]),
        (PLAIN, ["lines.item.identifiers.upc"], [b"012345678905", b"614141000036"]),
        (PLAIN.replace(b"*10*EA*", b"*ten*EA*"), ["contacts"], [b"SMITH", b"3125550100"]),
        (edifact("4714", 4), ["NAD.3036"], [b"BIGBOX RETAIL LTD", b"BIGBOX DC NORTH"]),
        (edifact("4714", 4).replace(b"BIGBOX RETAIL LTD", b"BIG?+BOX ?'S"), ["*.name"], [b"BIG?+BOX", b"?'S"]),
        (edifact("4714", 4).replace(b"BIGBOX RETAIL LTD", b"M\xdcLLER \xff"), ["buyer.name"], [b"LLER"]),
        (UBL, ["buyer.name"], [b"Big", b"Box<"]),
    ],
)
def test_what_is_hidden_is_in_no_byte(content: bytes, masks: list[str], gone: list[bytes]) -> None:
    wanted = parse_masks(masks)
    shown = masked_bytes(content, veil_of(content, wanted))
    assert MASK.encode() in shown
    assert not [value for value in gone if value in shown]
    assert content is UBL or b"4711" in shown or b"4714" in shown


def test_what_stands_beside_stays() -> None:
    shown = masked(PLAIN, "N1-02")
    assert f"N1*BY*{MASK}*1*123456789~" in shown
    assert shown.replace(MASK, "").count("~") == PLAIN.count(b"~")


def test_of_a_document_that_cannot_be_read_no_value_is_shown_while_members_are_hidden() -> None:
    unknown = PLAIN.replace(b"ST*850*", b"ST*999999*")
    shown = masked(unknown, "contacts")
    assert "SMITH" not in shown
    assert "WIDGET" not in shown
    assert "ISA*00*" in shown


def test_flat_files_are_read_by_the_layout_of_their_channel() -> None:
    content = samples.csv(samples.order_row(), samples.order_row(OrderNo="4712"), samples.order_row(OrderNo="4712"))
    wanted = parse_masks(["lines.quantity", "ship_to.name"])
    items = [one for one in annotate(content, provenance=FLAT) if isinstance(one, AnnotatedSegment)]
    became = [member.path for one in items for element in one.elements if element.id == "Quantity" for member in element.members]
    assert became == ["lines[0].quantity.value", "lines[0].quantity.value", "lines[1].quantity.value"]
    shown = masked_bytes(content, veil_of(content, wanted, FLAT), FLAT).decode()
    assert "Lager Nord" not in shown
    assert ";100;PC;" not in shown
    assert shown.count("4712") == 2


def test_segments_keep_their_places() -> None:
    veil = veil_of(PLAIN, parse_masks(["N1-02"]))
    items = [veil.segment(one) for one in annotate(PLAIN) if isinstance(one, AnnotatedSegment)]
    (buyer,) = [one for one in items if one.segment.raw.startswith("N1*BY")]
    assert buyer.segment.raw == f"N1*BY*{MASK}*1*123456789"
    number = next(one for one in buyer.elements if one.element == 4)
    assert buyer.segment.raw[number.start : number.end] == "123456789"
    text = "".join(member.value for one in items for element in one.elements for member in element.members)
    assert "BIGBOX STORES" not in text


def test_findings_and_sentences_quote_nothing_hidden() -> None:
    wrong = PLAIN.replace(b"*10*EA*", b"*ten*EA*")
    veil = veil_of(wrong, parse_masks(["PO1-02"]))
    items = [veil.segment(one) for one in annotate(wrong) if isinstance(one, AnnotatedSegment)]
    (finding,) = [found for one in items for element in one.elements for found in element.findings]
    assert (finding.actual, "ten" in finding.message.split()) == (MASK, False)
    assert veil.story({"actual": "ten", "findings": [{"message": 'He said "ten" to it.'}]}) == {
        "actual": MASK, "findings": [{"message": f'He said "{MASK}" to it.'}],
    }  # fmt: skip


def test_whoever_cannot_see_the_bytes_hides_all_quotes() -> None:
    assert Veil(blind=True).text('Line 1, "ten" and "4711" are wrong.') == f'Line 1, "{MASK}" and "{MASK}" are wrong.'


def test_what_was_corrected_gets_back_what_its_masks_hide() -> None:
    veil = veil_of(PLAIN, parse_masks(["N1-02", "PER-02"]))
    shown = masked_bytes(PLAIN, veil)
    corrected = shown.replace(b"PO1*1*10*", b"PO1*1*12*")
    assert unmasked(corrected, PLAIN, veil) == PLAIN.replace(b"PO1*1*10*", b"PO1*1*12*")
    with pytest.raises(ActionRefused, match="masks"):
        unmasked(shown.replace(MASK.encode(), b"X", 1), PLAIN, veil)


def test_canonical_documents_are_masked_by_path_and_by_the_places_of_their_segments() -> None:
    document = orjson.dumps({"number": "4711", "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}}})
    assert orjson.loads(masked_json(document, parse_masks(["buyer.identifiers"])))["buyer"]["identifiers"] == {"duns": MASK}
    veil = veil_of(PLAIN, parse_masks(["N1-02"]))
    assert orjson.loads(masked_json(document, veil.masks, veil))["buyer"]["name"] == MASK
