"""A partner's AS2 server made from Python's http.server and `openssl cms`. It behaves well, or badly on demand."""

import queue
import re
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.interop.as2 import openssl
from tests.interop.as2.client import Answer, post
from tests.interop.as2.compressed import NotCompressedData
from tests.interop.as2.entity import Entity, Headers, NotMime, multipart, parameters
from tests.interop.as2.identities import Identity
from tests.interop.as2.mic import Mic, plain
from tests.interop.as2.opened import Opened, open_message
from tests.interop.as2.receipt import PROCESSED, sign_report, write_report

WAIT = 20.0
"""Seconds a test waits for something to arrive before it fails."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request: its header fields and body, and what was found in it, or why it was refused."""

    path: str
    headers: Headers
    body: bytes
    opened: Opened | None = None
    refused: str = ""

    def get(self, name: str) -> str:
        """A header field."""
        return next((value for field, value in self.headers if field.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How one request is answered. The default is what the message asks for, done well.

    status: answered instead of a receipt, with the body `words`; `retry_after` goes with it
    cut: the connection ends without an answer, after the message was read
    silent: 200 without a receipt, though one was asked for
    mic, original_id, signed, disposition: put into the receipt instead of what is right
    signerless: multipart/signed whose SignedData nobody has signed
    signer: another key than the partner's own
    overtaking: an asynchronous receipt is there before the message is answered
    """

    status: int = 0
    words: str = ""
    retry_after: str = ""
    cut: bool = False
    silent: bool = False
    mic: str | None = None
    original_id: str | None = None
    signed: bool | None = None
    disposition: str | None = None
    signerless: bool = False
    signer: Identity | None = None
    overtaking: bool = False


WELL = Behaviour()


def _refusal(arrived: Arrived, own: str) -> str:
    """What a message lacks before it is opened (RFC 4130, 6.2 and 5.2.1)."""
    if not re.fullmatch(r"<[^<>\s@]+@[^<>\s@]+>", arrived.get("Message-ID")):
        return f"Message-ID {arrived.get('Message-ID')!r}"
    if arrived.get("AS2-To") != own:
        return f"AS2-To {arrived.get('AS2-To')!r}"
    if not arrived.get("AS2-From") or not arrived.get("AS2-Version"):
        return "AS2-From or AS2-Version missing"
    names = [name.lower() for name, _ in arrived.headers]
    twice = {name for name in names if names.count(name) > 1}
    return f"sent twice: {sorted(twice)}" if twice else ""


class PartnerServer:
    """The server: `arrivals` has every request in its order. `behave` sets what the next ones get."""

    def __init__(self, own: Identity, partner: Identity) -> None:
        self.own, self.partner, self._usual = own, partner, partner
        self.arrivals: queue.Queue[Arrived] = queue.Queue()
        self.receipts: queue.Queue[Answer] = queue.Queue()
        self._next: deque[Behaviour] = deque()
        self._held: list[Callable[[], None]] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where messages for this partner go."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/as2"

    def behave(self, *behaviours: Behaviour) -> None:
        """The next requests are answered so, one each; those after them well."""
        self._next.extend(behaviours)

    def hold(self) -> None:
        """Asynchronous receipts wait for `release`."""
        self._held = []

    def release(self, times: int = 1) -> None:
        """Send the receipts held back, each so many times."""
        held, self._held = self._held or [], None
        for deliver in held:
            for _ in range(times):
                deliver()

    def reset(self) -> None:
        """Forget what came and what was ordered, and know the partner by his usual key."""
        self.partner = self._usual
        self._next.clear()
        self._held = None
        for waiting in (self.arrivals, self.receipts):
            while not waiting.empty():
                waiting.get_nowait()

    def next_arrival(self) -> Arrived:
        """The next request, waited for."""
        return self.arrivals.get(timeout=WAIT)

    def next_receipt(self) -> Answer:
        """What the next asynchronous receipt was answered, waited for."""
        return self.receipts.get(timeout=WAIT)

    def take(self, arrived: Arrived) -> tuple[int, Headers, bytes] | None:
        """Open and judge a request; what to answer, or None to cut the connection."""
        behaviour = self._next.popleft() if self._next else WELL
        arrived = self._judged(arrived)
        self.arrivals.put(arrived)
        if behaviour.cut:
            return None
        if behaviour.status:
            more = (("Retry-After", behaviour.retry_after),) if behaviour.retry_after else ()
            return behaviour.status, (("Content-Type", "text/plain"), *more), behaviour.words.encode()
        if behaviour.silent or not arrived.get("Disposition-Notification-To"):
            return 200, (), b""
        receipt = self._receipt(arrived, behaviour)
        if url := arrived.get("Receipt-Delivery-Option"):
            if behaviour.overtaking:
                self.receipts.put(post(url, receipt.headers, receipt.body))
            else:
                self._later(url, receipt)
            return 202, (), b""
        return 200, receipt.headers, receipt.body

    def _judged(self, arrived: Arrived) -> Arrived:
        if reason := _refusal(arrived, self.own.name):
            return replace(arrived, refused=reason)
        try:
            opened = open_message(arrived.headers, arrived.body, recipient=self.own, sender=self.partner)
        except (openssl.Refused, NotCompressedData, NotMime, ValueError) as error:
            return replace(arrived, refused=str(error))
        return replace(arrived, opened=opened)

    def _receipt(self, arrived: Arrived, behaviour: Behaviour) -> Entity:
        asked = parameters(";" + arrived.get("Disposition-Notification-Options"))
        algorithms = [plain(name) for name in asked.get("signed-receipt-micalg", "").split(",")] or ["sha256"]
        usable = [name for name in algorithms if name in {"sha256", "sha384", "sha512", "sha1"}] or ["sha256"]
        mic = arrived.opened.mic(usable[0]) if arrived.opened else None
        if behaviour.mic is not None:
            mic = Mic(behaviour.mic, usable[0]) if behaviour.mic else None
        error = "" if arrived.opened else "/error: unexpected-processing-error"
        disposition = behaviour.disposition or PROCESSED + error
        original = arrived.get("Message-ID") if behaviour.original_id is None else behaviour.original_id
        report = write_report(original, self.own.name, mic, disposition=disposition)
        wanted = "signed-receipt-protocol" in arrived.get("Disposition-Notification-Options").lower()
        entity = self._signed(report, behaviour, usable[0]) if _either(behaviour.signed, wanted) else report
        own = (("AS2-Version", "1.2"), ("AS2-From", self.own.name), ("AS2-To", arrived.get("AS2-From")))
        return Entity((*own, ("Message-ID", f"<receipt-{id(arrived)}@{self.own.name}>"), *entity.headers), entity.body)

    def _signed(self, report: Entity, behaviour: Behaviour, digest: str) -> Entity:
        if not behaviour.signerless:
            return sign_report(report, behaviour.signer or self.own, digest=digest)
        nobody = Entity((("Content-Type", "application/pkcs7-signature"),), openssl.signed_by_nobody(self.own.certificate))
        protocol = '"application/pkcs7-signature"'
        return multipart("multipart/signed", "=-edge-of-a-part-1", report.wire, nobody.wire, protocol=protocol, micalg="sha-256")

    def _later(self, url: str, receipt: Entity) -> None:
        def deliver() -> None:
            self.receipts.put(post(url, receipt.headers, receipt.body))

        if self._held is not None:
            self._held.append(deliver)
        else:
            threading.Thread(target=deliver, daemon=True).start()


def _either(ordered: bool | None, asked: bool) -> bool:
    return asked if ordered is None else ordered


def _handler(server: PartnerServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            arrived = Arrived(self.path, tuple(self.headers.items()), self._body())
            answer = server.take(arrived)
            if answer is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                content += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return content

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
