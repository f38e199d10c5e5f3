"""What carriers report, as documents say it: which goods, what happened, what proves it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.carriage import Report, note_rows, proof_rows, read_report
from gateway.applications.odoo.order import Problem

WHEN = "2026-11-20T10:00:00+01:00"
LINE: dict[str, Any] = {"number": "1", "milestones": [{"event": "delivered", "occurred": WHEN}]}
STATUS: dict[str, Any] = {"schema": "transport_status/1", "number": "214-1", "shipment": {"tracking": ["1Z"]}, "lines": [LINE]}


def read(**changes: Any) -> Report | tuple[Problem, ...]:
    return read_report({**STATUS, **changes}, partner="parcels")


def report(**changes: Any) -> Report:
    found = read(**changes)
    assert isinstance(found, Report), found
    return found


def test_a_report_is_read() -> None:
    one = report(carrier={"name": "Parcels & Co"})
    (consignment,) = one.consignments
    assert (one.carrier, one.subject, consignment.tracking) == ("Parcels & Co", "1Z", ("1Z",))
    assert consignment.delivered is not None
    assert consignment.delivered.moment == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema": "invoice/1"}, "document-unsupported"),
        ({"lines": []}, "status-missing"),
        ({"lines": [{"number": "1"}]}, "status-missing"),
        ({"attachments": [{"name": "a", "content": "%"}]}, "proof-unreadable"),
        ({"attachments": [{"name": "a"}]}, "proof-unreadable"),
        ({"attachments": [{"name": "a", "uri": "file:///etc/passwd"}]}, "proof-unreadable"),
    ],
)
def test_what_cannot_be_noted(changes: dict[str, Any], code: str) -> None:
    found = read(**changes)
    assert isinstance(found, tuple)
    assert [one.code for one in found] == [code]


def test_a_line_that_names_its_goods_is_about_those() -> None:
    own = {
        **LINE,
        "shipment": {"number": "WH/OUT/1"},
        "packages": [{"identifiers": {"sscc": "3" * 18}}],
        "order": {"number": "4711"},
    }
    other = {**LINE, "references": [{"kind": "tracking", "number": "2Z"}], "transport": [{"tracking": "3Z"}]}
    first, second, third = report(lines=[own, other, LINE]).consignments
    assert (first.transfers, first.packages, first.orders, first.tracking) == (("WH/OUT/1",), ("3" * 18,), ("4711",), ())
    assert second.tracking == ("3Z", "2Z")
    assert third.tracking == ("1Z",)


def test_what_is_only_expected_has_not_happened() -> None:
    line = {**LINE, "milestones": [{"event": "delivered", "expected": WHEN}, {"event": "departed", "occurred": "2026-11-19"}]}
    (one,) = report(lines=[line]).consignments
    assert ([stage.event for stage in one.stages], one.delivered) == (["departed"], None)


def test_an_event_without_a_time_has_that_of_the_report() -> None:
    line = {**LINE, "milestones": [{"event": "arrived"}]}
    (one,) = report(lines=[line], issued=WHEN).consignments
    assert one.stages[0].moment == datetime(2026, 11, 20, 9, tzinfo=UTC)
    (one,) = report(lines=[line]).consignments
    assert one.stages[0].moment is None


DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")
HAPPENED = ("departed", "arrived", "delivered")
stages = st.lists(
    st.fixed_dictionaries({"event": st.sampled_from(HAPPENED), "occurred": st.sampled_from(DAYS)}), min_size=1, max_size=6
)


@given(stages, st.randoms())
def test_events_have_the_same_names_in_whatever_order_they_come(events: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(events, len(events))
    first, second = (report(lines=[{**LINE, "milestones": some}]).consignments[0] for some in (events, shuffled))
    assert {stage.external_id(31) for stage in first.stages} == {stage.external_id(31) for stage in second.stages}
    moments = [stage.moment for stage in second.stages if stage.moment]
    assert moments == sorted(moments)


def test_notes_say_what_happened_and_hold_the_files_at_the_delivery() -> None:
    milestones = [
        {
            "event": "delivered",
            "occurred": WHEN,
            "signed_by": "J. <Doe>",
            "location": {"name": "Dock 3", "address": {"city": "Kiel"}},
        },
        {
            "event": "delivery_exception",
            "occurred": "2026-11-19",
            "reason": "nobody_at_home",
            "texts": [{"lines": ["Ring twice"]}],
        },
        {"event": "arrived"},
    ]
    one = report(lines=[{**LINE, "milestones": milestones}], carrier={"name": "A & B"})
    dated, undated = note_rows(31, one.consignments[0].stages, [7, 8], carrier=one.carrier)
    first, second = (dict(zip(dated[0], row, strict=True)) for row in dated[1])
    assert first["body"] == "<p>A &amp; B: <b>delivery exception</b> 2026-11-19 (nobody at home; Ring twice)</p>"
    assert second["body"] == "<p>A &amp; B: <b>delivered</b> 2026-11-20 09:00 UTC (Dock 3, Kiel; signed by J. &lt;Doe&gt;)</p>"
    assert (first["attachment_ids/.id"], second["attachment_ids/.id"], second["date"]) == ("", "7,8", "2026-11-20 09:00:00")
    assert "date" not in undated[0]


def test_files_and_addresses_are_proofs() -> None:
    one = report(
        attachments=[{"name": "a/b.pdf", "media_type": "application/pdf", "content": "QUJD"}, {"uri": "https://x.example/1"}]
    )
    files, links = proof_rows(31, one.proofs)
    assert dict(zip(files[0], files[1][0], strict=True)) | {"id": ""} == {
        "id": "", "name": "a-b.pdf", "res_model": "stock.picking", "res_id": "31", "mimetype": "application/pdf", "datas": "QUJD",
    }  # fmt: skip
    assert links[1][0][1:] == ["proof-2", "stock.picking", "31", "url", "https://x.example/1"]
    assert one.proofs[0].external_id(31) != one.proofs[0].external_id(32)
