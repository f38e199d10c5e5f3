"""[[subscriber]] in routes.toml: what it becomes, and what is found wrong with it, in its place."""

import base64
import pickle
from datetime import timedelta

import pytest

from gateway.config import Snapshot, lint, load
from gateway.domain.order.milestone import Event
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

KEY = b"0123456789abcdef0123456789abcdef"
SECRETS = {**ENVIRON, "NEWS": "whsec_" + base64.b64encode(KEY).decode(), "OLD": "a plain secret of text", "SHORT": "too short"}
GOOD = """
[[subscriber]]
id = "news"
url = "https://news.example/hook"
secrets = ["${NEWS}", "${OLD}"]
events = ["shipped", "delivered"]
partners = ["bigbox"]
when = "order.state == 'shipped'"
fields = ["subject", "order.number", "lines.quantity"]
owner = "sales"
"""


def loaded(project: Project) -> Snapshot:
    return load(project(ROUTES + GOOD), SECRETS)


def test_a_whole_one_has_no_fault(project: Project) -> None:
    subscriber = loaded(project).subscribers["news"]
    assert (subscriber.secrets, subscriber.owner) == ((KEY, b"a plain secret of text"), "sales")
    assert (subscriber.events, subscriber.partners) == (frozenset({Event.SHIPPED, Event.DELIVERED}), frozenset({"bigbox"}))
    assert (subscriber.retry.total, subscriber.retry.longest) == (timedelta(days=3), timedelta(hours=6))
    assert subscriber.condition is not None
    assert [subscriber.condition({"order": {"state": state}}) for state in ("shipped", "closed")] == [True, False]
    assert subscriber.condition({"order": {}}) is False
    assert "abcdef" not in repr(subscriber)


def test_it_goes_into_child_processes(project: Project) -> None:
    subscriber = loaded(project).subscribers["news"]
    again = pickle.loads(pickle.dumps(subscriber))
    assert again.condition is not None
    assert again.condition({"order": {"state": "shipped"}})


@pytest.mark.parametrize(
    ("good", "bad", "code", "words"),
    [
        ('"order.number"', '"order.numbr"', "R140", 'no field "order.numbr"'),
        ("order.state == 'shipped'", "order.state ==", "R092", ""),
        ("https://", "http://", "R141", "readable"),
        ('id = "news"', 'id = "odoo"', "R020", 'there is a application "odoo"'),
        ('partners = ["bigbox"]', 'partners = ["bigbix"]', "R021", 'no partner "bigbix"'),
        ('owner = "sales"', 'owner = "nobody"', "R021", 'no owner "nobody"'),
        ('"shipped", "delivered"', '"shiped"', "R005", ""),
        ('"${NEWS}", "${OLD}"', '"${SHORT}"', "R005", "shorter than 16 bytes"),
        ('"${NEWS}", "${OLD}"', '"in the open, in a file"', "R013", "in the open"),
        ("secrets", "secretz", "R003", ""),
    ],
)
def test_what_is_wrong_is_found(project: Project, good: str, bad: str, code: str, words: str) -> None:
    assert good in GOOD
    report = lint(project(ROUTES + GOOD.replace(good, bad, 1)), SECRETS)
    found = [item for item in report.items if item.code == code and words in str(item)]
    assert found, [str(item) for item in report.items]
