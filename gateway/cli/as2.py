"""`gateway as2`: AS2 messages and their receipts."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter
from gateway.cli.terminal import Terminal

EXAMPLES = {
    "doctor": """
    gateway as2 doctor '<4711@bigbox.example>'
    gateway as2 doctor 4711@bigbox.example -o json
    gateway as2 doctor 01a1fe5f-b550-7577-b0ba-b3b778fd9e5d
    """
}

COLUMNS = ("message_id", "direction", "channel", "state", "receipt_state", "subject", "advice")
MessageId = Annotated[
    str,
    typer.Argument(
        metavar="MESSAGE-ID",
        help="A Message-ID, with or without brackets, or an id of ours (transmission, transfer).",
        show_default=False,
    ),
]
_FACTS = ("subject", "disposition", "mic", "signed_by", "encrypted_for", "receipt_signed_by", "remote", "copies")


def doctor(
    context: typer.Context,
    message_id: MessageId,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Examine an AS2 message or receipt: what was hashed, with which algorithm and line ends, and which variants would match.

    Shows the fingerprints on both sides and what to tell the partner. Works on what is stored, of messages in and out.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    wiring = bootstrap()
    found = asyncio.run(wiring.examine_transfer(wiring.settings(config, terminal.environ), message_id.strip()))
    if not found:
        raise CommandFailed(
            "no AS2 message of this id is known", where=message_id, remedy="Look for it among all messages: gateway messages"
        )
    match chosen(output, as_json=as_json):
        case Format.TEXT:
            for transfer in found:
                show(terminal, transfer)
        case Format.JSON:
            terminal.json(found)
        case form:
            with RecordWriter(terminal, form, columns=COLUMNS) as writer:
                for transfer in found:
                    for examination in transfer["examinations"] or [{}]:
                        writer.write({**transfer, **examination})
    return ExitStatus.SUCCESS


def show(terminal: Terminal, transfer: Mapping[str, Any]) -> None:
    """One message: what is known of it, then what was found in each layer."""
    arrow = "→" if transfer["direction"] == "out" else "←"
    title = f"{transfer['message_id'] or transfer['id']}  {transfer['as2_from']} {arrow} {transfer['as2_to']}"
    terminal.line((title, "bold"), f"  {transfer['channel']}, {transfer['at']:%Y-%m-%d %H:%M:%S}Z")
    good = transfer["state"] in ("processed", "sent")
    terminal.line("  state ", (str(transfer["state"]), "good" if good else "error"), f", receipt {transfer['receipt_state']}")
    for name in _FACTS:
        if transfer.get(name):
            terminal.line((f"  {name.replace('_', ' '):<18}", "faint"), str(transfer[name]))
    if transfer.get("purged"):
        terminal.line("  Its bytes were purged: nothing can be examined any more.")
    for examination in transfer["examinations"]:
        _show_examination(terminal, examination)


def _show_examination(terminal: Terminal, examination: Mapping[str, Any]) -> None:
    terminal.line("")
    terminal.line(("  " + str(examination["subject"]), "bold"))
    for name, value in examination["facts"]:
        terminal.line((f"    {name:<26}", "faint"), str(value))
    _show_trials(terminal, examination["trials"])
    terminal.line("    ", (str(examination["advice"]), "info"))


def _show_trials(terminal: Terminal, trials: Sequence[Mapping[str, Any]]) -> None:
    """What matched, and how many variants did not."""
    matching = [trial for trial in trials if trial["matches"]]
    for trial in matching:
        terminal.line(("    matches  ", "good"), f"{trial['what']}: {trial['found']}")
    if len(trials) > len(matching):
        rest = len(trials) - len(matching)
        terminal.line(
            ("    tried    ", "faint"), f"{rest} {'variant' if rest == 1 else 'variants'} that do not match; all with -o json"
        )
