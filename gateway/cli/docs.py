"""`gateway docs`: pages about this gateway's own configuration."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "flows": """
    gateway docs flows > flows.md
    gateway docs flows --partner bigbox
    gateway docs flows -o csv
    """
}

Partner = Annotated[str, typer.Option("--partner", metavar="ID", help="Only what concerns this partner.", show_default=False)]

COLUMNS = (
    "id",
    "direction",
    "partner",
    "document",
    "format",
    "schema",
    "source",
    "targets",
    "record",
    "service",
    "latency",
    "acknowledgement",
    "retry",
    "owner",
)
_TITLES: Mapping[str, str] = {
    "id": "flow",
    "source": "from",
    "targets": "to",
    "record": "system of record",
    "latency": "waits at most",
}
_SECTIONS: Mapping[str, str] = {
    "in": "What partners send us",
    "out": "What we send to partners",
    "event": "Whom milestones are told to",
}


def flows(
    context: typer.Context,
    partner: Partner = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Write the catalogue of flows that the configuration makes, as a page in Markdown or as records.

    Each flow with its owner, the system whose word counts, its class of service and how long that lets it wait, how often a
    delivery is tried, what is acknowledged, and the versions of format and schema. Nothing is asked of a server.
    """
    import os

    from gateway.config import load
    from gateway.config.flows import flows as flows_of

    terminal = terminal_of(context)
    snapshot = load(config, os.environ)
    found = [{name: getattr(flow, name) for name in COLUMNS} for flow in flows_of(snapshot)]
    found = [flow for flow in found if not partner or partner in flow["partner"].split(", ")]
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        _page(terminal, f"Flows of {snapshot.gateway_id}", snapshot.digest, found)
    else:
        write_records(terminal, form, found, columns=COLUMNS)
    return 0


def _page(terminal: "Terminal", title: str, digest: str, found: Iterable[Mapping[str, Any]]) -> None:
    flows = list(found)
    lines = [f"# {title}", "", f"Configuration {digest[:12]}. Written by `gateway docs flows`."]
    for direction, heading in _SECTIONS.items():
        rows = [flow for flow in flows if flow["direction"] == direction]
        if rows:
            lines += ["", f"## {heading}", "", *_table(rows)]
    terminal.write(("\n".join(lines) + "\n").encode())


def _table(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    shown = [name for name in COLUMNS if name != "direction"]
    heads = [_TITLES.get(name, name) for name in shown]
    return [
        f"| {' | '.join(heads)} |",
        f"|{' --- |' * len(heads)}",
        *(f"| {' | '.join(_cell(row[name]) for name in shown)} |" for row in rows),
    ]


def _cell(value: object) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text.replace("|", "\\|") or "-"
