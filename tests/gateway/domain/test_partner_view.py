"""What partners see of their messages: theirs, and nothing of what lies behind the gateway."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.partner_view import is_all_of, row_for_partner, state_for_partner, transmission_for_partner

INNER = ("odoo", "secret-owner", "route-7", "agreement-7", "telephone", "node-3", "other-partner")


def document(**changes: Any) -> dict[str, Any]:
    return {
        "id": "d",
        "state": "stopped",
        "route": "route-7",
        "agreement": "agreement-7",
        "keys": {"order": "1"},
        "findings": [],
    } | changes


def transmission(*partners: str | None, **changes: Any) -> dict[str, Any]:
    interchanges = [{"id": f"i{n}", "partner": one, "documents": [document()], "findings": []} for n, one in enumerate(partners)]
    expectation = {"partner": "bigbox", "owner": "secret-owner", "reason": "telephone", "person": "telephone", "state": "overdue"}
    return {
        "id": "t", "partner": "bigbox", "channel": "shared", "name": "orders.edi", "state": "translated", "received_at": "now",
        "settled_at": "now", "size": 3, "sha256": "00", "remote": "10.0.0.1", "interchanges": interchanges,
        "findings": [{"code": "x"}], "deliveries": [{"target": "odoo"}], "failures": [{"owner": "secret-owner"}],
        "events": [{"node": "node-3"}], "expectations": [expectation], "purged": [], "replays": [],
    } | changes  # fmt: skip


def text_of(view: object) -> str:
    return orjson.dumps(view).decode()


def test_its_own_is_seen_without_what_lies_behind() -> None:
    seen = transmission_for_partner(transmission("bigbox"), "bigbox")
    assert seen is not None
    assert [one["id"] for one in seen["interchanges"]] == ["i0"]
    assert seen["interchanges"][0]["documents"][0]["state"] == "received"
    assert seen["expectations"][0]["state"] == "overdue"
    assert not [word for word in INNER if word in text_of(seen)]
    assert not {"deliveries", "failures", "events", "channel", "remote"} & set(seen)


def test_of_a_shared_file_only_its_own_part_is_there() -> None:
    view = transmission("bigbox", "other-partner", None)
    seen = transmission_for_partner(view, "bigbox")
    assert seen is not None
    assert [one["id"] for one in seen["interchanges"]] == ["i0"]
    assert seen["findings"] == []
    assert transmission_for_partner(view, "third") is None
    assert not is_all_of(view, "bigbox")


def test_what_could_not_be_read_is_whose_channel_it_came_by() -> None:
    assert is_all_of(transmission(), "bigbox")
    assert transmission_for_partner(transmission(), "bigbox") is not None
    assert transmission_for_partner(transmission(), "nordmart") is None
    assert transmission_for_partner(transmission(partner=None), "nordmart") is None


@given(st.lists(st.sampled_from(["bigbox", "other-partner", None]), max_size=5), st.sampled_from(["bigbox", "nordmart"]))
def test_whatever_is_in_it_nothing_of_others_is_told(partners: list[str | None], who: str) -> None:
    seen = transmission_for_partner(transmission(*partners, partner=None), who)
    assert (seen is not None) == (who in partners)
    assert seen is None or "other-partner" not in text_of(seen)


def test_a_row_says_how_it_went_and_not_where() -> None:
    row = {
        "direction": "in", "state": "unrouted", "partner": "bigbox", "route": "route-7", "channel": "shared",
        "deliveries": [{"target": "odoo", "state": "dead"}], "failures": [{"owner": "secret-owner"}],
        "expectations": [], "acknowledgements": [{"type": "997"}],
    }  # fmt: skip
    seen = row_for_partner(row)
    assert (seen["state"], seen["acknowledgements"]) == ("received", [{"type": "997"}])
    assert not [word for word in INNER if word in text_of(seen)]


def test_what_was_sent_says_whether_it_has_gone() -> None:
    row = {"direction": "out", "state": "routed", "deliveries": [{"target": "bigbox-as2", "state": "dead"}], "expectations": []}
    assert row_for_partner(row)["state"] == "waiting"
    gone = {**row, "deliveries": [{"target": "bigbox-as2", "state": "delivered"}]}
    assert row_for_partner(gone)["state"] == "delivered"
    assert row_for_partner({**gone, "state": "rejected_by_partner"})["state"] == "rejected_by_partner"


def test_states_of_the_inside_are_one_and_the_same() -> None:
    assert {state_for_partner(one) for one in ("unrouted", "stopped", "unmapped", "pending", "routed")} == {"received"}
    assert state_for_partner("rejected") == "rejected"
