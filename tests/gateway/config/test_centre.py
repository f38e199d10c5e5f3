"""[gateway.centre]: a site, as routes.toml says it."""

import pytest

from gateway.config import lint, load
from gateway.domain.http_terms import BearerLogin
from tests.gateway.config.conftest import Project

SITE = """\
[gateway]
id = "oslo"
owner = "edi"
identities = { x12 = "ZZ:US" }

[gateway.centre]
url = "https://edi.centre.example/"
token = "${CENTRE_TOKEN}"

[[owner]]
id = "edi"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
"""
ENVIRON = {"CENTRE_TOKEN": "the token"}


def test_a_site_needs_neither_routes_nor_agreements(project: Project) -> None:
    assert lint(project(SITE), ENVIRON).items == ()
    centre = load(project(SITE), ENVIRON).gateway.centre
    assert centre is not None
    assert (centre.url, centre.site, centre.client.timeout) == ("https://edi.centre.example", "oslo", 300.0)
    assert centre.client.login == BearerLogin("the token")
    assert "the token" not in repr(centre)


def test_without_it_a_gateway_is_a_centre(project: Project) -> None:
    assert load(project(), {"ODOO_KEY": "key"}).gateway.centre is None


@pytest.mark.parametrize(
    ("there", "instead", "code"),
    [
        ('token = "${CENTRE_TOKEN}"', 'token = "in the open"', "R013"),
        ("https://", "http://", "R068"),
        ('partner = "bigbox"\ntype', "type", "R182"),
        ('example/"', 'example/"\ntls = { authorities = "none.pem" }', "R064"),
    ],
)
def test_what_is_wrong_is_told(project: Project, there: str, instead: str, code: str) -> None:
    assert there in SITE
    assert [item.code for item in lint(project(SITE.replace(there, instead)), ENVIRON).items] == [code]


def test_a_private_line_may_be_without_tls(project: Project) -> None:
    private = SITE.replace("https://", "http://").replace("[[owner]]", "internal = true\n\n[[owner]]", 1)
    assert lint(project(private), ENVIRON).items == ()
