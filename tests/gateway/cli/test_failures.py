"""`gateway failures`: what went wrong, in words, and what people do about it."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from gateway.errors import GatewayError
from gateway.operations.failures import By
from gateway.ports.failures import FailureFilter
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
MARK = "3f2a9c51d0e87b46"
VIEW: dict[str, Any] = {
    "id": "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10", "fingerprint": MARK, "state": "open", "stage": "deliver", "code": "http-500",
    "partner": "bigbox", "route": "orders", "owner": "edi", "count": 1204, "open_cases": 3, "regressions": 0,
    "message": "Odoo said no.", "remedy": "See that it works, then redeliver.", "first_at": "2026-11-20T14:05:00+00:00",
    "last_at": "2026-11-21T14:05:00+00:00", "opened_at": "2026-11-20T14:05:00+00:00", "muted_until": None, "attended_by": None,
    "resolved_by": None, "unattended_seconds": 60.0,
    "triage": {"cause": "application-down", "because": "the status 500", "remedy": "See whether the application works."},
    "by_itself": {"times": 2, "of": 3, "after_seconds": 720.0},
    "solved_before": [
        {"code": "http-500", "partner": "nordmart", "route": "uk", "stage": "deliver", "at": "2026-11-01T08:00:00+00:00",
         "actor": "ben", "reason": "Odoo had no disk", "helped": "application-mended", "times": 2, "same": False},
        {"code": "http-500", "partner": "bigbox", "route": "orders", "stage": "deliver", "at": "2026-11-02T08:00:00+00:00",
         "actor": "anna", "reason": "waited", "helped": None, "times": 1, "same": True},
    ],
    "history": [
        {"at": "2026-11-20T14:05:00+00:00", "actor": "gateway", "action": "opened", "tell": "edi",
         "told_at": "2026-11-20T14:06:00+00:00", "detail": {"message": "Odoo said no."}},
        {"at": "2026-11-20T15:05:00+00:00", "actor": "anna", "action": "assigned", "tell": "sales", "told_at": None,
         "detail": {"from": "edi", "to": "sales", "reason": "theirs"}},
        {"at": "2026-11-20T15:05:00+00:00", "actor": "anna", "action": "muted", "tell": None, "told_at": None,
         "detail": {"until": "2026-12-01T08:00:00+00:00", "reason": "known"}},
        {"at": "2026-11-20T16:05:00+00:00", "actor": "ben", "action": "noted", "tell": None, "told_at": None,
         "detail": {"note": "ticket 4711"}},
    ],
    "cases": [
        {"subject": "s", "transmission": "t-1", "message": "Odoo said no.", "at": "2026-11-21T14:05:00+00:00", "recurred": 3,
         "closed_at": None, "closed_by": None, "closed_reason": None},
        {"subject": "s", "transmission": "t-2", "message": "Odoo said no.", "at": "2026-11-21T14:05:00+00:00",
         "closed_at": "2026-11-21T15:05:00+00:00", "closed_by": "replay", "closed_reason": "went well"},
    ],
    "notifications": [
        {"created_at": "2026-11-20T14:06:00+00:00", "owner": "edi", "address": "webhook:chat.example", "state": "waiting",
         "code": "http-503", "answer": "busy"},
    ],
}  # fmt: skip


class Desk:
    """Takes what is asked of it; `refuses` by id."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.refuses: dict[str, GatewayError] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        async def act(one: str, *given: Any, by: By, **named: Any) -> None:
            if one in self.refuses:
                raise self.refuses[one]
            self.asked.append((name, one, {**({"given": given} if given else {}), "by": by.actor, **named}))

        return act


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    desk = Desk()
    wiring = SimpleNamespace(found=[VIEW], one=VIEW, desk=desk, wanted=None)

    async def failures(_config: str, wanted: FailureFilter) -> list[Any]:
        wiring.wanted = wanted
        return list(wiring.found)

    async def failure(_config: str, _text: str) -> Any:
        if isinstance(wiring.one, Exception):
            raise wiring.one
        return wiring.one

    async def attend_to_failures(_config: str, ids: Sequence[UUID], act: Any, *, actor: str) -> list[GatewayError | None]:
        done: list[GatewayError | None] = []
        for one in ids:
            try:
                await act(desk, one, By(actor=actor))
                done.append(None)
            except GatewayError as error:
                done.append(error)
        return done

    wiring.failures, wiring.failure, wiring.attend_to_failures = failures, failure, attend_to_failures
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
    return wiring


class TestList:
    @pytest.mark.parametrize("words", [("failures",), ("failures", "list")])
    def test_it_shows_what_is_not_resolved(self, invoke: Invoke, wiring: SimpleNamespace, words: tuple[str, ...]) -> None:
        head, line = invoke(*words).out.splitlines()
        assert head.split() == ["STATE", "OWNER", "STAGE", "CODE", "PARTNER", "ROUTE", "COUNT", "LAST", "ID"]
        expected = ["open", "edi", "deliver", "http-500", "bigbox", "orders", "1204", "2026-11-21", "14:05:00Z", MARK]
        assert line.split() == expected
        assert wiring.wanted == FailureFilter(states=("open", "acknowledged", "muted"))

    def test_every_filter_reaches_the_store(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        words = [
            "--owner",
            "edi",
            "--owner",
            "sales",
            "--stage",
            "deliver",
            "--partner",
            "bigbox",
            "--code",
            "x",
            "--route",
            "orders",
        ]
        invoke("failures", *words, "--all", "-n", "5", "--before", "2026-11-20T14:00")
        before = datetime(2026, 11, 20, 14, tzinfo=UTC)
        assert wiring.wanted == FailureFilter((), ["edi", "sales"], ["deliver"], ["bigbox"], ["x"], ["orders"], before, 5)
        invoke("failures", "--state", "muted")
        assert wiring.wanted.states == ("muted",)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"regressions": 2}, "open: regression"),
            ({"state": "acknowledged", "attended_by": "anna"}, "acknowledged by anna"),
            ({"state": "muted", "muted_until": "2026-12-01T08:00:00+00:00"}, "muted until 2026-12-01 08:00:00Z"),
            ({"state": "resolved"}, "resolved"),
        ],
    )
    def test_the_state_says_who_must_act(
        self, invoke: Invoke, wiring: SimpleNamespace, changes: dict[str, Any], said: str
    ) -> None:
        wiring.found = [VIEW | changes]
        assert invoke("failures", "--all").out.splitlines()[1].startswith(said)

    def test_nothing_is_a_success(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        wiring.found = []
        done = invoke("failures")
        assert (done.status, done.out) == (0, "")
        assert "No failures" in done.err

    def test_machines_get_records(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        (record,) = json.loads(invoke("failures", "--json").out)
        assert record["fingerprint"] == MARK
        head, row = invoke("failures", "-o", "csv").out.splitlines()
        assert head.startswith("fingerprint,state,owner,stage,code,partner,route,count,open_cases")
        assert row.startswith(f"{MARK},open,edi,deliver,http-500,bigbox,orders,1204,3,0,")


class TestShow:
    def test_the_page_says_what_to_do_and_what_happened(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        out = invoke("failures", "show", MARK).out
        for part in (
            "http-500  open  owner edi",
            "stage deliver, partner bigbox, route orders",
            "1204 times since 2026-11-20 14:05:00Z, last 2026-11-21 14:05:00Z",
            "what to do: See that it works, then redeliver.",
            "cases: 3 open",
            "(ended by replay: went well)",
            "opened by gateway: Odoo said no. (edi told)",
            "assigned to sales by anna: theirs",
            "muted until 2026-12-01 08:00:00Z by anna: known",
            "note by ben: ticket 4711",
            "edi by webhook:chat.example: waiting http-503: busy",
            "likely cause: application-down  by the status 500",
            "Odoo said no. (came back 3 times)",
            "It came back 3 times after it was right",
            "See whether the application works.",
            "ended by itself 2 of 3 times, usually after 12 min",
            "application-mended: Odoo had no disk  http-500 of nordmart, 2 times, 2026-11-01 08:00:00Z by ben",
            "waited  here, 2026-11-02 08:00:00Z by anna",
            VIEW["id"],
        ):
            assert part in out, part

    def test_machines_get_all_of_it(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        assert json.loads(invoke("failures", "show", MARK, "--json").out) == VIEW

    def test_one_that_is_not_there(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        wiring.one = GatewayError("there is no such failure: x", remedy="Look for its id: gateway failures list --all")
        done = invoke("failures", "show", "x")
        assert (done.status, done.out) == (1, "")
        assert "gateway failures list --all" in done.err


class TestActing:
    def test_each_is_done_in_the_name_of_who_does_it(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        by = ("--by", "anna")
        assert invoke("failures", "acknowledge", MARK, *by).status == 0
        assert invoke("failures", "assign", MARK, "--to", "sales", "--reason", "theirs", *by).status == 0
        assert invoke("failures", "resolve", MARK, "--reason", "corrected", *by).status == 0
        assert invoke("failures", "note", MARK, "ticket 4711", *by).status == 0
        assert wiring.desk.asked == [
            ("acknowledge", MARK, {"by": "anna", "reason": ""}),
            ("assign", MARK, {"given": ("sales",), "by": "anna", "reason": "theirs"}),
            ("resolve", MARK, {"by": "anna", "reason": "corrected", "helped": None}),
            ("note", MARK, {"given": ("ticket 4711",), "by": "anna"}),
        ]

    def test_what_helped_is_said_with_the_end(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        words = ("failures", "resolve", MARK, "--reason", "sent again", "--by", "anna", "--helped")
        assert invoke(*words, "partner-acted").status == 0
        assert wiring.desk.asked[-1][2]["helped"] == "partner-acted"
        refused = invoke(*words, "magic")
        assert refused.status == 2
        assert "partner-acted" in refused.err

    def test_without_a_name_it_is_the_login(
        self, invoke: Invoke, wiring: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("getpass.getuser", lambda: "ben")
        assert "yours now" in invoke("failures", "acknowledge", MARK).err
        assert wiring.desk.asked[0][2]["by"] == "ben"

    def test_a_silence_has_an_end(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        invoke("failures", "mute", MARK, "--until", "2026-12-01T09:00+01:00", "--reason", "known")
        assert wiring.desk.asked[-1][2]["given"] == (datetime(2026, 12, 1, 8, tzinfo=UTC),)
        for words, length in (("90m", timedelta(minutes=90)), ("12h", timedelta(hours=12)), ("3d", timedelta(days=3))):
            invoke("failures", "mute", MARK, "--for", words, "--reason", "known")
            (end,) = wiring.desk.asked[-1][2]["given"]
            assert abs(end - datetime.now(UTC) - length) < timedelta(minutes=5)

    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("--until", "2026-12-01", "--for", "3d"),
            ("--for", "soon"),
            ("--for", "d"),
            ("--until", "Monday"),
            ("--for", "-3d"),
        ],
    )
    def test_one_without_is_refused(self, invoke: Invoke, wiring: SimpleNamespace, words: tuple[str, ...]) -> None:
        assert invoke("failures", "mute", MARK, "--reason", "x", *words).status == 2
        assert wiring.desk.asked == []

    @pytest.mark.parametrize("words", [("resolve",), ("mute", "--for", "3d")])
    def test_a_reason_is_needed(self, invoke: Invoke, wiring: SimpleNamespace, words: tuple[str, ...]) -> None:
        assert invoke("failures", words[0], MARK, *words[1:]).status == 2

    def test_some_that_fail_are_told_and_the_others_done(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        wiring.desk.refuses = {"bbbbbb": GatewayError("it is resolved: it cannot be acknowledged", remedy="Wait.")}
        done = invoke("failures", "acknowledge", "aaaaaa", "bbbbbb", "cccccc")
        assert done.status == 3
        assert "aaaaaa: yours now" in done.err
        assert "it is resolved" in done.err
        assert [one for _, one, _ in wiring.desk.asked] == ["aaaaaa", "cccccc"]

    def test_one_alone_that_fails_fails_the_command(self, invoke: Invoke, wiring: SimpleNamespace) -> None:
        wiring.desk.refuses = {MARK: GatewayError("it is resolved: it cannot be resolved", remedy="")}
        done = invoke("failures", "resolve", MARK, "--reason", "x")
        assert done.status == 1
        assert "gateway failures list" in done.err
