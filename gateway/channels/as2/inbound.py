"""AS2 messages and receipts of partners: stored with all that they prove, then answered."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiohttp import web

from gateway.channels.as2.answering import Answering
from gateway.channels.as2.arrival import STRANGERS, Arrival, Journal, Trouble
from gateway.channels.as2.body import read_body
from gateway.channels.as2.in_flight import InFlight
from gateway.channels.as2.quarantine import Quarantine, Quota
from gateway.channels.as2.receipts import Receipts
from gateway.channels.as2.relationship import Relationship, Relationships
from gateway.channels.http.limits import Limits
from gateway.channels.http.room import Room
from gateway.domain.storable import storable_key
from gateway.domain.transfer import receipt_row
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.http import problems
from gateway.http.arriving import expect_later
from gateway.http.rejected import Rejected
from gateway.ports import Clock, Observer
from gateway.ports.tracing import arriving
from gateway.ports.transfers import EarlierTransfer, TransferIntake, Transfers, Wire
from gateway.protocols.as2 import (
    DUPLICATE_DOCUMENT,
    INVALID_MESSAGE_ID,
    UNEXPECTED_PROCESSING_ERROR,
    UNKNOWN_TRADING_PARTNER,
    UNKNOWN_TRADING_RELATIONSHIP,
    Envelope,
    Failure,
    Received,
    read,
    read_envelope,
)
from gateway.protocols.problem import MEDIA_TYPE, Problem

_log = structlog.get_logger(__name__)

IN_A_THREAD = 1_048_576
"""Bytes above which cryptography would hold up everybody else."""


@dataclass(frozen=True, slots=True)
class Admission:
    """How much is taken at one time. `patience` in seconds is how long a copy waits for the first; `quota` is for strangers."""

    body: Limits = field(default_factory=Limits)
    patience: float = 30.0
    quota: Quota = field(default_factory=Quota)


class As2Inbound:
    """`routes()` is what the web server serves."""

    def __init__(
        self,
        relationships: Relationships,
        *,
        admission: Admission,
        intake: TransferIntake,
        transfers: Transfers,
        receipts: Receipts,
        journal: Journal,
        observer: Observer,
        clock: Clock,
        admit: Callable[[str], Refused | None] = lambda _: None,
        path: str = "/as2",
        elsewhere: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        """`elsewhere` says by AS2-From and AS2-To who serves a partner of another region."""
        self._relationships, self._intake, self._transfers = relationships, intake, transfers
        self._receipts, self._journal, self._path = receipts, journal, path
        self._elsewhere = elsewhere or {}
        self._observer, self._clock, self._admit = observer, clock, admit
        self._limits = admission.body
        self._room = Room(admission.body)
        self._in_flight = InFlight(patience=admission.patience)
        self._quarantine = Quarantine(transfers, clock=clock, quota=admission.quota)
        self._answering = Answering(relationships, clock=clock)
        self._at_once: Counter[str] = Counter()

    def routes(self) -> Sequence[web.RouteDef]:
        """The route table."""
        return [web.post(self._path, self._serve, expect_handler=expect_later)]

    async def _serve(self, request: web.Request) -> web.Response:
        envelope = read_envelope(request.headers.items())
        relationship = self._relationships.find(sender=envelope.sender, recipient=envelope.recipient)
        channel = relationship.channel if relationship else STRANGERS
        begun = self._clock.monotonic()
        try:
            answer = await self._admitted(request, envelope, relationship, channel)
        except Rejected as rejected:
            return self._refused(rejected.problem, channel, request)
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=channel)
        return answer

    def _refused(self, problem: Problem, channel: str, request: web.Request) -> web.Response:
        self._observer.count("edi_transmissions_received_total", channel=channel, outcome=problem.code)
        _log.warning("transfer_refused", channel=channel, code=problem.code, remote=request.remote, status=problem.status)
        return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)

    async def _admitted(
        self, request: web.Request, envelope: Envelope, relationship: Relationship | None, channel: str
    ) -> web.Response:
        later = self._limits.retry_after
        if not envelope.sender or not envelope.recipient:
            raise Rejected(
                problems.invalid("this is no AS2 message", "send the headers AS2-From and AS2-To (RFC 4130, clause 6)")
            )
        served_by = self._elsewhere.get((envelope.sender, envelope.recipient))
        if relationship is None and served_by is not None:  # before the body: not even what a stranger sends may be kept of it
            raise Rejected(problems.other_region(served_by))
        refusal = self._admit(relationship.partner or "" if relationship else "")
        if refusal is not None:
            raise Rejected(problems.refused(refusal, later))
        if self._at_once[channel] >= self._limits.at_once:
            raise Rejected(problems.too_many(self._limits.at_once))
        self._at_once[channel] += 1
        try:
            return await self._received(request, envelope, relationship)
        except Refused as refused:
            raise Rejected(problems.refused(refused, later)) from refused
        except CommitUnknown as error:
            raise Rejected(_unknown(later)) from error
        except StoreUnavailable as error:
            raise Rejected(problems.unavailable(later)) from error
        finally:
            self._at_once[channel] -= 1

    async def _received(self, request: web.Request, envelope: Envelope, relationship: Relationship | None) -> web.Response:
        most = min(self._limits.most_bytes, relationship.options.max_bytes if relationship else self._limits.most_bytes)
        with self._room.lease() as lease:
            body = await read_body(request, most=most, limits=self._limits, lease=lease)
            key = (envelope.sender, envelope.recipient, envelope.message_id)
            try:
                await self._in_flight.begin(key)
            except TimeoutError:
                raise Rejected(problems.busy(self._limits.retry_after)) from None
            try:
                return await self._worked_on(request, envelope, relationship, body)
            finally:
                self._in_flight.end(key)

    async def _worked_on(
        self, request: web.Request, envelope: Envelope, relationship: Relationship | None, body: bytes
    ) -> web.Response:
        received = await self._read(envelope, body, relationship)
        arrival = Arrival(
            id=self._journal.new_id(),
            received=received,
            wire=Wire(envelope.headers, body),
            relationship=relationship,
            disposition=received.disposition,
            trouble=_trouble(received),
            remote=request.remote,
            traceparent=arriving(request.headers.get("traceparent")),
        )
        if received.mdn is not None:
            return await self._receipt(arrival)
        return await self._message(self._answering.answered(arrival))

    async def _read(self, envelope: Envelope, body: bytes, relationship: Relationship | None) -> Received:
        if relationship is None:
            return Received(envelope, failure=self._stranger(envelope))
        reading = partial(
            read,
            envelope,
            body,
            keys=relationship.keys,
            certificates=relationship.certificates,
            at=self._clock.now(),
            policy=relationship.policy,
            limits=relationship.limits,
        )
        try:
            return await asyncio.to_thread(reading) if len(body) > IN_A_THREAD else reading()
        except Exception as error:  # noqa: BLE001 - a bug of ours: the message is kept all the same, and its owner told
            _log.exception("transfer_not_read", channel=relationship.channel, message_id=envelope.message_id)
            reason = f"the message could not be read for a fault of ours: {type(error).__name__}"
            remedy = "Report this as a fault of the gateway, and ask the partner to send it again when it is mended."
            failure = Failure(UNEXPECTED_PROCESSING_ERROR, reason, remedy)
            return Received(envelope, failure=failure)

    def _stranger(self, envelope: Envelope) -> Failure:
        known = self._relationships.knows(sender=envelope.sender) and self._relationships.knows_us(recipient=envelope.recipient)
        disposition = UNKNOWN_TRADING_RELATIONSHIP if known else UNKNOWN_TRADING_PARTNER
        reason = f"no AS2 channel is for messages from {envelope.sender!r} to {envelope.recipient!r}"
        return Failure(disposition, reason, "compare the names, which count letter for letter, with the channels of type as2")

    # -------------------------------------------------------------------------------------------- messages

    async def _message(self, arrival: Arrival) -> web.Response:
        if arrival.trouble is not None and arrival.trouble.state == "quarantined":
            channel = arrival.relationship.channel if arrival.relationship else STRANGERS
            await self._quarantine.admit(channel, len(arrival.wire.body))
        stored = await self._intake.receive(self._journal.transfer(arrival))
        if stored.earlier is None:
            return self._answering.response(arrival)
        if stored.earlier.same:
            return await self._copy(arrival, stored.earlier)
        return await self._message(self._answering.answered(_conflict(arrival, stored.earlier)))

    async def _copy(self, arrival: Arrival, earlier: EarlierTransfer) -> web.Response:
        """Answer as the first time, with the same bytes. One that only the copy asks for is made now and kept."""
        relationship = arrival.relationship
        if relationship is not None and relationship.options.duplicates == "warn":
            arrival = self._answering.answered(arrival._replace(disposition=DUPLICATE_DOCUMENT))
        elif earlier.receipt is not None:
            arrival = arrival._replace(receipt=earlier.receipt)
        owed = self._journal.owed(earlier.transmissions[0], earlier.id, arrival) if arrival.owed_to else None
        made = None
        if arrival.receipt is not None and earlier.receipt is None:
            made = receipt_row(earlier.id, arrival.receipt.headers, arrival.receipt.body, str(arrival.disposition))
        if owed is not None or made is not None:
            await self._transfers.owe_receipt(earlier.id, made, owed)
        return self._answering.response(arrival)

    # -------------------------------------------------------------------------------------------- receipts

    async def _receipt(self, arrival: Arrival) -> web.Response:
        """A receipt for a message of ours, on whichever node it arrives."""
        received, relationship = arrival.received, arrival.relationship
        if received.mdn is None or relationship is None:
            raise ValueError("no receipt of a partner")
        about = storable_key(received.mdn.original_message_id)
        sent = await self._transfers.find_sent(about, as2_from=relationship.options.ours, as2_to=relationship.options.theirs)
        if sent is None:
            reason = f"a receipt for {about or 'a message without an id'}, which we did not send to this partner"
            return await self._stray(arrival, Trouble(code="receipt-unmatched", message=reason, remedy="", state="unmatched"))
        verdict = await self._receipts.judge(sent, received, signed=relationship.options.signed_receipt)
        if not verdict.final:
            trouble = Trouble(
                code=f"receipt-{verdict.outcome}", message=verdict.reason, remedy=verdict.remedy, state="quarantined"
            )
            return await self._stray(arrival, trouble)
        judged = await self._receipts.record(sent, arrival.wire, received, verdict, relationship=relationship, alone=True)
        _log.info(
            "receipt_received", channel=sent.channel, message_id=sent.message_id, outcome=verdict.outcome, state=judged.state
        )
        return web.Response(status=204)

    async def _stray(self, arrival: Arrival, trouble: Trouble) -> web.Response:
        """A receipt that proves nothing: kept, for its owner to look at."""
        channel = arrival.relationship.channel if arrival.relationship else STRANGERS
        await self._quarantine.admit(channel, len(arrival.wire.body))
        await self._intake.receive(self._journal.transfer(arrival._replace(trouble=trouble)))
        return web.Response(status=204)


def _trouble(received: Received) -> Trouble | None:
    """What is wrong, for the owner. Who did not sign in a way that we could verify has proved nothing."""
    failure = received.failure
    if failure is None:
        return None
    code = failure.disposition.words.replace(" ", "-") or "unreadable"
    state = "failed" if received.signature is not None else "quarantined"
    return Trouble(code=code, message=failure.reason, remedy=failure.remedy, state=state)


def _conflict(arrival: Arrival, earlier: EarlierTransfer) -> Arrival:
    before = f"MIC {earlier.mic or 'unknown'}, transmission {earlier.transmissions[0]}"
    reason = f"the Message-ID was used before for other content ({before})"
    remedy = "Ask the partner which of the two he means: nothing of the second was processed."
    trouble = Trouble(code="message-id-reused", message=reason, remedy=remedy, state="conflict")
    return arrival._replace(disposition=INVALID_MESSAGE_ID, trouble=trouble)


def _unknown(retry_after: int) -> Problem:
    return Problem(
        503,
        "commit-unknown",
        "the connection to the database broke while storing: the message may or may not be stored",
        "send the same message again with the same Message-ID",
        headers={"Retry-After": str(retry_after)},
    )
