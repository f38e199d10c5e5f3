"""Batches against a scripted server: halving, lost races, refused rights."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.dialect import dialect_of
from gateway.applications.odoo.fault import OdooFault, OdooUnreachable
from gateway.applications.odoo.loading import IMMEDIATE_RETRIES, Loaded, OrderLoader
from gateway.applications.odoo.order import LoadRows
from gateway.applications.odoo.scope import Scope
from gateway.ports import OutcomeKind

SCOPE = Scope(dialect_of([19], gln=None), company=3)
RACE = "could not serialize access due to concurrent update\n"


class ScriptedClient:
    """Answers `load` by a rule over the external ids asked for."""

    def __init__(self, rule: Callable[[list[str], int], Any]) -> None:
        self.rule = rule
        self.asked: list[list[str]] = []
        self.contexts: list[Any] = []

    async def call(self, model: str, method: str, args: Any, *, context: Any) -> Any:
        assert (model, method) == ("sale.order", "load")
        names = [row[0] for row in args[1]]
        self.asked.append(names)
        self.contexts.append(context)
        return self.rule(names, len(self.asked))


def made(names: list[str]) -> dict[str, Any]:
    return {"ids": [int(name) + 1000 for name in names], "messages": [], "nextrow": 0}


def refused(text: str) -> dict[str, Any]:
    return {"ids": False, "messages": [{"type": "error", "message": text}], "nextrow": 0}


async def load(rule: Callable[[list[str], int], Any], size: int) -> tuple[list[Any], ScriptedClient, list[float]]:
    client = ScriptedClient(rule)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    loader = OrderLoader(cast(OdooClient, client), sleep=sleep, random=lambda: 0.5)
    orders = [LoadRows(("id",), ((str(n),),)) for n in range(size)]
    return await loader.load(orders, SCOPE), client, slept


async def test_the_context_fixes_zone_language_company_and_leaves_known_orders_alone() -> None:
    _, client, _ = await load(lambda names, _: made(names), 1)
    expected = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": [3], "mode": "update", "noupdate": True}
    assert client.contexts == [expected]


async def test_nothing_to_load_asks_nothing() -> None:
    results, client, _ = await load(lambda names, _: made(names), 0)
    assert (results, client.asked) == ([], [])


@given(bad=st.sets(st.integers(0, 19), max_size=20), size=st.integers(1, 20))
async def test_whatever_rows_are_bad_exactly_they_fail(bad: set[int], size: int) -> None:
    names = {str(n) for n in bad}
    results, client, _ = await load(lambda asked, _: refused("bad") if names & set(asked) else made(asked), size)
    assert [isinstance(one, OdooFault) for one in results] == [n in bad for n in range(size)]
    assert [one.id for one in results if isinstance(one, Loaded)] == [n + 1000 for n in range(size) if n not in bad]
    assert len(client.asked) <= 2 * size


async def test_one_bad_row_of_twenty_costs_few_calls() -> None:
    _, client, _ = await load(lambda asked, _: refused("bad") if "13" in asked else made(asked), 20)
    assert len(client.asked) <= 11


async def test_a_lost_race_is_repeated_at_once_with_a_pause() -> None:
    results, client, slept = await load(lambda asked, call: refused(RACE) if call < 3 else made(asked), 5)
    assert all(isinstance(one, Loaded) for one in results)
    assert (len(client.asked), slept) == (3, [0.2, 0.2])


async def test_a_race_lost_for_ever_is_left_to_the_delayed_retry_and_holds_up_nobody_else() -> None:
    results, client, slept = await load(lambda asked, _: refused(RACE) if "3" in asked else made(asked), 8)
    assert [one.code if isinstance(one, OdooFault) else "" for one in results] == [""] * 3 + ["serialization"] + [""] * 4
    assert results[3].kind is OutcomeKind.RETRY
    assert len(slept) == IMMEDIATE_RETRIES
    assert len(client.asked) < 16


async def test_a_missing_right_is_not_halved() -> None:
    text = "You are not allowed to create 'Sales Order' (sale.order) records."
    results, client, _ = await load(lambda *_: refused(text), 20)
    assert {one.code for one in results} == {"access-denied"}
    assert {one.kind for one in results} == {OutcomeKind.FAILED}
    assert len(client.asked) == 1


async def test_a_fault_of_the_whole_call_is_halved_as_well() -> None:
    def rule(asked: list[str], _: int) -> Any:
        if "2" in asked:
            raise OdooFault("odoo.exceptions.ValidationError", "no")
        return made(asked)

    results, _, _ = await load(rule, 4)
    assert [type(one) for one in results] == [Loaded, Loaded, OdooFault, Loaded]


async def test_a_lost_answer_ends_the_batch() -> None:
    def rule(asked: list[str], call: int) -> Any:
        raise OdooUnreachable("gone")

    with pytest.raises(OdooUnreachable):
        await load(rule, 4)


async def test_a_database_in_trouble_ends_the_batch() -> None:
    def rule(asked: list[str], call: int) -> Any:
        raise OdooFault("psycopg2.OperationalError", "too many connections")

    with pytest.raises(OdooFault):
        await load(rule, 4)


async def test_an_answer_without_ids_or_messages_is_a_failure_in_words() -> None:
    results, _, _ = await load(lambda *_: {"ids": False, "messages": []}, 1)
    assert results[0].text == "Odoo made no order and gave no reason."
