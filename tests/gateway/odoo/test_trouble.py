"""The connector while its server misbehaves."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from gateway.applications.odoo import OdooApplication, Tables
from gateway.applications.odoo.fault import OdooFault
from gateway.domain.application import OdooConnection
from gateway.ports import ApplicationCall, OutcomeKind
from gateway.simulators.odoo import Account, OdooSimulator

SEED = {
    "pricelists": [{"currency": "EUR"}, {"currency": "DKK", "external_id": "sales.dkk"}, {"currency": "DKK"}],
    "products": [
        {"default_code": "ANVIL", "barcode": "5790000000012", "name": "Anvil", "list_price": 100.0},
        {"default_code": "OIL", "name": "Oil", "unit": "uom.product_uom_litre"},
        {"default_code": "OLD", "name": "Old", "sale_ok": False},
    ],
    "partners": [
        {"name": "BigBox", "ref": "bigbox", "global_location_number": "5790000000012", "external_id": "sales.bigbox"},
        {"name": "Eurobox", "ref": "eurobox", "currency": "EUR"},
    ],
}


class Time:
    """A clock that moves when told, and a sleep that does not wait."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def simulator() -> AsyncIterator[OdooSimulator]:
    async with OdooSimulator(seed=SEED) as one:
        yield one


@pytest.fixture
async def connect(simulator: OdooSimulator, time: Time) -> AsyncIterator[Callable[..., OdooApplication]]:
    made: list[OdooApplication] = []

    def make(**changes: Any) -> OdooApplication:
        settings: dict[str, Any] = {"url": simulator.url, "database": "odoo", "login": "edi", "api_key": "key", "timeout": 5.0}
        own: dict[str, Any] = {"clock": time, "sleep": time.sleep, "jitter": lambda: 0.5}
        own |= {name: changes.pop(name) for name in own.keys() & changes.keys()}
        made.append(OdooApplication("odoo", OdooConnection(**(settings | changes)), **own))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture
def call(document: Any) -> Callable[..., ApplicationCall]:
    def make(key: str = "po_1", *, order: Any = None, **changes: Any) -> ApplicationCall:
        settings: dict[str, Any] = {"delivery": uuid.uuid4(), "action": "sale_order", "partner": "bigbox", "attempt": 1}
        settings |= {"test": False, "options": {}, "document": order or document(), "idempotency_key": key}
        return ApplicationCall(**(settings | changes))

    return make


async def test_a_server_error_is_worth_a_repeat(simulator: Any, connect: Any, call: Any) -> None:
    application = connect()
    simulator.odoo.misbehaviour.status = 503
    (outcome,) = await application.deliver([call()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "http-503")
    simulator.odoo.misbehaviour.status = 0
    assert (await application.deliver([call()]))[0].kind is OutcomeKind.DELIVERED


async def test_a_proxys_page_is_worth_a_repeat(simulator: Any, connect: Any, call: Any) -> None:
    simulator.odoo.misbehaviour.garble = 1
    (outcome,) = await connect().deliver([call()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "bad-answer")


async def test_a_slow_server_is_given_up_in_time(simulator: Any, connect: Any, call: Any) -> None:
    simulator.odoo.misbehaviour.latency = 30
    (outcome,) = await connect(timeout=0.05).deliver([call()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "timeout")


async def test_a_connection_cut_before_anything_is_done_is_worth_a_repeat(simulator: Any, connect: Any, call: Any) -> None:
    application = connect()
    await application.check()
    simulator.odoo.misbehaviour.cut_requests = 2  # a pooled connection is tried once more by the client itself
    (outcome,) = await application.deliver([call()])
    assert outcome.kind is OutcomeKind.RETRY
    assert simulator.odoo.orders() == []


async def test_a_server_that_was_down_and_comes_back_is_found_again(simulator: Any, connect: Any, call: Any) -> None:
    application = connect()
    await simulator.stop()
    assert (await application.deliver([call()]))[0].code == "connection"
    await simulator.start()
    assert (await application.deliver([call()]))[0].kind is OutcomeKind.DELIVERED


async def test_answers_lost_at_random_make_no_order_twice(simulator: Any, connect: Any, call: Any, document: Any) -> None:
    simulator.odoo.misbehaviour.lose_share = 0.5
    application = connect()
    waiting = [call(f"po_{n}", order=document(number=str(n))) for n in range(60)]
    for _ in range(40):
        outcomes = [one for start in range(0, len(waiting), 20) for one in await application.deliver(waiting[start : start + 20])]
        waiting = [one for one, outcome in zip(waiting, outcomes, strict=True) if outcome.kind is OutcomeKind.RETRY]
        if not waiting:
            break
    assert waiting == []
    orders = simulator.odoo.orders()
    assert sorted(int(one.client_order_ref) for one in orders) == list(range(60))
    assert {len(one.lines) for one in orders} == {1}
    assert simulator.odoo.creates["sale.order"] == 60


async def test_a_race_lost_at_first_is_won_at_once(simulator: Any, connect: Any, call: Any, time: Time) -> None:
    simulator.odoo.misbehaviour.conflicts = 2
    (outcome,) = await connect().deliver([call()])
    assert outcome.kind is OutcomeKind.DELIVERED
    assert time.slept == [0.2, 0.2]


async def test_a_race_lost_again_and_again_waits_for_the_delayed_retry(simulator: Any, connect: Any, call: Any) -> None:
    simulator.odoo.misbehaviour.conflicts = 1000
    (outcome,) = await connect().deliver([call()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "serialization")
    assert "could not serialize" in outcome.message


async def test_a_password_changed_in_between_is_noticed_and_a_new_login_follows(simulator: Any, connect: Any, call: Any) -> None:
    application = connect()
    await application.deliver([call()])
    simulator.odoo.add_account(Account(password="new"))
    (outcome,) = await application.deliver([call()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "login")
    simulator.odoo.add_account(Account(password="key"))
    assert (await application.deliver([call()]))[0].kind is OutcomeKind.DELIVERED


async def test_secrets_are_in_no_message(simulator: Any, connect: Any, call: Any) -> None:
    outcomes = await connect(api_key="s3cr3t").deliver([call()])
    assert "s3cr3t" not in repr(outcomes)


async def test_a_known_product_that_was_deleted_is_looked_up_again(simulator: Any, connect: Any, call: Any) -> None:
    application = connect()
    await application.deliver([call()])
    database = simulator.odoo.database
    database.delete("product.product", 1)
    database.commit()
    (outcome,) = await application.deliver([call("po_2")])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "stale-reference")
    (outcome,) = await application.deliver([call("po_2")])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "product-unknown")


async def test_what_is_known_is_asked_again_when_it_is_old(simulator: Any, connect: Any, call: Any, time: Time) -> None:
    application = connect(remember=60)
    calls = simulator.odoo.calls
    await application.deliver([call("po_1")])
    await application.deliver([call("po_2")])
    assert calls["product.product.search_read"] == 1
    time.now = 61
    await application.deliver([call("po_3")])
    assert calls["product.product.search_read"] == 2


async def test_more_calls_than_a_batch_are_a_bug(connect: Any, call: Any) -> None:
    with pytest.raises(ValueError, match="at most 20"):
        await connect().deliver([call()] * 21)


async def test_another_action_is_a_failure_in_words(connect: Any, call: Any) -> None:
    (outcome,) = await connect().deliver([call(action="invoice")])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "action-unsupported")


async def test_a_document_refused_by_the_mapping_costs_no_call(simulator: Any, connect: Any, call: Any, document: Any) -> None:
    (outcome,) = await connect().deliver([call(order=document(purpose="cancel"))])
    assert outcome.code == "purpose-unsupported"
    assert simulator.odoo.calls == {}


async def test_outcomes_are_those_of_their_deliveries_in_order(
    simulator: Any, connect: Any, call: Any, document: Any, line: Any
) -> None:
    old = document(number="2", lines=[line(item={"identifiers": {"seller": "OLD"}})])
    calls = [
        call("a"),
        call("b", order=old),
        call("c", options={"company": "base.nowhere"}),
        call("d", order=document(number="4")),
    ]
    outcomes = await connect().deliver(calls)
    assert [one.delivery for one in outcomes] == [one.delivery for one in calls]
    assert [one.code for one in outcomes] == ["booked", "product-not-sold", "company-unknown", "booked"]


@pytest.mark.parametrize("company", ["base.main_company", "1", 1])
async def test_an_order_is_booked_for_the_agreements_company(simulator: Any, connect: Any, call: Any, company: Any) -> None:
    (outcome,) = await connect().deliver([call(options={"company": company})])
    assert outcome.kind is OutcomeKind.DELIVERED


async def test_the_currency_chooses_the_pricelist(simulator: Any, connect: Any, call: Any, document: Any) -> None:
    tables = Tables(pricelists={"DKK": "sales.dkk"})
    orders = [("USD", "bigbox"), ("EUR", "bigbox"), ("EUR", "eurobox"), ("DKK", "bigbox")]
    calls = [
        call(f"po_{n}", order=document(number=str(n), currency=currency), options={"customer": f"ref:{customer}"})
        for n, (currency, customer) in enumerate(orders)
    ]
    outcomes = await connect(tables=tables).deliver(calls)
    assert {one.kind for one in outcomes} == {OutcomeKind.DELIVERED}
    booked = {one.client_order_ref: one.currency for one in simulator.odoo.orders()}
    assert booked == {str(n): currency for n, (currency, _) in enumerate(orders)}


async def test_remarks_are_in_the_attempts_log(connect: Any, call: Any, document: Any) -> None:
    freight = {"charge": True, "reason": "freight", "amount": {"amount": "5"}}
    (outcome,) = await connect().deliver([call(order=document(allowances_charges=[freight]))])
    assert outcome.response["remarks"] == ["The order has a charge (freight) of 5, which is not booked."]
    assert outcome.response["state"] == "draft"


async def test_a_confirmation_odoo_refuses_fails_that_order_and_no_other(
    simulator: Any, connect: Any, call: Any, document: Any
) -> None:
    application = connect()
    calls = [call(f"po_{n}", order=document(number=str(n))) for n in range(3)]
    await application.deliver(calls)
    simulator.odoo.database.update("sale.order", 2, {"state": "cancel"})
    confirming = [call(f"po_{n}", order=document(number=str(n)), options={"confirm": True}) for n in range(3)]
    outcomes = await application.deliver(confirming)
    assert [one.response["state"] for one in outcomes] == ["sale", "cancel", "sale"]


async def test_check_names_an_unknown_version(connect: Any, simulator: Any) -> None:
    simulator.odoo.version = 20
    results = {name: (ok, remedy) for name, ok, _, remedy in await connect().check()}
    assert results["odoo: version 20"] == (False, "This connector knows Odoo 17, 18, 19; this is 20.")


async def test_check_names_the_right_that_is_missing(connect: Any, simulator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rights = dict.fromkeys(("res.partner", "res.users"), frozenset({"read"}))
    monkeypatch.setattr("gateway.simulators.odoo.environment.SALES_RIGHTS", rights)
    results = {name: (ok, remedy) for name, ok, _, remedy in await connect().check()}
    assert results["odoo: may create sale.order"] == (
        False,
        "Give the gateway's user the right to create sale.order in Odoo: sale_order needs it.",
    )
    assert results["odoo: may read res.partner"] == (True, "")


async def test_check_says_that_nothing_answers(connect: Any, unused_tcp_port: int) -> None:
    results = await connect(url=f"http://127.0.0.1:{unused_tcp_port}").check()
    assert [(name, ok) for name, ok, _, _ in results] == [("odoo: connection", False)]
    found, remedy = results[0][2:]
    assert found
    assert found not in remedy


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (web.Response(status=301, headers={"Location": "https://odoo.example/"}), "endpoint"),
        (web.Response(status=404), "endpoint"),
        (web.Response(status=429, headers={"Retry-After": "17"}), "http-429"),
        (web.Response(text="[]", content_type="application/json"), "bad-answer"),
        (web.Response(text='{"jsonrpc": "2.0", "result": "hello"}', content_type="application/json"), "endpoint"),
    ],
    ids=["redirect", "not found", "too many", "not JSON-RPC", "not Odoo"],
)
async def test_a_server_that_is_not_odoo_is_named(connect: Any, call: Any, answer: web.Response, code: str) -> None:
    async def handle(_: web.BaseRequest) -> web.Response:
        return answer

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (outcome,) = await connect(url=f"http://127.0.0.1:{runner.addresses[0][1]}").deliver([call()])
    await runner.cleanup()
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, code, True)
    assert outcome.retry_after == (17.0 if code == "http-429" else None)


@pytest.mark.parametrize(
    ("name", "text", "unavailable"),
    [
        ("odoo.exceptions.UserError", "The product may not be sold.", False),
        ("odoo.exceptions.AccessError", "You are not allowed to create this.", False),
        ("psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update", False),
        ("", "No matching record found for external id 'x'", False),
        ("builtins.KeyError", "'x'", False),
        ("psycopg2.OperationalError", "the connection was closed", True),
    ],
)
def test_a_fault_inside_odoo_is_an_answer_unless_it_has_no_database(name: str, text: str, unavailable: bool) -> None:
    assert OdooFault(name, text).unavailable is unavailable


async def test_a_server_that_answers_with_a_refusal_is_available(connect: Any, call: Any, document: Any) -> None:
    (outcome,) = await connect().deliver([call(order=document(lines=[]))])
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.FAILED, False)


async def test_one_that_is_down_or_refuses_the_login_is_not(simulator: Any, connect: Any, call: Any) -> None:
    (refused,) = await connect(api_key="wrong").deliver([call()])
    await simulator.stop()
    (away,) = await connect().deliver([call()])
    assert [(o.code, o.unavailable) for o in (refused, away)] == [("login", True), ("connection", True)]


async def test_a_url_that_is_none_is_named(connect: Any, call: Any) -> None:
    (outcome,) = await connect(url="odoo").deliver([call()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "endpoint")


async def test_two_batches_at_once_log_in_once(simulator: Any, connect: Any, call: Any, document: Any) -> None:
    application = connect()
    await asyncio.gather(
        application.deliver([call("a", order=document(number="1"))]), application.deliver([call("b", order=document(number="2"))])
    )
    assert simulator.odoo.calls["common.authenticate"] == 1
    assert len(simulator.odoo.orders()) == 2


async def test_what_was_surely_not_done_is_known(simulator: Any, connect: Any, call: Any) -> None:
    """Only such an order may go to another system when this one is given up."""
    application = connect()
    await application.check()
    simulator.odoo.misbehaviour.status = 503
    (turned_away,) = await application.deliver([call()])
    simulator.odoo.misbehaviour.status = 502
    (perhaps,) = await application.deliver([call()])
    simulator.odoo.misbehaviour.status = 0
    (refused,) = await connect(api_key="wrong").deliver([call()])
    await simulator.stop()
    (away,) = await connect().deliver([call()])
    assert [one.untouched for one in (turned_away, refused, away)] == [True, True, True]
    assert perhaps.kind is OutcomeKind.RETRY


async def test_what_may_have_been_done_is_not_said_to_be_undone(simulator: Any, connect: Any, call: Any) -> None:
    application = connect()
    assert (await application.deliver([call("first")]))[0].kind is OutcomeKind.DELIVERED  # all look-ups are known now
    for trouble in ({"status": 502}, {"lose_share": 1.0}):
        for name, value in trouble.items():
            setattr(simulator.odoo.misbehaviour, name, value)
        (outcome,) = await application.deliver([call("second")])
        assert (outcome.kind, outcome.untouched) == (OutcomeKind.RETRY, False), trouble
        for name in trouble:
            setattr(simulator.odoo.misbehaviour, name, 0)
