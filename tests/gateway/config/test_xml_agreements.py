"""What agreements say of XML documents: how they are acknowledged, how large they may be, which schema judges them."""

import pickle
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.config import ConfigurationRefused, Snapshot, lint, load
from gateway.config.xml_schema import MOST_FILES, read_schema
from gateway.domain.agreement import Direction
from gateway.ports import ClaimedTransmission
from gateway.stages.acknowledge import Arrival, owed_for
from gateway.stages.judgement import judge
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.translators.xml.samples import ORDER_HEAD, order
from tests.translators.xml.schemas import BASIC, FILES, xsd
from translators import registry
from translators.contract import Acknowledgement, Family, Interchange, Verdict
from translators.finding import Code, Severity
from translators.xml_terms import USUAL

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
CXML = (FIXTURES / "OrderRequest__friendsofcxml-cxml-php__OrderRequest.xml").read_bytes()
IDENTITIES = ROUTES.replace(
    'identities = { x12 = "ZZ:US", edifact = "5790000000012:14" }',
    'identities = { x12 = "ZZ:US", xml = ["0088:5790000000029", "NetworkId:supplier@supplier.com"] }',
).replace(
    'identities = { x12 = "01:123456789" }',
    'identities = { x12 = "01:123456789", xml = ["0088:5790000000012", "NetworkId:inbound@prominate.com"] }',
)


def agreement(name: str, form: str, more: str = "") -> str:
    said = f'partner = "bigbox"\ndirection = "in"\ndocument = "purchase_order"\nformat = "{form}"\n'
    return f'[[agreement]]\nid = "{name}"\n{said}{more}\n'


def routes(*agreements: str) -> str:
    return IDENTITIES + "".join(agreements)


UBL = agreement("ubl", "xml/UBL-2.1/Order", 'acknowledge = ["ApplicationResponse"]')
REQUEST = agreement("cxml", "xml/cXML-1.2/OrderRequest", 'acknowledge = ["cXML"]')
JUDGED = 'schema = { folder = "schemas", file = "maindoc/order.xsd" }\n'


def read(snapshot: Snapshot, data: bytes) -> Interchange:
    (interchange,) = registry.translate(data, snapshot.terms_for).interchanges
    return interchange


def owed(interchange: Interchange) -> tuple[Acknowledgement, bytes]:
    (one,) = registry.acknowledge(interchange)
    return one, registry.seal(one.outbound, control_number=7, group_numbers=[1], prepared=datetime(2026, 11, 20, 10, tzinfo=UTC))


def credential(side: str) -> str:
    envelope = registry.translate(CXML).interchanges[0].envelope
    return str(envelope.sender if side == "sender" else envelope.receiver)


def with_credentials(text: str) -> str:
    return text.replace("NetworkId:supplier@supplier.com", credential("receiver")).replace(
        "NetworkId:inbound@prominate.com", credential("sender")
    )


# --- acknowledgements ------------------------------------------------------------------------------------------------------


def test_a_request_is_answered_with_the_response_that_is_agreed(project: Project) -> None:
    snapshot = load(project(with_credentials(routes(UBL, REQUEST))), ENVIRON)
    interchange = read(snapshot, CXML)
    assert interchange.verdict is Verdict.ACCEPTED
    one, data = owed(interchange)
    assert (one.type, str(one.outbound.receiver)) == ("cXML", credential("sender"))
    assert b'payloadID="7.20261120100000@' in data
    assert b'timestamp="2026-11-20T10:00:00+00:00"' in data
    assert b'<Status code="200" text="OK" xml:lang="en"/>' in data


def test_an_order_is_answered_with_the_application_response_that_is_agreed(project: Project) -> None:
    snapshot = load(project(with_credentials(routes(UBL, REQUEST))), ENVIRON)
    one, data = owed(read(snapshot, order()))
    assert one.type == "ApplicationResponse"
    for said in (b"<cbc:ID>7</cbc:ID>", b"<cbc:IssueDate>2026-11-20</cbc:IssueDate>", b"<cbc:ResponseCode>AP<"):
        assert said in data
    bad, said = owed(read(snapshot, order().replace(b">12<", b">twelve<")))
    assert bad.verdict is Verdict.REJECTED
    assert b"<cbc:ResponseCode>RE<" in said
    assert b"Quantity twelve is no number." in said


def test_the_stage_that_acknowledges_owes_the_response(project: Project) -> None:
    snapshot = load(project(with_credentials(routes(UBL, REQUEST))), ENVIRON)
    digest = sha256(CXML).digest()
    came = ClaimedTransmission(
        uuid4(), "bigbox-folder", "bigbox", "order.xml", None, False, digest, len(CXML), 1, datetime.now(UTC), CXML
    )
    judged = judge(came, snapshot, uuid4)
    (interchange,) = judged.interchanges
    (document,) = interchange.documents
    assert document.agreement is not None
    assert document.agreement.id == "cxml"
    (one,) = owed_for(interchange, Arrival(came.id, came.channel, snapshot), uuid4)
    assert (one.row.type, one.row.verdict, one.problem) == ("cXML", "accepted", "")
    assert one.delivery is not None
    assert one.delivery.target == "bigbox-folder"
    (again,) = owed_for(interchange.as_duplicate(), Arrival(came.id, came.channel, snapshot), uuid4)
    assert again.row.verdict == "rejected"


def test_nothing_is_owed_where_nothing_is_agreed(project: Project) -> None:
    snapshot = load(project(routes(agreement("ubl", "xml/UBL-2.1/Order"))), ENVIRON)
    assert registry.acknowledge(read(snapshot, order())) == ()


def test_an_answer_is_not_answered(project: Project) -> None:
    snapshot = load(project(routes(UBL)), ENVIRON)
    _, data = owed(read(snapshot, order()))
    back = data.replace(b"5790000000029", b"X").replace(b"5790000000012", b"5790000000029").replace(b"X", b"5790000000012")
    assert registry.acknowledge(read(snapshot, back)) == ()


@pytest.mark.parametrize(
    ("form", "name", "message"),
    [
        ("xml/UBL-2.1/Order", "cXML", "cXML does not acknowledge xml: use ApplicationResponse"),
        ("xml/cXML-1.2/OrderRequest", "ApplicationResponse", "ApplicationResponse does not acknowledge cXML: use cXML"),
        ("xml/UBL-2.1/Order", "997", "997 does not acknowledge xml"),
        ("x12/004010/850", "cXML", "cXML does not acknowledge x12"),
    ],
)
def test_other_acknowledgements_are_complained_of(project: Project, form: str, name: str, message: str) -> None:
    text = routes(agreement("wrong", form, f'acknowledge = ["{name}"]'))
    assert [message in str(item) for item in lint(project(text), ENVIRON).errors if item.code == "R033"] == [True]


def test_agreements_about_one_syntax_owe_the_same(project: Project) -> None:
    other = agreement("change", "xml/UBL-2.1/OrderChange").replace('"purchase_order"', '"purchase_order_change"')
    assert "R034" in {item.code for item in lint(project(routes(UBL, other)), ENVIRON).errors}
    assert not lint(project(routes(UBL, REQUEST)), ENVIRON).errors


def test_a_document_of_a_later_version_falls_under_the_agreement_about_its_type(project: Project) -> None:
    partnerships = load(project(routes(UBL, REQUEST)), ENVIRON).partnerships
    found = partnerships.agreement("bigbox", Direction.IN, Family.XML, type="OrderRequest", version="cXML-1.2.063")
    assert found is not None
    assert found.id == "cxml"
    assert partnerships.agreement("bigbox", Direction.IN, Family.XML, type="Invoice", version="UBL-2.1") is None
    assert partnerships.agreement("bigbox", Direction.IN, Family.X12, type="850", version="005010") is None


# --- limits ------------------------------------------------------------------------------------------------------------------


def test_limits_are_those_of_the_agreement(project: Project) -> None:
    limits = 'limits = { bytes = "32MiB", elements = 900000, depth = 120, text = "24MiB" }\n'
    snapshot = load(project(routes(agreement("ubl", "xml/UBL-2.1/Order", limits))), ENVIRON)
    terms = read(snapshot, order()).terms.for_document("Order").xml
    assert (terms.max_bytes, terms.max_elements, terms.max_depth, terms.max_text) == (32 << 20, 900_000, 120, 24 << 20)


def test_without_limits_all_is_as_usual(project: Project) -> None:
    snapshot = load(project(routes(agreement("ubl", "xml/UBL-2.1/Order", "limits = {}"))), ENVIRON)
    assert read(snapshot, order()).terms.for_document("Order").xml == USUAL


@pytest.mark.parametrize("limits", ['bytes = "65MiB"', "depth = 201", "depth = 0", "elements = 0", 'text = "1GiB"', "size = 1"])
def test_limits_have_limits(project: Project, limits: str) -> None:
    text = routes(agreement("ubl", "xml/UBL-2.1/Order", f"limits = {{ {limits} }}"))
    assert {item.code for item in lint(project(text), ENVIRON).errors} <= {"R003", "R005"}
    assert lint(project(text), ENVIRON).errors


@pytest.mark.parametrize("said", ["limits = { depth = 60 }", JUDGED])
def test_what_is_no_xml_has_neither_limits_nor_schema(project: Project, said: str) -> None:
    text = routes(agreement("other", "x12/005010/850", f'acknowledge = ["997"]\n{said}'))
    path = project(text, **schema_files())
    assert [item.code for item in lint(path, ENVIRON).errors] == ["R047"]


# --- schemas -----------------------------------------------------------------------------------------------------------------


def schema_files(**changed: str) -> dict[str, str]:
    files = {f"schemas__{path.replace('/', '__').replace('.', '_dot_')}": text.decode() for path, text in FILES.items()}
    return files | {f"schemas__{name}_dot_xsd": text for name, text in changed.items()}


def judged(project: Project, more: str = JUDGED, **changed: str) -> Path:
    return project(routes(agreement("ubl", "xml/UBL-2.1/Order", more)), **schema_files(**changed))


def complaints(path: Path) -> list[tuple[str, str, int]]:
    errors = lint(path, ENVIRON).errors
    assert all(item.remedy for item in errors)
    return [(item.code, item.file, item.line) for item in errors]


WRONG = order(ORDER_HEAD.replace("<cbc:ID>34<", "<cbc:ID>A-34<"))


def test_documents_are_judged_by_the_schema_of_their_agreement(project: Project) -> None:
    snapshot = load(judged(project), ENVIRON)
    (good,) = read(snapshot, order()).documents
    assert good.verdict is Verdict.ACCEPTED
    (bad,) = read(snapshot, WRONG).documents
    assert [finding.code for finding in bad.findings] == [Code.XML_SCHEMA]
    assert bad.verdict is Verdict.REJECTED


@pytest.mark.parametrize(("said", "severities"), [("warn", [Severity.WARNING]), ("info", [Severity.INFO]), ("off", [])])
def test_strictness_has_a_group_for_the_schema(project: Project, said: str, severities: list[Severity]) -> None:
    snapshot = load(judged(project, f'{JUDGED}strictness = {{ schema = "{said}" }}'), ENVIRON)
    (document,) = read(snapshot, WRONG).documents
    assert [finding.severity for finding in document.findings] == severities
    assert document.verdict is Verdict.ACCEPTED


def test_the_configuration_holds_the_schema_and_needs_no_file_any_more(project: Project) -> None:
    path = judged(project)
    snapshot = pickle.loads(pickle.dumps(load(path, ENVIRON).partnerships))
    for name in FILES:
        (path.parent / "schemas" / name).unlink()
    (document,) = registry.translate(WRONG, snapshot.terms_for).interchanges[0].documents
    assert [finding.code for finding in document.findings] == [Code.XML_SCHEMA]


def test_the_digest_names_what_the_schema_says(project: Project) -> None:
    first = load(judged(project), ENVIRON).digest
    assert load(judged(project), ENVIRON).digest == first
    assert load(judged(project, common__basic=BASIC.decode().replace("{1,8}", "{1,9}")), ENVIRON).digest != first


def test_documents_that_go_out_are_judged_as_well(project: Project) -> None:
    text = routes(agreement("out", "xml/UBL-2.1/Order", f'{JUDGED}channel = "bigbox-folder"').replace('"in"', '"out"'))
    partnerships = load(project(text, **schema_files()), ENVIRON).partnerships
    (found,) = partnerships.outgoing("bigbox", "purchase_order")
    assert partnerships.writing(found).schema == found.xml.schema != None  # noqa: E711 - there is one, and it is this


def test_a_mistake_in_a_schema_is_told_at_its_line(project: Project) -> None:
    path = judged(project, common__basic=BASIC.decode().replace("xs:date", "xs:dat"))
    assert complaints(path) == [("R049", "schemas/common/basic.xsd", 3)]
    with pytest.raises(ConfigurationRefused):
        load(path, ENVIRON)


def test_a_file_that_is_no_xml_is_told_at_its_line(project: Project) -> None:
    path = judged(project, common__basic=f"{BASIC.decode()}<more/>")
    ((code, file, line),) = complaints(path)
    assert (code, file) == ("R049", "schemas/common/basic.xsd")
    assert line > 1


def test_a_missing_main_file_is_told_where_it_is_named(project: Project) -> None:
    path = judged(project, JUDGED.replace("order.xsd", "odder.xsd"))
    ((code, file, line),) = complaints(path)
    assert (code, file) == ("R048", "routes.toml")
    assert path.read_text().splitlines()[line - 1].startswith("schema = ")


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("../common/none.xsd", "common/none.xsd cannot be read: No such file or directory"),
        ("../../outside.xsd", "../../outside.xsd lies outside of the folder"),
        ("/etc/outside.xsd", "/etc/outside.xsd lies outside of the folder"),
        ("..\\..\\outside.xsd", "..\\..\\outside.xsd lies outside of the folder"),
        ("file:///etc/outside.xsd", "file:///etc/outside.xsd lies outside of the folder"),
        ("http://127.0.0.1:1/basic.xsd", "http://127.0.0.1:1/basic.xsd is of the network"),
        ("C:/schemas/basic.xsd", "C:/schemas/basic.xsd lies outside of the folder"),
        ("//host/basic.xsd", "//host/basic.xsd is of the network"),
    ],
)
def test_what_leads_out_of_the_folder_is_told_at_its_line(project: Project, location: str, message: str) -> None:
    main = FILES["maindoc/order.xsd"].decode().replace("../common/basic.xsd", location)
    (item,) = lint(judged(project, maindoc__order=main), ENVIRON).errors
    assert (item.code, item.file, item.line) == ("R048", "schemas/maindoc/order.xsd", 2)
    assert message in item.message


def test_a_link_does_not_lead_out_of_the_folder(project: Project, tmp_path: Path) -> None:
    path = judged(project)
    basic = path.parent / "schemas" / "common" / "basic.xsd"
    (path.parent / "elsewhere.xsd").write_bytes(BASIC)
    basic.unlink()
    basic.symlink_to(path.parent / "elsewhere.xsd")
    (item,) = lint(path, ENVIRON).errors
    assert (item.code, item.file) == ("R048", "schemas/maindoc/order.xsd")
    assert "outside of the folder" in item.message


def test_a_fault_is_told_once_for_all_agreements_that_share_the_schema(project: Project) -> None:
    other = agreement("again", "xml/UBL-2.2/Order", JUDGED)
    text = routes(agreement("ubl", "xml/UBL-2.1/Order", JUDGED), other)
    path = project(text, **schema_files(common__basic="<html/>"))
    assert [(code, file) for code, file, _ in complaints(path)] == [("R049", "schemas/common/basic.xsd")]


def test_a_schema_of_endless_files_is_refused(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 2):
        (tmp_path / f"{number}.xsd").write_bytes(xsd(f'<xs:include schemaLocation="{number + 1}.xsd"/>'))
    schema, faults = read_schema(tmp_path, "0.xsd")
    assert schema is None
    assert [fault.code for fault in faults] == ["R049"]


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "main.xsd").open("wb") as file:
        file.truncate(17 << 20)
    schema, faults = read_schema(tmp_path, "main.xsd")
    assert schema is None
    assert [(fault.code, fault.file) for fault in faults] == [("R049", "")]


def test_files_may_take_each_other_in(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_bytes(xsd('<xs:include schemaLocation="b.xsd"/><xs:element name="A" type="xs:int"/>'))
    (tmp_path / "b.xsd").write_bytes(xsd('<xs:include schemaLocation="a.xsd"/><xs:element name="B" type="xs:int"/>'))
    schema, faults = read_schema(tmp_path, "a.xsd")
    assert not faults
    assert schema is not None
    assert [name for name, _ in schema.files] == ["a.xsd", "b.xsd"]


# --- invoices that are taken back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("purpose", "routed"), [(None, True), ("original", True), ("cancel", False), ("replace", False)])
def test_a_route_can_leave_out_what_is_no_invoice_of_its_own(project: Project, purpose: str | None, routed: bool) -> None:
    billed = agreement("inv", "xml/UBL-2.1/Invoice").replace('"purchase_order"', '"invoice"')
    route = '[[route]]\nid = "invoices"\ndocument = "invoice"\nwhen = \'document.purpose == "original"\'\n'
    snapshot = load(project(routes(billed, f'{route}deliver = [{{ to = "odoo", as = "vendor_bill" }}]\n')), ENVIRON)
    context = snapshot.context(document="invoice", partner="bigbox", agreement="inv", test=False, message={})
    said = {"schema": "invoice/1", "number": "I1", **({"purpose": purpose} if purpose else {})}
    assert (snapshot.decide(said, context).route is not None) is routed
