"""REST systems as configured: what they are asked, and what they tell us."""

from gateway.applications.http.application import HttpApplication
from gateway.applications.http.events import heard_again
from gateway.applications.http.poll import HttpPoll
from gateway.applications.http.webhook import WebhookReceiver

__all__ = ["HttpApplication", "HttpPoll", "WebhookReceiver", "heard_again"]
