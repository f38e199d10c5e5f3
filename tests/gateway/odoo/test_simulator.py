"""The simulated Odoo itself: what it keeps, how it fails, how it is looked into."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.simulators.odoo import EXAMPLE, Account, Misbehaviour, Odoo, OdooSimulator, read_seed
from gateway.simulators.odoo.database import Database
from gateway.simulators.odoo.domain import matching
from gateway.simulators.odoo.faults import Fault
from gateway.simulators.odoo.journal import Journal
from gateway.simulators.odoo.schema import schema

COLUMNS = ["id", "partner_id/.id", "client_order_ref", "order_line/id", "order_line/product_id/.id", "order_line/product_uom_qty"]


def row(key: str, *, product: str = "1") -> list[str]:
    return [f"edi_gateway.{key}", "1", key, f"edi_gateway.{key}_l1", product, "2"]


async def call(odoo: Odoo, model: str, method: str, *args: Any, **keywords: Any) -> Any:
    uid = await odoo.serve("common", "authenticate", ["odoo", "edi", "key", {}])
    return await odoo.serve("object", "execute_kw", ["odoo", uid, "key", model, method, list(args), keywords])


# ---------------------------------------------------------------------------------------------------------------- journal


async def test_what_was_committed_survives_the_process(tmp_path: Path) -> None:
    journal = tmp_path / "odoo.jsonl"
    first = Odoo(journal=journal)
    await call(first, "sale.order", "load", COLUMNS, [row("a"), row("b")])
    await call(first, "sale.order", "action_confirm", [1])
    first.close()
    second = Odoo(journal=journal)
    assert [(one.name, one.state, len(one.lines)) for one in second.orders()] == [("S00001", "sale", 1), ("S00002", "draft", 1)]
    assert await call(second, "sale.order", "load", COLUMNS, [row("c"), row("a")]) == {
        "ids": [3, 1],
        "messages": [],
        "nextrow": 0,
    }
    second.close()


async def test_what_was_not_committed_does_not(tmp_path: Path) -> None:
    journal = tmp_path / "odoo.jsonl"
    first = Odoo(journal=journal)
    await call(first, "sale.order", "load", COLUMNS, [row("a"), row("b", product="99")])
    first.close()
    second = Odoo(journal=journal)
    assert second.orders() == []
    second.close()


async def test_half_a_line_at_the_end_of_the_journal_is_cut_off(tmp_path: Path) -> None:
    journal = tmp_path / "odoo.jsonl"
    first = Odoo(journal=journal)
    await call(first, "sale.order", "load", COLUMNS, [row("a")])
    first.close()
    with journal.open("ab") as file:
        file.write(b'[["put","sale.order",2,{"na')
    second = Odoo(journal=journal)
    await call(second, "sale.order", "load", COLUMNS, [row("b")])
    second.close()
    third = Odoo(journal=journal)
    assert [one.client_order_ref for one in third.orders()] == ["a", "b"]
    third.close()


# ---------------------------------------------------------------------------------------------------------------- loading


async def test_one_bad_row_and_nothing_of_the_call_stays() -> None:
    odoo = Odoo()
    answer = await call(odoo, "sale.order", "load", COLUMNS, [row("a"), row("b", product="99"), row("c")])
    assert answer["ids"] is False
    (message,) = answer["messages"]
    assert (message["record"], message["rows"], message["type"]) == (1, {"from": 1, "to": 1}, "error")
    assert message["message"] == "No matching record found for database id '99' in field 'Order Lines/Product'"
    assert odoo.orders() == []
    assert odoo.order("edi_gateway.a") is None


async def test_an_order_is_found_by_its_external_id_and_by_its_reference() -> None:
    odoo = Odoo()
    await call(odoo, "sale.order", "load", COLUMNS, [row("a")])
    order = odoo.order("edi_gateway.a")
    assert order is not None
    assert odoo.orders(client_order_ref="a") == [order]
    assert odoo.orders(client_order_ref="b") == []
    assert order.lines[0].external_id == "edi_gateway.a_l1"
    assert (order.lines[0].product, order.lines[0].quantity, order.lines[0].price) == ("[ACME-1] Acme anvil", 2.0, 100.0)


async def test_creates_are_counted_and_repeats_are_not() -> None:
    odoo = Odoo()
    for _ in range(3):
        await call(odoo, "sale.order", "load", COLUMNS, [row("a"), row("b")])
    assert odoo.counts()["creates"] == {"sale.order": 2, "sale.order.line": 2}
    assert odoo.counts()["calls"]["sale.order.load"] == 3


async def test_the_first_loads_of_an_id_lose_a_race_on_demand() -> None:
    odoo = Odoo()
    odoo.misbehaviour.conflicts = 2
    answers = [await call(odoo, "sale.order", "load", COLUMNS, [row("a")]) for _ in range(3)]
    assert [answer["ids"] for answer in answers] == [False, False, [1]]
    assert "could not serialize access due to concurrent update" in answers[0]["messages"][0]["message"]


async def test_loads_of_one_id_that_overlap_lose_all_but_one() -> None:
    odoo = Odoo()
    odoo.misbehaviour.latency = 0.01
    answers = await asyncio.gather(*(call(odoo, "sale.order", "load", COLUMNS, [row("a")]) for _ in range(4)))
    assert sorted(str(answer["ids"]) for answer in answers) == ["False", "False", "False", "[1]"]
    assert len(odoo.orders()) == 1


async def test_orders_are_made_by_create_as_well_and_then_doubled_by_a_repeat() -> None:
    odoo = Odoo()
    values = {"partner_id": 1, "client_order_ref": "x", "order_line": [[0, 0, {"product_id": 2, "product_uom_qty": 3}]]}
    ids = [await call(odoo, "sale.order", "create", dict(values)) for _ in range(2)]
    assert [one.id for one in odoo.orders(client_order_ref="x")] == ids
    assert odoo.orders()[0].lines[0].quantity == 3


async def test_a_fault_in_create_leaves_nothing() -> None:
    odoo = Odoo()
    values = {"partner_id": 1, "order_line": [[0, 0, {"product_id": 2}], [0, 0, {"prize": 2}]]}
    with pytest.raises(Fault, match="Invalid field 'prize'"):
        await call(odoo, "sale.order", "create", values)
    assert odoo.orders() == []
    assert odoo.creates == {}


@pytest.mark.parametrize(("version", "state"), [(17, "sale"), (18, "sale"), (19, "cancel")])
async def test_cancelling_a_confirmed_order_asks_first_up_to_18(version: int, state: str) -> None:
    odoo = Odoo(version=version)
    await call(odoo, "sale.order", "load", COLUMNS, [row("a")])
    await call(odoo, "sale.order", "action_confirm", [1])
    answer = await call(odoo, "sale.order", "action_cancel", [1])
    assert (answer is True) == (version >= 19)
    assert odoo.orders()[0].state == state
    await call(odoo, "sale.order", "action_cancel", [1], context={"disable_cancel_warning": True})
    assert odoo.orders()[0].state == "cancel"


async def test_a_method_without_result_answers_nothing() -> None:
    odoo = Odoo()
    await call(odoo, "sale.order", "load", COLUMNS, [row("a")])
    assert await call(odoo, "sale.order", "action_lock", [1]) is None
    assert await call(odoo, "sale.order", "action_unlock", [1]) is None


def test_times_are_utc_to_the_second() -> None:
    moment = datetime.fromisoformat("2026-05-01T23:59:59.9+02:00")
    database = Database(schema(19), now=lambda: moment)
    assert database.timestamp() == "2026-05-01 21:59:59"


# ---------------------------------------------------------------------------------------------------------------- domains


@pytest.fixture(scope="module")
def filled() -> Database:
    database = Database(schema(19), now=lambda: datetime.now(UTC))
    for ref, name in (("A", "Anna"), ("B", "Bert"), ("C", "Carl"), ("", "Dora")):
        database.insert("res.partner", {"name": name, "ref": ref or False})
    database.insert("res.partner", {"name": "Child", "parent_id": 1})
    database.insert("res.partner", {"name": "Gone", "active": False})
    return database


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ([], [1, 2, 3, 4, 5]),
        ([["ref", "=", "A"]], [1]),
        ([["ref", "in", ["A", "C"]]], [1, 3]),
        (["|", ["ref", "=", "A"], ["ref", "=", "B"]], [1, 2]),
        ([["ref", "!=", False], ["name", "ilike", "r"]], [2, 3]),
        (["!", ["ref", "=", "A"], ["name", "=like", "x"]], None),
        (["|", "|", ["ref", "=", "A"], ["ref", "=", "B"], "&", ["ref", "=", "C"], ["name", "=", "Carl"]], [1, 2, 3]),
        ([["parent_id.name", "=", "Anna"]], [5]),
        ([["id", "in", [2, 99]]], [2]),
        ([["id", ">", 3]], [4, 5]),
        ([["name", "not in", ["Anna", "Bert"]], ["id", "<=", 3]], [3]),
        ([["active", "=", False]], [6]),
    ],
)
def test_domains_mean_what_they_mean_in_odoo(filled: Database, domain: list[Any], found: list[int] | None) -> None:
    if found is None:
        with pytest.raises(Fault, match="Invalid operator"):
            matching(filled, "res.partner", domain, major=19)
    else:
        assert matching(filled, "res.partner", domain, major=19) == found


@given(st.lists(st.sampled_from(["A", "B", "C", "X"]), min_size=1, max_size=6))
def test_an_or_over_values_is_an_in(refs: list[str]) -> None:
    database = Database(schema(19), now=lambda: datetime.now(UTC))
    for ref in "ABC":
        database.insert("res.partner", {"name": ref, "ref": ref})
    spelled = ["|"] * (len(refs) - 1) + [["ref", "=", ref] for ref in refs]
    assert matching(database, "res.partner", spelled, major=19) == matching(
        database, "res.partner", [["ref", "in", refs]], major=19
    )


@given(st.lists(st.tuples(st.sampled_from(["insert", "update", "delete", "bind"]), st.integers(1, 5)), max_size=30))
def test_a_rollback_leaves_no_trace(steps: list[tuple[str, int]]) -> None:
    database = Database(schema(19), now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for number in range(1, 4):
        database.insert("res.partner", {"name": str(number), "ref": f"r{number}"})
        database.bind(f"x.{number}", "res.partner", number)
    database.commit()
    before = (dict(database.records["res.partner"]), dict(database.external), matching(database, "res.partner", [], major=19))
    for step, number in steps:
        if step == "insert":
            database.insert("res.partner", {"name": "new", "ref": f"r{number}"})
        elif step == "bind":
            database.bind(f"x.{number}", "res.partner", number)
        elif number in database.records["res.partner"]:
            if step == "update":
                database.update("res.partner", number, {"ref": "changed"})
            else:
                database.delete("res.partner", number)
    database.rollback()
    after = (dict(database.records["res.partner"]), dict(database.external), matching(database, "res.partner", [], major=19))
    assert before == after
    assert database.equal("res.partner", "ref", ["r1", "r2", "r3", "changed"]) == {1, 2, 3}


# ------------------------------------------------------------------------------------------------------- over the network


@pytest.fixture
async def simulator() -> AsyncIterator[OdooSimulator]:
    async with OdooSimulator() as one:
        yield one


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def body(service: str, method: str, *args: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "call", "id": 5, "params": {"service": service, "method": method, "args": list(args)}}


async def post(http: aiohttp.ClientSession, simulator: OdooSimulator, *call: Any) -> dict[str, Any]:
    async with http.post(f"{simulator.url}/jsonrpc", json=body(*call)) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def test_an_answer_carries_the_calls_id_and_its_result(simulator: OdooSimulator, http: aiohttp.ClientSession) -> None:
    answer = await post(http, simulator, "common", "version")
    assert (answer["id"], answer["result"]["server_version_info"]) == (5, [19, 0, 0, "final", 0, ""])


@pytest.mark.parametrize(("version", "number"), [(17, 200), (18, 200), (19, 0)])
async def test_a_fault_is_http_200_with_the_versions_code(http: aiohttp.ClientSession, version: int, number: int) -> None:
    async with OdooSimulator(version=version) as simulator:
        answer = await post(http, simulator, "object", "execute_kw", "odoo", 1, "wrong", "res.partner", "search", [[]])
    error = answer["error"]
    assert (error["code"], error["message"], error["data"]["name"]) == (
        number,
        "Odoo Server Error",
        "odoo.exceptions.AccessDenied",
    )
    assert error["data"]["debug"].startswith("Traceback (most recent call last):")


@pytest.mark.parametrize(("version", "status"), [(18, 404), (19, 200)])
async def test_the_version_page_came_with_19(http: aiohttp.ClientSession, version: int, status: int) -> None:
    async with OdooSimulator(version=version) as simulator, http.get(f"{simulator.url}/web/version") as response:
        assert response.status == status


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"params": {}}'])
async def test_what_is_no_json_rpc_is_a_bad_request(simulator: OdooSimulator, http: aiohttp.ClientSession, data: bytes) -> None:
    async with http.post(f"{simulator.url}/jsonrpc", data=data) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (("nothing", "x"), "builtins.KeyError"),
        (("common", "x"), "builtins.Exception"),
        (("object", "x"), "builtins.NameError"),
        (("object", "execute_kw", "odoo"), "builtins.ValueError"),
        (("common", "authenticate", "elsewhere", "a", "b", {}), "psycopg2.OperationalError"),
    ],
)
async def test_calls_to_nowhere_are_faults(simulator: OdooSimulator, http: aiohttp.ClientSession, call: Any, name: str) -> None:
    assert (await post(http, simulator, *call))["error"]["data"]["name"] == name


async def test_misbehaviour_is_ordered_and_orders_are_read_over_http(
    simulator: OdooSimulator, http: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/simulator"
    async with http.post(f"{url}/misbehaviour", json={"lose_answers": 1}) as response:
        assert response.status == 204
    load = body("object", "execute_kw", "odoo", 1, "key", "sale.order", "load", [COLUMNS, [row("a")]], {})
    with pytest.raises(aiohttp.ClientError):
        await http.post(f"{simulator.url}/jsonrpc", json=load)
    async with http.get(f"{url}/orders", params={"client_order_ref": "a"}) as response:
        (order,) = await response.json()
    assert (order["external_id"], order["customer"]) == ("edi_gateway.a", "BigBox")
    async with http.get(f"{url}/counts") as response:
        assert (await response.json())["creates"] == {"sale.order": 1, "sale.order.line": 1}


async def test_an_unknown_misbehaviour_is_refused(simulator: OdooSimulator, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{simulator.url}/simulator/misbehaviour", json={"explode": 1}) as response:
        assert response.status == 400
        assert "conflicts" in await response.text()


def test_counted_faults_wear_off() -> None:
    bad = Misbehaviour(cut_requests=2, lose_answers=1)
    assert [bad.take("cut_requests") for _ in range(3)] == [True, True, False]
    assert [bad.loses_answer(method) for method in ("read", "load", "load")] == [False, True, False]


async def test_stopped_it_refuses_and_started_again_it_still_has_everything(
    simulator: OdooSimulator, http: aiohttp.ClientSession
) -> None:
    await call(simulator.odoo, "sale.order", "load", COLUMNS, [row("a")])
    url = simulator.url
    await simulator.stop()
    with pytest.raises(aiohttp.ClientError):
        await http.get(f"{url}/simulator/orders")
    await simulator.start()
    assert simulator.url == url
    async with http.get(f"{url}/simulator/orders") as response:
        assert len(await response.json()) == 1


def test_a_seed_that_names_unknown_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="prize"):
        Odoo(seed={"products": [{"name": "x", "prize": 1}]})


@pytest.mark.parametrize("version", [17, 18, 19])
def test_a_seed_plants_partners_with_addresses_lists_and_glns(version: int) -> None:
    partner = {
        "name": "A",
        "global_location_number": "579",
        "country": "DK",
        "currency": "EUR",
        "children": [{"name": "B", "ref": "1"}],
    }
    odoo = Odoo(version=version, seed={"pricelists": [{"currency": "EUR"}], "partners": [partner]})
    head, child, _our_own = odoo.database.records["res.partner"].values()
    assert head["global_location_number" if version >= 19 else "ref"] == "579"
    assert head["property_product_pricelist"] == 1
    assert (child["parent_id"], child["type"]) == (head["id"], "delivery")


async def test_it_runs_as_a_process_of_its_own(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(EXAMPLE), encoding="utf-8")
    assert read_seed(seed) == EXAMPLE
    words = ["--seed-file", str(seed), "--journal", str(tmp_path / "odoo.jsonl"), "--version", "18", "--password", "other"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway.simulators.odoo", *words, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with http.post(f"{url}/jsonrpc", json=body("common", "authenticate", "odoo", "edi", "other", {})) as response:
        assert (await response.json())["result"] == 1
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert list(Journal(tmp_path / "odoo.jsonl").read())


def test_a_further_account_may_do_what_its_groups_may() -> None:
    odoo = Odoo(accounts=[Account(), Account(login="b", password="x", groups=("contacts",))])
    assert len(odoo.database.records["res.users"]) == 2
    with pytest.raises(KeyError):
        asyncio.run(_load_with(odoo, ("nonsense",)))


async def _load_with(odoo: Odoo, groups: tuple[str, ...]) -> None:
    odoo.add_account(Account(login="c", password="y", groups=groups))
    await odoo.serve("object", "execute_kw", ["odoo", 3, "y", "res.partner", "search", [[]], {}])
