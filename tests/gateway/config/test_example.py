"""The routes.toml at the top of the project, which demo and documentation use, and the schema that editors use."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from gateway.config import json_schema, lint, load
from gateway.domain.channel import HttpOptions
from gateway.domain.token import token_matches
from tests.gateway.config.conftest import ROUTES

ROOT = Path(__file__).parents[3]
LIVE = {
    "GATEWAY_ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://x/edi?sslmode=verify-full",
    "AMQP_URL": "amqps://x",
    "ODOO_URL": "https://odoo",
    "SMTP_HOST": "smtp.nordic.example",
    "ODOO_API_KEY": "key",
    "BIGBOX_TOKEN_SHA256": "sha256:" + "0" * 64,
    "NORDMART_TOKEN_SHA256": "sha256:" + "1" * 64,
}


@pytest.mark.parametrize("environ", [{}, {"GATEWAY_ENVIRONMENT": "test"}, LIVE])
def test_the_example_has_no_fault_in_any_environment(environ: dict[str, str]) -> None:
    assert lint(ROOT / "routes.toml", environ).items == ()


def test_the_example_needs_nothing_from_outside() -> None:
    snapshot = load(ROOT / "routes.toml", {})
    assert set(snapshot.partners) == {"bigbox", "nordmart"}
    assert [route.id for route in snapshot.routes] == ["bigbox-rush", "bigbox-orders", "nordmart-orders"]


def test_production_refuses_to_start_on_the_defaults_of_the_example() -> None:
    report = lint(ROOT / "routes.toml", {"GATEWAY_ENVIRONMENT": "production"})
    assert {item.code for item in report.errors} == {"R010"}


def test_the_tokens_beside_the_hashes_in_the_example_fit() -> None:
    channels = load(ROOT / "routes.toml", {}).channels
    for partner in ("bigbox", "nordmart"):
        options = channels[f"{partner}-http"].options
        assert isinstance(options, HttpOptions)
        assert token_matches(f"{partner}-demo-token", options.token_hashes)


def test_the_schema_file_is_the_one_the_model_gives() -> None:
    assert (ROOT / "routes.schema.json").read_text() == json_schema()


@pytest.mark.parametrize("text", [(ROOT / "routes.toml").read_text(), ROUTES])
def test_what_the_gateway_takes_fits_the_schema(text: str) -> None:
    jsonschema.validate(tomllib.loads(text), json.loads(json_schema()))


def test_the_schema_takes_references_where_numbers_stand() -> None:
    data = tomllib.loads(ROUTES.replace('type = "odoo"', 'type = "odoo"\nconcurrency = "${N:-4}"'))
    jsonschema.validate(data, json.loads(json_schema()))


@pytest.mark.parametrize(
    ("old", "new"), [('type = "folder"', 'type = "ftp"'), ("inbox", "inbocks"), ('"${ODOO_KEY}"', '"hunter2"')]
)
def test_the_schema_refuses_what_the_gateway_refuses(old: str, new: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(ROUTES.replace(old, new)), json.loads(json_schema()))
