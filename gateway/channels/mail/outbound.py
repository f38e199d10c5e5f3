"""Documents as mails, one each, handed to a mail server (SMTP, RFC 5321). Recipients are those of the configuration only.

Mail is not idempotent: when the connection breaks after the text was sent and before the server answered, nobody knows whether
the mail is on its way. The repeat then is the same mail byte for byte, under the same Message-ID, which many systems recognise.
A mail goes to all of its recipients or to none: one that is refused ends it before its text is sent.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, tzinfo

import structlog
from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException

from gateway.channels.mail.smtp import AnswerLost, connect, hand_over, one_line
from gateway.channels.mail.writing import message_id, wording, write_mail
from gateway.channels.server_trust import ServerTrust
from gateway.domain.mail_terms import SmtpOptions
from gateway.ports import Clock, Outcome, OutcomeKind, Parcel

_log = structlog.get_logger(__name__)


class MailOutbound:
    """Mails to the recipients of `options`. Dates in names and texts are those of `zone`, the partner's."""

    idempotent = False

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        *,
        options: SmtpOptions,
        partner: str | None,
        clock: Clock,
        zone: tzinfo = UTC,
    ) -> None:
        self.id = id
        self._options, self._partner, self._clock, self._zone = options, partner, clock, zone
        self._trust = ServerTrust(options.authorities, options.fingerprints)

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hand parcels over; one outcome per parcel, in their order."""
        outcomes: list[Outcome] = []
        server: SMTP | None = None
        try:
            for parcel in parcels:
                if server is None or not server.is_connected:
                    try:
                        server = await connect(self._options, self._trust)
                    except (SMTPException, OSError) as error:
                        return [*outcomes, *(self._unavailable(left, error) for left in parcels[len(outcomes) :])]
                outcomes.append(await self._send(server, parcel))
            if server is not None and server.is_connected:
                with suppress(SMTPException, OSError):
                    await server.quit()
        finally:
            if server is not None:
                server.close()
        return outcomes

    async def _send(self, server: SMTP, parcel: Parcel) -> Outcome:
        options = self._options
        try:
            said = wording(parcel, options, partner=self._partner, zone=self._zone)
            date = parcel.created or self._clock.now()
            mail = write_mail(parcel, said, sender=options.sender, recipients=options.recipients, date=date)
        except ValueError as error:
            message = f"the mail cannot be written: {error}; correct the channel's templates and addresses, and redeliver"
            return Outcome(parcel.delivery, OutcomeKind.FAILED, code="mail-unwritable", message=message)
        try:
            answer = await hand_over(server, options.sender, options.recipients, mail)
        except SMTPResponseException as refused:
            with suppress(SMTPException, OSError):
                await server.rset()  # the next one begins afresh
            return self._refused(parcel, refused)
        except AnswerLost as lost:
            return self._in_doubt(parcel, lost)
        except (SMTPException, OSError) as error:
            server.close()
            return self._unavailable(parcel, error)
        named = message_id(parcel, options.sender)
        _log.info("mail_sent", channel=self.id, delivery=str(parcel.delivery), mail=named, answer=answer)
        response = {"message_id": named, "recipients": list(options.recipients), "answer": answer, "file": said.file_name}
        return Outcome(parcel.delivery, OutcomeKind.DELIVERED, reference=named, response=response)

    def _refused(self, parcel: Parcel, refused: SMTPResponseException) -> Outcome:
        """The server's own answer: 4xx may pass another time, 5xx never (RFC 5321 section 4.2.1)."""
        recipient = getattr(refused, "recipient", "")
        about = f" for {recipient}" if recipient else ""
        said = f"{self._options.host} answered{about}: {refused.code} {one_line(refused.message)}"
        if 400 <= refused.code < 500:
            gone = refused.code == 421  # it closes the connection to all
            return Outcome(parcel.delivery, OutcomeKind.RETRY, code=f"smtp-{refused.code}", message=said, unavailable=gone)
        message = f"{said}; ask the partner or your mail server's people what it means, then redeliver"
        return Outcome(parcel.delivery, OutcomeKind.FAILED, code=f"smtp-{refused.code}", message=message)

    def _in_doubt(self, parcel: Parcel, lost: AnswerLost) -> Outcome:
        named = message_id(parcel, self._options.sender)
        message = f"{self._options.host} did not answer after the mail was sent ({lost}): it may arrive twice, both as {named}"
        _log.warning("mail_in_doubt", channel=self.id, delivery=str(parcel.delivery), mail=named, problem=str(lost))
        return Outcome(
            parcel.delivery, OutcomeKind.RETRY, code="answer-lost", message=message
        )  # it uses up an attempt: not for ever

    def _unavailable(self, parcel: Parcel, error: Exception) -> Outcome:
        """The server takes no mail of ours at all: no connection, no trust, no login. This says nothing of the delivery."""
        reason = f"{error.code} {error.message}" if isinstance(error, SMTPResponseException) else str(error)
        reason = one_line(reason) or type(error).__name__
        host, port = self._options.host, self._options.port
        _log.warning("mail_server_unusable", channel=self.id, delivery=str(parcel.delivery), problem=reason)
        message = f"cannot hand mails to {host}:{port}: {reason}; check the channel's address, certificates and login"
        return Outcome(parcel.delivery, OutcomeKind.RETRY, code="server-unusable", message=message, unavailable=True)
