"""Posts to a subscriber, at a real receiver: signed so that anybody can check it, judged by what is answered."""

import base64
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from gateway.applications.subscriber import SubscriberPosts
from gateway.domain.http_terms import BearerLogin, HttpClientTerms, HttpSignature
from gateway.domain.subscriber import Subscriber
from gateway.http.signature import SignatureCheck
from gateway.http.signing import signed
from gateway.ports import ApplicationCall, Outcome, OutcomeKind
from gateway.simulators.listener import ListenerSimulator
from gateway.system import SystemClock
from tests.gateway.channels.http_partner import partner_server
from tests.gateway.domain.test_subscriber import ATTRIBUTES, DATA

KEY = os.urandom(32)
SECRET = "whsec_" + base64.b64encode(KEY).decode()
CLIENT = HttpClientTerms(login=BearerLogin("listener-token"), internal=True, timeout=2.0)


@pytest.fixture
async def receiver() -> AsyncIterator[ListenerSimulator]:
    async with ListenerSimulator(secret=SECRET) as simulator:
        yield simulator


async def posted(url: str, identifier: UUID | None = None, **changed: Any) -> Outcome:
    """What comes of a post."""
    subscriber = replace(Subscriber("news", url, (KEY,), client=CLIENT), **changed)
    posts = SubscriberPosts(subscriber, clock=SystemClock())
    attributes = {**ATTRIBUTES, "id": str(identifier or uuid4())}
    call = ApplicationCall(uuid4(), "notify", "bigbox", {"attributes": attributes, "data": DATA}, "key", 1, False, {})
    try:
        (outcome,) = await posts.deliver([call])
    finally:
        await posts.close()
    return outcome


class TestPosted:
    async def test_it_arrives_signed_with_what_it_may_know(self, receiver: ListenerSimulator) -> None:
        outcome = await posted(receiver.url, fields=("subject", "event", "order.state"))
        assert (outcome.kind, outcome.response["status"]) == (OutcomeKind.DELIVERED, 204)
        (event,) = receiver.events
        assert event["data"] == {"event": "shipped", "order": {"state": "shipped"}}
        assert (event["subject"], event["type"], event["specversion"]) == ("4711", "order.shipped", "1.0")

    async def test_with_two_secrets_while_one_is_changed(self, receiver: ListenerSimulator) -> None:
        assert (await posted(receiver.url, secrets=(b"the new one, not known there yet", KEY))).kind is OutcomeKind.DELIVERED

    async def test_with_a_wrong_secret_it_is_not_believed(self, receiver: ListenerSimulator) -> None:
        outcome = await posted(receiver.url, secrets=(b"something else",))
        assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "http-401")
        assert "no signature is ours" in outcome.message
        assert receiver.posts == []

    async def test_a_repeat_has_the_same_id_and_is_known_by_it(self, receiver: ListenerSimulator) -> None:
        identifier = uuid4()
        for _ in range(3):
            await posted(receiver.url, identifier)
        assert (len(receiver.posts), len(receiver.events)) == (3, 1)

    async def test_our_own_webhooks_accept_what_is_signed_so(self) -> None:
        terms = HttpSignature(
            (KEY,), encoding="base64", signed="{id}.{timestamp}.{body}", header="webhook-signature",
            timestamp_header="webhook-timestamp", id_header="webhook-id",
        )  # fmt: skip
        body, now = b'{"event":"shipped"}', datetime.now(UTC)

        class Request:
            method, path_qs = "POST", "/hook"
            headers = signed(body, identifier="m1", at=now, secrets=[b"another", KEY])

        check = SignatureCheck(terms, Request())  # type: ignore[arg-type]
        check.update(body)
        assert check.confirm(now) == "id:m1"


class TestMisbehaviour:
    @pytest.mark.parametrize(
        ("status", "kind", "unavailable"),
        [
            (400, OutcomeKind.RETRY, False),
            (404, OutcomeKind.RETRY, False),
            (500, OutcomeKind.RETRY, False),
            (429, OutcomeKind.RETRY, True),
            (503, OutcomeKind.RETRY, True),
            (410, OutcomeKind.FAILED, False),
        ],
    )
    async def test_statuses(self, receiver: ListenerSimulator, status: int, kind: OutcomeKind, unavailable: bool) -> None:
        receiver.misbehaviour.change({"status": status, "retry_after": 7})
        outcome = await posted(receiver.url)
        assert (outcome.kind, outcome.unavailable, outcome.code) == (kind, unavailable, f"http-{status}")
        assert outcome.retry_after == (None if kind is OutcomeKind.FAILED else 7)

    async def test_a_lost_answer_is_repeated_and_known_there(self, receiver: ListenerSimulator) -> None:
        receiver.misbehaviour.change({"lose_answers": 1})
        identifier = uuid4()
        lost = await posted(receiver.url, identifier)
        assert (lost.kind, lost.code, lost.unavailable, lost.untouched) == (OutcomeKind.RETRY, "connection", True, False)
        assert (await posted(receiver.url, identifier)).kind is OutcomeKind.DELIVERED
        assert len(receiver.events) == 1

    async def test_one_that_hangs_is_left(self, receiver: ListenerSimulator) -> None:
        receiver.misbehaviour.change({"latency": 30})
        outcome = await posted(receiver.url, client=replace(CLIENT, timeout=0.2))
        assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "timeout", True)

    async def test_nobody_there(self, receiver: ListenerSimulator) -> None:
        url = receiver.url
        await receiver.place.stop()
        outcome = await posted(url)
        assert (outcome.kind, outcome.unavailable, outcome.untouched) == (OutcomeKind.RETRY, True, True)

    async def test_a_redirect_is_not_followed(self, receiver: ListenerSimulator) -> None:
        async def away(_request: Any) -> Any:
            return web.Response(status=302, headers={"Location": receiver.url})

        async with partner_server(away) as server:
            outcome = await posted(server.url)
        assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "http-302")
        assert "not redirected" in outcome.message
        assert receiver.posts == []

    async def test_an_endless_answer_changes_nothing_of_what_was_said(self) -> None:
        async def endless(_request: Any) -> Any:
            return web.Response(status=200, body=b"x" * 3_000_000)

        async with partner_server(endless) as server:
            outcome = await posted(server.url)
        assert outcome.kind is OutcomeKind.DELIVERED
        assert len(outcome.response["text"]) <= 500

    @pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook", "http://169.254.169.254/latest/meta-data", "http://[::1]:9/"])
    async def test_addresses_that_are_not_of_the_internet_are_refused(self, url: str) -> None:
        outcome = await posted(url, client=replace(CLIENT, internal=False))
        assert (outcome.kind, outcome.untouched) == (OutcomeKind.RETRY, True)
        assert "internal address" in outcome.message

    async def test_where_clouds_keep_their_metadata_is_never_asked(self) -> None:
        outcome = await posted("http://169.254.169.254/latest/meta-data")
        assert "no address that a server of others has" in outcome.message
