"""A mailbox on a real Dovecot with a channel that reads it, and a mail server (aiosmtpd) that takes what a channel sends."""

import asyncio
import email.message
import imaplib
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateway.channels.mail import Mailbox, MailInbound, MailOutbound, MailTerms
from gateway.domain.mail_terms import ImapOptions, SmtpOptions
from tests.gateway.channels.fakes import Counts, FakeIntake, Tally, Told, Turns
from tests.servers.certificate import ServerCertificate, make_certificate
from tests.servers.dovecot import PASSWORD, DovecotServer
from tests.servers.fixtures import provide

FARM = "orders@farm.example"


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotServer]:
    """The IMAP server that all tests of a session share; leave it running."""
    yield from provide(DovecotServer)


def written(*, sender: str = FARM, files: tuple[tuple[str, bytes], ...] = (), text: str = "Dear all\n", **headers: str) -> bytes:
    """A mail as a partner's program writes it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "edi@nordic.example", "Order"
    mail["Message-ID"] = headers.pop("message_id", f"<{uuid4().hex}@farm.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


class Post:
    """The owner's view of a mailbox: puts mails in, and looks where they went."""

    def __init__(self, server: DovecotServer, user: str) -> None:
        self._session = server.session(user)
        self._session.select("INBOX")  # it is made by this: two who come first at the same time stand in each other's way

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        for mail in mails:
            state, told = self._session.append(folder, "", imaplib.Time2Internaldate(0.0), mail.replace(b"\n", b"\r\n"))
            assert state == "OK", told

    def mails(self, folder: str) -> list[bytes]:
        state, _ = self._session.select(folder, readonly=True)
        if state != "OK":
            return []
        _, (found,) = self._session.search(None, "UNDELETED")
        numbers = found.split()
        return [self._session.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]  # type: ignore[index,misc]

    def flags(self, folder: str = "INBOX") -> list[str]:
        self._session.select(folder, readonly=True)
        _, told = self._session.fetch("1:*", "(FLAGS)")
        return [re.sub(r".*FLAGS \(|\)\)$", "", line.decode()) for line in told if isinstance(line, bytes)]

    def close(self) -> None:
        with suppress(imaplib.IMAP4.error, OSError):
            self._session.logout()


class ToldMailbox(Mailbox):
    """The real mailbox, and tells when a mail was put away or aside."""

    away: Tally
    aside: Tally
    listening: Tally
    failing: list[Exception]
    meanwhile: list[Callable[[], None]]

    def await_news(self, seconds: float) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        self.listening.raise_by_one()
        super().await_news(seconds)

    def put_away(self, uid: int) -> None:
        if self.failing:
            raise self.failing.pop()
        super().put_away(uid)
        self.away.raise_by_one()

    def set_aside(self, uid: int) -> None:
        super().set_aside(uid)
        self.aside.raise_by_one()


class Reading:
    """A channel at work on a mailbox of its own."""

    def __init__(self, server: DovecotServer) -> None:
        self.user = f"farm{uuid4().hex[:8]}"
        self.post = Post(server, self.user)
        self.options = ImapOptions(
            "127.0.0.1",
            self.user,
            PASSWORD,
            (FARM,),
            port=server.tls_port,
            authorities=str(server.certificate.certificate),
            poll=30.0,
        )
        self.intake, self.counts = FakeIntake(), Counts()
        self.pauses: list[float] = []
        self._rests, self._go, self._gone = Tally(), asyncio.Event(), 0
        self.away, self.aside, self.listening = Tally(), Tally(), Tally()
        self.failing: list[Exception] = []
        self.meanwhile: list[Callable[[], None]] = []
        """What happens after the mailbox was listed and before the server is asked to tell of news."""
        self.told = Told()
        self.most_bytes = 10_000_000

    def open_mailbox(self) -> ToldMailbox:
        mailbox = ToldMailbox(self.options, timeout=20)
        mailbox.away, mailbox.aside, mailbox.listening = self.away, self.aside, self.listening
        mailbox.failing, mailbox.meanwhile = self.failing, self.meanwhile
        return mailbox

    async def rest(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._go.clear()
        self._rests.raise_by_one()
        await self._go.wait()

    async def resting(self) -> None:
        """Until the channel pauses, once more than it was let go on."""
        await self._rests.reach(self._gone + 1)

    async def go_on(self) -> None:
        """Let the channel's pause be over, once it has begun."""
        await self.resting()
        self._gone += 1
        self._go.set()

    @property
    def outcomes(self) -> list[str]:
        """What was counted of mails."""
        return [labels["outcome"] for name, labels in self.counts.counted if name == "edi_transmissions_received_total"]

    @asynccontextmanager
    async def running(self, **changes: Any) -> AsyncIterator[None]:
        self.options = replace(self.options, **changes)
        channel = MailInbound(
            "farm-mail",
            open_mailbox=self.open_mailbox,
            terms=MailTerms.of(self.options),
            partner="farm",
            most_bytes=self.most_bytes,
            intake=self.intake,
            troubles=self.told,
            observer=self.counts,
            clock=Turns(),
            new_id=uuid4,
            wait=self.rest,
        )
        with structlog.testing.capture_logs() as told:
            run = asyncio.create_task(channel.run())
            try:
                yield
            finally:
                run.cancel()
                await asyncio.gather(run, return_exceptions=True)
        assert "mailbox_failed_unexpectedly" not in {line["event"] for line in told}


@pytest.fixture
async def reading(dovecot: DovecotServer) -> AsyncIterator[Reading]:
    opened = Reading(dovecot)
    yield opened
    opened.post.close()


# ------------------------------------------------------------------------------------------------------------------- SMTP


class Mails:
    """A handler of aiosmtpd that keeps what it takes. `answers` are given first, by command, instead of taking."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answers: dict[str, list[str]] = {"RCPT": [], "DATA": [], "MAIL": []}
        self.break_after_data = 0
        self.sessions: list[Session] = []
        self.logins: list[tuple[bytes, bytes]] = []

    def authenticate(self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.sessions.append(session)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"let me in", handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answers["MAIL"]:
            return self.answers["MAIL"].pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answers["RCPT"]:
            return self.answers["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.sessions.append(session)
        if self.answers["DATA"]:
            return self.answers["DATA"].pop(0)
        self.taken.append(envelope)
        if self.break_after_data:
            self.break_after_data -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 2.0.0 taken as 4711"

    @property
    def mails(self) -> list[email.message.EmailMessage]:
        return [read(envelope.content) for envelope in self.taken]


def read(content: Any) -> EmailMessage:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


class Sending:
    """A channel, and the mail server it talks to."""

    def __init__(self, certificate: ServerCertificate, port: int, mails: Mails) -> None:
        self.certificate, self.mails = certificate, mails
        self.options = SmtpOptions(
            "127.0.0.1",
            "edi@nordic.example",
            (FARM, "backup@farm.example"),
            port=port,
            login="gateway",
            password="let me in",
            authorities=str(certificate.certificate),
            timeout=10,
        )

    def channel(self, **changes: Any) -> MailOutbound:
        return MailOutbound("farm-mail", options=replace(self.options, **changes), partner="farm", clock=Turns())


Serving = Callable[..., AbstractAsyncContextManager[Sending]]


@asynccontextmanager
async def mail_server(
    certificate: ServerCertificate, *, implicit: bool = False, starttls: bool = True, **settings: Any
) -> AsyncIterator[Sending]:
    """A mail server with STARTTLS, or with TLS from the first byte, and a channel to it."""
    mails = Mails()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    def protocol() -> SMTP:
        wanted = {"tls_context": context, "require_starttls": True} if starttls and not implicit else {}
        defaults = {"hostname": "mx.test", "authenticator": mails.authenticate, "auth_require_tls": starttls and not implicit}
        return SMTP(mails, **{**defaults, **wanted, **settings})

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=context if implicit else None)
    try:
        yield Sending(certificate, server.sockets[0].getsockname()[1], mails)
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """Opens a mail server."""
    return partial(mail_server, make_certificate(tmp_path))


@pytest.fixture
async def sending(serving: Serving) -> AsyncIterator[Sending]:
    async with serving() as opened:
        yield opened
