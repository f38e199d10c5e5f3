"""Secrets from Vault: every way in, what is read, everything that keeps one from it, and a check that asks nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import ConfigurationRefused, lint, load
from gateway.config.vault import REFERENCE, SecretRefused, Vault
from gateway.domain.application import OdooConnection
from gateway.errors import ConfigurationInvalid, VaultUnavailable
from tests.gateway.config.conftest import ROUTES, Project
from tests.servers.authority import Authority
from tests.servers.process import free_port
from tests.servers.vault import SimulatedVault, Version

REFERRING = ROUTES.replace("${ODOO_KEY}", "${vault:secret/data/edi/odoo#api_key}")
PATH = "secret/data/edi/odoo"


@pytest.fixture
def vault() -> Iterator[SimulatedVault]:
    with SimulatedVault() as vault:
        vault.put("edi/odoo", api_key="the first", login="gateway")
        vault.put("edi/odoo", api_key="the second", number=7)
        yield vault


def known(vault: SimulatedVault, **more: str) -> dict[str, str]:
    return {"VAULT_ADDR": vault.address, "VAULT_TOKEN": "root", **more}


def read(variables: dict[str, str], path: str = PATH, key: str = "api_key", version: str = "") -> str:
    return Vault(variables).read(path, version, key)


class TestReferences:
    def test_a_configuration_is_filled(self, vault: SimulatedVault, project: Project) -> None:
        connection = load(project(REFERRING), known(vault)).applications["odoo"].connection
        assert isinstance(connection, OdooConnection)
        assert connection.api_key == "the second"
        assert "the second" not in repr(connection)

    def test_a_changed_secret_is_there_at_the_next_look_and_the_digest_stays(
        self, vault: SimulatedVault, project: Project
    ) -> None:
        file = project(REFERRING)
        before = load(file, known(vault))
        vault.put("edi/odoo", api_key="the third")
        after = load(file, known(vault))
        connection = after.applications["odoo"].connection
        assert isinstance(connection, OdooConnection)
        assert connection.api_key == "the third"
        assert before.digest == after.digest

    def test_each_path_is_read_once(self, vault: SimulatedVault) -> None:
        asked = Vault(known(vault))
        assert [asked.read(PATH, "", key) for key in ("api_key", "number")] == ["the second", "7"]
        assert vault.calls[f"/v1/{PATH}"] == 1

    def test_a_version_may_be_named(self, vault: SimulatedVault) -> None:
        assert read(known(vault), version="?version=1") == "the first"

    def test_the_old_engine_is_read_as_well(self, vault: SimulatedVault) -> None:
        assert read(known(vault), "cubbyhole/edi", "old") == "engine of version 1"

    def test_a_namespace_is_another_place(self, vault: SimulatedVault) -> None:
        vault.put("edi/odoo", namespace="trade", api_key="theirs")
        assert read(known(vault, VAULT_NAMESPACE="trade")) == "theirs"

    @pytest.mark.parametrize("text", ["vault:secret#key", "vault:secret/data/edi", "vault:#a", "vault:a/b#", "vault:a/../b c#d"])
    def test_what_is_no_reference_is_told(self, project: Project, text: str) -> None:
        assert REFERENCE.fullmatch(text) is None
        (found,) = [
            item for item in lint(project(ROUTES.replace("${ODOO_KEY}", f"${{{text}}}")), {}).items if item.code == "R012"
        ]
        assert "${vault:secret/data/edi/odoo#api_key}" in found.message


class TestOffline:
    def test_the_check_asks_nobody(self, project: Project) -> None:
        assert lint(project(REFERRING), {"VAULT_ADDR": "https://vault.invalid"}).items == ()

    def test_what_stands_for_secrets_fits_where_they_have_a_form(self, project: Project) -> None:
        text = (
            REFERRING
            + """
[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${vault:secret/data/edi/bigbox#new}", "${vault:secret/data/edi/bigbox#old}"]

[gateway.encryption]
active = "k1"
keys = [{ id = "k1", key = "${vault:secret/data/edi/keys#k1}" }]
"""
        )
        assert lint(project(text), {}).items == ()


class TestWaysIn:
    @pytest.mark.parametrize(
        "way",
        [
            {"VAULT_ROLE_ID": "role-1", "VAULT_SECRET_ID": "secret-1"},
            {"VAULT_ROLE_ID": "role-1", "VAULT_SECRET_ID_FILE": "{folder}/secret-id"},
            {"VAULT_K8S_ROLE": "edi-gateway", "VAULT_K8S_TOKEN_FILE": "{folder}/jwt"},
            {"VAULT_K8S_ROLE": "edi-gateway", "VAULT_K8S_TOKEN_FILE": "{folder}/jwt", "VAULT_AUTH_MOUNT": "cluster-7"},
            {"VAULT_TOKEN_FILE": "{folder}/token"},
        ],
    )
    def test_each_leads_there_and_what_was_lent_is_given_back(
        self, vault: SimulatedVault, tmp_path: Path, way: dict[str, str]
    ) -> None:
        for name, text in (("secret-id", "secret-1\n"), ("jwt", "jwt-1"), ("token", "root\n")):
            (tmp_path / name).write_text(text)
        variables = {name: value.format(folder=tmp_path) for name, value in way.items()}
        asked = Vault({"VAULT_ADDR": vault.address, **variables})
        assert asked.read(PATH, "", "api_key") == "the second"
        asked.close()
        assert vault.tokens == {"root"}, "our own token is not given back, a lent one is"

    @pytest.mark.parametrize(
        ("way", "said"),
        [
            ({"VAULT_ROLE_ID": "role-1", "VAULT_SECRET_ID": "wrong"}, r"by approle .*HTTP 400.*invalid role or secret ID"),
            ({"VAULT_ROLE_ID": "role-1", "VAULT_AUTH_MOUNT": "none"}, r"at auth/none \(HTTP 404\)"),
        ],
    )
    def test_a_closed_door_is_told(self, vault: SimulatedVault, way: dict[str, str], said: str) -> None:
        with pytest.raises(VaultUnavailable, match=said) as told:
            read({"VAULT_ADDR": vault.address, **way})
        assert "role, credentials and VAULT_AUTH_MOUNT" in told.value.remedy

    def test_somebody_has_to_be_named(self, vault: SimulatedVault) -> None:
        with pytest.raises(ConfigurationInvalid, match="nothing says who we are") as told:
            read({"VAULT_ADDR": vault.address})
        assert "VAULT_ROLE_ID" in told.value.remedy
        with pytest.raises(ConfigurationInvalid, match="VAULT_ADDR is not set"):
            read({"VAULT_TOKEN": "root"})
        with pytest.raises(ConfigurationInvalid, match="VAULT_K8S_TOKEN_FILE names /none"):
            read({"VAULT_ADDR": vault.address, "VAULT_K8S_ROLE": "edi", "VAULT_K8S_TOKEN_FILE": "/none"})


class TestRefusals:
    def test_what_is_not_there_stands_where_it_is_referred_to(self, vault: SimulatedVault, project: Project) -> None:
        vault.secrets.clear()
        with pytest.raises(ConfigurationRefused) as told:
            load(project(REFERRING), known(vault))
        (found,) = told.value.report.errors
        assert (found.code, found.file) == ("R181", "routes.toml")
        assert f"there is no {PATH} in Vault" in found.message

    @pytest.mark.parametrize(
        ("path", "key", "said"),
        [
            (PATH, "password", r'has no key "password" \(it has: api_key, number\)'),
            ("secret/edi/odoo", "api_key", "write secret/data/edi/odoo"),
            ("secret/data/edi/deleted", "a", "version 1 of .* was deleted: `vault kv undelete`"),
            ("secret/data/edi/destroyed", "a", "version 1 of .* was destroyed"),
            ("secret/data/edi/closed", "a", "we may not read secret/data/edi/closed"),
            ("database/creds/edi", "password", "is lent for 3600 s and would end while the gateway runs"),
            ("nowhere/edi", "a", "there is no nowhere/edi"),
        ],
    )
    def test_each_is_told_with_what_to_do(self, vault: SimulatedVault, path: str, key: str, said: str) -> None:
        vault.secrets["", "edi/deleted"] = [Version({"a": "b"}, deleted="2026-11-21T12:00:00Z")]
        vault.secrets["", "edi/destroyed"] = [Version({"a": "b"}, destroyed=True)]
        vault.forbidden.add("secret/data/edi/closed")
        vault.lent["database/creds/edi"] = {"username": "v-edi", "password": "one of many"}
        with pytest.raises(SecretRefused, match=said):
            read(known(vault), path, key)

    def test_a_token_that_ended_is_told_as_a_right_that_we_lack(self, vault: SimulatedVault) -> None:
        with pytest.raises(SecretRefused, match=r"we may not read .*permission denied"):
            read(known(vault, VAULT_TOKEN="ended"))


class TestVaultItself:
    def test_a_sealed_one_is_no_fault_of_the_configuration(self, vault: SimulatedVault, project: Project) -> None:
        vault.sealed = True
        with pytest.raises(VaultUnavailable, match=r"HTTP 503\): Vault is sealed") as told:
            load(project(REFERRING), known(vault))
        assert told.value.exit_status == 6
        assert "Unseal it" in told.value.remedy

    def test_one_that_is_not_there(self) -> None:
        with pytest.raises(VaultUnavailable, match=r"does not answer: .*refused"):
            read({"VAULT_ADDR": f"http://127.0.0.1:{free_port()}", "VAULT_TOKEN": "root"})

    def test_a_standby_leads_to_the_active_one(self, vault: SimulatedVault) -> None:
        with SimulatedVault(standby_of=vault.address) as standby:
            assert read(known(standby)) == "the second"
            standby.standby_of = "http://vault.example"
            with pytest.raises(VaultUnavailable, match=r"sends us to http://vault\.example"):
                read(known(standby))

    def test_nothing_is_told_over_an_open_line(self) -> None:
        with pytest.raises(ConfigurationInvalid, match="would be readable"):
            read({"VAULT_ADDR": "http://vault.example:8200", "VAULT_TOKEN": "root"})

    def test_its_certificate_is_verified(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        with SimulatedVault(issued=authority.issue("vault")) as vault:
            vault.put("edi/odoo", api_key="safe")
            assert read(known(vault, VAULT_CACERT=str(authority.certificate))) == "safe"
            with pytest.raises(VaultUnavailable, match="Vault is not trusted: its certificate is of an authority") as told:
                read(known(vault))
            assert "VAULT_CACERT" in told.value.remedy
            with pytest.raises(ConfigurationInvalid, match="VAULT_CACERT names"):
                read(known(vault, VAULT_CACERT="/none.pem"))
