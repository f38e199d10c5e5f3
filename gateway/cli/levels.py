"""`gateway levels`: what was promised, and how far that was kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "levels": """
    gateway levels
    gateway levels bigbox-orders --days 7
    gateway levels --missed -o csv
    """,
}

Which = Annotated[str, typer.Argument(metavar="[LEVEL]", help="Only this [[service_level]].", show_default=False)]
Days = Annotated[int, typer.Option("--days", min=1, max=1_000, help="So many days up to now.")]
Missed = Annotated[
    bool, typer.Option("--missed", help="Only those that do not reach their goal; exit status 3 if there are any.")
]

COLUMNS = ("level", "measure", "about", "to", "partner", "agreement", "goal", "percent", "reached", "met", "missed", "running")


def levels(
    context: typer.Context,
    level: Which = "",
    days: Days = 30,
    missed: Missed = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show what was promised ([[service_level]]) and how far it was kept, by partner and agreement."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    found = asyncio.run(bootstrap().service_levels(config, days=days, level=level))
    shown = [one for one in found if not missed or one["reached"] is False]
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        _show(terminal, shown, none=_NONE if not found else "All reach their goals.")
    else:
        write_records(terminal, form, _rows(shown), columns=COLUMNS)
    return ExitStatus.SOME_FAILED if missed and shown else ExitStatus.SUCCESS


_NONE = "Nothing is promised: add a [[service_level]] to routes.toml, as docs/how-to/service-levels.md shows."


def _rows(found: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """One a level, partner and agreement; one of the level alone where nothing was counted."""
    rows = []
    for one in found:
        same = {"level": one["id"], **{name: one[name] for name in ("measure", "about", "to", "goal")}}
        for part in one["partners"] or [{**one, "partner": None, "agreement": None}]:
            sums = ("partner", "agreement", "percent", "reached", "met", "missed", "running")
            rows.append({**same, **{name: part[name] for name in sums}})
    return rows


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, none: str) -> None:
    for one in found:
        about = " ".join(str(part) for part in (one["measure"], one["about"], f"to {one['to']}" if one["to"] else "") if part)
        terminal.line((f"{one['id']:<28}", "bold"), f"  {about}: ", *_kept(one), f" of {one['goal']:g} % promised")
        if len(one["partners"]) > 1:
            for part in one["partners"]:
                name = " ".join(str(each) for each in (part["partner"] or "of nobody", part["agreement"]) if each)
                terminal.line(f"    {name:<40}  ", *_kept(part))
    if not found:
        terminal.tell(none)


def _kept(sums: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`98.75 % met, 79 of 80`, and what still runs."""
    if sums["percent"] is None:
        parts = [("nothing decided yet", "faint")]
    else:
        decided = sums["met"] + sums["missed"]
        tone = "error" if sums["reached"] is False else "good"
        parts = [(f"{sums['percent']:g} % met", tone), (f", {sums['met']} of {decided}", "faint")]
    return [*parts, (f", {sums['running']} running", "faint")] if sums["running"] else parts
