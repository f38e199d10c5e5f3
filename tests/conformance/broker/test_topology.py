"""The table of exchanges and queues, routing keys, and the body of wake-ups: pure."""

import re
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from asyncpg.pgproto import pgproto
from hypothesis import given
from hypothesis import strategies as st

from gateway.broker import wake_up
from gateway.broker.topology import hint_queue, matches, topology

words = st.lists(st.sampled_from(["a", "b", "purchase_order"]), min_size=1, max_size=6).map(".".join)
patterns = st.lists(st.sampled_from(["a", "b", "purchase_order", "*", "#"]), min_size=1, max_size=6).map(".".join)


def by_regular_expression(pattern: str, key: str) -> bool:
    """The same rule another way: every word ends in a dot, `#` is any number of words."""
    parts = {"*": r"[^.]+\.", "#": r"(?:[^.]+\.)*"}
    expression = "".join(parts.get(word, re.escape(word) + r"\.") for word in pattern.split("."))
    return re.fullmatch(expression, key + ".") is not None


@given(patterns, words)
def test_topic_patterns_match_as_amqp_says(pattern: str, key: str) -> None:
    assert matches(pattern, key) is by_regular_expression(pattern, key)


@pytest.mark.parametrize(
    ("pattern", "key", "taken"),
    [
        ("#", "", True),
        ("*", "", False),
        ("purchase_order.in.*", "purchase_order.in.bigbox", True),
        ("purchase_order.*", "purchase_order.in.bigbox", False),
        ("#.bigbox", "bigbox", True),
        ("#.in.#", "purchase_order.in.bigbox", True),
    ],
)
def test_topic_patterns_by_example(pattern: str, key: str, taken: bool) -> None:
    assert matches(pattern, key) is taken


def test_every_queue_belongs_to_an_exchange_of_the_table_and_has_a_name_of_its_own() -> None:
    table = topology(["odoo", "wms"])
    assert {queue.exchange for queue in table.queues} <= {exchange.name for exchange in table.exchanges}
    assert len({queue.name for queue in table.queues}) == len(table.queues)
    assert all(queue.name.startswith("edi.") for queue in table.queues)


def test_every_exchange_whose_queues_are_ours_has_one_and_no_public_one_has() -> None:
    table = topology(["odoo"])
    assert {exchange.name for exchange in table.exchanges if exchange.owned} == {queue.exchange for queue in table.queues}


def test_every_queue_is_a_quorum_queue() -> None:
    assert {queue.arguments["x-queue-type"] for queue in topology(["odoo"]).queues} == {"quorum"}


def test_the_table_says_where_a_message_is_expected() -> None:
    table = topology(["odoo"])
    assert table.expects("edi.work", "deliver.odoo")
    assert not table.expects("edi.work", "deliver.nobody")
    assert table.expects("edi.dead", "anything.at.all")
    assert not table.expects("edi.canonical", "purchase_order.in.bigbox")
    assert hint_queue("deliver.odoo").name == "edi.work.deliver.odoo"


@given(st.lists(st.uuids(), max_size=350))
def test_ids_survive_the_way_in_messages_of_at_most_a_hundred(ids: list[UUID]) -> None:
    portions = list(wake_up.portions(ids))
    assert [row for portion in portions for row in wake_up.decode(wake_up.encode(portion))] == ids
    assert all(len(portion) <= wake_up.MOST for portion in portions)
    assert len(portions) == max(1, -(-len(ids) // 100))


@given(st.binary(max_size=200) | st.text(max_size=50).map(str.encode))
def test_no_body_makes_decoding_raise_anything_but_value_error(body: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(wake_up.decode(body), list)


def test_ids_go_out_as_the_driver_of_the_database_hands_them_over() -> None:
    row = uuid4()
    assert wake_up.decode(wake_up.encode([pgproto.UUID(row.hex)])) == [row]
