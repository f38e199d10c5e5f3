"""What the parser refuses, what it forgives, and where it says so."""

import pytest

from translators import registry
from translators.finding import Code
from translators.xml.parser import parse
from translators.xml_terms import LARGEST

ORDER = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"><a>1</a></Order>'


def refusal(data: bytes) -> tuple[Code, int]:
    parsed = parse(data, 0)
    assert parsed.root is None
    (finding,) = parsed.findings
    assert finding.remedy
    return finding.code, finding.position.offset


def test_an_internal_entity_is_refused() -> None:
    data = b'<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>'
    assert refusal(data) == (Code.XML_FORBIDDEN, 0)


def test_an_external_entity_is_refused_and_its_file_never_read() -> None:
    data = b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert refusal(data) == (Code.XML_FORBIDDEN, 22)


def test_billion_laughs_are_refused_before_they_are_parsed() -> None:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    assert refusal(b'<!DOCTYPE a [<!ENTITY l0 "lol">' + entities + b"]><a>&l9;</a>")[0] is Code.XML_FORBIDDEN


def test_parameter_entities_and_external_subsets_are_refused() -> None:
    assert refusal(b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><a/>')[0] is Code.XML_FORBIDDEN
    assert refusal(b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>')[0] is Code.XML_FORBIDDEN
    assert refusal(b"<!DOCTYPE html><html/>")[0] is Code.XML_FORBIDDEN


def test_a_doctype_in_utf_16_is_refused_as_well() -> None:
    data = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>'.encode("utf-16")
    assert refusal(data)[0] is Code.XML_FORBIDDEN


def test_the_plain_doctype_of_cxml_is_allowed_and_not_fetched() -> None:
    data = b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://127.0.0.1:1/cXML.dtd"><cXML payloadID="1"><Header/></cXML>'
    parsed = parse(data, 0)
    assert parsed.root is not None
    assert parsed.root.name == "cXML"
    assert parsed.root.attribute("payloadID") == "1"


def test_the_doctype_of_cxml_with_an_internal_subset_is_refused() -> None:
    data = b'<!DOCTYPE cXML SYSTEM "x.dtd" [<!ENTITY x "boom">]><cXML>&x;</cXML>'
    assert refusal(data)[0] is Code.XML_FORBIDDEN


def test_an_entity_that_nobody_defined_is_refused() -> None:
    assert refusal(b'<!DOCTYPE cXML SYSTEM "x.dtd"><cXML>&x;</cXML>')[0] is Code.XML_FORBIDDEN
    assert refusal(b"<a>&x;</a>")[0] is Code.XML_FORBIDDEN


@pytest.mark.parametrize("depth", [300, 3000, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert refusal(b"<a>" * depth + b"</a>" * depth)[0] is Code.XML_LIMIT


@pytest.mark.parametrize("data", [b"<a>" + b"x" * 12_000_000 + b"</a>", b'<a b="' + b"x" * 12_000_000 + b'"/>'])
def test_a_text_of_twelve_megabytes_is_parsed_for_its_agreement_to_judge(data: bytes) -> None:
    parsed = parse(data, 0)
    assert parsed.root is not None
    assert parsed.huge
    assert not parse(b"<a>" + b"x" * 9_000_000 + b"</a>", 0).huge


def test_a_document_beyond_all_size_is_not_parsed() -> None:
    assert refusal(b"<a>" + b"<b/>" * (LARGEST // 4) + b"</a>")[0] is Code.DOCUMENT_TOO_LARGE


def test_what_is_not_well_formed_is_refused_at_its_place() -> None:
    data = b"<?xml version='1.0'?>\n<a>\n  <b>1</c>\n</a>"
    code, offset = refusal(data)
    assert code is Code.XML_MALFORMED
    assert data[:offset].count(b"\n") == 2


@pytest.mark.parametrize("data", [b"<", b"<a", b"<a>", b"<a/", b"<?xml", b"<?xml version='1.0'?>", b"<a><![CDATA[", b"<a><!--"])
def test_cut_documents_are_refused(data: bytes) -> None:
    assert parse(data, 0).root is None
    assert parse(data, 0).findings


def test_control_characters_are_refused() -> None:
    assert refusal(b"<a>\x01</a>")[0] is Code.XML_MALFORMED
    assert refusal(b"<a>&#1;</a>")[0] is Code.XML_MALFORMED


def test_wrong_bytes_are_read_as_windows_1252_with_a_warning() -> None:
    parsed = parse('<?xml version="1.0" encoding="UTF-8"?><a>Malmö</a>'.encode("cp1252"), 0)
    assert parsed.root is not None
    assert parsed.root.text == "Malmö"
    assert [finding.code for finding in parsed.findings] == [Code.CHARACTER_SET_WRONG]
    assert [(finding.expected, finding.actual) for finding in parsed.findings] == [("UTF-8", "cp1252")]


@pytest.mark.parametrize("declared", ["utf-8", "US-ASCII", "UTF-8"])
def test_the_encoding_that_was_declared_is_named(declared: str) -> None:
    data = f"<?xml version='1.0'\n encoding = '{declared}' standalone='yes'?><a>Malmö</a>".encode("cp1252")
    assert [finding.expected for finding in parse(data, 0).findings] == [declared]


@pytest.mark.parametrize("encoding", ["iso-8859-2", "windows-1250", "utf-16", "utf-8"])
def test_declared_encodings_are_read(encoding: str) -> None:
    parsed = parse(f'<?xml version="1.0" encoding="{encoding}"?><a>Łódź</a>'.encode(encoding), 0)
    assert parsed.root is not None
    assert parsed.root.text == "Łódź"


def test_an_unknown_encoding_is_a_finding() -> None:
    assert refusal(b'<?xml version="1.0" encoding="klingon"?><a/>')[0] in (Code.XML_MALFORMED, Code.CHARACTER_SET_WRONG)


def test_a_byte_order_mark_is_forgiven() -> None:
    translation = registry.translate(b"\xef\xbb\xbf" + ORDER)
    assert [finding.code for finding in translation.findings] == [Code.BYTE_ORDER_MARK]
    assert len(translation.interchanges) == 1


def test_namespaces_count_not_prefixes() -> None:
    uri = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
    order = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
    parsed = parse(f'<q:Order xmlns:q="{order}"><z:ID xmlns:z="{uri}">1</z:ID></q:Order>'.encode(), 0)
    assert parsed.root is not None
    assert parsed.root.name == "Order"
    assert parsed.root.value("cbc:ID") == "1"


def test_comments_and_instructions_are_left_out_and_cdata_is_text() -> None:
    parsed = parse(b"<a><!-- no --><?no no?><b><![CDATA[<yes>]]></b></a>", 0)
    assert parsed.root is not None
    assert [child.name for child in parsed.root.children] == ["b"]
    assert parsed.root.children[0].text == "<yes>"


def test_text_beside_elements_is_not_lost() -> None:
    parsed = parse(b"<a>one<b>two</b>three</a>", 0)
    assert parsed.root is not None
    assert parsed.root.text == "onethree"


def test_what_follows_a_document_is_left_for_the_next_one() -> None:
    data = b"<?xml version='1.0'?><a/>\n<?xml version='1.0'?><b/>"
    parsed = parse(data, 0)
    assert parsed.root is not None
    assert parsed.root.name == "a"
    assert data[parsed.end :].strip().startswith(b"<?xml")
    assert parse(b"<a/> junk", 0).end == 4


def test_a_broken_document_still_tells_its_sender() -> None:
    cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
    cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    data = (
        f'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" xmlns:cac="{cac}" xmlns:cbc="{cbc}">'
        '<cbc:ID>9</cbc:ID><cac:BuyerCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">123</cbc:EndpointID></cac:Party>'
        "</cac:BuyerCustomerParty><cac:OrderLine></Order>"
    ).encode()
    (interchange,) = registry.translate(data).interchanges
    assert str(interchange.envelope.sender) == "0088:123"
    assert [finding.code for finding in interchange.findings] == [Code.XML_MALFORMED]
    assert not interchange.documents
