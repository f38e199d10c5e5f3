"""What a subscriber wants, and what it is given: what its list of fields does not name, it does not get."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from gateway.domain.order.milestone import Event
from gateway.domain.subscriber import ALWAYS_GIVEN, GIVEN_ON_REQUEST, Subscriber, given, known_fields

ATTRIBUTES = {
    "specversion": "1.0", "id": "m1", "source": "gw", "type": "order.shipped", "subject": "4711", "time": "2026-11-21T10:00:00Z",
    "datacontenttype": "application/json", "correlationid": "o1", "causationid": "d1",
    "dataschema": "urn:edi-gateway:order_event:1", "partner": "bigbox", "version": "3", "verdict": "applied", "test": "false",
}  # fmt: skip
DATA: dict[str, Any] = {
    "schema": "order_event/1", "event": "shipped", "verdict": "applied", "source": "wms", "reason": None,
    "order": {"partner": "bigbox", "number": "4711", "state": "shipped", "version": 3, "test": False},
    "lines": [{"line": "1", "quantity": "2", "unit": "EA", "item": None}, {"line": "2", "quantity": "1"}],
    "links": [{"system": "carrier", "kind": "tracking", "value": "T1"}],
}  # fmt: skip


def one(**changed: Any) -> Subscriber:
    return Subscriber("news", "https://news.example/hook", (b"secret",), **changed)


class TestWants:
    @pytest.mark.parametrize(
        ("changed", "wanted"),
        [
            ({}, True),
            ({"events": frozenset({Event.SHIPPED, Event.DELIVERED})}, True),
            ({"events": frozenset({Event.DELIVERED})}, False),
            ({"partners": frozenset({"bigbox"})}, True),
            ({"partners": frozenset({"nordmart"})}, False),
            ({"condition": lambda data: data["order"]["state"] == "shipped"}, True),
            ({"condition": lambda data: data["source"] == "odoo"}, False),
        ],
    )
    def test_by_events_partners_and_condition(self, changed: dict[str, Any], wanted: bool) -> None:
        assert one(**changed).wants(ATTRIBUTES, DATA) is wanted

    def test_test_orders_only_when_asked_for(self) -> None:
        test = {**ATTRIBUTES, "test": "true"}
        assert (one().wants(test, DATA), one(test=True).wants(test, DATA)) == (False, True)
        assert one(test=True).wants(ATTRIBUTES, DATA)


class TestGiven:
    def test_everything_without_a_list(self) -> None:
        assert given(ATTRIBUTES, DATA, None) == {**ATTRIBUTES, "data": DATA}

    def test_what_is_named_and_nothing_else(self) -> None:
        told = given(ATTRIBUTES, DATA, ["subject", "event", "order.number", "lines.quantity", "links"])
        assert told["data"] == {
            "event": "shipped",
            "order": {"number": "4711"},
            "lines": [{"quantity": "2"}, {"quantity": "1"}],
            "links": DATA["links"],
        }
        assert told["subject"] == "4711"
        assert "partner" not in told

    def test_what_tells_a_repeat_is_always_there(self) -> None:
        told = given(ATTRIBUTES, DATA, ["event"])
        assert set(told) == {*ALWAYS_GIVEN, "data"}

    def test_a_whole_member_and_a_part_of_it_is_the_whole(self) -> None:
        for fields in (["order", "order.number"], ["order.number", "order"]):
            assert given(ATTRIBUTES, DATA, fields)["data"] == {"order": DATA["order"]}

    @for_all(st.lists(st.sampled_from(known_fields()), min_size=1))
    def test_never_more_than_there_is_nor_than_is_named(self, fields: list[str]) -> None:
        told = given(ATTRIBUTES, DATA, fields)
        named = set(fields)
        for path in paths(told["data"]):
            assert (
                path in named
                or any(path.startswith(f"{wanted}.") for wanted in named)
                or any(wanted.startswith(f"{path}.") for wanted in named)
            )
        for name in GIVEN_ON_REQUEST:
            assert (name in told) == (name in named)

    def test_the_fields_there_are_come_from_the_contract(self) -> None:
        known = known_fields()
        assert {"subject", "event", "order", "order.number", "lines.quantity", "quantities.shipped", "links.value"} <= set(known)
        assert len(known) == len(set(known))


def paths(value: Any, prefix: str = "") -> list[str]:
    if isinstance(value, list):
        return [path for each in value for path in paths(each, prefix)]
    if not isinstance(value, dict):
        return []
    return [p for name, below in value.items() for p in (f"{prefix}{name}", *paths(below, f"{prefix}{name}."))]
