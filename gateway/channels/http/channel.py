"""The HTTP channel: partners post interchanges, and read what became of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import orjson
from aiohttp import web

from gateway.channels.http import partner_view
from gateway.channels.http.access import Access, Door, Visitor
from gateway.channels.http.intaking import Arrived, Intaking, Taken
from gateway.channels.http.limits import Limits
from gateway.channels.http.reading import Reading
from gateway.channels.http.submission import Wishes, links, read_wishes, transmission_path
from gateway.channels.http.waiting import AcknowledgementWait
from gateway.http import problems
from gateway.http.arriving import expect_later
from gateway.http.rejected import Rejected
from gateway.ports import BodyPieces, Clock, Intake, Json, Observer, Receipt, Records

_CXML_WAIT = 30.0
"""Seconds that a sender of cXML waits for the Response that belongs into the answer."""


class HttpChannel:
    """`routes()` is what the web server serves; `stop_waiting()` is called before that server is stopped.

    With `pieces`, bodies of more than 1 MiB go to the store while they arrive; without, they are held.
    """

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
        pieces: BodyPieces | None = None,
    ) -> None:
        self._limits, self._access = limits, access
        self._door = Door(self.id, access=access, observer=observer, clock=clock)
        self._reading = Reading(records, retry_after=limits.retry_after)
        self._waiting = AcknowledgementWait(records)
        self._intaking = Intaking(limits, intake=intake, pieces=pieces, observer=observer, clock=clock, new_id=new_id)
        self._at_once: Counter[tuple[str, bool]] = Counter()

    def routes(self) -> Sequence[web.RouteDef]:
        """The route table."""
        submit, hook = self._door.guarded_post(self._submit), self._door.guarded_hook(self._submit)
        return [
            web.post("/v1/partners/{partner}/interchanges", submit, expect_handler=expect_later),
            web.post("/v1/hooks/{secret}", hook, expect_handler=expect_later),
            *self._reading.routes(self._door),
        ]

    def stop_waiting(self) -> None:
        """Tell those who wait for an acknowledgement that theirs is stored, as when it takes too long."""
        self._waiting.stop()

    async def _submit(self, request: web.Request, visitor: Visitor) -> web.Response:
        wishes = read_wishes(request, self._intaking.limits_of(visitor))
        in_parts = request.content_type.startswith("multipart/")
        if in_parts and wishes.wait is not None:
            raise Rejected(problems.invalid("cannot wait for the acknowledgements of several parts", "leave wait out"))
        with self._admitted(visitor):
            arrived = Arrived(request, visitor, wishes)
            if in_parts:
                return _several(visitor, await self._intaking.take_parts(arrived))
            taken = await self._intaking.take(arrived)
            return await self._answered(visitor, wishes, taken)

    @contextmanager
    def _admitted(self, visitor: Visitor) -> Iterator[None]:
        refusal = self._access.admit(visitor.partner)
        if refusal is not None:
            raise Rejected(problems.refused(refusal, self._limits.retry_after))
        # Who has not proved yet to be the partner takes no place from those who have.
        line = (visitor.partner, visitor.signature is not None)
        if self._at_once[line] >= self._limits.at_once:
            raise Rejected(problems.too_many(self._limits.at_once))
        self._at_once[line] += 1
        try:
            yield
        finally:
            self._at_once[line] -= 1

    async def _answered(self, visitor: Visitor, wishes: Wishes, taken: Taken) -> web.Response:
        receipt, base = taken.receipt, transmission_path(visitor.partner, taken.receipt.transmission)
        wait = min(_CXML_WAIT, self._limits.longest_wait) if taken.awaits_cxml and wishes.wait is None else wishes.wait
        view = await self._waiting.decided(receipt.transmission, within=wait) if wait is not None else None
        if view is not None and (wishes.wait is not None or taken.awaits_cxml):
            answer = await self._acknowledged(base, receipt, view, described=wishes.wait is not None)
            if answer is not None:
                return answer
        return _noted(receipt) if visitor.hooked and not taken.awaits_cxml else _accepted(base, receipt, visitor)

    async def _acknowledged(self, base: str, receipt: Receipt, view: Json, *, described: bool) -> web.Response | None:
        """The acknowledgement as body; where there is no single one, a description of what there is, if that is wanted."""
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
        if not described:
            return None
        told = {**_receipt(base, receipt), "acknowledgements": partner_view.acknowledgements(view, base)}
        return web.Response(body=orjson.dumps(told, default=str), content_type="application/json", headers=headers)


def _accepted(base: str, receipt: Receipt, visitor: Visitor) -> web.Response:
    headers = {"Edi-Transmission": str(receipt.transmission)}
    if visitor.hooked:  # it could not read what is there
        return web.Response(status=202, headers=headers)
    body = orjson.dumps(_receipt(base, receipt))
    return web.Response(body=body, status=202, content_type="application/json", headers={"Location": base, **headers})


def _noted(receipt: Receipt) -> web.Response:
    """The answer to a secret URL: many who use one take nothing but 200."""
    body = orjson.dumps({"transmission": str(receipt.transmission), "repeated": receipt.repeated})
    return web.Response(body=body, content_type="application/json")


def _several(visitor: Visitor, taken: Sequence[Taken]) -> web.Response:
    told = [
        {"name": one.name, **_receipt(transmission_path(visitor.partner, one.receipt.transmission), one.receipt)} for one in taken
    ]
    if visitor.hooked:
        told = [{name: value for name, value in one.items() if name != "links"} for one in told]
    body = orjson.dumps({"transmissions": told})
    return web.Response(body=body, status=200 if visitor.hooked else 202, content_type="application/json")


def _receipt(base: str, receipt: Receipt) -> dict[str, object]:
    return {"transmission": str(receipt.transmission), "repeated": receipt.repeated, "links": links(base)}
