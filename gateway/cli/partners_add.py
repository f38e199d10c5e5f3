"""`gateway partners add`: the file of a new partner."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.cli.terminal import Terminal
    from gateway.domain.onboarding.recognised import Sample

EXAMPLES = {
    "add": """
    gateway partners add
    gateway partners add bigbox order.edi --transport as2 --as2-name BIGBOX --address https://as2.bigbox.example/in
    gateway partners add nordmart orders/ --transport sftp --address sftp.nordmart.example --sends order_response,invoice
    gateway partners add farm --format flat/farm/purchase_order --transport mail --address orders@farm.example --dry-run
    """
}

TRANSPORTS = ("as2", "sftp", "sftp-inbox", "ftps", "http", "mail", "folder")
COLUMNS = ("table", "code", "text")

Partner = Annotated[str, typer.Argument(metavar="[PARTNER]", help="Id of the new partner.", show_default=False)]
Samples = Annotated[
    list[str] | None, typer.Argument(metavar="[SAMPLE]...", help="Documents of it; a folder means all files below it.")
]
Transport = Annotated[
    str, typer.Option("--transport", "-t", help=f"How documents travel: {', '.join(TRANSPORTS)}.", show_default=False)
]
Name = Annotated[str, typer.Option("--name", help="Its name for people.", show_default=False)]
Owner = Annotated[str, typer.Option("--owner", help="Whose its failures are.", show_default=False)]
Timezone = Annotated[
    str, typer.Option("--timezone", help="Zone of its times that come without one: Europe/Berlin.", show_default=False)
]
Formats = Annotated[
    list[str] | None, typer.Option("--format", help="What it sends beside the samples: x12/004010/850. Several times.")
]
Sends = Annotated[
    str,
    typer.Option(
        "--sends", help='What we send, by commas: order_response, x12/004010/856; "none". Default: what usually answers.'
    ),
]
Application = Annotated[str, typer.Option("--to", help="Application that its documents go to.", show_default=False)]
Address = Annotated[str, typer.Option("--address", help="Its side: a URL, host, folder or mail address.", show_default=False)]
User = Annotated[str, typer.Option("--user", help="Our user at its server.", show_default=False)]
As2Name = Annotated[str, typer.Option("--as2-name", help="Its AS2 name.", show_default=False)]
Identity = Annotated[
    list[str] | None, typer.Option("--identity", help="Its identity, where no sample tells it: x12=01:123456789. Several times.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the file, and write nothing.")]
NoInput = Annotated[bool, typer.Option("--no-input", help="Ask nothing; what no option says is left open in the file.")]


def add(
    context: typer.Context,
    partner: Partner = "",
    samples: Samples = None,
    transport: Transport = "",
    name: Name = "",
    owner: Owner = "",
    timezone: Timezone = "",
    formats: Formats = None,
    sends: Sends = "",
    application: Application = "",
    address: Address = "",
    user: User = "",
    as2_name: As2Name = "",
    identity: Identity = None,
    config: Config = "routes.toml",
    dry_run: DryRun = False,
    no_input: NoInput = False,
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Write the commented file of a new partner under partners/, from a transport and sample documents.

    Recognised are identities, versions, separators, character sets, and codes that are in no list of ours; agreements, the
    channel, tables and a route are proposed. What is left for a person to decide stands in the file as DECIDE, and on stderr.
    Secrets are references. Nothing is overwritten. Exit status 5 when a sample would be refused under it.
    """
    terminal = terminal_of(context)
    said = {"name": name, "owner": owner, "timezone": timezone, "application": application, "address": address}
    said |= {"user": user, "as2_name": as2_name}
    ask = terminal.interactive and not no_input
    words = {"partner": partner, "transport": transport, **said}
    files = list(samples or ())
    if ask:
        words, files, sends = _asked(words, files, sends, without_samples=bool(formats))
    if not words["partner"] or words["transport"] not in TRANSPORTS:
        missing = "PARTNER" if not words["partner"] else f"--transport, one of {', '.join(TRANSPORTS)}"
        raise typer.BadParameter(f"Say {missing}.")
    listed = None if not sends else [] if sends == "none" else [one.strip() for one in sends.split(",")]
    proposed = _proposed(config, words, _read(files, terminal), formats or [], listed, identity or [])
    form = chosen(output, as_json=as_json)
    if not dry_run:
        _write(config, proposed)
    _show(proposed, terminal, form, config=config, dry_run=dry_run)
    return ExitStatus.SUCCESS if all(sample["valid"] for sample in proposed["samples"]) else ExitStatus.INVALID


def _asked(
    words: Mapping[str, str], files: list[str], sends: str, *, without_samples: bool
) -> tuple[dict[str, str], list[str], str]:
    """What is asked at a terminal, where no option said it already. An empty answer leaves it open."""
    answers = dict(words)
    answers["partner"] = words["partner"] or _answer("Id of the partner (small letters)")
    if words["transport"] not in TRANSPORTS:
        answers["transport"] = _answer(f"How do documents travel? ({', '.join(TRANSPORTS)})", "folder")
    if not files and not without_samples:
        files = _answer("Sample documents (files or folders, by blanks)").split()
    answers["name"] = words["name"] or _answer("Its name", answers["partner"])
    answers["address"] = words["address"] or _answer("Its address (URL, host, folder, mail address; empty: later)")
    answers["timezone"] = words["timezone"] or _answer("Zone of its times without one (empty: later)")
    sends = sends or _answer("What do we send? (order_response,invoice; none; empty: what usually answers)")
    return answers, files, sends


def _answer(question: str, default: str = "") -> str:
    return str(typer.prompt(question, default=default, err=True, show_default=bool(default))).strip()


def _read(names: Sequence[str], terminal: "Terminal") -> list["Sample"]:
    from gateway.cli.files import Read, each
    from gateway.domain.onboarding.recognised import Sample

    found = []
    for file in each(names, stdin=terminal.stdin):
        if not isinstance(file, Read):
            raise CommandFailed(f"cannot read {file.name}: {file.reason}", where=file.name, remedy=file.remedy)
        found.append(Sample(file.name.rpartition("/")[2], file.data))
    return found


def _proposed(
    config: str,
    words: Mapping[str, str],
    samples: list["Sample"],
    formats: list[str],
    sends: list[str] | None,
    identity: list[str],
) -> Mapping[str, Any]:
    import asyncio

    from gateway.bootstrap.proposing import propose_partner
    from gateway.config.partner_wish import read_wish
    from gateway.domain.onboarding.wish import Transport as Kind

    others = {name: words[name] for name in ("name", "owner", "timezone", "application", "address", "user", "as2_name")}
    wish = read_wish(
        words["partner"], Kind(words["transport"]), formats=formats, sends=sends, identities_named=identity, **others
    )
    return asyncio.run(propose_partner(config, wish, samples))


def _write(config: str, proposed: Mapping[str, Any]) -> None:
    """Write the files, or none of them. Raises CommandFailed when one is there already."""
    from pathlib import Path

    folder = Path(config).absolute().parent
    contents = {proposed["path"]: proposed["text"], **{table["path"]: table["text"] for table in proposed["tables"]}}
    there = [name for name in contents if (folder / name).exists()]
    if there:
        raise CommandFailed(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already, so nothing was written",
            where=str(folder),
            remedy="Change it by hand, or choose another id for the partner.",
        )
    for name, text in reversed(contents.items()):  # the partner's file last: it is read as soon as it is there
        _write_new(folder / name, text)


def _write_new(path: "Path", text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "x", encoding="utf-8", newline="") as stream:  # "x": not even a file made meanwhile is lost
        stream.write(text)


def _show(proposed: Mapping[str, Any], terminal: "Terminal", form: Format, *, config: str, dry_run: bool) -> None:
    if form is Format.CSV:
        write_records(terminal, form, proposed["decisions"], columns=COLUMNS)
        return
    if form is not Format.TEXT:
        terminal.json({**proposed, "written": not dry_run})
        return
    paths = [proposed["path"], *(table["path"] for table in proposed["tables"])]
    for path, text in zip(paths, [proposed["text"], *(table["text"] for table in proposed["tables"])], strict=True):
        if dry_run:
            terminal.line((f"# ---- {path}", "faint"))
            for line in text.splitlines():
                terminal.line(line)
        else:
            terminal.line(path)
    _tell(proposed, terminal, config=config, dry_run=dry_run)


def _tell(proposed: Mapping[str, Any], terminal: "Terminal", *, config: str, dry_run: bool) -> None:
    """What is left to do, on stderr: what to decide, what `gateway check` says until then, how the samples fare."""
    if proposed["decisions"]:
        terminal.tell((f"To decide ({len(proposed['decisions'])}):", "bold"))
        for number, one in enumerate(proposed["decisions"], 1):
            terminal.tell(f"  {number}. {one['table']} {one['text']}" if one["table"] else f"  {number}. {one['text']}")
    for one in proposed["complaints"]:
        terminal.tell((f"gateway check will say: {one['file']}:{one['line']} {one['code']} {one['message']}", "warning"))
    for sample in proposed["samples"]:
        good = sample["valid"]
        terminal.tell(f"{sample['name']}: ", ("would be taken", "good") if good else ("would be refused", "error"))
        for finding in sample["findings"] if not good else ():
            if finding["severity"] == "error":
                terminal.tell(f"  {finding['message']}")
    if not dry_run:
        terminal.tell(f"Next: gateway check {config}, then gateway partners test {proposed['path'].split('/')[-1][:-5]}")
