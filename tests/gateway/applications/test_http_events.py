"""What systems tell: read as declared, or told as not understood; never dropped."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.http.events import Heard, heard_in, moment_of
from gateway.config.applications.http import ReadingTable
from gateway.config.applications.http_terms import reading_terms
from gateway.config.queries import compile_query
from gateway.domain.http_application import ReadingTerms
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from tests.gateway.applications.documented import Page, connection_of, snapshot_of

WORLD = {"WMS_EAST_URL": "http://wms", "WMS_EAST_TOKEN": "t", "WMS_EAST_SECRET": "s"}
TABLE: dict[str, Any] = {
    "key": "id",
    "kind": "kind",
    "number": "order",
    "event": [{"kind": ["sent", "gone"], "milestone": "shipped"}],
    "ignore": ["seen"],
}


def terms(**changes: Any) -> ReadingTerms:
    return reading_terms(ReadingTable.model_validate({**TABLE, **changes}), {})


def heard(value: Any, wanted: ReadingTerms | None = None) -> Heard:
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    return heard_in(body, wanted or terms(), source="wms")


def only(value: Any, wanted: ReadingTerms | None = None) -> Milestone:
    (notice,) = heard(value, wanted).notices
    assert notice.unread is None, notice.unread
    (milestone,) = notice.milestones
    return milestone


def problem(value: Any, wanted: ReadingTerms | None = None) -> tuple[str, str]:
    (notice,) = heard(value, wanted).notices
    assert notice.unread is not None
    assert notice.unread.remedy
    assert (notice.documents, notice.milestones) == ((), ())
    return notice.unread.code, notice.unread.message


@pytest.fixture(scope="module")
def page_terms(tmp_path_factory: pytest.TempPathFactory) -> ReadingTerms:
    """The webhook of the how-to page."""
    page = Page("connect-a-warehouse.md")
    folder: Path = tmp_path_factory.mktemp("page")
    snapshot = snapshot_of(folder, page.routes("[[application]]", "[application.webhook]"), page.files, WORLD)
    webhook = connection_of(snapshot.applications["wms-east"]).webhook
    assert webhook is not None
    return webhook.reading


def test_an_event_is_a_milestone() -> None:
    said = only({"id": 7, "kind": "sent", "order": 4711})
    assert said == Milestone(source="wms", key="7:shipped", event=Event.SHIPPED, number="4711")


def test_several_in_one_post_keep_their_order() -> None:
    body = {"data": [{"id": str(number), "kind": "gone", "order": "1"} for number in range(5)]}
    assert [one.key for one in heard(body, terms(events="data")).notices] == ["0", "1", "2", "3", "4"]
    assert heard({"data": []}, terms(events="data")).notices == []


def test_what_is_known_to_mean_nothing_says_nothing() -> None:
    assert heard({"id": 1, "kind": "seen"}).notices == []


def test_the_page_s_shipment_is_a_milestone_and_a_document(page_terms: ReadingTerms) -> None:
    event = {
        "id": "evt-5",
        "sequence": 5,
        "type": "order.shipped",
        "occurred_at": "2026-11-21T10:00:00+00:00",
        "order": {"id": "W-1", "reference": "4711", "customer": "bigbox"},
        "lines": [{"line": "1", "sku": "ANVIL", "quantity": 2.5, "ordered": 3.0, "unit": "EA"}],
        "shipment": {"id": "S-1", "carrier": "ups", "tracking": "1Z", "packages": [{"sscc": "00357"}, {"sscc": "00358"}]},
    }
    (notice,) = heard_in(orjson.dumps(event), page_terms, source="wms-east").notices
    (said,), (document,) = notice.milestones, notice.documents
    assert (notice.key, said.key, said.partner, said.number, said.version) == ("evt-5", "evt-5:shipped", "bigbox", "4711", 5)
    assert said.occurred == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert said.lines == (LineQuantity("1", Decimal("2.5"), "EA"),)
    named = [("order", "W-1"), ("shipment", "S-1"), ("package", "00357"), ("package", "00358"), ("tracking", "1Z")]
    assert said.links == tuple(Link("wms-east", kind, value) for kind, value in named)
    assert (document.partner, document.outgoing) == ("east", False)
    assert orjson.loads(document.body) == {
        "schema": "warehouse_shipment/1",
        "number": "S-1",
        "despatched": "2026-11-21T10:00:00Z",
        "order": {"number": "4711"},
        "warehouse_order": {"number": "W-1"},
        "lines": [
            {
                "number": "1",
                "item": {"identifiers": {"seller": "ANVIL"}},
                "quantity": {"value": "2.5", "unit": "EA"},
                "ordered": {"value": "3.0", "unit": "EA"},
            }
        ],
    }


def test_a_snapshot_of_the_stock_is_a_document_alone(page_terms: ReadingTerms) -> None:
    event = {
        "id": "e",
        "type": "stock.snapshot",
        "occurred_at": "2026-11-21T10:00:00Z",
        "items": [{"sku": "A", "on_hand": 4, "unit": "EA"}],
    }
    (notice,) = heard_in(orjson.dumps(event), page_terms, source="wms-east").notices
    assert not notice.milestones
    report = orjson.loads(notice.documents[0].body)
    assert report["lines"][0]["stock"] == [{"status": "on_hand", "quantity": {"value": "4", "unit": "EA"}}]


def test_every_kind_that_the_page_names_is_known(page_terms: ReadingTerms) -> None:
    assert {kind for one in page_terms.terms for kind in one.kinds} | page_terms.ignored == {
        "order.accepted",
        "order.picking",
        "order.picked",
        "order.packed",
        "order.shipped",
        "order.cancelled",
        "stock.snapshot",
    }


UNREAD = [
    (b"<html>", {}, "body-not-json"),
    (b"", {}, "body-not-json"),
    (7, {}, "body-unexpected"),
    ({"other": []}, {"events": "data"}, "body-unexpected"),
    ({"kind": "sent", "order": 1}, {}, "event-unexpected"),
    ({"id": "", "kind": "sent", "order": 1}, {}, "event-unexpected"),
    ({"id": 1, "order": 1}, {}, "event-unexpected"),
    ({"id": 1, "kind": "brand-new", "order": 1}, {}, "event-unknown"),
    ({"id": 1, "kind": "sent"}, {}, "order-unnamed"),
    ({"id": 1, "kind": "sent", "order": {"no": 1}}, {}, "value-unreadable"),
    ({"id": 1, "kind": "sent", "order": True}, {}, "value-unreadable"),
    ({"id": 1, "kind": "sent", "order": 1, "at": "yesterday"}, {"occurred": "at"}, "value-unreadable"),
    ({"id": 1, "kind": "sent", "order": 1, "v": "first"}, {"version": "v"}, "value-unreadable"),
    ({"id": 1, "kind": "sent", "order": 1, "v": ["a"]}, {"version": "sum(v)"}, "value-unreadable"),
]


@pytest.mark.parametrize(("value", "changes", "code"), UNREAD)
def test_what_cannot_be_read_is_told(value: Any, changes: dict[str, Any], code: str) -> None:
    assert problem(value, terms(**changes))[0] == code


LINES = {"each": "lines", "quantity": "qty", "line": "no", "item": "sku"}


@pytest.mark.parametrize(
    "lines",
    [
        None,
        "none",
        [{"no": 1}],
        [{"no": 1, "qty": "many"}],
        [{"no": 1, "qty": True}],
        [{"no": 1, "qty": "NaN"}],
        [{"qty": 1}],
        [7],
    ],
)
def test_lines_that_cannot_be_read_are_told(lines: Any) -> None:
    wanted = terms(event=[{"kind": "sent", "milestone": "shipped", "lines": LINES}])
    code, message = problem({"id": 1, "kind": "sent", "order": 1, "lines": lines}, wanted)
    assert code == "value-unreadable"
    assert "line" in message or "quantity" in message


def test_lines_are_named_by_number_or_by_item() -> None:
    wanted = terms(event=[{"kind": "sent", "milestone": "shipped", "lines": LINES, "total": True}])
    lines = [{"no": 10, "qty": "1.250"}, {"sku": "seller:ANVIL", "qty": 3}]
    said = only({"id": 1, "kind": "sent", "order": 1, "lines": lines}, wanted)
    assert said.lines == (LineQuantity("10", Decimal("1.250")), LineQuantity(None, Decimal(3), item="seller:ANVIL"))
    assert said.total


def test_an_event_of_another_shape_is_told_with_where() -> None:
    wanted = replace(terms(), shape=lambda event: "" if "sum" in event else "$: 'sum' is a required property")
    assert problem({"id": 1, "kind": "sent", "order": 1}, wanted) == (
        "event-unexpected",
        "the event is not as was declared: $: 'sum' is a required property",
    )


def test_a_document_that_cannot_be_made_is_told() -> None:
    document = {"schema": "inventory_report/1", "number": "{{ event.id }}", "as_of": "{{ event.at }}"}
    wanted = terms(event=[{"kind": "count", "document": document}], partner="east")
    assert problem({"id": "1", "kind": "count"}, wanted)[0] == "document-unfit"
    code, message = problem({"id": "1", "kind": "count", "at": "soon"}, wanted)
    assert code == "document-unfit"
    assert "inventory_report: as_of" in message


def test_what_was_not_understood_is_kept_as_it_came() -> None:
    body = b' {"id": 1,  "kind": "brand-new"} '
    (notice,) = heard(body).notices
    assert notice.unread is not None
    assert notice.unread.body == body
    assert heard(body).notices[0].key == notice.key
    assert notice.key.startswith("unread:event-unknown:")


def test_one_of_several_that_is_not_understood_takes_none_along() -> None:
    events = [{"id": 1, "kind": "sent", "order": 1}, {"id": 2, "kind": "?"}, {"id": 3, "kind": "sent", "order": 1}]
    notices = heard(events, terms(events="[]")).notices
    assert [notice.key for notice in notices if notice.unread is None] == ["1", "3"]
    (unread,) = [notice.unread for notice in notices if notice.unread is not None]
    assert orjson.loads(unread.body) == {"id": 2, "kind": "?"}


def test_conditions_tell_events_of_one_kind_apart() -> None:
    both = [
        {"kind": "status", "when": "state == 'A'", "milestone": "accepted"},
        {"kind": "status", "when": "state == 'R'", "milestone": "rejected", "reason": "why"},
    ]
    wanted = terms(event=both)
    assert only({"id": 1, "kind": "status", "state": "A", "order": 1}, wanted).event is Event.ACCEPTED
    refused = only({"id": 2, "kind": "status", "state": "R", "order": 1, "why": "no stock"}, wanted)
    assert (refused.event, refused.reason) == (Event.REJECTED, "no stock")
    code, message = problem({"id": 3, "kind": "status", "state": "Z", "order": 1}, wanted)
    assert (code, "none of its conditions" in message) == ("event-unknown", True)


def test_names_of_other_systems_are_theirs_and_tests_are_tests() -> None:
    links = {"order": "own", "parcels:tracking": "tracking"}
    said = only({"id": 1, "kind": "sent", "own": "W", "tracking": ["1Z", "2Z", None], "t": 1}, terms(links=links, test="t"))
    assert said.links == (Link("wms", "order", "W"), Link("parcels", "tracking", "1Z"), Link("parcels", "tracking", "2Z"))
    assert said.test
    assert not only({"id": 1, "kind": "sent", "order": "W", "t": False}, terms(test="t")).test


ZONE = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-07-01T10:00:00Z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01T10:00:00+02:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-07-01 10:00:00", datetime(2026, 7, 1, 15, tzinfo=UTC)),
        ("2026-12-01 10:00:00", datetime(2026, 12, 1, 16, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 12, 1, 6, tzinfo=UTC)),
        (1_780_000_000, datetime(2026, 5, 28, 20, 26, 40, tzinfo=UTC)),
        (1_780_000_000_000, datetime(2026, 5, 28, 20, 26, 40, tzinfo=UTC)),
        (True, None),
        ("soon", None),
        (10**30, None),
        ({}, None),
    ],
)
def test_times_as_systems_write_them(value: Any, moment: datetime | None) -> None:
    assert moment_of(value, ZONE) == moment


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "kind", "order", "lines", "qty"]), inner),
    max_leaves=12,
)


@given(JSON | st.binary(max_size=30))
def test_whatever_comes_is_read_told_or_known_to_mean_nothing(value: Any) -> None:
    wanted = replace(terms(event=[{"kind": "sent", "milestone": "shipped", "lines": LINES}]), occurred=compile_query("qty"))
    try:
        body = value if isinstance(value, bytes) else orjson.dumps(value)
    except (TypeError, ValueError):  # a lone surrogate
        return
    found = heard_in(body, wanted, source="wms")
    for notice in found.notices:
        assert notice.key
        assert (notice.unread is None) == bool(notice.milestones)
    keys = [notice.key for notice in found.notices]
    assert keys == [notice.key for notice in heard_in(body, wanted, source="wms").notices]
