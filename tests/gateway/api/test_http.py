"""Operations over HTTP: who is let in, how requests are read, what is answered, and how everything that goes wrong is told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from pydantic import Field

from gateway import errors
from gateway.api.operation import Asked, File, Operation, Page
from gateway.api.paging import Listed, id_after, page_of
from gateway.domain.access import Caller, Right, Role
from gateway.domain.allowance import Allowed
from gateway.errors import GatewayError
from tests.gateway.api.served import ANN, Answered, caller, operation, site


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Wanted(Asked):
    one: UUID
    colour: tuple[Colour, ...] = ()
    since: datetime | None = None
    much: Annotated[int, Field(ge=0)] = 0
    deep: bool = False


class Written(Asked):
    one: UUID
    reason: Annotated[str, Field(min_length=1)]
    tags: tuple[str, ...] = ()


async def echo(_office: object, _caller: Caller, asked: Asked) -> Answered:
    return Answered(said=asked.model_dump_json())


READ = operation(name="read", path="/things/{one}", asked=Wanted, run=echo)
WRITE = operation(name="write", method="POST", path="/things/{one}", asked=Written, run=echo, most_bytes=200_000)
ONE = UUID(int=7)


def raising(error: BaseException) -> Operation:
    async def run(*_: object) -> None:
        raise error

    return operation(run=run)


class TestWhoIsLetIn:
    async def test_a_token_says_who_asks(self) -> None:
        async with site(callers=(ANN, caller(Role.VIEWER, name="ben"))) as at:
            assert (await at.get("/hello")).json == {"said": "hello ann"}
            assert (await at.get("/hello", token="ben")).json == {"said": "hello ben"}

    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer ", "Bearer nobody", "Basic YW5uOmFubg==", "Bearer ännä", "Bearer " + 300 * "x"]
    )
    async def test_the_same_is_said_of_everything_that_is_no_token_of_anybody(self, header: str) -> None:
        async with site() as at:
            answer = await at.get("/hello", headers={"Authorization": header})
        assert (answer.status, answer.code) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    async def test_the_scheme_may_be_written_in_small_letters(self) -> None:
        async with site() as at:
            assert (await at.get("/hello", headers={"Authorization": "bearer ann"})).status == 200

    async def test_who_has_no_right_is_told_which_before_anything_is_read(self) -> None:
        audit = operation(right=Right.AUDIT, path="/things/{one}", asked=Wanted)
        async with site(audit, callers=(caller(Role.VIEWER, name="ben"),)) as at:
            answer = await at.get("/things/none", token="ben")
        assert (answer.status, answer.code) == (403, "denied")
        assert "audit" in answer.json["detail"]

    async def test_accounts_of_partners_ask_only_what_is_for_partners(self) -> None:
        open_ = operation(name="open", path="/open", partners=True)
        async with site(operation(), open_, callers=(caller(Role.VIEWER, name="bigbox", partner="bigbox"),)) as at:
            assert (await at.get("/hello", token="bigbox")).code == "denied"
            assert (await at.get("/open", token="bigbox")).status == 200

    async def test_wrong_tokens_from_one_address_are_not_looked_up_for_ever(self) -> None:
        async with site() as at:
            codes = [(await at.get("/hello", token=f"wrong-{n}")).code for n in range(25)]
            assert codes == ["unauthenticated"] * 20 + ["too-many-requests"] * 5
            assert (await at.get("/hello")).status == 429, "also with a right one: nobody is to find out by trying"
            at.clock.at += 10
            assert (await at.get("/hello")).status == 200


class TestAllowances:
    async def test_more_than_is_allowed_is_told_when_to_come_again(self) -> None:
        async with site(allowed=Allowed(rate=1, burst=2), callers=(ANN, caller(Role.VIEWER, name="ben"))) as at:
            first = await at.get("/hello")
            assert first.headers["RateLimit-Policy"] == '"account";q=2;w=2'
            assert first.headers["RateLimit"].startswith('"account";r=1;')
            await at.get("/hello")
            answer = await at.get("/hello")
            assert (answer.status, answer.code) == (429, "too-many-requests")
            assert int(answer.headers["Retry-After"]) >= 1
            assert (await at.get("/hello", token="ben")).status == 200, "others have an allowance of their own"
            at.clock.at += int(answer.headers["Retry-After"])
            assert (await at.get("/hello")).status == 200


class TestReading:
    async def test_path_and_query_are_read_as_the_model_says(self) -> None:
        async with site(READ) as at:
            path = f"/things/{ONE}?colour=red&colour=blue&since=2026-11-20T10:00:00Z&much=3&deep=true"
            told = Wanted.model_validate_json((await at.get(path)).json["said"])
        since = datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert told == Wanted(one=ONE, colour=(Colour.RED, Colour.BLUE), since=since, much=3, deep=True)

    async def test_one_value_of_a_list_is_a_list(self) -> None:
        async with site(READ) as at:
            assert (await at.get(f"/things/{ONE}?colour=red")).status == 200

    async def test_path_and_body_are_read_together(self) -> None:
        async with site(WRITE) as at:
            told = await at.post(f"/things/{ONE}", json={"reason": "because", "tags": ["a"]})
        assert Written.model_validate_json(told.json["said"]) == Written(one=ONE, reason="because", tags=("a",))

    async def test_everything_that_is_wrong_is_listed_with_its_place(self) -> None:
        async with site(READ) as at:
            answer = await at.get("/things/none?much=-1&colour=red&colour=green&wings=2&deep=1&deep=0")
            assert (answer.status, answer.code) == (422, "invalid-members")
            assert [(e["in"], e["name"], e["pointer"]) for e in answer.json["errors"]] == [("query", "deep", "#")]
            answer = await at.get("/things/none?much=-1&colour=red&colour=green&wings=2")
            assert {(e["in"], e["name"], e["pointer"]) for e in answer.json["errors"]} == {
                ("path", "one", "#"),
                ("query", "much", "#"),
                ("query", "colour", "#/1"),
                ("query", "wings", "#"),
            }

    async def test_members_of_a_body_are_named_by_json_pointers(self) -> None:
        async with site(WRITE) as at:
            answer = await at.post(f"/things/{ONE}", json={"tags": ["a", 2], "a/b~c": 1, "one": str(ONE)})
            assert [(e["in"], e["pointer"]) for e in answer.json["errors"] if e["in"] == "path"] == [("path", "#")]
            answer = await at.post(f"/things/{ONE}", json={"tags": ["a", 2], "a/b~c": 1})
            pointers = {e["pointer"] for e in answer.json["errors"]}
            assert pointers == {"#/reason", "#/tags/1", "#/a~1b~0c"}

    @pytest.mark.parametrize(
        ("terms", "code"),
        [
            ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "invalid-request"),
            ({"data": b"[]", "headers": {"Content-Type": "application/json"}}, "invalid-request"),
            ({"data": b'{"reason": "\xff"}', "headers": {"Content-Type": "application/json"}}, "invalid-request"),
            ({"data": b'{"reason": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, "invalid-request"),
            ({"data": b'{"a":' * 900 + b"1" + b"}" * 900, "headers": {"Content-Type": "application/json"}}, "invalid-request"),
            ({"data": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, "invalid-request"),
            (
                {"data": b"reason=because", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
                "unsupported-media-type",
            ),
            ({"data": b'{"reason": "' + b"x" * 200_000 + b'"}', "headers": {"Content-Type": "application/json"}}, "too-large"),
            ({"json": {"reason": "a\0b"}}, "invalid-members"),
            ({"json": {"reason": ""}}, "invalid-members"),
            ({}, "invalid-members"),
        ],
    )
    async def test_bodies_that_cannot_be_meant_are_refused(self, terms: dict[str, Any], code: str) -> None:
        async with site(WRITE) as at:
            assert (await at.post(f"/things/{ONE}", **terms)).code == code

    async def test_a_query_has_no_body_and_a_body_no_query(self) -> None:
        async with site(READ, WRITE) as at:
            assert (await at.get(f"/things/{ONE}", json={"deep": True})).code == "invalid-request"
            assert (await at.post(f"/things/{ONE}?reason=because", json={"reason": "because"})).code == "invalid-request"

    async def test_nul_in_a_path_is_no_error_of_ours(self) -> None:
        class ByName(Asked):
            name: str

        async with site(operation(path="/named/{name}", asked=ByName, run=echo)) as at:
            answer = await at.get("/named/a%00b")
            assert [e["name"] for e in answer.json["errors"]] == ["name"]

    async def test_what_says_more_in_words_goes_before_what_takes_anything(self) -> None:
        async def other(*_: object) -> Answered:
            return Answered(said="the summary")

        summary = operation(name="summary", path="/things/summary", run=other)
        async with site(READ, summary) as at:
            assert (await at.get("/things/summary")).json == {"said": "the summary"}


class TestAnswers:
    async def test_nothing_is_204(self) -> None:
        async def nothing(*_: object) -> None:
            return None

        async with site(operation(method="DELETE", run=nothing, answers=None)) as at:
            answer = await at.ask("DELETE", "/hello")
        assert (answer.status, answer.body) == (204, b"")

    async def test_mappings_are_told_as_the_model_says_and_nothing_else_of_them(self) -> None:
        async def more(*_: object) -> dict[str, str]:
            return {"said": "hello", "secret": "x"}

        async with site(operation(run=more)) as at:
            assert (await at.get("/hello")).json == {"said": "hello"}

    async def test_pages_are_linked_until_the_end(self) -> None:
        ids = [UUID(int=n) for n in range(1, 8)]

        async def listed(_office: object, _caller: Caller, asked: Listed) -> Page:
            after = id_after(asked.after)
            found: Sequence[UUID] = [one for one in ids if after is None or one > after][: asked.limit + 1]
            page = page_of(found, asked.limit, lambda one: [one])
            return Page([Answered(said=str(one)) for one in page.items], page.after)

        async with site(operation(run=listed, pages=True, asked=Listed)) as at:
            seen, path = [], "/hello?limit=3"
            while True:
                answer = await at.get(path)
                seen += [UUID(item["said"]) for item in answer.json["items"]]
                if answer.json["after"] is None:
                    assert "Link" not in answer.headers
                    break
                link, relation = answer.headers["Link"].split("; ")
                assert relation == 'rel="next"'
                path = link[1:-1].removeprefix("/v1")
                assert "limit=3" in path
            assert seen == ids
            wrong = await at.get("/hello?after=x")
            assert (wrong.status, wrong.code) == (422, "plan-refused")

    async def test_what_is_known_is_not_sent_again(self) -> None:
        async with site() as at:
            first = await at.get("/hello")
            assert first.headers["Cache-Control"] == "private, no-cache"
            tag = first.headers["ETag"]
            for known in (tag, f'"other", {tag}', "*", f"W/{tag}"):
                again = await at.get("/hello", headers={"If-None-Match": known})
                assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
            assert (await at.get("/hello", headers={"If-None-Match": '"other"'})).status == 200
            head = await at.ask("HEAD", "/hello")
            assert (head.status, head.headers["ETag"]) == (200, tag)

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("orders.edi", "orders.edi"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.x12", "a.x12"),
            ('a"b\r\nSet-Cookie: x=1', "a_b_Set-Cookie_x=1"),
            (".htaccess", "htaccess"),
            ("", "file"),
            ("übung.txt", "_bung.txt"),
        ],
    )
    async def test_a_file_is_saved_and_never_shown(self, name: str, said: str) -> None:
        async def file(*_: object) -> File:
            return File(b"<script>", "text/html", name)

        async with site(operation(run=file, answers=None, file=True)) as at:
            answer = await at.get("/hello")
        assert answer.body == b"<script>"
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{said}"; ')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers

    async def test_what_is_deprecated_says_so_and_is_counted_by_client(self) -> None:
        old = operation(deprecated=date(2026, 11, 1), sunset=date(2027, 11, 1))
        async with site(old) as at:
            answer = await at.get("/hello")
            assert answer.headers["Deprecation"] == "@1793491200"
            assert answer.headers["Sunset"] == "Mon, 01 Nov 2027 00:00:00 GMT"
            assert ("edi_api_deprecated_total", {"operation": "hello", "client": "ann"}) in at.observer.counts
            assert (await at.get("/hello", token="nobody")).headers["Deprecation"] == "@1793491200"
        assert sum(name == "edi_api_deprecated_total" for name, _ in at.observer.counts) == 1


class TestProblems:
    @pytest.mark.parametrize(
        ("error", "status", "code"),
        [
            (errors.Absent("there is no such order"), 404, "not-found"),
            (errors.Denied("not yours"), 403, "denied"),
            (errors.ActionRefused("it runs already", remedy="Wait."), 409, "action-refused"),
            (errors.PlanRefused("no filter"), 422, "plan-refused"),
            (errors.QueryInvalid("unknown key", where="x:1", remedy="Leave it out."), 422, "query-invalid"),
            (errors.ConfigurationInvalid("no such partner"), 422, "configuration-invalid"),
            (errors.DataRefused("integer out of range"), 422, "data-refused"),
            (errors.BodyPurged("it was removed"), 410, "body-purged"),
            (errors.KeyMissing("2025"), 503, "body-unreadable"),
            (errors.Contention("deadlock"), 503, "contention"),
            (errors.StoreUnavailable("10.0.0.7 does not answer"), 503, "store-unavailable"),
            (errors.CommitUnknown("broken"), 503, "commit-unknown"),
            (errors.BrokerUnavailable("gone"), 503, "unavailable"),
            (errors.ServerRefused("530 not logged in"), 502, "partner-failed"),
            (errors.Refused("too much waits", status=503), 503, "refused"),
            (errors.TooOften("slowly", retry_after=3), 429, "too-many-requests"),
            (GatewayError("it did not work"), 502, "partner-failed"),
        ],
    )
    async def test_errors_have_codes_that_stay(self, error: GatewayError, status: int, code: str) -> None:
        async with site(raising(error)) as at:
            answer = await at.get("/hello")
        assert (answer.status, answer.code) == (status, code)
        assert ("Retry-After" in answer.headers) == (status in {429, 503} and code != "body-unreadable")

    async def test_what_the_database_says_of_itself_is_not_told(self) -> None:
        async with site(raising(errors.StoreUnavailable("10.0.0.7 does not answer"))) as at:
            assert b"10.0.0.7" not in (await at.get("/hello")).body

    async def test_a_bug_of_ours_is_a_problem_without_its_inside(self) -> None:
        async with site(raising(RuntimeError("secret"))) as at:
            answer = await at.get("/hello")
        assert (answer.status, answer.code) == (500, "internal-error")
        assert b"secret" not in answer.body

    async def test_an_answer_that_is_not_what_the_row_says_is_a_bug_of_ours(self) -> None:
        async def wrong(*_: object) -> Page:
            return Page([])

        for row in (operation(run=wrong, file=True, answers=None), operation(run=wrong), operation(pages=True, asked=Listed)):
            async with site(row) as at:
                assert (await at.get("/hello")).status == 500

    async def test_a_slow_question_that_takes_too_long_is_told_what_to_do(self) -> None:
        error = errors.StoreUnavailable("did not answer")
        error.__cause__ = TimeoutError()

        class Office:
            def for_long_reading(self) -> "Office":
                return self

        async def run(*_: object) -> None:
            raise error

        async with site(operation(run=run, slow=True), office=Office()) as at:  # type: ignore[arg-type]
            assert (await at.get("/hello")).code == "took-too-long"
        async with site(operation(run=run)) as at:
            assert (await at.get("/hello")).code == "store-unavailable"

    async def test_paths_and_methods_that_are_none(self) -> None:
        async with site() as at:
            assert (await at.get("/nowhere")).code == "not-found"
            assert (await at.post("/hello")).code == "method-not-allowed"

    async def test_all_that_was_asked_is_counted(self) -> None:
        async with site(raising(errors.Absent("no"))) as at:
            await at.get("/hello")
            await at.get("/hello", token="nobody")
        assert [labels for name, labels in at.observer.counts if name == "edi_api_requests_total"] == [
            {"operation": "hello", "status": "404"},
            {"operation": "hello", "status": "401"},
        ]


class TestKeys:
    async def test_what_is_sent_again_is_done_once(self) -> None:
        done: list[str] = []

        async def run(_office: object, _caller: Caller, asked: Written) -> Answered:
            done.append(asked.reason)
            return Answered(said=f"{asked.reason} {len(done)}")

        write = operation(method="POST", path="/things/{one}", asked=Written, run=run)
        async with site(write, callers=(ANN, caller(Role.OPERATOR, name="ben"))) as at:
            key = {"Idempotency-Key": '"k-1"'}
            first = await at.post(f"/things/{ONE}", json={"reason": "a", "tags": []}, headers=key)
            again = await at.post(f"/things/{ONE}", json={"tags": [], "reason": "a"}, headers={"Idempotency-Key": "k-1"})
            assert (again.status, again.body) == (first.status, first.body)
            assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
            other = await at.post(f"/things/{ONE}", json={"reason": "b"}, headers=key)
            assert (other.status, other.code) == (422, "idempotency-key-reused")
            assert (await at.post(f"/things/{uuid4()}", json={"reason": "a"}, headers=key)).code == "idempotency-key-reused"
            assert (await at.post(f"/things/{ONE}", json={"reason": "c"}, headers=key, token="ben")).status == 200
            assert (await at.post(f"/things/{ONE}", json={"reason": "a"})).json["said"] == "a 3", "without a key, each is new"
        assert done == ["a", "c", "a"]

    async def test_while_the_first_is_under_way_the_second_is_told_so(self) -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def run(*_: object) -> Answered:
            begun.set()
            await go_on.wait()
            return Answered(said="done")

        async with site(operation(method="POST", run=run)) as at:
            first = asyncio.create_task(at.post("/hello", headers={"Idempotency-Key": "k"}))
            await begun.wait()
            second = await at.post("/hello", headers={"Idempotency-Key": "k"})
            assert (second.status, second.code, second.headers["Retry-After"]) == (409, "idempotency-key-in-use", "1")
            go_on.set()
            assert (await first).json == {"said": "done"}

    async def test_what_was_refused_may_be_tried_again_under_its_key(self) -> None:
        errors_ = [errors.ActionRefused("not yet")]

        async def run(*_: object) -> Answered:
            if errors_:
                raise errors_.pop()
            return Answered(said="done")

        async with site(operation(method="POST", run=run)) as at:
            assert (await at.post("/hello", headers={"Idempotency-Key": "k"})).code == "action-refused"
            assert (await at.post("/hello", headers={"Idempotency-Key": "k"})).json == {"said": "done"}

    async def test_a_secret_is_shown_once_and_not_kept(self) -> None:
        async with site(operation(method="POST", secret=True)) as at:
            assert (await at.post("/hello", headers={"Idempotency-Key": "k"})).status == 200
            again = await at.post("/hello", headers={"Idempotency-Key": "k"})
            assert (again.status, again.code) == (409, "answer-not-kept")

    async def test_an_empty_answer_is_kept_as_well(self) -> None:
        async def nothing(*_: object) -> None:
            return None

        async with site(operation(method="PUT", run=nothing, answers=None)) as at:
            statuses = [(await at.ask("PUT", "/hello", headers={"Idempotency-Key": "k"})).status for _ in range(2)]
        assert statuses == [204, 204]

    @pytest.mark.parametrize("key", ["", '""', "x" * 201, "käy", "a\tb"])
    async def test_keys_that_are_none_are_refused(self, key: str) -> None:
        async with site(operation(method="POST")) as at:
            assert (await at.post("/hello", headers={"Idempotency-Key": key})).code == "invalid-request"

    async def test_a_look_needs_no_key_and_ignores_it(self) -> None:
        async with site() as at:
            assert (await at.get("/hello", headers={"Idempotency-Key": ""})).status == 200
