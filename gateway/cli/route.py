"""`gateway route explain`: which route takes a document and why, what follows, and what its sender is answered."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter
from gateway.domain.segment_lines import segment_lines

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "explain": """
    gateway route explain order.x12 --channel bigbox-folder
    gateway route explain 4711                  a message that came: by an order number, a control number or its id
    gateway route explain response.json --partner bigbox    what a service of ours publishes for a partner
    gateway route explain 4711 --route acme-orders    what it would come to if that route took it
    gateway route explain order.x12 -o json
    """
}

COLUMNS = ("interchange", "partner", "type", "control_number", "state", "agreement", "route", "tried", "rules", "deliveries")

What = Annotated[
    str, typer.Argument(metavar="FILE|MESSAGE", help="A file, `-`, or a message that came, by a number or id of it.")
]
By = Annotated[str, typer.Option("--channel", metavar="ID", help="The channel a file comes by; default: found by its envelope.")]
Named = Annotated[str, typer.Option("--route", metavar="NAME", help="As if this route were named for it, as `replay` can.")]
For = Annotated[str, typer.Option("--partner", metavar="ID", help="It is a canonical document for this partner, from us.")]


def explain(
    context: typer.Context,
    what: What,
    channel: By = "",
    partner: For = "",
    route: Named = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Say what would become of a document now: routes tried and what failed, rules with before and after, deliveries, answers.

    Nothing is stored or sent. Duplicates are not looked for and lookups not made. A file needs no database. Exit status 5 when
    nothing in it could be read.
    """
    import asyncio

    from gateway.bootstrap.routes import try_message

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if what == "-" or os.path.exists(what):
        found = _of_file(what, config, terminal, channel=channel, partner=partner, route=route)
    else:
        found = asyncio.run(try_message(config, what, route=route))
    match form:
        case Format.TEXT:
            _show(terminal, found)
        case Format.JSON:
            terminal.json(found)
        case _:
            with RecordWriter(terminal, form, columns=COLUMNS) as writer:
                for number, interchange in enumerate(found["interchanges"], 1):
                    for document in interchange["documents"]:
                        writer.write({"interchange": number, "partner": interchange["partner"], **document})
    return ExitStatus.SUCCESS if found["interchanges"] else ExitStatus.INVALID


def _of_file(name: str, config: str, terminal: "Terminal", *, channel: str, partner: str, route: str) -> Mapping[str, Any]:
    import asyncio

    from gateway.bootstrap.routes import channel_of, try_routes
    from gateway.cli.files import content_of

    data = content_of(name, stdin=terminal.stdin)
    way = channel or channel_of(config, data, partner=partner)
    named = os.path.basename(name)
    return asyncio.run(try_routes(config, data, channel=way, name=named, partner=partner or None, route=route))


def _show(terminal: "Terminal", found: Mapping[str, Any]) -> None:
    for one in found["findings"]:
        _finding(terminal, one, indent="")
    for interchange in found["interchanges"]:
        whose = interchange["partner"] or "nobody that is configured"
        name = f"interchange {interchange['control_number']}".strip()
        terminal.line((name, "bold"), f"  {interchange['family']} of {interchange['sender']}: {whose}, {interchange['verdict']}")
        for one in interchange["findings"]:
            _finding(terminal, one, indent="  ")
        for document in interchange["documents"]:
            _document(terminal, document)
        for sealed in interchange["acknowledgements"]:
            _sealed(terminal, sealed, "answers")
        if not interchange["acknowledgements"]:
            terminal.line("  answers  ", ("nothing: no acknowledgement is owed", "faint"))
        for sealed in interchange["written"]:
            _sealed(terminal, sealed, "writes")
    terminal.tell("Nothing was stored or sent.")


_TONES = {"routed": "good", "consumed": "good", "held": "info", "pending": "info"}


def _document(terminal: "Terminal", document: Mapping[str, Any]) -> None:
    kind = document["name"] or document["type"]
    keys = "  ".join(document["keys"])
    agreed = f"  agreement {document['agreement']}" if document["agreement"] else ""
    state = (document["state"], _TONES.get(document["state"], "error"))
    terminal.line("  ", (f"{kind} {document['control_number']}", "bold"), "  ", state, agreed, (f"  {keys}", "faint"))
    for one in document["findings"]:
        _finding(terminal, one, indent="    ")
    for tried in document["tried"]:
        tone, sign = ("good", "takes it") if tried["matched"] else ("faint", "does not")
        condition = f"  when {tried['when']}" if tried["when"] else ""
        terminal.line("    route ", (tried["route"], "bold"), " ", (sign, tone), f": {tried['reason']}", (condition, "faint"))
    for rule in document["rules"]:
        note = f"  ({rule['note']})" if rule["note"] else ""
        terminal.line(f"    rule {rule['rule']}  {rule['path']}: {_value(rule['before'])} -> {_value(rule['after'])}", note)
    for one in document["deliveries"]:
        more = [f"after {one['after']}"] if one["after"] else []
        more += [f"in the order of {one['sequence_key']}"] if one["sequence_key"] else []
        terminal.line(
            "    delivers to ", (one["to"], "bold"), f" as {one['as']}", (f"  {', '.join(more)}" if more else "", "faint")
        )
    for one in document["failures"]:
        terminal.line("    ", ("fails", "error"), f" {one['code']} for {one['owner']}: {one['message']}")
    for lookup in document["lookups"]:
        terminal.line("    ", ("waits", "info"), f" for the answer to a lookup: {lookup}")


def _sealed(terminal: "Terminal", sealed: Mapping[str, Any], what: str) -> None:
    way = f"by {sealed['channel']}" if sealed["channel"] else "fetched by the partner"
    terminal.line(f"  {what}  ", (f"{sealed['type']} {sealed['verdict']}".strip(), "bold"), f"  {way}")
    for said in sealed["explanation"]:
        terminal.line(f"    {said}")
    if sealed["problem"]:
        terminal.line("    ", ("cannot be written", "error"), f": {sealed['problem']}")
    for line in segment_lines(str(sealed["family"]), str(sealed["content"])):
        terminal.line("    ", (line, "faint"))


def _finding(terminal: "Terminal", finding: Mapping[str, Any], *, indent: str) -> None:
    tone = {"error": "error", "warning": "warning"}.get(finding["severity"], "info")
    place = f" at {finding['segment']} {finding['tag'] or ''}".rstrip() if finding["segment"] is not None else ""
    terminal.line(indent, (f"{finding['severity']} {finding['code']}", tone), f"{place}: {finding['message']}")


def _value(value: Any) -> str:
    from gateway.cli.terminal import json_text

    return "nothing" if value is None else json_text(value)
