"""How much room there must be, and how long the end may take, as routes.toml says."""

from datetime import timedelta

import pytest

from gateway.config import ConfigurationRefused, load
from gateway.domain.room import Room
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project


def with_gateway(text: str) -> str:
    return ROUTES.replace('id = "gw"\n', f'id = "gw"\n{text}\n', 1)


def test_what_is_left_out_is_as_usual(project: Project) -> None:
    gateway = load(project(), ENVIRON).gateway
    assert gateway.room == Room(disk=512 << 20, memory=None) == Room()
    assert gateway.stop_within == timedelta(seconds=20)


def test_what_is_written_holds(project: Project) -> None:
    text = with_gateway('stop_within = "45s"\nroom = { disk = "2GiB", memory = "1500MiB" }')
    gateway = load(project(text), ENVIRON).gateway
    assert gateway.room == Room(disk=2 << 30, memory=1500 << 20)
    assert gateway.stop_within == timedelta(seconds=45)


@pytest.mark.parametrize("wrong", ['stop_within = "0s"', 'room = { disk = "much" }', 'room = { cpu = "1GiB" }'])
def test_what_makes_no_sense_is_refused(project: Project, wrong: str) -> None:
    with pytest.raises(ConfigurationRefused):
        load(project(with_gateway(wrong)), ENVIRON)
