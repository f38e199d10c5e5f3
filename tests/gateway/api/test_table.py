"""The table of operations: what cannot be in it, and that nothing else of the gateway is behind the same paths."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from gateway.api.operation import Asked
from gateway.api.paging import Listed
from gateway.api.table import BY_NAME, OPERATIONS, mistakes
from gateway.domain.access import Right
from gateway.protocols.problem_codes import CODES
from tests.architecture.source_tree import ROOT
from tests.gateway.api.served import operation


class OfOne(Asked):
    one: UUID


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ((operation(), operation(path="/other")), "hello is there 2 times"),
        ((operation(), operation(name="other")), "GET /hello is there 2 times"),
        (
            (operation(path="/{one}", asked=OfOne), operation(name="b", path="/{other}", asked=OfOne)),
            "GET /{} is there 2 times",
        ),
        ((operation(path="/{two}", asked=OfOne),), "hello has no member two of its path"),
        ((operation(pages=True, answers=None),), "hello does not say what it answers"),
        ((operation(pages=True, asked=type("Half", (Asked,), {"__annotations__": {"limit": int}})),), "the next one"),
        ((operation(pages=True, asked=Listed, file=True),), "hello does not say what it answers"),
        ((operation(file=True, method="POST"),), "changes something"),
    ],
)
def test_what_cannot_be_in_a_table_is_named(rows: tuple, wrong: str) -> None:
    assert any(wrong in one for one in mistakes(rows)), [*mistakes(rows)]


def test_the_same_path_by_two_methods_is_no_mistake() -> None:
    rows = operation(pages=True, asked=Listed), operation(name="other", method="POST", path="/hello")
    assert [*mistakes(rows)] == []


def test_the_table_is_in_order_and_found_by_names() -> None:
    assert [*mistakes(OPERATIONS)] == []
    assert BY_NAME["me"].path == "/me"
    assert [row.name for row in OPERATIONS] == sorted(row.name for row in OPERATIONS)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_a_row_says_what_it_is_for_and_what_each_member_means(row) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", row.name), "a subject, and what is done"
    assert re.fullmatch(r"(/([a-z0-9-]+|\{[a-z_]+\}))+", row.path)
    assert row.summary.endswith(".")
    assert set(row.errors) <= set(CODES), "codes are those of gateway.protocols.problem_codes"
    assert row.answers is not None or row.file or row.streams or row.method != "GET", "a look at nothing"
    if row.right in {Right.REPAIR, Right.CONTROL, Right.PARTNERS, Right.ADMINISTER} and row.partners:
        pytest.fail("accounts of partners only look")
    if row.right is Right.PAYLOADS and row.method == "GET":
        assert row.audited, "whoever looks at what documents hold is written down"


def channel_routes() -> Iterator[tuple[str, str]]:
    """Everything else that is served under /v1: what partners and applications post to."""
    literal = re.compile(r'"(/v1/[^"]*)"')
    for folder in ("channels", "applications"):
        for file in (ROOT / "gateway" / folder).rglob("*.py"):
            for path in literal.findall(file.read_text(encoding="utf-8")):
                yield from ((method, path) for method in ("GET", "POST"))


def test_no_operation_stands_in_the_way_of_partners_and_applications() -> None:
    taken = {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in channel_routes()}
    assert ("POST", "/v1/partners/{}/interchanges") in taken
    ours = {(row.method, re.sub(r"\{\w+\}", "{}", f"/v1{row.path}")): row.name for row in OPERATIONS}
    for method, path in taken:
        clash = [name for (other, shape), name in ours.items() if other == method and matches(shape, path)]
        assert not clash, f"{method} {path} is a channel's, and {clash} as well"


def matches(one: str, other: str) -> bool:
    """Whether an address can be meant by both."""
    parts, others = one.split("/"), other.split("/")
    return len(parts) == len(others) and all(a == b or "{}" in {a, b} for a, b in zip(parts, others, strict=True))
