"""Formats without an envelope of their own in routes.toml: flat files with their layouts, canonical JSON; every XML document."""

import pickle
from datetime import UTC, datetime

import pytest

from gateway.config import lint, load
from gateway.domain.agreement import Direction
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.gateway.config.flat_orders import AGREEMENT, FLAT, JSON_AGREEMENT, LAYOUT, LAYOUTS, ORDERS
from translators import registry
from translators.canonical import model_of
from translators.contract import Family, Identity, Verdict
from translators.packing import packed
from translators.xml.kinds import known_kinds

SHARED = '\n[[channel]]\nid = "shared"\ntype = "folder"\ninbox = "shared"\n'


def complaints(project: Project, routes: str, **files: str) -> list[tuple[str, str]]:
    """Code and message of each error."""
    return [(f"{item.file} {item.code}", item.message) for item in lint(project(routes, **files), ENVIRON).errors]


def test_a_layout_in_its_folder_is_found_by_the_format(project: Project) -> None:
    snapshot = load(project(FLAT, **LAYOUTS), ENVIRON)
    agreement = snapshot.partnerships.agreement("bigbox", Direction.IN, Family.FLAT, type="purchase_order", version="csv-orders")
    assert agreement is not None
    assert agreement.layout is not None
    assert agreement.layout.document == "purchase_order"
    provenance = snapshot.partnerships.provenance("bigbox-folder")
    assert provenance.layout is agreement.layout
    assert provenance.parties == {Family.FLAT: (Identity("partner", "bigbox"), Identity("gateway", "gw"))}


def test_a_channel_without_such_an_agreement_knows_nothing(project: Project) -> None:
    snapshot = load(project(FLAT + SHARED, **LAYOUTS), ENVIRON)
    assert snapshot.partnerships.provenance("shared").layout is None
    assert load(project(), ENVIRON).partnerships.ways == {}


def test_an_agreement_may_name_the_channel_its_files_come_by(project: Project) -> None:
    snapshot = load(project(FLAT + 'channel = "shared"\n' + SHARED, **LAYOUTS), ENVIRON)
    assert snapshot.partnerships.provenance("shared").layout is not None
    assert snapshot.partnerships.provenance("bigbox-folder").layout is None


def test_layouts_may_lie_in_another_folder(project: Project) -> None:
    text = FLAT.replace('id = "gw"\n', 'id = "gw"\nlayouts = "formats"\n')
    assert complaints(project, text, **{"formats__csv-orders_dot_toml": LAYOUT}) == []


def test_the_digest_changes_with_a_layout(project: Project) -> None:
    before = load(project(FLAT, **LAYOUTS), ENVIRON).digest
    changed = {name: text.replace('";"', '","') for name, text in LAYOUTS.items()}
    assert load(project(FLAT, **changed), ENVIRON).digest != before


def test_a_configuration_with_layouts_can_be_sent_to_another_process(project: Project) -> None:
    partnerships = load(project(FLAT, **LAYOUTS), ENVIRON).partnerships
    copy = pickle.loads(pickle.dumps(partnerships))
    events = list(registry.read(ORDERS.encode(), copy.terms_for, provenance=copy.provenance("bigbox-folder")))
    assert len(events) == 4


def test_a_missing_layout_is_told_at_the_agreement(project: Project) -> None:
    assert complaints(project, FLAT) == [("routes.toml R043", "there is no layouts/csv-orders.toml")]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("name = ", "no TOML: Invalid value"),
        (LAYOUT.replace('"purchase_order"', '"purchase_oder"'), 'document = "purchase_oder" is not known; did you mean'),
        (LAYOUT.replace("lines[].number", "lines[].nummer"), "lines[].nummer"),
    ],
)
def test_a_layout_with_a_mistake_is_told_in_its_file(project: Project, layout: str, message: str) -> None:
    found = complaints(project, FLAT, **{"layouts__csv-orders_dot_toml": layout})
    assert [where for where, _ in found] == ["layouts/csv-orders.toml R043"]
    assert message in found[0][1]


def test_every_mistake_of_a_layout_is_told(project: Project) -> None:
    layout = LAYOUT.replace("lines[].number", "lines[].nummer").replace("buyer.identifiers.gln", "bayer.identifiers.gln")
    assert len(complaints(project, FLAT, **{"layouts__csv-orders_dot_toml": layout})) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "csv-orders"', 'name = "orders"', 'the layout in csv-orders.toml is called "orders"'),
        ('document = "purchase_order"', 'document = "order_response"', 'the layout "csv-orders" is of order_response'),
    ],
)
def test_a_layout_is_the_one_that_was_agreed(project: Project, old: str, new: str, message: str) -> None:
    layout = LAYOUT.replace(old, new).replace('issued", format', 'issued", format')
    found = complaints(project, FLAT, **{"layouts__csv-orders_dot_toml": layout})
    assert found[0][0] == "routes.toml R044"
    assert message in found[0][1]


def test_two_layouts_by_one_channel_cannot_be_told_apart(project: Project) -> None:
    second = AGREEMENT.replace('"csv"', '"second"').replace("csv-orders", "other")
    layouts = {**LAYOUTS, "layouts__other_dot_toml": LAYOUT.replace("csv-orders", "other")}
    assert complaints(project, FLAT + second + 'files = "O*.csv"\n', **layouts) == []
    ((where, message),) = complaints(project, FLAT + second, **layouts)
    assert where == "routes.toml R045"
    assert message == 'what comes by channel "bigbox-folder" is read by the layout "csv-orders" already'
    apart = '[[channel]]\nid = "second"\npartner = "bigbox"\ntype = "folder"\ninbox = "second"\n'
    named = FLAT + 'channel = "bigbox-folder"\n' + second + 'channel = "second"\n' + apart
    assert complaints(project, named, **layouts) == []


def test_flat_files_need_a_channel_that_says_whose_they_are(project: Project) -> None:
    text = FLAT.replace('inbox = "in"\n', "")
    ((where, message),) = complaints(project, text, **LAYOUTS)
    assert where == "routes.toml R037"
    assert "nothing but the channel says whose a flat file is" in message


def test_a_channel_that_only_sends_brings_nothing(project: Project) -> None:
    text = FLAT + 'channel = "out"\n[[channel]]\nid = "out"\npartner = "bigbox"\ntype = "folder"\noutbox = "x"\n'
    assert ("routes.toml R035", 'nothing comes by channel "out"') in complaints(project, text, **LAYOUTS)


@pytest.mark.parametrize("owed", ["997", "CONTRL", "TA1"])
def test_flat_files_and_json_are_not_acknowledged(project: Project, owed: str) -> None:
    for agreement in (AGREEMENT, JSON_AGREEMENT):
        found = complaints(project, f'{ROUTES}{agreement}acknowledge = ["{owed}"]\n', **LAYOUTS)
        assert [where for where, _ in found] == ["routes.toml R033"]


@pytest.mark.parametrize("agreement", [AGREEMENT, JSON_AGREEMENT])
def test_guides_are_for_segments(project: Project, agreement: str) -> None:
    text = f'{ROUTES}{agreement}guide = {{ name = "G", mandatory = ["REF+DP.02"] }}\n'
    assert [where for where, _ in complaints(project, text, **LAYOUTS)] == ["routes.toml R038"]


def test_flat_files_are_written_by_the_layout_of_the_agreement(project: Project) -> None:
    out = AGREEMENT.replace('"in"', '"out"') + 'channel = "bigbox-folder"\nwriting = { batch = 10 }\n'
    snapshot = load(project(ROUTES + out, **LAYOUTS), ENVIRON)
    (agreement,) = (agreement for agreement in snapshot.agreements if agreement.id == "csv")
    terms = snapshot.partnerships.writing(agreement)
    lines = [{"number": "1", "item": {"identifiers": {"buyer": "A1"}}, "quantity": {"value": "12", "unit": "EA"}}]
    orders = [
        model_of("purchase_order").model_validate({"number": f"N{n}", "issued": "2026-11-20", "lines": lines}) for n in (1, 2)
    ]
    written = [registry.write(Family.FLAT, order, agreement.type, agreement.version, terms) for order in orders]
    (outbound,) = packed(Family.FLAT, written, sender=Identity("", "gw"), receiver=Identity("", "bb"), test=False, terms=terms)
    data = registry.seal(outbound, control_number=1, group_numbers=[1], prepared=datetime(2026, 11, 20, tzinfo=UTC))
    assert data.decode() == ("Order;Date;Buyer;Line;Article;Quantity\nN1;20.11.2026;;1;A1;12\nN2;20.11.2026;;1;A1;12\n")


def test_a_layout_that_makes_a_file_one_document_allows_no_batch(project: Project) -> None:
    out = AGREEMENT.replace('"in"', '"out"') + 'channel = "bigbox-folder"\nwriting = { batch = 10 }\n'
    layout = LAYOUT.replace('begins = "document"\ngroup_by = ["Order"]\n', "")
    ((where, message),) = complaints(project, ROUTES + out, **{"layouts__csv-orders_dot_toml": layout})
    assert where == "routes.toml R039"
    assert "no record begins a document" in message


# ---- canonical JSON -------------------------------------------------------------------------------------------------


def test_json_comes_by_the_partners_own_channel_or_under_its_identity(project: Project) -> None:
    snapshot = load(project(ROUTES + JSON_AGREEMENT), ENVIRON)
    parties = (Identity("partner", "bigbox"), Identity("gateway", "gw"))
    assert snapshot.partnerships.provenance("bigbox-folder").parties == {Family.JSON: parties}
    identities = ROUTES.replace('x12 = "01:123456789"', 'x12 = "01:123456789", json = "gln:5790000000029"')
    snapshot = load(project(identities + JSON_AGREEMENT), ENVIRON)
    assert snapshot.partnerships.provenance("bigbox-folder").parties == {}
    assert snapshot.partners["bigbox"].identities[Family.JSON] == (Identity("gln", "5790000000029"),)


def test_json_by_a_shared_channel_needs_an_identity(project: Project) -> None:
    text = (ROUTES + JSON_AGREEMENT).replace('id = "bigbox-folder"\npartner = "bigbox"\n', 'id = "bigbox-folder"\n')
    assert complaints(project, text) == [("routes.toml R037", 'partner "bigbox" has no json identity')]
    assert complaints(project, text.replace('x12 = "01:123456789"', 'x12 = "01:123456789", json = "gln:1"')) == []


def test_two_partners_cannot_share_an_identity_of_json(project: Project) -> None:
    text = ROUTES.replace('x12 = "01:123456789"', 'x12 = "01:123456789", json = "gln:1"')
    text += '[[partner]]\nid = "other"\nowner = "edi"\nidentities = { json = "gln:1" }\n'
    assert ("routes.toml R030", 'gln:1 is the identity of partner "bigbox", too') in complaints(project, text)


def test_a_type_that_is_no_canonical_document_is_guessed_at(project: Project) -> None:
    ((where, message),) = complaints(project, ROUTES + JSON_AGREEMENT.replace("json/purchase_order", "json/purchase_oder"))
    assert where == "routes.toml R005"
    assert message == 'purchase_oder is not read here; did you mean "purchase_order"?'


# ---- XML ------------------------------------------------------------------------------------------------------------

_WITH_XML = ROUTES.replace('edifact = "5790000000012:14"', 'xml = "0088:1"').replace(
    'x12 = "01:123456789"', 'x12 = "01:123456789", xml = "0088:2"'
)
_XML = """
[[agreement]]
id = "xml"
partner = "bigbox"
direction = "in"
document = "{document}"
format = "xml/{version}/{type}"
"""


@pytest.mark.parametrize("kind", known_kinds(), ids=lambda kind: f"{kind.type}-{kind.name}")
def test_every_xml_document_can_be_agreed(project: Project, kind: object) -> None:
    agreement = _XML.format(document=kind.name, version=kind.version, type=kind.type)  # type: ignore[attr-defined]
    snapshot = load(project(_WITH_XML + agreement), ENVIRON)
    assert snapshot.agreements[-1].version == kind.version  # type: ignore[attr-defined]


def test_a_document_is_of_its_standard(project: Project) -> None:
    agreement = _XML.format(document="purchase_order", version="CII-D16B", type="Order")
    assert ("routes.toml R005", "Order is read in UBL-2.1") in complaints(project, _WITH_XML + agreement)


def test_later_versions_are_read_by_the_nearest_table(project: Project) -> None:
    for version, kind in (("UBL-2.3", "Order"), ("cXML-1.2.063", "OrderRequest"), ("cXML", "OrderRequest")):
        agreement = _XML.format(document="purchase_order", version=version, type=kind)
        assert complaints(project, _WITH_XML + agreement) == []


@pytest.mark.parametrize("format_", ["x12/004010/270", "edifact/D.96A/PARTIN"])
def test_what_has_no_mapping_can_be_agreed_as_a_generic_document(project: Project, format_: str) -> None:
    agreement = f"""
[[agreement]]
id = "generic"
partner = "bigbox"
direction = "in"
document = "generic_document"
format = "{format_}"
"""
    identities = ROUTES.replace('x12 = "01:123456789"', 'x12 = "01:123456789", edifact = "1:14"').replace('["997"]', "[]")
    assert complaints(project, identities + agreement) == []
    refused = agreement.replace("generic_document", "purchase_order")
    ((where, message),) = complaints(project, identities + refused)
    assert where == "routes.toml R005"
    assert 'agree it as "generic_document"' in message


STOCK = AGREEMENT.replace('"csv"', '"stock"').replace("csv-orders", "stock")
STOCK_LAYOUT = LAYOUT.replace("csv-orders", "stock").replace("Article", "Sku").replace("Date", "Day")
BOTH = {**LAYOUTS, "layouts__stock_dot_toml": STOCK_LAYOUT}


def test_layouts_with_other_columns_come_by_one_channel(project: Project) -> None:
    assert complaints(project, FLAT + STOCK, **BOTH) == []
    partnerships = load(project(FLAT + STOCK, **BOTH), ENVIRON).partnerships
    provenance = partnerships.provenance("bigbox-folder", "whatever.csv")
    for text, version in ((ORDERS, "csv-orders"), (ORDERS.replace("Article", "Sku").replace("Date", "Day"), "stock")):
        (interchange,) = registry.translate(text.encode(), partnerships.terms_for, provenance=provenance).interchanges
        assert {(document.version, document.verdict) for document in interchange.documents} == {(version, Verdict.ACCEPTED)}


def test_a_pattern_of_names_chooses_the_layout(project: Project) -> None:
    first, second = FLAT + 'files = "orders-*.csv"\n', STOCK + 'files = "*.CSV"\n'
    partnerships = load(project(first + second, **BOTH), ENVIRON).partnerships

    def chosen(name: str) -> str:
        layout = partnerships.provenance("bigbox-folder", name).layout
        assert layout is not None
        return layout.name

    assert [chosen(name) for name in ("Orders-1.csv", "stock.csv", "unlike.txt")] == ["csv-orders", "stock", "csv-orders"]


@pytest.mark.parametrize("text", [FLAT + JSON_AGREEMENT, ROUTES.replace('acknowledge = ["997"]', "")])
def test_names_of_files_tell_flat_files_only(project: Project, text: str) -> None:
    text = (
        f'{text}files = "*.csv"\n'
        if JSON_AGREEMENT in text
        else text.replace('"x12/004010/850"', '"x12/004010/850"\nfiles = "*"')
    )
    found = complaints(project, text, **LAYOUTS)
    assert found == [("routes.toml R047", "only flat files that come in are told by their names")]
