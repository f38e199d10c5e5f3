"""Flat files and canonical JSON: the channel says whose they are, the agreement how they are read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from gateway.config import Snapshot, load
from gateway.ports import ClaimedTransmission, Settlement
from gateway.stages.duplicates import _key
from gateway.stages.isolation import read_through
from gateway.stages.judgement import Judged, judge
from gateway.stages.ledger import Ledger
from gateway.system import TimeOrderedIds
from tests.gateway.config.conftest import ENVIRON, ROUTES
from tests.gateway.config.flat_orders import AGREEMENT, FLAT, HEADER, JSON_AGREEMENT, LAYOUT, ORDERS
from tests.translators.x12.orders import body_850, interchange
from translators.contract import Verdict
from translators.finding import Code, Severity

new_id = TimeOrderedIds()
X12 = interchange([body_850(order_number="4711")], sender="01:123456789", receiver="ZZ:US")
JSON = {
    "schema": "purchase_order/1",
    "number": "4711",
    "buyer": {"identifiers": {"gln": "5790000000029"}},
    "lines": [{"number": "1", "item": {"identifiers": {"buyer": "A1"}}, "quantity": {"value": "1", "unit": "EA"}}],
}
SHARED = '\n[[channel]]\nid = "shared"\ntype = "folder"\ninbox = "shared"\n'


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """A partner who sends X12 orders, CSV files and JSON by one channel."""
    return snapshot_of(tmp_path, FLAT + JSON_AGREEMENT)


def snapshot_of(folder: Path, routes: str) -> Snapshot:
    (folder / "layouts").mkdir(exist_ok=True)
    (folder / "layouts" / "csv-orders.toml").write_text(LAYOUT)
    (folder / "sku.csv").write_text("theirs,ours\nA1,X1\nA2,X2\n")
    (folder / "routes.toml").write_text(routes)
    return load(folder / "routes.toml", ENVIRON)


def judged(snapshot: Snapshot, body: bytes | str, *, channel: str = "bigbox-folder", partner: str | None = "bigbox") -> Judged:
    data = body.encode() if isinstance(body, str) else body
    transmission = ClaimedTransmission(
        id=new_id(), channel=channel, partner=partner, name="orders.csv", sha256=b"", size=len(data),
        received_at=datetime.now(UTC), traceparent=None, waited=False, starts=1, body=data,
    )  # fmt: skip
    return judge(transmission, snapshot, new_id)


def settled(entry: Judged) -> Settlement:
    """What is written about it."""
    settlement = Settlement()
    ledger = Ledger(settlement, new_id, "test", datetime(2026, 11, 20, tzinfo=UTC))
    ledger.transmission(entry)
    for one in entry.interchanges:
        ledger.interchange(entry, one, state="refused" if one.refused else "accepted", duplicate_of=None, answers=[])
    return settlement


def test_a_csv_file_becomes_purchase_orders_of_the_channels_partner(snapshot: Snapshot) -> None:
    entry = judged(snapshot, ORDERS)
    (one,) = entry.interchanges
    assert (one.partner.id if one.partner else None, one.interchange.verdict) == ("bigbox", Verdict.ACCEPTED)
    assert str(one.interchange.envelope.sender) == "partner:bigbox"
    assert str(one.interchange.envelope.receiver) == "gateway:gw"
    orders = [orjson.loads(document.json or b"") for document in one.documents]
    assert [order["number"] for order in orders] == ["4711", "4712"]
    assert [line["quantity"]["value"] for line in orders[0]["lines"]] == ["12", "3"]
    assert [document.agreement.id if document.agreement else None for document in one.documents] == ["csv", "csv"]
    assert one.documents[0].keys == ("order:4711",)


def test_its_documents_are_routed_like_any_other(tmp_path: Path) -> None:
    routes = FLAT.replace('  { require = "requested_delivery", otherwise = "failure:sales" },\n', "")
    settlement = settled(judged(snapshot_of(tmp_path, routes), ORDERS))
    assert [document.state for document in settlement.documents] == ["routed", "routed"]
    assert [delivery.target for delivery in settlement.deliveries] == ["odoo", "odoo"]
    bodies = [orjson.loads(body.json) for body in settlement.canonical]
    assert bodies[0]["lines"][0]["item"]["identifiers"] == {"buyer": "A1"}


def test_a_bad_row_becomes_findings_and_a_failure_and_leaves_the_other_documents_alone(snapshot: Snapshot) -> None:
    entry = judged(snapshot, ORDERS.replace("A2;3", "A2;three"))
    settlement = settled(entry)
    assert settlement.documents[0].state == "rejected"
    finding = next(row for row in settlement.findings if row.severity == "error")
    assert (finding.segment, finding.code) == (3, "element-not-numeric")
    assert "three" in (finding.actual or "")
    (failure,) = (row for row in settlement.failures if row.code == "document-rejected")
    assert (failure.partner, failure.owner) == ("bigbox", "edi")
    assert entry.interchanges[0].interchange.verdict is Verdict.PARTLY_ACCEPTED


def test_a_file_that_is_none_of_the_layout_is_refused_with_its_reason(snapshot: Snapshot) -> None:
    settlement = settled(judged(snapshot, "Dear colleagues,\nplease find attached our order.\n"))
    assert [document.state for document in settlement.documents] in ([], ["rejected"])
    assert settlement.failures
    assert any(row.severity == "error" for row in settlement.findings)


def test_by_the_same_channel_a_header_is_known_for_what_it_is(snapshot: Snapshot) -> None:
    for body in (X12, b"\xef\xbb\xbf\r\n" + X12):
        (one,) = judged(snapshot, body).interchanges
        assert (one.interchange.envelope.family, one.documents[0].document.type) == ("x12", "850")
    (one,) = judged(snapshot, json.dumps(JSON)).interchanges
    assert one.interchange.envelope.family == "json"


def test_a_header_inside_of_a_flat_file_is_data(snapshot: Snapshot) -> None:
    text = f"{HEADER}4711;20.11.2026;5790000000029;1;UNB+UNOC:3;12\n"
    (one,) = judged(snapshot, text).interchanges
    assert orjson.loads(one.documents[0].json or b"")["lines"][0]["item"]["identifiers"]["buyer"] == "UNB+UNOC:3"


def test_an_empty_file_is_unreadable(snapshot: Snapshot) -> None:
    assert judged(snapshot, b"").state == "unreadable"
    assert judged(snapshot, " \r\n").findings[0].code is Code.EMPTY


def test_by_another_channel_a_flat_file_is_nothing_that_we_know(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, FLAT + SHARED)
    assert judged(snapshot, ORDERS, channel="shared", partner=None).state == "unreadable"


def test_a_channel_of_nobody_that_an_agreement_names_brings_the_partners_files(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, FLAT + 'channel = "shared"\n' + SHARED)
    (one,) = judged(snapshot, ORDERS, channel="shared", partner=None).interchanges
    assert one.partner is not None
    assert one.partner.id == "bigbox"
    assert not one.refused


def test_files_are_the_same_when_their_bytes_are(snapshot: Snapshot) -> None:
    rows = [_key(judged(snapshot, body).interchanges[0]) for body in (ORDERS, ORDERS, ORDERS.replace("4712", "4713"))]
    assert rows[0].control_number == rows[1].control_number != rows[2].control_number
    (one,) = judged(snapshot, ORDERS).interchanges
    assert one.as_duplicate().interchange.findings[-1].message == "The same file came before."


def test_the_child_that_tries_a_suspect_reads_it_as_we_do(snapshot: Snapshot) -> None:
    assert read_through(ORDERS.encode(), snapshot.partnerships, "bigbox", "bigbox-folder") == 4


def test_strictness_holds_for_flat_files(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, FLAT + 'strictness = { element_not_numeric = "warn" }\n')
    (one,) = judged(snapshot, ORDERS.replace("A2;3", "A2;three")).interchanges
    assert {finding.severity for document in one.documents for finding in document.document.findings} == {Severity.WARNING}


# ---- canonical JSON -------------------------------------------------------------------------------------------------


def test_json_by_the_partners_channel_is_the_partners(snapshot: Snapshot) -> None:
    third_party = {**JSON, "buyer": {"identifiers": {"gln": "5412345000013"}}}
    (one,) = judged(snapshot, json.dumps(third_party)).interchanges
    assert (one.partner.id if one.partner else None, one.refused) == ("bigbox", False)
    assert one.documents[0].agreement is not None
    assert one.documents[0].agreement.id == "json"
    assert orjson.loads(one.documents[0].json or b"")["number"] == "4711"


IDENTIFIED = ROUTES.replace('x12 = "01:123456789"', 'x12 = "01:123456789", json = "gln:5790000000029"') + JSON_AGREEMENT + SHARED


@pytest.mark.parametrize(("channel", "partner"), [("bigbox-folder", "bigbox"), ("shared", None)])
def test_json_with_an_identity_is_known_by_who_gave_it_its_number(tmp_path: Path, channel: str, partner: str | None) -> None:
    snapshot = snapshot_of(tmp_path, IDENTIFIED)
    (one,) = judged(snapshot, json.dumps(JSON), channel=channel, partner=partner).interchanges
    assert (one.partner.id if one.partner else None, one.refused) == ("bigbox", False)
    stranger = {**JSON, "buyer": {"identifiers": {"gln": "5412345000013"}}}
    (one,) = judged(snapshot, json.dumps(stranger), channel=channel, partner=partner).interchanges
    assert one.refused
    assert one.interchange.findings[0].code is Code.SENDER_UNKNOWN


def test_a_document_that_was_not_agreed_is_refused(snapshot: Snapshot) -> None:
    advice = {"schema": "despatch_advice/1", "number": "1", "lines": []}
    (one,) = judged(snapshot, json.dumps(advice)).interchanges
    assert Code.DOCUMENT_NOT_AGREED in {finding.code for finding in one.documents[0].document.findings}
    assert one.documents[0].state == "rejected"


def test_a_json_document_that_is_wrong_becomes_findings_and_a_failure(snapshot: Snapshot) -> None:
    settlement = settled(judged(snapshot, json.dumps({**JSON, "lines": [{"number": "1", "quantity": {"value": "many"}}]})))
    assert [document.state for document in settlement.documents] == ["rejected"]
    assert [failure.code for failure in settlement.failures] == ["document-rejected"]


def test_nobody_is_known_by_a_channel_that_has_no_such_agreement(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, ROUTES)
    (one,) = judged(snapshot, json.dumps(JSON)).interchanges
    assert one.refused


# ---- bytes outside of interchanges ----------------------------------------------------------------------------------

JUNK = b"FROM: BIGBOX\r\n" + X12


@pytest.mark.parametrize(
    ("weight", "severities", "refused"),
    [("", ["warning"], False), ("info", ["info"], False), ("off", [], False), ("error", [], True)],
)
def test_bytes_before_a_header_weigh_what_was_agreed(tmp_path: Path, weight: str, severities: list[str], refused: bool) -> None:
    text = ROUTES.replace('strictness = { code_lists = "warn" }', f'strictness = {{ outside_bytes = "{weight or "warn"}" }}')
    entry = judged(snapshot_of(tmp_path, text), JUNK)
    assert [finding.severity.value for finding in entry.findings] == severities
    assert entry.interchanges[0].refused is refused


def test_bytes_behind_the_last_interchange_weigh_the_same(tmp_path: Path) -> None:
    text = ROUTES.replace('strictness = { code_lists = "warn" }', 'strictness = { outside_bytes = "off" }')
    assert judged(snapshot_of(tmp_path, text), X12 + b"\x1a\r\nEND OF FILE").findings == ()
    assert [f.code for f in judged(snapshot_of(tmp_path, ROUTES), X12 + b"END OF FILE").findings] == [
        Code.BYTES_OUTSIDE_INTERCHANGE
    ]


def test_the_agreement_of_the_example_is_about_flat_files() -> None:
    assert 'format = "flat/csv-orders/purchase_order"' in AGREEMENT
