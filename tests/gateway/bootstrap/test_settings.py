"""How a process is to run: from configuration, environment and command line, checked before anything starts."""

from pathlib import Path

import pytest

from gateway.bootstrap.brokers import _with_virtual_host, make_broker
from gateway.bootstrap.settings import ROLES, read_settings
from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.errors import ConfigurationInvalid
from tests.gateway.bootstrap.places import ROUTES, environment, made
from tests.integration.harness import Silent

AMQP = "amqp://guest:guest@127.0.0.1:5672/"


def test_without_words_a_process_has_all_roles_alone(tmp_path: Path) -> None:
    settings = made(tmp_path)
    assert settings.roles == frozenset(ROLES)
    assert (settings.processes, settings.worker) == (1, False)
    assert settings.config == ROUTES
    assert (settings.data, settings.shared_metrics) == (tmp_path, tmp_path / "metrics")


def test_roles_are_those_that_were_named(tmp_path: Path) -> None:
    assert made(tmp_path, roles=("receive", "translate")).roles == {"receive", "translate"}


def test_empty_urls_are_the_embedded_servers(tmp_path: Path) -> None:
    embedded = made(tmp_path)
    external = made(tmp_path, AMQP_URL=AMQP, DATABASE_URL="postgresql://127.0.0.1/edi")
    assert (embedded.embedded_store, embedded.embedded_broker) == (True, True)
    assert (external.embedded_store, external.embedded_broker) == (False, False)
    assert isinstance(make_broker(embedded, Silent()), EmbeddedBroker)
    assert isinstance(make_broker(external, Silent()), RabbitMQ)


def test_targets_are_applications_and_the_channels_that_send(tmp_path: Path) -> None:
    targets = made(tmp_path).targets
    assert targets[0] == "odoo"
    assert "bigbox-folder" in targets
    assert "bigbox-http" not in targets


@pytest.mark.parametrize(("processes", "worker"), [(2, ""), (8, ""), (1, "1")])
def test_several_processes_on_the_embedded_broker_are_refused_with_exit_78(tmp_path: Path, processes: int, worker: str) -> None:
    environ = environment(tmp_path, GATEWAY_WORKER=worker)
    with pytest.raises(ConfigurationInvalid, match="cannot share the embedded broker") as refused:
        read_settings(str(ROUTES), environ, processes=processes)
    assert refused.value.exit_status == 78
    assert "AMQP_URL" in refused.value.remedy


def test_several_processes_on_rabbitmq_are_not(tmp_path: Path) -> None:
    environ = environment(tmp_path, AMQP_URL=AMQP, GATEWAY_WORKER="1")
    settings = read_settings(str(ROUTES), environ, processes=4)
    assert (settings.processes, settings.worker) == (4, True)


def test_a_configuration_that_is_wrong_or_missing_is_exit_78(tmp_path: Path) -> None:
    wrong = tmp_path / "routes.toml"
    wrong.write_text("[gateway]\nid = 7\n")
    for path in (wrong, tmp_path / "absent.toml"):
        with pytest.raises(ConfigurationInvalid) as refused:
            read_settings(str(path), environment(tmp_path))
        assert refused.value.exit_status == 78


@pytest.mark.parametrize(
    ("url", "host", "joined"),
    [
        ("amqp://u:p@h:5672/", None, "amqp://u:p@h:5672/"),
        ("amqp://u:p@h:5672", "edi", "amqp://u:p@h:5672/edi"),
        ("amqp://u:p@h:5672/", "edi", "amqp://u:p@h:5672/edi"),
        ("amqp://u:p@h/other", "edi", "amqp://u:p@h/edi"),
        ("amqps://h/%2F?heartbeat=20&x=a/b", "edi-test", "amqps://h/edi-test?heartbeat=20&x=a/b"),
        ("amqp://h?heartbeat=20", "edi", "amqp://h/edi?heartbeat=20"),
        ("amqp://h", "/", "amqp://h/%2F"),
        ("amqp://h", "team/edi", "amqp://h/team%2Fedi"),
        ("amqp://h", "größe 50%?#", "amqp://h/gr%C3%B6%C3%9Fe%2050%25%3F%23"),
    ],
)
def test_the_virtual_host_of_the_environment_replaces_that_of_the_address(url: str, host: str | None, joined: str) -> None:
    assert _with_virtual_host(url, host) == joined
