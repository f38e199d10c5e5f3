"""The frame of the command line: start time, help, suggestions, errors in three lines, exit statuses, colour, pipes."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from gateway.cli import main
from gateway.cli.command_table import COMMANDS
from gateway.cli.exit_status import MEANINGS, ExitStatus, of_items
from gateway.cli.terminal import Terminal
from gateway.errors import ConfigurationInvalid, StoreUnavailable

HEAVY = ("pydantic", "asyncpg", "aiohttp", "aio_pika", "paramiko", "lxml", "rich", "tomlkit", "orjson", "translators")
LISTED = [name for name in COMMANDS if name != "demo"]
SINGLE = [
    " ".join(words)
    for name, entry in COMMANDS.items()
    if name != "demo"
    for words in ([(name, below) for below in entry.below] if entry.below else [(name,)])
]
"""What does something: commands, and those below groups of them."""
SILENT = (
    "run", "db restored", "numbers seed", "numbers void", "acks waive", "acks dismiss", "acks match", "failures acknowledge",
    "failures assign", "failures mute", "failures resolve", "failures note", "dlq discard", "dlq found", "batches cancel",
    "targets hold", "targets release", "targets retry-now", "partners hold", "partners release", "retention hold",
    "retention release", "rights database", "dlq approve", "holds release", "holds approve", "holds refuse",
    "users add", "users invite", "users change", "users close", "users sign-out", "tokens add", "tokens rotate", "tokens revoke",
    "simulate keys", "simulate odoo",
)  # fmt: skip
"""Commands without a result to write."""


def python(*words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, check=False, env=environment)


def gateway(*words: str) -> "subprocess.CompletedProcess[str]":
    return python("-m", "gateway.cli", *words)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from gateway.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    loaded = python("-c", code).stderr
    assert "'typer'" in loaded
    assert [name for name in HEAVY if f"'{name}'" in loaded] == []
    assert "gateway.cli.validate" not in loaded


def test_help_lists_every_command_with_its_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.summary.split()[0])}", out, re.MULTILINE), name
    for status in ExitStatus:
        assert f"{status.value} {MEANINGS[status].split()[0]}" in " ".join(out.split())


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_gateway_alone_shows_the_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert "Examples:" in capsys.readouterr().out


def test_the_version_is_an_option_too_that_says_the_first_line_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    for words in (["--version"], ["--no-color", "--version"], ["--version", "run"]):
        assert main(words) == 0
        assert capsys.readouterr().out == f"{first}\n"
    assert main(["check", "--version"]) == 2, "it is an option of the gateway, not of its commands"


@pytest.mark.parametrize("name", sorted({*LISTED, *SINGLE}))
def test_every_help_begins_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "--help"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0].startswith(f"Usage: gateway {name}")
    assert lines[1] == "Examples:"
    assert f"gateway {name}" in lines[2]


@pytest.mark.parametrize("name", SINGLE)
def test_every_command_takes_debug_and_no_color(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([*name.split(), "--help"])
    out = capsys.readouterr().out
    assert "--debug" in out
    assert "--no-color" in out


@pytest.mark.parametrize("name", [name for name in SINGLE if name not in SILENT])
def test_every_command_with_a_result_takes_the_output_option(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([*name.split(), "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert re.search(r"-o, --output <text\|json\|jsonl\|csv", out)
    assert "--json" in out


def test_a_mistyped_command_gets_a_suggestion(invoke: Callable) -> None:
    result = invoke("validat", "x")
    assert result.status == 2
    assert "Did you mean 'validate'" in result.err


def test_commands_are_not_abbreviated(invoke: Callable) -> None:
    assert invoke("val", "x").status == 2


def test_a_mistyped_command_below_a_group_gets_a_suggestion(invoke: Callable) -> None:
    result = invoke("db", "migrat")
    assert result.status == 2
    assert "Did you mean 'migrate'" in result.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["detect"], "Missing argument"),
        (["detect", "-o", "xml", "-"], "'xml' is not one of 'text', 'json', 'jsonl', 'csv'"),
        (["detect", "--nonsense", "-"], "--nonsense"),
        (["ack", "--control-number", "0", "-"], "--control-number"),
        (["ack", "--at", "yesterday", "-"], "is no time"),
    ],
)
def test_usage_errors_are_three_lines_and_status_2(words: list[str], says: str, invoke: Callable) -> None:
    result = invoke(*words)
    lines = result.err.splitlines()
    assert result.status == 2
    assert says in lines[0]
    assert [line.split(":")[0].strip() for line in lines] == ["error", "where", "next"]
    assert f"gateway {words[0]}" in lines[1]
    assert "Value error" not in result.err


def test_gateway_errors_show_their_remedy_and_end_with_their_status(invoke: Callable, wired: Callable) -> None:
    wired(database_status=StoreUnavailable("the database does not answer", remedy="Start it: systemctl start postgresql"))
    result = invoke("db", "status")
    assert result.status == 6
    assert result.err.splitlines() == [
        "error: the database does not answer",
        "where: gateway db",
        " next: Start it: systemctl start postgresql",
    ]


def test_invalid_configuration_ends_with_78(invoke: Callable, wired: Callable) -> None:
    wired(run=ConfigurationInvalid("routes.toml cannot be used", remedy="gateway check"))
    assert invoke("run").status == 78


def test_a_bug_is_told_without_a_traceback(invoke: Callable, wired: Callable) -> None:
    wired(run=ZeroDivisionError("oh"))
    result = invoke("run")
    assert result.status == 1
    assert "Traceback" not in result.err
    assert "internal error: ZeroDivisionError: oh" in result.err
    assert "--debug" in result.err


@pytest.mark.parametrize("words", [["--debug", "run"], ["run", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(words: list[str], invoke: Callable, wired: Callable) -> None:
    wired(run=ZeroDivisionError("oh"))
    assert "Traceback (most recent call last)" in invoke(*words).err


def test_ctrl_c_ends_with_130(invoke: Callable, wired: Callable) -> None:
    wired(run=KeyboardInterrupt())
    result = invoke("run")
    assert result.status == 130
    assert result.err == ""


def test_an_operating_system_error_names_its_file(invoke: Callable, wired: Callable) -> None:
    wired(run=PermissionError(13, "Permission denied", "/data/lock"))
    result = invoke("run")
    assert result.status == 1
    assert "where: /data/lock" in result.err


def _as_in_a_terminal() -> None:
    """A suite that runs in the background of a shell has the interrupt ignored, and would pass that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_in_a_real_process_is_quiet() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "validate", "not-there", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_as_in_a_terminal,  # noqa: PLW1509 - it only sets a signal
    ) as process:  # fmt: skip
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(3)]  # about the first file; now it waits for standard input
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert told[0].startswith(b"error: cannot read not-there")
    assert (process.returncode, out, err) == (130, b"", b"")


def test_a_closed_pipe_is_quiet() -> None:
    script = f"{sys.executable} -m gateway.cli --help | head -n 1; {sys.executable} -m gateway.cli version | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("Usage: gateway")
    assert done.stderr == ""


class _ClosedPipe(io.BytesIO):
    def write(self, _data: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_reader_that_leaves_ends_the_command_quietly(invented: None) -> None:
    err = io.StringIO()
    terminal = Terminal(io.BytesIO(b"ISA*00*~IEA~"), _ClosedPipe(), err)
    assert main(["parse", "-"], terminal=terminal) == 0
    assert err.getvalue() == ""


def test_no_colour_reaches_a_file_or_a_pipe() -> None:
    assert "\x1b" not in gateway("nonsense").stderr


@pytest.mark.parametrize(
    ("environment", "words", "coloured"),
    [
        ({"TERM": "xterm"}, [], True),
        ({"TERM": "dumb"}, [], False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, [], False),
        ({"TERM": "xterm", "NO_COLOR": ""}, [], True),
        ({"TERM": "xterm"}, ["--no-color"], False),
    ],
)
def test_colour_is_for_a_terminal_that_wants_it(environment: dict[str, str], words: list[str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "detect", "no-such-file", *words],
        stderr=theirs, stdout=subprocess.DEVNULL, env={**clean, **environment}, timeout=60, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert done.returncode == 1
    assert (b"\x1b[" in shown) is coloured
    assert b"cannot read no-such-file" in shown


def test_version_as_text_and_as_json(invoke: Callable) -> None:
    text, record = invoke("version"), json.loads(invoke("version", "-o", "json").out)
    assert list(record) == ["version", "python", "schema", "platform"]
    assert record["python"] in text.out
    assert record["schema"] is None or record["schema"] >= 1
    assert json.loads(invoke("version", "--json").out) == record
    assert invoke("version", "-o", "csv").out.splitlines()[0] == "version,python,schema,platform"


def test_module_and_console_script_are_the_same_program() -> None:
    assert json.loads(gateway("version", "--json").stdout)["python"]


S = ExitStatus


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([], S.SUCCESS),
        ([S.SUCCESS], S.SUCCESS),
        ([S.FAILED], S.FAILED),
        ([S.USAGE], S.USAGE),
        ([S.SUCCESS, S.FAILED], S.SOME_FAILED),
        ([S.FAILED, S.USAGE], S.SOME_FAILED),
        ([S.SUCCESS, S.FAILED, S.INVALID], S.INVALID),
        ([S.SOME_FAILED], S.SOME_FAILED),
    ],
)
def test_the_status_of_several_items(outcomes: list[ExitStatus], status: ExitStatus) -> None:
    assert of_items(outcomes) is status
