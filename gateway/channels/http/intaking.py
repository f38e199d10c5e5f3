"""From a request's body to stored transmissions: read, checked, handed over; whatever fails is told as a problem."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from aiohttp import web

from gateway.channels.http.access import Visitor
from gateway.channels.http.body import Part, read_body, read_parts
from gateway.channels.http.limits import Limits
from gateway.channels.http.room import Lease, Room
from gateway.channels.http.spool import Spool
from gateway.channels.http.submission import Wishes, transmission_path
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.http import problems
from gateway.http.rejected import Rejected
from gateway.ports import BodyPieces, Clock, Handover, Intake, Observer, Receipt
from gateway.ports.tracing import arriving

_CXML = (b"<cXML", "<cXML".encode("utf-16-le"), "<cXML".encode("utf-16-be"))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request that was let in, its body unread."""

    request: web.Request
    visitor: Visitor
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Taken:
    """A transmission that is stored. `awaits_cxml`: its sender expects the cXML Response in the answer."""

    name: str
    receipt: Receipt
    awaits_cxml: bool = False


class Intaking:
    """Takes bodies and hands them over."""

    def __init__(
        self,
        limits: Limits,
        *,
        intake: Intake,
        pieces: BodyPieces | None,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._limits, self._intake, self._pieces = limits, intake, pieces
        self._observer, self._clock, self._new_id = observer, clock, new_id
        self._room = Room(limits)

    def limits_of(self, visitor: Visitor) -> Limits:
        """The limits, with the size that was agreed with this partner."""
        agreed = visitor.entrance.most_bytes
        return self._limits if agreed is None else replace(self._limits, most_bytes=min(agreed, self._limits.most_bytes))

    async def take(self, arrived: Arrived) -> Taken:
        """Read the body and hand it over; returns when it is stored. Raises Rejected."""
        begun = self._clock.monotonic()
        visitor = arrived.visitor
        with self._room.lease() as lease:
            spool = self._spool(visitor, lease)
            async with self._dropped_unless_stored([spool]):
                await read_body(arrived.request, spool, limits=self.limits_of(visitor), signature=visitor.signature)
                key = arrived.wishes.idempotency_key
                if visitor.signature is not None:
                    # Only what was signed may tell requests apart: a replay under another key is the same request.
                    key = visitor.signature.confirm(self._clock.now())
                cxml = visitor.entrance.answers_cxml and any(mark in spool.head for mark in _CXML)
                name = arrived.wishes.name or arrived.wishes.idempotency_key or str(spool.id)
                handover = await self._handover(arrived, spool, name=name, key=key)
                receipt = await self._hand_over(replace(handover, wait=handover.wait or cxml), spool)
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=visitor.entrance.channel)
        return Taken(name, receipt, awaits_cxml=cxml)

    async def take_parts(self, arrived: Arrived) -> Sequence[Taken]:
        """Read a multipart body, then hand over its parts together. Raises Rejected; it names the parts that are stored."""
        visitor, spools = arrived.visitor, list[Spool]()
        if visitor.signature is not None:
            raise Rejected(problems.multipart("a signed multipart body"))

        def new_spool() -> Spool:
            spools.append(self._spool(visitor, lease))
            return spools[-1]

        with self._room.lease() as lease:
            async with self._dropped_unless_stored(spools):
                parts = await read_parts(arrived.request, new_spool, limits=self.limits_of(visitor))
                if not parts:
                    raise Rejected(problems.invalid("the form holds no file", "send each interchange as a file"))
                return await self._hand_over_all(arrived, parts)

    async def _hand_over_all(self, arrived: Arrived, parts: Sequence[Part]) -> Sequence[Taken]:
        wanted, handovers = arrived.wishes.idempotency_key, []
        for ordinal, part in enumerate(parts, 1):
            key = f"{wanted}#{ordinal}" if wanted else None
            handovers.append(await self._handover(arrived, part.spool, name=part.name or str(part.spool.id), key=key))
        handing = [self._hand_over(handover, part.spool) for handover, part in zip(handovers, parts, strict=True)]
        results = await asyncio.gather(*handing, return_exceptions=True)
        taken = [
            Taken(handover.name, result)
            for handover, result in zip(handovers, results, strict=True)
            if isinstance(result, Receipt)
        ]
        failed = next((result for result in results if isinstance(result, BaseException)), None)
        if isinstance(failed, Rejected):
            raise Rejected(problems.partly(failed.problem, [str(one.receipt.transmission) for one in taken]))
        if failed is not None:
            raise failed
        return taken

    def _spool(self, visitor: Visitor, lease: Lease) -> Spool:
        def too_large(most: int) -> Exception:
            return Rejected(problems.too_large(most))

        most = self.limits_of(visitor).most_bytes
        return Spool(self._new_id(), most=most, too_large=too_large, lease=lease, pieces=self._pieces)

    async def _handover(self, arrived: Arrived, spool: Spool, *, name: str, key: str | None) -> Handover:
        body, staged = await spool.end()
        return Handover(
            id=spool.id,
            channel=arrived.visitor.entrance.channel,
            partner=arrived.visitor.partner,
            name=name,
            body=body,
            idempotency_key=key,
            wait=arrived.wishes.wait is not None,
            traceparent=arriving(arrived.request.headers.get("traceparent")),
            remote=str(arrived.visitor.caller.address or arrived.request.remote or ""),
            staged=staged,
        )

    async def _hand_over(self, handover: Handover, spool: Spool) -> Receipt:
        later, partner = self._limits.retry_after, handover.partner or ""
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
        if receipt.transmission != spool.id:
            await spool.drop()
        return receipt

    @asynccontextmanager
    async def _dropped_unless_stored(self, spools: Sequence[Spool]) -> AsyncIterator[None]:
        """What was staged is dropped when the request fails before it was handed over; after, that is the intake's to decide."""
        try:
            yield
        except StoreUnavailable as error:  # while it was staged
            await self._drop(spools)
            raise Rejected(problems.unavailable(self._limits.retry_after)) from error
        except Rejected as rejected:
            if rejected.problem.code != "commit-unknown":
                await self._drop(spools)
            raise

    async def _drop(self, spools: Sequence[Spool]) -> None:
        for spool in spools:
            await spool.drop()
