"""`gateway init`: a configuration to start from."""

import os
import re
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "init": """
    gateway init my-gateway
    gateway init . --id nordic-dc --x12 ZZ:NORDICDC --edifact 5790000000012:14
    """
}

FOLDERS = ("inbox/bigbox", "outbox/bigbox", "inbox/nordmart", "outbox/nordmart")
"""Folders that the written routes.toml reads from and answers to."""

_X12 = re.compile(r"[A-Z0-9]{2}:[A-Z0-9 ._-]{2,15}")
_EDIFACT = re.compile(r"[A-Z0-9._-]{1,35}(:[A-Z0-9]{1,4})?")

Folder = Annotated[str, typer.Argument(metavar="[DIR]", help="Where to write; made when it is not there.")]
Id = Annotated[str, typer.Option("--id", help="Name of this gateway; default: the folder's.", show_default=False)]
X12 = Annotated[str, typer.Option("--x12", metavar="QUALIFIER:ID", help="The address X12 partners write to.", show_default=False)]
Edifact = Annotated[
    str, typer.Option("--edifact", metavar="ID:QUALIFIER", help="The address EDIFACT partners write to.", show_default=False)
]
NoInput = Annotated[bool, typer.Option("--no-input", help="Ask nothing; take defaults for what no option says.")]


def init(
    context: typer.Context,
    folder: Folder = ".",
    name: Id = "",
    x12: X12 = "",
    edifact: Edifact = "",
    no_input: NoInput = False,
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Write a commented routes.toml with two sample partners, `.env.example`, sample orders, their tests, and folders.

    Nothing is overwritten: when one of the files is there already, nothing is written at all.
    """
    from pathlib import Path

    terminal = terminal_of(context)
    where = Path(folder)
    ask = terminal.interactive and not no_input
    values = {
        "id": _identifier(name or _asked("Name of this gateway", _slug(where.absolute().name), ask=ask)),
        "x12": _address(x12 or _asked("Your X12 address (qualifier:id)", "ZZ:MYCOMPANY", ask=ask), _X12, "--x12"),
        "edifact": _address(
            edifact or _asked("Your EDIFACT address (id:qualifier)", "5790000000012:14", ask=ask), _EDIFACT, "--edifact"
        ),
    }
    written = write(where, files(values))
    _tell(written, where, terminal, chosen(output, as_json=as_json))
    return ExitStatus.SUCCESS


def files(values: dict[str, str]) -> dict[str, str]:
    """The files to write, by their path below the folder. `values` are id, x12 and edifact."""
    from importlib.resources import files as resources

    templates = resources("gateway.cli").joinpath("templates")
    qualifier, _, identifier = values["x12"].partition(":")
    marks = {
        "@ID@": values["id"],
        "@X12@": values["x12"],
        "@EDIFACT@": values["edifact"],
        "@X12_QUALIFIER@": qualifier,
        "@X12_ID@": identifier,
        "@X12_ID_15@": f"{identifier:<15}",  # ISA08 is always 15 characters
    }
    names = {
        "routes.toml": "routes.toml",
        "partners/nordmart.toml": "partners/nordmart.toml",
        ".env.example": "env.example",
        ".gitignore": "gitignore",
        "route-tests/orders.toml": "route-tests/orders.toml",
        "samples/order.x12": "samples/order.x12",
        "samples/order.edifact": "samples/order.edifact",
    }
    written = {}
    for path, template in names.items():
        text = templates.joinpath(*template.split("/")).read_text(encoding="utf-8")
        for mark, value in marks.items():
            text = text.replace(mark, value)
        written[path] = text
    return written


def write(folder: "Path", contents: dict[str, str]) -> list[str]:
    """Write files and folders, returning their paths. Raises CommandFailed, before writing anything, when one is there."""
    there = [path for path in contents if (folder / path).exists()]
    if there:
        raise CommandFailed(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already, so nothing was written",
            where=str(folder),
            remedy="Choose an empty folder: gateway init my-gateway",
        )
    for path in FOLDERS:
        (folder / path).mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with open(folder / path, "x", encoding="utf-8", newline="") as stream:  # "x": not even a file made meanwhile is lost
            stream.write(text)
    return [*contents, *(f"{path}/" for path in FOLDERS)]


def _tell(written: list[str], folder: "Path", terminal: "Terminal", form: Format) -> None:
    if form is not Format.TEXT:
        write_records(terminal, form, ({"path": os.path.join(folder, path)} for path in written), columns=("path",))
        return
    for path in written:
        terminal.line(os.path.join(folder, path))
    there = f"cd {folder} && " if str(folder) != "." else ""
    terminal.tell(f"Next: {there}gateway check && gateway test && gateway run")


def _asked(question: str, default: str, *, ask: bool) -> str:
    return str(typer.prompt(question, default=default, err=True)).strip() if ask else default


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:63] or "gateway"


def _identifier(text: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", text):
        return text
    raise typer.BadParameter(f"{text!r}: write lower-case letters, digits, - and _.", param_hint="--id")


def _address(text: str, pattern: re.Pattern[str], option: str) -> str:
    if pattern.fullmatch(text) and text == text.strip():
        return text
    example = "ZZ:MYCOMPANY" if option == "--x12" else "5790000000012:14"
    raise typer.BadParameter(f"{text!r} is no address; write one like {example}.", param_hint=option)
