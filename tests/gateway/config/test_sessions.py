"""How long people stay signed in, as routes.toml says."""

from datetime import timedelta

import pytest

from gateway.config import ConfigurationRefused, load
from gateway.domain.sign_in import SessionTerms
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project


def with_sessions(text: str) -> str:
    return ROUTES.replace('id = "gw"\n', f'id = "gw"\nsessions = {{ {text} }}\n', 1)


def test_what_is_left_out_is_as_usual(project: Project) -> None:
    assert load(project(), ENVIRON).gateway.sessions == SessionTerms(timedelta(minutes=30), timedelta(hours=12)) == SessionTerms()


def test_what_is_written_holds(project: Project) -> None:
    gateway = load(project(with_sessions('idle = "15m", longest = "8h"')), ENVIRON).gateway
    assert gateway.sessions == SessionTerms(timedelta(minutes=15), timedelta(hours=8))


@pytest.mark.parametrize(
    "wrong", ['idle = "10s"', 'longest = "60d"', 'idle = "2h", longest = "1h"', 'idle = "13h"', "forever = true"]
)
def test_what_makes_no_sense_is_refused(project: Project, wrong: str) -> None:
    with pytest.raises(ConfigurationRefused):
        load(project(with_sessions(wrong)), ENVIRON)
