"""`gateway config diff` and `gateway config replay`: what another configuration says, and what it would decide otherwise."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, instant, since, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "diff": """
    gateway config diff new/routes.toml           against the one in force
    gateway config diff 700f5f23c6d3 routes.toml  an earlier one against this file
    gateway config diff old.toml new.toml -o json
    """,
    "replay": """
    gateway config replay new/routes.toml --since 7d
    gateway config replay new/routes.toml --since 2026-11-01 --partner bigbox --processes 2
    gateway config replay 700f5f23c6d3 --since 24h -o json > changes.json
    """,
}

DIFF_COLUMNS = ("section", "id", "what", "members", "partners")
REPLAY_COLUMNS = ("kind", "partner", "document", "what", "count", "examples")

Names = Annotated[
    list[str], typer.Argument(metavar="[OLD] NEW", help="Files, or digests; without OLD: the one in force.", show_default=False)
]
New = Annotated[str, typer.Argument(metavar="NEW", help="A file, or the digest of a configuration that was in force.")]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="What came since then: 7d, 12h, 2026-11-01T08:00.")]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="What came before then; default: now.", show_default=False)]
Partner = Annotated[str, typer.Option("--partner", help="Only of this partner.", show_default=False)]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many messages, the newest.")]
Processes = Annotated[int, typer.Option("--processes", min=1, max=64, help="Worker processes: one for each core that is free.")]
Deny = Annotated[bool, typer.Option("--deny-changes", help="End with 3 when anything differs.")]

_KINDS = {
    "read": "Read otherwise",
    "partner": "Sender recognised otherwise",
    "state": "Ends otherwise",
    "agreement": "Falls under another agreement",
    "route": "Routed elsewhere",
    "field": "Fields mapped otherwise",
    "finding-new": "Findings that appear",
    "finding-gone": "Findings that vanish",
    "acknowledgement": "Acknowledgements that differ",
    "delivery-new": "Deliveries more",
    "delivery-gone": "Deliveries fewer",
    "sent": "Written otherwise for a partner",
}
_SHOWN = 2


def diff(
    context: typer.Context,
    names: Names,
    deny: Deny = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Compare two configurations by meaning: agreements, routes, rules, tables, partners, and whom each change touches.

    The order of files and keys, comments and defaults mean nothing; the order of routes does. A single name is compared with what
    is in force. Secrets are not compared.
    """
    import asyncio

    from gateway.bootstrap.config_diff import compare_configurations

    if len(names) > 2:
        raise CommandFailed(
            "two configurations are compared", where=" ".join(names), remedy="Name one or two.", status=ExitStatus.USAGE
        )
    old, new = ("", *names)[-2:]
    found = asyncio.run(compare_configurations(config, old, new))
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if form is Format.TEXT:
        _show_differences(terminal, found)
    elif form is Format.JSON:
        terminal.json(found)
    else:
        _write(terminal, form, DIFF_COLUMNS, found["changes"])
    return ExitStatus.SOME_FAILED if deny and not found["same"] else ExitStatus.SUCCESS


def replay(
    context: typer.Context,
    new: New,
    back: Since = "7d",
    until: Until = "",
    partner: Partner = "",
    limit: Limit = None,
    processes: Processes = 1,
    deny: Deny = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Decide again about real messages under another configuration, and show what would change. Nothing is stored or sent.

    Documents routed elsewhere, fields mapped otherwise, findings and acknowledgements that differ, deliveries more or fewer:
    grouped, counted, with examples to look up. Lookups are not made; what came twice is taken as it was found.
    """
    import asyncio

    from gateway.bootstrap.config_replay import replay_decisions

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    which: dict[str, Any] = {"since": since(back) or datetime.now(UTC), "partner": partner or None, "limit": limit}
    which |= {"until": instant(until)} if until else {}
    found = asyncio.run(replay_decisions(config, new, **which, processes=processes, told=_Progress(terminal)))
    if form is Format.TEXT:
        _show_changes(terminal, found)
    elif form is Format.JSON:
        terminal.json(found)
    else:
        _write(terminal, form, REPLAY_COLUMNS, found["groups"])
    return ExitStatus.SOME_FAILED if deny and found["groups"] else ExitStatus.SUCCESS


def _write(terminal: "Terminal", form: Format, columns: Sequence[str], records: Sequence[Mapping[str, Any]]) -> None:
    write_records(terminal, form, records, columns=columns)


class _Progress:
    """Says how far it is, every few seconds."""

    EVERY = 5.0

    def __init__(self, terminal: "Terminal") -> None:
        self._terminal = terminal
        self._started = self._told = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        """So many messages are done."""
        now = time.monotonic()
        if now - self._told < self.EVERY or done >= of:
            return
        self._told = now
        rate = done / (now - self._started)
        self._terminal.tell(f"{done} of {of} messages, {rate:.0f}/s, {(of - done) / rate:.0f} s left")


def _show_differences(terminal: "Terminal", found: Mapping[str, Any]) -> None:
    terminal.tell(f"old: {found['old']['source']} ({found['old']['digest'][:12]})")
    terminal.tell(f"new: {found['new']['source']} ({found['new']['digest'][:12]})")
    tones = {"added": "good", "removed": "error", "changed": "warning", "moved": "info"}
    for change in found["changes"]:
        partners = f"  touches {', '.join(change['partners'])}" if change["partners"] else ""
        name = " ".join(part for part in (change["section"], change["id"]) if part)
        terminal.line((f"{change['what']:<8}", tones[change["what"]]), (name, "bold"), (partners, "faint"))
        for member in change["members"]:
            terminal.line(f"         {member['path']}: {_value(member['before'])} -> {_value(member['after'])}")
    for moved in found["moved"]:
        terminal.tell(f"{moved['text']} {moved['remedy']}")
    if found["same"]:
        terminal.tell("They say the same.")
        return
    touched = ", ".join(f"{one['partner']} ({one['changes']})" for one in found["partners"]) or "no partner"
    terminal.tell(f"{len(found['changes'])} changes, touching {touched}.")
    terminal.tell("What they would decide otherwise of real messages: gateway config replay NEW --since 7d")


def _show_changes(terminal: "Terminal", found: Mapping[str, Any]) -> None:
    kind = ""
    for group in sorted(found["groups"], key=lambda one: list(_KINDS).index(one["kind"])):
        if group["kind"] != kind:
            kind = group["kind"]
            terminal.line((_KINDS[kind], "bold"))
        about = " ".join(part for part in (group["partner"], group["document"]) if part)
        terminal.line(f"{group['count']:>8}  {group['what']}", (f"  {about}", "faint"))
        for example in group["examples"][:_SHOWN]:
            values = f"{_value(example['before'])} -> {_value(example['after'])}"
            terminal.line(" " * 10, (" ".join(part for part in (example["message"], example["number"], values) if part), "faint"))
    for one in found["not_compared"]:
        terminal.tell((f"{one['count']} not compared: {one['reason']}", "warning"))
    if found["more_changes"]:
        terminal.tell(f"{found['more_changes']} changes of further kinds are not listed.")
    messages = f"{found['changed_messages']} of {found['messages']} messages ({found['documents']} documents) would be decided"
    terminal.tell(f"{messages} otherwise; looked at in {found['seconds']:.0f} s. Nothing was stored or sent.")


def _value(value: Any) -> str:
    from gateway.cli.terminal import json_text

    return "nothing" if value is None else json_text(value)
