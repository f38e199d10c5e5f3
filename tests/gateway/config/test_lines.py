"""The lines to PostgreSQL, RabbitMQ and Odoo: production is warned of what nobody vouches for, files have to be there."""

from pathlib import Path

import pytest

from gateway.config import lint, load
from gateway.domain.application import OdooConnection
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.servers.authority import Authority

LIVE = ROUTES.replace('id = "gw"', 'id = "gw"\nenvironment = "production"\ndatabase_url = "${DB}"\namqp_urls = "${MQ}"')
SAFE = {
    **ENVIRON,
    "DB": "postgresql://edi@db.example/edi?sslmode=verify-full",
    "MQ": "amqps://mq-1.example,amqps://mq-2.example",
}
SECURE = LIVE.replace("http://odoo", "https://odoo.example")


def test_lines_that_are_verified_are_not_spoken_of(project: Project) -> None:
    assert lint(project(SECURE), SAFE).items == ()


@pytest.mark.parametrize(
    ("routes", "variables", "said"),
    [
        (SECURE, {"DB": "postgresql://edi@db.example/edi"}, "the line to PostgreSQL is not encrypted"),
        (SECURE, {"DB": "postgresql://edi@db.example/edi?sslmode=require"}, "PostgreSQL is encrypted, but nobody checks"),
        (SECURE, {"MQ": "amqps://mq-1.example,amqp://mq-2.example"}, "the line to RabbitMQ is not encrypted"),
        (SECURE, {"MQ": "amqps://mq-1.example?no_verify_ssl=1"}, "RabbitMQ is encrypted, but nobody checks"),
        (LIVE, {}, 'the line to Odoo "odoo" is not encrypted'),
    ],
)
def test_production_is_warned_of_the_others(project: Project, routes: str, variables: dict[str, str], said: str) -> None:
    (found,) = lint(project(routes), SAFE | variables).items
    assert (found.code, found.severity) == ("R180", "warning")
    assert said in found.message


def test_on_trial_they_are_nobodys_business(project: Project) -> None:
    on_trial = LIVE.replace('"production"', '"development"')
    assert lint(project(on_trial), SAFE | {"DB": "postgresql://edi@db.example/edi"}).items == ()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DB": f"{SAFE['DB']}&sslrootcert=/none/ca.pem"}, "sslrootcert: there is no file /none/ca.pem"),
        ({"MQ": "amqps://mq.example?cafile=ca.pem"}, "cafile = ca.pem: write the whole path"),
    ],
)
def test_files_of_addresses_are_looked_for(project: Project, variables: dict[str, str], said: str) -> None:
    (found,) = lint(project(SECURE), SAFE | variables).items
    assert (found.code, found.severity) == ("R064", "error")
    assert said in found.message
    assert "sslmode" not in found.message, "addresses hold passwords"


def test_odoo_has_authorities_of_its_own(project: Project, tmp_path: Path) -> None:
    trusted = SECURE.replace('api_key = "${ODOO_KEY}"', 'api_key = "${ODOO_KEY}"\ntls = { authorities = "test-authority.pem" }')
    (found,) = lint(project(trusted), SAFE).items
    assert (found.code, found.message) == ("R064", "there is no file test-authority.pem")
    Authority(tmp_path)
    connection = load(project(trusted), SAFE).applications["odoo"].connection
    assert isinstance(connection, OdooConnection)
    assert connection.tls.authorities == str(tmp_path / "test-authority.pem")
