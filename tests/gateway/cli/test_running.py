"""The commands on a running system, with an invented wiring: what they ask, what they show, how they end."""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.cli.doctor import verdict
from gateway.cli.run import ROLES
from gateway.ports import Receipt
from tests.gateway.cli.views import ROW

# --------------------------------------------------------------------------------------------------------- messages


def test_messages_are_a_table(invoke: Callable, wired: Callable) -> None:
    wired(messages=[ROW, {**ROW, "id": "doc-2", "direction": "out", "partner": None}])
    result = invoke("messages")
    head, first, second = result.out.splitlines()
    assert head.split() == ["TIME", "PARTNER", "TYPE", "NUMBERS", "CONTROL", "STATE", "ACKNOWLEDGED", "ID"]
    assert first.startswith("2026-11-21 14:05:00Z  →  bigbox")
    assert "4711 (contract C-9)" in first
    assert "Delivered to odoo as S00042" in first
    assert "997 partly accepted, sent" in first
    assert "←  unknown" in second


def test_ids_are_short_unless_wanted_whole(invoke: Callable, wired: Callable) -> None:
    wired(messages=[{**ROW, "id": "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"}])
    assert "0193a5c2" not in invoke("messages").out
    assert "0a4f5a3f2b10" in invoke("messages").out
    assert "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10" in invoke("messages", "--wide").out


def test_long_reasons_are_cut_unless_wanted_whole(invoke: Callable, wired: Callable) -> None:
    wired(messages=[{**ROW, "deliveries": [{"target": "odoo", "state": "dead", "message": "m" * 300}]}])
    assert "m" * 100 not in invoke("messages").out
    assert "m" * 300 in invoke("messages", "--wide").out


def test_messages_hand_the_query_on(invoke: Callable, wired: Callable) -> None:
    wiring = wired(messages=[])
    result = invoke("messages", "partner:bigbox", "po:47 11", "blue cup", "--limit", "7", "--before", "x", "-c", "other.toml")
    assert result.status == 0
    assert "No messages there." in result.err
    assert wiring.asked == [
        ("open_records", "other.toml"),
        ("messages", ({"partner": ["bigbox"], "keys": [("order", "4711")], "words": ["blue cup"]}, 7, "x")),
    ]


def test_a_query_may_be_one_argument(invoke: Callable, wired: Callable) -> None:
    wiring = wired(messages=[])
    invoke("messages", "partner:bigbox state:stopped")
    assert wiring.asked[-1][1][0] == {"partner": ["bigbox"], "state": ["stopped"]}


def test_a_full_page_says_how_to_go_on(invoke: Callable, wired: Callable) -> None:
    wired(messages=[ROW, ROW])
    assert "gateway messages --before doc-1" in invoke("messages", "-n", "2").err
    assert "--before" not in invoke("messages", "-n", "3").err


def test_messages_as_records(invoke: Callable, wired: Callable) -> None:
    wired(messages=[ROW])
    assert json.loads(invoke("messages", "--json").out) == [json.loads(json.dumps(ROW))]
    row = next(csv.DictReader(io.StringIO(invoke("messages", "-o", "csv").out)))
    assert (row["partner"], json.loads(row["keys"])["order"]) == ("bigbox", "4711")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("partnr:x", "did you mean 'partner'"),
        ("type:", "has no value"),
        ('"open', "quotation mark"),
        ("zzz:1", "nothing to search by"),
    ],
)
def test_queries_that_cannot_be_meant(text: str, says: str, invoke: Callable, wired: Callable) -> None:
    wired(messages=[])
    result = invoke("messages", *([text] if text else []))
    assert result.status == 2
    assert says in result.err


# -------------------------------------------------------------------------------------------------------- run, db, …


def test_run_hands_roles_and_processes_on(invoke: Callable, wired: Callable) -> None:
    wiring = wired()
    assert invoke("run", "--roles", "translate, deliver,translate", "--processes", "4").status == 0
    assert wiring.asked == [("settings", ("routes.toml", ("translate", "deliver"), 4)), ("run", "routes.toml")]


def test_run_takes_all_roles_by_default(invoke: Callable, wired: Callable) -> None:
    wiring = wired()
    invoke("run", environ={"GATEWAY_CONFIG": "elsewhere.toml"})
    assert wiring.asked[0][1][1] == ROLES


def test_run_works_with_a_region(invoke: Callable, wired: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    wiring = wired()
    invoke("run", "--region", "eu")
    monkeypatch.setenv("GATEWAY_REGION", "ca")
    invoke("run")
    assert [words for name, words in wiring.asked if name == "settings"] == [
        ("routes.toml", ROLES, 1, "eu"),
        ("routes.toml", ROLES, 1, "ca"),
    ]


def test_an_unknown_role_is_a_usage_error(invoke: Callable, wired: Callable) -> None:
    wired()
    result = invoke("run", "--roles", "cook")
    assert result.status == 2
    assert "cook: no such role" in result.err


def test_migrate_lists_what_was_applied(invoke: Callable, wired: Callable) -> None:
    wiring = wired(migrate=["0001_spine", "0002_more"])
    result = invoke("db", "migrate")
    assert (result.out, result.err) == ("0001_spine\n0002_more\n", "2 migrations applied.\n")
    assert wiring.asked[-1] == ("migrate", False)


def test_migrate_dry_run_writes_the_sql_and_changes_nothing(invoke: Callable, wired: Callable) -> None:
    wiring = wired(migrate=["create table a (b int);\ncreate table c (d int);"])
    result = invoke("db", "migrate", "--dry-run")
    assert result.out.splitlines() == ["create table a (b int);", "create table c (d int);"]
    assert "1 migration would be applied." in result.err
    assert wiring.asked[-1] == ("migrate", True)


def test_nothing_to_migrate_is_a_success(invoke: Callable, wired: Callable) -> None:
    wired(migrate=[])
    result = invoke("db", "migrate")
    assert (result.status, result.out) == (0, "")
    assert "up to date" in result.err


def test_database_status(invoke: Callable, wired: Callable) -> None:
    wired(database_status={"schema": 1, "pending": [], "size_bytes": 9})
    assert invoke("db", "status").out.splitlines() == ["schema      1", "pending     none", "size bytes  9"]
    assert json.loads(invoke("db", "status", "--json").out)["schema"] == 1


DIAGNOSES = [
    ("python", "ok", "3.11.7", ""),
    ("clock", "warn", "2 s off", "Run a time service."),
    ("broker", "fail", "refused", "Start it."),
]


def test_doctor_shows_remedies_and_ends_with_6_when_something_failed(invoke: Callable, wired: Callable) -> None:
    wired(diagnose=DIAGNOSES)
    result = invoke("doctor")
    assert result.status == 6
    assert [line.split()[0] for line in result.out.splitlines()] == ["ok", "warn", "Run", "fail", "Start"]
    assert result.err == "1 ok, 1 to look at, 1 failed.\n"
    assert json.loads(invoke("doctor", "--json").out)[2] == {
        "name": "broker",
        "state": "fail",
        "found": "refused",
        "remedy": "Start it.",
    }


def test_a_warning_is_no_failure() -> None:
    assert verdict(DIAGNOSES[:2]) == 0


# ------------------------------------------------------------------------------------------------------------- send


class Answer:
    """What the invented gateway answers, and what it was sent."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 202, {"Content-Type": "application/json"}, b'{"transmission": "t-1"}'
        self.path, self.sent = "", b""
        self.got: dict[str, str] = {}


@pytest.fixture
def server() -> Iterator[tuple[str, Answer]]:
    answer = Answer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer.path, answer.got = self.path, dict(self.headers)
            answer.sent = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST  # noqa: N815 - the name that http.server asks for

        def log_message(self, *_: object) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}", answer
        finally:
            running.shutdown()
            thread.join()


TOKEN = {"GATEWAY_TOKEN": "secret-1"}


def test_send_posts_the_file_with_the_token_and_a_key(server: tuple[str, Answer], invoke: Callable) -> None:
    url, answer = server
    result = invoke("send", "-", "--to", "big box", "--url", url, stdin=b"ISA*", environ=TOKEN)
    assert (result.status, result.out) == (0, "t-1\n")
    assert (answer.path, answer.sent) == ("/v1/partners/big%20box/interchanges", b"ISA*")
    assert answer.got["Authorization"] == "Bearer secret-1"
    assert answer.got["Idempotency-Key"]
    assert "gateway message t-1" in result.err
    assert "secret-1" not in result.out + result.err


def test_send_can_wait_and_writes_the_acknowledgement(server: tuple[str, Answer], invoke: Callable) -> None:
    url, answer = server
    answer.headers = {"Content-Type": "application/edi-x12", "Edi-Transmission": "t-9"}
    answer.body = b"ISA*ack~"
    result = invoke("send", "-", "--to", "bigbox", "--url", url, "--wait", "--within", "5", stdin=b"x", environ=TOKEN)
    assert result.out == "t-9\nISA*ack~"
    assert answer.path.endswith("?wait=ack&timeout=5")


def test_send_ends_with_3_when_the_acknowledgement_did_not_come(server: tuple[str, Answer], invoke: Callable) -> None:
    url, _ = server
    result = invoke("send", "-", "--to", "bigbox", "--url", url, "--wait", "--json", stdin=b"x", environ=TOKEN)
    assert result.status == 3
    assert json.loads(result.out)["transmission"] == "t-1"


@pytest.mark.parametrize(
    ("code", "status", "says"),
    [
        (401, 4, "does not know this token"),
        (403, 4, "not for this partner"),
        (404, 1, "does not know this partner"),
        (413, 1, "too large"),
        (422, 1, "used before for other content"),
        (408, 1, "answered 408"),
        (429, 6, "takes no more"),
        (302, 1, "answered 302"),
        (503, 6, "--idempotency-key k-1"),
        (500, 6, "--idempotency-key k-1"),
    ],
)
def test_refusals_in_words(code: int, status: int, says: str, server: tuple[str, Answer], invoke: Callable) -> None:
    url, answer = server
    answer.status = code
    answer.headers = {"Location": f"{url}/elsewhere"}
    result = invoke("send", "-", "--to", "bigbox", "--url", url, "--idempotency-key", "k-1", stdin=b"x", environ=TOKEN)
    assert result.status == status
    assert says in result.err
    assert answer.path != "/elsewhere"


def test_other_refusals_are_told_in_the_words_of_the_gateway(server: tuple[str, Answer], invoke: Callable) -> None:
    url, answer = server
    answer.status, answer.headers = 415, {"Content-Type": "application/problem+json"}
    answer.body = b'{"detail": "forms are not taken", "remedy": "send the interchange itself"}'
    result = invoke("send", "-", "--to", "b", "--url", url, stdin=b"x", environ=TOKEN)
    assert result.status == 1
    assert result.err.splitlines()[0] == "error: the gateway answered 415: forms are not taken"
    assert result.err.splitlines()[2] == " next: send the interchange itself"


def test_the_name_of_the_file_goes_along(server: tuple[str, Answer], invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "order 1.x12").write_bytes(b"x")
    invoke("send", str(tmp_path / "order 1.x12"), "--to", "b", "--url", server[0], environ=TOKEN)
    assert server[1].path.endswith("/interchanges?name=order+1.x12")


def test_nobody_answers(invoke: Callable) -> None:
    result = invoke("send", "-", "--to", "bigbox", "--url", "http://127.0.0.1:1", stdin=b"x", environ=TOKEN)
    assert result.status == 6
    assert "does not answer" in result.err
    assert "--idempotency-key" in result.err


def test_the_token_comes_from_a_file(server: tuple[str, Answer], invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    invoke("send", "-", "--to", "b", "--url", server[0], stdin=b"x", environ={"GATEWAY_TOKEN_FILE": str(tmp_path / "token")})
    assert server[1].got["Authorization"] == "Bearer from-file"


@pytest.mark.parametrize("environ", [{}, {"GATEWAY_TOKEN": " "}, {"GATEWAY_TOKEN": "a\nb"}, {"GATEWAY_TOKEN": "ø"}])
def test_without_a_usable_token_nothing_is_sent(environ: dict[str, str], server: tuple[str, Answer], invoke: Callable) -> None:
    result = invoke("send", "-", "--to", "b", "--url", server[0], stdin=b"x", environ=environ)
    assert result.status == 4
    assert server[1].path == ""


@pytest.mark.parametrize("url", ["ftp://host", "host", "http://", "http://[x"])
def test_addresses_that_are_none(url: str, invoke: Callable) -> None:
    assert invoke("send", "-", "--to", "b", "--url", url, stdin=b"x", environ=TOKEN).status == 2


def test_send_refuses_folders_and_missing_files(invoke: Callable, tmp_path: Path) -> None:
    assert invoke("send", str(tmp_path), "--to", "b").status == 2
    assert invoke("send", str(tmp_path / "gone"), "--to", "b").status == 1


def test_without_an_address_the_file_goes_into_the_store(invoke: Callable, wired: Callable, tmp_path: Path) -> None:
    stored = uuid4()
    wiring = wired(
        receive=Receipt(stored),
        wait_for_acknowledgement={"interchanges": [{"acknowledgements": [{"type": "997", "verdict": "accepted"}]}]},
    )
    (tmp_path / "order.x12").write_bytes(b"ISA*")
    result = invoke("send", str(tmp_path / "order.x12"), "--to", "bigbox", "--wait")
    assert result.status == 0
    assert result.out == f"{stored}\n997 accepted\n"
    handover = next(asked for name, asked in wiring.asked if name == "receive")
    assert (handover.partner, handover.name, handover.body, handover.wait) == ("bigbox", "order.x12", b"ISA*", True)


def test_a_repeat_is_said_to_be_one(invoke: Callable, wired: Callable) -> None:
    wired(receive=Receipt(uuid4(), repeated=True))
    assert "It was stored before." in invoke("send", "-", "--to", "b", stdin=b"x").err


def test_a_key_used_for_other_content_is_a_failure(invoke: Callable, wired: Callable) -> None:
    wired(receive=Receipt(uuid4(), conflict=True))
    assert invoke("send", "-", "--to", "b", "--idempotency-key", "k", stdin=b"x").status == 1
