"""Rights as text: regular expressions that allow what was named and nothing beside it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.broker.topology import matches
from gateway.contract.rights import GATEWAY, BrokerRights, Service, broker_rights

WORDS = st.sampled_from(["invoice", "order", "in", "out", "bigbox", "nord-mart"])
KEYS = st.lists(WORDS, min_size=1, max_size=4).map(".".join)
PATTERNS = st.lists(WORDS | st.sampled_from(["*", "#"]), min_size=1, max_size=3).map(".".join)


def topic(rights: BrokerRights, exchange: str) -> tuple[str, str]:
    return next((right.write, right.read) for right in rights.topics if right.exchange == exchange)


def test_a_service_that_only_publishes_reads_its_own_queues() -> None:
    rights = broker_rights(Service("billing", publishes=["invoice.*"]))
    assert (rights.configure, rights.read) == (r"^(billing\..*)$", r"^(billing\..*)$")
    assert re.search(rights.write, "edi.outbound")
    assert topic(rights, "edi.canonical") == ("^$", "^$")


def test_a_service_that_only_reads_publishes_nowhere() -> None:
    rights = broker_rights(Service("stock", documents=["inventory_report.in.*"]))
    for name in ("edi.outbound", "edi.canonical", "edi.work", "edi.dead", "amq.default", "billing.replies", ""):
        assert not re.search(rights.write, name)
    assert topic(rights, "edi.outbound") == ("^$", "^$")


def test_the_gateway_may_use_what_is_its_own_and_answer() -> None:
    for name in ("edi.work.translate", "edi.dead", "amq.default"):
        assert re.search(GATEWAY, name)
    assert not re.search(GATEWAY, "stock.replies")


@given(pattern=PATTERNS, key=KEYS)
def test_what_may_be_published_is_what_the_pattern_takes(pattern: str, key: str) -> None:
    """But for `#` beside other words, which stands for one word at least where rights are concerned."""
    write, _ = topic(broker_rights(Service("billing", publishes=[pattern])), "edi.outbound")
    allowed = bool(re.search(write, key))
    assert not allowed or matches(pattern, key)
    if "#" not in pattern:
        assert allowed == matches(pattern, key)


@pytest.mark.parametrize("name", ["", "edi", "Stock", "stock.reader", "1st", "a b", "x" * 80])
def test_a_name_that_would_reach_further_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a service"):
        Service(name)


@pytest.mark.parametrize("key", ["", "a..b", "a b", ".*", "invoice.(bigbox|x)", "invoice."])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        Service("stock", documents=[key])


def test_commands_and_definitions_say_the_same() -> None:
    rights = broker_rights(Service("stock", documents=["#"], events=["shipped.*"], publishes=["invoice.bigbox"]))
    text = "\n".join(rights.commands("/edi"))
    told = rights.definitions("/edi")
    (permission,) = told["permissions"]
    assert all(f"'{permission[kind]}'" in text for kind in ("configure", "write", "read"))
    assert all(f"{entry['exchange']} '{entry['write']}' '{entry['read']}'" in text for entry in told["topic_permissions"])
    assert {entry["vhost"] for entry in (*told["permissions"], *told["topic_permissions"])} == {"/edi"}
    assert told["users"] == [{"name": "stock", "password_hash": "", "tags": []}]
