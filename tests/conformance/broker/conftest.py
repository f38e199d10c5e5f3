"""The suite's two places: the embedded broker, and a RabbitMQ with a virtual host of its own."""

from collections.abc import AsyncIterator

import pytest

from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.ports import Broker
from tests.conformance.broker.place import Counts, Place

TARGETS = ("odoo", "wms")


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture(params=["embedded", "rabbitmq"])
async def place(request: pytest.FixtureRequest, counts: Counts) -> AsyncIterator[Place]:
    if request.param == "embedded":
        features = EmbeddedBroker.features

        def make() -> Broker:
            return EmbeddedBroker(targets=TARGETS, observer=counts)
    else:
        features = RabbitMQ.features
        url = request.getfixturevalue("amqp_url")

        def make() -> Broker:
            return RabbitMQ([url], targets=TARGETS, observer=counts)

    broker = make()
    await broker.start()
    yield Place(broker, features, counts, make)
    await broker.close()


@pytest.fixture
def broker(place: Place) -> Broker:
    return place.broker
