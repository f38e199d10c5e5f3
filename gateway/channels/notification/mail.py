"""Owners told by mail. A repeat is the same mail under the same Message-ID, so that readers' programs show it once."""

from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

from typing_extensions import override

from gateway.channels.mail.smtp import (
    AnswerLost,
    SMTPException,
    SMTPResponseException,
    connect,
    hand_over,
    one_line,
)
from gateway.channels.server_trust import ServerTrust
from gateway.domain.mail_terms import SmtpOptions
from gateway.domain.owner import Address
from gateway.ports.failures import Notification, Notifier, SendingResult

_POLICY = SMTP_POLICY.clone(cte_type="7bit")


class MailNotifier(Notifier):
    """Hands mails to the server of `options`; its recipients are not used."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options
        self._trust = ServerTrust(options.authorities, options.fingerprints)

    @override
    async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
        sender, host = self._options.sender, f"{self._options.host}:{self._options.port}"
        try:
            server = await connect(self._options, self._trust)
        except (SMTPException, OSError) as error:
            return SendingResult("server-unusable", f"{host}: {one_line(str(error)) or type(error).__name__}")
        try:
            answer = await hand_over(server, sender, [address.target], mail_of(notification, sender, address.target))
            with suppress(SMTPException, OSError):
                await server.quit()
        except SMTPResponseException as refused:
            return SendingResult(f"smtp-{refused.code}", f"{host}: {one_line(refused.message)}")
        except (AnswerLost, SMTPException, OSError) as error:
            return SendingResult("answer-lost", f"{host}: {one_line(str(error)) or type(error).__name__}")
        finally:
            server.close()
        return SendingResult(answer=answer)


def mail_of(notification: Notification, sender: str, recipient: str) -> bytes:
    """The mail (RFC 5322). It says that no person wrote it (RFC 3834), so that absence notes do not answer it."""
    told = notification.message
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = f"<{notification.id.hex}@{sender.rpartition('@')[2]}>"
    mail["Date"] = format_datetime(datetime.fromisoformat(str(told["at"])))
    mail["From"], mail["To"] = sender, recipient
    mail["Subject"] = one_line(str(told["subject"]))
    mail["Auto-Submitted"] = "auto-generated"
    if told["urgent"]:
        mail["Importance"] = "high"
    mail.set_content(str(told["text"]))
    return mail.as_bytes()
