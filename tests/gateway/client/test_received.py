"""What the client takes for news, and how it reads what later versions of the gateway write."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.client.received import Known, Received, read_document, read_event
from translators.canonical.purchase_order import PurchaseOrder

ORDER = {"schema": "purchase_order/1", "number": "PO-1", "lines": []}
SCHEMA = {"dataschema": "urn:edi-gateway:purchase_order:1"}


def attributes(identifier: str, version: int | None = None, **more: str) -> dict[str, str]:
    told = {"id": identifier, "partner": "bigbox", "subject": "PO-1", "test": "false", **more}
    return told if version is None else {**told, "version": str(version)}


def taken(*messages: dict[str, str], known: Known | None = None) -> list[str]:
    """The ids of those that are news, each remembered before the next is looked at."""
    memory, news = known or Known(), []
    for message in messages:
        if memory.is_news(message):
            news.append(message["id"])
            memory.remember(message)
    return news


def test_the_same_message_is_no_news_twice() -> None:
    assert taken(attributes("a"), attributes("b"), attributes("a")) == ["a", "b"]


def test_what_was_not_dealt_with_is_news_again() -> None:
    known = Known()
    assert known.is_news(attributes("a"))
    assert known.is_news(attributes("a"))


def test_an_older_version_of_an_order_is_no_news() -> None:
    assert taken(attributes("a", 1), attributes("c", 3), attributes("b", 2), attributes("d", 4)) == ["a", "c", "d"]


def test_orders_are_told_apart() -> None:
    others = [attributes("b", 1, subject="PO-2"), attributes("c", 1, partner="nordmart"), attributes("d", 1, test="true")]
    assert taken(attributes("a", 5), *others) == ["a", "b", "c", "d"]


def test_a_replay_is_news_by_being_asked_for() -> None:
    assert taken(attributes("a", 5), attributes("a", 5, replay="true"), attributes("b", 1, replay="true")) == ["a", "a", "b"]


def test_only_so_much_is_remembered() -> None:
    known = Known(most=2)
    assert taken(*(attributes(name) for name in "abc"), attributes("a"), known=known) == ["a", "b", "c", "a"]


@given(st.lists(st.integers(0, 20), max_size=30))
def test_versions_that_are_taken_only_grow(versions: list[int]) -> None:
    messages = [attributes(f"m{place}", version) for place, version in enumerate(versions)]
    news = [versions[int(name[1:])] for name in taken(*messages)]
    assert news == sorted(set(news))
    assert not versions or max(versions) in news


def test_a_document_is_its_model() -> None:
    document = read_document(json.dumps(ORDER).encode(), SCHEMA)
    assert isinstance(document, PurchaseOrder)
    assert document.number == "PO-1"


def test_members_of_later_versions_are_left_out() -> None:
    later = {**ORDER, "novelty": 1, "buyer": {"name": "Big Box", "mood": "good"}}
    document = read_document(json.dumps(later).encode(), SCHEMA)
    assert isinstance(document, PurchaseOrder)
    assert document.buyer is not None
    assert document.buyer.name == "Big Box"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (ORDER, {}),
        (ORDER, {"dataschema": "urn:edi-gateway:poem:1"}),
        ({"number": 3}, SCHEMA),
        ({**ORDER, "schema": "x/1"}, SCHEMA),
    ],
)
def test_what_is_none_is_an_error(body: Any, told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_document(json.dumps(body).encode(), told)


def test_an_event_is_its_model_and_may_say_more() -> None:
    body: dict[str, Any] = {
        "schema": "order_event/1", "event": "shipped", "verdict": "applied", "source": "wms", "occurred": None,
        "heard": "2026-11-21T14:05:00+00:00", "reason": None, "document": None, "lines": [], "links": [], "quantities": [],
        "order": {"partner": "bigbox", "number": "PO-1", "state": "shipped", "version": 4, "test": False}, "novelty": 1,
    }  # fmt: skip
    event = read_event(json.dumps(body).encode(), {})
    assert (event.event.value, event.order.version, event.order.state) == ("shipped", 4, "shipped")


def test_attributes_are_at_hand() -> None:
    received = Received(None, attributes("a", 1, replay="true"))
    assert (received.id, received.partner, received.test, received.replayed) == ("a", "bigbox", False, True)
