"""Applications of the type http: what stands in routes.toml is what they are told, and what is wrong is found there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.config import lint, load
from gateway.config.archive import archived, rebuilt
from gateway.domain.http_application import AnswerCase, HttpConnection, Meaning, TemplateFailed
from gateway.domain.http_terms import ClientTls, OAuth2Login
from gateway.domain.order.milestone import Event
from gateway.domain.token import hash_token
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

WORLD = {**ENVIRON, "SECRET": "s3cret", "HASH": hash_token("token")}
TOP = """
[[application]]
id = "wms"
type = "http"
url = "https://wms.example/api/"
login = { type = "oauth2", token_url = "https://login.wms.example/token", client_id = "we", client_secret = "${SECRET}" }
headers = { Accept-Language = "en" }
timeout = "5s"
check = "/ping"
keep = "1KiB"
rate = "5/s"
concurrency = 2
"""
ACTION = """
[[application.action]]
as = "warehouse_order"
path = "/orders/{{ document.number }}"
method = "PUT"
body = { number = "{{ document.number }}", priority = 3 }
look_up = { path = "/orders/{{ key }}", found = "results", none = { status = [404, 410] } }
delivered = { status = [200], when = "id" }
reference = "id"
schema = "schemas/order.json"
state = "state"
states = { OK = "nothing", HELD = "held", NO = "refused" }
links = { shipment = "shipment" }
"""
WEBHOOK = """
[application.webhook]
token_hashes = ["${HASH}"]
signature = { secrets = ["${SECRET}"] }
partner = "bigbox"
key = "id"
kind = "kind"
number = "order"
timezone = "America/Chicago"
max_size = "64KiB"
ignore = ["seen"]
event = [{ kind = ["picked"], milestone = "picked", links = { "odoo:order" = "so" } }]
"""
POLL = """
[[application.poll]]
id = "sent"
path = "/sent"
query = { since = "{{ since }}" }
position = "at"
overlap = "2m"
events = "list"
key = "id"
kind = "kind"
number = "order"
event = [{ kind = "5", milestone = "shipped" }]
"""
ROUTE = """
[[route]]
id = "to-wms"
document = "purchase_order"
direction = "out"
deliver = [{ to = "wms", as = "warehouse_order" }]
"""
FILES = {"schemas/order.json": '{"type": "object"}'}


def text(*parts: str) -> str:
    return ROUTES + "".join(parts or (TOP, ACTION, WEBHOOK, POLL)) + ROUTE


def put(project: Project, routes: str, files: dict[str, str] | None = None) -> Path:
    path = project(routes)
    for name, content in (FILES if files is None else files).items():
        (path.parent / name).parent.mkdir(exist_ok=True)
        (path.parent / name).write_text(content)
    return path


def connection(path: Path) -> HttpConnection:
    found = load(path, WORLD).applications["wms"].connection
    assert isinstance(found, HttpConnection)
    return found


def complaints(path: Path) -> list[tuple[str, int]]:
    """Codes with their lines, without those of what the frame leaves unused."""
    return [(one.code, one.line) for one in lint(path, WORLD).items if one.code not in {"R022", "R061", "R065"}]


def messages(path: Path) -> str:
    return "\n".join(str(one) for one in lint(path, WORLD).items)


def test_a_whole_one_has_no_fault(project: Project) -> None:
    path = put(project, text())
    assert complaints(path) == []
    known = load(path, WORLD).applications["wms"]
    assert (known.type, known.rate, known.concurrency, known.max_batch) == ("http", 5.0, 2, 1)


def test_how_it_is_called(project: Project) -> None:
    told = connection(put(project, text()))
    assert (told.url, told.check_path, told.keep) == ("https://wms.example/api", "/ping", 1024)
    assert told.client.login == OAuth2Login("https://login.wms.example/token", "we", "s3cret")
    assert (told.client.headers, told.client.timeout, told.client.tls) == ((("Accept-Language", "en"),), 5.0, ClientTls())
    assert "s3cret" not in repr(told)


def test_what_it_is_asked(project: Project) -> None:
    action = connection(put(project, text())).actions["warehouse_order"]
    values: dict[str, Any] = {"document": {"number": "47/11"}, "key": "k"}
    assert (action.method, action.path(values), action.addressed) == ("PUT", "/orders/47%2F11", True)
    assert action.body is not None
    assert action.body(values) == {"number": "47/11", "priority": 3}
    with pytest.raises(TemplateFailed):
        action.body({"document": {}})
    assert action.look_up is not None
    assert action.look_up.none == AnswerCase(frozenset({404, 410}))
    assert (action.repeatable, action.idempotent) == (True, False)
    assert action.answer.states == {"OK": Meaning.NOTHING, "HELD": Event.HELD, "NO": Meaning.REFUSED}
    assert action.answer.shape is not None
    assert action.answer.shape([])


def test_what_it_tells(project: Project) -> None:
    told = connection(put(project, text()))
    assert told.webhook is not None
    assert (told.webhook.token_hashes, told.webhook.most_bytes) == ((WORLD["HASH"],), 65536)
    assert told.webhook.signature is not None
    reading = told.webhook.reading
    assert (reading.timezone.key, reading.partner, reading.ignored) == ("America/Chicago", "bigbox", {"seen"})
    (event,) = reading.terms
    assert [(link.system, link.kind) for link in event.links] == [("odoo", "order")]
    (poll,) = told.polls
    assert (poll.id, poll.overlap, poll.every) == ("sent", timedelta(minutes=2).total_seconds(), 60.0)


WRONG: list[tuple[str, str, str, str]] = [
    ('path = "/orders/{{ document.number }}"', 'path = "/orders/{{ document.number"', "R091", "does not compile"),
    ('number = "{{ document.number }}", priority', 'number = "{{ documnet.number }}", priority', "R091", 'no "documnet" here'),
    ('number = "{{ document.number }}", priority', 'number = "{{ document.number | nofilter }}", priority', "R091", "nofilter"),
    ('reference = "id"', 'reference = "id["', "R092", "does not compile"),
    ('when = "id"', 'when = "a b"', "R092", "does not compile"),
    ('found = "results"', 'found = "results["', "R092", "does not compile"),
    ('links = { shipment = "shipment" }', 'links = { shipment = "x[" }', "R092", "does not compile"),
    ('links = { shipment = "shipment" }', 'links = { "nobody:shipment" = "x" }', "R021", 'no partner "nobody"'),
    ('links = { shipment = "shipment" }', 'links = { parcel = "x" }', "R005", "no kind of name"),
    ('as = "warehouse_order" }]', 'as = "warehouse_ordr" }]', "R093", "warehouse_ordr"),
    ('schema = "schemas/order.json"', 'schema = "schemas/none.json"', "R090", "cannot be read"),
    ('HELD = "held"', 'HELD = "hold"', "R005", "hold"),
    ('state = "state"\n', "", "R005", "belong together"),
    ('method = "PUT"', 'method = "DELETE"', "R005", "no body"),
    ("body = {", 'template = "x"\nbody = {', "R005", "keep one"),
    ('path = "/sent"', 'path = "sent"', "R005", "form"),
    ('kind = ["picked"], milestone = "picked"', 'kind = ["seen"], milestone = "picked"', "R096", "ignored"),
    ('partner = "bigbox"\nkey', 'partner = "bigbx"\nkey', "R021", "bigbx"),
    ('position = "at"\n', "", "R097", "position"),
    ('overlap = "2m"', 'overlap = "2m"\nnumbered = true', "R097", "page"),
    ('timezone = "America/Chicago"', 'timezone = "America/Chigaco"', "R005", "time zone"),
    ('token_hashes = ["${HASH}"]\nsignature = { secrets = ["${SECRET}"] }\n', "", "R005", "proves who it is"),
    ('token_hashes = ["${HASH}"]', 'token_hashes = ["sha256:abc"]', "R013", "in the open"),
    ('secrets = ["${SECRET}"] }\npartner', 'secrets = ["plain"] }\npartner', "R013", "in the open"),
    ('client_secret = "${SECRET}"', 'client_secret = "plain"', "R013", "in the open"),
    ('number = "order"\nevent = [{ kind = "5"', 'event = [{ kind = "5"', "R005", "which order"),
    ('url = "https://wms.example/api/"', 'url = "http://wms.example/api/"', "R068", "readable"),
    ('check = "/ping"', 'chekc = "/ping"', "R003", "chekc"),
    ('max_size = "64KiB"', 'max_sice = "64KiB"', "R003", "max_sice"),
]


@pytest.mark.parametrize(("good", "bad", "code", "words"), WRONG)
def test_what_is_wrong_is_found_where_it_stands(project: Project, good: str, bad: str, code: str, words: str) -> None:
    routes = text()
    assert routes.count(good) >= 1, good
    head, _, tail = routes.rpartition(good)
    path = put(project, head + bad + tail)
    found = complaints(path)
    assert code in [one for one, _ in found], messages(path)
    assert words in messages(path)
    first = head.count("\n") + 1
    assert any(line >= first - 25 for one, line in found if one == code)


def test_a_wrong_key_is_guessed_among_those_of_its_table(project: Project) -> None:
    wrong = text().replace('check = "/ping"', 'chekc = "/ping"').replace('milestone = "picked"', 'milstone = "picked"')
    said = messages(put(project, wrong))
    assert "check" in said
    assert "milestone" in said


def test_a_schema_that_is_none(project: Project) -> None:
    path = put(project, text(), {"schemas/order.json": '{"type": "sentence"}'})
    assert [code for code, _ in complaints(path)] == ["R098"]


def test_a_template_in_a_file(project: Project) -> None:
    routes = text().replace('body = { number = "{{ document.number }}", priority = 3 }', 'template_file = "templates/o.json"')
    files = {**FILES, "templates/o.json": '{"n": {{ document.number | json }}}'}
    action = connection(put(project, routes, files)).actions["warehouse_order"]
    assert action.body is not None
    assert action.body({"document": {"number": '4"7'}}) == '{"n": "4\\"7"}'
    path = put(project, routes, {**FILES, "templates/o.json": "{\n{{ document."})
    assert [code for code, _ in complaints(path)] == ["R091"]
    assert "in line 2" in messages(path)


UNSAFE = '[[application.action]]\nas = "warehouse_order"\npath = "/o"\nbody = { n = "{{ document.number }}" }\n'


def test_repeats_that_are_not_safe_are_told(project: Project) -> None:
    assert [code for code, _ in complaints(put(project, text(TOP, UNSAFE)))] == ["R095"]
    unused = UNSAFE + "idempotent = true\n"
    assert [code for code, _ in complaints(put(project, text(TOP, unused)))] == ["R094"]
    for used in (unused + 'key_header = "Idempotency-Key"\n', unused.replace("document.number", "key")):
        assert complaints(put(project, text(TOP, used))) == []


def test_two_of_a_name(project: Project) -> None:
    routes = text(TOP, ACTION, ACTION, POLL, POLL)
    assert [code for code, _ in complaints(put(project, routes))] == ["R020", "R020"]


DOCUMENT = """
[[application.webhook.event]]
kind = "count"
[application.webhook.event.document]
schema = "{}"
number = "{{{{ {} }}}}"
"""


AGREED = """
[[agreement]]
id = "stock"
partner = "bigbox"
direction = "in"
document = "inventory_report"
format = "json/inventory_report"
"""


@pytest.mark.parametrize(
    ("schema", "name", "code"),
    [
        ("inventory_report/1", "event.id", None),
        ("inventory_adjustment/1", "event.id", "R099"),
        ("inventory_rport/1", "event.id", "R021"),
        ("inventory_report/1", "document.id", "R091"),
    ],
)
def test_documents_that_are_made_of_events(project: Project, schema: str, name: str, code: str | None) -> None:
    webhook = WEBHOOK.replace("event = [{", "[[application.webhook.event]]\n").replace("} }]", "}")
    webhook = webhook.replace('kind = ["picked"], milestone = "picked", links', 'kind = ["picked"]\nmilestone = "picked"\nlinks')
    path = put(project, text(TOP, ACTION, webhook, DOCUMENT.format(schema, name)) + AGREED)
    assert [one for one, _ in complaints(path)] == ([code] if code else []), messages(path)


def test_a_changed_file_is_another_configuration(project: Project) -> None:
    path = put(project, text())
    before = load(path, WORLD).digest
    (path.parent / "schemas/order.json").write_text('{"type": "object", "required": ["id"]}')
    assert load(path, WORLD).digest != before


def test_its_files_are_kept_with_a_configuration(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = put(project, text())
    digest = load(path, WORLD).digest
    kept = archived(path, WORLD, digest=digest)
    assert kept.files["schemas/order.json"] == FILES["schemas/order.json"]
    document = {
        "digest": digest,
        "main": kept.main,
        "environment": kept.environment,
        "written": kept.written,
        "files": kept.files,
    }
    elsewhere = tmp_path_factory.mktemp("present")
    assert rebuilt(document, elsewhere, WORLD).digest == digest


def test_what_only_tells_is_of_use(project: Project) -> None:
    webhook = ROUTES + TOP + WEBHOOK.replace('links = { "odoo:order" = "so" }', 'links = { order = "so" }')
    unused = [one for one in lint(put(project, webhook), WORLD).items if one.code == "R022"]
    assert not [one for one in unused if "wms" in one.message]
    silent = [one for one in lint(put(project, ROUTES + TOP), WORLD).items if one.code == "R022"]
    assert [one for one in silent if "wms" in one.message]
