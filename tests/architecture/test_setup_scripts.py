"""The scripts behind `make`, run with stand-ins for the system's commands: what they do, refuse, and leave behind."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT


@dataclass(frozen=True)
class Machine:
    """A folder of stand-in commands. `log` holds what they were called with, one line each."""

    folder: Path

    @property
    def log(self) -> list[str]:
        file = self.folder / "log"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    @property
    def policy(self) -> Path:
        return self.folder / "policy-rc.d"

    def command(self, name: str, script: str) -> None:
        file = self.folder / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.folder}/log"\n{script}\n', encoding="utf-8")
        file.chmod(0o755)

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder}:{self.folder}/system"
        variables = {"PATH": path, "POLICY_RC_D": str(self.policy), **environment}
        return subprocess.run(
            [ROOT / "tools" / script, *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=variables,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian where root may install and nothing is installed yet; only the basic tools are real."""
    made = Machine(tmp_path)
    system = tmp_path / "system"
    system.mkdir()
    for name in ("sh", "bash", "env", "rm", "chmod", "tee", "dirname", "cat", "true"):
        (system / name).symlink_to(next(path for folder in ("/usr/bin", "/bin") if (path := Path(folder, name)).exists()))
    made.command("dpkg-query", "exit 1")
    made.command("id", "echo 0")
    made.command("apt-get", f'[ -x "{made.policy}" ] && "{made.policy}"; echo "policy said $?" >> "{tmp_path}/log"')
    return made


def test_missing_packages_are_installed_and_no_service_may_start_meanwhile(machine: Machine) -> None:
    run = machine.run("install-packages", "rabbitmq-server")
    assert run.returncode == 0
    assert any(line.startswith("apt-get") and line.endswith("rabbitmq-server") for line in machine.log)
    assert "policy said 101" in machine.log
    assert not machine.policy.exists()


def test_a_policy_of_the_machine_itself_is_left_as_it_is(machine: Machine) -> None:
    machine.policy.write_text("#!/bin/sh\nexit 104\n", encoding="utf-8")
    machine.policy.chmod(0o755)
    machine.run("install-packages", "rabbitmq-server")
    assert "policy said 104" in machine.log
    assert machine.policy.read_text(encoding="utf-8") == "#!/bin/sh\nexit 104\n"


def test_installed_packages_are_left_alone(machine: Machine) -> None:
    machine.command("dpkg-query", "echo installed")
    assert machine.run("install-packages", "rabbitmq-server", "openssh-server").returncode == 0
    assert not [line for line in machine.log if line.startswith("apt-get")]


def test_the_list_of_packages_is_fetched_only_when_installing_fails_without(machine: Machine) -> None:
    machine.command("apt-get", f'case "$*" in *update*) : > "{machine.folder}/updated";; esac; [ -e "{machine.folder}/updated" ]')
    assert machine.run("install-packages", "rabbitmq-server").returncode == 0
    calls = [line.split()[-1] for line in machine.log if line.startswith("apt-get")]
    assert calls == ["rabbitmq-server", "update", "rabbitmq-server"]


def test_the_policy_is_removed_after_a_failure_too(machine: Machine) -> None:
    machine.command("apt-get", "exit 100")
    assert machine.run("install-packages", "rabbitmq-server").returncode != 0
    assert not machine.policy.exists()


def no_rights(machine: Machine) -> None:
    machine.command("id", "echo 1000")


def sudo_wants_a_password(machine: Machine) -> None:
    machine.command("id", "echo 1000")
    machine.command("sudo", "exit 1")


def no_debian(machine: Machine) -> None:
    (machine.folder / "apt-get").unlink()


@pytest.mark.parametrize("prepare", [no_rights, sudo_wants_a_password, no_debian])
def test_where_nothing_may_be_installed_the_tests_are_skipped_with_the_remedy(
    machine: Machine, prepare: Callable[[Machine], None]
) -> None:
    prepare(machine)
    run = machine.run("install-servers", "rabbitmq-server", "openssh-server")
    assert run.returncode == 0
    assert "skipped. Remedy: sudo apt-get install rabbitmq-server openssh-server" in run.stderr


def test_where_all_servers_must_be_there_it_is_an_error(machine: Machine) -> None:
    no_rights(machine)
    assert machine.run("install-servers", "rabbitmq-server", REQUIRE_SERVERS="1").returncode == 1


def lock_file(machine: Machine) -> Path:
    folder = machine.folder / "peer"
    folder.mkdir()
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    return folder


def test_javascript_packages_are_installed_from_their_lock_file(machine: Machine) -> None:
    machine.command("npm", "pwd")
    folder = lock_file(machine)
    run = machine.run("install-node-modules", str(folder))
    assert run.returncode == 0
    assert [line for line in machine.log if line.startswith("npm ci --ignore-scripts")]
    assert run.stderr == f"{folder}\n"


def test_npm_is_installed_when_there_is_none(machine: Machine) -> None:
    npm = machine.folder / "npm"
    machine.command("apt-get", f'printf "#!/bin/sh\\n" > "{npm}"; chmod 755 "{npm}"')
    assert machine.run("install-node-modules", str(lock_file(machine))).returncode == 0
    assert any(line.startswith("apt-get") and line.endswith("nodejs npm") for line in machine.log)


@pytest.mark.parametrize(("required", "status"), [("", 0), ("1", 1)])
def test_without_javascript_packages_the_tests_are_skipped_with_the_remedy(machine: Machine, required: str, status: int) -> None:
    machine.command("npm", "exit 1")
    folder = lock_file(machine)
    run = machine.run("install-node-modules", str(folder), REQUIRE_SERVERS=required)
    assert run.returncode == status
    assert f"Remedy: sudo apt-get install nodejs npm, then npm ci in {folder}" in run.stderr


def test_passwordless_sudo_is_used(machine: Machine) -> None:
    machine.command("id", "echo 1000")
    machine.command("sudo", 'shift; exec "$@"')
    assert machine.run("install-packages", "rabbitmq-server").returncode == 0
    assert any(line.startswith("sudo --non-interactive env DEBIAN_FRONTEND=noninteractive apt-get") for line in machine.log)
    assert not machine.policy.exists()


def python(machine: Machine, name: str, *, version: str, ensurepip: bool = True) -> None:
    """A stand-in for a Python: new enough or not, with ensurepip or not; `-m venv` makes the folder."""
    new_enough = 0 if tuple(map(int, version.split("."))) >= (3, 11) else 1
    machine.command(
        name,
        f'case "$2" in *version_info\\ \\<*) exit {new_enough};; *print*) echo {version};; esac\n'
        f'case "$2" in *ensurepip*) exit {0 if ensurepip else 1};; esac\n'
        f'[ "$2" = venv ] && : > "$3"\nexit 0',
    )


def test_the_first_python_that_is_new_enough_makes_the_environment(machine: Machine) -> None:
    python(machine, "python3", version="3.9")
    python(machine, "python3.12", version="3.12")
    assert machine.run("make-environment", str(machine.folder / "env")).returncode == 0
    assert machine.log[-1] == f"python3.12 -m venv {machine.folder / 'env'}"


def test_an_old_python_is_refused_with_the_remedy(machine: Machine) -> None:
    python(machine, "python3", version="3.9")
    run = machine.run("make-environment", str(machine.folder / "env"))
    assert run.returncode == 1
    assert "No Python 3.11 or newer. Install one, or name it: make PYTHON=" in run.stderr


def test_a_python_that_was_named_is_the_only_one_tried(machine: Machine) -> None:
    python(machine, "python3", version="3.12")
    run = machine.run("make-environment", str(machine.folder / "env"), "mypython")
    assert run.returncode == 1
    assert "at 'mypython'" in run.stderr


def test_debians_python_without_venv_gets_it_when_that_is_allowed(machine: Machine) -> None:
    python(machine, "python3", version="3.11", ensurepip=False)
    assert machine.run("make-environment", str(machine.folder / "env")).returncode == 0
    assert any(line.startswith("apt-get") and line.endswith("python3.11-venv") for line in machine.log)


def test_debians_python_without_venv_is_explained_when_nothing_may_be_installed(machine: Machine) -> None:
    python(machine, "python3", version="3.11", ensurepip=False)
    no_rights(machine)
    run = machine.run("make-environment", str(machine.folder / "env"))
    assert run.returncode == 1
    assert "Remedy: sudo apt-get install python3.11-venv" in run.stderr


_SKIPPING = """
import pytest

def test_skips():
    pytest.skip("rabbitmq-server is not installed")

@pytest.mark.optional
def test_may_skip():
    pytest.skip("no Odoo here")

@pytest.mark.xfail(strict=True)
def test_known():
    raise ValueError
"""


@pytest.mark.parametrize(
    ("required", "file", "outcome"),
    [
        ("", _SKIPPING, "2 skipped, 1 xfailed"),
        ("1", _SKIPPING, "1 failed, 1 skipped, 1 xfailed"),
        ("1", 'import pytest\npytest.skip("all of it", allow_module_level=True)', "1 error"),
    ],
)
def test_nothing_is_skipped_where_all_servers_must_be_there(tmp_path: Path, required: str, file: str, outcome: str) -> None:
    (tmp_path / "test_sample.py").write_text(file, encoding="utf-8")
    arguments = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-c",
        "pyproject.toml",
    ]
    run = subprocess.run(
        [sys.executable, *arguments, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "REQUIRE_SERVERS": required},
    )
    assert outcome in run.stdout.splitlines()[-1]


def test_make_alone_lists_every_target_with_its_line() -> None:
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("demo", "run", "test", "check", "bench", "docs", "setup", "lock", "clean"):
        assert f"make {target} " in listed
