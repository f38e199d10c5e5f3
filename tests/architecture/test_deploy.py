"""What is deployed: units that systemd takes, manifests that Kubernetes takes, both with the limits that we promise."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from gateway.config import lint
from gateway.telemetry.metrics import METRICS
from tests.architecture.source_tree import ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service")) + sorted((ROOT / "deploy/systemd").glob("*.timer"))
KUBERNETES = ROOT / "deploy/kubernetes"
OVERLAYS = ("trial", "production")
SCHEMA = "1.31"
"""The oldest release of Kubernetes that its makers still look after, and the newest that the schemas know are both asked."""

Manifest = dict[str, Any]


def manifests(*folders: str) -> Iterator[Manifest]:
    """Every manifest of some folders; what kustomize itself reads, patches and values of charts are left out."""
    for folder in folders:
        for file in sorted((KUBERNETES / folder).glob("*.yaml")):
            if file.name not in {"kustomization.yaml", "prometheus-adapter.yaml", "token.yaml"}:
                yield from YAML(typ="safe").load_all(file)


PLAIN = list(manifests("base", "components/vault", *(f"overlays/{name}" for name in OVERLAYS)))


@pytest.fixture(scope="module", params=OVERLAYS)
def built(request: pytest.FixtureRequest) -> list[Manifest]:
    """An overlay, as kustomize puts it together."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on this machine: what kustomize makes of the overlays is not looked at")
    words = ["kubectl", "kustomize", str(KUBERNETES / "overlays" / request.param)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    return list(YAML(typ="safe").load_all(done.stdout))


def deployments(found: list[Manifest]) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one["spec"] for one in found if one["kind"] == "Deployment"}


def container(spec: Manifest) -> Manifest:
    (only,) = spec["template"]["spec"]["containers"]
    return dict(only)


class TestManifests:
    @pytest.mark.parametrize("manifest", PLAIN, ids=lambda one: f"{one['kind']}/{one['metadata']['name']}")
    @pytest.mark.parametrize("version", [SCHEMA, kubernetes_validate.latest_version()])
    def test_each_fits_the_schema(self, manifest: Manifest, version: str) -> None:
        kubernetes_validate.validate(manifest, version, strict=True)

    @pytest.mark.optional
    def test_what_kustomize_makes_of_them_fits_as_well(self, built: list[Manifest]) -> None:
        for manifest in built:
            kubernetes_validate.validate(manifest, SCHEMA, strict=True)

    @pytest.mark.optional
    def test_names_lead_to_what_there_is(self, built: list[Manifest]) -> None:
        there = {(one["kind"], one["metadata"]["name"]) for one in built}
        pods = {name: spec["template"]["metadata"]["labels"] for name, spec in deployments(built).items()}
        for one in built:
            if one["kind"] in {"PodDisruptionBudget", "NetworkPolicy"}:
                wanted = one["spec"].get("podSelector", one["spec"].get("selector"))["matchLabels"]
                assert any(wanted.items() <= labels.items() for labels in pods.values()), one["metadata"]["name"]
            if one["kind"] == "HorizontalPodAutoscaler":
                assert ("Deployment", one["spec"]["scaleTargetRef"]["name"]) in there
        for spec in deployments(built).values():
            sources = container(spec)["envFrom"]
            assert ("ConfigMap", sources[0]["configMapRef"]["name"]) in there
            assert ("ServiceAccount", spec["template"]["spec"]["serviceAccountName"]) in there
            assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()

    @pytest.mark.optional
    def test_every_pod_is_probed_and_limited_and_has_no_rights(self, built: list[Manifest]) -> None:
        for spec in deployments(built).values():
            only, pod = container(spec), spec["template"]["spec"]
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(only)
            assert only["livenessProbe"]["httpGet"]["path"] == "/health/live", "a database that is away restarts nobody"
            assert only["readinessProbe"]["httpGet"]["path"] == "/health/ready"
            assert {"cpu", "memory"} <= set(only["resources"]["requests"]) & set(only["resources"]["limits"])
            rights = only["securityContext"]
            assert (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"]) == (True, False)
            assert rights["capabilities"]["drop"] == ["ALL"]
            assert (pod["securityContext"]["runAsNonRoot"], pod["automountServiceAccountToken"]) == (True, False)
            assert pod["terminationGracePeriodSeconds"] >= 5 + 20 + 20, "preStop, stop_within, and as much again"

    @pytest.mark.optional
    def test_all_roles_are_somewhere_and_none_twice(self, built: list[Manifest]) -> None:
        roles = [container(spec)["args"][-1].split(",") for spec in deployments(built).values()]
        assert sorted(chain(*roles)) == ["api", "deliver", "receive", "relay", "translate"]

    def test_a_node_that_is_emptied_and_a_new_release_leave_somebody(self) -> None:
        for spec in deployments(PLAIN).values():
            assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
            assert spec["replicas"] >= 2
        budgets = [one for one in PLAIN if one["kind"] == "PodDisruptionBudget"]
        assert len(budgets) == len(deployments(PLAIN))

    def test_nothing_gets_in_or_out_that_is_not_named(self) -> None:
        (closed,) = [one["spec"] for one in PLAIN if one["metadata"]["name"] == "edi-gateway-closed"]
        assert set(closed) == {"podSelector", "policyTypes"}
        assert set(closed["policyTypes"]) == {"Ingress", "Egress"}

    def test_it_is_scaled_by_a_metric_that_we_have(self) -> None:
        (scaler,) = [one["spec"] for one in PLAIN if one["kind"] == "HorizontalPodAutoscaler"]
        name = scaler["metrics"][0]["external"]["metric"]["name"]
        assert name in {metric.name for metric in METRICS}
        rules = YAML(typ="safe").load(KUBERNETES / "overlays/production/prometheus-adapter.yaml")["rules"]["external"]
        assert [rule["name"]["as"] for rule in rules] == [name]

    @pytest.mark.parametrize("overlay", OVERLAYS)
    def test_the_configuration_that_comes_with_it_has_no_fault(self, overlay: str) -> None:
        environ = {"DATABASE_URL": "postgresql://db/edi", "AMQP_URL": "amqp://mq", "ODOO_API_KEY": "key"}
        environ["BIGBOX_TOKEN_SHA256"] = f"sha256:{64 * '0'}"
        assert lint(KUBERNETES / "overlays" / overlay / "config/routes.toml", environ).items == ()


class TestUnits:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """The units, with a program that is on this machine in the place of ours."""
        for unit in UNITS:
            text = unit.read_text(encoding="utf-8").replace("/opt/edi-gateway/bin/gateway", "/bin/true")
            (tmp_path / unit.name).write_text(text)
        return tmp_path

    @pytest.mark.optional
    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
    def test_systemd_takes_them(self, folder: Path) -> None:
        words = ["systemd-analyze", "verify", "--man=no", *(str(folder / unit.name) for unit in UNITS)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.optional
    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
    def test_the_gateway_is_shut_in(self, folder: Path) -> None:
        words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(folder / "edi-gateway.service")]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout[-300:]

    def test_it_is_stopped_and_reloaded_as_the_gateway_understands_it(self) -> None:
        text = (ROOT / "deploy/systemd/edi-gateway.service").read_text(encoding="utf-8")
        said = dict(re.findall(r"^(\w+)=(.+)$", text, flags=re.MULTILINE))
        assert said["KillSignal"] == "SIGTERM"
        assert int(said["TimeoutStopSec"]) >= 40
        assert said["ExecReload"].endswith("-HUP $MAINPID")
        assert (said["Restart"], said["RestartPreventExitStatus"]) == ("always", "78")
        assert "@resources" not in said["SystemCallFilter"], "children run under limits of their own"
