"""Calls of REST systems: what is sent, and what becomes of a delivery by the answer."""

from typing import Any

import orjson
import pytest

from gateway.applications.http import HttpApplication
from gateway.domain.order.milestone import Event, Link
from gateway.ports import Outcome, OutcomeKind
from gateway.simulators.wms import WmsSimulator
from tests.gateway.applications.conftest import PLAIN, Rest, told
from tests.gateway.applications.orders import call, line, order
from tests.gateway.channels.http_partner import answering

IDEMPOTENT = PLAIN + 'idempotent = true\nkey_header = "Idempotency-Key"\n'


async def made(application: HttpApplication, *args: Any, **terms: Any) -> Outcome:
    (outcome,) = await application.deliver([call(*args, **terms)])
    return outcome


# ---------------------------------------------------------------------------------------------------------- what is sent


async def test_the_page_s_order_arrives_as_it_is_written(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    lines = [line("1", "ANVIL", "3"), line("20", "ROCKET", "2.5", "CT")]
    document = order(
        "4711", *lines, requested_delivery="2026-12-24", ship_to={"name": 'Ring & "Sons"', "address": {"city": "Århus"}}
    )
    outcome = await made(warehouse, document)
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "W-1001")
    assert wms.warehouse.orders["W-1001"].request == {
        "reference": "4711",
        "customer": "bigbox",
        "wanted": "2026-12-24",
        "ship_to": {"name": 'Ring & "Sons"', "city": "Århus"},
        "lines": [
            {"line": "1", "sku": "ANVIL", "quantity": 3, "unit": "EA"},
            {"line": "20", "sku": "ROCKET", "quantity": 2.5, "unit": "CT"},
        ],
    }


async def test_what_the_document_lacks_is_told_and_nothing_is_sent(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    bare = order("4711", {"number": "1", "quantity": {"value": "1"}})
    outcome = await made(warehouse, bare)
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.FAILED, "template-failed", False)
    assert "item.identifiers.seller" in outcome.message
    assert not wms.place.calls


async def test_method_path_query_headers_and_key(rest: Rest) -> None:
    action = """
method = "PUT"
path = "/orders/{{ document.number }}/lines"
query = { for = "{{ partner }}", test = "{{ 'yes' if test }}", priority = "{{ options.priority }}" }
headers = { X-Delivery = "{{ delivery }}" }
key_header = "Idempotency-Key"
idempotent = true
body = ["{{ key }}", "{{ action }}"]
"""
    application, server = await rest(action)
    sent = call(order("a/b ?c"), options={"priority": "1 & 2"})
    await application.deliver([sent])
    (asked,) = server.requests
    assert (asked.method, asked.path) == ("PUT", "/api/orders/a/b ?c/lines")
    assert asked.query == {"for": "bigbox", "priority": "1 & 2"}
    assert (asked.headers["X-Delivery"], asked.headers["Idempotency-Key"]) == (str(sent.delivery), "edi_a")
    assert asked.headers["Content-Type"] == "application/json"
    assert orjson.loads(asked.body) == ["edi_a", "warehouse_order"]


async def test_a_text_as_body(rest: Rest) -> None:
    action = """
path = "/orders"
media_type = "application/xml"
template_file = "templates/order.xml"
"""
    files = {
        "templates/order.xml": "<order>{% for line in document.lines %}"
        "<sku>{{ line.item.identifiers.seller | e }}</sku>{% endfor %}</order>"
    }
    application, server = await rest(action, files=files)
    await made(application, order("1", line(sku="A&B"), line(sku="C")))
    assert server.requests[0].body == b"<order><sku>A&amp;B</sku><sku>C</sku></order>"
    assert server.requests[0].headers["Content-Type"] == "application/xml"


async def test_a_text_that_should_be_json_and_is_not_is_never_sent(rest: Rest) -> None:
    application, server = await rest("""path = "/o"\ntemplate = '{"n": "{{ document.number }}"}'""")
    assert (await made(application, order('4"7'))).code == "template-failed"
    assert not server.requests
    assert (await made(application, order("47"))).kind is OutcomeKind.DELIVERED


async def test_a_header_cannot_begin_another_one(rest: Rest) -> None:
    application, server = await rest(PLAIN + 'headers = { X-Order = "{{ document.number }}" }')
    assert (await made(application, order("1\r\nX-Evil: yes"))).code == "template-failed"
    assert not server.requests


async def test_a_token_is_fetched_and_shown(rest: Rest) -> None:
    async def answer(request: Any) -> Any:
        value = {"access_token": "T", "expires_in": 60} if request.path == "/api/token" else {"id": 1}
        return await told(value)(request)

    # The address of the token is that of the same server, which is known only once it listens.
    application, server = await rest(top='login = { type = "bearer", token = "${TOKEN}" }', answer=answer, TOKEN="secret")
    await made(application)
    assert server.requests[0].headers["Authorization"] == "Bearer secret"


# ------------------------------------------------------------------------------------------------------ what answers mean


ANSWERS = [
    (200, {}, PLAIN, (OutcomeKind.DELIVERED, "done", False)),
    (204, None, PLAIN, (OutcomeKind.DELIVERED, "done", False)),
    (302, {}, PLAIN, (OutcomeKind.RETRY, "redirected", True)),
    (400, {}, PLAIN, (OutcomeKind.FAILED, "http-400", False)),
    (401, {}, PLAIN, (OutcomeKind.RETRY, "http-401", True)),
    (404, {}, PLAIN, (OutcomeKind.RETRY, "http-404", True)),
    (404, {}, PLAIN.replace("/orders", "/orders/{{ key }}"), (OutcomeKind.FAILED, "http-404", False)),
    (409, {}, PLAIN, (OutcomeKind.FAILED, "http-409", False)),
    (409, {}, PLAIN + "already = { status = [409] }", (OutcomeKind.DELIVERED, "already", False)),
    (423, {}, PLAIN + "later = { status = [423] }", (OutcomeKind.RETRY, "later", False)),
    (429, {}, PLAIN, (OutcomeKind.RETRY, "http-429", True)),
    (500, {}, PLAIN, (OutcomeKind.IN_DOUBT, "http-500", True)),
    (500, {}, IDEMPOTENT, (OutcomeKind.RETRY, "http-500", True)),
    (500, {"code": "BAD"}, PLAIN + "refused = { when = \"code == 'BAD'\" }", (OutcomeKind.FAILED, "refused", False)),
    (200, {"status_code": 500}, PLAIN + 'delivered = { when = "!status_code" }', (OutcomeKind.FAILED, "answer-refused", False)),
    (200, {"id": "x"}, PLAIN + 'delivered = { when = "!status_code" }', (OutcomeKind.DELIVERED, "done", False)),
    (200, {"busy": True}, PLAIN + 'later = { status = [200], when = "busy" }', (OutcomeKind.RETRY, "later", False)),
    (200, {"id": "x"}, PLAIN + 'reference = "id"', (OutcomeKind.DELIVERED, "done", False)),
    (200, {"new_id": "x"}, PLAIN + 'reference = "id"', (OutcomeKind.IN_DOUBT, "answer-unexpected", False)),
    (200, {"s": "OK"}, PLAIN + 'state = "s"\nstates = { OK = "nothing" }', (OutcomeKind.DELIVERED, "done", False)),
    (200, {"s": 1}, PLAIN + 'state = "s"\nstates = { "1" = "later" }', (OutcomeKind.RETRY, "later", False)),
    (200, {"s": "NO"}, PLAIN + 'state = "s"\nstates = { NO = "refused" }', (OutcomeKind.FAILED, "refused", False)),
    (200, {"s": "?"}, PLAIN + 'state = "s"\nstates = { OK = "nothing" }', (OutcomeKind.IN_DOUBT, "state-unknown", False)),
    (200, {}, PLAIN + 'state = "s"\nstates = { OK = "nothing" }', (OutcomeKind.IN_DOUBT, "state-unknown", False)),
    (200, {"n": "x"}, PLAIN + 'delivered = { when = "abs(n) > `1`" }', (OutcomeKind.IN_DOUBT, "answer-unexpected", False)),
]


@pytest.mark.parametrize(("status", "body", "action", "expected"), ANSWERS)
async def test_an_answer_means(rest: Rest, status: int, body: Any, action: str, expected: tuple[OutcomeKind, str, bool]) -> None:
    answer = told(body, status) if body is not None else answering(status)
    application, _ = await rest(action, answer)
    outcome = await made(application)
    assert (outcome.kind, outcome.code, outcome.unavailable) == expected
    assert outcome.message
    assert outcome.response["status"] == status


async def test_an_answer_that_is_not_of_the_declared_shape_is_kept_and_told(rest: Rest) -> None:
    action = PLAIN + 'schema = "schemas/o.json"'
    schema = '{"type": "object", "required": ["id"]}'
    application, _ = await rest(action, told({"identifier": 7}), files={"schemas/o.json": schema})
    outcome = await made(application)
    assert (outcome.kind, outcome.code) == (OutcomeKind.IN_DOUBT, "answer-unexpected")
    assert "'id' is a required property" in outcome.message
    assert outcome.response == {"status": 200, "body": {"identifier": 7}}


async def test_a_proxy_s_page_is_no_answer(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    document = order()
    await warehouse.deliver([call(document)])
    wms.misbehaviour.garble = 2  # the question and the order
    outcome = await made(warehouse, document, attempt=2)
    assert (outcome.kind, outcome.code) == (OutcomeKind.IN_DOUBT, "answer-unexpected")
    assert outcome.response["text"].startswith("<html>")
    assert len(wms.warehouse.orders) == 1


async def test_an_answer_with_other_names_after_an_update(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    wms.misbehaviour.rename = 2
    outcome = await made(warehouse)
    assert (outcome.kind, outcome.code) == (OutcomeKind.IN_DOUBT, "answer-unexpected")


async def test_the_system_says_why_in_its_own_words(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    outcome = await made(warehouse, order("4711", line(sku="NO-SUCH")))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "http-422")
    assert outcome.message.endswith("The item NO-SUCH is not known here.")


async def test_retry_after_is_handed_on(rest: Rest) -> None:
    application, _ = await rest(PLAIN, told({}, 503, Retry_After="17"))
    outcome = await made(application)
    assert (outcome.kind, outcome.retry_after, outcome.untouched) == (OutcomeKind.RETRY, 17.0, True)


async def test_what_is_kept_of_an_answer_is_bounded(rest: Rest) -> None:
    application, _ = await rest(PLAIN, told({"noise": "x" * 9000}), top='keep = "1KiB"')
    kept = (await made(application)).response
    assert (len(kept["text"]), kept["bytes"]) == (1024, 9012)


async def test_an_answer_that_is_too_large_is_not_read(rest: Rest) -> None:
    application, _ = await rest(PLAIN, told({"noise": "x" * 9000}), top='max_answer = "1KiB"')
    outcome = await made(application)
    assert (outcome.kind, outcome.code) == (OutcomeKind.IN_DOUBT, "answer-too-large")


# -------------------------------------------------------------------------------------------------------- once and no more


async def test_without_a_key_and_without_a_question_a_lost_answer_waits_for_a_person(rest: Rest) -> None:
    async def cut(request: Any) -> Any:
        request.transport.abort()
        return await told({})(request)

    application, _ = await rest(PLAIN, cut)
    assert not application.idempotent
    outcome = await made(application)
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.IN_DOUBT, True)
    repeatable, _ = await rest(IDEMPOTENT, cut)
    assert repeatable.idempotent
    assert (await made(repeatable)).kind is OutcomeKind.RETRY


async def test_what_is_found_is_not_done_again(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    wms.misbehaviour.duplicates = "double"
    wms.misbehaviour.lose_answers = 1
    assert (await made(warehouse)).kind is OutcomeKind.RETRY
    again = await made(warehouse, attempt=2)
    assert (again.kind, again.code, again.reference) == (OutcomeKind.DELIVERED, "already", "W-1001")
    assert wms.place.calls["POST /api/v1/orders"] == 1
    assert [one.event for one in again.milestones] == [Event.RELEASED]


async def test_a_replay_finds_it_too_unless_only_repeats_are_asked_about(rest: Rest) -> None:
    async def answer(request: Any) -> Any:
        return await told({"results": [{"id": "X"}]} if request.method == "GET" else {"id": "NEW"})(request)

    asked = 'look_up = { path = "/orders", found = "results", reference = "id" }\nreference = "id"\n'
    application, _ = await rest(PLAIN + asked, answer)
    assert (await made(application)).reference == "X"
    sparing, _ = await rest(PLAIN + asked.replace(" }", ", repeats_only = true }"), answer)
    assert (await made(sparing)).reference == "NEW"
    assert (await made(sparing, attempt=2)).reference == "X"


async def test_several_of_it_wait_for_a_person(warehouse: HttpApplication, wms: WmsSimulator) -> None:
    wms.misbehaviour.duplicates = "double"
    request = {"reference": "4711", "customer": "bigbox", "lines": []}
    wms.warehouse.release(request)
    wms.warehouse.release(request)
    outcome = await made(warehouse)
    assert (outcome.kind, outcome.code) == (OutcomeKind.IN_DOUBT, "look-up-ambiguous")
    assert len(wms.warehouse.orders) == 2


@pytest.mark.parametrize(
    ("status", "attempt", "kind", "code"),
    [
        (503, 1, OutcomeKind.RETRY, "http-503"),
        (500, 2, OutcomeKind.RETRY, "http-500"),
        (401, 2, OutcomeKind.RETRY, "http-401"),
        (400, 1, OutcomeKind.FAILED, "http-400"),
        (400, 2, OutcomeKind.IN_DOUBT, "http-400"),
    ],
)
async def test_a_question_that_is_not_answered_sends_nothing(
    rest: Rest, status: int, attempt: int, kind: OutcomeKind, code: str
) -> None:
    application, server = await rest(PLAIN + 'look_up = { path = "/orders", found = "results" }', told({}, status))
    outcome = await made(application, attempt=attempt)
    assert (outcome.kind, outcome.code, outcome.untouched) == (kind, code, attempt == 1)
    assert server.paths == ["GET /api/orders"]


async def test_nothing_found_by_its_status_is_nothing(rest: Rest) -> None:
    async def answer(request: Any) -> Any:
        return await (told({}, 404) if request.method == "GET" else told({"id": 7}))(request)

    application, server = await rest(PLAIN + 'reference = "id"\nlook_up = { path = "/orders/{{ key }}" }', answer)
    assert (await made(application)).reference == "7"
    assert server.paths == ["GET /api/orders/edi_a", "POST /api/orders"]


# ------------------------------------------------------------------------------------------------- what it says of the order


async def test_a_released_order_is_a_milestone_with_its_names(warehouse: HttpApplication) -> None:
    outcome = await made(warehouse, order("4711"), key="edi_7", test=True)
    (said,) = outcome.milestones
    assert (said.source, said.event, said.partner, said.number) == ("wms-east", Event.RELEASED, "bigbox", "4711")
    assert (said.key, said.test, said.links) == ("edi_7:released", True, (Link("wms-east", "order", "W-1001"),))
    assert said.occurred is not None
    assert said.occurred.tzinfo is not None


async def test_a_state_says_which_milestone_it_is(rest: Rest) -> None:
    action = (
        PLAIN
        + """
reference = "id"
state = "state"
states = { TAKEN = "released", ON_HOLD = "held" }
links = { shipment = "shipments[].id", "east:tracking" = "tracking" }
number = "order.number || number"
"""
    )
    answer = {"id": "R-9", "state": "ON_HOLD", "shipments": [{"id": "S-1"}, {"id": "S-2"}], "tracking": None}
    application, _ = await rest(action, told(answer))
    (said,) = (await made(application, {"schema": "warehouse_order/1", "number": "WO", "order": {"number": "4711"}})).milestones
    assert (said.event, said.number) == (Event.HELD, "4711")
    assert said.links == (Link("rest", "order", "R-9"), Link("rest", "shipment", "S-1"), Link("rest", "shipment", "S-2"))


async def test_the_order_that_other_documents_serve_is_named(rest: Rest) -> None:
    application, _ = await rest(PLAIN + 'milestone = "released"')
    document = {"schema": "warehouse_order/1", "number": "WO-1", "order": {"number": "4711"}}
    assert [one.number for one in (await made(application, document)).milestones] == ["4711"]


async def test_what_was_refused_says_nothing_of_the_order(warehouse: HttpApplication) -> None:
    assert not (await made(warehouse, order("1", line(sku="NO-SUCH")))).milestones


# ------------------------------------------------------------------------------------------------------------------ doctor


async def test_doctor_sees_a_wrong_login(rest: Rest) -> None:
    application, _ = await rest(PLAIN, told({}, 401), top='check = "/ping"')
    answers, login = await application.check()
    assert answers[1]
    assert (login[1], bool(login[3])) == (False, True)


async def test_doctor_sees_a_wrong_address(rest: Rest) -> None:
    application, server = await rest(PLAIN, told({}, 404), top='check = "/ping"')
    assert [ok for _, ok, _, _ in await application.check()] == [True, False]
    assert server.paths == ["GET /api/ping"]
