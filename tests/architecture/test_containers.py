"""The containers: the compose file keeps our rules, the Dockerfile keeps to what `make` proves, and the scripts work."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.architecture.source_tree import ROOT

COMPOSE: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = [name for name in SERVICES if name != "migrate"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_loopback_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_restarts_gains_no_privileges_and_names_a_version(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] in {"unless-stopped", "on-failure:3"}
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service["image"].endswith(":latest")
    assert ":" in service["image"]


@pytest.mark.parametrize("name", LASTING)
def test_a_service_has_a_health_check(name: str) -> None:
    assert "test" in SERVICES[name].get("healthcheck", {}) or (name == "gateway" and "HEALTHCHECK" in DOCKERFILE)


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_uses_is_defined(name: str) -> None:
    service = SERVICES[name]
    secrets = {entry if isinstance(entry, str) else entry["source"] for entry in service.get("secrets", [])}
    assert secrets <= set(COMPOSE["secrets"])
    volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
    assert {volume for volume in volumes if not volume.startswith(".")} <= set(COMPOSE["volumes"])
    assert all((ROOT / volume).exists() for volume in volumes if volume.startswith("."))
    assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_no_secret_stands_in_the_compose_file() -> None:
    values = [str(value) for service in SERVICES.values() for value in service.get("environment", {}).values()]
    assert not [value for value in values if "://" in value and "@" in value]
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


def test_the_gateway_runs_without_root_or_capabilities_on_a_read_only_system() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, flags=re.MULTILINE)
    assert SERVICES["gateway"]["cap_drop"] == ["ALL"]
    assert SERVICES["gateway"]["read_only"] is True


def test_the_gateway_takes_no_more_than_it_was_given() -> None:
    assert SERVICES["gateway"]["mem_limit"] == "2g"
    assert SERVICES["gateway"]["pids_limit"] == 512


def test_the_image_is_built_by_the_steps_that_make_proves() -> None:
    def steps(text: str) -> list[str]:
        return re.findall(r"--require-hashes.*|--no-deps --no-build-isolation", text)[:2]

    assert steps(DOCKERFILE) == steps(MAKEFILE) != []


def test_the_image_gets_every_file_it_copies() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    copied = {word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE) for word in line.split()[:-1]}
    assert copied == allowed


def test_secrets_are_made_once_and_fit_together(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = subprocess.run([str(ROOT / "tools/make-secrets"), str(folder)], check=True, capture_output=True, text=True)
    written = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    again = subprocess.run([str(ROOT / "tools/make-secrets"), str(folder)], check=True, capture_output=True, text=True)
    assert set(written) == set(COMPOSE["secrets"])
    assert first.stderr.count("wrote") == len(written)
    assert not again.stderr
    assert written == {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert written["postgres_password"] in written["database_url"]
    assert re.findall(r"default_pass = (\w+)", written["rabbitmq_user"])[0] in written["amqp_url"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_entry_point_hands_secrets_over_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://edi:a$b c'd@postgres/edi\n", encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "DATABASE_URL_FILE": str(tmp_path / "url"), "SSL_CERT_FILE": "/etc/ssl/ca.pem"}
    command = [str(ROOT / "tools/container-entrypoint"), "env"]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.splitlines()
    assert "DATABASE_URL=postgresql://edi:a$b c'd@postgres/edi" in output
    assert [line for line in output if "_FILE=" in line] == ["SSL_CERT_FILE=/etc/ssl/ca.pem"]


def test_the_entry_point_refuses_a_secret_that_is_not_there(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "AMQP_URL_FILE": str(tmp_path / "gone")}
    run = subprocess.run(
        [str(ROOT / "tools/container-entrypoint"), "env"], check=False, capture_output=True, text=True, env=environment
    )
    assert run.returncode == 78
    assert "Remedy: run tools/make-secrets" in run.stderr


def test_the_environment_of_the_gateway_fills_what_production_asks_for() -> None:
    given = {name.removesuffix("_FILE") for name in SERVICES["gateway"]["environment"]}
    overlay = (ROOT / "environments" / "production.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z0-9_]+):\?", overlay)) <= given
