"""A mail server that mails are handed to (SMTP, RFC 5321): the connection with its trust and login, and one mail transaction."""

import asyncio
from collections.abc import Sequence

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException

from gateway.channels.server_trust import ServerTrust
from gateway.domain.mail_terms import SmtpOptions

__all__ = ["AnswerLost", "SMTPException", "SMTPResponseException", "connect", "hand_over", "one_line"]


class AnswerLost(Exception):
    """The connection broke, or the server fell silent, after the text of a mail was sent."""


async def connect(options: SmtpOptions, trust: ServerTrust) -> SMTP:
    """A connection that is ready for mails. Raises SMTPException or OSError."""
    server = SMTP(
        hostname=options.host,
        port=options.port,
        use_tls=options.security == "tls",
        start_tls=options.security == "starttls",
        tls_context=await asyncio.to_thread(trust.context),
        timeout=options.timeout,
    )
    await server.connect()
    try:
        if options.security != "none":
            shown = server.get_transport_info("ssl_object")
            trust.check(shown.getpeercert(binary_form=True))
        if options.login is not None:
            await server.login(options.login, options.password)
    except BaseException:
        server.close()
        raise
    return server


async def hand_over(server: SMTP, sender: str, recipients: Sequence[str], mail: bytes) -> str:
    """One mail transaction; returns the server's answer. Raises SMTPException, OSError, or AnswerLost."""
    announced = [f"SIZE={len(mail)}"] if server.supports_extension("size") else []
    await server.mail(sender, options=announced)
    for recipient in recipients:
        await server.rcpt(recipient)
    try:
        answer = await server.data(mail)
    except SMTPResponseException:
        raise
    except (SMTPException, OSError) as error:
        server.close()
        raise AnswerLost(one_line(str(error)) or type(error).__name__) from error
    return f"{answer.code} {one_line(answer.message)}"


def one_line(text: str) -> str:
    """What a server said, in one line."""
    return " ".join(text.split())
