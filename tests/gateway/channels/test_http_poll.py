"""What a partner holds for us is listed, fetched, stored and only then released: nothing is lost, nothing comes twice."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Coroutine
from typing import Any

import pytest
from aiohttp import web

from gateway.domain.http_terms import BearerLogin, HttpClientTerms, HttpListing
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from tests.gateway.channels.fakes import FakeIntake
from tests.gateway.channels.http_mailbox import FakePositions, Files, StoppingIntake, polling
from tests.gateway.channels.http_partner import partner_server
from tests.gateway.channels.http_pieces import MIB, FakePieces

THREE = {"a": b"ISA*a", "b": b"ISA*b", "c": b"ISA*c"}


async def test_what_is_there_is_stored_in_order_and_deleted() -> None:
    files, intake = Files(dict(THREE)), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(2)
    assert intake.bodies == list(THREE.values())
    assert next((handover.channel, handover.partner, handover.name) for handover in intake.stored.values()) == (
        "bigbox-poll",
        "bigbox",
        "a.edi",
    )
    assert files.content == {}
    assert sorted(files.released) == ["a", "b", "c"]
    assert poller.pauses == [60.0, 60.0]
    assert poller.counts.counted[-1] == ("edi_polls_total", {"channel": "bigbox-poll", "outcome": "done"})


async def test_nothing_is_released_before_it_is_stored() -> None:
    files, intake = Files({"a": b"ISA*a"}), FakeIntake()
    intake.gate.clear()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await intake.asked.reach(1)
        assert files.released == []
        intake.gate.set()
        await poller.rounds(1)
    assert files.released == ["a"]


async def either(*waits: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


STEPS = [f"{when} {what}" for what in ("list", "fetch", "store", "confirm") for when in ("before", "after")]


@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.parametrize("step", STEPS)
async def test_a_poller_that_dies_at_any_step_loses_nothing_and_doubles_nothing(step: str, at_once: int) -> None:
    """Dies at the step, and its successor dies at the same one, and the third works."""
    files, intake = Files(dict(THREE)), StoppingIntake()
    intake.files = files
    async with partner_server(files) as partner:
        for _ in range(2):
            files.stop_at = step
            files.reached.clear()
            files.gate.clear()
            async with polling(partner.url, intake, at_once=at_once) as poller:
                await either(files.reached.wait(), poller.rounds(1))
            files.gate.set()
        async with polling(partner.url, intake, at_once=at_once) as poller:
            await poller.rounds(2)
    assert sorted(intake.bodies) == sorted(THREE.values())
    assert files.content == {}


@pytest.mark.parametrize("step", STEPS[2:6])
async def test_the_same_holds_where_nothing_is_released(step: str) -> None:
    files, intake = Files(dict(THREE)), StoppingIntake()
    intake.files = files
    async with partner_server(files) as partner:
        files.stop_at = step
        async with polling(partner.url, intake, confirm="none"):
            await files.reached.wait()
        files.gate.set()
        async with polling(partner.url, intake, confirm="none") as poller:
            await poller.rounds(3)
    assert sorted(intake.bodies) == sorted(THREE.values())
    assert max(files.fetched.count(name) for name in THREE) <= 2, "what is known is not fetched again and again"


@pytest.mark.parametrize("trouble", [StoreUnavailable("down"), CommitUnknown("broke"), Refused("full", status=503)])
async def test_trouble_with_the_store_loses_and_doubles_nothing(trouble: Exception) -> None:
    files, intake = Files(dict(THREE)), FakeIntake()
    intake.troubles = [trouble] * 4
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        while files.content:
            await poller.rounds(poller.ended.value + 1)
    assert sorted(intake.bodies) == sorted(THREE.values())


async def test_a_commit_whose_answer_is_lost_is_not_doubled() -> None:
    files, intake = Files({"a": b"ISA*a"}), FakeIntake()
    intake.commits_then_fails = CommitUnknown("broke")
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(1)
        assert files.content
        intake.commits_then_fails = None
        await poller.rounds(2)
    assert (intake.bodies, files.content) == ([b"ISA*a"], {})


async def test_a_confirmation_that_fails_is_repeated_without_fetching_again() -> None:
    files, intake = Files({"a": b"ISA*a"}, troubles={"confirm": [500, 503]}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(3)
    assert (files.fetched, files.released, intake.bodies) == (["a"], ["a"], [b"ISA*a"])


async def test_a_confirmation_of_its_own_address() -> None:
    files, intake = Files({"a": b"ISA*a"}), FakeIntake()
    async with partner_server(files) as partner:
        confirm: dict[str, Any] = {"confirm": "post", "confirm_url": f"{partner.url}/files/{{id}}/done"}
        async with polling(partner.url, intake, **confirm) as poller:
            await poller.rounds(1)
    assert partner.paths[-1] == "POST /files/a/done"


async def test_an_item_that_fails_holds_up_no_other() -> None:
    files, intake = Files(dict(THREE), troubles={"fetch": [500, 500]}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake, at_once=1) as poller:
        await poller.rounds(1)
        assert intake.bodies == [b"ISA*c"]
        assert poller.counts.counted[-1][1]["outcome"] == "incomplete"
        await poller.rounds(2)
    assert sorted(intake.bodies) == sorted(THREE.values())


async def test_an_item_that_somebody_else_took_is_none() -> None:
    files, intake = Files(dict(THREE), troubles={"fetch": [404]}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(1)
    assert len(intake.bodies) == 2
    assert poller.counts.counted[-1][1]["outcome"] == "done"


@pytest.mark.parametrize("announced", [True, False])
async def test_an_item_larger_than_may_be_stays_there_and_is_told(announced: bool) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/list":
            return web.json_response({"files": [{"id": "a", "href": "/a", "name": "a"}]})
        if announced:
            return web.Response(body=b"x" * 5000)
        stream = web.StreamResponse()
        await stream.prepare(request)
        for _ in range(5):
            await stream.write(b"x" * 1000)
        return stream

    intake = FakeIntake()
    async with partner_server(answer) as partner, polling(partner.url, intake, most_bytes=4000) as poller:
        await poller.rounds(1)
        (trouble,) = poller.troubles.open.values()
        assert "larger than" in trouble.message
    assert "too-large" in poller.counts.outcomes
    assert not [path for path in partner.paths if path.startswith("DELETE")]


async def test_an_id_used_again_for_other_content_is_stored_as_well() -> None:
    files, intake = Files({"a": b"one"}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        for content in (b"two", b"two", b"three"):
            await poller.rounds(poller.ended.value + 1)
            files.content = {"a": content}
        await poller.rounds(poller.ended.value + 1)
    assert intake.bodies == [b"one", b"two", b"three"]


@pytest.mark.parametrize("trouble", [500, 401, 302])
async def test_a_list_that_cannot_be_had_is_asked_for_again_ever_later(trouble: int) -> None:
    files, intake = Files(dict(THREE), troubles={"list": [trouble] * 3}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(4)
    assert poller.pauses == [1.0, 2.0, 4.0, 60.0]
    assert len(intake.bodies) == 3


async def test_a_person_is_told_after_some_failures_and_told_when_it_works_again() -> None:
    files, intake = Files(dict(THREE), troubles={"list": [401] * 3}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(2)
        assert poller.troubles.open == {}
        await poller.rounds(3)
        assert poller.troubles.open[""].code == "http-401"
        await poller.rounds(4)
        assert poller.troubles.open == {}


async def test_an_item_that_fails_again_and_again_is_told_by_name() -> None:
    files, intake = Files({"a": b"ISA*"}, troubles={"fetch": [500] * 3}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake) as poller:
        await poller.rounds(3)
        (trouble,) = poller.troubles.open.values()
        assert trouble.code == "http-500"
        assert "a.edi is not fetched" in trouble.message
        await poller.rounds(4)
        assert poller.troubles.open == {}


async def test_the_server_may_ask_for_a_longer_pause() -> None:
    async def busy(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "300"})

    async with partner_server(busy) as partner, polling(partner.url, FakeIntake()) as poller:
        await poller.rounds(1)
    assert poller.pauses == [300.0]


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"files": 3}', b'{"files": [{}]}', b'{"files": [{"id": {}}]}', b"\xff"])
async def test_an_answer_that_is_no_list_is_told(body: bytes) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body)

    async with partner_server(answer) as partner, polling(partner.url, FakeIntake()) as poller:
        await poller.rounds(1)
    outcome = poller.counts.counted[-1][1]["outcome"]
    assert outcome == ("done" if body == b"[1]" else "failed")


async def test_an_endless_list_is_given_up_in_bounded_memory() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse()
        await stream.prepare(request)
        while True:
            await stream.write(b" " * 65536)

    async with partner_server(endless) as partner, polling(partner.url, FakeIntake(), most_list=1_000_000) as poller:
        await poller.rounds(1)
    assert poller.counts.counted[-1][1]["outcome"] == "failed"


# ------------------------------------------------------------------------------------------------- where lists may lead


async def test_an_address_on_another_server_is_not_followed_unless_agreed() -> None:
    async def content(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"ISA*")

    for agreed in (False, True):
        intake = FakeIntake()
        async with partner_server(content) as other:

            async def listing(_request: web.Request, at: str = other.url) -> web.StreamResponse:
                return web.json_response({"files": [{"id": "a", "href": f"{at}/a", "name": "a"}]})

            client = HttpClientTerms(BearerLogin("s3cret"), internal=True, hosts=(other.url,) if agreed else ())
            async with partner_server(listing) as partner, polling(partner.url, intake, client=client, confirm="none") as poller:
                await poller.rounds(1)
            assert intake.bodies == ([b"ISA*"] if agreed else [])
            assert other.paths == (["GET /a"] if agreed else [])
            assert all("Authorization" not in request.headers for request in other.requests)
            assert partner.requests[0].headers["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(
    "href", ["file:///etc/passwd", "http://169.254.169.254/x", "gopher://x/", "http://[", "//evil.example/a"]
)
async def test_an_address_that_leads_astray_is_not_followed(href: str) -> None:
    async def listing(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"files": [{"id": "a", "href": href, "name": "a"}]})

    async with partner_server(listing) as partner, polling(partner.url, FakeIntake()) as poller:
        await poller.rounds(1)
    assert partner.paths == ["GET /list"]
    assert poller.counts.counted[-1][1]["outcome"] in {"failed", "incomplete"}


@pytest.mark.parametrize(("times", "taken"), [(2, True), (9, False)])
async def test_redirects_on_the_same_server_are_followed_a_few_times(times: int, taken: bool) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/list":
            return web.json_response({"files": [{"id": "a", "href": "/0", "name": "a"}]})
        number = int(request.path[1:])
        return web.Response(body=b"ISA*") if number == times else web.Response(status=302, headers={"Location": f"/{number + 1}"})

    intake = FakeIntake()
    async with partner_server(answer) as partner, polling(partner.url, intake, confirm="none") as poller:
        await poller.rounds(1)
    assert intake.bodies == ([b"ISA*"] if taken else [])


async def test_a_redirect_to_another_server_is_not_followed() -> None:
    async with partner_server() as other:

        async def away(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": other.url})

        async with partner_server(away) as partner, polling(partner.url, FakeIntake()) as poller:
            await poller.rounds(1)
        assert other.requests == []
    assert poller.counts.counted[-1][1]["outcome"] == "failed"


# ------------------------------------------------------------------------------------------------ pages, tags and cursors


class Paged:
    """A list of pages, in one of the ways in which servers name the next one."""

    def __init__(self, pages: int, way: str) -> None:
        self.pages, self.way = pages, way

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/list":
            return web.Response(body=request.path.encode())
        page = int(request.query.get("page", 0))
        told: dict[str, Any] = {"files": [{"id": f"{page}-{n}", "href": f"/f/{page}-{n}", "name": "x"} for n in range(2)]}
        headers = {}
        if page + 1 < self.pages:
            following = f"{request.url.origin()}/list?page={page + 1}" if self.way == "absolute" else f"list?page={page + 1}"
            if self.way == "header":
                headers["Link"] = f'<?page={page + 1}>; rel="next"'
            else:
                told["next"] = following
        return web.json_response(told, headers=headers)


@pytest.mark.parametrize("way", ["absolute", "relative", "header"])
async def test_pages_are_read_to_the_last(way: str) -> None:
    intake = FakeIntake()
    async with partner_server(Paged(4, way)) as partner, polling(partner.url, intake, confirm="none") as poller:
        await poller.rounds(1)
    assert len(intake.bodies) == 8


async def test_pages_without_end_are_left() -> None:
    async def circle(request: web.Request) -> web.StreamResponse:
        page = (int(request.query.get("page", 0)) + 1) % 3
        return web.json_response({"files": [], "next": f"/list?page={page}"})

    async with partner_server(circle) as partner, polling(partner.url, FakeIntake()) as poller:
        await poller.rounds(1)
    assert len(partner.requests) == 4
    async with (
        partner_server(Paged(1000, "relative")) as partner,
        polling(partner.url, FakeIntake(), confirm="none", most_pages=5) as poller,
    ):
        await poller.rounds(1)
    assert len([path for path in partner.paths if path == "GET /list"]) == 5


async def test_a_list_with_a_tag_is_asked_for_only_when_it_changed() -> None:
    tags = []

    async def tagged(request: web.Request) -> web.StreamResponse:
        if request.path != "/list":
            return web.Response(body=b"ISA*")
        tags.append(request.headers.get("If-None-Match"))
        if tags[-1] == '"v1"':
            return web.Response(status=304)
        return web.json_response({"files": [{"id": "a", "href": "/a", "name": "a"}]}, headers={"ETag": '"v1"'})

    intake = FakeIntake()
    async with partner_server(tagged) as partner, polling(partner.url, intake, confirm="none") as poller:
        await poller.rounds(3)
    assert tags == [None, '"v1"', '"v1"']
    assert intake.bodies == [b"ISA*"]


async def test_a_list_whose_items_are_not_done_is_read_again_in_spite_of_its_tag() -> None:
    failures = [500]

    async def tagged(request: web.Request) -> web.StreamResponse:
        if request.path != "/list":
            return web.Response(status=failures.pop() if failures else 200, body=b"ISA*")
        if request.headers.get("If-None-Match"):
            return web.Response(status=304)
        return web.json_response({"files": [{"id": "a", "href": "/a", "name": "a"}]}, headers={"ETag": '"v1"'})

    intake = FakeIntake()
    async with partner_server(tagged) as partner, polling(partner.url, intake, confirm="none") as poller:
        await poller.rounds(2)
    assert intake.bodies == [b"ISA*"]


class Stream:
    """A list that begins behind a cursor, two items a page."""

    def __init__(self, items: int) -> None:
        self.items, self.fail = items, ""
        self.asked: list[str] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/list":
            return web.Response(status=500 if request.path == self.fail else 200, body=request.path.encode())
        since = int(request.query.get("since", 0))
        self.asked.append(request.query.get("since", ""))
        found = range(since, min(since + 2, self.items))
        told: dict[str, Any] = {"files": [{"id": str(n), "href": f"/f{n}", "name": "x"} for n in found]}
        told["cursor"] = str(since + len(found))
        if found:
            told["next"] = f"/list?since={since + len(found)}"
        return web.json_response(told)


async def test_a_cursor_moves_with_what_is_done_and_outlives_the_process() -> None:
    stream, intake, positions = Stream(5), FakeIntake(), FakePositions()
    terms: dict[str, Any] = {"confirm": "none", "cursor_parameter": "since", "positions": positions}
    async with partner_server(stream) as partner:
        async with polling(partner.url, intake, **terms) as poller:
            await poller.rounds(1)
        assert positions.kept == {"bigbox-poll": "5"}
        stream.items, stream.asked = 6, []
        async with polling(partner.url, intake, **terms) as poller:
            await poller.rounds(1)
    assert stream.asked[0] == "5"
    assert len(intake.bodies) == 6


async def test_a_cursor_does_not_pass_what_failed() -> None:
    stream, intake, positions = Stream(6), FakeIntake(), FakePositions()
    stream.fail = "/f2"
    terms: dict[str, Any] = {"confirm": "none", "cursor_parameter": "since", "positions": positions}
    async with partner_server(stream) as partner, polling(partner.url, intake, **terms) as poller:
        await poller.rounds(1)
        assert positions.kept == {"bigbox-poll": "2"}
        assert len(intake.bodies) == 5
        stream.fail = ""
        await poller.rounds(2)
    assert positions.kept == {"bigbox-poll": "6"}
    assert len(intake.bodies) == 6


# ------------------------------------------------------------------------------------------------------- lists of files

LINES, LINKS = HttpListing("lines"), HttpListing("links", pattern="*.edi")


async def test_the_same_name_with_other_content_is_a_new_file() -> None:
    content = {"orders.edi": b"monday"}

    async def folder(request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        if name == "list":
            return web.Response(text="\n".join(content))
        if request.method == "DELETE":
            return web.Response(status=204 if content.pop(name, None) else 404)
        return web.Response(body=content[name])

    intake = FakeIntake()
    async with partner_server(folder) as partner, polling(partner.url, intake, listing=LINES) as poller:
        await poller.rounds(1)
        content["orders.edi"] = b"tuesday"
        await poller.rounds(2)
    assert intake.bodies == [b"monday", b"tuesday"]


async def test_a_file_that_changes_between_fetching_and_deleting_is_fetched_again() -> None:
    content = {"tag": '"1"', "body": "old"}
    deleted: list[str] = []

    async def folder(request: web.Request) -> web.StreamResponse:
        if request.path == "/list":
            return web.Response(text="" if deleted else "orders.edi")
        if request.method == "DELETE":
            if request.headers.get("If-Match") != content["tag"]:
                return web.Response(status=412)
            deleted.append(content["body"])
            return web.Response(status=204)
        answer = web.Response(text=content["body"], headers={"ETag": content["tag"]})
        content.update({"tag": '"2"', "body": "new"})
        return answer

    intake = FakeIntake()
    async with partner_server(folder) as partner, polling(partner.url, intake, listing=LINES) as poller:
        await poller.rounds(3)
    assert intake.bodies == [b"old", b"new"]
    assert deleted == ["new"]


async def test_files_that_stay_are_asked_for_with_their_tag_and_come_again_when_they_changed() -> None:
    content = {"body": "one"}

    async def folder(request: web.Request) -> web.StreamResponse:
        if request.path == "/list":
            return web.Response(text="prices.edi")
        tag = f'"{content["body"]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=content["body"], headers={"ETag": tag})

    intake = FakeIntake()
    async with partner_server(folder) as partner, polling(partner.url, intake, listing=LINES, confirm="none") as poller:
        await poller.rounds(3)
        assert intake.bodies == [b"one"]
        content["body"] = "two"
        await poller.rounds(4)
    assert intake.bodies == [b"one", b"two"]


async def test_the_page_of_a_web_server_is_a_list() -> None:
    page = (
        '<a href="?C=M;O=A">Name</a> <a href="../">..</a> <a href="sub/">sub</a> <A HREF="o%20r.EDI">o</A> <a href="x.txt">x</a>'
    )

    async def site(request: web.Request) -> web.StreamResponse:
        if request.path == "/list":
            return web.Response(text=page, content_type="text/html")
        return web.Response(body=b"ISA*")

    intake = FakeIntake()
    async with partner_server(site) as partner, polling(partner.url, intake, listing=LINKS, confirm="none") as poller:
        await poller.rounds(1)
    assert [handover.name for handover in intake.stored.values()] == ["o r.EDI"]


async def test_items_may_be_ids_alone() -> None:
    async def ids(request: web.Request) -> web.StreamResponse:
        return web.json_response(["1/2", 3]) if request.path == "/list" else web.Response(body=request.raw_path.encode())

    intake, listing = FakeIntake(), HttpListing("json", "[]")
    async with (
        partner_server(ids) as partner,
        polling(partner.url, intake, listing=listing, content_url=f"{partner.url}/m/{{id}}", confirm="none") as poller,
    ):
        await poller.rounds(1)
    assert sorted(intake.bodies) == [b"/m/1%2F2", b"/m/3"]


async def test_a_version_in_the_list_tells_a_new_file_of_the_same_name() -> None:
    told = {"name": "o.edi", "time": 1}

    async def listing(request: web.Request) -> web.StreamResponse:
        return web.json_response([told]) if request.path == "/list" else web.Response(body=b"same")

    form = HttpListing("json", "[]", url="name", name="name", version=("time", "size"))
    intake = FakeIntake()
    async with partner_server(listing) as partner, polling(partner.url, intake, listing=form, confirm="none") as poller:
        await poller.rounds(2)
        assert partner.paths.count("GET /o.edi") == 1
        told["time"] = 2
        await poller.rounds(3)
    assert intake.bodies == [b"same", b"same"]


async def test_an_empty_answer_is_an_empty_list() -> None:
    async def nothing(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async with partner_server(nothing) as partner, polling(partner.url, FakeIntake()) as poller:
        await poller.rounds(1)
    assert poller.counts.counted[-1][1]["outcome"] == "done"


async def test_many_items_are_worked_on_few_at_a_time() -> None:
    files, intake = Files({str(n): str(n).encode() for n in range(300)}), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake, at_once=5) as poller:
        await poller.rounds(1)
    assert intake.most_at_once <= 5
    assert [int(body) for body in intake.bodies] == list(range(300))
    assert files.content == {}


# --------------------------------------------------------------------------------------------------------- large items

LARGE = {"a": b"a" * (3 * MIB + 5), "b": b"b"}


async def test_a_large_item_is_stored_in_pieces_while_it_is_fetched() -> None:
    files, intake, pieces = Files(dict(LARGE)), FakeIntake(), FakePieces()
    terms: dict[str, Any] = {"pieces": pieces, "most_bytes": 4 * MIB}
    async with partner_server(files) as partner, polling(partner.url, intake, **terms) as poller:
        await poller.rounds(1)
    large, small = intake.stored.values()
    assert large.staged is not None
    assert (large.size, large.staged.sha256) == (3 * MIB + 5, hashlib.sha256(LARGE["a"]).digest())
    assert sum(pieces.kept[large.id].values()) == large.size
    assert (small.body, small.staged, pieces.dropped, files.content) == (b"b", None, [], {})


@pytest.mark.parametrize("trouble", [StoreUnavailable("down"), Refused("no", status=422)])
async def test_a_large_item_that_is_not_taken_is_dropped_and_fetched_again(trouble: Exception) -> None:
    files, intake, pieces = Files({"a": LARGE["a"]}), FakeIntake(), FakePieces()
    intake.troubles = [trouble]
    terms: dict[str, Any] = {"pieces": pieces, "most_bytes": 4 * MIB}
    async with partner_server(files) as partner, polling(partner.url, intake, **terms) as poller:
        await poller.rounds(1)
        assert (pieces.kept, len(pieces.dropped)) == ({}, 1)
        await poller.rounds(2)
    assert list(pieces.kept) == list(intake.stored)


async def test_a_large_item_that_may_be_stored_is_not_dropped() -> None:
    files, intake, pieces = Files({"a": LARGE["a"]}), FakeIntake(), FakePieces()
    intake.troubles = [CommitUnknown("broke")]
    terms: dict[str, Any] = {"pieces": pieces, "most_bytes": 4 * MIB}
    async with partner_server(files) as partner, polling(partner.url, intake, **terms) as poller:
        await poller.rounds(1)
    assert (len(pieces.kept), pieces.dropped) == (1, [])


INLINE = HttpListing("json", "orders[]", id="id", name="file", content="body", encoding="base64")


@pytest.mark.parametrize("confirm", ["post", "none"])
async def test_content_that_stands_in_the_list_is_stored_once_and_fetched_from_nowhere(confirm: str) -> None:
    waiting = {"7": b"ISA*7\x00", "8": b""}

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            del waiting[request.path.removeprefix("/taken/")]
            return web.Response(status=204)
        listed = [{"id": key, "file": f"{key}.edi", "body": b64encode(body).decode()} for key, body in waiting.items()]
        return web.json_response({"orders": listed})

    intake = FakeIntake()
    async with partner_server(answer) as partner:
        for _ in range(2):
            taken = f"{partner.url}/taken/{{id}}"
            async with polling(partner.url, intake, listing=INLINE, confirm=confirm, confirm_url=taken) as poller:
                await poller.rounds(3)
    assert [(handover.name, handover.body) for handover in intake.stored.values()] == [("7.edi", b"ISA*7\x00"), ("8.edi", b"")]
    assert set(waiting) == (set() if confirm == "post" else {"7", "8"})
    assert {path for path in partner.paths if path.startswith("GET")} == {"GET /list"}


async def test_content_without_an_id_is_known_by_itself_and_other_content_is_new() -> None:
    texts = ["ISA*1", "ISA*Ü"]

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response([{"text": text} for text in texts])

    intake, listing = FakeIntake(), HttpListing("json", "[]", content="text")
    async with partner_server(answer) as partner, polling(partner.url, intake, listing=listing, confirm="none") as poller:
        await poller.rounds(2)
        texts.append("ISA*2")
        await poller.rounds(3)
    assert intake.bodies == [b"ISA*1", "ISA*Ü".encode(), b"ISA*2"]
    assert len(intake.begun) == 3


async def test_content_larger_than_may_be_stays_and_no_base64_is_no_list() -> None:
    body = b64encode(b"x" * 5_000).decode()

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"orders": [{"id": "1", "body": body}, {"id": "2", "body": b64encode(b"ISA*").decode()}]})

    intake = FakeIntake()
    async with (
        partner_server(answer) as partner,
        polling(partner.url, intake, most_bytes=4_000, listing=INLINE, confirm="none") as poller,
    ):
        await poller.rounds(1)
        assert intake.bodies == [b"ISA*"]
        (trouble,) = poller.troubles.open.values()
        assert "larger than" in trouble.message
        body = "no base64!"
        await poller.rounds(4)
        assert poller.troubles.open[""].code == "list-unreadable"
