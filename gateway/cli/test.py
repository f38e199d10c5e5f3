"""`gateway test`: whether documents become what the tests beside routes.toml say."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from xml.sax.saxutils import quoteattr

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.bootstrap.route_test_recording import Original
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "test": """
    gateway test                                    all tests beside routes.toml, in route-tests
    gateway test route-tests/bigbox.toml -o junit > report.xml
    gateway test --record order.x12 --name "an order of BigBox"
    gateway test --record 4711                      a test of a message that came, masked
    """
}

COLUMNS = ("file", "name", "ok", "seconds", "differences")


class TestFormat(StrEnum):
    """How results are written: the usual formats, and the XML that servers for continuous integration read."""

    __test__ = False

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    JUNIT = "junit"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[DIR|FILE]...", help="Tests; default: the folder route-tests beside routes.toml.", show_default=False
    ),
]
Output = Annotated[TestFormat, typer.Option("--output", "-o", help="How to write the result.")]
Record = Annotated[
    str, typer.Option("--record", metavar="FILE|MESSAGE", help="Write a test of a file, or of a message that came.")
]
Name = Annotated[str, typer.Option("--name", help="What the new test is called.", show_default=False)]
Channel = Annotated[str, typer.Option("--channel", help="By which channel a recorded file comes.", show_default=False)]
Partner = Annotated[
    str, typer.Option("--partner", help="A recorded file is a document of ours for this partner.", show_default=False)
]
Keep = Annotated[list[str] | None, typer.Option("--keep", metavar="MEMBER", help="Leave a member in the clear: buyer.name.")]
NoMask = Annotated[bool, typer.Option("--no-mask", help="Leave everything in the clear.")]


def test(
    context: typer.Context,
    paths: Paths = None,
    record: Record = "",
    name: Name = "",
    channel: Channel = "",
    partner: Partner = "",
    keep: Keep = None,
    no_mask: NoMask = False,
    config: Config = "routes.toml",
    output: Output = TestFormat.TEXT,
    as_json: AsJson = False,
) -> int:
    """Run the tests beside routes.toml: given documents, and the findings, routes, deliveries and bytes expected of them.

    The documents go the way of real ones; nothing is stored or sent, no server is needed. Exit status 1 when a test fails.
    `--record` writes a test of what a message becomes now, with names, addresses, telephones and mails masked.
    """
    import asyncio

    from gateway.bootstrap.route_tests import run_route_tests

    terminal = terminal_of(context)
    if record:
        _record(terminal, config, record, (name, channel, partner), keep or [], mask=not no_mask)
        return ExitStatus.SUCCESS
    _require(paths or [])
    found = asyncio.run(run_route_tests(config, paths or []))
    _write(terminal, TestFormat.JSON if as_json and output is TestFormat.TEXT else output, found)
    return ExitStatus.FAILED if found["failed"] else ExitStatus.SUCCESS


def _require(paths: list[str]) -> None:
    for path in paths:
        if not os.path.exists(path):
            remedy = "Name a file of tests or a folder; without a name it is route-tests beside routes.toml."
            raise CommandFailed("there is no such file or folder", where=path, remedy=remedy)


def _write(terminal: "Terminal", form: TestFormat, found: Mapping[str, Any]) -> None:
    match form:
        case TestFormat.TEXT:
            _show(terminal, found)
        case TestFormat.JSON:
            terminal.json(found)
        case TestFormat.JUNIT:
            for line in junit(found):
                terminal.line(line)
        case _:
            write_records(terminal, Format(form.value), found["tests"], columns=COLUMNS)


def _show(terminal: "Terminal", found: Mapping[str, Any]) -> None:
    for one in found["tests"]:
        if one["ok"]:
            terminal.line(("ok    ", "good"), one["name"], (f"  {one['seconds'] * 1000:.0f} ms", "faint"))
            continue
        terminal.line(("FAILED", "error"), f"  {one['name']}", (f"  {_near(one['file'])}", "faint"))
        for difference in one["differences"]:
            terminal.line(f"        {difference['what']}")
            terminal.line("          expected ", (_value(difference["expected"]), "good"))
            terminal.line("          actual   ", (_value(difference["actual"]), "error"))
    if found["elsewhere"]:
        terminal.tell(f"{found['elsewhere']} tests are of partners of other regions: GATEWAY_REGION=NAME gateway test")
    if not found["tests"]:
        terminal.tell("No tests there. Make one of a message: gateway test --record FILE")
        return
    failed = (f"{found['failed']} failed", "error") if found["failed"] else "none failed"
    terminal.tell(f"{found['passed']} passed, ", failed, f", in {found['seconds'] * 1000:.0f} ms.")


def _near(path: str) -> str:
    return os.path.relpath(path)


def _value(value: Any) -> str:
    from gateway.cli.terminal import json_text

    return "nothing" if value is None else json_text(value)


def junit(found: Mapping[str, Any]) -> list[str]:
    """Results as JUnit XML."""
    count = found["passed"] + found["failed"]
    head = f'<testsuite name="gateway test" tests="{count}" failures="{found["failed"]}" time="{found["seconds"]}">'
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        head,
        *(line for one in found["tests"] for line in _case(one)),
        "</testsuite>",
    ]


def _case(one: Mapping[str, Any]) -> list[str]:
    names = f"classname={_attribute(_near(one['file']))} name={_attribute(one['name'])}"
    if one["ok"]:
        return [f'  <testcase {names} time="{one["seconds"]}"/>']
    said = [f"{d['what']}: expected {_value(d['expected'])}, actual {_value(d['actual'])}" for d in one["differences"]]
    return [
        f'  <testcase {names} time="{one["seconds"]}">',
        f"    <failure message={_attribute('; '.join(said))}/>",
        "  </testcase>",
    ]


_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))


def _record(
    terminal: "Terminal", config: str, what: str, about: tuple[str, str, str], keep: list[str], *, mask: bool
) -> None:  # fmt: skip
    import asyncio

    from gateway.bootstrap.route_test_recording import record_route_test, write_recorded
    from gateway.config.route_tests import FOLDER

    name, channel, partner = about
    original = _original(terminal, config, what, channel, partner)
    name = name or f"{original.name or what} becomes what it became"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "recorded"
    recorded = asyncio.run(record_route_test(config, original, name=name, slug=slug, keep=keep, mask=mask))
    for path in write_recorded(recorded, Path(config).absolute().parent / FOLDER, slug):
        terminal.line(_near(str(path)))
    if recorded.clear:
        terminal.tell(("In the clear, because it would decide otherwise: ", "warning"), ", ".join(recorded.clear))
    if mask:
        terminal.tell("Names, addresses, telephones and mails are masked. Read it before you share it: texts may say more.")
    terminal.tell("Run it: gateway test")


def _original(terminal: "Terminal", config: str, what: str, channel: str, partner: str) -> "Original":
    import asyncio

    from gateway.bootstrap.route_test_recording import original_from, original_of
    from gateway.cli.files import content_of

    if what != "-" and not os.path.exists(what):
        return asyncio.run(original_of(config, what))
    data = content_of(what, stdin=terminal.stdin)
    return original_from(config, data, channel=channel, partner=partner, name=os.path.basename(what))
