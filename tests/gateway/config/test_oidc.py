"""An identity provider, as routes.toml says: what is understood, and what would let nobody in."""

from datetime import timedelta

import pytest

from gateway.config import ConfigurationRefused, lint, load
from gateway.domain.access import Role
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

SECRET = {**ENVIRON, "OIDC_SECRET": "the client's secret"}
USUAL = 'issuer = "https://login.example/realms/staff"\nclient_id = "edi"\nurl = "https://edi.example"\n'


def with_provider(text: str = "") -> str:
    return f"{ROUTES}\n[gateway.oidc]\n{USUAL}{text}\n"


def codes(project: Project, text: str) -> list[str]:
    return [found.code for found in lint(project(with_provider(text)), SECRET).items if found.code.startswith("R16")]


def test_without_one_people_sign_in_by_passwords(project: Project) -> None:
    assert load(project(), ENVIRON).gateway.oidc is None


def test_what_is_written_holds(project: Project) -> None:
    text = 'client_secret = "${OIDC_SECRET}"\nclaim = "preferred_username"\ncreate = true\npassword_accounts = ["admin"]\n'
    text += 'clock_skew = "30s"\nroles = { edi-admins = ["administrator"], edi-ops = ["operator", "partner-manager"] }'
    terms = load(project(with_provider(text)), SECRET).gateway.oidc
    assert terms is not None
    assert (terms.client_secret, terms.claim, terms.create) == ("the client's secret", "preferred_username", True)
    assert terms.roles["edi-ops"] == {Role.OPERATOR, Role.PARTNER_MANAGER}
    assert (terms.password_accounts, terms.skew) == ({"admin"}, timedelta(seconds=30))
    assert terms.back == "https://edi.example/sign-in/elsewhere/back"
    assert "the client's secret" not in repr(terms)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('scopes = ["email"]', "R160"),
        ("create = true", "R160"),
        ('roles = { ops = [], admins = ["administrator"] }', "R160"),
        ('roles = { ops = ["operator"] }', "R161"),
        ("password_accounts = []", "R161"),
    ],
)
def test_what_lets_nobody_in_is_told(project: Project, text: str, code: str) -> None:
    assert codes(project, text) == [code]


def test_a_provider_without_tls_is_one_of_ones_own_network(project: Project) -> None:
    text = with_provider().replace("https://login.example", "http://login.example")
    assert "R160" in [found.code for found in lint(project(text), SECRET).items]
    assert "R160" not in [found.code for found in lint(project(text + "internal = true\n"), SECRET).items]


@pytest.mark.parametrize(
    "wrong", ['client_secret = "in the open"', 'clock_skew = "1h"', 'roles = { ops = ["king"] }', "king = 1"]
)
def test_what_cannot_be_meant_is_refused(project: Project, wrong: str) -> None:
    with pytest.raises(ConfigurationRefused):
        load(project(with_provider(wrong)), SECRET)
