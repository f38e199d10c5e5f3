"""The ways in which owners are told of failures: mail, webhook, and a command."""

from gateway.channels.notification.mail import MailNotifier
from gateway.channels.notification.program import ProgramNotifier
from gateway.channels.notification.webhook import WebhookNotifier

__all__ = ["MailNotifier", "ProgramNotifier", "WebhookNotifier"]
