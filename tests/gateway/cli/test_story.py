"""Views turned into words: times, states, acknowledgements, the page of a message and the story of a number."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.phrases import (
    acknowledgement_phrase,
    delivery_phrase,
    document_phrase,
    keys_text,
    transmission_phrase,
    verdict_phrase,
)
from gateway.cli.story import detail_text, finding_place, message_page, story, taken_apart
from gateway.cli.times import between, duration_text, moment_text, size_text
from gateway.domain.lifecycle import DELIVERY as DELIVERY_TABLE
from gateway.domain.lifecycle import TRANSMISSION as TRANSMISSION_TABLE
from tests.gateway.cli.views import ACKNOWLEDGEMENT, BAD_ORDER, DELIVERY, FAILURE, FINDING, GOOD_ORDER, TRACE, TRANSMISSION

# ------------------------------------------------------------------------------------------------------------ times


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0 ms"),
        (0.12, "120 ms"),
        (0.9996, "1.0 s"),
        (2.44, "2.4 s"),
        (59.97, "1 min"),
        (190, "3 min 10 s"),
        (7500, "2 h 5 min"),
        (3600, "1 h"),
        (349200, "4 d 1 h"),
        (-2.5, "-2.5 s"),
    ],
)
def test_durations_in_words(seconds: float | None, text: str) -> None:
    assert duration_text(seconds) == text


@given(st.floats(min_value=0, max_value=1e8))
def test_a_duration_is_never_empty_and_never_shows_sixty(seconds: float) -> None:
    text = duration_text(seconds)
    assert text
    assert "60 s" not in text
    assert "60.0 s" not in text


def test_moments_are_utc_and_say_so() -> None:
    assert moment_text("2026-11-21T14:05:00+01:00") == "2026-11-21 13:05:00Z"
    assert moment_text("2026-11-21T14:05:00") == "2026-11-21 14:05:00Z"
    assert moment_text(datetime(2026, 11, 21, 14, 5, tzinfo=UTC)) == "2026-11-21 14:05:00Z"
    assert moment_text(None) == moment_text("soon") == ""


def test_the_time_between_needs_both_ends() -> None:
    assert between("2026-11-21T14:05:00Z", "2026-11-21T14:05:01.5Z") == 1.5
    assert between(None, "2026-11-21T14:05:01Z") is None


def test_sizes_have_thousands() -> None:
    assert (size_text(1204), size_text(None)) == ("1,204 bytes", "")


# ---------------------------------------------------------------------------------------------------------- phrases


@pytest.mark.parametrize("state", sorted({state for pair in DELIVERY_TABLE for state in (pair[0], DELIVERY_TABLE[pair])}))
def test_every_state_of_a_delivery_has_a_phrase_that_names_the_target(state: str) -> None:
    text, tone = delivery_phrase({"state": state, "target": "odoo"})
    assert "odoo" in text
    assert tone


@pytest.mark.parametrize("state", sorted({state for pair in TRANSMISSION_TABLE for state in (pair[0], TRANSMISSION_TABLE[pair])}))
def test_every_state_of_a_transmission_has_a_phrase(state: str) -> None:
    text, tone = transmission_phrase(state)
    assert tone
    assert text != state


@pytest.mark.parametrize("state", ["rejected", "refused", "duplicate", "conflict", "unmapped", "unrouted", "stopped", "routed"])
def test_every_state_of_a_document_has_a_phrase(state: str) -> None:
    text, tone = document_phrase({"state": state})
    assert tone
    assert text.split(":")[0].split()[0] in ("Rejected", "Refused", "Duplicate", "Stopped", "Stored", "Routed")


def test_unknown_states_are_shown_as_they_are() -> None:
    assert delivery_phrase({"state": "on_hold", "target": "odoo"}) == ("On hold: odoo", "")
    assert verdict_phrase("half_read") == ("half read", "")


@pytest.mark.parametrize(
    ("delivery", "text"),
    [
        ({"state": "waiting", "target": "odoo", "attempt": 0}, "Waiting for odoo"),
        (
            {
                "state": "waiting",
                "target": "odoo",
                "attempt": 2,
                "next_attempt_at": "2026-11-21T14:05:00Z",
                "message": "no answer",
            },
            "Waiting: attempt 3 for odoo at 2026-11-21 14:05:00Z: no answer",
        ),
        (
            {"state": "waiting", "target": "odoo", "attempt": 2, "max_attempts": 8, "next_attempt_at": None},
            "Waiting: attempt 3 of 8 for odoo",
        ),
        ({"state": "delivered", "target": "odoo", "reference": "S1"}, "Delivered to odoo as S1"),
        ({"state": "failed", "target": "odoo", "code": "product-unknown"}, "Stopped: odoo refused it: product-unknown"),
        ({"state": "dead", "target": "odoo", "message": "no answer"}, "Dead letter: odoo: no answer"),
    ],
)
def test_what_a_delivery_waits_for(delivery: dict[str, Any], text: str) -> None:
    assert delivery_phrase(delivery)[0] == text


def test_the_most_urgent_delivery_speaks_for_a_document() -> None:
    deliveries = [
        {"state": "delivered", "target": "wms"},
        {"state": "dead", "target": "odoo"},
        {"state": "waiting", "target": "x"},
    ]
    assert document_phrase({"state": "routed", "deliveries": deliveries}) == ("Dead letter: odoo", "error")


def test_an_open_failure_names_who_must_act() -> None:
    text, tone = document_phrase({**GOOD_ORDER, "failures": [{"state": "resolved"}, FAILURE]})
    assert (text, tone) == ("Stopped: An order was rejected. (owner: edi)", "error")
    text, _ = document_phrase({**BAD_ORDER, "failures": [FAILURE]})
    assert text == "Rejected: the sender must correct it (owner: edi)"


def test_a_resolved_failure_is_no_reason_to_act() -> None:
    assert document_phrase({**GOOD_ORDER, "failures": [{**FAILURE, "state": "resolved"}]}) == ("Routed", "good")


def test_acknowledgements_are_one_line() -> None:
    assert acknowledgement_phrase([]) == ("", "faint")
    assert acknowledgement_phrase([ACKNOWLEDGEMENT]) == ("997 partly accepted, sent", "warning")
    both = [{"type": "TA1", "verdict": "accepted", "state": "delivered"}, {"type": "997", "verdict": "accepted", "state": "dead"}]
    assert acknowledgement_phrase(both) == ("TA1 accepted, sent, 997 accepted, not sent", "error")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({"order": "4711"}, "4711"),
        ({"order": "4711", "previous_order": ["1", "2"]}, "4711 (previous order 1, previous order 2)"),
        (["order:4711", "contract:C:9"], "4711 (contract C:9)"),
        (None, ""),
        ({}, ""),
    ],
)
def test_business_keys_in_one_line(keys: object, text: str) -> None:
    assert keys_text(keys) == text


# ------------------------------------------------------------------------------------------------------------ story


def test_the_story_goes_from_bytes_to_odoo_and_back() -> None:
    lines = list(story(TRACE).lines())
    text = "\n".join(lines)
    wanted = [
        "4711  correlation 0193a5c2",
        "2026-11-21 14:05:00Z received  orders.x12, 1,204 bytes from bigbox by bigbox-folder: Read",
        "X12 interchange 000000042 from 01:123456789 to ZZ:NORDICDC: partly accepted",
        "+120 ms translate on edi-1, configuration 0123456789ab",
        "+125 ms matched: agreement bigbox-850, by sender, type",
        "850 004010 0001 purchase order 4711 (contract C-9): Delivered to odoo as S00042",
        "route bigbox-us-orders",
        "because condition order.total < 50000 holds",
        "delivery (sale_order): Delivered to odoo as S00042",
        "+500 ms attempt 1 retry after 30.0 s: connection-lost: Odoo did not answer.",
        "+35.0 s attempt 2 delivered as S00042 after 250 ms",
        "850 004010 0002 purchase order: Rejected: the sender must correct it",
        "error element-missing: BEG03 is missing. [segment 2 BEG, element 3]",
        "next: Fill the mandatory element.",
        "acknowledgement 997 partly accepted, sent number 000000099",
        "850 0002 is rejected: BEG03 is missing.",
        "failure in translate document-rejected: An order was rejected. (owner: edi, open, 3 times)",
        "next: Ask the partner for a corrected order.",
        "also",
        "+1 min sweep",
    ]
    positions = [text.find(line) for line in wanted]
    assert -1 not in positions, wanted[positions.index(-1)] + "\n" + text
    assert positions == sorted(positions)


def test_everything_is_told_once() -> None:
    text = "\n".join(story(TRACE).lines())
    for once in ("delivery (sale_order)", "attempt 2", "failure in translate", "translate on edi-1", "sweep"):
        assert text.count(once) == 1


def test_deliveries_that_name_no_document_are_told_at_the_end() -> None:
    trace = {**TRACE, "deliveries": [{key: value for key, value in DELIVERY.items() if key != "document"}]}
    lines = list(story(trace).lines())
    assert lines[-4].strip().startswith("delivery (sale_order)") or any(
        line.startswith("  delivery (sale_order)") for line in lines
    )


@pytest.mark.parametrize("url", [None, "https://traces.example/4bf9"])
def test_the_trace_is_named_with_where_it_can_be_looked_at(url: str | None) -> None:
    seen = {**TRANSMISSION, "trace": {"id": "4bf92f3577b34da6a3ce929d0e0e4736", "url": url}}
    text = "\n".join(story({**TRACE, "transmissions": [seen]}).lines())
    assert ("trace 4bf92f3577b34da6a3ce929d0e0e4736" + (f"  {url}" if url else "")) in text


def test_long_lists_of_findings_are_cut_in_a_story_and_whole_on_the_page() -> None:
    many = {**BAD_ORDER, "findings": [{**FINDING, "element": number} for number in range(1, 31)]}
    transmission = {**TRANSMISSION, "interchanges": [{**TRANSMISSION["interchanges"][0], "documents": [many]}]}
    cut = "\n".join(story({**TRACE, "transmissions": [transmission]}).lines())
    assert cut.count("element-missing") == 10
    assert "20 more findings" in cut
    assert "\n".join(message_page(transmission).lines()).count("element-missing") == 30


def test_the_page_of_a_message_shows_its_failure_once() -> None:
    text = "\n".join(message_page(TRANSMISSION).lines())
    assert text.startswith(f"Message {TRANSMISSION['id']}")
    assert text.count("failure in translate") == 1


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (FINDING, "[segment 2 BEG, element 3]"),
        ({"segment": "BEG", "position": 2, "element": 3}, "[segment 2 BEG, element 3]"),
        ({"segment": "ISA", "position": None}, "[ISA]"),
        ({"offset": 7}, "[byte 7]"),
        ({}, ""),
    ],
)
def test_places_of_findings(finding: dict[str, Any], text: str) -> None:
    assert finding_place(finding) == text


@pytest.mark.parametrize(
    ("detail", "text"), [(None, ""), ("x", "x"), ({"a": 1, "b": None}, "a 1"), ([1, {"c": "d"}], "1, c d"), (0, "0")]
)
def test_details_in_one_line(detail: object, text: str) -> None:
    assert detail_text(detail) == text


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(sorted(GOOD_ORDER)), _JSON.filter(lambda value: not isinstance(value, dict | list)), max_size=6
    )
)
def test_a_document_with_missing_or_odd_fields_is_still_told(fields: dict[str, Any]) -> None:
    odd = {**fields, "findings": [], "reasons": []}
    transmission = {**TRANSMISSION, "interchanges": [{"documents": [odd]}]}
    assert list(story({"number": "1", "transmissions": [transmission]}).lines())


def test_events_that_repeat_an_attempt_are_not_told_again() -> None:
    repeat = {
        "at": "2026-11-21T14:05:35Z",
        "stage": "deliver",
        "subject": "del-1",
        "steps": [{"what": "waiting", "detail": {"code": "again"}}],
    }
    text = "\n".join(story({**TRACE, "events": [*TRACE["events"], repeat]}).lines())
    assert "again" not in text
    unsent = {**DELIVERY, "attempts": []}
    assert "again" in "\n".join(story({**TRACE, "events": [repeat], "deliveries": [unsent]}).lines())


def test_an_empty_trace_is_still_a_story() -> None:
    assert list(story({"number": "4711"}).lines()) == ["4711"]


# -------------------------------------------------------------------------------------------------------- commands


def test_trace_draws_a_tree(invoke: Callable, wired: Callable) -> None:
    wired(trace=TRACE)
    result = invoke("trace", "4711")
    assert result.status == 0
    assert result.out.splitlines()[0] == "4711  correlation 0193a5c2"
    assert "├── 2026-11-21 14:05:00Z received" in result.out
    assert all(line == line.rstrip() for line in result.out.splitlines())


def test_a_tree_is_cut_to_a_screen_but_never_to_a_pipe(invoke: Callable, wired: Callable) -> None:
    wired(trace={"number": "4" * 200, "transmissions": []})
    assert len(invoke("trace", "4").out.splitlines()) == 1
    assert len(invoke("trace", "4", colour=True, width=40).out.splitlines()) > 1


def test_trace_in_other_formats(invoke: Callable, wired: Callable) -> None:
    wired(trace=TRACE)
    assert json.loads(invoke("trace", "4711", "-o", "json").out) == TRACE
    assert [json.loads(line)["stage"] for line in invoke("trace", "4711", "-o", "jsonl").out.splitlines()] == [
        "translate",
        "sweep",
    ]
    assert len(invoke("trace", "4711", "-o", "csv").out.splitlines()) == 3


def test_an_unknown_number_says_how_to_look_further(invoke: Callable, wired: Callable) -> None:
    wired(trace=None)
    result = invoke("trace", "4711")
    assert result.status == 1
    assert result.err.splitlines()[1:] == ["where: 4711", " next: Look for parts of it: gateway messages NUMBER"]


def test_message_shows_its_page(invoke: Callable, wired: Callable) -> None:
    wired(message=TRANSMISSION)
    assert "Message 0193a5c2" in invoke("message", "0193a5c2").out
    assert json.loads(invoke("message", "0193a5c2", "--json").out) == TRANSMISSION
    assert invoke("message", "0193a5c2", "-o", "csv").out.splitlines()[0].startswith("id,partner,channel")


def test_an_unknown_message_is_a_failure(invoke: Callable, wired: Callable) -> None:
    wired()
    assert invoke("message", "show", "x").status == 1
    assert invoke("message", "0193a5c2").status == 1, "without `show`"


def test_control_characters_from_a_partner_are_shown_as_text(invoke: Callable, wired: Callable) -> None:
    wired(trace={**TRACE, "transmissions": [{**TRANSMISSION, "name": "\x1b[2Jorders\n\u202e.x12"}]})
    out = invoke("trace", "4711").out
    assert "\\x1b[2Jorders\\n\\u202e.x12" in out
    assert "\x1b" not in out


def test_each_route_that_was_tried_is_a_line_of_its_own() -> None:
    tried = [{"route": "rush", "matched": False, "reason": "no date"}, {"route": "orders", "matched": True, "reason": "all hold"}]
    text, lines = taken_apart({"route": "orders", "tried": tried})
    assert text == "route orders"
    assert lines == ["rush does not take it: no date", "orders takes it: all hold"]


def test_a_rule_that_did_the_same_in_many_places_is_one_line() -> None:
    place = "lines[{}].item.identifiers.seller"
    same = [{"rule": "map", "path": place.format(n), "note": "nothing there", "before": None, "after": None} for n in range(3)]
    other = {"rule": "map", "path": place.format(7), "before": "BB-1001", "after": "ND-1"}
    added = {"rule": "default", "path": "currency", "before": None, "after": "DKK"}
    assert taken_apart([*same, other, added]) == (
        "",
        [
            "map lines[…].item.identifiers.seller: nothing there (3 times)",
            "map lines[7].item.identifiers.seller: ND-1 (was BB-1001)",
            "default currency: DKK",
        ],
    )


def test_details_of_other_shapes_stay_on_their_line() -> None:
    assert taken_apart({"a": 1}) == ("a 1", [])
    assert taken_apart([{"b": 2}]) == ("", ["b 2"])
    assert taken_apart(None) == ("", [])


def test_a_message_of_several_lines_is_one_line_of_the_tree() -> None:
    failure = {"stage": "deliver", "code": "product-unknown", "message": "Line 1.\nLine 2.", "owner": "sales", "state": "open"}
    lines = list(story({"number": "1", "transmissions": (), "failures": [failure]}).lines())
    assert any("product-unknown: Line 1. Line 2. (owner: sales" in line for line in lines)
