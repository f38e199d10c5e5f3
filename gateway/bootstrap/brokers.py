"""The broker of a configuration."""

from urllib.parse import quote

from gateway.bootstrap.settings import Settings
from gateway.bootstrap.stopping import SHARE
from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.broker.session import Patience
from gateway.ports import Broker, Observer


def make_broker(settings: Settings, observer: Observer) -> Broker:
    """RabbitMQ when addresses are configured, else wake-ups inside this process."""
    if settings.embedded_broker:
        return EmbeddedBroker(targets=settings.targets, observer=observer)
    urls = [_with_virtual_host(url, settings.snapshot.gateway.virtual_host) for url in settings.snapshot.gateway.amqp_urls]
    patience = Patience(finish=settings.snapshot.gateway.stop_within.total_seconds() * SHARE)
    return RabbitMQ(urls, targets=settings.targets, observer=observer, patience=patience)


def _with_virtual_host(url: str, host: str | None) -> str:
    if host is None:
        return url
    head, query, rest = url.partition("?")
    scheme, _, address = head.partition("://")
    return f"{scheme}://{address.split('/', 1)[0]}/{quote(host, safe='')}{query}{rest}"
