"""The HTTP channel: partners post interchanges, and read what became of them."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import orjson
from aiohttp import web

from gateway.channels.http import partner_view, problems
from gateway.channels.http.access import Access, Door
from gateway.channels.http.body import Limits, Rejected, Room, expect_later, read_body
from gateway.channels.http.reading import Reading
from gateway.channels.http.submission import Wishes, links, read_wishes, transmission_path
from gateway.channels.http.waiting import AcknowledgementWait
from gateway.domain import trace_context
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import Clock, Handover, Intake, Json, Observer, Receipt, Records


class HttpChannel:
    """`routes()` is what the web server serves; `stop_waiting()` is called before that server is stopped."""

    id = "http"

    def __init__(
        self,
        limits: Limits,
        *,
        intake: Intake,
        records: Records,
        access: Access,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._limits, self._intake, self._access = limits, intake, access
        self._observer, self._clock, self._new_id = observer, clock, new_id
        self._door = Door(self.id, access=access, observer=observer)
        self._reading = Reading(records, retry_after=limits.retry_after)
        self._waiting = AcknowledgementWait(records)
        self._room = Room(limits)
        self._at_once: Counter[str] = Counter()

    def routes(self) -> Sequence[web.RouteDef]:
        """The route table."""
        submit = self._door.guarded(self._submit)
        submission = web.post("/v1/partners/{partner}/interchanges", submit, expect_handler=expect_later)
        return [submission, *self._reading.routes(self._door)]

    def stop_waiting(self) -> None:
        """Tell those who wait for an acknowledgement that theirs is stored, as when it takes too long."""
        self._waiting.stop()

    async def _submit(self, request: web.Request, partner: str) -> web.Response:
        wishes = read_wishes(request, self._limits)
        with self._admitted(partner):
            receipt = await self._received(request, partner, wishes)
            view = None
            if wishes.wait is not None:
                view = await self._waiting.decided(receipt.transmission, within=wishes.wait)
            base = transmission_path(partner, receipt.transmission)
            return _accepted(base, receipt) if view is None else await self._acknowledged(base, receipt, view)

    @contextmanager
    def _admitted(self, partner: str) -> Iterator[None]:
        refusal = self._access.admit(partner)
        if refusal is not None:
            raise Rejected(problems.refused(refusal, self._limits.retry_after))
        if self._at_once[partner] >= self._limits.at_once:
            raise Rejected(problems.too_many(self._limits.at_once))
        self._at_once[partner] += 1
        try:
            yield
        finally:
            self._at_once[partner] -= 1

    async def _received(self, request: web.Request, partner: str, wishes: Wishes) -> Receipt:
        """Read the body and hand it over; returns when it is stored."""
        begun = self._clock.monotonic()
        transmission, channel = self._new_id(), self._access.channel_of(partner)
        trace = trace_context.continued(request.headers.get("traceparent"), secrets.token_bytes)
        with self._room.lease() as lease:
            handover = Handover(
                id=transmission,
                channel=channel,
                partner=partner,
                name=wishes.name or wishes.idempotency_key or str(transmission),
                body=await read_body(request, limits=self._limits, lease=lease),
                idempotency_key=wishes.idempotency_key,
                wait=wishes.wait is not None,
                traceparent=str(trace),
                remote=request.remote,
            )
            receipt = await self._hand_over(handover, partner)
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=channel)
        return receipt

    async def _hand_over(self, handover: Handover, partner: str) -> Receipt:
        later = self._limits.retry_after
        try:
            receipt = await self._intake.receive(handover)
        except Refused as refusal:
            raise Rejected(problems.refused(refusal, later)) from refusal
        except CommitUnknown as error:
            raise Rejected(problems.unknown(handover.id, transmission_path(partner, handover.id), later)) from error
        except StoreUnavailable as error:
            raise Rejected(problems.unavailable(later)) from error
        if receipt.conflict:
            raise Rejected(problems.key_conflict(receipt.transmission))
        return receipt

    async def _acknowledged(self, base: str, receipt: Receipt, view: Json) -> web.Response:
        headers = {
            "Edi-Transmission": str(receipt.transmission),
            "Edi-Verdict": ", ".join(partner_view.verdicts(view)) or "none",
            "Link": f'<{base}>; rel="describedby"',
        }
        answers = partner_view.answers(view)
        media_types = {partner_view.media_type(item) for item in answers}
        # When none is owed, or they are of two families and cannot be one body, the description tells instead.
        contents = await self._waiting.contents(answers) if len(media_types) == 1 else None
        if contents is not None:
            return web.Response(body=contents, content_type=media_types.pop(), headers=headers)
        told = {**_receipt(base, receipt), "acknowledgements": partner_view.acknowledgements(view, base)}
        return web.Response(body=orjson.dumps(told, default=str), content_type="application/json", headers=headers)


def _accepted(base: str, receipt: Receipt) -> web.Response:
    headers = {"Location": base, "Edi-Transmission": str(receipt.transmission)}
    body = orjson.dumps(_receipt(base, receipt))
    return web.Response(body=body, status=202, content_type="application/json", headers=headers)


def _receipt(base: str, receipt: Receipt) -> dict[str, object]:
    return {"transmission": str(receipt.transmission), "repeated": receipt.repeated, "links": links(base)}
