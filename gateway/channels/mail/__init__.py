"""The mail channel: documents out as attachments by SMTP, attachments in from a mailbox by IMAP."""

from gateway.channels.mail.inbound import MailInbound, MailTerms
from gateway.channels.mail.mailbox import Mailbox
from gateway.channels.mail.outbound import MailOutbound

__all__ = ["MailInbound", "MailOutbound", "MailTerms", "Mailbox"]
